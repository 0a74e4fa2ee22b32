"""Basis 期限依据: why the deadline of a record that holds now is what it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from egovarchive.lifecycle.entry import Entry
from egovarchive.lifecycle.event import Event, EventKind
from egovarchive.lifecycle.standing import Standing
from egovarchive.records.deadlines import Deadline, DeadlineKind, Deadlines, Level
from egovarchive.records.deadlines import custody_end as custody_end_of
from egovarchive.records.moment import date_in_china

# Events that set a deadline of each kind.
_SET_BY: Final = {
    DeadlineKind.TRANSFER: (EventKind.EXTENDED, EventKind.RETAINED),
    DeadlineKind.STATUTORY_TRANSFER: (),
    DeadlineKind.RETENTION_END: (EventKind.RETAINED, EventKind.RECEIVED),
    DeadlineKind.CUSTODY_END: (EventKind.ACCEPTED,),
}


def deadline_of(
    kind: DeadlineKind,
    entry: Entry,
    standing: Standing,
    events: Iterable[Event] = (),
    *,
    level: Level | None = None,
) -> Deadline:
    """
    Return the deadline of *kind* that holds now for the record of *entry*, and why.

    Args:
        kind: What.
        entry: What was registered.
        standing: Where the record stands.
        events: What happened to it. Not looked at if it stands as it was registered.
        level: Level of the agency, for the statutory date.

    Raises:
        InvalidValueError: Records have no deadline of *kind*.
    """
    on = standing.due_on(kind)
    told = [event for event in events if event.kind in _SET_BY[kind]]
    if told:
        return _told(kind, on, standing, told)
    dates = Deadlines(
        concluded_on=entry.concluded_on, period=standing.period, level=level
    )
    reckoned = next((each for each in dates if each.kind is kind), None)
    if reckoned is not None and reckoned.on == on:
        return reckoned
    # The schedule had it start otherwise, or the level was another: only the case, or
    # the settings of then, would tell.
    return Deadline(
        kind,
        on,
        ("As registered, by its schedule", "按登记时的保管期限表"),
        entry.schedule,
        {"period": standing.period},
    )


def stands_as_registered(entry: Entry, standing: Standing) -> bool:
    """Say whether all dates of the record of *entry* are those it was given first."""
    return not standing.transferred and (
        standing.transfer_due_on,
        standing.statutory_transfer_on,
        standing.retention_ends_on,
        standing.period,
    ) == (
        entry.transfer_due_on,
        entry.statutory_transfer_on,
        entry.retention_ends_on,
        entry.retention,
    )


def _told(
    kind: DeadlineKind, on: date | None, standing: Standing, events: Sequence[Event]
) -> Deadline:
    """Return the deadline *on* that day, which the last of *events* has set."""
    event = events[-1]
    day = date_in_china(event.at)
    if event.kind is EventKind.ACCEPTED:
        return _custody(on, day, event)
    if event.kind is EventKind.EXTENDED:
        authority, approval = event.details["authority"], event.details["approval"]
        return Deadline(
            kind,
            on,
            (
                f"Extended with consent, recorded by {event.by} on {day}",
                f"经同意延期移交，{event.by} 于 {day} 登记",
            ),
            f"{authority} {approval}；档案法实施条例 第二十条",
            {"period": standing.period},
        )
    if event.kind is EventKind.RECEIVED:
        sender = event.details["sender"]
        return Deadline(
            kind,
            on,
            (
                f"As {sender} told when it was received on {day}",
                f"按 {sender} 移交时所列，{day} 接收",
            ),
            f"移交批次 {standing.received}",
            {"period": standing.period},
        )
    return Deadline(
        kind,
        on,
        (
            f"Appraised and kept longer, recorded by {event.by} on {day}",
            f"经鉴定继续保管并重新划定保管期限，{event.by} 于 {day} 登记",
        ),
        "档案法实施条例 第二十四条",
        {"period": standing.period},
    )


def _custody(on: date | None, accepted_on: date, event: Event) -> Deadline:
    deadline = custody_end_of(accepted_on)
    if deadline.on == on:
        return deadline
    return Deadline(
        deadline.kind,
        on,
        (
            f"{deadline.rule[0]}; its last day was set when it was accepted",
            f"{deadline.rule[1]}，截止日期于接收确认时确定",
        ),
        deadline.source,
        {"receipt": event.details["receipt"]},
    )
