"""Candidate: a checked package that waits for its number."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from attrs import define, frozen

from egovarchive.checks import Review
from egovarchive.errors import ConflictError, EgovArchiveError
from egovarchive.lifecycle.entry import Entry
from egovarchive.packages import Package
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.deadlines import Deadlines
from egovarchive.records.filing import Filing


@frozen
class Candidate:
    """
    A checked package that waits to be registered.

    Args:
        package: It.
        filing: What it says of itself.
        deadlines: The dates that follow.
        reviews: What persons decided of it before it was registered.
    """

    package: Package
    filing: Filing
    deadlines: Deadlines
    reviews: tuple[Review, ...] = ()

    @property
    def number(self) -> str:
        """The case number."""
        return self.filing.case.number

    @property
    def key(self) -> str:
        """What the package is stored under: never its archival code."""
        day, fonds = self.filing.case.concluded_on, self.filing.series.fonds
        return f"{packages_of(fonds)}{day:%Y/%m}/{self.package.id}.zip"

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
