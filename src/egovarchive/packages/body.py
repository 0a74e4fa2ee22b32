"""Body: where the bytes of a package lie until they are stored, or since."""

from __future__ import annotations

import io
import tempfile
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO, Protocol

from attrs import define, field, frozen

from egovarchive.errors import PackageError
from egovarchive.records.content import CHUNK_SIZE

MEMORY_LIMIT = 8 << 20  # bytes of one package that are held in memory


class Body(Protocol):
    """The bytes of a package."""

    def read(self, offset: int, size: int) -> bytes:
        """Return *size* bytes from *offset* on; fewer only where it ends."""
        ...

    def chunks(self, offset: int, size: int) -> Iterator[bytes]:
        """Yield *size* bytes from *offset* on, in pieces of at most 1 MiB."""
        ...

    def close(self) -> None:
        """Let go of what it holds open; a stored package is not touched."""
        ...


@define
class Spool:
    """
    A body that is being written: in memory while it is small, then in a file.

    Args:
        room: Makes the file, if one is needed; by default a temporary one.
        limit: Most bytes to hold in memory.
    """

    _room: Callable[[], BinaryIO] | None = field(default=None, repr=False)
    _limit: int = MEMORY_LIMIT
    _parts: list[bytes] = field(factory=list, repr=False)
    _offsets: list[int] = field(factory=list, repr=False)
    _file: BinaryIO | None = field(default=None, repr=False)
    size: int = 0

    def append(self, data: bytes) -> int:
        """
        Write *data* at the end; return where it starts.

        Raises:
            EgovArchiveError: There is no room for it.
        """
        start = self.size
        self.size += len(data)
        if self._file is None and self.size > self._limit:
            with _file_at_work():
                self._file = (self._room or tempfile.TemporaryFile)()
                self._file.writelines(self._parts)
            self._parts.clear()
        if self._file is not None:
            with _file_at_work():
                self._file.write(data)
        else:
            self._offsets.append(start)
            self._parts.append(data)
        return start

    def replace(self, start: int, data: bytes) -> None:
        """Write *data* over as many bytes that `append` wrote at *start*."""
        if self._file is None:
            self._parts[bisect_right(self._offsets, start) - 1] = data
        else:
            with _file_at_work():
                self._file.seek(start)
                self._file.write(data)
                self._file.seek(0, io.SEEK_END)

    def read(self, offset: int, size: int) -> bytes:
        return b"".join(self.chunks(offset, size))

    def chunks(self, offset: int, size: int) -> Iterator[bytes]:
        if self._file is not None:
            yield from _file_chunks(self._file, offset, size)
            return
        if not size or offset >= self.size:
            return
        number = bisect_right(self._offsets, offset) - 1
        offset -= self._offsets[number]
        for each in range(number, len(self._parts)):
            piece = self._parts[each][offset : offset + size]
            yield piece
            size -= len(piece)
            if not size:
                return
            offset = 0

    def payload(self, tail: bytes) -> Iterable[bytes]:
        """
        Return all that was written, *tail* at its end, as a storage takes it.

        If *room* lent the file, it is that file: the storage that it came from need
        not copy it.
        """
        if self._file is None:
            return [*self._parts, tail]
        with _file_at_work():
            self._file.seek(self.size)
            self._file.truncate()
            self._file.write(tail)
            self._file.seek(0)
        if self._room is None:
            # Iterating over a plain file would give its lines, of any length.
            return _file_chunks(self._file, 0, self.size + len(tail))
        return self._file

    def close(self) -> None:
        if self._file is not None:
            # What is forgotten need not be whole: the disk may be full.
            with suppress(OSError):
                self._file.close()


@define
class FileBody:
    """A body in an open file that can be sought."""

    file: BinaryIO = field(repr=False)
    size: int

    def read(self, offset: int, size: int) -> bytes:
        return b"".join(_file_chunks(self.file, offset, size))

    def chunks(self, offset: int, size: int) -> Iterator[bytes]:
        return _file_chunks(self.file, offset, size)

    def close(self) -> None:
        self.file.close()


@frozen
class BytesBody:
    """A body in memory."""

    data: bytes = field(repr=False)

    def read(self, offset: int, size: int) -> bytes:
        return self.data[offset : offset + size]

    def chunks(self, offset: int, size: int) -> Iterator[bytes]:
        end = min(offset + size, len(self.data))
        while offset < end:
            yield self.data[offset : min(offset + CHUNK_SIZE, end)]
            offset += CHUNK_SIZE

    def close(self) -> None:
        """Hold nothing open."""


@contextmanager
def _file_at_work() -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        # A closed file is a ValueError to Python.
        reason = getattr(error, "strerror", None) or str(error)
        raise PackageError(
            f"the package's file fails: {reason}", f"归档信息包文件读写失败：{reason}"
        ) from error


def _file_chunks(file: BinaryIO, offset: int, size: int) -> Iterator[bytes]:
    while size > 0:
        with _file_at_work():
            file.seek(offset)
            chunk = file.read(min(size, CHUNK_SIZE))
        if not chunk:
            return
        yield chunk
        offset += len(chunk)
        size -= len(chunk)
