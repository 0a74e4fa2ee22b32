"""State 状态: where a record stands in its life, and what may happen to it there."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from attrs import frozen

from egovarchive.errors import StateError
from egovarchive.lifecycle.event_kind import EventKind
from egovarchive.records.term import Term


class State(Term):
    """Where a record stands."""

    HELD = "held", "在管"
    OFFERED = "offered", "拟移交"
    SENT = "sent", "已移交待接收"
    TRANSFERRED = "transferred", "已移交"
    PROPOSED = "proposed", "拟销毁"
    LISTED = "listed", "已列入销毁清册"
    DESTROYING = "destroying", "销毁中"
    DESTROYED = "destroyed", "已销毁"


class Guard(Term):
    """What must be true besides, for something to happen."""

    NO_HOLD = "no_hold", "未被冻结"
    TO_BE_TRANSFERRED = "to_be_transferred", "应当移交"
    EXPIRED = "expired", "保管期已满"
    RIPE = "ripe", "可以销毁"
    APPROVED = "approved", "已经批准"
    WITNESSED = "witnessed", "两人监销"


@frozen
class Transition:
    """
    What follows when something happens.

    Args:
        to: Where the record stands then; None: where it stood before it was listed.
        guards: What must be true besides.
    """

    to: State | None
    guards: tuple[Guard, ...] = ()


_UNDER_CONTROL: Final = (Guard.NO_HOLD, Guard.RIPE)

# The whole life cycle. What is not here may not happen; the diagram in
# docs/explanation/life-cycle.md is drawn from it.
TRANSITIONS: Final[Mapping[tuple[State, EventKind], Transition]] = MappingProxyType(
    {
        (State.HELD, EventKind.RECEIVED): Transition(State.HELD),
        (State.HELD, EventKind.OFFERED): Transition(State.OFFERED),
        (State.HELD, EventKind.SENT): Transition(State.SENT),
        (State.OFFERED, EventKind.SENT): Transition(State.SENT),
        (State.OFFERED, EventKind.WITHDRAWN): Transition(State.HELD),
        (State.SENT, EventKind.WITHDRAWN): Transition(State.HELD),
        (State.SENT, EventKind.ACCEPTED): Transition(State.TRANSFERRED),
        (State.SENT, EventKind.REJECTED): Transition(State.HELD),
        **{
            (state, EventKind.EXTENDED): Transition(state, (Guard.TO_BE_TRANSFERRED,))
            for state in (State.HELD, State.OFFERED)
        },
        (State.HELD, EventKind.RETAINED): Transition(State.HELD, (Guard.EXPIRED,)),
        (State.HELD, EventKind.PROPOSED): Transition(State.PROPOSED, _UNDER_CONTROL),
        (State.PROPOSED, EventKind.RETAINED): Transition(State.HELD, (Guard.EXPIRED,)),
        (State.PROPOSED, EventKind.LISTED): Transition(State.LISTED, _UNDER_CONTROL),
        # Its own copy, once the archives have the record and custody is over.
        (State.TRANSFERRED, EventKind.LISTED): Transition(State.LISTED, _UNDER_CONTROL),
        (State.LISTED, EventKind.STRUCK): Transition(None),
        (State.LISTED, EventKind.BEGUN): Transition(
            State.DESTROYING, (*_UNDER_CONTROL, Guard.APPROVED, Guard.WITNESSED)
        ),
        # As long as its bytes are there, whole.
        (State.DESTROYING, EventKind.STRUCK): Transition(None),
        # Guarded when it began: by now its bytes are gone.
        (State.DESTROYING, EventKind.DESTROYED): Transition(State.DESTROYED),
    }
)
# What moves a record; other events only tell something of it.
ACTS: Final = frozenset(kind for _, kind in TRANSITIONS)


def transition(code: object, state: State, kind: EventKind) -> Transition:
    """
    Return what follows when *kind* happens to the record *code*, which is in *state*.

    Raises:
        StateError: It may not happen there.
    """
    found = TRANSITIONS.get((state, kind))
    if found is None:
        raise StateError(
            f"{code} is {state.label('en')}: it cannot be {kind.label('en')} now",
            f"{code} 处于“{state.zh}”状态，不能{kind.zh}",
        )
    return found
