"""Projection: a catalog as what it is, the view of one fonds' journal."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from attrs import define, field

from egovarchive.archive.stored import open_part
from egovarchive.catalog import Catalog
from egovarchive.errors import (
    CatalogMismatchError,
    PackageError,
    StorageError,
)
from egovarchive.journal import Head, Journal, Segment
from egovarchive.lifecycle.entry import Entry
from egovarchive.profiles import Profile
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.storage import Storage

UNTITLED: Final = 4096  # entries whose titles wait, at most
ENTITLED: Final = 64  # entries that get titles with one commit


@define
class Projection:
    """
    Keeps a catalog up to date with a journal.

    Args:
        storage: Where the journal and the packages lie.
        catalog: The view.
        fonds: Whose journal it is.
        profile: The form of packages, whence titles are read.
    """

    storage: Storage
    catalog: Catalog
    fonds: str
    profile: Profile = field(repr=False)
    _titles: dict[str, str] = field(factory=dict, init=False, repr=False)
    _untitled: deque[str] = field(
        factory=lambda: deque(maxlen=UNTITLED), init=False, repr=False
    )
    _complete: bool = field(default=False, init=False, repr=False)

    @property
    def journal(self) -> Journal:
        """The journal."""
        return Journal(self.storage, self.fonds)

    @property
    def head(self) -> Head:
        """The last segment that the catalog has."""
        return self.catalog.head(self.fonds)

    def check(self) -> None:
        """
        Look whether the catalog was made from this journal.

        Raises:
            CatalogMismatchError: It was not.
        """
        head = self.head
        if not self.journal.holds(head):
            raise CatalogMismatchError(
                f"the catalog knows a segment {head.number} of {self.fonds} that is "
                "not in this journal: it belongs to another archive, or the journal "
                "was cut; if the storage is right, rebuild the catalog",
                f"目录中全宗 {self.fonds} 的登记簿第 {head.number} 段不在本登记簿中："
                "目录属于另一档案库，或登记簿被截断；确认存储无误后请重建目录",
            )

    def current(self) -> Head:
        """
        Bring the catalog up to date; return the head that the next segment follows.

        Raises:
            CatalogMismatchError: The catalog was not made from this journal.
            JournalError: A segment is missing or altered.
        """
        self.check()
        head = self.catch_up()
        if not self._complete:
            self.journal.check_complete(head.number)
            self._complete = True
        return head

    def catch_up(self) -> Head:
        """Apply to the catalog what the journal has and it has not; return the head."""
        for segment, head in self.journal.after(self.head):
            self.catalog.apply(segment, head, self._titles)
            self._untitled.extend(
                row["code"]
                for row in segment.registered
                if row["package"] not in self._titles
            )
        self._titles.clear()
        return self.head

    def entitle(self) -> None:
        """
        Give titles to some of the entries that `catch_up` applied without.

        Whoever registered them does so too, unless it has another catalog, or died.
        """
        some = list(islice(self._untitled, ENTITLED))
        entries = [self.catalog.entry(ArchivalCode.parse(code)) for code in some]
        self._describe([entry for entry in entries if entry.title is None])
        for _ in some:
            self._untitled.popleft()

    def know(self, entries: Iterable[Entry]) -> None:
        """Remember the titles of *entries* until the catalog has them."""
        for entry in entries:
            if entry.title is not None:
                self._titles[entry.package] = entry.title

    def apply(self, segment: Segment, head: Head) -> None:
        """Apply *segment*, which is *head*, and was just committed."""
        self.catalog.apply(segment, head, self._titles)
        self._titles.clear()

    def refresh(self) -> int:
        """
        Apply what the catalog has not, with titles from the packages.

        Returns the number of entries applied.

        Raises:
            CatalogMismatchError: The catalog was not made from this journal.
            JournalError: A segment is missing or altered.
        """
        self.check()
        start, count = self.head, 0
        for segment, head in self.journal.after(start):
            entries = [Entry.of_row(row) for row in segment.registered]
            self.catalog.apply(segment, head, self._read_titles(entries))
            count += len(entries)
        now = self.head
        if now != start or not now.number:
            self.journal.check_complete(now.number)
        return count

    def rebuild(self) -> int:
        """
        Make the catalog anew, or leave it as it was; return the number of entries.

        Titles are read from the packages.

        Raises:
            JournalError: A segment is missing or altered.
        """
        count = self.catalog.rebuild(self.fonds, self.segments())
        for segment, _ in self.segments():
            self._describe([Entry.of_row(row) for row in segment.registered])
        return count

    def segments(self) -> Iterator[tuple[Segment, Head]]:
        """
        Yield all segments of the journal, each with its head.

        Raises:
            JournalError: One is missing or altered.
        """
        last = 0
        for segment, head in self.journal.after(Head(self.fonds)):
            yield segment, head
            last = head.number
        self.journal.check_complete(last)

    def _describe(self, entries: Sequence[Entry]) -> None:
        titles = self._read_titles(entries)
        by_code = {
            str(e.code): titles[e.package] for e in entries if e.package in titles
        }
        if by_code:
            self.catalog.describe(by_code)

    def _read_titles(self, entries: Iterable[Entry]) -> dict[str, str]:
        titles: dict[str, str] = {}
        for entry in entries:
            try:
                package = open_part(self.storage, entry, self.profile)
                basic, _ = package.metadata()
            except (PackageError, StorageError):
                continue  # `verify` tells what is wrong with it
            if title := basic.texts.get("title"):
                titles[entry.package] = title
        return titles
