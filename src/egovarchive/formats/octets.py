"""Octets: the bytes of a source as numbers and texts, with bounds and a clock."""

from __future__ import annotations

import re
from time import monotonic
from typing import Final, Literal

from attrs import define, field

from egovarchive.errors import FormatError, ToolError
from egovarchive.formats.source import Source

ByteOrder = Literal["big", "little"]

_WINDOW: Final = 1 << 16  # bytes
_BREATH: Final = 1 << 12  # steps between looks at the clock
_GLANCE: Final = 1 << 10  # bytes
_BRIEF: Final = 32  # bytes: longer than any pattern looked for


class BrokenError(FormatError):
    """A file's structure is broken, so that there is no way on through it."""


class CutOffError(BrokenError):
    """A file ends where its own structure says that it goes on."""

    @classmethod
    def of(cls, needed: int, size: int) -> CutOffError:
        """Return the error of a file of *size* bytes that needs *needed*, or more."""
        return cls(
            f"it should be at least {needed} bytes long, and has {size}",
            f"应至少为 {needed} 字节，实为 {size} 字节",
        )


@define
class Octets:
    """
    A source, read in small steps through a window of 64 KiB.

    Args:
        source: The file.
        until: When looking at it ends, on the clock of `time.monotonic`.

    Raises:
        CutOffError: On reading behind the end.
        ToolError: On reading when the time is up.
    """

    source: Source
    until: float = float("inf")
    _steps: int = field(default=0, init=False, repr=False)
    _start: int = field(default=0, init=False, repr=False)
    _window: bytes = field(default=b"", init=False, repr=False)

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return self.source.size

    def peek(self, offset: int, size: int) -> bytes:
        """Return *size* bytes from *offset* on; fewer where the file ends."""
        self._steps += 1
        if not self._steps % _BREATH:
            self._look_at_the_clock()
        begin = offset - self._start
        if begin >= 0 and begin + size <= len(self._window):
            return self._window[begin : begin + size]
        self._look_at_the_clock()
        if size >= _WINDOW:
            return self.source.read(offset, size)
        self._start = offset
        self._window = self.source.read(offset, _WINDOW)
        return self._window[:size]

    def _look_at_the_clock(self) -> None:
        if monotonic() > self.until:
            raise ToolError("the time for this file is up", "检测该文件超时")

    def take(self, offset: int, size: int) -> bytes:
        """Return exactly *size* bytes from *offset* on."""
        if offset + size > self.size:
            raise CutOffError.of(offset + size, self.size)
        return self.peek(offset, size)

    def integer(self, offset: int, size: int, order: ByteOrder = "big") -> int:
        """Return the unsigned integer of *size* bytes at *offset*."""
        return int.from_bytes(self.take(offset, size), order)

    def signed(self, offset: int, size: int, order: ByteOrder = "big") -> int:
        """Return the signed integer of *size* bytes at *offset*."""
        return int.from_bytes(self.take(offset, size), order, signed=True)

    def find(self, pattern: re.Pattern[bytes], start: int, end: int) -> int | None:
        """Return where *pattern* (at most 32 bytes) is first between two offsets."""
        # A little at first: what is looked for is often near.
        reach = _GLANCE
        while start < end:
            data = self.peek(start, min(reach, end - start))
            if found := pattern.search(data):
                return start + found.start()
            if start + len(data) >= end or len(data) <= _BRIEF:
                return None
            start += len(data) - _BRIEF
            reach = min(2 * reach, _WINDOW - 1)
        return None
