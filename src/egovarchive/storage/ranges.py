"""Byte range 字节范围: which bytes of an object a reader asks for."""

from __future__ import annotations

from egovarchive.errors import StorageError


def byte_range(total: int, offset: int, size: int | None) -> range:
    """
    Return the positions that *offset* and *size* name in *total* bytes.

    >>> byte_range(10, -4, None), byte_range(10, -99, 3), byte_range(10, 8, 5)
    (range(6, 10), range(0, 3), range(8, 10))

    Raises:
        StorageError: *size* is negative.
    """
    if size is not None and size < 0:
        raise StorageError(
            f"not a size: {size} (a size is 0 bytes or more)",
            f"不是有效的长度：{size}（长度须为 0 字节或以上）",
        )
    start = max(0, total + offset) if offset < 0 else min(offset, total)
    return range(start, total if size is None else min(total, start + size))
