"""Standing: where a record stands, as its entry and all its events say together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypedDict

from attrs import evolve, frozen

from egovarchive.errors import InvalidValueError, StateError
from egovarchive.lifecycle.entry import Entry
from egovarchive.lifecycle.event import Event, EventKind
from egovarchive.lifecycle.event_kind import NONE
from egovarchive.lifecycle.state import ACTS, State, transition
from egovarchive.records.deadlines import DeadlineKind
from egovarchive.records.retention import RetentionPeriod


class StandingRow(TypedDict):
    """A standing in plain texts and numbers, for a catalog's table."""

    state: str
    before: str | None
    period: str
    transfer_due_on: str | None
    statutory_transfer_on: str | None
    retention_ends_on: str | None
    custody_ends_on: str | None
    batch: str | None
    rounds: int
    received: str | None
    appraisal: str | None
    listed: str | None


@frozen(kw_only=True)
class Standing:
    """
    Where a record stands.

    It is what its entry and its events say, and nothing else: `Standing.of`.

    Args:
        state: Its state.
        before: Where it stood before it was listed for destruction; None: it is not.
        period: The retention period that holds now.
        transfer_due_on: Last day for its transfer, extensions counted; None: none.
        statutory_transfer_on: General transfer date, if known.
        retention_ends_on: Last day of its retention, as it holds now; None: none.
        custody_ends_on: Last day on which the sender keeps its own copy of what was
            transferred; None as long as no receipt was verified.
        batch: The last transfer batch it was in; None: none.
        rounds: How many times it was sent.
        received: The batch with which it came from elsewhere; None: archived here.
        appraisal: The last appraisal of it, which kept it or would have it destroyed.
        listed: The destruction list that it is on.
    """

    state: State = State.HELD
    before: State | None = None
    period: RetentionPeriod
    transfer_due_on: date | None
    statutory_transfer_on: date | None
    retention_ends_on: date | None
    custody_ends_on: date | None = None
    batch: str | None = None
    rounds: int = 0
    received: str | None = None
    appraisal: str | None = None
    listed: str | None = None

    @classmethod
    def of(cls, entry: Entry, events: Iterable[Event] = ()) -> Standing:
        """
        Return where the record of *entry* stands after *events*, in their order.

        Raises:
            StateError: One of them may not happen after those before it.
        """
        standing = cls(
            period=entry.retention,
            transfer_due_on=entry.transfer_due_on,
            statutory_transfer_on=entry.statutory_transfer_on,
            retention_ends_on=entry.retention_ends_on,
        )
        for event in events:
            standing = standing.after(event)
        return standing

    def after(self, event: Event) -> Standing:
        """
        Return where the record stands after *event*.

        Guards are not asked here: they were when it happened.

        Raises:
            StateError: It may not happen in this state, or is about another batch or
                list than the one that the record is in.
        """
        kind = event.kind
        if kind not in ACTS:
            return self
        to = transition(event.code, self.state, kind).to
        self._check_same(event)
        change = _CHANGES.get(kind)
        moved = self if change is None else change(self, event.details)
        return evolve(moved, state=to or self.before or State.HELD)

    def _check_same(self, event: Event) -> None:
        for name, own in (("batch", self.batch), ("list", self.listed)):
            told = event.details.get(name)
            if event.kind in _OF_SAME and told is not None and told != own:
                raise StateError(
                    f"{event.code} is in {name} {own}, not {told}",
                    f"{event.code} 所在批次或清册为 {own}，不是 {told}",
                )

    @property
    def transferred(self) -> bool:
        """Whether the archives have accepted it: a verified receipt says so."""
        return self.custody_ends_on is not None

    @property
    def gone(self) -> bool:
        """Whether its bytes are gone, or may be."""
        return self.state in {State.DESTROYING, State.DESTROYED}

    def due_on(self, kind: DeadlineKind) -> date | None:
        """
        Return by which day *kind* must be done for it; None: it need not be (any more).

        Raises:
            InvalidValueError: Records have no deadline of *kind*.
        """
        if kind not in _DUE:
            raise InvalidValueError(
                f"{kind.value} is no deadline of a record",
                f"{kind.zh} 不是已归档电子档案的期限",
                rule="deadlines of a record",
                place="kind",
            )
        if self.state is State.DESTROYED:
            return None
        if kind is DeadlineKind.CUSTODY_END:
            return self.custody_ends_on
        if self.transferred:
            return None
        found: date | None = getattr(self, _DUE[kind])
        return found

    def row(self) -> StandingRow:
        """Return it as plain texts and numbers."""
        return {
            "state": self.state.value,
            "before": None if self.before is None else self.before.value,
            "period": str(self.period),
            "transfer_due_on": _text(self.transfer_due_on),
            "statutory_transfer_on": _text(self.statutory_transfer_on),
            "retention_ends_on": _text(self.retention_ends_on),
            "custody_ends_on": _text(self.custody_ends_on),
            "batch": self.batch,
            "rounds": self.rounds,
            "received": self.received,
            "appraisal": self.appraisal,
            "listed": self.listed,
        }

    @classmethod
    def of_row(cls, row: StandingRow) -> Standing:
        """Return the standing that *row* was made from."""
        return cls(
            state=State(row["state"]),
            before=None if row["before"] is None else State(row["before"]),
            period=RetentionPeriod.parse(row["period"]),
            transfer_due_on=_day(row["transfer_due_on"]),
            statutory_transfer_on=_day(row["statutory_transfer_on"]),
            retention_ends_on=_day(row["retention_ends_on"]),
            custody_ends_on=_day(row["custody_ends_on"]),
            batch=row["batch"],
            rounds=row["rounds"],
            received=row["received"],
            appraisal=row["appraisal"],
            listed=row["listed"],
        )


# Dates that a record has of its own, by the kind of deadline.
_DUE = {
    DeadlineKind.TRANSFER: "transfer_due_on",
    DeadlineKind.STATUTORY_TRANSFER: "statutory_transfer_on",
    DeadlineKind.RETENTION_END: "retention_ends_on",
    DeadlineKind.CUSTODY_END: "custody_ends_on",
}
# Events that go on with a batch, or with a list, which is then the same.
_OF_SAME = frozenset(
    {
        EventKind.WITHDRAWN,
        EventKind.ACCEPTED,
        EventKind.REJECTED,
        EventKind.STRUCK,
        EventKind.BEGUN,
        EventKind.DESTROYED,
    }
)
_Details = Mapping[str, str]


def _offered(standing: Standing, details: _Details) -> Standing:
    return evolve(standing, batch=details["batch"])


def _sent(standing: Standing, details: _Details) -> Standing:
    return evolve(standing, batch=details["batch"], rounds=standing.rounds + 1)


def _accepted(standing: Standing, details: _Details) -> Standing:
    return evolve(standing, custody_ends_on=_day(details["custody_ends_on"]))


def _extended(standing: Standing, details: _Details) -> Standing:
    return evolve(standing, transfer_due_on=_day(details["until"]))


def _received(standing: Standing, details: _Details) -> Standing:
    # It is where it had to go: no transfer is due from here.
    return evolve(
        standing,
        received=details["batch"],
        period=RetentionPeriod.parse(details["period"]),
        retention_ends_on=_day(details["retention_ends_on"]),
        transfer_due_on=None,
        statutory_transfer_on=None,
    )


def _retained(standing: Standing, details: _Details) -> Standing:
    return evolve(
        standing,
        appraisal=details["appraisal"],
        period=RetentionPeriod.parse(details["period"]),
        retention_ends_on=_day(details["retention_ends_on"]),
        transfer_due_on=_day(details["transfer_due_on"]),
    )


def _proposed(standing: Standing, details: _Details) -> Standing:
    return evolve(standing, appraisal=details["appraisal"])


def _listed(standing: Standing, details: _Details) -> Standing:
    return evolve(standing, listed=details["list"], before=standing.state)


def _struck(standing: Standing, _: _Details) -> Standing:
    return evolve(standing, listed=None, before=None)


_CHANGES = {
    EventKind.OFFERED: _offered,
    EventKind.SENT: _sent,
    EventKind.ACCEPTED: _accepted,
    EventKind.EXTENDED: _extended,
    EventKind.RECEIVED: _received,
    EventKind.RETAINED: _retained,
    EventKind.PROPOSED: _proposed,
    EventKind.LISTED: _listed,
    EventKind.STRUCK: _struck,
}


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None or text == NONE else date.fromisoformat(text)
