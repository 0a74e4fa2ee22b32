"""Catalog in dictionaries: for tests and notebooks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from threading import RLock

from attrs import define, evolve, field

from egovarchive.catalog.rules import (
    DUE_FIELDS,
    check_applied,
    check_follows,
    check_limit,
    due_field,
    never_due,
    registered_twice,
    titles_by_code,
)
from egovarchive.errors import EntryNotFoundError
from egovarchive.journal import Head, Segment
from egovarchive.lifecycle.entry import Entry
from egovarchive.lifecycle.event import Event
from egovarchive.lifecycle.line import Line
from egovarchive.lifecycle.standing import Standing
from egovarchive.lifecycle.state import State
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.deadlines import DeadlineKind
from egovarchive.records.series import Series


@define
class _Tables:
    """What the catalog knows. Each change is checked before anything is changed."""

    entries: dict[ArchivalCode, Entry] = field(factory=dict)
    cases: dict[tuple[str, str], ArchivalCode] = field(factory=dict)
    items: dict[Series, int] = field(factory=dict)
    heads: dict[str, Head] = field(factory=dict)
    events: dict[tuple[str, ArchivalCode | None], tuple[Event, ...]] = field(
        factory=dict
    )
    # Of records that something happened to; the others stand as they were registered.
    standings: dict[ArchivalCode, Standing] = field(factory=dict)

    def copy(self, *, without: str | None = None) -> _Tables:
        """Return these tables once more; *without* a fonds, if one is named."""
        return _Tables(
            {k: v for k, v in self.entries.items() if k.series.fonds != without},
            {k: v for k, v in self.cases.items() if k[0] != without},
            {k: v for k, v in self.items.items() if k.fonds != without},
            {k: v for k, v in self.heads.items() if k != without},
            {k: v for k, v in self.events.items() if k[0] != without},
            {k: v for k, v in self.standings.items() if k.series.fonds != without},
        )

    def head(self, fonds: str) -> Head:
        return self.heads.get(fonds, Head(fonds))

    def take(self, segment: Segment, head: Head, titles: Mapping[str, str]) -> None:
        """Take in *segment*; see `Catalog.apply`."""
        new = [
            Entry.of_row(row, titles.get(row["package"])) for row in segment.registered
        ]
        applied = self.head(segment.fonds)
        if not check_follows(segment, head, applied):
            packages = {str(e.code): self._package(e.code) for e in new}
            told = {e.code: self.told(segment.fonds, e.code) for e in segment.events}
            check_applied(segment, applied, packages, told)
            self.describe(titles_by_code(segment, titles))
            return
        codes: set[ArchivalCode] = set()
        cases: set[tuple[str, str]] = set()
        for entry in new:
            code, case = entry.code, (entry.fonds, entry.case_number)
            known = code in self.entries or case in self.cases
            if known or code in codes or case in cases:
                raise registered_twice(segment, entry.row())
            codes.add(code)
            cases.add(case)
        standings = self._moved(segment.events, {entry.code: entry for entry in new})
        for entry in new:
            series = entry.code.series
            self.entries[entry.code] = entry
            self.cases[series.fonds, entry.case_number] = entry.code
            self.items[series] = max(self.items.get(series, 0), entry.code.item)
        for event in segment.events:
            before = self.told(segment.fonds, event.code)
            self.events[segment.fonds, event.code] = (*before, event)
        self.standings.update(standings)
        for code, standing in standings.items():
            if standing.state is State.DESTROYED:
                self.entries[code] = evolve(self.entries[code], title=None)
        self.heads[segment.fonds] = head

    def _moved(
        self, events: Iterable[Event], new: Mapping[ArchivalCode, Entry]
    ) -> dict[ArchivalCode, Standing]:
        """Return where the records that *events* are of stand after them."""
        moved: dict[ArchivalCode, Standing] = {}
        for event in events:
            code = event.code
            if code is None:
                continue
            entry = new.get(code) or self.entries.get(code)
            if entry is None:
                raise EntryNotFoundError.of(str(code))
            moved[code] = (moved.get(code) or self.standing(entry)).after(event)
        return moved

    def standing(self, entry: Entry) -> Standing:
        return self.standings.get(entry.code) or Standing.of(entry)

    def told(self, fonds: str, code: ArchivalCode | None) -> tuple[Event, ...]:
        return self.events.get((fonds, code), ())

    def describe(self, titles: Mapping[str, str]) -> None:
        parsed = {ArchivalCode.parse(code): title for code, title in titles.items()}
        for code, title in parsed.items():
            entry = self.entries.get(code)
            # What was destroyed has no title any more: there may be a name in it.
            if entry and self.standing(entry).state is not State.DESTROYED:
                self.entries[code] = evolve(entry, title=title)

    def _package(self, code: ArchivalCode) -> str | None:
        entry = self.entries.get(code)
        return None if entry is None else entry.package


@define
class MemoryCatalog:
    """Keeps everything until it is garbage-collected. Safe to share between threads."""

    _tables: _Tables = field(factory=_Tables, init=False, repr=False)
    _lock: RLock = field(factory=RLock, init=False, repr=False, eq=False)

    def head(self, fonds: str) -> Head:
        with self._lock:
            return self._tables.head(fonds)

    def apply(
        self, segment: Segment, head: Head, titles: Mapping[str, str] | None = None
    ) -> None:
        with self._lock:
            self._tables.take(segment, head, titles or {})

    def apply_all(self, segments: Iterable[tuple[Segment, Head]]) -> int:
        with self._lock:
            return self._take_all(self._tables.copy(), segments)

    def rebuild(self, fonds: str, segments: Iterable[tuple[Segment, Head]]) -> int:
        with self._lock:
            return self._take_all(self._tables.copy(without=fonds), segments)

    def _take_all(
        self, tables: _Tables, segments: Iterable[tuple[Segment, Head]]
    ) -> int:
        count = 0
        for segment, head in segments:
            tables.take(segment, head, {})
            count += len(segment.registered)
        self._tables = tables
        return count

    def describe(self, titles: Mapping[str, str]) -> None:
        with self._lock:
            self._tables.describe(titles)

    def close(self) -> None:
        """Hold nothing open."""

    def clear(self) -> None:
        with self._lock:
            self._tables = _Tables()

    def entry(self, code: ArchivalCode) -> Entry:
        with self._lock:
            entry = self._tables.entries.get(code)
        if entry is None:
            raise EntryNotFoundError.of(str(code))
        return entry

    def entry_of_case(self, fonds: str, number: str) -> Entry | None:
        with self._lock:
            code = self._tables.cases.get((fonds, number))
            return None if code is None else self._tables.entries[code]

    def last_item(self, series: Series) -> int:
        with self._lock:
            return self._tables.items.get(series, 0)

    def standing(self, code: ArchivalCode) -> Standing:
        with self._lock:
            return self._tables.standing(self.entry(code))

    def entries(
        self,
        *,
        after: ArchivalCode | None = None,
        limit: int | None = None,
        state: State | None = None,
    ) -> Iterator[Entry]:
        check_limit(limit)
        start = None if after is None else _place(after)
        with self._lock:
            some: Iterable[Entry] = self._tables.entries.values()
            if state is not None:
                some = [e for e in some if self._tables.standing(e).state is state]
            found = sorted(some, key=lambda e: _place(e.code))
        later = (e for e in found if start is None or _place(e.code) > start)
        return islice(later, limit)

    def lines(self, fonds: str) -> Iterator[Line]:
        with self._lock:
            entries = [e for e in self._tables.entries.values() if e.fonds == fonds]
            return iter([_line(e, self._tables.standing(e)) for e in entries])

    def events(self, code: ArchivalCode) -> Iterator[Event]:
        self.entry(code)
        with self._lock:
            return iter(self._tables.told(code.series.fonds, code))

    def events_of_fonds(self, fonds: str) -> Iterator[Event]:
        with self._lock:
            return iter(self._tables.told(fonds, None))

    def due(
        self,
        kind: DeadlineKind,
        on: date,
        *,
        since: date | None = None,
        after: Entry | None = None,
        limit: int | None = None,
    ) -> Iterator[Entry]:
        check_limit(limit)
        name = due_field(kind)
        places: dict[ArchivalCode, tuple[date, int]] = {}
        with self._lock:
            entries = list(self._tables.entries.values())
            for number, entry in enumerate(entries):
                standing = self._tables.standings.get(entry.code)
                # What nothing happened to is due as it was registered: most is.
                day = (
                    getattr(entry, name, None)
                    if standing is None
                    else standing.due_on(kind)
                )
                if day is not None:
                    places[entry.code] = day, number
        start = since or date.min, -1
        if after is not None:
            self.entry(after.code)
            if after.code not in places:
                raise never_due(after, kind)
            start = places[after.code]
        found = sorted(place for place in places.values() if start < place)
        return islice((entries[n] for day, n in found if day <= on), limit)


def _place(code: ArchivalCode) -> tuple[str, int]:
    return str(code.series), code.item


def _line(entry: Entry, standing: Standing) -> Line:
    due = [standing.due_on(kind) for kind in DUE_FIELDS]
    return Line(
        *_place(entry.code),
        entry.item_code,
        entry.schedule,
        None if standing.state is State.HELD else standing.state.value,
        entry.concluded_on.isoformat(),
        entry.registered_at.isoformat(),
        str(standing.period),
        standing.received is not None,
        *(None if day is None else day.isoformat() for day in due),
    )
