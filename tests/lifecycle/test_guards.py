"""What must be true besides the state: holds, dates, approvals, witnesses."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import (
    ApprovalMissingError,
    LegalHoldError,
    LifecycleError,
    NotTransferredError,
    RetentionNotExpiredError,
    StateError,
)
from egovarchive.lifecycle.entry import Entry
from egovarchive.lifecycle.event import EventKind
from egovarchive.lifecycle.guards import Circumstances, check_allowed
from egovarchive.lifecycle.hold import Hold
from egovarchive.lifecycle.standing import Standing
from egovarchive.lifecycle.state import TRANSITIONS, Guard, State
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.testing.lives import path_to
from lifecycle.record import CODE, entry, hold, thirty

ENDS = date(2036, 12, 31)
AFTER = ENDS + timedelta(days=1)
PERMANENT = ArchivalCode.parse("J019-ZY·XK·2026·Y-0001")


def around(on: date = AFTER, *holds: Hold, agreed: bool = True) -> Circumstances:
    return Circumstances(on=on, holds=holds, approved=agreed, witnessed=agreed)


def ask(
    kind: EventKind, known: Entry, state: State, circumstances: Circumstances
) -> None:
    standing = Standing.of(known, path_to(known, state))
    check_allowed(kind, known, standing, circumstances)


TOWARDS = [
    (State.HELD, EventKind.PROPOSED),
    (State.PROPOSED, EventKind.LISTED),
    (State.LISTED, EventKind.BEGUN),
]


@pytest.mark.parametrize(("state", "kind"), TOWARDS)
def test_what_has_expired_may_go_on_to_its_end(state: State, kind: EventKind) -> None:
    ask(kind, entry(), state, around())


@pytest.mark.parametrize(("state", "kind"), TOWARDS)
@pytest.mark.parametrize("scope", [{"codes": [CODE]}, {"years": [2026]}, {}])
def test_a_hold_forbids_every_step(
    state: State, kind: EventKind, scope: dict[str, object]
) -> None:
    with pytest.raises(LegalHoldError, match="H-1、H-3") as refused:
        ask(
            kind,
            entry(),
            state,
            around(
                AFTER,
                hold("H-1", **scope),
                hold("H-2", years=[2025]),
                hold("H-3", item_codes=["0100190012"]),
            ),
        )
    assert "已被冻结" in refused.value.message("zh")
    ask(kind, entry(), state, around(AFTER, hold("H-2", years=[2025])))


@pytest.mark.parametrize(("state", "kind"), TOWARDS)
def test_the_last_day_of_keeping_is_a_day_of_keeping(
    state: State, kind: EventKind
) -> None:
    with pytest.raises(RetentionNotExpiredError, match="2036-12-31") as refused:
        ask(kind, entry(), state, around(ENDS))
    assert "2036-12-31" in refused.value.message("zh")


@pytest.mark.parametrize(("state", "kind"), TOWARDS)
def test_what_is_permanent_never_ends(state: State, kind: EventKind) -> None:
    known = entry(PERMANENT, retention_ends_on=None)
    with pytest.raises(RetentionNotExpiredError, match="no end") as refused:
        ask(kind, known, state, around(date.max))
    assert "永久" in refused.value.message("zh")


@pytest.mark.parametrize(("state", "kind"), TOWARDS)
def test_what_must_be_transferred_first_is_not_destroyed(
    state: State, kind: EventKind
) -> None:
    with pytest.raises(NotTransferredError, match="must be transferred") as refused:
        ask(kind, thirty(), state, around(date(2057, 1, 1)))
    assert "尚未移交" in refused.value.message("zh")


def test_a_copy_is_kept_until_custody_ends() -> None:
    known = thirty()
    standing = Standing.of(known, path_to(known, State.TRANSFERRED))
    ends = standing.custody_ends_on
    assert ends is not None
    with pytest.raises(NotTransferredError, match=str(ends)) as refused:
        check_allowed(EventKind.LISTED, known, standing, around(ends))
    assert "已移交" in refused.value.message("zh")
    # The archives keep the record: that its retention has not ended is no matter.
    day = around(ends + timedelta(days=1))
    assert day.on < (known.retention_ends_on or day.on)
    check_allowed(EventKind.LISTED, known, standing, day)
    with pytest.raises(LegalHoldError):
        check_allowed(
            EventKind.LISTED, known, standing, evolve(day, holds=(hold(years=[2026]),))
        )


@pytest.mark.parametrize(
    ("approved", "witnessed"), [(False, True), (True, False), (False, False)]
)
def test_nothing_is_destroyed_without_approval_and_witnesses(
    *, approved: bool, witnessed: bool
) -> None:
    circumstances = evolve(around(), approved=approved, witnessed=witnessed)
    with pytest.raises(ApprovalMissingError) as refused:
        ask(EventKind.BEGUN, entry(), State.LISTED, circumstances)
    message = refused.value.message("zh")
    assert ("未经足够人员批准" if not approved else "无两人监销") in message


@pytest.mark.parametrize("state", [State.HELD, State.PROPOSED])
def test_only_what_has_expired_is_kept_longer(state: State) -> None:
    with pytest.raises(RetentionNotExpiredError):
        ask(EventKind.RETAINED, entry(), state, around(ENDS))
    # To keep is no harm: a hold does not forbid it.
    ask(EventKind.RETAINED, entry(), state, around(AFTER, hold()))


@pytest.mark.parametrize("state", [State.HELD, State.OFFERED])
def test_only_what_is_to_be_transferred_is_put_off(state: State) -> None:
    ask(EventKind.EXTENDED, thirty(), state, around())
    with pytest.raises(StateError, match="nothing to extend") as refused:
        ask(EventKind.EXTENDED, entry(), state, around())
    assert "无从延期" in refused.value.message("zh")


def test_a_hold_forbids_no_transfer() -> None:
    ask(EventKind.SENT, thirty(), State.HELD, around(AFTER, hold()))


@pytest.mark.parametrize(("state", "kind"), TRANSITIONS)
def test_where_there_is_no_guard_nothing_is_asked(
    state: State, kind: EventKind
) -> None:
    if TRANSITIONS[state, kind].guards:
        return
    worst = around(date.min, hold(), agreed=False)
    ask(kind, entry(PERMANENT, retention_ends_on=None), state, worst)


@pytest.mark.parametrize(
    ("state", "kind"), [p for p in product(State, EventKind) if p not in TRANSITIONS]
)
def test_the_state_is_asked_first(state: State, kind: EventKind) -> None:
    with pytest.raises(StateError):
        ask(kind, entry(), state, around())


@given(
    on=st.dates(date(2026, 1, 1), date(2070, 1, 1)),
    held=st.booleans(),
    agreed=st.booleans(),
    known=st.sampled_from(
        [entry(), thirty(), entry(PERMANENT, retention_ends_on=None)]
    ),
    transferred=st.booleans(),
)
def test_destruction_begins_only_if_everything_allows_it(
    *, on: date, held: bool, agreed: bool, known: Entry, transferred: bool
) -> None:
    path = path_to(known, State.LISTED, transferred=transferred)
    standing = Standing.of(known, path)
    custody, ends = standing.custody_ends_on, known.retention_ends_on
    if custody is not None:
        ripe = on > custody
    else:
        ripe = ends is not None and on > ends and known.transfer_due_on is None
    circumstances = around(on, *([hold()] if held else []), agreed=agreed)
    try:
        check_allowed(EventKind.BEGUN, known, standing, circumstances)
    except LifecycleError:
        allowed = False
    else:
        allowed = True
    assert allowed == (ripe and agreed and not held)


def test_every_guard_is_in_the_table() -> None:
    used = {guard for each in TRANSITIONS.values() for guard in each.guards}
    assert used == {*Guard}
