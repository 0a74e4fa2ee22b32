"""Appraisal list 鉴定清单: records whose retention has ended, to be looked at."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from typing import Final

from attrs import field, frozen

from egovarchive.errors import InvalidValueError
from egovarchive.lifecycle.dialogue.forms import MAX_RECORDS, all_of
from egovarchive.lifecycle.dialogue.wire import (
    Row,
    code_of,
    day_of,
    decode,
    each,
    encode,
    members,
    period_of,
    take,
    term_of,
    text_of,
)
from egovarchive.lifecycle.state import State
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.kind import Of, strings
from egovarchive.records.moment import a_date
from egovarchive.records.retention import RetentionPeriod

KIND: Final = "appraisal list"


@frozen(kw_only=True)
class ExpiredRecord:
    """
    A record whose retention has ended.

    Args:
        code: Its archival code.
        package: Its package's id.
        period: The retention period that has ended.
        ends_on: The last day of it.
        state: Where the record stands: held, or proposed for destruction.
        holds: The numbers of the holds that cover it.
    """

    code: ArchivalCode = field(validator=Of(ArchivalCode))
    package: str
    period: RetentionPeriod = field(validator=Of(RetentionPeriod))
    ends_on: date = field(validator=a_date)
    state: State = field(validator=Of(State))
    holds: tuple[str, ...] = field(default=(), converter=strings)

    def row(self) -> Row:
        """Return it as plain texts."""
        return {
            "code": str(self.code),
            "package": self.package,
            "period": str(self.period),
            "ends_on": self.ends_on.isoformat(),
            "state": self.state.value,
            "holds": list(self.holds),
        }

    @classmethod
    def of_row(cls, value: object) -> ExpiredRecord:
        """Return the one that `row` wrote."""
        names = ("code", "package", "period", "ends_on", "state", "holds")
        row = members(value, names)
        return cls(
            code=take(row, "code", code_of),
            package=take(row, "package", text_of),
            period=take(row, "period", period_of),
            ends_on=take(row, "ends_on", day_of),
            state=take(row, "state", term_of(State)),
            holds=take(row, "holds", each(text_of)),
        )


def _records(value: Iterable[ExpiredRecord]) -> tuple[ExpiredRecord, ...]:
    return all_of(ExpiredRecord, value, "records")


@frozen(kw_only=True)
class AppraisalList:
    """
    Records whose retention has ended, for persons to look at one by one 逐件审查.

    It holds no titles: it is kept for ever. Who appraises opens the records.

    Args:
        fonds: Fonds number 全宗号.
        on: The day on which it was made.
        records: The records.
    """

    fonds: str
    on: date = field(validator=a_date)
    records: tuple[ExpiredRecord, ...] = field(converter=_records, repr=False)

    @records.validator
    def _check(self, _: object, value: tuple[ExpiredRecord, ...]) -> None:
        if len(value) > MAX_RECORDS:
            raise InvalidValueError(
                f"{len(value)} records are more than {MAX_RECORDS}: make several lists",
                f"{len(value)} 件超过 {MAX_RECORDS} 件，请分为多份清单",
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

    def __len__(self) -> int:
        return len(self.records)

    @property
    def id(self) -> str:
        """SHA-256 of its bytes, in hex."""
        return sha256(self.encode()).hexdigest()

    def row(self) -> Row:
        """Return it as plain texts."""
        return {
            "fonds": self.fonds,
            "on": self.on.isoformat(),
            "records": [record.row() for record in self.records],
        }

    @classmethod
    def of_row(cls, value: object) -> AppraisalList:
        """Return the one that `row` wrote."""
        row = members(value, ("fonds", "on", "records"))
        return cls(
            fonds=take(row, "fonds", text_of),
            on=take(row, "on", day_of),
            records=take(row, "records", each(ExpiredRecord.of_row)),
        )

    def encode(self) -> bytes:
        """Return it as canonical JSON: the same list, the same bytes."""
        return encode(KIND, self.row())

    @classmethod
    def decode(cls, data: bytes) -> AppraisalList:
        """
        Read what `encode` wrote, and nothing else.

        Raises:
            InvalidValueError: It is something else; says where.
        """
        return decode(data, KIND, cls.of_row, cls.encode)
