"""Register 登记: packages are stored, numbered and committed, in groups."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from threading import Condition, Lock
from typing import Final

from attrs import define, field

from egovarchive.archive.candidate import Candidate, Ticket
from egovarchive.archive.deciding import check_clock, check_possible
from egovarchive.archive.projection import Projection
from egovarchive.archive.shelf import Shelf
from egovarchive.archive.stored import open_whole
from egovarchive.errors import (
    AlreadyStoredError,
    CatalogError,
    EgovArchiveError,
    EntryNotFoundError,
    PackageError,
    StorageError,
)
from egovarchive.journal import Head, Segment
from egovarchive.lifecycle.entry import Entry
from egovarchive.lifecycle.event import Event
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.moment import in_china
from egovarchive.records.series import Series

GROUP_CASES: Final = 64
GROUP_SIZE: Final = 64 << 20  # bytes


@define
class Register:
    """
    Registers packages in the journal of one fonds.

    Args:
        projection: The journal, and the catalog that is kept up to date with it.
        shelf: Where packages become durable.
        clock: Tells the time.
    """

    projection: Projection
    shelf: Shelf
    clock: Callable[[], datetime]
    _leader: Lock = field(factory=Lock, init=False, repr=False)
    _queue: list[Ticket] = field(factory=list, init=False, repr=False)
    _queued: Condition = field(factory=Condition, init=False, repr=False)

    def add(self, candidate: Candidate) -> Entry:
        """
        Register *candidate*; return its entry, durable.

        Callers in several threads share commits: while one commits, the others
        queue, and the next takes all that wait.

        Raises:
            ConflictError: Another record has its case number.
            StorageError: It could not be stored or registered; see `Archive.accept`.
        """
        ticket = Ticket(candidate)
        try:
            with self._queued:
                self._queue.append(ticket)
            while ticket.outcome is None:
                self._wait(ticket)
                with self._leading(blocking=False) as leads:
                    if leads and ticket.outcome is None:
                        self._commit(self._next())
        except BaseException:
            self._withdraw(ticket)
            raise
        if isinstance(ticket.outcome, EgovArchiveError):
            raise ticket.outcome
        return ticket.outcome

    def add_all(
        self, candidates: Sequence[Candidate]
    ) -> list[Entry | EgovArchiveError]:
        """Register *candidates* in one commit; return an entry or an error for each."""
        tickets = [Ticket(candidate) for candidate in candidates]
        with self._leading():
            self._commit(tickets)
        outcomes = [ticket.outcome for ticket in tickets]
        return [outcome for outcome in outcomes if outcome is not None]

    def record(self, events: Sequence[Event]) -> None:
        """
        Record *events* in one commit; durable when this returns.

        Raises:
            EntryNotFoundError: One is of a record that is not there. None is recorded.
            StateError: One may not happen to its record now. None is recorded.
            StorageError: They could not be recorded. If the storage could not be asked
                whether the commit took place, they may be.
            CatalogError: They are recorded, and the catalog could not take them in.
        """
        self.decide(lambda: events)

    def decide(self, choose: Callable[[], Sequence[Event]]) -> Sequence[Event]:
        """
        Record what *choose* returns in one commit; return it. See `record`.

        What *choose* sees in the catalog is what the events follow in the journal:
        when somebody else commits meanwhile, it is asked again. What it raises passes,
        and nothing is recorded. So nothing happens that a hold, placed a moment
        before, forbids.

        Raises:
            ClockError: The clock runs behind the last segment of the journal.
        """
        with self._leading():
            while True:
                head = self.projection.current()
                events = tuple(choose())
                if not events:
                    return events
                check_possible(self.projection.catalog, events)
                at = self._now()
                check_clock(self.projection.journal, head, at)
                segment = Segment(previous=head, at=at, registered=(), events=events)
                new = self._append(segment)
                if new is not None:
                    self._apply_events(segment, new)
                    return events
                if self.projection.current() == head:
                    raise _unreadable(self.projection.journal.key(segment.number))

    def _apply_events(self, segment: Segment, head: Head) -> None:
        try:
            self.projection.apply(segment, head)
        except EgovArchiveError as error:
            en, zh = error.message("en"), error.message("zh")
            raise CatalogError(
                "it is recorded in the journal, but the catalog could not take it in; "
                f"refresh the archive: {en}",
                f"已记入登记簿，但目录未能更新，请刷新档案库：{zh}",
            ) from error

    def refresh(self) -> int:
        """Bring the catalog up to date; see `Projection.refresh`."""
        with self._leading():
            return self.projection.refresh()

    def rebuild(self) -> int:
        """Make the catalog anew; see `Projection.rebuild`."""
        with self._leading():
            return self.projection.rebuild()

    @contextmanager
    def _leading(self, *, blocking: bool = True) -> Iterator[bool]:
        """Lead: commit, and nobody else does. Yields whether the caller leads."""
        leads = self._leader.acquire(blocking=blocking)
        try:
            yield leads
        finally:
            if leads:
                self._leader.release()
                with self._queued:
                    self._queued.notify_all()

    def _wait(self, ticket: Ticket) -> None:
        """Wait until *ticket* is decided, or nobody leads."""
        # Not for the leader's lock: among all who want it, those whose tickets are
        # decided would wait longest, and their next ones would miss the next commit.
        with self._queued:
            while ticket.outcome is None and self._leader.locked():
                self._queued.wait()

    def _next(self) -> list[Ticket]:
        """Return the next group of those that wait; they stay until decided."""
        with self._queued:
            self._queue = [each for each in self._queue if each.outcome is None]
            count, size = 0, 0
            for ticket in self._queue[:GROUP_CASES]:
                size += ticket.candidate.package.size
                if count and size > GROUP_SIZE:
                    break
                count += 1
            return self._queue[:count]

    def _withdraw(self, ticket: Ticket) -> None:
        """Take *ticket* off the queue: nobody waits for it, its package is closed."""
        # Whoever is committing it comes to an end first.
        with self._leading(), self._queued:
            self._queue = [each for each in self._queue if each is not ticket]

    def _commit(self, tickets: Sequence[Ticket]) -> None:
        """Give each of *tickets* its outcome, whatever happens."""
        try:
            self._register(tickets)
            self.projection.entitle()
        except BaseException as error:
            failure = (
                error
                if isinstance(error, EgovArchiveError)
                else StorageError(
                    f"the commit failed: {error!r}", f"登记未完成：{error!r}"
                )
            )
            for ticket in tickets:
                ticket.outcome = ticket.outcome or failure
            if failure is not error:
                raise

    def _register(self, tickets: Sequence[Ticket]) -> None:
        head = self.projection.current()
        fresh, again = self._unregistered(tickets)
        self.shelf.store(fresh)
        self._number(head, [each for each in fresh if each.outcome is None])
        if again:
            self._register(again)

    def _number(self, head: Head, waiting: Sequence[Ticket]) -> None:
        """Commit a segment behind *head* that registers all those *waiting*."""
        while waiting:
            segment, entries = self._segment(head, waiting)
            seen, head = head, self.projection.head
            # Numbers from a catalog that somebody moved meanwhile are not sound.
            if head == seen:
                self.projection.know(entries)
                new = self._append(segment)
                if new is not None:
                    self._tell(segment, new, waiting, entries)
                    return
                head = self.projection.current()
                if head == seen:
                    raise _unreadable(self.projection.journal.key(segment.number))
            else:
                head = self.projection.current()
            stored = waiting
            waiting, _ = self._unregistered(stored)
            self._take_back(each for each in stored if each.outcome is not None)

    def _append(self, segment: Segment) -> Head | None:
        """Return the head that *segment* became, or None if its number was taken."""
        journal = self.projection.journal
        try:
            return journal.append(segment)
        except AlreadyStoredError:
            return None
        except StorageError:
            # The reply may have been lost, and the segment not.
            kept = journal.head_if_kept(segment)
            if kept is None:
                raise
            return kept

    def _tell(
        self,
        segment: Segment,
        head: Head,
        tickets: Sequence[Ticket],
        entries: Sequence[Entry],
    ) -> None:
        """Have the catalog take *segment* in, and give *tickets* their *entries*."""
        try:
            self.projection.apply(segment, head)
        except EgovArchiveError as error:
            for ticket, entry in zip(tickets, entries, strict=True):
                ticket.outcome = _untold(entry, error)
            return
        for ticket, entry in zip(tickets, entries, strict=True):
            ticket.outcome = entry

    def _unregistered(
        self, tickets: Iterable[Ticket]
    ) -> tuple[list[Ticket], list[Ticket]]:
        """
        Give those of *tickets* whose case is registered their outcome.

        Returns the others: first one for each case number, then what repeats them.
        """
        fresh: dict[str, Ticket] = {}
        again: list[Ticket] = []
        # Numbers must not be given that another of these brings with it.
        codes: set[ArchivalCode] = set()
        for ticket in sorted(tickets, key=lambda each: each.candidate.code is None):
            candidate = ticket.candidate
            known = self._entry_of(candidate)
            if known is not None:
                ticket.outcome = self._known(candidate, known)
            elif holder := self._holder_of(candidate):
                ticket.outcome = candidate.taken(holder)
            elif candidate.number in fresh or candidate.code in codes:
                again.append(ticket)
            else:
                fresh[candidate.number] = ticket
                if candidate.code is not None:
                    codes.add(candidate.code)
        return list(fresh.values()), again

    def _entry_of(self, candidate: Candidate) -> Entry | None:
        projection = self.projection
        return projection.catalog.entry_of_case(projection.fonds, candidate.number)

    def _holder_of(self, candidate: Candidate) -> Entry | None:
        """Return who has the code that *candidate* brings with it, if anybody."""
        if candidate.code is None:
            return None
        try:
            return self.projection.catalog.entry(candidate.code)
        except EntryNotFoundError:
            return None

    def _known(self, candidate: Candidate, known: Entry) -> Entry | EgovArchiveError:
        """Return *known* if it is the same case, and kept; else what is wrong."""
        if self.projection.catalog.standing(known.code).gone:
            return candidate.destroyed(known)
        if known.package == candidate.package.id:
            return known
        try:
            stored = open_whole(self.shelf.storage, known, candidate.package.profile)
            # The schedule may have changed between a deposit and its retry.
            same = candidate.holds_what(stored)
        except (PackageError, StorageError) as error:
            return error
        return known if same else candidate.conflict(known)

    def _take_back(self, tickets: Iterable[Ticket]) -> None:
        """Remove those packages of *tickets* that can never be registered."""
        # Others are left where they are, whatever failed. As long as its case is not
        # registered, another process may have found a package and be about to name it
        # in the journal. It is found under its key when the case comes again.
        for ticket in tickets:
            known = self._entry_of(ticket.candidate)
            if known is not None and known.key != ticket.candidate.key:
                self.shelf.forget(ticket)

    def _now(self) -> datetime:
        return in_china(self.clock()).replace(microsecond=0)

    def _segment(
        self, head: Head, tickets: Sequence[Ticket]
    ) -> tuple[Segment, list[Entry]]:
        """Return the segment after *head* that registers *tickets*; their entries."""
        at = self._now()
        last: dict[Series, int] = {}
        entries = []
        for ticket in tickets:
            series = ticket.candidate.series
            if series not in last:
                last[series] = self.projection.catalog.last_item(series)
            entry = ticket.candidate.entry(last[series] + 1, at)
            last[series] = max(last[series], entry.code.item)
            entries.append(entry)
        rows = tuple(entry.row() for entry in entries)
        events = tuple(
            event
            for ticket, entry in zip(tickets, entries, strict=True)
            for event in ticket.candidate.events(entry.code)
        )
        return Segment(previous=head, at=at, registered=rows, events=events), entries


def _unreadable(key: str) -> StorageError:
    return StorageError(
        f"{key} is taken, but nothing can be read there",
        f"{key} 已被占用，但无法读取",
    )


def _untold(entry: Entry, error: EgovArchiveError) -> CatalogError:
    """Return the error of a case that was registered, but not in the catalog."""
    en, zh = error.message("en"), error.message("zh")
    return CatalogError(
        f"case {entry.case_number!r} is registered as {entry.code}, but the catalog "
        f"could not take it in; deposit it again for its entry: {en}",
        f"办件 {entry.case_number!r} 已登记为 {entry.code}，但目录未能更新；"
        f"再次归档即可取得条目：{zh}",
    )
