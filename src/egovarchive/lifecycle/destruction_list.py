"""Destruction list 销毁清册: the records that are to be destroyed together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from hashlib import sha256
from typing import Final

from attrs import field, frozen

from egovarchive.errors import InvalidValueError
from egovarchive.lifecycle.dialogue.forms import MAX_RECORDS, Sha256, Whole, all_of
from egovarchive.lifecycle.dialogue.wire import (
    Row,
    code_of,
    day_of,
    decode,
    each,
    encode,
    members,
    moment_of,
    optional,
    period_of,
    take,
    term_of,
    text_of,
    text_or_none,
)
from egovarchive.lifecycle.event import Event, EventKind
from egovarchive.lifecycle.persons import MAX_NAME
from egovarchive.lifecycle.state import State
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.kind import Of
from egovarchive.records.moment import a_date, in_china
from egovarchive.records.retention import RetentionPeriod
from egovarchive.records.term import Term
from egovarchive.records.text import Text

KIND: Final = "destruction list"


class ListKind(Term):
    """Why records are destroyed."""

    DESTROY = "destroy", "期满销毁"
    # Its own copy, once the archives have the record and custody is over.
    PURGE = "purge", "移交后清除"

    @property
    def state(self) -> State:
        """Where a record must stand to be listed."""
        return State.PROPOSED if self is ListKind.DESTROY else State.TRANSFERRED


def _whole(value: object) -> int:
    return value  # type: ignore[return-value]  # its validator looks


@frozen(kw_only=True)
class ListedRecord:
    """
    A record of a destruction list, without a word of personal data.

    Args:
        code: Its archival code.
        package: Its package's id.
        signature: SHA-256 of its signature, in hex; None: it had none.
        size: Size of its package in bytes.
        period: The retention period that holds.
        ends_on: The last day of it; None if it has none.
        grounds: What allows it: the id of the appraisal; or, for a purge, the receipt
            of the archives.
    """

    code: ArchivalCode = field(validator=Of(ArchivalCode))
    package: str = field(validator=Sha256())
    signature: str | None = field(validator=Sha256(optional=True))
    size: int = field(validator=Whole(0))
    period: RetentionPeriod = field(validator=Of(RetentionPeriod))
    ends_on: date | None = field(validator=a_date)
    grounds: str = field(validator=Sha256())

    def row(self) -> Row:
        """Return it as plain texts and numbers."""
        return {
            "code": str(self.code),
            "package": self.package,
            "signature": self.signature,
            "size": self.size,
            "period": str(self.period),
            "ends_on": None if self.ends_on is None else self.ends_on.isoformat(),
            "grounds": self.grounds,
        }

    @classmethod
    def of_row(cls, value: object) -> ListedRecord:
        """Return the one that `row` wrote."""
        names = (
            "code",
            "package",
            "signature",
            "size",
            "period",
            "ends_on",
            "grounds",
        )
        row = members(value, names)
        return cls(
            code=take(row, "code", code_of),
            package=take(row, "package", text_of),
            signature=take(row, "signature", text_or_none),
            size=take(row, "size", _whole),
            period=take(row, "period", period_of),
            ends_on=take(row, "ends_on", optional(day_of)),
            grounds=take(row, "grounds", text_of),
        )


def _records(value: Iterable[ListedRecord]) -> tuple[ListedRecord, ...]:
    return all_of(ListedRecord, value, "records")


@frozen(kw_only=True)
class DestructionList:
    """
    Records that are to be destroyed together.

    It does not change: what is struck off is told by the journal. It is kept for ever.

    Args:
        fonds: Fonds number 全宗号.
        unit: Fonds constituting unit 立档单位.
        kind: Why.
        records: The records, at least one.
        listed_by: Who made it.
        listed_at: When.
        after: The number of the last journal segment before it: so that no two lists
            are the same.
    """

    fonds: str = field(validator=Text(100))
    unit: str = field(validator=Text(200))
    kind: ListKind = field(validator=Of(ListKind))
    records: tuple[ListedRecord, ...] = field(converter=_records, repr=False)
    listed_by: str = field(validator=Text(MAX_NAME))
    listed_at: datetime = field(converter=in_china)
    after: int = field(validator=Whole(0))

    @records.validator
    def _check(self, _: object, value: tuple[ListedRecord, ...]) -> None:
        if not 1 <= len(value) <= MAX_RECORDS:
            raise InvalidValueError(
                f"a list has 1 to {MAX_RECORDS} records, not {len(value)}",
                f"一份清册应有 1 至 {MAX_RECORDS} 件，而不是 {len(value)} 件",
                rule="size of a list",
                place="records",
            )
        seen: set[ArchivalCode] = set()
        for number, record in enumerate(value):
            if record.code in seen or record.code.series.fonds != self.fonds:
                raise InvalidValueError(
                    f"{record.code} is listed twice, or of another fonds",
                    f"{record.code} 重复列入，或属于其他全宗",
                    rule="each record of the fonds once",
                    place=f"records[{number}]",
                )
            seen.add(record.code)

    @property
    def id(self) -> str:
        """SHA-256 of its bytes, in hex: what approvals and events name it by."""
        return sha256(self.encode()).hexdigest()

    @property
    def codes(self) -> tuple[ArchivalCode, ...]:
        """The codes of its records, in their order."""
        return tuple(record.code for record in self.records)

    def event(self) -> Event:
        """Return the event that tells of it."""
        return Event(
            kind=EventKind.DESTRUCTION_LISTED,
            code=None,
            at=self.listed_at,
            by=self.listed_by,
            details={
                "list": self.id,
                "kind": self.kind.value,
                "records": str(len(self.records)),
            },
        )

    def encode(self) -> bytes:
        """Return it as canonical JSON: the same list, the same bytes."""
        row = {
            "fonds": self.fonds,
            "unit": self.unit,
            "kind": self.kind.value,
            "records": [record.row() for record in self.records],
            "listed_by": self.listed_by,
            "listed_at": self.listed_at.isoformat(),
            "after": self.after,
        }
        return encode(KIND, row)

    @classmethod
    def decode(cls, data: bytes) -> DestructionList:
        """
        Read what `encode` wrote, and nothing else.

        Raises:
            InvalidValueError: It is something else; says where.
        """
        return decode(data, KIND, cls._of_row, cls.encode)

    @classmethod
    def _of_row(cls, value: object) -> DestructionList:
        names = (
            "fonds",
            "unit",
            "kind",
            "records",
            "listed_by",
            "listed_at",
            "after",
        )
        row = members(value, names)
        return cls(
            fonds=take(row, "fonds", text_of),
            unit=take(row, "unit", text_of),
            kind=take(row, "kind", term_of(ListKind)),
            records=take(row, "records", each(ListedRecord.of_row)),
            listed_by=take(row, "listed_by", text_of),
            listed_at=take(row, "listed_at", moment_of),
            after=take(row, "after", _whole),
        )
