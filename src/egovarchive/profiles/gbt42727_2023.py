"""
The generic package of GB/T 42727—2023 政务服务事项电子文件归档规范.

The standard's annexes D and E (element tables) could not be consulted. Names and
titles are those of DA/T 46—2009 where that has the element (its number is given), else
those seen in published implementations of the older DA/T 85—2019 ("practice"), else
our own. Compare them with your copy of the standard, and change what differs.
"""

from __future__ import annotations

from egovarchive.profiles import Element, Group, Profile
from egovarchive.records.document import Role

_PRACTICE = "practice"


def _dat46(number: int) -> str:
    return f"DA/T 46—2009 M{number}"


_RECORD = (
    Element(
        "electronic_record_code",
        "electronic_record_code",
        "电子文件号",
        True,
        _dat46(7),
    ),
    Element("fonds", "fonds_identifier", "全宗号", True, _dat46(9)),
    Element("unit", "fonds_constituting_unit_name", "立档单位名称", True, _dat46(6)),
    Element("unit_code", "social_code", "机构编码", False, _PRACTICE),
    Element("category", "category_code", "类别号", True, _dat46(14)),
    Element("year", "year", "年度", True, _dat46(11)),
    Element("retention", "retention_period", "保管期限", True, _dat46(12)),
    Element(
        "office",
        "organizational_structure_or_function",
        "机构或问题",
        False,
        _dat46(13),
    ),
    Element("template", "archival_code_template", "档号编制规则", True),
    Element("schedule", "retention_schedule", "保管期限表版本", True),
    Element("approved_by", "schedule_approved_by", "保管期限表批准机关", True),
    Element("approval_number", "schedule_approval_number", "保管期限表批准文号", True),
)

_CASE = (
    Element("number", "project_id", "办件编号", True, _PRACTICE),
    Element("provincial_number", "provincial_number", "省级统一申办流水号"),
    Element("municipal_number", "municipal_number", "市级流水号"),
    Element("title", "title", "题名", True, _dat46(22)),
    Element("item_code", "task_code", "事项编码", True, _PRACTICE),
    Element("item_basic_code", "task_basic_code", "基本编码"),
    Element("item_name", "task_name", "事项名称", True, _PRACTICE),
    Element("item_type", "task_type", "事项类型", False, _PRACTICE),
    Element("item_version", "task_version", "事项版本", False, _PRACTICE),
    Element("department", "lead_department", "责任处室", False, _PRACTICE),
    Element("accepted_on", "receive_time", "受理日期", False, _PRACTICE),
    Element("decided_on", "decision_time", "决定日期"),
    Element("concluded_on", "transact_time", "办结日期", True, _PRACTICE),
    Element("decision", "result", "办理结果", True, _PRACTICE),
)

_PARTY = (
    Element("name", "agent_name", "名称", True, _dat46(77)),
    Element("kind", "agent_type", "类型", True, _dat46(76)),
    Element("identifier_kind", "card_type", "证件类型", False, _PRACTICE),
    Element("identifier", "contacted_card", "证件号码", False, _PRACTICE),
)

_LICENCE = Group(
    "licences",
    "licence",
    "证照",
    (
        Element("name", "licence_name", "证照名称", True),
        Element("number", "result_code", "结果证照编号", False, _PRACTICE),
        Element("identifier", "licence_identifier", "电子证照标识"),
        Element("valid_until", "valid_until", "有效期至"),
    ),
)

_JOINT = Group(
    "joint",
    "joint_handling",
    "联办",
    (
        Element("number", "joint_number", "联办件编号", True),
        Element("name", "joint_name", "联办事项名称", True),
        Element("lead", "lead_unit", "牵头部门", True),
        Group(
            "parts",
            "part",
            "参与办件",
            (Element("number", "project_id", "办件编号", True),),
        ),
    ),
)

_DIGITISED = Group(
    "digitised",
    "digitization_attributes",
    "数字化属性",
    (
        Element("resolution", "scanning_resolution", "扫描分辨率", True, _dat46(54)),
        Element(
            "colour_mode", "scanning_color_model", "扫描色彩模式", True, _dat46(55)
        ),
        Element(
            "compression", "image_compression_scheme", "图像压缩方案", False, _dat46(56)
        ),
        Element("verified_by", "verified_by", "核验人", True),
        Element("verified_on", "verified_on", "核验日期", True),
    ),
)

_FILE = Group(
    "files",
    "file",
    "内容文件",
    (
        Element("path", "current_location", "当前位置", True, _dat46(66)),
        Element("name", "computer_file_name", "计算机文件名", True, _dat46(48)),
        Element("size", "computer_file_size", "计算机文件大小", True, _dat46(49)),
        Element(
            "created_at", "computer_file_creation_time", "形成时间", False, _PRACTICE
        ),
        Element(
            "program",
            "document_creating_application",
            "文档创建程序",
            False,
            _dat46(50),
        ),
    ),
)

_DOCUMENT = Group(
    "documents",
    "document",
    "电子文件",
    (
        Element("name", "file_standard_name", "材料名称", True, _PRACTICE),
        Element("code", "file_code", "材料编号", False, _PRACTICE),
        Element("role", "document_role", "文件类别", True),
        Element("provenance", "material_type", "材料属性", True),
        Element("called_from", "called_from", "调用来源"),
        Element("form", "original_or_copy", "原件或复印件"),
        Element("classification", "security_classification", "密级", True, _dat46(38)),
        _DIGITISED,
        _FILE,
    ),
)

_STEP = Group(
    "steps",
    "process",
    "过程信息",
    (
        Element("code", "process_code", "环节编码"),
        Element("activity", "business_activity", "业务行为", True, _dat46(81)),
        Element("actor", "actor", "处理人员", True),
        Element("unit", "unit", "处理部门", True),
        Element("at", "action_time", "行为时间", True, _dat46(82)),
        Element("opinion", "opinion", "处理意见"),
        Element("outcome", "outcome", "处理结果"),
        Element("basis", "action_mandate", "行为依据", False, _dat46(83)),
    ),
)

GBT42727_2023 = Profile(
    name="gbt42727_2023",
    title="GB/T 42727—2023 政务服务事项电子文件归档规范（通用结构）",
    folders=(
        (Role.APPLICATION, "申报文件"),
        (Role.PROCEDURE, "过程文件"),
        (Role.RESULT, "结果文件"),
    ),
    basic_path="基本信息元数据.xml",
    basic=Group(
        "record",
        "base_info",
        "基本信息元数据",
        (
            *_RECORD,
            *_CASE,
            Group("applicant", "applicant", "申请人", _PARTY),
            Group("agent", "proxy", "代理人", _PARTY),
            _LICENCE,
            _JOINT,
            _DOCUMENT,
        ),
    ),
    process_path="过程信息元数据.xml",
    process=Group("process", "process_info", "过程信息元数据", (_STEP,)),
)
