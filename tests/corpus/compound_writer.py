"""A writer of compound files ([MS-CFB]): small ones, version 3, for tests."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from uuid import UUID

_SECTOR = 512
_MINI = 64
_MINI_LIMIT = 4096
_FREE = 0xFFFFFFFF
_END = 0xFFFFFFFE
_FAT = 0xFFFFFFFD
NO_CLASS = UUID(int=0)
WORD = UUID("00020906-0000-0000-c000-000000000046")
KINGSOFT_WRITER = UUID("00020906-0000-4b30-a977-d214852036fe")


def _padded(data: bytes, size: int) -> bytes:
    return data + bytes(-len(data) % size)


def _entry(  # noqa: PLR0917 - fields of a record
    name: str,
    kind: int,
    links: tuple[int, int, int],
    start: int,
    size: int,
    clsid: UUID,
) -> bytes:
    raw = name.encode("utf-16-le")
    return struct.pack(
        "<64sHBB3I16sI16xIQ",
        raw, len(raw) + 2 * bool(raw), kind, 1, *links, clsid.bytes_le, 0, start, size,
    )  # fmt: skip


def compound(streams: Mapping[str, bytes], clsid: UUID = NO_CLASS) -> bytes:
    """
    Return a compound file with *streams*: their paths have at most one ``/``.

    Entries of a folder hang on each other's right side: allowed, if not balanced.
    """
    sectors: list[bytes] = []
    fat: list[int] = []

    def placed(data: bytes) -> int:
        if not data:
            return _END
        start, count = len(sectors), -(-len(data) // _SECTOR)
        whole = _padded(data, _SECTOR)
        sectors.extend(whole[at : at + _SECTOR] for at in range(0, len(whole), _SECTOR))
        fat.extend([*range(start + 1, start + count), _END])
        return start

    mini, mini_fat = b"", []
    rows: dict[str, tuple[int, int]] = {}
    for path, data in streams.items():
        if len(data) >= _MINI_LIMIT:
            rows[path] = placed(data), len(data)
            continue
        start, count = len(mini) // _MINI, -(-len(data) // _MINI)
        rows[path] = (start if count else _END), len(data)
        mini += _padded(data, _MINI)
        mini_fat += [*range(start + 1, start + count), _END][:count]
    folders = dict.fromkeys(path.split("/")[0] for path in streams if "/" in path)
    top = [*folders, *(path for path in streams if "/" not in path)]
    order = [*top, *(path for path in streams if "/" in path)]
    number = {path: at + 1 for at, path in enumerate(order)}

    def right(path: str, group: list[str]) -> int:
        after = group[group.index(path) + 1 :]
        return number[after[0]] if after else _FREE

    mini_start = placed(mini)
    child = number[top[0]] if top else _FREE
    root = _entry("Root Entry", 5, (_FREE, _FREE, child), mini_start, len(mini), clsid)
    entries = [root]
    for path in order:
        folder, _, name = path.rpartition("/")
        group = [p for p in order if p.rpartition("/")[0] == folder]
        links = _FREE, right(path, group)
        if path in folders:
            inner = next(number[p] for p in order if p.startswith(f"{path}/"))
            entries.append(_entry(path, 1, (*links, inner), 0, 0, NO_CLASS))
        else:
            entries.append(_entry(name, 2, (*links, _FREE), *rows[path], NO_CLASS))
    blank = _entry("", 0, (_FREE, _FREE, _FREE), 0, 0, NO_CLASS)
    entries += [blank] * (-len(entries) % 4)
    directory = placed(b"".join(entries))
    numbers = struct.pack(f"<{len(mini_fat)}I", *mini_fat)
    mini_fat_start = placed(numbers + b"\xff" * (-len(numbers) % _SECTOR))
    needed = 1
    while needed * 128 < len(sectors) + needed:
        needed += 1
    first = len(sectors)
    fat += [_FAT] * needed + [_FREE] * (needed * 128 - len(fat) - needed)
    table = struct.pack(f"<{len(fat)}I", *fat)
    difat = [first + at for at in range(needed)] + [_FREE] * (109 - needed)
    header = struct.pack(
        "<8s16x5H6x9I109I",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6,
        0, needed, directory, 0, _MINI_LIMIT, mini_fat_start,
        -(-len(numbers) // _SECTOR), _END, 0, *difat,
    )  # fmt: skip
    return header + b"".join(sectors) + table
