"""Contract of what a catalog tells of events: what happened, to what, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from egovarchive.catalog import Catalog
from egovarchive.errors import CatalogMismatchError, EntryNotFoundError
from egovarchive.journal import Head
from egovarchive.lifecycle.event import Event
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.testing.catalog_journal import FONDS, JournalWriter, Step, series_of
from egovarchive.testing.catalog_shared import state_of
from egovarchive.testing.storage_groups import race

ABSENT = ArchivalCode(series_of(), 9999)


def of(catalog: Catalog, code: str) -> list[Event]:
    return list(catalog.events(ArchivalCode.parse(code)))


def ways_to_take_in(catalog: Catalog, *steps: Step) -> Iterator[Callable[[], object]]:
    """Yield the ways in which *steps*, the last of which is bad, may be taken in."""

    def one_by_one() -> None:
        for step in steps:
            catalog.apply(*step)

    yield one_by_one
    yield lambda: catalog.apply_all(steps)


class CatalogEventsContract:
    """What happened to records and to the fonds stands behind what was registered."""

    @pytest.fixture
    def told(self) -> JournalWriter:
        """Return the writer of a journal with three records, and events."""
        writer = JournalWriter()
        writer.write_plain(3)
        first, second, _ = (row["code"] for row in writer.rows)
        writer.write(events=[writer.event(second), writer.event(), writer.event(first)])
        row = writer.row()
        writer.write(row, events=[writer.event(row["code"]), writer.event(first)])
        writer.write(events=[writer.event()])
        return writer

    def test_events_come_in_the_order_of_the_journal(
        self, catalog: Catalog, told: JournalWriter
    ) -> None:
        for step in told.steps:
            catalog.apply(*step)
        self.check(catalog, told)

    def check(self, catalog: Catalog, writer: JournalWriter) -> None:
        """Check that *catalog* tells of each what *writer* wrote of it."""
        every = [event for segment, _ in writer.steps for event in segment.events]
        for row in writer.rows:
            happened = [event for event in every if str(event.code) == row["code"]]
            assert of(catalog, row["code"]) == happened
        assert list(catalog.events_of_fonds(writer.fonds)) == [
            event for event in every if event.code is None
        ]

    def test_a_record_is_found_however_wide_its_code_is_written(
        self, catalog: Catalog, told: JournalWriter
    ) -> None:
        catalog.apply_all(told.steps)
        assert len(list(catalog.events(ArchivalCode(series_of(), 1, 3)))) == 2

    def test_nothing_happened_at_first(
        self, catalog: Catalog, told: JournalWriter
    ) -> None:
        assert list(catalog.events_of_fonds(FONDS)) == []
        catalog.apply(*told.steps[0])
        assert of(catalog, told.rows[0]["code"]) == []
        assert list(catalog.events_of_fonds(FONDS)) == []

    def test_of_an_unknown_record_nothing_is_told(
        self, catalog: Catalog, told: JournalWriter
    ) -> None:
        for _ in range(2):
            with pytest.raises(EntryNotFoundError, match="9999"):
                catalog.events(ABSENT)
            catalog.apply_all(told.steps)

    def test_an_event_of_an_unknown_record_is_refused_and_changes_nothing(
        self, catalog: Catalog, told: JournalWriter
    ) -> None:
        for _ in range(2):
            before, told_by = state_of(catalog), JournalWriter(steps=list(told.steps))
            applied = catalog.head(FONDS).number
            good = told_by.event(told.rows[0]["code"])
            bad = told_by.draft([], [good, told_by.event(ABSENT)])
            for act in ways_to_take_in(catalog, *told.steps[applied:], bad):
                with pytest.raises(EntryNotFoundError, match="9999") as refused:
                    act()
                assert "档号" in refused.value.message("zh")
                catalog.rebuild(FONDS, told.steps[:applied])
                assert state_of(catalog) == before
            with pytest.raises(EntryNotFoundError, match="9999"):
                catalog.rebuild(FONDS, [*told.steps, bad])
            assert state_of(catalog) == before
            catalog.apply_all(told.steps)

    def test_one_applied_again_adds_no_event(
        self, catalog: Catalog, told: JournalWriter
    ) -> None:
        for step in told.steps:
            catalog.apply(*step)
            catalog.apply(*step)
        before = state_of(catalog)
        for step in reversed(told.steps):
            catalog.apply(*step, {told.rows[0]["package"]: "甲"})
        assert catalog.apply_all(told.steps) == 4
        assert state_of(catalog)[1:] == before[1:]
        self.check(catalog, told)

    def test_other_events_are_of_another_journal(
        self, catalog: Catalog, told: JournalWriter
    ) -> None:
        catalog.apply_all(told.steps)
        before, code = state_of(catalog), told.rows[0]["code"]
        stranger = JournalWriter(salt="others")
        stranger.write_plain(3)
        stranger.steps[:] = told.steps[:1]
        for about in (code, None):
            stranger.write(events=[stranger.event(about)])
            with pytest.raises(CatalogMismatchError, match="another journal"):
                catalog.apply(*stranger.steps[-1])
            assert state_of(catalog) == before

    def test_many_at_once_are_as_many_one_by_one(
        self, catalog: Catalog, told: JournalWriter
    ) -> None:
        assert catalog.apply_all(iter(told.steps)) == 4
        self.check(catalog, told)
        more = [
            told.write(told.row(), events=map(told.event, [row["code"], None]))
            for row in told.rows
        ]
        assert catalog.apply_all(more) == 4
        self.check(catalog, told)

    def test_a_journal_may_hold_events_of_the_fonds_alone(
        self, catalog: Catalog
    ) -> None:
        writer = JournalWriter()
        catalog.apply(*writer.write(events=[writer.event()]))
        assert catalog.apply_all([writer.write(events=[writer.event()])]) == 0
        self.check(catalog, writer)
        assert catalog.rebuild(FONDS, writer.steps) == 0
        self.check(catalog, writer)
        assert len(list(catalog.events_of_fonds(FONDS))) == 2

    def test_fonds_are_kept_apart(self, catalog: Catalog, told: JournalWriter) -> None:
        other = JournalWriter("J02")
        other.write_plain(2)
        other.write(events=map(other.event, [None, other.rows[0]["code"]]))
        catalog.apply_all(told.steps)
        catalog.apply_all(other.steps)
        for writer in (told, other):
            self.check(catalog, writer)
        assert list(catalog.events_of_fonds("J03")) == []

    def test_a_rebuild_replaces_those_of_one_fonds(
        self, catalog: Catalog, told: JournalWriter
    ) -> None:
        other = JournalWriter("J02")
        other.write_plain(1)
        other.write(events=map(other.event, [None, other.rows[0]["code"]]))
        catalog.apply_all([*told.steps, *other.steps])
        assert catalog.rebuild(FONDS, told.steps) == 4
        self.check(catalog, told)
        anew = JournalWriter(salt="anew")
        anew.write_plain(1)
        anew.write(events=[anew.event(anew.rows[0]["code"])])
        assert catalog.rebuild(FONDS, anew.steps) == 1
        self.check(catalog, anew)
        self.check(catalog, other)
        assert catalog.rebuild("J02", []) == 0
        assert list(catalog.events_of_fonds("J02")) == []
        self.check(catalog, anew)

    def test_a_cleared_one_has_none(
        self, catalog: Catalog, told: JournalWriter
    ) -> None:
        catalog.apply_all(told.steps)
        catalog.clear()
        assert state_of(catalog) == ([], [Head(FONDS), Head("J02")], [])
        catalog.apply_all(told.steps)
        self.check(catalog, told)

    def test_threads_may_apply_the_same_events(self, catalog: Catalog) -> None:
        writer = JournalWriter()
        writer.write_plain(1)
        code = writer.rows[0]["code"]
        for _ in range(30):
            writer.write(events=[writer.event(code), writer.event(code)])
        catalog.apply(*writer.steps[0])
        sizes = set[int]()

        def apply() -> None:
            for step in writer.steps:
                catalog.apply(*step)

        def look() -> None:
            while catalog.head(FONDS).number < len(writer.steps):
                sizes.add(len(of(catalog, code)))

        race([apply, apply, apply, look, look])
        self.check(catalog, writer)
        assert all(size % 2 == 0 for size in sizes), "no segment is seen in part"
