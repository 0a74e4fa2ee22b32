"""Package: the ZIP that an OFD document is, its entries by the names XML gives them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from time import monotonic
from typing import Final

from attrs import evolve, field, frozen

from egovarchive.errors import FormatError
from egovarchive.formats.limits import Limits
from egovarchive.formats.observation import Observation
from egovarchive.formats.ofd.location import Location, folded, locate
from egovarchive.formats.source import Source
from egovarchive.formats.zip_audit import LimitError, ZipEntry, ZipFile

MAX_FILE: Final = 256 << 20  # bytes of one file that is held in memory


@frozen
class OfdPackage:
    """
    The ZIP package of an OFD document.

    Args:
        limits: How much work it may make.
        problems: What is wrong with the ZIP, that its entries can be read aside.
        until: When looking at it ends, on the clock of `time.monotonic`.
    """

    limits: Limits
    problems: tuple[Observation, ...] = field(repr=False)
    until: float
    _zip: ZipFile = field(repr=False)
    _entries: Mapping[str, ZipEntry] = field(repr=False)
    _kindred: Mapping[str, str] = field(repr=False)

    @classmethod
    def open(cls, source: Source, limits: Limits) -> OfdPackage:
        """
        Return the package *source*.

        Raises:
            FormatError: It is no ZIP file, or has no OFD.xml.
            LimitError: It is larger than the limits allow.
        """
        until = monotonic() + limits.seconds
        file = ZipFile.open(source, limits)
        entries: dict[str, ZipEntry] = {}
        for entry in file.entries:
            if not entry.is_folder:
                entries.setdefault(entry.name.replace("\\", "/").lstrip("/"), entry)
        kindred: dict[str, str] = {}
        for name in entries:
            kindred.setdefault(folded(name), name)
        package = cls(limits, file.problems, until, file, entries, kindred)
        if not package.entry_point:
            raise FormatError(
                "no OFD document: the package has no OFD.xml",
                "不是 OFD 文档：文件包中没有 OFD.xml",
            )
        return package

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all files in it, with slashes and from its root."""
        return tuple(self._entries)

    @property
    def entry_point(self) -> str:
        """The name of its OFD.xml, as it is spelt; empty if there is none."""
        return self.find("OFD.xml", [""]).name

    @property
    def encrypted(self) -> str:
        """The name of the part that lists how it is encrypted (GM/T 0099—2020)."""
        return self.find("Encryptions.xml", [""]).name

    def remaining(self) -> Limits:
        """
        Return the limits, with the seconds that are left of them.

        Raises:
            LimitError: The time is up.
        """
        return evolve(self.limits, seconds=self.check_time())

    def check_time(self) -> float:
        """
        Return how many seconds are left.

        Raises:
            LimitError: None.
        """
        seconds = self.until - monotonic()
        if seconds <= 0:
            raise LimitError(
                f"not all was looked at within {self.limits.seconds:g} seconds",
                f"未能在 {self.limits.seconds:g} 秒内检测完毕",
            )
        return seconds

    def size(self, name: str) -> int:
        """Return how many bytes the file *name* declares to have."""
        return self._entries[name].size

    def find(self, text: str, folders: Sequence[str]) -> Location:
        """Return where *text* leads from the first of *folders*, or for want of it."""
        return locate(text, folders, self._entries, self._kindred)

    def read(self, name: str, most: int = MAX_FILE) -> bytes:
        """
        Return the bytes of the file *name*.

        Raises:
            FormatError: They cannot be read, or their checksum is wrong.
            LimitError: There are more than *most*, or than the limits allow; or the
                time is up.
        """
        self.check_time()
        return self._zip.read(self._entries[name], most)

    def chunks(self, name: str) -> Iterator[bytes]:
        """
        Yield the bytes of the file *name*, 1 MiB at most at a time.

        Raises:
            FormatError: They cannot be read, or their checksum is wrong.
            LimitError: There are more than the limits allow, or the time is up.
        """
        self.check_time()
        return self._zip.chunks(self._entries[name])

    def head(self, name: str) -> bytes:
        """Return the first bytes of the file *name*; empty if they cannot be read."""
        try:
            return next(self.chunks(name), b"")
        except FormatError:
            return b""
