"""Entry 条目: what is registered of a record 登记, without a word of personal data."""

from __future__ import annotations

from datetime import date, datetime
from typing import TypedDict

from attrs import field, frozen

from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.retention import RetentionPeriod


class EntryRow(TypedDict):
    """An entry in plain texts and numbers: for a journal, or a catalog's table."""

    code: str
    case_number: str
    item_code: str
    concluded_on: str
    registered_at: str
    schedule: str
    transfer_due_on: str | None
    statutory_transfer_on: str | None
    retention_ends_on: str | None
    package: str
    key: str
    size: int
    signature: str | None


ROW_KEYS = frozenset(EntryRow.__annotations__)


@frozen(kw_only=True)
class Entry:
    """
    What is registered of a record 登记编目.

    Args:
        code: Archival code 档号.
        case_number: Case number 办件编号.
        item_code: Item code 事项编码.
        concluded_on: Day on which the case was concluded.
        registered_at: When it was registered.
        schedule: Version of the retention schedule it was filed under.
        transfer_due_on: Last day for its transfer; None if none is due.
        statutory_transfer_on: General transfer date, if known.
        retention_ends_on: Last day of its retention; None if it is permanent.
        package: The package's id: SHA-256 of its primary manifest, in hex.
        key: What the package is stored under.
        size: Size of the package in bytes.
        signature: SHA-256 of its signature, in hex; None if it is not sealed.
        title: Title 题名, from the package; None if it was not read.
    """

    code: ArchivalCode
    case_number: str
    item_code: str
    concluded_on: date
    registered_at: datetime
    schedule: str
    transfer_due_on: date | None
    statutory_transfer_on: date | None
    retention_ends_on: date | None
    package: str
    key: str
    size: int
    signature: str | None
    title: str | None = field(default=None, eq=False)

    @property
    def fonds(self) -> str:
        """Fonds number 全宗号."""
        return self.code.series.fonds

    @property
    def retention(self) -> RetentionPeriod:
        """Retention period 保管期限."""
        return self.code.series.retention

    def row(self) -> EntryRow:
        """Return this entry as plain texts and numbers, its title left out."""
        return {
            "code": str(self.code),
            "case_number": self.case_number,
            "item_code": self.item_code,
            "concluded_on": self.concluded_on.isoformat(),
            "registered_at": self.registered_at.isoformat(),
            "schedule": self.schedule,
            "transfer_due_on": _text(self.transfer_due_on),
            "statutory_transfer_on": _text(self.statutory_transfer_on),
            "retention_ends_on": _text(self.retention_ends_on),
            "package": self.package,
            "key": self.key,
            "size": self.size,
            "signature": self.signature,
        }

    @classmethod
    def of_row(cls, row: EntryRow, title: str | None = None) -> Entry:
        """Return the entry that *row* was made from."""
        return cls(
            code=ArchivalCode.parse(row["code"]),
            case_number=row["case_number"],
            item_code=row["item_code"],
            concluded_on=date.fromisoformat(row["concluded_on"]),
            registered_at=datetime.fromisoformat(row["registered_at"]),
            schedule=row["schedule"],
            transfer_due_on=_day(row["transfer_due_on"]),
            statutory_transfer_on=_day(row["statutory_transfer_on"]),
            retention_ends_on=_day(row["retention_ends_on"]),
            package=row["package"],
            key=row["key"],
            size=row["size"],
            signature=row["signature"],
            title=title,
        )


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
