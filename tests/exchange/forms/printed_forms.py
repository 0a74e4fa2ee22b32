"""Forms that tests print."""

from __future__ import annotations

from datetime import date

from egovarchive.exchange.forms.appraisal import (
    AppraisalForm,
    AppraisalRow,
    Member,
    Opinion,
)
from egovarchive.exchange.forms.destruction import (
    DestructionListForm,
    DestructionRow,
    ListKind,
)
from egovarchive.exchange.forms.handover import (
    ONLINE,
    CarrierDigest,
    HandoverForm,
    Inspections,
    Side,
)
from egovarchive.exchange.forms.listed import Approval, Listed
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.digest import Digest
from egovarchive.records.retention import RetentionPeriod

D10 = RetentionPeriod(10)
DAY = date(2026, 11, 23)
SM3 = Digest("sm3", "ab" * 32)


def handover() -> HandoverForm:
    return HandoverForm(
        name="某某局 2025 年度移交",
        content="2025 年度\n永久、30年",
        items=2000,
        size=1_234_567_890,
        carrier=ONLINE,
        sender=Side(
            unit="某某局",
            inspections=Inspections(accuracy="逐件核对 <一致>", integrity="通过"),
            filled_by="张某",
            on=DAY,
        ),
        recipient=Side(unit="某某市档案馆"),
        digests=[CarrierDigest(number="1", content="信息包", digest=SM3, size=999)],
    )


def listed(item: int, title: str | None = None) -> Listed:
    code = ArchivalCode.parse(f"A439-ZY·2015·D10·001-{item:04}")
    return Listed(code, period=D10, ends_on=date(2025, 12, 31), title=title)


def row(item: int = 1) -> DestructionRow:
    return DestructionRow(listed(item), opinion="失去保存价值")


def approval(name: str = "李某", day: int = 10) -> Approval:
    return Approval("分管领导", name, date(2026, 3, day), opinion="同意")


def destruction(count: int = 3) -> DestructionListForm:
    return DestructionListForm(
        unit="某某局",
        number="2026-1",
        digest=SM3,
        kind=ListKind.DESTROY,
        proposed_on=date(2026, 3, 2),
        rows=[row(i) for i in range(1, count + 1)],
        approvals=[approval()],
        witnesses=["赵某", "钱某"],
        method="覆写",
        destroyed_on=date(2026, 3, 20),
    )


def appraisal() -> AppraisalForm:
    kept = AppraisalRow(
        listed(1, "题名一"),
        opinion=Opinion.KEEP,
        new_period=RetentionPeriod(30),
        reason="涉及诉讼",
    )
    gone = AppraisalRow(listed(2), opinion=Opinion.DESTROY, reason="失去价值")
    return AppraisalForm(
        unit="某某局",
        number="J1",
        appraised_on=date(2026, 3, 1),
        members=[Member("王某", "档案部门"), Member("孙某", "业务部门")],
        summary="逐件审查",
        rows=[kept, gone],
    )
