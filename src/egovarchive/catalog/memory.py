"""Catalog in dictionaries: for tests and notebooks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import islice
from threading import RLock

from attrs import define, evolve, field

from egovarchive.catalog.rules import check_follows, due_date, titles_by_code
from egovarchive.errors import EntryNotFoundError
from egovarchive.journal import Head, Segment
from egovarchive.lifecycle.entry import Entry
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.deadlines import DeadlineKind
from egovarchive.records.series import Series


@define
class MemoryCatalog:
    """Keeps everything until it is garbage-collected."""

    _entries: dict[ArchivalCode, Entry] = field(factory=dict, repr=False)
    _cases: dict[tuple[str, str], ArchivalCode] = field(factory=dict, repr=False)
    _items: dict[Series, int] = field(factory=dict, repr=False)
    _heads: dict[str, Head] = field(factory=dict, repr=False)
    _lock: RLock = field(factory=RLock, repr=False, init=False)

    def head(self, fonds: str) -> Head:
        return self._heads.get(fonds, Head(fonds))

    def apply(
        self, segment: Segment, head: Head, titles: Mapping[str, str] | None = None
    ) -> None:
        with self._lock:
            if not check_follows(segment, head, self.head(segment.fonds)):
                self.describe(titles_by_code(segment, titles or {}))
                return
            for row in segment.registered:
                entry = Entry.of_row(row, (titles or {}).get(row["package"]))
                series = entry.code.series
                self._entries[entry.code] = entry
                self._cases[series.fonds, entry.case_number] = entry.code
                last = self._items.get(series, 0)
                self._items[series] = max(last, entry.code.item)
            self._heads[segment.fonds] = head

    def describe(self, titles: Mapping[str, str]) -> None:
        with self._lock:
            for text, title in titles.items():
                code = ArchivalCode.parse(text)
                if code in self._entries:
                    self._entries[code] = evolve(self._entries[code], title=title)

    def clear(self) -> None:
        with self._lock:
            for table in (self._entries, self._cases, self._items, self._heads):
                table.clear()

    def entry(self, code: ArchivalCode) -> Entry:
        try:
            return self._entries[code]
        except KeyError:
            raise EntryNotFoundError.of(str(code)) from None

    def entry_of_case(self, fonds: str, number: str) -> Entry | None:
        code = self._cases.get((fonds, number))
        return None if code is None else self._entries[code]

    def last_item(self, series: Series) -> int:
        return self._items.get(series, 0)

    def entries(
        self, *, after: ArchivalCode | None = None, limit: int | None = None
    ) -> Iterator[Entry]:
        start = None if after is None else _place(after)
        with self._lock:
            found = sorted(self._entries.values(), key=lambda e: _place(e.code))
        later = (e for e in found if start is None or _place(e.code) > start)
        return islice(later, limit)

    def due(
        self,
        kind: DeadlineKind,
        on: date,
        *,
        after: Entry | None = None,
        limit: int | None = None,
    ) -> Iterator[Entry]:
        with self._lock:
            found = [
                (day, number, entry)
                for number, entry in enumerate(self._entries.values())
                if (day := due_date(entry, kind)) is not None and day <= on
            ]
        found.sort(key=lambda row: row[:2])
        codes = [entry.code for _, _, entry in found]
        start = 0 if after is None else codes.index(after.code) + 1
        return islice((entry for _, _, entry in found[start:]), limit)


def _place(code: ArchivalCode) -> tuple[str, int]:
    return str(code.series), code.item
