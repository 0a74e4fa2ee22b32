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


def _required(value: str, tag: str, title: str, source: str = "own") -> Element:
    return Element(value, tag, title, required=True, source=source)


def _optional(value: str, tag: str, title: str, source: str = "own") -> Element:
    return Element(value, tag, title, source=source)


_RECORD = (
    _required(
        "electronic_record_code", "electronic_record_code", "电子文件号", _dat46(7)
    ),
    _required("fonds", "fonds_identifier", "全宗号", _dat46(9)),
    _required("unit", "fonds_constituting_unit_name", "立档单位名称", _dat46(6)),
    _optional("unit_code", "social_code", "机构编码", _PRACTICE),
    _required("category", "category_code", "类别号", _dat46(14)),
    _required("year", "year", "年度", _dat46(11)),
    _required("retention", "retention_period", "保管期限", _dat46(12)),
    _optional(
        "office", "organizational_structure_or_function", "机构或问题", _dat46(13)
    ),
    _required("template", "archival_code_template", "档号编制规则"),
    _required("schedule", "retention_schedule", "保管期限表版本"),
    _required("approved_by", "schedule_approved_by", "保管期限表批准机关"),
    _required("approval_number", "schedule_approval_number", "保管期限表批准文号"),
)

_CASE = (
    _required("number", "project_id", "办件编号", _PRACTICE),
    _optional("provincial_number", "provincial_number", "省级统一申办流水号"),
    _optional("municipal_number", "municipal_number", "市级流水号"),
    _required("title", "title", "题名", _dat46(22)),
    _required("item_code", "task_code", "事项编码", _PRACTICE),
    _optional("item_basic_code", "task_basic_code", "基本编码"),
    _required("item_name", "task_name", "事项名称", _PRACTICE),
    _optional("item_type", "task_type", "事项类型", _PRACTICE),
    _optional("item_version", "task_version", "事项版本", _PRACTICE),
    _optional("department", "lead_department", "责任处室", _PRACTICE),
    _optional("accepted_on", "receive_time", "受理日期", _PRACTICE),
    _optional("decided_on", "decision_time", "决定日期"),
    _required("concluded_on", "transact_time", "办结日期", _PRACTICE),
    _required("decision", "result", "办理结果", _PRACTICE),
)

_PARTY = (
    _required("name", "agent_name", "名称", _dat46(77)),
    _required("kind", "agent_type", "类型", _dat46(76)),
    _optional("identifier_kind", "card_type", "证件类型", _PRACTICE),
    _optional("identifier", "contacted_card", "证件号码", _PRACTICE),
)

_LICENCE = Group(
    "licences",
    "licence",
    "证照",
    (
        _required("name", "licence_name", "证照名称"),
        _optional("number", "result_code", "结果证照编号", _PRACTICE),
        _optional("identifier", "licence_identifier", "电子证照标识"),
        _optional("valid_until", "valid_until", "有效期至"),
    ),
)

_JOINT = Group(
    "joint",
    "joint_handling",
    "联办",
    (
        _required("number", "joint_number", "联办件编号"),
        _required("name", "joint_name", "联办事项名称"),
        _required("lead", "lead_unit", "牵头部门"),
        Group(
            "parts",
            "part",
            "参与办件",
            (_required("number", "project_id", "办件编号"),),
        ),
    ),
)

_DIGITISED = Group(
    "digitised",
    "digitization_attributes",
    "数字化属性",
    (
        _required("resolution", "scanning_resolution", "扫描分辨率", _dat46(54)),
        _required("colour_mode", "scanning_color_model", "扫描色彩模式", _dat46(55)),
        _optional(
            "compression", "image_compression_scheme", "图像压缩方案", _dat46(56)
        ),
        _required("verified_by", "verified_by", "核验人"),
        _required("verified_on", "verified_on", "核验日期"),
    ),
)

_FILE = Group(
    "files",
    "file",
    "内容文件",
    (
        _required("path", "current_location", "当前位置", _dat46(66)),
        _required("name", "computer_file_name", "计算机文件名", _dat46(48)),
        _required("size", "computer_file_size", "计算机文件大小", _dat46(49)),
        _optional("created_at", "computer_file_creation_time", "形成时间", _PRACTICE),
        _optional(
            "program", "document_creating_application", "文档创建程序", _dat46(50)
        ),
    ),
)

_DOCUMENT = Group(
    "documents",
    "document",
    "电子文件",
    (
        _required("name", "file_standard_name", "材料名称", _PRACTICE),
        _optional("code", "file_code", "材料编号", _PRACTICE),
        _required("role", "document_role", "文件类别"),
        _required("provenance", "material_type", "材料属性"),
        _optional("called_from", "called_from", "调用来源"),
        _optional("form", "original_or_copy", "原件或复印件"),
        _required("classification", "security_classification", "密级", _dat46(38)),
        _DIGITISED,
        _FILE,
    ),
)

_STEP = Group(
    "steps",
    "process",
    "过程信息",
    (
        _optional("code", "process_code", "环节编码"),
        _required("activity", "business_activity", "业务行为", _dat46(81)),
        _required("actor", "actor", "处理人员"),
        _required("unit", "unit", "处理部门"),
        _required("at", "action_time", "行为时间", _dat46(82)),
        _optional("opinion", "opinion", "处理意见"),
        _optional("outcome", "outcome", "处理结果"),
        _optional("basis", "action_mandate", "行为依据", _dat46(83)),
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
