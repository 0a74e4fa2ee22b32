"""Source 来源: where the files of a received volume are read from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from egovarchive.errors import BatchError
from egovarchive.packages.container import crc32


class Source(Protocol):
    """The files of a volume, by their paths."""

    @property
    def sizes(self) -> Mapping[str, int]:
        """The size in bytes of each file, by path."""
        ...

    def read(self, path: str, offset: int, size: int) -> bytes:
        """
        Return *size* bytes of the file at *path* from *offset* on; fewer at its end.

        Raises:
            ContentError: They cannot be had.
        """
        ...

    def chunks(self, path: str) -> Iterator[bytes]:
        """
        Yield the bytes of the file at *path*, in pieces of at most 1 MiB.

        Raises:
            ContentError: They cannot be had, or are not as many as `sizes` says.
        """
        ...

    def crc(self, path: str) -> int:
        """
        Return the CRC-32 of the file at *path*.

        Raises:
            ContentError: It has to be read for that, and cannot be.
        """
        ...

    def measured(self, path: str, crc: int) -> bool:
        """Take note that *path* has *crc*; say whether that fits what is known."""
        ...

    def close(self) -> None:
        """Let go of what is held open."""
        ...


def whole(source: Source, path: str, limit: int) -> bytes:
    """
    Return the small file at *path*.

    Raises:
        BatchError: It is not there, or has more than *limit* bytes.
        ContentError: It cannot be read.
    """
    size = source.sizes.get(path)
    if size is None:
        raise BatchError(f"{path} is not there", f"缺少 {path}")
    if size > limit:
        raise BatchError(
            f"{path} has {size} bytes, more than {limit}",
            f"{path} 有 {size} 字节，超过 {limit} 字节",
        )
    return b"".join(source.chunks(path))


def crc_of(chunks: Iterator[bytes]) -> int:
    """Return the CRC-32 of *chunks*."""
    crc = 0
    for chunk in chunks:
        crc = crc32(chunk, crc)
    return crc
