"""Survey 盘点: a work list is counted, however many records there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from attrs import define, field

from egovarchive.archive.acting import Acting
from egovarchive.archive.agenda.duties import DECIDED, OF_RECORDS, Duties
from egovarchive.archive.agenda.work_list import Waiting, WorkLine, WorkList
from egovarchive.lifecycle.duty import (
    NOW_DAYS,
    PERMITTED,
    SOON_DAYS,
    Urgency,
    last_day,
)
from egovarchive.lifecycle.entry import Entry
from egovarchive.lifecycle.event import EventKind
from egovarchive.lifecycle.hold import Hold
from egovarchive.lifecycle.standing import Standing
from egovarchive.lifecycle.state import State
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.deadlines import DeadlineKind
from egovarchive.records.moment import date_in_china

PATIENCE: Final = 30  # days for the archives to answer
SHOWN: Final = 100  # duties that a work list names

# States in which records wait, and what brought them there.
_BROUGHT_BY: Final = {
    State.OFFERED: EventKind.OFFERED,
    State.SENT: EventKind.SENT,
    State.PROPOSED: EventKind.PROPOSED,
    State.LISTED: EventKind.LISTED,
    State.DESTROYING: EventKind.BEGUN,
}
# Where it is for others to answer, and they may take some time.
_PATIENT: Final = frozenset({State.OFFERED, State.SENT})
_Group = tuple[DeadlineKind, Urgency, "str | None"]


@define
class Survey:
    """
    Counts what is due and what waits in an archive; see `Archive.work_list`.

    Args:
        acting: The archive, and the holds over it.
        duties: What is due in it.
        on: As seen on this day.
        until: Looking ahead to this one.
        patience: Days that who is asked may take to answer.
    """

    acting: Acting = field(repr=False)
    duties: Duties = field(repr=False)
    on: date
    until: date
    patience: int = PATIENCE
    _holds: tuple[Hold, ...] = field(init=False, repr=False)
    _counts: Counter[_Group] = field(factory=Counter, init=False, repr=False)
    _held: Counter[_Group] = field(factory=Counter, init=False, repr=False)

    @_holds.default
    def _now_in_force(self) -> tuple[Hold, ...]:
        return tuple(self.acting.holds().values())

    def work_list(self, first: int = SHOWN) -> WorkList:
        """Return what was found; of the duties, the *first* so many are named."""
        for kind in OF_RECORDS:
            self._count_due(kind)
        waiting = tuple(self._waiting())
        within = (self.until - self.on).days
        sees_seals = self.duties.sees_seals
        if sees_seals:
            for duty in self.duties.of_seals(self.on, self.until):
                self._counts[duty.kind, duty.urgency, None] += 1
        return WorkList(
            on=self.on,
            until=self.until,
            lines=tuple(self._lines()),
            waiting=waiting,
            first=tuple(self.duties.due(self.on, within=within, limit=first)),
            holds=tuple(hold.number for hold in self._holds),
            seals=sees_seals,
        )

    def _count_due(self, kind: DeadlineKind) -> None:
        """Count what is due by *kind*: as it comes by day, a slice for each urgency."""
        catalog, since = self.acting.archiving.catalog, None
        for urgency, last in self._slices(kind):
            for entry in catalog.due(kind, last, since=since):
                self._count(kind, urgency, entry, 1)
            since = last_day(last, 1)

    def _slices(self, kind: DeadlineKind) -> Iterator[tuple[Urgency, date]]:
        """Yield each urgency that *kind* may have, and the last day of it."""
        if kind not in PERMITTED and self.on > date.min:
            yield Urgency.OVERDUE, self.on - timedelta(1)
        for urgency, days in ((Urgency.NOW, NOW_DAYS), (Urgency.SOON, SOON_DAYS)):
            last = last_day(self.on, days)
            yield urgency, min(last, self.until)
            if last >= self.until:
                return
        yield Urgency.LATER, self.until

    def _count(
        self, kind: DeadlineKind, urgency: Urgency, entry: Entry, number: int
    ) -> None:
        if entry.fonds == self.acting.fonds:
            group = kind, urgency, entry.code.series.office
            self._counts[group] += number
            if any(hold.scope.covers(entry) for hold in self._holds):
                self._held[group] += number

    def _waiting(self) -> Iterator[Waiting]:
        """Yield what waits, by state; take it from the count of what is due."""
        catalog = self.acting.archiving.catalog
        for state in _BROUGHT_BY:
            first: dict[str, ArchivalCode] = {}
            sizes: Counter[str] = Counter()
            for entry in catalog.entries(state=state):
                if entry.fonds != self.acting.fonds:
                    continue
                standing = catalog.standing(entry.code)
                self._discount(state, entry, standing)
                name = _group_of(state, standing)
                first.setdefault(name, entry.code)
                sizes[name] += 1
            for name, code in first.items():
                since = self._since(state, code)
                days = (self.on - since).days
                if days >= (self.patience if state in _PATIENT else 0):
                    yield Waiting(
                        state=state,
                        of=name,
                        unit=self.acting.archiving.arrangement.unit,
                        count=sizes[name],
                        since=since,
                        days=days,
                    )

    def _discount(self, state: State, entry: Entry, standing: Standing) -> None:
        for kind, states in DECIDED.items():
            day = standing.due_on(kind)
            if state in states and day is not None and day <= self.until:
                self._count(kind, Urgency.of(kind, day, self.on), entry, -1)

    def _since(self, state: State, code: ArchivalCode) -> date:
        """Return the day on which the record *code* came into *state*."""
        days = [
            date_in_china(event.at)
            for event in self.acting.archiving.catalog.events(code)
            if event.kind is _BROUGHT_BY[state]
        ]
        return days[-1] if days else self.on

    def _lines(self) -> Iterator[WorkLine]:
        order = list(DeadlineKind), list(Urgency)

        def place(group: _Group) -> tuple[int, int, str]:
            kind, urgency, office = group
            return order[1].index(urgency), order[0].index(kind), office or ""

        for group in sorted(self._counts, key=place):
            kind, urgency, office = group
            # Somebody may have acted while it was counted.
            if self._counts[group] > 0:
                yield WorkLine(
                    kind=kind,
                    urgency=urgency,
                    unit=self.acting.archiving.arrangement.unit,
                    office=office,
                    count=self._counts[group],
                    on_hold=max(0, self._held[group]),
                )


def _group_of(state: State, standing: Standing) -> str:
    """Return the batch, appraisal or list that a record waits in."""
    if state in _PATIENT:
        found = standing.batch
    elif state is State.PROPOSED:
        found = standing.appraisal
    else:
        found = standing.listed
    return found or ""
