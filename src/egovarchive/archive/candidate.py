"""Candidate: a checked package that waits for its number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from hashlib import sha256

from attrs import define, field, frozen

from egovarchive.archive.reviews import event_of
from egovarchive.checks import Report, Review
from egovarchive.errors import (
    ConflictError,
    EgovArchiveError,
    RecordDestroyedError,
)
from egovarchive.lifecycle.entry import Entry
from egovarchive.lifecycle.event import Event
from egovarchive.packages import Package
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.deadlines import Deadlines
from egovarchive.records.filing import Filing
from egovarchive.records.series import Series


@frozen
class Candidate:
    """
    A checked package that waits to be registered.

    Args:
        package: It.
        filing: What it says of itself.
        deadlines: The dates that follow.
        reviews: What persons decided of it before it was registered.
        code: The archival code that it has already, from where it comes; None: it is
            numbered here.
        told: What happens to it as it is registered; only with a code of its own.
        check: Checks a package that is found where this one is to be stored; None: as
            any package is checked while it is archived.
    """

    package: Package
    filing: Filing
    deadlines: Deadlines
    reviews: tuple[Review, ...] = ()
    code: ArchivalCode | None = None
    told: tuple[Event, ...] = ()
    check: Callable[[Package], Report] | None = field(default=None, repr=False)

    @property
    def number(self) -> str:
        """The case number."""
        return self.filing.case.number

    @property
    def key(self) -> str:
        """What the package is stored under: never its archival code."""
        day, fonds = self.filing.case.concluded_on, self.filing.series.fonds
        return f"{packages_of(fonds)}{day:%Y/%m}/{self.package.id}.zip"

    @property
    def series(self) -> Series:
        """Where it is counted."""
        return self.filing.series if self.code is None else self.code.series

    def entry(self, item: int, at: datetime) -> Entry:
        """Return the entry that registers it as *item*, unless it has a code."""
        case, dates, package = self.filing.case, self.deadlines, self.package
        signature = package.signature
        return Entry(
            code=self.code or ArchivalCode(self.filing.series, item),
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

    def events(self, code: ArchivalCode) -> Iterator[Event]:
        """Yield what is told of it once it is registered as *code*."""
        for review in self.reviews:
            yield event_of(review, code)
        yield from self.told

    def holds_what(self, other: Package) -> bool:
        """Say whether *other* holds the same case, however the two are filed."""
        return self.filing.case == other.filing().case and _documents(
            self.package
        ) == _documents(other)

    def conflict(self, known: Entry) -> ConflictError:
        """Return the error of a case whose number *known* has."""
        number, package = self.number, self.package.id
        return ConflictError(
            f"case {number!r} is registered already as {known.code} with package "
            f"{known.package}; this one is {package}",
            f"办件 {number!r} 已登记为 {known.code}（归档信息包 {known.package}），"
            f"与本包 {package} 内容不同",
        )

    def destroyed(self, known: Entry) -> RecordDestroyedError:
        """Return the error of a case that was archived as *known*, and destroyed."""
        return RecordDestroyedError(
            f"case {self.number!r} was archived as {known.code}, which was destroyed: "
            "it cannot be archived again",
            f"办件 {self.number!r} 曾归档为 {known.code} 并已销毁，不能再次归档",
        )

    def taken(self, known: Entry) -> ConflictError:
        """Return the error of a record whose own code *known* has."""
        return ConflictError(
            f"{known.code} is registered already, with package {known.package}; this "
            f"one is {self.package.id}",
            f"档号 {known.code} 已登记（归档信息包 {known.package}），"
            f"与本包 {self.package.id} 不同",
        )


@define(eq=False)
class Ticket:
    """
    One candidate's place in the queue, and what became of it.

    Args:
        candidate: It.
        outcome: Its entry, or why it has none; None as long as it waits.
    """

    candidate: Candidate
    outcome: Entry | EgovArchiveError | None = None


def packages_of(fonds: str) -> str:
    """Return what the keys of all packages of *fonds* begin with."""
    return f"packages/{fonds}/"


def _documents(package: Package) -> dict[str, dict[str, str]]:
    folders = tuple(f"{folder}/" for _, folder in package.profile.folders)
    return {
        member.path: dict(member.digests)
        for member in package.members
        if member.path.startswith(folders)
    }
