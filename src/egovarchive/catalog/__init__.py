"""Catalog 目录: the contract a catalog backend fulfils."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Protocol

from egovarchive.journal import Head, Segment
from egovarchive.lifecycle.entry import Entry
from egovarchive.lifecycle.event import Event
from egovarchive.lifecycle.line import Line
from egovarchive.lifecycle.standing import Standing
from egovarchive.lifecycle.state import State
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.deadlines import DeadlineKind
from egovarchive.records.series import Series


class Catalog(Protocol):
    """
    A view of journals: it answers questions, and can be made again at any time.

    What changes it is whole or nothing, and seen by others at once or not at all.
    Errors are raised by the call, not at the first step of an iterator. Prove a new
    backend with `egovarchive.testing.catalog.CatalogContract`.
    """

    def head(self, fonds: str) -> Head:
        """Return the last segment of *fonds* that was applied; number 0 if none was."""
        ...

    def apply(
        self, segment: Segment, head: Head, titles: Mapping[str, str] | None = None
    ) -> None:
        """
        Take in *segment*, and remember *head*, which it is.

        One that was applied before adds its titles and nothing else, so that two
        processes may apply the same segments to one catalog.

        Args:
            segment: The segment after the one applied last.
            head: The head that it is.
            titles: Titles of its records, by package, as far as known.

        Raises:
            CatalogMismatchError: It neither follows what was applied last, nor was
                applied before.
            ConflictError: It registers a code or a case number for a second time.
            EntryNotFoundError: One of its events is of a record that is not there.
            StateError: One of its events may not happen to its record.
        """
        ...

    def apply_all(self, segments: Iterable[tuple[Segment, Head]]) -> int:
        """
        Take in many *segments*, each with its head, all of them or none.

        Returns how many entries they register. What *segments* raises passes. See
        `apply` for what else is raised; this is faster where there are many.
        """
        ...

    def rebuild(self, fonds: str, segments: Iterable[tuple[Segment, Head]]) -> int:
        """
        Forget all of *fonds*, and take in *segments* instead, or leave all as it was.

        Returns how many entries they register. Nobody sees a catalog without its
        entries meanwhile: to number by one would give numbers for a second time.
        Titles are not kept. What *segments* raises passes; see also `apply`.

        Args:
            fonds: The fonds.
            segments: Its journal from the first segment on, each with its head.
        """
        ...

    def describe(self, titles: Mapping[str, str]) -> None:
        """
        Remember *titles* of records, by archival code; those of no entry are dropped.

        Raises:
            InvalidValueError: A key is no archival code.
        """
        ...

    def close(self) -> None:
        """Let go of what it holds open; it may be used again."""
        ...

    def clear(self) -> None:
        """Forget everything, of every fonds. Nobody may be numbering by it."""
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

    def standing(self, code: ArchivalCode) -> Standing:
        """
        Return where the record *code* stands: what its entry and its events say.

        Raises:
            EntryNotFoundError: There is no such record.
        """
        ...

    def entries(
        self,
        *,
        after: ArchivalCode | None = None,
        limit: int | None = None,
        state: State | None = None,
    ) -> Iterator[Entry]:
        """
        Yield entries by series, as it is written, and item number.

        Args:
            after: Begin behind this one, whether it is there or not: the last of the
                page before.
            limit: Yield at most so many.
            state: Those of records in this state only; None: of all.

        Raises:
            InvalidValueError: *limit* is negative.
        """
        ...

    def lines(self, fonds: str) -> Iterator[Line]:
        """
        Yield a line for each record of *fonds*, in the order of registration.

        For questions about all of them at once: there are many, and no pages. What is
        registered while they are read may be among them or not.
        """
        ...

    def events(self, code: ArchivalCode) -> Iterator[Event]:
        """
        Yield what happened to the record *code*, in the order of the journal.

        Raises:
            EntryNotFoundError: There is no such record.
        """
        ...

    def events_of_fonds(self, fonds: str) -> Iterator[Event]:
        """
        Yield what happened to *fonds* as a whole, in the order of the journal.

        What happened to one of its records is not among it.
        """
        ...

    def due(
        self,
        kind: DeadlineKind,
        on: date,
        *,
        since: date | None = None,
        after: Entry | None = None,
        limit: int | None = None,
    ) -> Iterator[Entry]:
        """
        Yield entries of records whose deadline of *kind* is *on* that day or earlier.

        It is the deadline that holds now, see `Standing.due_on`: what was extended,
        kept longer, transferred or destroyed counts as its events say. They come by
        date, then in the order in which they were applied.

        Args:
            kind: ``TRANSFER``, ``STATUTORY_TRANSFER``, ``RETENTION_END`` or
                ``CUSTODY_END``.
            on: The day.
            since: Begin with this day: what was due earlier is left out.
            after: Begin behind this one, whatever *since* says: the last of the page
                before.
            limit: Yield at most so many.

        Raises:
            EntryNotFoundError: *after* is not in the catalog.
            InvalidValueError: Records have no deadline of *kind*, or *after* has
                none, or *limit* is negative.
        """
        ...
