"""Pieced body: a package put together again from the files that it was taken into."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from attrs import define, field

from egovarchive.packages import container
from egovarchive.packages.container import Stored
from egovarchive.records.content import CHUNK_SIZE

# Returns so many bytes of a file from an offset on; fewer where it ends.
ReadFile: TypeAlias = Callable[[int, int], bytes]


@define
class PiecedBody:
    """
    A body made of files, and of the container's bytes between them.

    Files are read when they are asked for, in pieces, and stay where they are.
    """

    size: int = 0
    _starts: list[int] = field(factory=list, repr=False)
    _pieces: list[bytes | ReadFile] = field(factory=list, repr=False)

    def add(self, path: str, size: int, crc: int, read: ReadFile) -> Stored:
        """Put a file of *size* bytes at the end, as the member *path*; return it."""
        stored = Stored(path, size, crc, self.size)
        head = container.header(path, size, crc)
        self._append(head, len(head))
        if size:
            self._append(read, size)
        return stored

    def end(self, members: Sequence[Stored]) -> None:
        """Put the directory of *members* at the end."""
        data = container.directory(members)
        self._append(data, len(data))

    def read(self, offset: int, size: int) -> bytes:
        return b"".join(self.chunks(offset, size))

    def chunks(self, offset: int, size: int) -> Iterator[bytes]:
        end = min(offset + size, self.size)
        while offset < end:
            number = bisect_right(self._starts, offset) - 1
            start = self._starts[number]
            stop = self._starts[number + 1] if number + 1 < len(self._starts) else end
            count = min(end, stop) - offset
            piece = self._pieces[number]
            data = (
                piece[offset - start : offset - start + count]
                if isinstance(piece, bytes)
                else piece(offset - start, min(count, CHUNK_SIZE))
            )
            if not data:
                return  # The file is shorter than it was: who measures it says so.
            yield data
            offset += len(data)

    def close(self) -> None:
        """Hold nothing open: whoever reads the files does."""

    def _append(self, piece: bytes | ReadFile, size: int) -> None:
        self._starts.append(self.size)
        self._pieces.append(piece)
        self.size += size
