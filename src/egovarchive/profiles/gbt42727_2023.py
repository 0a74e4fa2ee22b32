"""
The generic package of GB/T 42727—2023 政务服务事项电子文件归档规范.

The standard's annexes D and E (element tables) could not be consulted. Names and
titles are those of DA/T 46—2009 where that has the element (its number is given), else
those seen in published implementations of the older DA/T 85—2019 ("practice"), else
our own. Compare them with your copy of the standard, and change what differs.

Lengths, forms, lists and ranges are our own throughout: they are those of our records,
and say what a package of ours can hold, not what the standard allows.
"""

from __future__ import annotations

from functools import partial

from egovarchive.profiles import Element, Group, Profile
from egovarchive.profiles.dat70_2018 import DAT70_2018_CODES
from egovarchive.profiles.form import (
    CATEGORY,
    DATE,
    FONDS,
    INTEGER,
    ITEM_CODE,
    LINES,
    MOMENT,
    OFFICE,
    RESIDENT_ID,
    RETENTION,
    SECONDS,
    USCC,
    YEAR,
    FormBy,
)
from egovarchive.profiles.signature import SIGNATURE
from egovarchive.records.case import Decision
from egovarchive.records.document import (
    MOST,
    Classification,
    ColourMode,
    Form,
    Provenance,
    Role,
)
from egovarchive.records.party import IdentifierKind, PartyKind
from egovarchive.records.series import Template
from egovarchive.records.term import Term

_PRACTICE = "practice"


def _dat46(number: int) -> str:
    return f"DA/T 46—2009 M{number}"


def _words(terms: type[Term]) -> tuple[str, ...]:
    return tuple(term.zh for term in terms)


_required = partial(Element, required=True)
_optional = Element

_RECORD = (
    _required(
        "electronic_record_code",
        "electronic_record_code",
        "电子文件号",
        source=_dat46(7),
        length=155,
    ),
    _required("fonds", "fonds_identifier", "全宗号", source=_dat46(9), form=FONDS),
    _required(
        "unit",
        "fonds_constituting_unit_name",
        "立档单位名称",
        source=_dat46(6),
        length=200,
    ),
    _optional("unit_code", "social_code", "机构编码", source=_PRACTICE, length=64),
    _required("category", "category_code", "类别号", source=_dat46(14), form=CATEGORY),
    _required("year", "year", "年度", source=_dat46(11), form=YEAR),
    _required(
        "retention", "retention_period", "保管期限", source=_dat46(12), form=RETENTION
    ),
    _optional(
        "office",
        "organizational_structure_or_function",
        "机构或问题",
        source=_dat46(13),
        form=OFFICE,
    ),
    _required(
        "template", "archival_code_template", "档号编制规则", values=_words(Template)
    ),
    _required("schedule", "retention_schedule", "保管期限表版本", length=64),
    _required("approved_by", "schedule_approved_by", "保管期限表批准机关", length=200),
    _required(
        "approval_number", "schedule_approval_number", "保管期限表批准文号", length=100
    ),
)

_CASE = (
    _required("number", "project_id", "办件编号", source=_PRACTICE, length=64),
    _optional(
        "provincial_number", "provincial_number", "省级统一申办流水号", length=64
    ),
    _optional("municipal_number", "municipal_number", "市级流水号", length=64),
    _required("title", "title", "题名", source=_dat46(22), length=500),
    _required(
        "item_code",
        "task_code",
        "事项编码",
        source=_PRACTICE,
        length=64,
        form=ITEM_CODE,
    ),
    _optional("item_basic_code", "task_basic_code", "基本编码", length=40),
    _required("item_name", "task_name", "事项名称", source=_PRACTICE, length=200),
    _optional("item_type", "task_type", "事项类型", source=_PRACTICE, length=40),
    _optional("item_version", "task_version", "事项版本", source=_PRACTICE, length=40),
    _optional(
        "department", "lead_department", "责任处室", source=_PRACTICE, length=200
    ),
    _optional("accepted_on", "receive_time", "受理日期", source=_PRACTICE, form=DATE),
    _optional("decided_on", "decision_time", "决定日期", form=DATE),
    _required("concluded_on", "transact_time", "办结日期", source=_PRACTICE, form=DATE),
    _required(
        "decision", "result", "办理结果", source=_PRACTICE, values=_words(Decision)
    ),
)

_IDENTIFIER = FormBy(
    "identifier_kind",
    (
        (IdentifierKind.RESIDENT_ID.zh, RESIDENT_ID),
        (IdentifierKind.USCC.zh, USCC),
    ),
)

_PARTY = (
    _required("name", "agent_name", "名称", source=_dat46(77), length=200),
    _required(
        "kind", "agent_type", "类型", source=_dat46(76), values=_words(PartyKind)
    ),
    _optional(
        "identifier_kind",
        "card_type",
        "证件类型",
        source=_PRACTICE,
        values=_words(IdentifierKind),
    ),
    _optional(
        "identifier",
        "contacted_card",
        "证件号码",
        source=_PRACTICE,
        length=64,
        form=_IDENTIFIER,
    ),
)

_LICENCE = Group(
    "licences",
    "licence",
    "证照",
    (
        _required("name", "licence_name", "证照名称", length=200),
        _optional(
            "number", "result_code", "结果证照编号", source=_PRACTICE, length=100
        ),
        _optional("identifier", "licence_identifier", "电子证照标识", length=200),
        _optional("valid_until", "valid_until", "有效期至", form=DATE),
    ),
)

_JOINT = Group(
    "joint",
    "joint_handling",
    "联办",
    (
        _required("number", "joint_number", "联办件编号", length=64),
        _required("name", "joint_name", "联办事项名称", length=200),
        _required("lead", "lead_unit", "牵头部门", length=200),
        Group(
            "parts",
            "part",
            "参与办件",
            (_required("number", "project_id", "办件编号", length=64),),
        ),
    ),
    most=1,
)

_DIGITISED = Group(
    "digitised",
    "digitization_attributes",
    "数字化属性",
    (
        _required(
            "resolution",
            "scanning_resolution",
            "扫描分辨率",
            source=_dat46(54),
            form=INTEGER,
            least=1,
            most=100_000,
        ),
        _required(
            "colour_mode",
            "scanning_color_model",
            "扫描色彩模式",
            source=_dat46(55),
            values=_words(ColourMode),
        ),
        _optional(
            "compression",
            "image_compression_scheme",
            "图像压缩方案",
            source=_dat46(56),
            length=40,
        ),
        _required("verified_by", "verified_by", "核验人", length=100),
        _required("verified_on", "verified_on", "核验日期", form=DATE),
    ),
    most=1,
)

_FILE = Group(
    "files",
    "file",
    "内容文件",
    (
        _required("path", "current_location", "当前位置", source=_dat46(66)),
        _required(
            "name", "computer_file_name", "计算机文件名", source=_dat46(48), length=240
        ),
        _required(
            "size",
            "computer_file_size",
            "计算机文件大小",
            source=_dat46(49),
            form=INTEGER,
            least=1,
        ),
        _optional(
            "created_at",
            "computer_file_creation_time",
            "形成时间",
            source=_PRACTICE,
            form=MOMENT,
        ),
        _optional(
            "modified_at", "computer_file_modification_time", "修改时间", form=MOMENT
        ),
        _optional(
            "program",
            "document_creating_application",
            "文档创建程序",
            source=_dat46(50),
            length=100,
        ),
        _optional(
            "format", "format_information", "格式信息", source=_dat46(47), length=100
        ),
        _optional(
            "pages",
            "total_number_of_pages",
            "页数",
            source=_dat46(43),
            form=INTEGER,
            least=1,
            most=MOST,
        ),
        _optional("width", "pixel_width", "像素宽", form=INTEGER, least=1, most=MOST),
        _optional("height", "pixel_height", "像素高", form=INTEGER, least=1, most=MOST),
        _optional("seconds", "duration_in_seconds", "时长（秒）", form=SECONDS),
        SIGNATURE,
    ),
    least=1,
)

_DOCUMENT = Group(
    "documents",
    "document",
    "电子文件",
    (
        _required(
            "name", "file_standard_name", "材料名称", source=_PRACTICE, length=200
        ),
        _optional("code", "file_code", "材料编号", source=_PRACTICE, length=64),
        _required("role", "document_role", "文件类别", values=_words(Role)),
        _required("provenance", "material_type", "材料属性", values=_words(Provenance)),
        _optional("called_from", "called_from", "调用来源", length=200),
        _optional("form", "original_or_copy", "原件或复印件", values=_words(Form)),
        _required(
            "classification",
            "security_classification",
            "密级",
            source=_dat46(38),
            values=_words(Classification),
        ),
        _DIGITISED,
        _FILE,
    ),
    least=1,
)

_STEP = Group(
    "steps",
    "process",
    "过程信息",
    (
        _optional("code", "process_code", "环节编码", length=64),
        _required(
            "activity", "business_activity", "业务行为", source=_dat46(81), length=100
        ),
        _required("actor", "actor", "处理人员", length=100),
        _required("unit", "unit", "处理部门", length=200),
        _required("at", "action_time", "行为时间", source=_dat46(82), form=MOMENT),
        _optional("opinion", "opinion", "处理意见", length=10_000, form=LINES),
        _optional("outcome", "outcome", "处理结果", length=200),
        _optional(
            "basis",
            "action_mandate",
            "行为依据",
            source=_dat46(83),
            length=1_000,
            form=LINES,
        ),
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
            Group("applicant", "applicant", "申请人", _PARTY, least=1, most=1),
            Group("agent", "proxy", "代理人", _PARTY, most=1),
            _LICENCE,
            _JOINT,
            _DOCUMENT,
        ),
    ),
    process_path="过程信息元数据.xml",
    process=Group("process", "process_info", "过程信息元数据", (_STEP,)),
    codes=DAT70_2018_CODES,
)
