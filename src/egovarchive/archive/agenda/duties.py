"""Duties 到期事项: what must be done by when, over a whole archive."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from heapq import merge
from itertools import islice
from typing import Final

from attrs import field, frozen

from egovarchive.archive.acting import Acting
from egovarchive.archive.sealing.sealed import Need
from egovarchive.archive.sealing.sealing import Sealing
from egovarchive.errors import EvidenceError, InvalidValueError
from egovarchive.lifecycle.basis import deadline_of, stands_as_registered
from egovarchive.lifecycle.duty import Duty, Urgency, last_day
from egovarchive.lifecycle.entry import Entry
from egovarchive.lifecycle.hold import Hold
from egovarchive.lifecycle.state import State
from egovarchive.records.deadlines import Deadline, DeadlineKind

# Those of records. That one was registered after its day for archiving is a fact of an
# audit: nobody can do it in time any more.
OF_RECORDS: Final = (
    DeadlineKind.TRANSFER,
    DeadlineKind.STATUTORY_TRANSFER,
    DeadlineKind.RETENTION_END,
    DeadlineKind.CUSTODY_END,
)
KINDS: Final = (*OF_RECORDS, DeadlineKind.EVIDENCE_RENEWAL)
# Where that was decided already, and what was decided waits to be carried out.
DECIDED: Final[Mapping[DeadlineKind, frozenset[State]]] = {
    DeadlineKind.RETENTION_END: frozenset(
        {State.PROPOSED, State.LISTED, State.DESTROYING}
    ),
    DeadlineKind.CUSTODY_END: frozenset({State.LISTED, State.DESTROYING}),
}
_MONTHS: Final = 12


@frozen
class Duties:
    """
    What is due in an archive; see `Archive.due`.

    Args:
        acting: The archive, and the holds over it.
        sealing: The seals over it.
    """

    _acting: Acting = field(repr=False)
    _sealing: Sealing = field(repr=False)

    @property
    def sees_seals(self) -> bool:
        """Whether anybody can say when evidence ends: there are authorities."""
        return bool(self._acting.archiving.authorities)

    def due(
        self,
        on: date,
        *,
        kinds: Collection[DeadlineKind] | None = None,
        within: int = 0,
        limit: int | None = None,
        after: Duty | None = None,
    ) -> Iterator[Duty]:
        """Yield what is due; see `Archive.due`."""
        until = ahead(on, within)
        if limit is not None:
            _count(limit, "limit")
        chosen = self._chosen(kinds)
        holds = tuple(self._acting.holds().values())
        streams: list[Iterator[Duty]] = []
        for kind in OF_RECORDS:
            if kind in chosen:
                entries = self._entries(kind, until, after)
                streams.append(self._duties(kind, entries, on, until, holds))
        if DeadlineKind.EVIDENCE_RENEWAL in chosen:
            streams.append(_behind(self.of_seals(on, until), after))
        return islice(merge(*streams, key=_place), limit)

    def of_seals(self, on: date, until: date) -> Iterator[Duty]:
        """
        Yield what must be done for seals by *until*, as seen *on* that day.

        Raises:
            EvidenceError: A seal is altered, or a time-stamp does not verify.
        """
        months = (until.year - on.year) * _MONTHS + until.month - on.month + 1
        most = (date.max.year - on.year) * _MONTHS + _MONTHS - on.month
        for need in self._sealing.duties(on, months=min(months, most)):
            deadline = _of_need(need)
            if deadline.on is None or deadline.on <= until:
                yield Duty(
                    deadline=deadline,
                    urgency=Urgency.of(deadline.kind, deadline.on, on),
                    unit=self._acting.archiving.arrangement.unit,
                    seal=need.seal,
                )

    def _chosen(
        self, kinds: Collection[DeadlineKind] | None
    ) -> Collection[DeadlineKind]:
        if kinds is None:
            return KINDS if self.sees_seals else OF_RECORDS
        for kind in kinds:
            if kind not in KINDS:
                known = ", ".join(each.value for each in KINDS)
                words = isinstance(kind, DeadlineKind)
                en, zh = (kind.value, kind.zh) if words else (repr(kind),) * 2
                raise InvalidValueError(
                    f"{en} is no duty of what is archived already: {known}",
                    f"{zh} 不是已归档电子档案的到期事项：{known}",
                    rule="kinds of duties",
                    place="kinds",
                )
        if DeadlineKind.EVIDENCE_RENEWAL in kinds and not self.sees_seals:
            raise EvidenceError(
                "this archive was opened without authorities to trust: nobody can say "
                "when its evidence must be renewed",
                "该档案库未配置受信任的时间戳服务机构，无从得知证据何时须续期",
            )
        return kinds

    def _entries(
        self, kind: DeadlineKind, until: date, after: Duty | None
    ) -> Iterator[Entry]:
        """Return the entries with a deadline of *kind* by *until*, behind *after*."""
        catalog = self._acting.archiving.catalog
        if after is None or after.on is None:
            return catalog.due(kind, until)
        if after.kind is kind and after.entry is not None:
            # Whoever works off a page changes what is on it.
            if catalog.standing(after.entry.code).due_on(kind) == after.on:
                return catalog.due(kind, until, after=after.entry)
            return catalog.due(kind, until, since=after.on)
        behind = KINDS.index(kind) > KINDS.index(after.kind)
        since = after.on if behind else last_day(after.on, 1)
        return catalog.due(kind, until, since=since)

    def _duties(
        self,
        kind: DeadlineKind,
        entries: Iterator[Entry],
        on: date,
        until: date,
        holds: tuple[Hold, ...],
    ) -> Iterator[Duty]:
        archiving = self._acting.archiving
        catalog, arrangement = archiving.catalog, archiving.arrangement
        for entry in entries:
            standing = catalog.standing(entry.code)
            day = standing.due_on(kind)
            # It may have moved since it was found.
            if entry.fonds != arrangement.fonds or day is None or day > until:
                continue
            if standing.state in DECIDED.get(kind, ()):
                continue
            plain = stands_as_registered(entry, standing)
            deadline = deadline_of(
                kind,
                entry,
                standing,
                () if plain else catalog.events(entry.code),
                level=arrangement.level,
            )
            yield Duty(
                deadline=deadline,
                urgency=Urgency.of(deadline.kind, deadline.on, on),
                unit=arrangement.unit,
                entry=entry,
                state=standing.state,
                holds=tuple(h.number for h in holds if h.scope.covers(entry)),
            )


def ahead(on: date, days: int) -> date:
    """
    Return the day so many *days* after *on*, which both come from a caller.

    Raises:
        InvalidValueError: *on* is no day, or *days* is negative.
    """
    if isinstance(on, datetime) or not isinstance(on, date):
        raise InvalidValueError(
            f"{on!r} is not a date",
            f"{on!r} 不是日期",
            rule="legal dates are dates in China",
            place="on",
        )
    return last_day(on, _count(days, "within"))


def _place(duty: Duty) -> tuple[date, int]:
    """Return where *duty* stands among those of other kinds."""
    return duty.on or date.min, KINDS.index(duty.kind)


def _behind(duties: Iterator[Duty], after: Duty | None) -> Iterator[Duty]:
    """Return those of *duties*, all of seals, that come behind *after*."""
    known = list(duties)
    if after is None:
        return iter(known)
    if after in known:
        return iter(known[known.index(after) + 1 :])
    return (duty for duty in known if _place(duty) > _place(after))


def _of_need(need: Need) -> Deadline:
    return Deadline(
        DeadlineKind.EVIDENCE_RENEWAL,
        need.ends_on,
        (need.message("en"), need.message("zh")),
        "RFC 4998",
        {"seal": need.seal},
    )


def _count(number: int, place: str) -> int:
    if number < 0:
        raise InvalidValueError(
            f"a negative number: {number}",
            f"数目为负：{number}",
            rule="days, and sizes of pages",
            place=place,
        )
    return number
