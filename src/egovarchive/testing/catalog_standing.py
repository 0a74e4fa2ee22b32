"""Contract of where records stand: as their entries and all their events say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from egovarchive.catalog import Catalog
from egovarchive.errors import EntryNotFoundError, StateError
from egovarchive.lifecycle.entry import Entry
from egovarchive.lifecycle.event import Event, EventKind
from egovarchive.lifecycle.standing import Standing
from egovarchive.lifecycle.state import State
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.deadlines import DeadlineKind
from egovarchive.testing.catalog_journal import (
    FIRST,
    FONDS,
    JournalWriter,
    Step,
    series_of,
)
from egovarchive.testing.catalog_shared import state_of
from egovarchive.testing.lives import (
    impossible,
    life,
    next_event,
    path_to,
    possible,
)

KINDS = (
    DeadlineKind.TRANSFER,
    DeadlineKind.STATUTORY_TRANSFER,
    DeadlineKind.RETENTION_END,
    DeadlineKind.CUSTODY_END,
)
FAR = FIRST + timedelta(days=1_000)
TITLE = "某公司食品经营许可"

# Each example clears the one catalog of its test.
_examples = settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.differing_executors,
        HealthCheck.too_slow,
    ],
)
_lives = st.lists(st.lists(st.integers(0, 23), max_size=9), min_size=1, max_size=4)
_GOING_ON = {
    EventKind.WITHDRAWN,
    EventKind.ACCEPTED,
    EventKind.REJECTED,
    EventKind.STRUCK,
    EventKind.BEGUN,
    EventKind.DESTROYED,
}
Way = Callable[[Catalog, Iterable[Step]], object]


def _one_by_one(catalog: Catalog, steps: Iterable[Step]) -> None:
    for step in steps:
        catalog.apply(*step)


def _all_at_once(catalog: Catalog, steps: Iterable[Step]) -> None:
    catalog.apply_all(steps)


def _behind_the_first(catalog: Catalog, steps: Iterable[Step]) -> None:
    first, *others = steps
    catalog.apply(*first)
    catalog.apply_all(others)


def _anew(catalog: Catalog, steps: Iterable[Step]) -> None:
    catalog.rebuild(FONDS, steps)


_WAYS: tuple[Way, ...] = (_one_by_one, _all_at_once, _behind_the_first, _anew)


def standings_of(catalog: Catalog) -> list[Standing]:
    """Return where each record of *catalog* stands, in the order of their codes."""
    return [catalog.standing(entry.code) for entry in catalog.entries()]


def check_standings(catalog: Catalog, entries: Iterable[Entry]) -> None:
    """
    Check that *catalog* has *entries*, and says of each what its events say.

    Args:
        catalog: The catalog.
        entries: What it must have, in the order in which it was applied.
    """
    known = list(entries)
    stands = {e.code: Standing.of(e, catalog.events(e.code)) for e in known}
    for entry in known:
        assert catalog.standing(entry.code) == stands[entry.code]
        assert catalog.entry(entry.code) == entry, "what was registered stays"
    by_code = sorted(known, key=lambda e: (str(e.code.series), e.code.item))
    for state in State:
        expected = [e.code for e in by_code if stands[e.code].state is state]
        assert [e.code for e in catalog.entries(state=state)] == expected
    for kind in KINDS:
        days = [(stands[e.code].due_on(kind), n) for n, e in enumerate(known)]
        order = sorted((day, n) for day, n in days if day is not None)
        found = [entry.code for entry in catalog.due(kind, FAR)]
        assert found == [known[n].code for _, n in order]
        for bound in (FIRST, FIRST + timedelta(days=2)):
            ahead = [known[n].code for day, n in order if day >= bound]
            assert [e.code for e in catalog.due(kind, FAR, since=bound)] == ahead
            upto = [known[n].code for day, n in order if day <= bound]
            assert [e.code for e in catalog.due(kind, bound)] == upto


class CatalogStandingContract:
    """Where records stand is what their entries and events say, and nothing else."""

    @pytest.fixture
    def lived(self) -> JournalWriter:
        """Return the writer of a journal with a record in every state."""
        writer = JournalWriter()
        rows = [
            writer.row(series_of(n), transfer=n, end=n + 1, statutory=n + 2)
            for n, _ in enumerate(State)
        ]
        writer.write(*rows)
        for row, state in zip(rows, State, strict=True):
            writer.write(events=path_to(Entry.of_row(row), state))
        return writer

    def test_a_new_record_stands_as_it_was_registered(
        self, catalog: Catalog, writer: JournalWriter
    ) -> None:
        catalog.apply(*writer.write(writer.row(transfer=1, statutory=2, end=3)))
        [entry] = catalog.entries()
        standing = catalog.standing(entry.code)
        assert standing == Standing.of(entry)
        assert standing.state is State.HELD
        assert list(catalog.entries(state=State.HELD)) == [entry]
        assert list(catalog.due(DeadlineKind.CUSTODY_END, FAR)) == []

    def test_an_unknown_record_stands_nowhere(
        self, catalog: Catalog, lived: JournalWriter
    ) -> None:
        absent = ArchivalCode(series_of(), 9999)
        for _ in range(2):
            with pytest.raises(EntryNotFoundError, match="9999"):
                catalog.standing(absent)
            catalog.apply_all(lived.steps)

    @pytest.mark.parametrize("way", _WAYS)
    def test_every_state_is_reached(
        self, catalog: Catalog, lived: JournalWriter, way: Way
    ) -> None:
        way(catalog, lived.steps)
        entries = [Entry.of_row(row) for row in lived.rows]
        assert [catalog.standing(e.code).state for e in entries] == [*State]
        check_standings(catalog, entries)

    @_examples
    @given(
        lives=_lives,
        days=st.tuples(*[st.none() | st.integers(0, 3)] * 3),
        group=st.integers(1, 4),
        way=st.sampled_from(_WAYS),
    )
    def test_records_stand_as_their_events_say(
        self,
        catalog: Catalog,
        lives: list[list[int]],
        days: tuple[int | None, int | None, int | None],
        group: int,
        way: Way,
    ) -> None:
        catalog.clear()
        writer = JournalWriter()
        transfer, statutory, end = days
        rows = [
            writer.row(series_of(n), transfer=transfer, statutory=statutory, end=end)
            for n, _ in enumerate(lives)
        ]
        entries = [Entry.of_row(row) for row in rows]
        writer.write(*rows)
        for some in _in_turns(map(life, entries, lives), group):
            writer.write(events=some)
        way(catalog, writer.steps)
        check_standings(catalog, entries)
        catalog.close()
        check_standings(catalog, entries)
        catalog.rebuild(FONDS, writer.steps)
        check_standings(catalog, entries)

    def test_a_record_may_live_within_one_segment(
        self, catalog: Catalog, writer: JournalWriter
    ) -> None:
        row = writer.row(end=0)
        entry = Entry.of_row(row)
        step = writer.write(row, events=path_to(entry, State.DESTROYED))
        catalog.apply(*step, {row["package"]: TITLE})
        check_standings(catalog, [entry])
        assert catalog.entry(entry.code).title is None

    def test_what_may_not_happen_is_refused_and_changes_nothing(
        self, catalog: Catalog, lived: JournalWriter
    ) -> None:
        catalog.apply_all(lived.steps)
        before = state_of(catalog), standings_of(catalog)
        for row, state in zip(lived.rows, State, strict=True):
            entry = Entry.of_row(row)
            standing = catalog.standing(entry.code)
            for kind in impossible(state):
                bad = next_event(kind, entry.code, standing)
                draft = lived.draft([], [lived.event(entry.code), bad])
                with pytest.raises(StateError, match=str(entry.code)) as refused:
                    catalog.apply(*draft)
                assert state.zh in refused.value.message("zh")
                with pytest.raises(StateError):
                    catalog.apply_all([draft])
            with pytest.raises(StateError):
                catalog.rebuild(FONDS, [*lived.steps, draft])
        assert (state_of(catalog), standings_of(catalog)) == before

    def test_a_fresh_one_refuses_it_too(
        self, catalog: Catalog, lived: JournalWriter
    ) -> None:
        """Many segments at once are looked through at the end, and not less."""
        entry = Entry.of_row(lived.rows[-1])
        gone = Standing.of(entry, path_to(entry, State.DESTROYED))
        for kind in impossible(State.DESTROYED):
            draft = lived.draft([], [next_event(kind, entry.code, gone)])
            with pytest.raises(StateError):
                catalog.apply_all([*lived.steps, draft])
            assert list(catalog.entries()) == []

    def test_another_batch_or_list_is_refused(
        self, catalog: Catalog, lived: JournalWriter
    ) -> None:
        catalog.apply_all(lived.steps)
        before = state_of(catalog), standings_of(catalog)
        for row, state in zip(lived.rows, State, strict=True):
            entry = Entry.of_row(row)
            other = Standing.of(entry)
            for event in _going_on(entry, state, other):
                with pytest.raises(StateError, match=r"is in (batch|list)"):
                    catalog.apply(*lived.draft([], [event]))
        assert (state_of(catalog), standings_of(catalog)) == before

    def test_what_was_destroyed_has_no_title(
        self, catalog: Catalog, writer: JournalWriter
    ) -> None:
        rows = [writer.row(end=0) for _ in range(3)]
        titles = {row["package"]: f"{TITLE} {row['code']}" for row in rows}
        catalog.apply(*writer.write(*rows), titles)
        entries = [Entry.of_row(row) for row in rows]
        for entry, state in zip(
            entries[:2], (State.DESTROYING, State.DESTROYED), strict=True
        ):
            catalog.apply(*writer.write(events=path_to(entry, state)), titles)
        kept = [f"{TITLE} {entry.code}" for entry in entries]
        codes = [entry.code for entry in entries]
        expected = [kept[0], None, kept[2]]
        for _ in range(3):
            assert [e.title for e in catalog.entries()] == expected
            assert [catalog.entry(e.code).title for e in entries] == expected
            number = entries[1].case_number
            found = catalog.entry_of_case(FONDS, number)
            assert found is not None
            assert found.title is None
            due = catalog.entries(state=State.DESTROYED)
            assert [e.title for e in due] == [None]
            catalog.describe(dict(zip(map(str, codes), kept, strict=True)))
            for step in writer.steps:
                catalog.apply(*step, titles)
            catalog.close()
        catalog.rebuild(FONDS, writer.steps)
        catalog.describe({str(entry.code): TITLE for entry in entries})
        assert [e.title for e in catalog.entries()] == [TITLE, None, TITLE]

    def test_what_moves_while_a_list_is_read_does_not_end_it(
        self, catalog: Catalog, writer: JournalWriter
    ) -> None:
        rows = [writer.row(transfer=n // 100) for n in range(1_200)]
        catalog.apply(*writer.write(*rows))
        entries = [Entry.of_row(row) for row in rows]
        seen = []
        for entry in catalog.due(DeadlineKind.TRANSFER, FAR):
            seen.append(entry.code)
            if len(seen) % 100 == 0:
                sent = path_to(entry, State.TRANSFERRED)
                catalog.apply(*writer.write(events=sent))
        assert seen == [entry.code for entry in entries]
        left = [e.code for e in catalog.due(DeadlineKind.TRANSFER, FAR)]
        assert len(left) == 1_188

    def test_a_list_begins_with_a_day(
        self, catalog: Catalog, writer: JournalWriter
    ) -> None:
        catalog.apply(*writer.write(*[writer.row(end=n % 5) for n in range(20)]))
        kind, day = DeadlineKind.RETENTION_END, FIRST + timedelta(days=3)
        found = list(catalog.due(kind, FAR, since=day))
        assert [e.code.item for e in found] == [4, 9, 14, 19, 5, 10, 15, 20]
        page = list(catalog.due(kind, FAR, since=day, limit=3))
        assert page == found[:3]
        assert list(catalog.due(kind, FAR, since=day, after=page[-1])) == found[3:]
        assert list(catalog.due(kind, day, since=FAR)) == []


def _in_turns(
    lives: Iterable[Iterable[Event]], group: int
) -> Iterator[tuple[Event, ...]]:
    """Yield what happens to several records, by turns, *group* events at a time."""
    rest = [list(each) for each in lives]
    mixed = []
    while any(rest):
        mixed += [each.pop(0) for each in rest if each]
    for start in range(0, len(mixed), group):
        yield tuple(mixed[start : start + group])


def _going_on(entry: Entry, state: State, other: Standing) -> Iterator[Event]:
    """Yield events that go on with another batch or list than that of *entry*."""
    for kind in possible(state):
        if kind in _GOING_ON:
            yield next_event(kind, entry.code, other, turn=99)
