"""Rules that every catalog keeps."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from egovarchive.errors import (
    CatalogMismatchError,
    ConflictError,
    InvalidValueError,
)
from egovarchive.journal import Head, Segment
from egovarchive.lifecycle.entry import Entry, EntryRow
from egovarchive.lifecycle.event import Event
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.deadlines import DeadlineKind

# The date that a record has now, of each kind of deadline that a catalog can list.
DUE_FIELDS = {
    DeadlineKind.TRANSFER: "transfer_due_on",
    DeadlineKind.STATUTORY_TRANSFER: "statutory_transfer_on",
    DeadlineKind.RETENTION_END: "retention_ends_on",
    DeadlineKind.CUSTODY_END: "custody_ends_on",
}


def check_follows(segment: Segment, head: Head, applied: Head) -> bool:
    """
    Return whether *segment*, which is *head*, comes next after *applied*.

    False says that it should have been applied before; see `check_applied`.

    Raises:
        CatalogMismatchError: It neither follows nor can have been applied before.
    """
    if segment.number < applied.number or head == applied:
        return False
    if segment.previous != applied:
        raise _mismatch(segment, applied.number)
    return True


def check_applied(
    segment: Segment,
    applied: Head,
    packages: Mapping[str, str | None],
    known: Mapping[ArchivalCode | None, Collection[Event]],
) -> None:
    """
    Check that *segment* was applied, as its number says.

    Args:
        segment: A segment with a number that *applied* has passed.
        applied: The head that was applied last.
        packages: The package of each code it registers, as the catalog has it.
        known: The events of each record that it has events of, as the catalog has
            them; those of the fonds under None.

    Raises:
        CatalogMismatchError: The catalog has other records under its codes, or lacks
            one of its events.
    """
    same = all(packages[row["code"]] == row["package"] for row in segment.registered)
    if not same or any(each not in known[each.code] for each in segment.events):
        raise _mismatch(segment, applied.number)


def _mismatch(segment: Segment, applied: int) -> CatalogMismatchError:
    fonds, number = segment.fonds, segment.number
    return CatalogMismatchError(
        f"segment {number} of {fonds} does not fit to segment {applied}, the last "
        "that this catalog has: it was made from another journal, or some segments "
        "are missing; rebuild it",
        f"全宗 {fonds} 的登记簿第 {number} 段与目录中最后的第 {applied} 段不衔接："
        "目录来自另一登记簿或缺段，请重建目录",
    )


def registered_twice(segment: Segment, row: EntryRow) -> ConflictError:
    """Return the error of *segment*, whose *row* cannot be registered once more."""
    fonds, number = segment.fonds, segment.number
    code, case = row["code"], row["case_number"]
    return ConflictError(
        f"segment {number} of {fonds} registers {code} for case {case!r}: one of the "
        "two is registered already",
        f"全宗 {fonds} 登记簿第 {number} 段将办件 {case!r} 登记为 {code}："
        "档号或办件编号已被登记",
    )


def titles_by_code(segment: Segment, titles: Mapping[str, str]) -> dict[str, str]:
    """Return *titles*, which go by package, by archival code of *segment*'s entries."""
    return {
        row["code"]: titles[row["package"]]
        for row in segment.registered
        if row["package"] in titles
    }


def check_limit(limit: int | None) -> None:
    """Raise `InvalidValueError` if *limit* is negative."""
    if limit is not None and limit < 0:
        raise InvalidValueError(
            f"a negative limit: {limit}",
            f"数量上限为负：{limit}",
            rule="size of a page",
            place="limit",
        )


def due_field(kind: DeadlineKind) -> str:
    """Return the name of the entry's date of *kind*."""
    try:
        return DUE_FIELDS[kind]
    except KeyError:
        known = ", ".join(known.value for known in DUE_FIELDS)
        raise InvalidValueError(
            f"{kind.value} is none of the deadlines of a record: {known}",
            f"{kind.zh} 不是已归档电子档案的期限：{known}",
            rule="deadlines of a record",
            place="kind",
        ) from None


def never_due(entry: Entry, kind: DeadlineKind) -> InvalidValueError:
    """Return the error of *entry* as the last of a page that it cannot stand on."""
    return InvalidValueError(
        f"{entry.code} has no deadline of the kind {kind.value}",
        f"{entry.code} 没有{kind.zh}期限",
        rule="pages of due records",
        place="after",
    )
