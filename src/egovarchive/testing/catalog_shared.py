"""Contract of catalogs that other processes, and later ones, find where they are."""

from __future__ import annotations

from collections.abc import Iterator

from egovarchive.catalog import Catalog
from egovarchive.journal import Head
from egovarchive.lifecycle.event import Event
from egovarchive.testing.catalog_journal import JournalWriter, Step
from egovarchive.testing.catalog_model import FONDS, Told, told

State = tuple[list[Told], list[Head], list[Event]]


def state_of(catalog: Catalog) -> State:
    """Return all that *catalog* knows of the fonds that these tests use."""
    entries = list(catalog.entries())
    events = [event for fonds in FONDS for event in catalog.events_of_fonds(fonds)]
    events += [event for entry in entries for event in catalog.events(entry.code)]
    return list(map(told, entries)), [catalog.head(fonds) for fonds in FONDS], events


class SharedCatalogContract:
    """Two catalogs at one place are one; ``another`` is at the place of ``catalog``."""

    def test_what_one_takes_in_the_other_has(
        self, catalog: Catalog, another: Catalog
    ) -> None:
        writer = JournalWriter()
        writer.write_plain(2, 1, 3)
        codes = [row["code"] for row in writer.rows]
        writer.write(writer.row(), events=map(writer.event, [*codes, None]))
        for number, step in enumerate(writer.steps):
            one, other = (catalog, another) if number % 2 else (another, catalog)
            one.apply(*step, {step[0].registered[0]["package"]: "甲"})
            assert state_of(other) == state_of(one)
            other.apply(*step)
            assert state_of(other) == state_of(one)
        another.describe({writer.rows[1]["code"]: "乙"})
        assert state_of(catalog) == state_of(another)

    def test_what_was_closed_is_there_when_it_is_opened(
        self, catalog: Catalog, another: Catalog
    ) -> None:
        writer = JournalWriter()
        writer.write_plain(2, 2)
        writer.write(events=[writer.event(writer.rows[2]["code"]), writer.event()])
        catalog.apply_all(writer.steps)
        before = state_of(catalog)
        assert before[2] == list(reversed(writer.steps[-1][0].events))
        catalog.close()
        assert state_of(another) == before
        another.close()
        assert state_of(catalog) == before

    def test_a_rebuild_is_seen_when_it_is_done_and_not_before(
        self, catalog: Catalog, another: Catalog
    ) -> None:
        """To number by a catalog that is half built would give numbers twice."""
        writer = JournalWriter()
        catalog.apply_all(writer.write_plain(2, 2))
        before = state_of(another)
        more = [writer.write(writer.row(), writer.row(), events=[writer.event()])]
        seen = []

        def journal() -> Iterator[Step]:
            for step in writer.steps:
                seen.append(state_of(another))
                yield step
            seen.append(state_of(another))

        catalog.rebuild(writer.fonds, journal())
        assert seen == [before] * 4
        assert len(state_of(another)[0]) == 6
        another.apply(*more[0])
        assert state_of(another) == state_of(catalog)
