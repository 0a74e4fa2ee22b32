"""A licence is refused, with reasons: human resources services 人力资源服务许可."""

from __future__ import annotations

from datetime import date

from samples.content import Drawing, Line, Para, Signed, Table, Text, Title
from samples.drawings import shop_plan
from samples.facts import AGENCY, SampleCase, SampleFile, at
from samples.papers import (
    RSVG,
    WRITER_DOCX,
    WRITER_PDF,
    acceptance,
    form,
    letter,
)
from samples.people import DECIDER, EXAMINER, LI, RECEIVER, STAFFING

_ITEM, _NUMBER = "人力资源服务许可（设立）", "SP202504080031"
_INSPECTION = Text(
    title="现场核查记录",
    author=AGENCY,
    blocks=(
        Title("现场核查记录"),
        Table(
            (26, 74),
            (
                ("办件编号", _NUMBER),
                ("核查对象", STAFFING.name),
                ("核查时间", "2025年4月15日9时30分至10时20分"),
                ("核查地点", "某某市某某区样例大厦602室"),
                ("核查人员", f"{EXAMINER}（主核）、{RECEIVER}"),
                (
                    "核查情况",
                    (
                        "申请材料载明专职工作人员5名，现场实有2名，未能提供其余3名人员的劳动"
                        "合同和社会保险缴费证明；申请材料载明办公场所88平方米，其中档案室未与"
                        "邻室分隔，与所附平面图不符。"
                    ),
                ),
                ("当事人意见", "情况属实。李四（签字）"),
            ),
        ),
        Signed(f"核查人员：{EXAMINER}　{RECEIVER}", "2025年4月15日", sealed=False),
    ),
)
_RECEIPT = Text(
    title="送达回证",
    author=AGENCY,
    blocks=(
        Title("送达回证"),
        Table(
            (30, 70),
            (
                ("送达文书", "不予行政许可决定书（某行审不许〔2025〕3号）"),
                ("受送达人", STAFFING.name),
                ("送达方式", "直接送达"),
                ("送达地点", "某某市政务服务中心12号窗口"),
                ("送达时间", "2025年4月23日10时15分"),
                ("收件人签收", "李四（签字）　与受送达人关系：委托代理人"),
                ("送达人", RECEIVER),
            ),
        ),
        Line(""),
        Para("注：收件人拒绝签收的，送达人应当在备注中记明情况。"),
    ),
)

CASE = SampleCase(
    folder="02-licence-refused",
    kind="licence refused",
    number=_NUMBER,
    item=_ITEM,
    applicant=STAFFING,
    agent=LI,
    accepted_on=date(2025, 4, 8),
    concluded_on=date(2025, 4, 22),
    decision="refused",
    steps=(
        ("2025-04-08T09:02", "申请", LI.name),
        ("2025-04-08T14:30", "受理", RECEIVER),
        ("2025-04-15T10:20", "现场核查", EXAMINER),
        ("2025-04-22T16:45", "决定", DECIDER),
        ("2025-04-23T10:15", "送达", RECEIVER),
    ),
    files=(
        SampleFile(
            name="人力资源服务许可申请书.docx",
            document="人力资源服务许可申请书",
            role="application",
            made_at=at("2025-04-07 17:48"),
            program=WRITER_DOCX,
            content=form(
                "人力资源服务许可申请书",
                STAFFING,
                (
                    ("申请类别", "设立"),
                    ("业务范围", "职业中介活动"),
                    ("办公场所", "某某市某某区样例大厦602室，88平方米"),
                    ("专职工作人员", "5名"),
                    ("法定代表人", "李四"),
                ),
                "本单位对申请材料的真实性负责。",
                date(2025, 4, 7),
            ),
        ),
        SampleFile(
            name="经营场所平面图.png",
            document="经营场所平面图",
            role="application",
            made_at=at("2025-04-06 11:20"),
            program=RSVG,
            content=Drawing(shop_plan("样例大厦602室"), zoom=0.8),
        ),
        SampleFile(
            name="受理通知书.pdf",
            document="受理通知书",
            role="procedure",
            made_at=at("2025-04-08 14:30"),
            program=WRITER_PDF,
            content=acceptance(
                _ITEM,
                "某行审受〔2025〕31号",
                _NUMBER,
                STAFFING.name,
                ("人力资源服务许可申请书", "经营场所平面图"),
                date(2025, 4, 8),
            ),
        ),
        SampleFile(
            name="现场核查记录.pdf",
            document="现场核查记录",
            role="procedure",
            made_at=at("2025-04-15 10:20"),
            program=WRITER_PDF,
            content=_INSPECTION,
        ),
        SampleFile(
            name="不予行政许可决定书.pdf",
            document="不予行政许可决定书",
            role="result",
            made_at=at("2025-04-22 16:45"),
            program=WRITER_PDF,
            content=letter(
                "不予行政许可决定书",
                "某行审不许〔2025〕3号",
                STAFFING.name,
                (
                    (
                        f"你单位于2025年4月8日提出的“{_ITEM}”申请（办件编号：{_NUMBER}），"
                        "本机关已于同日受理。"
                    ),
                    (
                        "经审查，申请材料载明的专职工作人员5名中，有3名未能证明与你单位存在"
                        "劳动关系；办公场所的实际布局与申请材料不符。你单位的申请不符合法定"
                        "条件、标准。"
                    ),
                    "依照《中华人民共和国行政许可法》的规定，决定不予行政许可。",
                    "如对本决定不服，可以依法申请行政复议或者提起行政诉讼。",
                ),
                date(2025, 4, 22),
                archival=True,
            ),
        ),
        SampleFile(
            name="送达回证.pdf",
            document="送达回证",
            role="procedure",
            made_at=at("2025-04-23 10:15"),
            program=WRITER_PDF,
            content=_RECEIPT,
        ),
    ),
)
