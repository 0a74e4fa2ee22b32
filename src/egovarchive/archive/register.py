"""Register 登记: packages made durable, numbered and committed, many at the price of one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from threading import Lock

from attrs import define, evolve, field, frozen

from egovarchive.archive.stored import StoredBody, open_part, open_whole
from egovarchive.catalog import Catalog
from egovarchive.checks import Report
from egovarchive.errors import (
    AlreadyStoredError,
    CatalogMismatchError,
    ConflictError,
    EgovArchiveError,
    NotStoredError,
    PackageError,
    StorageError,
)
from egovarchive.journal import Head, Journal, Segment
from egovarchive.lifecycle.entry import Entry
from egovarchive.packages import Package
from egovarchive.packages.read import read_body
from egovarchive.profiles import Profile
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.deadlines import Deadlines
from egovarchive.records.filing import Filing
from egovarchive.records.moment import in_china
from egovarchive.records.series import Series
from egovarchive.storage import GroupPut, Storage

GROUP_CASES = 64
GROUP_SIZE = 64 << 20  # bytes


@frozen
class Candidate:
    """
    A checked package that waits to be registered.

    Args:
        package: It.
        filing: What it says of itself.
        deadlines: The dates that follow.
    """

    package: Package
    filing: Filing
    deadlines: Deadlines

    @property
    def number(self) -> str:
        """The case number."""
        return self.filing.case.number

    @property
    def key(self) -> str:
        """What the package is stored under: never its archival code."""
        day, fonds = self.filing.case.concluded_on, self.filing.series.fonds
        return f"packages/{fonds}/{day:%Y/%m}/{self.package.id}.zip"

    def entry(self, item: int, at: datetime) -> Entry:
        """Return the entry that registers it as *item*."""
        case, dates, package = self.filing.case, self.deadlines, self.package
        signature = package.signature
        return Entry(
            code=ArchivalCode(self.filing.series, item),
            case_number=case.number,
            item_code=case.item.code,
            concluded_on=case.concluded_on,
            registered_at=at,
            schedule=self.filing.schedule,
            transfer_due_on=dates.transfer.on,
            statutory_transfer_on=dates.statutory_transfer.on,
            retention_ends_on=dates.retention_end.on,
            package=package.id,
            key=self.key,
            size=package.size,
            signature=None if signature is None else sha256(signature).hexdigest(),
            title=case.title,
        )


@define
class _Ticket:
    """One candidate's place in the queue, and what became of it."""

    candidate: Candidate
    outcome: Entry | EgovArchiveError | None = None
    lost: bool = False


@define
class Register:
    """
    Registers packages in the journal of one fonds.

    Args:
        storage: Where packages and journal lie.
        catalog: The view of the journal that is kept up to date.
        fonds: The fonds.
        clock: Tells the time.
        check: Checks a package that is found where one is to be stored.
    """

    storage: Storage
    catalog: Catalog
    fonds: str
    clock: Callable[[], datetime]
    check: Callable[[Package], Report]
    _leader: Lock = field(factory=Lock, init=False, repr=False)
    _queue: list[_Ticket] = field(factory=list, init=False, repr=False)
    _queued: Lock = field(factory=Lock, init=False, repr=False)

    @property
    def journal(self) -> Journal:
        """The journal."""
        return Journal(self.storage, self.fonds)

    def catch_up(self) -> None:
        """Apply to the catalog what the journal has and it has not."""
        for segment, head in self.journal.after(self.catalog.head(self.fonds)):
            self.catalog.apply(segment, head)

    def refresh(self, profile: Profile) -> int:
        """
        Apply what the catalog has not, with titles from the packages.

        Returns the number of entries applied.
        """
        count = 0
        for segment, head in self.journal.after(self.catalog.head(self.fonds)):
            entries = [Entry.of_row(row) for row in segment.registered]
            self.catalog.apply(segment, head, self._read_titles(entries, profile))
            count += len(entries)
        return count

    def rebuild(self, profile: Profile) -> int:
        """Make the catalog anew; return the number of entries."""
        with self._leader:
            self.catalog.clear()
            count = self.refresh(profile)
            self.journal.check_complete(self.catalog.head(self.fonds).number)
            return count

    def _read_titles(
        self, entries: Iterable[Entry], profile: Profile
    ) -> dict[str, str]:
        titles: dict[str, str] = {}
        for entry in entries:
            try:
                package = open_part(self.storage, entry, profile)
                basic, _ = package.metadata()
            except (PackageError, StorageError):
                continue  # `verify` tells what is wrong with it
            titles[entry.package] = basic.texts.get("title", "")
        return titles

    def check_catalog(self) -> None:
        """
        Raise `CatalogMismatchError` unless the catalog was made from this journal.
        """
        head = self.catalog.head(self.fonds)
        if not self.journal.holds(head):
            raise CatalogMismatchError(
                f"the catalog knows a segment {head.number} of {self.fonds} that is "
                "not in this journal: it belongs to another archive, or the journal "
                "was cut; if the storage is right, rebuild the catalog",
                f"目录中全宗 {self.fonds} 的登记簿第 {head.number} 段不在本登记簿中："
                "目录属于另一档案库，或登记簿被截断；确认存储无误后请重建目录",
            )

    def add(self, candidate: Candidate) -> Entry:
        """
        Register *candidate*; return its entry, durable.

        Callers in several threads share commits: while one commits, the others
        queue, and the next takes all that wait.

        Raises:
            ConflictError: Another record has its case number.
            StorageError: It could not be stored. Nothing is left behind.
        """
        ticket = _Ticket(candidate)
        with self._queued:
            self._queue.append(ticket)
        while ticket.outcome is None:
            with self._leader:
                if ticket.outcome is None:
                    self._commit(self._take())
        if isinstance(ticket.outcome, EgovArchiveError):
            raise ticket.outcome
        return ticket.outcome

    def add_all(
        self, candidates: Sequence[Candidate]
    ) -> list[Entry | EgovArchiveError]:
        """Register *candidates* in one commit; return an entry or an error for each."""
        tickets = [_Ticket(candidate) for candidate in candidates]
        with self._leader:
            self._commit(tickets)
        outcomes = [ticket.outcome for ticket in tickets]
        return [outcome for outcome in outcomes if outcome is not None]

    def _take(self) -> list[_Ticket]:
        """Return the next group of those that wait."""
        with self._queued:
            count, size = 0, 0
            for ticket in self._queue[:GROUP_CASES]:
                size += ticket.candidate.package.size
                if count and size > GROUP_SIZE:
                    break
                count += 1
            group, self._queue = self._queue[:count], self._queue[count:]
        return group

    def _commit(self, tickets: Sequence[_Ticket]) -> None:
        """Give each of *tickets* its outcome, whatever happens."""
        try:
            self._register(tickets)
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

    def _register(self, tickets: Sequence[_Ticket]) -> None:
        self.catch_up()
        fresh, again = self._unregistered(tickets)
        stored = self._store(fresh)
        try:
            self._number([ticket for ticket in fresh if ticket.outcome is None])
        finally:
            self._forget(ticket for ticket in stored if _lost(ticket))
        if again:
            self._register(again)

    def _number(self, waiting: Sequence[_Ticket]) -> None:
        """Commit a segment that registers all that are still *waiting*."""
        while waiting:
            head = self.catalog.head(self.fonds)
            segment, entries = self._segment(head, waiting)
            try:
                new = self.journal.append(segment)
            except AlreadyStoredError:
                # Somebody else committed that number: read it, and try the next.
                self.catch_up()
                waiting, _ = self._unregistered(waiting)
                continue
            except StorageError as error:
                # The reply may have been lost, and the segment not.
                kept = self.journal.head_if_kept(segment)
                if kept is None:
                    _fail(waiting, error, lost=True)
                    return
                new = kept
            try:
                self.catalog.apply(segment, new, _titles(entries))
            except EgovArchiveError as error:
                # They are registered all the same, and a retry says so.
                _fail(waiting, error, lost=False)
                return
            for ticket, entry in zip(waiting, entries, strict=True):
                ticket.outcome = entry
            return

    def _unregistered(
        self, tickets: Iterable[_Ticket]
    ) -> tuple[list[_Ticket], list[_Ticket]]:
        """
        Give those of *tickets* whose case is registered their outcome.

        Returns the others: first one for each case number, then what repeats them.
        """
        fresh: dict[str, _Ticket] = {}
        again: list[_Ticket] = []
        for ticket in tickets:
            candidate = ticket.candidate
            known = self.catalog.entry_of_case(self.fonds, candidate.number)
            if known is not None:
                ticket.outcome = self._known(candidate, known)
            elif candidate.number in fresh:
                again.append(ticket)
            else:
                fresh[candidate.number] = ticket
        return list(fresh.values()), again

    def _known(self, candidate: Candidate, known: Entry) -> Entry | EgovArchiveError:
        """Return *known* if it is the same case, else a conflict."""
        if known.package == candidate.package.id:
            return known
        try:
            package = open_whole(self.storage, known, candidate.package.profile)
            same = _same_case(package, candidate.package)
        except (PackageError, StorageError) as error:
            return error
        # The schedule may have changed between a deposit and its retry.
        return known if same else _conflict(candidate, known.package, str(known.code))

    def _store(self, tickets: Sequence[_Ticket]) -> list[_Ticket]:
        """Make the packages of *tickets* durable; return those stored by this call."""
        new = self._put_together(tickets)
        if new is None:
            new = [self._put_alone(ticket) for ticket in tickets]
        stored = []
        for ticket, is_new in zip(tickets, new, strict=True):
            if is_new:
                stored.append(ticket)
            elif ticket.outcome is None:
                self._adopt(ticket)
        return stored

    def _put_together(self, tickets: Sequence[_Ticket]) -> Sequence[bool] | None:
        """Return which were stored, or None if they must be stored one by one."""
        if len(tickets) < 2 or not isinstance(self.storage, GroupPut):  # noqa: PLR2004
            return None
        items = [(t.candidate.key, t.candidate.package.payload()) for t in tickets]
        try:
            return self.storage.put_all(items)
        except StorageError:
            # One that cannot be stored must not keep the others out: each alone
            # is stored, or gets an error of its own.
            return None

    def _put_alone(self, ticket: _Ticket) -> bool:
        candidate = ticket.candidate
        try:
            self.storage.put(candidate.key, candidate.package.payload())
        except AlreadyStoredError:
            return False
        except StorageError as error:
            ticket.outcome = error
            return False
        return True

    def _adopt(self, ticket: _Ticket) -> None:
        """
        Take for *ticket* the package that lies under its key already.

        An interrupted deposit left it, or another process is storing the same case.
        It differs from ours in its signature at most, but it is the one that is
        durable; so it is read to the end, and registered as it is.
        """
        candidate = ticket.candidate
        key, profile = candidate.key, candidate.package.profile
        try:
            size = sum(map(len, self.storage.get(key)))
            package = read_body(StoredBody(self.storage, key, size), size, profile)
            self.check(package).raise_for_failures()
        except EgovArchiveError as error:
            en, zh = error.message("en"), error.message("zh")
            ticket.outcome = StorageError(
                f"{key} is taken by an unregistered package that is damaged: {en}",
                f"{key} 已被一个未登记且已损坏的归档信息包占用：{zh}",
            )
            return
        ticket.candidate = evolve(candidate, package=package)

    def _forget(self, tickets: Iterable[_Ticket]) -> None:
        """Remove packages that lost the race for their case number."""
        for ticket in tickets:
            try:
                self.storage.delete(ticket.candidate.key)
            except NotStoredError:
                continue

    def _segment(
        self, head: Head, tickets: Sequence[_Ticket]
    ) -> tuple[Segment, list[Entry]]:
        """Return the segment after *head* that registers *tickets*, and their entries."""
        at = in_china(self.clock()).replace(microsecond=0)
        last: dict[Series, int] = {}
        entries = []
        for ticket in tickets:
            series = ticket.candidate.filing.series
            if series not in last:
                last[series] = self.catalog.last_item(series)
            last[series] += 1
            entries.append(ticket.candidate.entry(last[series], at))
        rows = tuple(entry.row() for entry in entries)
        return Segment(previous=head, at=at, registered=rows), entries


def _same_case(one: Package, other: Package) -> bool:
    """Say whether two packages hold the same case, however they are filed."""
    return one.filing().case == other.filing().case and _documents(one) == _documents(
        other
    )


def _documents(package: Package) -> dict[str, dict[str, str]]:
    folders = tuple(f"{folder}/" for _, folder in package.profile.folders)
    return {
        member.path: dict(member.digests)
        for member in package.members
        if member.path.startswith(folders)
    }


def _titles(entries: Iterable[Entry]) -> dict[str, str]:
    return {entry.package: entry.title for entry in entries if entry.title is not None}


def _fail(tickets: Iterable[_Ticket], error: EgovArchiveError, *, lost: bool) -> None:
    for ticket in tickets:
        ticket.outcome, ticket.lost = error, lost


def _lost(ticket: _Ticket) -> bool:
    """Say whether what was stored for *ticket* can never be registered."""
    return ticket.lost or isinstance(ticket.outcome, ConflictError)


def _conflict(candidate: Candidate, package: str, where: str) -> ConflictError:
    return ConflictError(
        f"case {candidate.number!r} is registered already as {where} with package "
        f"{package}; this one is {candidate.package.id}",
        f"办件 {candidate.number!r} 已登记为 {where}（归档信息包 {package}），"
        f"与本包 {candidate.package.id} 内容不同",
    )
