"""Received record: one record of a volume that came from outside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from attrs import field, frozen

from egovarchive.exchange.dat93.directory import Row
from egovarchive.exchange.dat93.layout import evidence_path, folder_of, history_path
from egovarchive.exchange.dat93.rebuilt import rebuilt
from egovarchive.exchange.dat93.source import Source, whole
from egovarchive.packages import Package
from egovarchive.profiles import Profile
from egovarchive.records.archival_code import ArchivalCode

_MAX_HISTORY: Final = 64 << 20  # bytes
_MAX_EVIDENCE: Final = 16 << 20  # bytes


@frozen(kw_only=True)
class ListedFile:
    """
    A file of a record, as the volume's checksum files list it.

    Args:
        path: Its path in the record's folder.
        size: Its size in bytes; None if it is missing.
        digests: Its digests, by algorithm; none if it is not listed.
    """

    path: str
    size: int | None
    digests: Mapping[str, str] = field(repr=False)


@frozen(kw_only=True)
class ReceivedRecord:
    """
    One record of a volume, as the directory names it.

    Args:
        row: What the directory says about it.
        files: Files in its folder: those that are listed, and those that are there.
    """

    row: Row
    files: tuple[ListedFile, ...] = field(repr=False)
    _source: Source = field(repr=False)

    @property
    def code(self) -> ArchivalCode:
        """Its archival code 档号."""
        return self.row.code

    @property
    def folder(self) -> str:
        """Its folder in the volume."""
        return folder_of(self.code)

    @property
    def size(self) -> int:
        """Bytes of the files in its folder."""
        return sum(file.size or 0 for file in self.files)

    def package(self, profile: Profile) -> Package:
        """
        Return its package: the very bytes that the sender has.

        It is read from the volume, which must stay open as long as it is used. Its
        documents are not checked here. From a folder they are read once for their
        CRC-32, unless the volume's `check` has been through.

        Raises:
            PackageError: A file is missing or cannot be read, or what is there is not
                one package and nothing else.
            BatchError: A manifest is too large.
        """
        inside = frozenset(file.path for file in self.files if file.size is not None)
        return rebuilt(self._source, self.folder, inside, profile)

    @property
    def history(self) -> bytes | None:
        """
        The journal lines about it; None if there are none.

        Raises:
            BatchError: They are too long.
            ContentError: They cannot be read.
        """
        return self._beside(history_path(self.code), _MAX_HISTORY)

    @property
    def evidence(self) -> bytes | None:
        """
        Its evidence record (RFC 4998); None if it has none.

        Raises:
            BatchError: It is too large.
            ContentError: It cannot be read.
        """
        return self._beside(evidence_path(self.code), _MAX_EVIDENCE)

    def _beside(self, path: str, limit: int) -> bytes | None:
        return whole(self._source, path, limit) if path in self._source.sizes else None
