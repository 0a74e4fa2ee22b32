"""Where a compound file ends by its own tables ([MS-CFB] 2.2, 2.3)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from egovarchive.formats.source import Source

_FREE: Final = 0xFFFFFFFF
_SPECIAL: Final = 0xFFFFFFFA  # sector numbers from here on are none
_IN_HEADER: Final = 109  # sectors of the table that the header names


def used_and_covered(source: Source) -> tuple[int, int]:
    """
    Return where the last used sector of *source* ends, and the last one its table has.

    *source* has the header of a compound file; the second is never before the first.
    """
    header = source.read(0, 512)
    (shift,) = struct.unpack_from("<H", header, 30)
    size = 1 << min(max(shift, 7), 16)
    last = covered = 0
    for sector in _tables(source, header, size):
        data = source.read((sector + 1) * size, size)
        numbers = struct.unpack_from(f"<{len(data) // 4}I", data)
        for place in range(len(numbers) - 1, -1, -1):
            if numbers[place] != _FREE:
                last = max(last, covered + place + 1)
                break
        covered += size // 4
    return (last + 1) * size, (covered + 1) * size


def _tables(source: Source, header: bytes, size: int) -> Iterator[int]:
    """Yield the sectors of the table, in order: some in the header, more in a chain."""
    (left,) = struct.unpack_from("<I", header, 44)
    left = min(left, source.size // size + 1)
    for sector in struct.unpack_from(f"<{_IN_HEADER}I", header, 76):
        if left <= 0 or sector >= _SPECIAL:
            return
        left -= 1
        yield sector
    (next_one,) = struct.unpack_from("<I", header, 68)
    while left > 0 and next_one < _SPECIAL:
        data = source.read((next_one + 1) * size, size)
        if len(data) < size:
            return
        *sectors, next_one = struct.unpack(f"<{size // 4}I", data)
        for sector in sectors:
            if left <= 0 or sector >= _SPECIAL:
                return
            left -= 1
            yield sector
