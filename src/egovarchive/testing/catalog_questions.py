"""Contract of the questions a catalog answers by pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

from egovarchive.catalog import Catalog
from egovarchive.errors import EntryNotFoundError, InvalidValueError
from egovarchive.lifecycle.entry import Entry
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.deadlines import DeadlineKind
from egovarchive.testing.catalog_journal import FIRST, JournalWriter, series_of
from egovarchive.testing.catalog_model import KINDS, same


class CatalogQuestionsContract:
    """Entries in their order, and those that are due."""

    @pytest.fixture
    def writer(self) -> JournalWriter:
        """Return the writer of a journal to apply."""
        return JournalWriter()

    def test_entries_come_by_series_and_number(
        self, catalog: Catalog, writer: JournalWriter
    ) -> None:
        places = [(2, 5), (0, 10_000), (0, 9_999), (3, 1), (1, 7), (0, 2), (2, 10)]
        rows = [writer.row(series_of(kind), item=item) for kind, item in places]
        catalog.apply(*writer.write(*rows))
        expected = sorted(
            map(Entry.of_row, rows), key=lambda e: (str(e.code.series), e.code.item)
        )
        same(catalog.entries(), expected)
        assert catalog.last_item(series_of(0)) == 10_000
        # Whether the code is there or not, what follows it follows it.
        absent = ArchivalCode(series_of(0), 100)
        later = [e for e in expected if (str(e.code.series), e.code.item) > _at(absent)]
        same(catalog.entries(after=absent), later)

    @pytest.mark.parametrize("size", [1, 7, 600])
    def test_pages_make_the_whole_list(
        self, catalog: Catalog, writer: JournalWriter, size: int
    ) -> None:
        rows = [writer.row(series_of(n), end=n % 2) for n in range(1_100)]
        catalog.apply(*writer.write(*rows))
        day = FIRST + timedelta(days=2)
        entries, due = [], []
        after: Entry | None = None
        while page := list(
            catalog.entries(after=after.code if after else None, limit=size)
        ):
            entries += page
            after = page[-1]
        same(entries, catalog.entries())
        after = None
        while page := list(
            catalog.due(DeadlineKind.RETENTION_END, day, after=after, limit=size)
        ):
            due += page
            after = page[-1]
        same(due, catalog.due(DeadlineKind.RETENTION_END, day))
        assert len(entries) == len(due) == 1_100

    def test_a_page_may_be_empty_but_not_less(
        self, catalog: Catalog, writer: JournalWriter
    ) -> None:
        catalog.apply(*writer.write(writer.row(transfer=0)))
        assert list(catalog.entries(limit=0)) == []
        assert list(catalog.due(DeadlineKind.TRANSFER, FIRST, limit=0)) == []
        with pytest.raises(InvalidValueError, match="-1"):
            catalog.entries(limit=-1)
        with pytest.raises(InvalidValueError, match="-1"):
            catalog.due(DeadlineKind.TRANSFER, FIRST, limit=-1)

    @pytest.mark.parametrize("kind", KINDS)
    def test_due_is_what_has_a_deadline_by_then(
        self, catalog: Catalog, writer: JournalWriter, kind: DeadlineKind
    ) -> None:
        name = {"transfer": "transfer", "statutory_transfer": "statutory"}.get(
            kind.value, "end"
        )
        days = [5, 3, None, 4, 3, 6]
        rows = [writer.row(**{name: day}) for day in days]  # type: ignore[arg-type]
        catalog.apply(*writer.write(*rows))
        found = list(catalog.due(kind, FIRST + timedelta(days=5)))
        assert [entry.code.item for entry in found] == [2, 5, 4, 1]
        for other in KINDS.keys() - {kind}:
            assert list(catalog.due(other, FIRST + timedelta(days=9))) == []

    @pytest.mark.parametrize(
        "kind", [DeadlineKind.ARCHIVE_ONLINE, DeadlineKind.ARCHIVE_OFFLINE]
    )
    def test_what_no_record_has_is_not_listed(
        self, catalog: Catalog, kind: DeadlineKind
    ) -> None:
        with pytest.raises(InvalidValueError, match="none of the deadlines"):
            catalog.due(kind, FIRST)

    def test_a_page_begins_behind_an_entry_that_is_there_and_due(
        self, catalog: Catalog, writer: JournalWriter
    ) -> None:
        due, never, late = writer.row(end=0), writer.row(), writer.row(end=9)
        catalog.apply(*writer.write(due, never, late))
        kind = DeadlineKind.RETENTION_END
        gone = evolve(Entry.of_row(due), code=ArchivalCode(series_of(1), 1))
        with pytest.raises(EntryNotFoundError):
            catalog.due(kind, FIRST, after=gone)
        with pytest.raises(InvalidValueError, match="has no deadline"):
            catalog.due(kind, FIRST, after=Entry.of_row(never))
        assert list(catalog.due(kind, FIRST, after=Entry.of_row(late))) == []


def _at(code: ArchivalCode) -> tuple[str, int]:
    return str(code.series), code.item
