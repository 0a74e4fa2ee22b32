"""Projection: a catalog as what it is, the view of one fonds' journal."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import define, field

from egovarchive.archive.stored import open_part
from egovarchive.catalog import Catalog
from egovarchive.errors import (
    CatalogMismatchError,
    JournalError,
    PackageError,
    StorageError,
)
from egovarchive.journal import Head, Journal, Segment
from egovarchive.lifecycle.entry import Entry
from egovarchive.profiles import Profile
from egovarchive.storage import Storage


@define
class Projection:
    """
    Keeps a catalog up to date with a journal.

    Args:
        storage: Where the journal and the packages lie.
        catalog: The view.
        fonds: Whose journal it is.
    """

    storage: Storage
    catalog: Catalog
    fonds: str
    _titles: dict[str, str] = field(factory=dict, init=False, repr=False)
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
            self._complete = self.is_complete(head)
        return head

    def catch_up(self) -> Head:
        """Apply to the catalog what the journal has and it has not; return the head."""
        for segment, head in self.journal.after(self.head):
            self.catalog.apply(segment, head, self._titles)
        self._titles.clear()
        return self.head

    def know(self, entries: Iterable[Entry]) -> None:
        """Remember the titles of *entries* until the catalog has them."""
        for entry in entries:
            if entry.title is not None:
                self._titles[entry.package] = entry.title

    def apply(self, segment: Segment, head: Head) -> None:
        """Apply *segment*, which is *head*, and was just committed."""
        self.catalog.apply(segment, head, self._titles)
        self._titles.clear()

    def is_complete(self, head: Head) -> bool:
        """
        Look whether the journal ends with *head*; False if it has just grown.

        Raises:
            JournalError: It goes on behind a gap.
        """
        try:
            self.journal.check_complete(head.number)
        except JournalError:
            # Between our last look and this one, others may have added to it.
            if next(self.journal.after(head), None) is None:
                raise
            return False
        return True

    def refresh(self, profile: Profile) -> int:
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
            self.catalog.apply(segment, head, self._read_titles(entries, profile))
            count += len(entries)
        if count or not start.number:
            self.is_complete(self.head)
        return count

    def rebuild(self, profile: Profile) -> int:
        """Make the catalog anew; return the number of entries. See `refresh`."""
        self.catalog.clear()
        return self.refresh(profile)

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
            if title := basic.texts.get("title"):
                titles[entry.package] = title
        return titles
