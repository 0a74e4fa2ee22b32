"""The model of a catalog: any catalog must answer as a plain list of entries does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta

import pytest
from attrs import define, evolve, field, frozen
from hypothesis import strategies as st

from egovarchive.catalog import Catalog
from egovarchive.errors import (
    CatalogMismatchError,
    ConflictError,
    EntryNotFoundError,
    StateError,
)
from egovarchive.lifecycle.entry import Entry
from egovarchive.lifecycle.event import Event
from egovarchive.lifecycle.standing import Standing
from egovarchive.lifecycle.state import State
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.deadlines import DeadlineKind
from egovarchive.testing.catalog_journal import (
    FIRST,
    JournalWriter,
    Step,
    series_of,
)
from egovarchive.testing.lives import impossible, life, next_event

FONDS = ("J019", "J02")
Told = tuple[Entry, str | None, int]
KINDS: Mapping[DeadlineKind, Callable[[Entry], date | None]] = {
    DeadlineKind.TRANSFER: lambda entry: entry.transfer_due_on,
    DeadlineKind.STATUTORY_TRANSFER: lambda entry: entry.statutory_transfer_on,
    DeadlineKind.RETENTION_END: lambda entry: entry.retention_ends_on,
}


@frozen
class RowSeed:
    """What a row is made from: its series, and its deadlines in days."""

    series: int
    transfer: int | None
    end: int | None


@frozen
class Act:
    """One thing done to a catalog: what, to which fonds, with which rows and events."""

    what: str
    fonds: str
    groups: tuple[tuple[RowSeed, ...], ...]
    number: int
    turns: tuple[int, ...]


_seeds = st.builds(
    RowSeed,
    series=st.integers(0, 3),
    transfer=st.none() | st.integers(0, 3),
    end=st.none() | st.integers(0, 3),
)
acts: st.SearchStrategy[list[Act]] = st.lists(
    st.builds(
        Act,
        what=st.sampled_from(
            [
                "apply",
                "apply all",
                "again",
                "ahead",
                "twice",
                "describe",
                "rebuild",
                "happen",
                "live",
                "err",
                "unknown",
            ]
        ),
        fonds=st.sampled_from(FONDS),
        groups=st.lists(
            st.lists(_seeds, max_size=4).map(tuple), min_size=1, max_size=3
        ).map(tuple),
        number=st.integers(0, 20),
        turns=st.lists(st.integers(0, 23), max_size=6).map(tuple),
    ),
    max_size=12,
)
"""What may be done to a catalog, in any order."""


@define
class Model:
    """
    Does to *catalog* what it does to a list, and compares their answers.

    Args:
        catalog: A new and empty catalog.
        entries: What it must have, in the order in which it was applied.
        events: What happened, in order, each with the fonds it happened in.
    """

    catalog: Catalog
    entries: list[Entry] = field(factory=list)
    events: list[tuple[str, Event]] = field(factory=list)
    _writers: dict[str, JournalWriter] = field(init=False)

    @_writers.default
    def _new_writers(self) -> dict[str, JournalWriter]:
        return {fonds: JournalWriter(fonds) for fonds in FONDS}

    def do(self, act: Act) -> None:
        """Do *act*."""
        writer = self._writers[act.fonds]
        if act.what == "apply":
            for step in self._write(writer, act.groups):
                titles = self._titles(step, act.number)
                self.catalog.apply(*step, titles)
                self._have([step], titles)
        elif act.what == "apply all":
            steps = self._write(writer, act.groups)
            count = self.catalog.apply_all(iter(steps))
            assert count == sum(map(len, act.groups))
            self._have(steps)
        elif act.what == "again" and writer.steps:
            step = writer.steps[act.number % len(writer.steps)]
            titles = self._titles(step, act.number)
            self.catalog.apply(*step, titles)
            self._title(titles)
        elif act.what == "ahead":
            ahead = JournalWriter(act.fonds, steps=list(writer.steps))
            self._write(ahead, act.groups)
            after = ahead.draft([])
            with pytest.raises(CatalogMismatchError):
                self.catalog.apply(*after)
        elif act.what == "twice" and writer.rows:
            known = writer.rows[act.number % len(writer.rows)]
            with pytest.raises(ConflictError):
                self.catalog.apply(*writer.draft([writer.row(), known]))
        elif act.what == "describe" and self.entries:
            entry = self.entries[act.number % len(self.entries)]
            title = f"新题名 {act.number}"
            self.catalog.describe({str(entry.code): title})
            self._title({entry.package: title})
        elif act.what == "rebuild":
            count = self.catalog.rebuild(act.fonds, iter(writer.steps))
            assert count == len(writer.rows)
            self.entries = [e for e in self.entries if e.fonds != act.fonds]
            self.events = [pair for pair in self.events if pair[0] != act.fonds]
            self._have(writer.steps)
        elif act.what in {"happen", "unknown", "live", "err"}:
            self._do_events(act)

    def _do_events(self, act: Act) -> None:
        writer = self._writers[act.fonds]
        if act.what in {"live", "err"}:
            if writer.rows:
                self._move(act)
            return
        if act.what == "unknown":
            events = [writer.event(ArchivalCode(series_of(0, act.fonds), 9999))]
            with pytest.raises(EntryNotFoundError):
                self.catalog.apply(*writer.draft([], events))
            return
        # A record; and what happened to it, to others, and to the fonds.
        rows = [writer.row(series_of(act.number, act.fonds))]
        codes = [row["code"] for row in (*writer.rows, *rows)]
        some = [codes[act.number % len(codes)], codes[-1], None, codes[0]]
        step = writer.write(*rows, events=map(writer.event, some))
        self.catalog.apply(*step)
        self._have([step])

    def _move(self, act: Act) -> None:
        """Move a record from state to state, or as it may not be moved."""
        writer = self._writers[act.fonds]
        entry = Entry.of_row(writer.rows[act.number % len(writer.rows)])
        standing = self._standing(entry)
        if act.what == "err":
            kinds = impossible(standing.state)
            kind = kinds[act.number % len(kinds)]
            bad = next_event(kind, entry.code, standing, act.number)
            with pytest.raises(StateError):
                self.catalog.apply(*writer.draft([writer.row()], [bad]))
            return
        moves = life(entry, act.turns, standing)
        step = writer.write(events=[*moves, writer.event(entry.code)])
        self.catalog.apply(*step)
        self._have([step])
        self._title({})

    def _standing(self, entry: Entry) -> Standing:
        told = [event for _, event in self.events if event.code == entry.code]
        return Standing.of(entry, told)

    def check(self, size: int) -> None:
        """Ask every question, by pages of *size*."""
        catalog, entries = self.catalog, self.entries
        for fonds, writer in self._writers.items():
            assert catalog.head(fonds) == writer.head
            for number in range(4):
                series = series_of(number, fonds)
                items = [e.code.item for e in entries if e.code.series == series]
                assert catalog.last_item(series) == max(items, default=0)
        for entry in entries:
            assert told(catalog.entry(entry.code)) == told(entry)
            found = catalog.entry_of_case(entry.fonds, entry.case_number)
            assert found == entry
            happened = [e for _, e in self.events if e.code == entry.code]
            assert list(catalog.events(entry.code)) == happened
        for fonds in self._writers:
            happened = [e for f, e in self.events if f == fonds and e.code is None]
            assert list(catalog.events_of_fonds(fonds)) == happened
        by_code = sorted(entries, key=lambda e: (str(e.code.series), e.code.item))
        same(catalog.entries(), by_code)
        after: ArchivalCode | None = None
        for start in range(0, len(by_code) + 1, size):
            page = list(catalog.entries(after=after, limit=size))
            same(page, by_code[start : start + size])
            after = page[-1].code if page else after
        for entry in entries:
            assert catalog.standing(entry.code) == self._standing(entry)
        for kind in (*KINDS, DeadlineKind.CUSTODY_END):
            for days in (-1, 0, 2, 3):
                self._check_due(kind, FIRST + timedelta(days=days), size)

    def _check_due(self, kind: DeadlineKind, on: date, size: int) -> None:
        dated = [
            (day, e)
            for e in self.entries
            if (day := self._standing(e).due_on(kind)) and day <= on
        ]
        expected = [entry for _, entry in sorted(dated, key=lambda pair: pair[0])]
        same(self.catalog.due(kind, on), expected)
        last: Entry | None = None
        for start in range(0, len(expected) + 1, size):
            page = list(self.catalog.due(kind, on, after=last, limit=size))
            same(page, expected[start : start + size])
            last = page[-1] if page else last

    def _write(
        self, writer: JournalWriter, groups: Iterable[Iterable[RowSeed]]
    ) -> list[Step]:
        return [
            writer.write(
                *[
                    writer.row(
                        series_of(seed.series, writer.fonds),
                        transfer=seed.transfer,
                        end=seed.end,
                    )
                    for seed in group
                ]
            )
            for group in groups
        ]

    def _have(
        self, steps: Iterable[Step], titles: Mapping[str, str] | None = None
    ) -> None:
        for segment, _ in steps:
            for row in segment.registered:
                title = (titles or {}).get(row["package"])
                self.entries.append(Entry.of_row(row, title))
            self.events += [(segment.fonds, event) for event in segment.events]

    def _title(self, titles: Mapping[str, str]) -> None:
        self.entries = [
            evolve(
                entry,
                title=None
                if self._standing(entry).state is State.DESTROYED
                else titles.get(entry.package, entry.title),
            )
            for entry in self.entries
        ]

    def _titles(self, step: Step, number: int) -> dict[str, str]:
        """Return titles for every second of the rows."""
        rows = step[0].registered[number % 2 :: 2]
        return {row["package"]: f"题名 {row['code']}" for row in rows}


def same(found: Iterable[Entry], expected: Iterable[Entry]) -> None:
    """Check that entries are the same, and their titles too."""
    assert list(map(told, found)) == list(map(told, expected))


def told(entry: Entry) -> Told:
    """Return all that an entry tells."""
    return entry, entry.title, entry.code.width
