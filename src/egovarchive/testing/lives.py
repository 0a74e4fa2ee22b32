"""Lives of records made up for tests: events that move one from state to state."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256

from egovarchive.lifecycle.entry import Entry
from egovarchive.lifecycle.event import Event, EventKind
from egovarchive.lifecycle.standing import Standing
from egovarchive.lifecycle.state import ACTS, TRANSITIONS, State
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.moment import CHINA

HAPPENED = datetime(2026, 11, 23, 10, tzinfo=CHINA)
_FIRST = date(2026, 5, 20)
_PERIODS = ("Y", "D30", "D10")


def possible(state: State) -> Sequence[EventKind]:
    """Return what may happen in *state*, in the order of the table."""
    return [kind for (where, kind) in TRANSITIONS if where is state]


def impossible(state: State) -> Sequence[EventKind]:
    """Return what moves records, and may not happen in *state*."""
    return [
        kind for kind in EventKind if kind in ACTS and (state, kind) not in TRANSITIONS
    ]


def next_event(
    kind: EventKind, code: ArchivalCode, standing: Standing, turn: int = 0
) -> Event:
    """
    Return an event of *kind* that fits to where the record *code* stands.

    Guards are not asked: whoever reads a journal does not ask them either.

    Args:
        kind: What happens.
        code: To which record.
        standing: Where it stands.
        turn: What makes its digests, days and periods others.
    """
    day = (_FIRST + timedelta(days=turn % 4)).isoformat()
    period = _PERIODS[turn % len(_PERIODS)]
    ends = "-" if period == "Y" else day
    goes_on = {EventKind.WITHDRAWN, EventKind.ACCEPTED, EventKind.REJECTED}
    batch = standing.batch if kind in goes_on else digest("batch", turn)
    listed = standing.listed or digest("list", turn)
    retained: dict[str, str | None] = {
        "appraisal": digest("appraisal", turn),
        "period": period,
        "retention_ends_on": ends,
        "transfer_due_on": "-" if turn % 2 else day,
        "reason": "仍有查考价值",
    }
    forms: dict[EventKind, dict[str, str | None]] = {
        EventKind.OFFERED: {"batch": batch},
        EventKind.SENT: {"batch": batch},
        EventKind.WITHDRAWN: {"batch": batch, "reason": "材料待补"},
        EventKind.ACCEPTED: {
            "batch": batch,
            "receipt": digest("receipt", turn),
            "custody_ends_on": day,
        },
        EventKind.REJECTED: {
            "batch": batch,
            "receipt": digest("receipt", turn),
            "reason": "格式不符",
        },
        EventKind.EXTENDED: {
            "until": day,
            "authority": "某市档案局",
            "approval": f"某档函〔2026〕{turn}号",
        },
        EventKind.RECEIVED: {
            "batch": batch,
            "sender": "某市行政审批服务局",
            "period": period,
            "retention_ends_on": ends,
        },
        EventKind.RETAINED: retained,
        EventKind.PROPOSED: {
            "appraisal": digest("appraisal", turn),
            "reason": "保管期限已满，无继续保存价值",
        },
        EventKind.LISTED: {"list": digest("list", turn)},
        EventKind.STRUCK: {"list": listed, "reason": "待查"},
        EventKind.BEGUN: {"list": listed},
        EventKind.DESTROYED: {"list": listed},
    }
    return Event(
        kind=kind,
        code=code,
        at=HAPPENED,
        by="档案员 07",
        # Whoever is in no batch goes on with none that is known.
        details={name: text or digest("none") for name, text in forms[kind].items()},
    )


def life(
    entry: Entry, turns: Iterable[int], standing: Standing | None = None
) -> tuple[Event, ...]:
    """
    Return what happens to the record of *entry*, one event for each of *turns*.

    It ends where nothing may happen any more.

    Args:
        entry: The record.
        turns: Numbers that choose among what may happen next.
        standing: Where it stands before; None: as it was registered.
    """
    events = []
    now = standing or Standing.of(entry)
    for turn in turns:
        kinds = possible(now.state)
        if not kinds:
            break
        event = next_event(kinds[turn % len(kinds)], entry.code, now, turn)
        events.append(event)
        now = now.after(event)
    return tuple(events)


def path_to(entry: Entry, state: State, *, transferred: bool = False) -> list[Event]:
    """Return events that bring the record of *entry* into *state*, one way or other."""
    kept = [EventKind.PROPOSED]
    sent = [EventKind.SENT, EventKind.ACCEPTED]
    start = sent if transferred else kept
    kinds: list[EventKind] = {
        State.HELD: [],
        State.OFFERED: [EventKind.OFFERED],
        State.SENT: [EventKind.SENT],
        State.TRANSFERRED: sent,
        State.PROPOSED: kept,
        State.LISTED: [*start, EventKind.LISTED],
        State.DESTROYING: [*start, EventKind.LISTED, EventKind.BEGUN],
        State.DESTROYED: [
            *start,
            EventKind.LISTED,
            EventKind.BEGUN,
            EventKind.DESTROYED,
        ],
    }[state]
    events: list[Event] = []
    standing = Standing.of(entry)
    for turn, kind in enumerate(kinds):
        events.append(next_event(kind, entry.code, standing, turn))
        standing = standing.after(events[-1])
    return events


def digest(*parts: object) -> str:
    """Return a digest that is made up of *parts*."""
    return sha256(" ".join(map(str, parts)).encode()).hexdigest()
