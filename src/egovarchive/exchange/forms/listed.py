"""Listed record: one line of a printed list, and who approved what stands on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from attrs import field, frozen, validators

from egovarchive.errors import InvalidValueError
from egovarchive.exchange.forms.form import Cell, Signature
from egovarchive.exchange.forms.words import Words, day_words, period_words
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.identifiers.quoting import quoted
from egovarchive.records.kind import Of
from egovarchive.records.moment import a_date
from egovarchive.records.retention import RetentionPeriod
from egovarchive.records.text import Text, fold

_NONE: Final = Words.same("—")
_WIDTHS: Final = {
    Words("序号", "no."): 3,
    Words("档号", "archival code"): 14,
    Words("题名", "title"): 10,
    Words("年度", "year"): 3,
    Words("保管期限", "period"): 4,
    Words("应保管到", "to be kept until"): 8,
}


@frozen
class Listed:
    """
    A record on a list.

    Args:
        code: 档号.
        period: 保管期限.
        ends_on: 应保管到; None if its period sets no day.
        title: 题名, only for who must read the list now: nobody can appraise a number.
            Titles name applicants, and what is kept for ever does without them; so
            leave it out of what is filed, and let paper that has it be kept as the
            records are.
    """

    code: ArchivalCode = field(validator=Of(ArchivalCode))
    period: RetentionPeriod = field(validator=Of(RetentionPeriod), kw_only=True)
    ends_on: date | None = field(default=None, validator=a_date, kw_only=True)
    title: str | None = field(
        default=None, validator=Text(1000, optional=True), kw_only=True
    )

    @property
    def year(self) -> int:
        """年度, as the archival code has it."""
        return self.code.series.year


@frozen
class Approval:
    """
    That one person agreed.

    Args:
        role: As what: 分管领导, 档案部门负责人.
        name: Who.
        on: When.
        opinion: 意见.
    """

    role: str = field(validator=Text(100))
    name: str = field(validator=Text(100))
    on: date = field(validator=validators.and_(Of(date), a_date))
    opinion: str = field(validator=Text(500), kw_only=True)

    def signature(self) -> Signature:
        """Return where it is signed."""
        return Signature(
            Words.same(self.role), name=self.name, text=self.opinion, on=self.on
        )


def distinct(names: Iterable[str], place: str) -> None:
    """
    Check that nobody stands among *names* twice, however written.

    Raises:
        InvalidValueError: Somebody does.
    """
    seen: set[str] = set()
    for name in names:
        person = fold("".join(name.split()))
        if person in seen:
            raise InvalidValueError(
                f"{quoted(name)} stands there twice",
                f"{quoted(name)} 重复出现",
                rule="distinct persons",
                place=place,
            )
        seen.add(person)


def no_repeats(records: Sequence[Listed]) -> None:
    """
    Check that no record is listed twice.

    Raises:
        InvalidValueError: One is.
    """
    seen: set[ArchivalCode] = set()
    for number, record in enumerate(records):
        if record.code in seen:
            raise InvalidValueError(
                f"{record.code} is listed already",
                f"{record.code} 已列入",
                rule="each record once",
                place=f"rows[{number}]",
            )
        seen.add(record.code)


def has_titles(records: Iterable[Listed]) -> bool:
    """Return whether any of *records* has a title: else there is no column for it."""
    return any(record.title is not None for record in records)


def widths(*, titles: bool) -> tuple[int, ...]:
    """Return the widths of the columns that `cells` fills."""
    return tuple(
        width for label, width in _WIDTHS.items() if titles or label.en != "title"
    )


def labels(*, titles: bool) -> tuple[Words, ...]:
    """Return the heads of the columns that `cells` fills."""
    return tuple(label for label in _WIDTHS if titles or label.en != "title")


def cells(number: int, record: Listed, *, titles: bool) -> tuple[Cell, ...]:
    """Return the cells of *record*, the line *number* of its list."""
    title = (Cell(Words.same(record.title or "")),) if titles else ()
    return (
        Cell(Words.same(number), number=True),
        Cell(Words.same(record.code)),
        *title,
        Cell(Words.same(record.year)),
        Cell(period_words(record.period)),
        Cell(_NONE if record.ends_on is None else day_words(record.ends_on)),
    )
