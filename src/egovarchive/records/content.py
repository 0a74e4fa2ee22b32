"""Content 内容数据: where the bytes of a document come from."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, cast

from attrs import field, frozen

from egovarchive.errors import ContentError, InvalidValueError

CHUNK_SIZE = 1 << 20  # bytes


class Content(Protocol):
    """A source of bytes."""

    def chunks(self) -> Iterator[bytes]:
        """
        Yield the bytes from the start, at most `CHUNK_SIZE` at a time.

        Raises:
            ContentError: They cannot be had.
        """
        ...


class SizedContent(Content, Protocol):
    """Content whose size in bytes is known before it is read: it may pass 4 GiB."""

    @property
    def size(self) -> int: ...


class Readable(Protocol):
    """An open binary file, or anything that reads like one."""

    def read(self, size: int, /) -> bytes: ...


@frozen
class BytesContent:
    """Content in memory."""

    data: bytes = field(repr=False)

    @property
    def size(self) -> int:
        """Size in bytes."""
        return len(self.data)

    def chunks(self) -> Iterator[bytes]:
        if len(self.data) <= CHUNK_SIZE:
            yield self.data
            return
        for start in range(0, len(self.data), CHUNK_SIZE):
            yield self.data[start : start + CHUNK_SIZE]


@frozen
class FileContent:
    """Content of a file, opened anew at every read."""

    path: Path

    @property
    def size(self) -> int:
        """Size in bytes, as the file system has it now."""
        try:
            return self.path.stat().st_size
        except (OSError, ValueError) as error:
            raise _unreadable(self.path, self.path, error) from error

    def chunks(self) -> Iterator[bytes]:
        """
        Yield the bytes of the file.

        Raises:
            ContentError: It is missing, unreadable or no regular file, or it
                changed while it was read.
        """
        try:
            # A pipe would block before it could be looked at.
            file = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except (OSError, ValueError) as error:
            raise _unreadable(self.path, self.path, error) from error
        try:
            before = os.fstat(file)
            if not stat.S_ISREG(before.st_mode):
                raise ContentError(
                    f"{self.path} is not a regular file", f"{self.path} 不是普通文件"
                )
            size = 0
            # Just what is there is asked for, and one byte more: a larger buffer
            # costs time, and a file that grows is not read for ever.
            while chunk := os.read(file, min(CHUNK_SIZE, before.st_size - size + 1)):
                size += len(chunk)
                yield chunk
                if size > before.st_size:
                    break
            after = os.fstat(file)
        except OSError as error:
            raise _unreadable(self.path, self.path, error) from error
        finally:
            os.close(file)
        if _state(before) != _state(after) or size != before.st_size:
            raise ContentError(
                f"{self.path} changed while it was read",
                f"读取期间 {self.path} 发生变化",
            )


@frozen(eq=False)
class StreamContent:
    """Content of an open file or stream, which can be read once."""

    stream: Readable = field(repr=False)
    _taken: list[bool] = field(factory=list, init=False, repr=False)

    def chunks(self) -> Iterator[bytes]:
        """
        Yield what the stream has left.

        Raises:
            ContentError: It was read before, reading failed, or it gave something
                other than bytes.
        """
        if self._taken:
            raise ContentError("the stream was read before", "该数据流已被读取过")
        self._taken.append(True)
        while chunk := self._read():
            yield chunk

    def _read(self) -> bytes:
        try:
            chunk: object = self.stream.read(CHUNK_SIZE)
        except Exception as error:
            # Of whatever make the stream is, a material that cannot be had is one kind
            # of trouble to who archives it.
            raise _unreadable("the stream", "数据流", error) from error
        # Text has no bytes of its own; None says "none at the moment", not the end.
        if not isinstance(chunk, bytes):
            raise ContentError(
                f"the stream gave {type(chunk).__name__}, not bytes",
                f"数据流给出的是 {type(chunk).__name__}，不是字节",
            )
        return chunk


def as_content(value: bytes | str | os.PathLike[str] | Readable | Content) -> Content:
    """Return the content that *value* stands for. Opens nothing."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        return BytesContent(bytes(value))
    if isinstance(value, (str, os.PathLike)):
        return FileContent(Path(value))
    if hasattr(value, "chunks"):
        return cast(Content, value)
    if not hasattr(value, "read"):
        raise InvalidValueError(
            f"neither a path, bytes nor readable: {value!r}",
            f"不是路径、字节或可读对象：{value!r}",
            rule="content",
        )
    return StreamContent(value)


def _state(status: os.stat_result) -> tuple[int, int]:
    return status.st_size, status.st_mtime_ns


def _unreadable(en: object, zh: object, error: Exception) -> ContentError:
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return ContentError(f"cannot read {en}: {reason}", f"无法读取 {zh}：{reason}")
