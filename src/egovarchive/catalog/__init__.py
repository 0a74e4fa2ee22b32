"""Catalog 目录: the contract a catalog backend fulfils."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Protocol

from egovarchive.journal import Head, Segment
from egovarchive.lifecycle.entry import Entry
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.deadlines import DeadlineKind
from egovarchive.records.series import Series


class Catalog(Protocol):
    """
    A view of journals: it answers questions, and can be made again at any time.

    Prove a new backend with `egovarchive.testing.catalog.CatalogContract`.
    """

    def head(self, fonds: str) -> Head:
        """Return the last segment of *fonds* that was applied; number 0 if none was."""
        ...

    def apply(
        self, segment: Segment, head: Head, titles: Mapping[str, str] | None = None
    ) -> None:
        """
        Take in *segment*, whole or not at all, and remember *head*, which it is.

        One that was applied before adds its titles and nothing else, so that two
        processes may apply the same segments to one catalog.

        Args:
            segment: The segment after the one applied last.
            head: The head that it is.
            titles: Titles of its records, by package, as far as known.

        Raises:
            CatalogMismatchError: It does not follow what was applied last.
        """
        ...

    def describe(self, titles: Mapping[str, str]) -> None:
        """Remember *titles* of records, by archival code."""
        ...

    def clear(self) -> None:
        """Forget everything."""
        ...

    def entry(self, code: ArchivalCode) -> Entry:
        """
        Return the entry of *code*.

        Raises:
            EntryNotFoundError: There is none.
        """
        ...

    def entry_of_case(self, fonds: str, number: str) -> Entry | None:
        """Return the entry of case *number* in *fonds*, or None."""
        ...

    def last_item(self, series: Series) -> int:
        """Return the last item number 件号 given in *series*; 0 if none was."""
        ...

    def entries(
        self, *, after: ArchivalCode | None = None, limit: int | None = None
    ) -> Iterator[Entry]:
        """
        Yield entries by series and item number.

        Args:
            after: Begin behind this one: the last of the page before.
            limit: Yield at most so many.
        """
        ...

    def due(
        self,
        kind: DeadlineKind,
        on: date,
        *,
        after: Entry | None = None,
        limit: int | None = None,
    ) -> Iterator[Entry]:
        """
        Yield entries whose deadline of *kind* is *on* that day or earlier.

        They come by date, then in the order in which they were registered.

        Args:
            kind: ``TRANSFER``, ``STATUTORY_TRANSFER`` or ``RETENTION_END``.
            on: The day.
            after: Begin behind this one: the last of the page before.
            limit: Yield at most so many.
        """
        ...
