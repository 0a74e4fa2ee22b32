"""Where a record stands is what its entry and its events say."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import InvalidValueError, StateError
from egovarchive.lifecycle.event import Event, EventKind
from egovarchive.lifecycle.standing import Standing
from egovarchive.lifecycle.state import TRANSITIONS, State
from egovarchive.records.deadlines import DeadlineKind
from egovarchive.records.retention import PERMANENT, RetentionPeriod
from egovarchive.testing.lives import impossible, life, next_event, path_to
from lifecycle.record import entry, happened, thirty

BATCH, LIST = "b" * 64, "d" * 64


def test_at_first_it_stands_as_it_was_registered() -> None:
    known = thirty()
    standing = Standing.of(known)
    assert standing.state is State.HELD
    assert (standing.period, standing.rounds) == (RetentionPeriod(30), 0)
    assert standing.due_on(DeadlineKind.TRANSFER) == known.transfer_due_on
    assert standing.due_on(DeadlineKind.STATUTORY_TRANSFER) == date(2046, 3, 6)
    assert standing.due_on(DeadlineKind.RETENTION_END) == known.retention_ends_on
    assert standing.due_on(DeadlineKind.CUSTODY_END) is None
    assert not standing.transferred
    assert not standing.gone


@given(turns=st.lists(st.integers(0, 50), max_size=20))
def test_every_life_runs_along_the_table(turns: list[int]) -> None:
    standing = Standing.of(thirty())
    for event in life(thirty(), turns):
        to = TRANSITIONS[standing.state, event.kind].to
        before = standing
        standing = standing.after(event)
        assert standing.state is (before.before if to is None else to)
        assert (standing.before is None) == (standing.listed is None)
    assert standing == Standing.of(thirty(), life(thirty(), turns))
    assert Standing.of_row(standing.row()) == standing


@given(turns=st.lists(st.integers(0, 50), max_size=12), number=st.integers(0, 50))
def test_what_may_not_happen_there_is_refused(turns: list[int], number: int) -> None:
    known = thirty()
    standing = Standing.of(known, life(known, turns))
    kinds = impossible(standing.state)
    bad = next_event(kinds[number % len(kinds)], known.code, standing, number)
    with pytest.raises(StateError, match=str(known.code)):
        standing.after(bad)


def test_a_review_moves_nothing() -> None:
    for state in State:
        standing = Standing.of(entry(), path_to(entry(), state))
        review = happened(
            EventKind.REVIEWED,
            check="usability.readable",
            finding="ab" * 32,
            outcome="passed",
            reason="已查看",
        )
        assert standing.after(review) is standing


def test_what_was_sent_and_sent_back_is_held_and_due() -> None:
    known = thirty()
    events = path_to(known, State.SENT)
    rejected = next_event(EventKind.REJECTED, known.code, Standing.of(known, events))
    standing = Standing.of(known, [*events, rejected])
    assert (standing.state, standing.rounds) == (State.HELD, 1)
    assert standing.due_on(DeadlineKind.TRANSFER) == known.transfer_due_on


def test_what_was_transferred_is_due_for_nothing_but_its_custody() -> None:
    known = thirty()
    standing = Standing.of(known, path_to(known, State.TRANSFERRED))
    assert standing.transferred
    for kind in DeadlineKind:
        if kind is DeadlineKind.CUSTODY_END:
            assert standing.due_on(kind) == standing.custody_ends_on is not None
        elif "archive" not in kind.value and kind is not DeadlineKind.EVIDENCE_RENEWAL:
            assert standing.due_on(kind) is None


def test_what_was_destroyed_is_due_for_nothing() -> None:
    for transferred in (False, True):
        path = path_to(thirty(), State.DESTROYED, transferred=transferred)
        standing = Standing.of(thirty(), path)
        assert standing.gone
        for kind in (
            DeadlineKind.TRANSFER,
            DeadlineKind.STATUTORY_TRANSFER,
            DeadlineKind.RETENTION_END,
            DeadlineKind.CUSTODY_END,
        ):
            assert standing.due_on(kind) is None


@pytest.mark.parametrize(
    "kind",
    [
        DeadlineKind.ARCHIVE_ONLINE,
        DeadlineKind.ARCHIVE_OFFLINE,
        DeadlineKind.EVIDENCE_RENEWAL,
    ],
)
def test_records_have_no_other_deadlines(kind: DeadlineKind) -> None:
    with pytest.raises(InvalidValueError, match=kind.value) as refused:
        Standing.of(entry()).due_on(kind)
    assert kind.zh in refused.value.message("zh")


def test_an_extension_moves_the_day_of_transfer_alone() -> None:
    event = happened(
        EventKind.EXTENDED, until="2033-03-06", authority="某档案局", approval="1号"
    )
    before, after = Standing.of(thirty()), Standing.of(thirty(), [event])
    assert after.transfer_due_on == date(2033, 3, 6)
    assert after.statutory_transfer_on == before.statutory_transfer_on
    assert after.state is State.HELD


@pytest.mark.parametrize(
    ("period", "ends", "transfer"),
    [
        ("Y", "-", "2047-01-05"),
        ("D10", "2046-12-31", "-"),
        ("D30", "2066-12-31", "2031-03-06"),
    ],
)
def test_what_is_kept_longer_has_new_dates(
    period: str, ends: str, transfer: str
) -> None:
    event = happened(
        EventKind.RETAINED,
        appraisal="a" * 64,
        period=period,
        retention_ends_on=ends,
        transfer_due_on=transfer,
        reason="仍有查考价值",
    )
    standing = Standing.of(entry(), [event])
    row = standing.row()
    assert row["period"] == period
    assert row["retention_ends_on"] == (None if ends == "-" else ends)
    assert row["transfer_due_on"] == (None if transfer == "-" else transfer)
    assert standing.period.is_permanent == (standing.period == PERMANENT)
    # A proposal that came first is undone.
    proposed = path_to(entry(), State.PROPOSED)
    assert Standing.of(entry(), [*proposed, event]) == standing


def test_what_came_from_elsewhere_is_due_for_no_transfer() -> None:
    event = happened(
        EventKind.RECEIVED,
        batch=BATCH,
        sender="某局",
        period="D30",
        retention_ends_on="2056-12-31",
    )
    standing = Standing.of(thirty(), [event])
    assert (standing.received, standing.state) == (BATCH, State.HELD)
    assert standing.due_on(DeadlineKind.TRANSFER) is None
    assert standing.due_on(DeadlineKind.STATUTORY_TRANSFER) is None
    assert standing.due_on(DeadlineKind.RETENTION_END) == date(2056, 12, 31)


@pytest.mark.parametrize("transferred", [False, True])
@pytest.mark.parametrize("state", [State.LISTED, State.DESTROYING])
def test_what_is_struck_from_a_list_stands_where_it_did(
    state: State, *, transferred: bool
) -> None:
    path = path_to(thirty(), state, transferred=transferred)
    listed = Standing.of(thirty(), path)
    struck = listed.after(next_event(EventKind.STRUCK, thirty().code, listed))
    assert struck.state is (State.TRANSFERRED if transferred else State.PROPOSED)
    assert (struck.listed, struck.before) == (None, None)


def _others(state: State) -> list[Event]:
    return [
        next_event(kind, thirty().code, Standing.of(thirty()), 77)
        for where, kind in TRANSITIONS
        if where is state
        and kind
        in {
            EventKind.WITHDRAWN,
            EventKind.ACCEPTED,
            EventKind.REJECTED,
            EventKind.STRUCK,
            EventKind.BEGUN,
            EventKind.DESTROYED,
        }
    ]


@pytest.mark.parametrize(
    "state", [State.OFFERED, State.SENT, State.LISTED, State.DESTROYING]
)
def test_what_is_about_another_batch_or_list_is_refused(state: State) -> None:
    standing = Standing.of(thirty(), path_to(thirty(), state))
    assert _others(state)
    for event in _others(state):
        with pytest.raises(StateError) as refused:
            standing.after(event)
        assert "所在批次或清册" in refused.value.message("zh")


def test_a_row_of_another_making_is_refused() -> None:
    row = Standing.of(entry()).row()
    with pytest.raises(ValueError, match="lost"):
        Standing.of_row({**row, "state": "lost"})
    with pytest.raises(InvalidValueError):
        Standing.of_row({**row, "period": "D0"})
