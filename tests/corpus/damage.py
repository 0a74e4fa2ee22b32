"""Damage: what happens to files on disks, in transfer, and by people."""

from __future__ import annotations

import random
from collections.abc import Callable


def cut(data: bytes, share: float) -> bytes:
    """Return the first *share* of *data*."""
    return data[: max(1, int(len(data) * share))]


def last_cut(data: bytes) -> bytes:
    """Return *data* without its last 16 bytes."""
    return data[:-16]


def bits_flipped(data: bytes, count: int) -> bytes:
    """Return *data* with *count* bits of its middle the other way round."""
    chance = random.Random(len(data))  # noqa: S311 - the same damage each time
    changed = bytearray(data)
    for _ in range(count):
        place = chance.randrange(len(data) // 4, len(data) * 3 // 4)
        changed[place] ^= 1 << chance.randrange(8)
    return bytes(changed)


def zeroed(data: bytes) -> bytes:
    """Return *data* with up to 512 bytes of its middle lost."""
    begin = len(data) // 3
    end = min(begin + 512, len(data) * 2 // 3)
    return data[:begin] + bytes(end - begin) + data[end:]


def junk_appended(data: bytes) -> bytes:
    """Return *data* with the start of an archive behind it."""
    return data + b"PK\3\4" + bytes(range(60))


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "cut 50 %": lambda data: cut(data, 0.5),
    "cut 99 %": lambda data: cut(data, 0.99),
    "last 16 cut": last_cut,
    "1 bit": lambda data: bits_flipped(data, 1),
    "20 bits": lambda data: bits_flipped(data, 20),
    "512 zeroed": zeroed,
    "junk appended": junk_appended,
}
