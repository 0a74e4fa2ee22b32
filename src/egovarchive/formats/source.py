"""Source: the bytes of one file, wherever they lie."""

from __future__ import annotations

import io
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from attrs import field, frozen
from typing_extensions import Buffer

from egovarchive.errors import FormatError, ToolError

PIECE = 1 << 20  # bytes
LONGEST = 16  # characters of an extension


class Source(Protocol):
    """The bytes of one file. They do not change while they are looked at."""

    @property
    def name(self) -> str:
        """What the file is called, without folders. Only for its extension."""
        ...

    @property
    def size(self) -> int:
        """How many bytes there are."""
        ...

    def read(self, offset: int, size: int) -> bytes:
        """
        Return *size* bytes from *offset* on; fewer only where the file ends.

        Raises:
            EgovArchiveError: They cannot be had.
        """
        ...


@frozen
class BytesSource:
    """A file in memory."""

    name: str
    data: bytes = field(repr=False)

    @property
    def size(self) -> int:
        return len(self.data)

    def read(self, offset: int, size: int) -> bytes:
        return self.data[offset : offset + size]


@frozen
class FileSource:
    """
    A file on disk, or *size* bytes of one from *offset* on.

    It can be sent to another process.

    Raises:
        FormatError: On reading: the file has gone, cannot be read, or is no longer as
            long as it was.
    """

    path: Path
    name: str
    size: int
    offset: int = 0

    @classmethod
    def of(cls, path: str | os.PathLike[str]) -> FileSource:
        """
        Return the source of the file *path*.

        Raises:
            FormatError: It cannot be read, or is no file.
        """
        found = Path(path)
        try:
            status = found.stat()
        except OSError as error:
            raise _gone(found, error) from error
        # Whoever opens a pipe waits for the other end of it, perhaps for ever.
        if not stat.S_ISREG(status.st_mode):
            raise FormatError(
                f"{found.name} is not a regular file", f"{found.name} 不是普通文件"
            )
        return cls(found, found.name, status.st_size)

    def read(self, offset: int, size: int) -> bytes:
        size = max(0, min(size, self.size - offset))
        try:
            with self.path.open("rb") as file:
                file.seek(self.offset + offset)
                data = file.read(size)
        except OSError as error:
            raise _gone(self.path, error) from error
        if len(data) < size:
            raise FormatError(
                f"{self.path.name} has become shorter than it was: {self.size} bytes",
                f"{self.path.name} 已变短，原为 {self.size} 字节",
            )
        return data


@frozen
class Part:
    """*size* bytes of another source, from *offset* on: a file within a file."""

    name: str
    source: Source
    offset: int
    size: int

    def read(self, offset: int, size: int) -> bytes:
        size = max(0, min(size, self.size - offset))
        return self.source.read(self.offset + offset, size)


class SourceFile(io.RawIOBase):
    """A source as an open file, for readers that want one."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {
            io.SEEK_SET: 0,
            io.SEEK_CUR: self._position,
            io.SEEK_END: self._source.size,
        }
        self._position = max(0, start[whence] + offset)
        return self._position

    def readinto(self, buffer: Buffer) -> int:
        view = memoryview(buffer).cast("B")
        data = self._source.read(self._position, len(view))
        view[: len(data)] = data
        self._position += len(data)
        return len(data)


def open_source(source: Source) -> io.BufferedReader:
    """Return *source* as a buffered file, open for reading."""
    return io.BufferedReader(SourceFile(source), PIECE)


def pieces(source: Source, start: int = 0) -> Iterator[bytes]:
    """Yield the bytes of *source* from *start* on, 1 MiB at a time."""
    while data := source.read(start, PIECE):
        yield data
        start += len(data)


@contextmanager
def on_disk(source: Source) -> Iterator[FileSource]:
    """
    Yield *source* as a file of its own on disk, for programs that want a path.

    Its name there ends as its own does, as far as that is an ordinary extension.

    Raises:
        FormatError: It cannot be read.
        ToolError: There is no room for it.
    """
    if (
        isinstance(source, FileSource)
        and not source.offset
        and FileSource.of(source.path).size == source.size
    ):
        yield source
        return
    path = _copied(source)
    try:
        yield FileSource(path, source.name, source.size)
    finally:
        path.unlink(missing_ok=True)  # a scanner may have been quicker


def _copied(source: Source) -> Path:
    # The name may come out of a hostile container, and be no name of a file at all.
    suffix = Path(source.name).suffix
    if len(suffix) > LONGEST or not (suffix.isascii() and suffix[1:].isalnum()):
        suffix = ""
    try:
        handle, name = tempfile.mkstemp(prefix="egovarchive-", suffix=suffix)
        try:
            with open(handle, "wb") as file:  # noqa: PTH123 - a descriptor
                file.writelines(pieces(source))
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ToolError(
            f"no copy can be made on disk: {error.strerror}",
            f"无法在磁盘上建立副本：{error.strerror}",
        ) from error
    return Path(name)


def _gone(path: Path, error: OSError) -> FormatError:
    return FormatError(
        f"{path.name} cannot be read: {error.strerror}",
        f"{path.name} 无法读取：{error.strerror}",
    )
