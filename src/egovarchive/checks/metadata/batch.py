"""Batch 批次: what the records of a batch, or an archive, say together."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from attrs import define, field, frozen

from egovarchive.checks.metadata.fault import Fault
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.identifiers.quoting import quoted
from egovarchive.records.outcome import Outcome
from egovarchive.records.series import Series
from egovarchive.records.term import Term


class Key(Term):
    """What no two records should have in common."""

    CODE = "code", "档号"
    CASE_NUMBER = "case_number", "办件编号"
    TITLE = "title", "题名"


@frozen
class Row:
    """
    One record of a batch, or of an archive; empty where nothing is said.

    Args:
        place: What it is called in a report: a code, a path, a package's id.
        code: Archival code 档号.
        case_number: Case number 办件编号.
        title: Title 题名.
    """

    place: str
    code: str = ""
    case_number: str = ""
    title: str = ""


# Titles repeat in real life: the same firm applies for the same thing each year.
_REPEATED: Final = {
    Key.CODE: Outcome.FAILED,
    Key.CASE_NUMBER: Outcome.FAILED,
    Key.TITLE: Outcome.WARNED,
}
Registered = Callable[[Key, str], str | None]


def duplicates(
    rows: Iterable[Row],
    *,
    keys: Iterable[Key] = Key,
    registered: Registered | None = None,
) -> Iterator[Fault]:
    """
    Yield each record that has a code, number or title of one before it.

    Memory grows with the number of records: their values are kept, nothing else.

    Args:
        rows: The records.
        keys: What is compared.
        registered: Says under what place the archive has a value already, or None.
    """
    seen: dict[Key, dict[str, str]] = {key: {} for key in keys}
    for row in rows:
        for key, places in seen.items():
            value: str = getattr(row, key.value)
            if not value:
                continue
            other = places.get(value)
            if other is None:
                places[value] = row.place
                other = None if registered is None else registered(key, value)
            if other is not None:
                yield _repeated(key, row.place, value, other)


def _repeated(key: Key, place: str, value: str, other: str) -> Fault:
    return Fault(
        _REPEATED[key],
        place,
        f"{key.label('en')} {quoted(value)} is that of {other} already",
        f"{key.zh} {quoted(value)} 与 {other} 重复",
        "",
        quoted(value),
    )


def gaps(
    codes: Iterable[ArchivalCode], start: int | Mapping[Series, int] = 1
) -> Iterator[Fault]:
    """
    Yield what breaks the sequence of item numbers 件号 of each series.

    A number that comes again or lies before the start is told as it comes; the
    missing ones, as ranges, when all codes were seen. Codes may come in any order.
    Memory grows with the number of series and of their gaps, not of codes, as long
    as codes come roughly in order.

    Args:
        codes: The archival codes of the batch.
        start: The number that each series starts with; or that of each, which is 1
            for a series that is not named.
    """
    starts = start if isinstance(start, Mapping) else {}
    usual = 1 if isinstance(start, Mapping) else start
    runs: dict[Series, _Runs] = {}
    for code in codes:
        series, item = code.series, code.item
        if item < (first := starts.get(series, usual)):
            yield _out_of_sequence(
                series,
                f"number {item} lies before the stated start, {first}",
                f"件号 {item} 小于起始件号 {first}",
                f"≥ {first}",
                str(item),
            )
        elif not runs.setdefault(series, _Runs()).add(item):
            yield _out_of_sequence(
                series,
                f"number {item} comes again",
                f"件号 {item} 重复",
                "",
                str(item),
            )
    for series, each in runs.items():
        for first, last in each.missing(starts.get(series, usual)):
            shown = str(first) if first == last else f"{first}–{last}"
            yield _out_of_sequence(
                series, f"missing: {shown}", f"缺号：{shown}", shown, ""
            )


def _out_of_sequence(
    series: Series, en: str, zh: str, expected: str, found: str
) -> Fault:
    return Fault(Outcome.FAILED, str(series), en, zh, expected, found)


@define
class _Runs:
    """Numbers, as runs without a gap: their first and last, each in order."""

    firsts: list[int] = field(factory=list)
    lasts: list[int] = field(factory=list)

    def add(self, number: int) -> bool:
        """Add *number*; return whether it is new."""
        firsts, lasts = self.firsts, self.lasts
        at = bisect_right(firsts, number)
        if at and number <= lasts[at - 1]:
            return False
        after = at < len(firsts) and firsts[at] == number + 1
        if at and lasts[at - 1] == number - 1:
            lasts[at - 1] = lasts[at] if after else number
            if after:
                del firsts[at], lasts[at]
        elif after:
            firsts[at] = number
        else:
            firsts.insert(at, number)
            lasts.insert(at, number)
        return True

    def missing(self, start: int) -> Iterator[tuple[int, int]]:
        """Yield first and last of each gap from *start* to the greatest number."""
        expected = start
        for first, last in zip(self.firsts, self.lasts, strict=True):
            if first > expected:
                yield expected, first - 1
            expected = last + 1
