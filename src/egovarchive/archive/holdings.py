"""Holdings 馆藏: what is archived, found and read. Nothing here changes it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from attrs import frozen

from egovarchive.archive.codes import code_of
from egovarchive.archive.equipment import Equipment
from egovarchive.archive.gone import check_kept
from egovarchive.archive.stored import open_member, open_part, open_whole
from egovarchive.archive.unpack import unpack
from egovarchive.lifecycle.entry import Entry
from egovarchive.lifecycle.event import Event
from egovarchive.lifecycle.standing import Standing
from egovarchive.packages import Package
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.case import Case


@frozen(kw_only=True)
class Holdings(Equipment):
    """What an `Archive` holds, for who asks for it."""

    def entry(self, code: ArchivalCode | str) -> Entry:
        """
        Return the entry of *code*.

        Raises:
            EntryNotFoundError: There is none.
            InvalidValueError: It is no archival code.
        """
        return self.catalog.entry(code_of(code))

    def entries(
        self, *, after: ArchivalCode | str | None = None, limit: int | None = None
    ) -> Iterator[Entry]:
        """Yield entries by series and item number: *limit* of them, behind *after*."""
        start = None if after is None else code_of(after)
        return self.catalog.entries(after=start, limit=limit)

    def standing(self, code: ArchivalCode | str) -> Standing:
        """
        Return where the record *code* stands: held, transferred, destroyed.

        Raises:
            EntryNotFoundError: There is no such record.
        """
        return self.catalog.standing(code_of(code))

    def events(self, code: ArchivalCode | str) -> Iterator[Event]:
        """
        Yield what happened to the record *code* 管理过程信息, in order.

        Raises:
            EntryNotFoundError: There is no such record.
        """
        return self.catalog.events(code_of(code))

    def package(self, code: ArchivalCode | str) -> Package:
        """
        Return the package of *code*, as it is stored. Its documents are not checked.

        Raises:
            EntryNotFoundError: No record has the code.
            RecordDestroyedError: It was destroyed, or its destruction has begun.
            NotStoredError: Its package is gone.
            PackageError: What is stored is not a package.
        """
        entry = check_kept(self.catalog, self.entry(code))
        return open_part(self.storage, entry, self.profile)

    def case(self, code: ArchivalCode | str) -> Case:
        """Return the case of *code*, as its package tells it; see `package`."""
        return self.package(code).filing().case

    def open_document(self, code: ArchivalCode | str, path: str) -> BinaryIO:
        """
        Return the file at *path* in the package of *code*, open for reading.

        It is read once, from start to end, and its last bytes come only if all have
        the digest they were packed with.

        Raises:
            PackageError: There is no such file. See also `package`.
            DigestMismatchError: Raised before the end, if it was altered.
        """
        return open_member(self.package(code), path)

    def export(self, code: ArchivalCode | str, folder: str | os.PathLike[str]) -> Path:
        """
        Unpack the record *code* into *folder*; return it. Nothing is changed here.

        Args:
            code: The record.
            folder: A folder that does not exist, or is empty.

        Raises:
            RecordDestroyedError: It was destroyed, or its destruction has begun.
            DigestMismatchError: A file was altered. The folder is left as it was.
            ArchiveError: The folder is not empty, or cannot be written.
        """
        entry = check_kept(self.catalog, self.entry(code))
        package = open_whole(self.storage, entry, self.profile)
        return unpack(package, Path(folder))
