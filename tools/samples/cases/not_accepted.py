"""An application is not accepted 不予受理: it is for another agency."""

from __future__ import annotations

from datetime import date

from samples.content import Photo, Plain
from samples.facts import AGENCY, SampleCase, SampleFile, at
from samples.papers import WRITER_DOCX, WRITER_PDF, form, letter
from samples.people import DECIDER, QIAN, RECEIVER

_ITEM, _NUMBER = "烟草专卖零售许可（新办）", "SP202510130006"
_DELIVERY = f"""不予受理通知书电子送达记录

办件编号：{_NUMBER}
文书名称：不予受理通知书（某行审不受〔2025〕2号）
受送达人：钱七
送达方式：政务服务平台个人中心
送达时间：2025-10-13 16:20:08
阅读时间：2025-10-13 18:02:41
送达机关：{AGENCY}
"""

CASE = SampleCase(
    folder="08-not-accepted",
    kind="not accepted",
    number=_NUMBER,
    item=_ITEM,
    applicant=QIAN,
    accepted_on=None,
    concluded_on=date(2025, 10, 13),
    decision="not_accepted",
    steps=(
        ("2025-10-13T14:08", "申请", QIAN.name),
        ("2025-10-13T15:00", "初审", RECEIVER),
        ("2025-10-13T16:15", "决定不予受理", DECIDER),
        ("2025-10-13T16:20", "送达", RECEIVER),
    ),
    files=(
        SampleFile(
            name="烟草专卖零售许可证申请表.docx",
            document="烟草专卖零售许可证申请表",
            role="application",
            made_at=at("2025-10-13 13:50"),
            program=WRITER_DOCX,
            content=form(
                "烟草专卖零售许可证申请表",
                QIAN,
                (
                    ("字号", "某某样例便利店"),
                    ("经营地址", "某某市某某区样例巷2号"),
                    ("经营业态", "便利店"),
                ),
                "本人对申请材料的真实性负责。",
                date(2025, 10, 13),
            ),
        ),
        SampleFile(
            name="经营场所照片.jpg",
            document="经营场所照片",
            role="application",
            made_at=at("2025-10-12 17:33"),
            program="Pillow 13",
            content=Photo("shop", "样例巷2号"),
        ),
        SampleFile(
            name="不予受理通知书.pdf",
            document="不予受理通知书",
            role="result",
            made_at=at("2025-10-13 16:15"),
            program=WRITER_PDF,
            content=letter(
                "不予受理通知书",
                "某行审不受〔2025〕2号",
                QIAN.name,
                (
                    f"你于2025年10月13日提出的“{_ITEM}”申请（办件编号：{_NUMBER}）收悉。",
                    (
                        "经审查，该申请事项依法不属于本机关职权范围。依照《中华人民共和国行政"
                        "许可法》的规定，决定不予受理。请向某某市烟草专卖局提出申请。"
                    ),
                    "如对本决定不服，可以依法申请行政复议或者提起行政诉讼。",
                ),
                date(2025, 10, 13),
                archival=True,
            ),
        ),
        SampleFile(
            name="送达记录.txt",
            document="电子送达记录",
            role="procedure",
            made_at=at("2025-10-13 18:02"),
            program="某某市政务服务平台（样例）",
            content=Plain(_DELIVERY),
        ),
    ),
)
