"""Transfer list 移交清单: which records are to go, without a word of personal data."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from hashlib import sha256
from typing import Final

import attrs
from attrs import field, frozen

from egovarchive.errors import InvalidValueError, Language
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.identifiers.quoting import quoted
from egovarchive.records.kind import Of
from egovarchive.records.moment import a_date, in_china
from egovarchive.records.retention import RetentionPeriod
from egovarchive.records.series import check_fonds
from egovarchive.records.text import Text

from . import wire
from .forms import (
    MAX_LISTED_FILES,
    MAX_RECORDS,
    Sha256,
    Whole,
    all_of,
    check_whole,
    shown,
)

KIND: Final = "list"
_RULE: Final = "transfer list"


def order(code: ArchivalCode) -> tuple[str, int]:
    """Return what codes are sorted by: their series, then their number."""
    return str(code.series), code.item


@frozen(kw_only=True)
class ListedRecord:
    """
    What a transfer list says of one record.

    Args:
        code: Archival code 档号.
        package: SHA-256 of the package's primary manifest, in hex.
        signature: SHA-256 of its signature, in hex; None if it is not sealed.
        size: Size of the package in bytes.
        files: How many files it has: as many as a receipt of it will list.
        period: Retention period in force, which an appraisal may have changed.
        concluded_on: Day on which the case was concluded.
        retention_ends_on: Last day of its retention; None if no day is set.
        registered_at: When it was registered.
    """

    code: ArchivalCode = field(validator=Of(ArchivalCode))
    package: str = field(validator=Sha256())
    signature: str | None = field(validator=Sha256(optional=True))
    size: int = field(validator=Whole(1))
    files: int = field(validator=Whole(1))
    period: RetentionPeriod = field(validator=Of(RetentionPeriod))
    concluded_on: date = field(validator=Of(date))
    retention_ends_on: date | None = field(validator=a_date)
    registered_at: datetime = field(converter=in_china)

    @concluded_on.validator
    def _check_concluded(self, attribute: attrs.Attribute[date], value: date) -> None:
        a_date(self, attribute, value)

    @retention_ends_on.validator
    def _check_end(self, _: object, value: date | None) -> None:
        if value is None:
            return
        if self.period.years is None:
            raise InvalidValueError(
                f"a period that ends on no set day ends on {value}",
                f"保管期限 {self.period.title} 没有期满日，却填 {value}",
                rule=_RULE,
                place="retention_ends_on",
            )
        if value < self.concluded_on:
            raise InvalidValueError(
                f"{value} is before the conclusion on {self.concluded_on}",
                f"{value} 早于办结日期 {self.concluded_on}",
                rule=_RULE,
                place="retention_ends_on",
            )

    def row(self) -> wire.Row:
        """Return it as JSON has it."""
        ends = self.retention_ends_on
        return {
            "code": str(self.code),
            "package": self.package,
            "signature": self.signature,
            "size": self.size,
            "files": self.files,
            "period": str(self.period),
            "concluded_on": self.concluded_on.isoformat(),
            "retention_ends_on": None if ends is None else ends.isoformat(),
            "registered_at": self.registered_at.isoformat(),
        }

    @classmethod
    def of_row(cls, value: object) -> ListedRecord:
        """Return the record that `row` was made of."""
        row = wire.members(value, _RECORD)
        return cls(
            code=wire.take(row, "code", wire.code_of),
            package=row["package"],
            signature=row["signature"],
            size=row["size"],
            files=row["files"],
            period=wire.take(row, "period", wire.period_of),
            concluded_on=wire.take(row, "concluded_on", wire.day_of),
            retention_ends_on=wire.take(row, "retention_ends_on", _day_or_none),
            registered_at=wire.take(row, "registered_at", wire.moment_of),
        )


_RECORD = (
    "code",
    "package",
    "signature",
    "size",
    "files",
    "period",
    "concluded_on",
    "retention_ends_on",
    "registered_at",
)
_LIST = ("fonds", "unit", "recipient", "round", "offered", "records", "totals")
_day_or_none = wire.optional(wire.day_of)
_records = wire.each(ListedRecord.of_row)


def _sorted(values: Iterable[ListedRecord]) -> tuple[ListedRecord, ...]:
    found = all_of(ListedRecord, values, "records")
    return tuple(sorted(found, key=lambda record: order(record.code)))


@frozen(kw_only=True)
class TransferList:
    """
    A transfer list 移交清单: the batch, before and after it is sent.

    Args:
        fonds: Fonds number of all its records.
        unit: Who sends: the fonds constituting unit 立档单位.
        recipient: Name of the archives that it is for.
        round: How many times these records are sent, from 1 on. After a rejection
            the next round has another id.
        offered: Id of the list that this one was chosen from; None if it was not
            offered, or is as it was offered.
        records: Its records, sorted by code, at least one, none twice.
    """

    fonds: str = field()
    unit: str = field(validator=Text(200))
    recipient: str = field(validator=Text(200))
    round: int = field(default=1, validator=Whole(1))
    offered: str | None = field(default=None, validator=Sha256(optional=True))
    records: tuple[ListedRecord, ...] = field(converter=_sorted, repr=False)

    @fonds.validator
    def _check_fonds(self, _: object, value: object) -> None:
        if not isinstance(value, str):
            name = shown(value)
            raise _wrong(f"not a fonds number: {name}", f"不是全宗号：{name}", "fonds")
        check_fonds(value)

    @records.validator
    def _check_records(self, _: object, value: tuple[ListedRecord, ...]) -> None:
        if not 1 <= len(value) <= MAX_RECORDS:
            raise _wrong(
                f"{len(value)} records, where 1 to {MAX_RECORDS} may be",
                f"有 {len(value)} 件，应为 1 至 {MAX_RECORDS} 件",
                "records",
            )
        before = None
        for number, record in enumerate(value):
            place = f"records[{number}].code"
            code = record.code
            name = quoted(str(code))
            if code == before:
                raise _wrong(f"{name} stands twice", f"{name} 重复", place)
            if code.series.fonds != self.fonds:
                raise _wrong(
                    f"{name} is of another fonds", f"{name} 属于其他全宗", place
                )
            before = code
        if self.files > MAX_LISTED_FILES:
            raise _wrong(
                f"{self.files} files, more than {MAX_LISTED_FILES}",
                f"有 {self.files} 个文件，超过 {MAX_LISTED_FILES} 个",
                "records",
            )
        try:
            check_whole(self.size)
        except InvalidValueError as error:
            raise error.within("records") from None

    @property
    def size(self) -> int:
        """Size of all its packages in bytes."""
        return sum(record.size for record in self.records)

    @property
    def files(self) -> int:
        """How many files its records have."""
        return sum(record.files for record in self.records)

    @property
    def id(self) -> str:
        """
        SHA-256 of its JSON, in hex: the number of the batch.

        The same records sent in the same round are the same batch. It is reckoned
        anew each time: keep it, if you need it often.
        """
        return sha256(self.encode()).hexdigest()

    @property
    def dialogue(self) -> str:
        """Id of the list as it was offered: it names the whole dialogue."""
        return self.id if self.offered is None else self.offered

    def row(self) -> wire.Row:
        """Return it as JSON has it."""
        return {
            "fonds": self.fonds,
            "unit": self.unit,
            "recipient": self.recipient,
            "round": self.round,
            "offered": self.offered,
            "records": [record.row() for record in self.records],
            "totals": self._totals(),
        }

    @classmethod
    def of_row(cls, value: object) -> TransferList:
        """Return the list that `row` was made of."""
        row = wire.members(value, _LIST)
        made = cls(
            fonds=row["fonds"],
            unit=wire.take(row, "unit", wire.text_of),
            recipient=wire.take(row, "recipient", wire.text_of),
            round=row["round"],
            offered=row["offered"],
            records=wire.take(row, "records", _records),
        )
        if row["totals"] != made._totals():
            raise _wrong(
                "they are not those of the records", "与各件之和不符", "totals"
            )
        return made

    def encode(self) -> bytes:
        """Return it as canonical JSON: the same bytes for the same list, always."""
        return wire.encode(KIND, self.row())

    @classmethod
    def decode(cls, data: bytes) -> TransferList:
        """Read what `encode` wrote; raise `InvalidValueError` at anything else."""
        return wire.decode(data, KIND, cls.of_row, cls.encode)

    def message(self, lang: Language = "en") -> str:
        """Return what it lists, in one line."""
        if lang == "zh":
            return (
                f"移交清单：全宗 {self.fonds}（{self.unit}）移交{self.recipient}，"
                f"第 {self.round} 次，{len(self.records)} 件，{self.files} 个文件，"
                f"{self.size} 字节"
            )
        return (
            f"transfer list: fonds {self.fonds} ({self.unit}) to {self.recipient}, "
            f"round {self.round}, {len(self.records)} records, {self.files} files, "
            f"{self.size} bytes"
        )

    def _totals(self) -> dict[str, int]:
        return {
            "records": len(self.records),
            "files": self.files,
            "size": self.size,
        }


def _wrong(en: str, zh: str, place: str) -> InvalidValueError:
    return InvalidValueError(en, zh, rule=_RULE, place=place)
