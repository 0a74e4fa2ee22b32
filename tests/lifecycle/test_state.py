"""The life of a record is a table: what is not in it may not happen."""

from __future__ import annotations

from itertools import product

import pytest

from egovarchive.errors import StateError
from egovarchive.lifecycle.event import EventKind
from egovarchive.lifecycle.event_kind import OF_RECORD
from egovarchive.lifecycle.state import ACTS, TRANSITIONS, Guard, State, transition

PAIRS = list(product(State, EventKind))


@pytest.mark.parametrize(("state", "kind"), [p for p in PAIRS if p not in TRANSITIONS])
def test_what_is_not_in_the_table_may_not_happen(state: State, kind: EventKind) -> None:
    with pytest.raises(StateError) as refused:
        transition("J019-1", state, kind)
    assert state.label("en") in refused.value.message("en")
    assert kind.label("en") in refused.value.message("en")
    assert state.zh in refused.value.message("zh")
    assert kind.zh in refused.value.message("zh")
    assert "J019-1" in str(refused.value)


@pytest.mark.parametrize(("state", "kind"), TRANSITIONS)
def test_what_is_in_it_may(state: State, kind: EventKind) -> None:
    assert transition("x", state, kind) is TRANSITIONS[state, kind]
    assert kind in ACTS


def test_only_events_of_records_move_them() -> None:
    assert ACTS <= OF_RECORD
    assert {*OF_RECORD} == {*ACTS, EventKind.REVIEWED}


def test_every_state_can_be_reached_and_only_destroyed_is_left_never() -> None:
    reached, todo = {State.HELD}, [State.HELD]
    while todo:
        here = todo.pop()
        for (state, _), each in TRANSITIONS.items():
            if state is here and each.to is not None and each.to not in reached:
                reached.add(each.to)
                todo.append(each.to)
    assert reached == {*State}
    assert {*State} - {state for state, _ in TRANSITIONS} == {State.DESTROYED}


def test_nothing_is_destroyed_without_all_guards() -> None:
    """Each step towards destruction asks for holds and the end of keeping."""
    for (_, kind), each in TRANSITIONS.items():
        if each.to in {State.PROPOSED, State.LISTED, State.DESTROYING}:
            assert {Guard.NO_HOLD, Guard.RIPE} <= {*each.guards}, kind
    begun = TRANSITIONS[State.LISTED, EventKind.BEGUN]
    assert {*begun.guards} == {
        Guard.NO_HOLD,
        Guard.RIPE,
        Guard.APPROVED,
        Guard.WITNESSED,
    }
    before = [s for (s, _), each in TRANSITIONS.items() if each.to is State.DESTROYED]
    assert before == [State.DESTROYING], "nothing gets there but by the guarded step"


def test_the_table_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        TRANSITIONS[State.HELD, EventKind.DESTROYED] = TRANSITIONS[  # type: ignore[index]
            State.DESTROYING, EventKind.DESTROYED
        ]


def test_what_is_struck_goes_back_to_where_it_was() -> None:
    for state in (State.LISTED, State.DESTROYING):
        assert TRANSITIONS[state, EventKind.STRUCK].to is None
