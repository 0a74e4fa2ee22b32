"""Rules that every catalog keeps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from egovarchive.errors import CatalogMismatchError, InvalidValueError
from egovarchive.journal import Head, Segment
from egovarchive.lifecycle.entry import Entry
from egovarchive.records.deadlines import DeadlineKind

# The entry's date of each kind of deadline that a catalog can list.
DUE_FIELDS = {
    DeadlineKind.TRANSFER: "transfer_due_on",
    DeadlineKind.STATUTORY_TRANSFER: "statutory_transfer_on",
    DeadlineKind.RETENTION_END: "retention_ends_on",
}


def check_follows(segment: Segment, head: Head, applied: Head) -> bool:
    """
    Return whether *segment*, which is *head*, comes next after *applied*.

    False says that it was applied before.

    Raises:
        CatalogMismatchError: It neither follows nor was applied before.
    """
    if segment.number < applied.number or head == applied:
        return False
    if segment.previous != applied:
        raise CatalogMismatchError(
            f"segment {segment.number} of {segment.fonds} does not follow segment "
            f"{applied.number}, which this catalog has: it was made from another "
            "journal, or some segments are missing; rebuild it",
            f"全宗 {segment.fonds} 的登记簿第 {segment.number} 段与目录中的第 "
            f"{applied.number} 段不衔接：目录来自另一登记簿或缺段，请重建目录",
        )
    return True


def titles_by_code(segment: Segment, titles: Mapping[str, str]) -> dict[str, str]:
    """Return *titles*, which go by package, by archival code of *segment*'s entries."""
    return {
        row["code"]: titles[row["package"]]
        for row in segment.registered
        if row["package"] in titles
    }


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
        ) from None


def due_date(entry: Entry, kind: DeadlineKind) -> date | None:
    """Return the date of *kind* that *entry* has, or None."""
    found: date | None = getattr(entry, due_field(kind))
    return found
