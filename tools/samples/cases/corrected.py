"""An application is corrected and handed in again 补正: water abstraction 取水许可."""

from __future__ import annotations

from datetime import date

from samples.content import Book, Sheet, Table, Text
from samples.facts import SampleCase, SampleFile, at
from samples.papers import (
    CALC,
    WRITER_DOCX,
    WRITER_PDF,
    acceptance,
    form,
    grant,
    letter,
)
from samples.people import DECIDER, EXAMINER, FARM, RECEIVER, WANG

_ITEM, _NUMBER = "取水许可（首次申请）", "SP202505120008"


def _application(water: str, point: str, day: date) -> Text:
    return form(
        "取水许可申请书",
        FARM,
        (
            ("取水用途", "农业灌溉"),
            ("取水水源", "地表水（样例河）"),
            ("取水地点", point),
            ("年取水量", water),
            ("退水", "无集中退水"),
            ("法定代表人", "王五"),
        ),
        "本单位保证所填内容和所附材料真实、准确，并愿意承担相应的法律责任。",
        day,
    )


_DEMAND = Book(
    title="取水量计算表",
    author=FARM.name,
    sheets=(
        Sheet(
            "需水量",
            (
                ("作物", "面积（亩）", "灌溉定额（立方米/亩·年）", "需水量（立方米）"),
                ("水稻", 320, 480, "=[.B2]*[.C2]"),
                ("小麦", 260, 150, "=[.B3]*[.C3]"),
                ("蔬菜", 85, 310, "=[.B4]*[.C4]"),
                ("合计", "=SUM([.B2:.B4])", "", "=SUM([.D2:.D4])"),
            ),
            (3.0, 3.0, 6.0, 4.5),
        ),
        Sheet(
            "说明",
            (
                ("项目", "数值"),
                ("灌溉水利用系数", 0.82),
                ("申请年取水量（立方米）", "=ROUND([$需水量.D5]/[.B2];-3)"),
            ),
            (6.0, 4.5),
        ),
    ),
)

CASE = SampleCase(
    folder="03-corrected-and-resubmitted",
    kind="corrected and resubmitted",
    number=_NUMBER,
    item=_ITEM,
    applicant=FARM,
    agent=WANG,
    accepted_on=date(2025, 5, 19),
    concluded_on=date(2025, 6, 6),
    decision="granted",
    steps=(
        ("2025-05-12T10:11", "申请", WANG.name),
        ("2025-05-14T09:30", "补正告知", RECEIVER),
        ("2025-05-16T15:26", "补正", WANG.name),
        ("2025-05-19T09:05", "受理", RECEIVER),
        ("2025-05-30T11:10", "审查", EXAMINER),
        ("2025-06-06T14:00", "决定", DECIDER),
    ),
    files=(
        SampleFile(
            name="取水许可申请书（初次提交）.docx",
            document="取水许可申请书（初次提交）",
            role="application",
            made_at=at("2025-05-12 10:02"),
            program=WRITER_DOCX,
            content=_application("25万立方米", "某某县样例乡", date(2025, 5, 12)),
        ),
        SampleFile(
            name="补正告知书.pdf",
            document="申请材料补正告知书",
            role="procedure",
            made_at=at("2025-05-14 09:30"),
            program=WRITER_PDF,
            content=letter(
                "申请材料补正告知书",
                "某行审补〔2025〕8号",
                FARM.name,
                (
                    (
                        f"你单位于2025年5月12日提出的“{_ITEM}”申请（办件编号：{_NUMBER}）"
                        "收悉。经审查，申请材料不齐全，依照《中华人民共和国行政许可法》的规定，"
                        "现一次告知需要补正的全部内容："
                    ),
                ),
                date(2025, 5, 14),
                table=Table(
                    (12, 36, 52),
                    (
                        ("序号", "材料", "需要补正的内容"),
                        ("1", "取水许可申请书", "取水地点应当写明村组和取水口位置。"),
                        (
                            "2",
                            "取水许可申请书",
                            "年取水量应当与计算表一致，并写至千立方米。",
                        ),
                        ("3", "取水量计算表", "未提交，请补交。"),
                    ),
                ),
            ),
        ),
        SampleFile(
            name="取水许可申请书（补正后）.docx",
            document="取水许可申请书（补正后）",
            role="application",
            made_at=at("2025-05-16 15:20"),
            program=WRITER_DOCX,
            content=_application(
                "267千立方米",
                "某某县样例乡样例村三组，样例河左岸样例桥上游200米",
                date(2025, 5, 16),
            ),
        ),
        SampleFile(
            name="取水量计算表.xlsx",
            document="取水量计算表",
            role="application",
            made_at=at("2025-05-16 15:08"),
            program=CALC,
            content=_DEMAND,
        ),
        SampleFile(
            name="受理通知书.pdf",
            document="受理通知书",
            role="procedure",
            made_at=at("2025-05-19 09:05"),
            program=WRITER_PDF,
            content=acceptance(
                _ITEM,
                "某行审受〔2025〕46号",
                _NUMBER,
                FARM.name,
                ("取水许可申请书（补正后）", "取水量计算表"),
                date(2025, 5, 19),
            ),
        ),
        SampleFile(
            name="准予行政许可决定书.pdf",
            document="准予行政许可决定书",
            role="result",
            made_at=at("2025-06-06 14:00"),
            program=WRITER_PDF,
            content=grant(
                _ITEM,
                "某行审许〔2025〕46号",
                _NUMBER,
                FARM.name,
                "许可年取水量为267千立方米，取水地点为样例河左岸样例桥上游200米，用途为"
                "农业灌溉。",
                date(2025, 6, 6),
            ),
        ),
    ),
)
