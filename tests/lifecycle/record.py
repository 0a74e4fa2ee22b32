"""What the tests of the life of a record share."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from egovarchive.lifecycle.entry import Entry
from egovarchive.lifecycle.event import Event, EventKind
from egovarchive.lifecycle.hold import Hold, Scope
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.moment import CHINA

CODE = ArchivalCode.parse("J019-ZY·XK·2026·D10-0001")
AT = datetime(2037, 1, 5, 9, tzinfo=CHINA)


def entry(code: str | ArchivalCode = CODE, **changes: Any) -> Entry:
    """Return the entry of a record of ten years, which is not to be transferred."""
    values: dict[str, Any] = {
        "code": ArchivalCode.parse(code) if isinstance(code, str) else code,
        "case_number": "C-000001",
        "item_code": "0100190012",
        "concluded_on": date(2026, 3, 6),
        "registered_at": datetime(2026, 3, 6, 10, tzinfo=CHINA),
        "schedule": "2026",
        "transfer_due_on": None,
        "statutory_transfer_on": None,
        "retention_ends_on": date(2036, 12, 31),
        "package": "ab" * 32,
        "key": "packages/J019/2026/03/ab.zip",
        "size": 1000,
        "signature": None,
        "title": "某公司食品经营许可",
    }
    return Entry(**{**values, **changes})


def thirty(**changes: Any) -> Entry:
    """Return the entry of a record of thirty years, which is to be transferred."""
    values: dict[str, Any] = {
        "transfer_due_on": date(2031, 3, 6),
        "statutory_transfer_on": date(2046, 3, 6),
        "retention_ends_on": date(2056, 12, 31),
    }
    return entry("J019-ZY·XK·2026·D30-0001", **{**values, **changes})


def happened(kind: EventKind, code: ArchivalCode = CODE, **details: str) -> Event:
    return Event(kind=kind, code=code, at=AT, by="档案员 07", details=details)


def hold(number: str = "H-1", **scope: Any) -> Hold:
    return Hold(
        number=number,
        reason="诉讼",
        authority="某区人民法院",
        scope=Scope(**(scope or {"everything": True})),
        placed_by="王五",
        placed_at=AT,
    )
