"""The applicant withdraws 撤回: outdoor advertising 户外广告设施设置审批."""

from __future__ import annotations

from datetime import date

from samples.content import Drawing, Line, Para, Signed, Text, Title
from samples.drawings import facade
from samples.facts import AGENCY, SampleCase, SampleFile, Scan, at
from samples.papers import (
    RSVG,
    WRITER_DOCX,
    WRITER_PDF,
    acceptance,
    form,
    letter,
)
from samples.people import ADVERTISER, DECIDER, EXAMINER, RECEIVER, SUN

_ITEM, _NUMBER = "设置大型户外广告审批", "SP202510200011"
_WITHDRAWAL = Text(
    title="撤回行政许可申请书",
    author=SUN.name,
    blocks=(
        Title("撤回申请书"),
        Line(f"{AGENCY}："),
        Para(
            f"我单位于2025年10月20日提出“{_ITEM}”申请，办件编号为{_NUMBER}。"
            "因广告设施的设计方案需要重大调整，现自愿申请撤回，待方案确定后另行申请。"
        ),
        Para("请予准许，并退回已提交的纸质效果图。"),
        Signed(
            "某某样例广告有限公司　经办人：孙八（签字）", "2025年10月27日", sealed=False
        ),
    ),
)

CASE = SampleCase(
    folder="09-withdrawn",
    kind="withdrawn by the applicant",
    number=_NUMBER,
    item=_ITEM,
    applicant=ADVERTISER,
    agent=SUN,
    accepted_on=date(2025, 10, 20),
    concluded_on=date(2025, 10, 28),
    decision="withdrawn",
    steps=(
        ("2025-10-20T09:10", "申请", SUN.name),
        ("2025-10-20T10:30", "受理", RECEIVER),
        ("2025-10-24T15:00", "审查", EXAMINER),
        ("2025-10-27T14:20", "申请撤回", SUN.name),
        ("2025-10-28T09:00", "终止办理", DECIDER),
    ),
    files=(
        SampleFile(
            name="户外广告设施设置申请表.docx",
            document="大型户外广告设施设置申请表",
            role="application",
            made_at=at("2025-10-19 16:44"),
            program=WRITER_DOCX,
            content=form(
                "大型户外广告设施设置申请表",
                ADVERTISER,
                (
                    ("设置地点", "某某市样例广场东侧外墙"),
                    ("设施形式", "电子显示屏，12米×6米"),
                    ("设置期限", "2025年11月1日至2027年10月31日"),
                ),
                "本单位对申请材料的真实性负责。",
                date(2025, 10, 19),
            ),
        ),
        SampleFile(
            name="效果图.png",
            document="广告设施效果图",
            role="application",
            made_at=at("2025-10-18 10:26"),
            program=RSVG,
            content=Drawing(facade("样例广场")),
        ),
        SampleFile(
            name="受理通知书.pdf",
            document="受理通知书",
            role="procedure",
            made_at=at("2025-10-20 10:30"),
            program=WRITER_PDF,
            content=acceptance(
                _ITEM,
                "某行审受〔2025〕161号",
                _NUMBER,
                ADVERTISER.name,
                ("大型户外广告设施设置申请表", "广告设施效果图"),
                date(2025, 10, 20),
            ),
        ),
        SampleFile(
            name="撤回申请书（扫描件）.jpg",
            document="撤回申请书",
            role="application",
            made_at=at("2025-10-27 14:25"),
            program="Pillow 13",
            content=_WITHDRAWAL,
            scan=Scan(
                resolution=200,
                colour_mode="grey",
                compression="JPEG",
                verified_by=RECEIVER,
                verified_on=date(2025, 10, 27),
            ),
        ),
        SampleFile(
            name="终止办理通知书.pdf",
            document="终止办理通知书",
            role="result",
            made_at=at("2025-10-28 09:00"),
            program=WRITER_PDF,
            content=letter(
                "终止办理通知书",
                "某行审终〔2025〕1号",
                ADVERTISER.name,
                (
                    (
                        f"你单位于2025年10月27日申请撤回“{_ITEM}”申请（办件编号：{_NUMBER}）。"
                        "经审查，该申请尚未作出决定，撤回出于自愿。"
                    ),
                    "现终止办理。你单位可以重新提出申请。",
                ),
                date(2025, 10, 28),
            ),
        ),
    ),
)
