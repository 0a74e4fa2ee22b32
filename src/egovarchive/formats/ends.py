"""Ends: the first and the last bytes of a file, as they pass by when it is read."""

from __future__ import annotations

from typing import Final

from attrs import field, frozen

from egovarchive.errors import ToolError
from egovarchive.formats.source import Source

HEAD_SIZE: Final = 64 << 10  # bytes
TAIL_SIZE: Final = 64 << 10  # bytes


@frozen
class Ends:
    """
    The two ends of a file, and the rest if it can be had. Itself a source.

    Args:
        head: Its first bytes.
        tail: Its last bytes; the same as *head* if that is all of it.
        size: How many bytes it has.
        source: Where the rest is; None if it cannot be had any more.
    """

    head: bytes = field(repr=False)
    tail: bytes = field(repr=False)
    size: int
    source: Source | None = None

    @classmethod
    def of(cls, source: Source) -> Ends:
        """
        Return both ends of *source*, read from it: once, if it is small.

        Raises:
            EgovArchiveError: They cannot be read.
        """
        size = source.size
        head = source.read(0, HEAD_SIZE)
        if size <= HEAD_SIZE:
            return cls(head, head, size, source)
        return cls(head, source.read(size - TAIL_SIZE, TAIL_SIZE), size, source)

    @property
    def name(self) -> str:
        """Nothing: what a file is called does not count here."""
        return ""

    def holds(self, offset: int, size: int) -> bool:
        """Say whether *size* bytes from *offset* on lie in one end."""
        stop = min(offset + size, self.size)
        return stop <= len(self.head) or offset >= self.size - len(self.tail)

    def read(self, offset: int, size: int) -> bytes:
        """
        Return *size* bytes from *offset* on; fewer only where the file ends.

        Raises:
            ToolError: They lie between the ends, and there is no source.
        """
        stop = min(offset + size, self.size)
        if stop <= len(self.head):
            return self.head[offset:stop]
        tail_start = self.size - len(self.tail)
        if offset >= tail_start:
            return self.tail[offset - tail_start : max(0, stop - tail_start)]
        if self.source is not None:
            return self.source.read(offset, size)
        if tail_start <= len(self.head):
            return (
                self.head[offset:]
                + self.tail[len(self.head) - tail_start :][: stop - len(self.head)]
            )
        raise ToolError(
            f"bytes {offset} to {stop} were not kept",
            f"第 {offset} 至 {stop} 字节未保留",
        )
