"""
Compound files, as Word 97–2003 and WPS write them ([MS-CFB], OLE2).

A file system in a file: sectors in chains, named streams in folders. Nothing in it
is trusted: chains end after as many sectors as the file has, folders are walked
without recursion, and what points outside is an error.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final
from uuid import UUID

from attrs import define, field, frozen

from egovarchive.errors import FormatError
from egovarchive.formats.limits import DEFAULT_LIMITS, Limits
from egovarchive.formats.source import Source
from egovarchive.records.term import Term

MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_HEADER: Final = struct.Struct("<8s16s5H6s9I")  # [MS-CFB] 2.2, up to the DIFAT
_ENTRY: Final = struct.Struct("<64sHBB3I16s4x16xIQ")  # [MS-CFB] 2.6.1
_HEADER_SIZE: Final = 512
_DIFAT_START: Final = 76
_DIFAT_SIZE: Final = 109  # FAT sectors named in the header
_LAST_SECTOR: Final = 0xFFFFFFFA  # greater numbers have meanings of their own
_NO_ENTRY: Final = 0xFFFFFFFF
_MINI_SECTOR: Final = 64
_MINI_LIMIT: Final = 4096  # smaller streams lie in the mini stream
_NAME_BYTES: Final = 64
_DEEPEST: Final = 64  # storages within storages
_OLDER: Final = 3
_SHIFTS: Final = {
    _OLDER: 9,
    4: 12,
}  # major version: size of a sector, as a power of two


class EntryKind(Term):
    """What an entry of the directory is."""

    STORAGE = "storage", "存储"
    STREAM = "stream", "流"
    ROOT = "root", "根存储"


_KINDS: Final = {1: EntryKind.STORAGE, 2: EntryKind.STREAM, 5: EntryKind.ROOT}
_ROOT: Final = 5
# Name, its length, kind, colour, left, right, child, class, first sector, size.
_Row = tuple[bytes, int, int, int, int, int, int, bytes, int, int]


@frozen
class CompoundEntry:
    """
    A stream or storage.

    Args:
        path: The names of its storages and its own, with ``/`` between; the root's
            is empty. A ``/`` in a name, which is not allowed, is shown as ``∕``.
        size: Of a stream, in bytes.
        kind: What it is.
        clsid: The class of a storage; all zero if none.
        start: Its first sector.
    """

    path: str
    size: int
    kind: EntryKind
    clsid: UUID
    start: int = field(repr=False)


@define
class Compound:
    """
    An open compound file.

    Args:
        source: The file.
        version: 3 or 4.
        entries: All that can be reached from the root, which comes first.
    """

    source: Source = field(repr=False)
    version: int
    entries: tuple[CompoundEntry, ...] = field(default=(), repr=False)
    _sector: int = 512
    _fat: list[int] = field(factory=list, repr=False)
    _mini_fat_start: int = _NO_ENTRY
    _tables: dict[int, tuple[int, ...]] = field(factory=dict, repr=False)
    _mini: tuple[list[int], list[int]] | None = field(default=None, repr=False)

    @classmethod
    def open(cls, source: Source, limits: Limits = DEFAULT_LIMITS) -> Compound:
        """
        Return *source* opened: its directory is read, its streams are not.

        Raises:
            FormatError: It is no compound file, or its directory is broken, or has
                more entries than *limits* allow.
        """
        data = source.read(0, _HEADER_SIZE)
        if len(data) < _HEADER_SIZE or not data.startswith(MAGIC):
            raise FormatError("not a compound file", "不是复合文档")
        header = _HEADER.unpack_from(data)
        version, shift = header[3], header[5]
        if _SHIFTS.get(version) != shift:
            raise FormatError(
                f"a compound file of version {version} with sectors of 2^{shift} bytes",
                f"复合文档版本为 {version}，扇区大小为 2^{shift} 字节，无此规定",
            )
        directory, mini_fat, difat = header[10], header[13], header[15]
        found = cls(source, version, sector=1 << shift, mini_fat_start=mini_fat)
        found._fat = found._fat_sectors(data, difat)
        found.entries = tuple(found._tree(directory, limits))
        return found

    @property
    def clsid(self) -> UUID:
        """The class of the root: which program the file is for."""
        return self.entries[0].clsid

    def find(self, path: str) -> CompoundEntry | None:
        """Return the stream *path*, in any case of letters; None if there is none."""
        wanted = path.casefold()
        for entry in self.entries:
            if entry.kind is EntryKind.STREAM and entry.path.casefold() == wanted:
                return entry
        return None

    def read(self, path: str, limit: int) -> bytes:
        """
        Return the first *limit* bytes of the stream *path*: all, if it has not more.

        Raises:
            FormatError: There is no such stream, or its chain is broken.
        """
        entry = self.find(path)
        if entry is None:
            raise FormatError(f"no stream {path!r}", f"没有流 {path!r}")
        size = max(0, min(entry.size, limit))
        read = self._mini_pieces if entry.size < _MINI_LIMIT else self._pieces
        data = b"".join(read(entry.start, size))[:size]
        if len(data) < size:
            raise _broken(entry.path)
        return data

    @property
    def _sectors(self) -> int:
        """How many sectors there are after the header, the last one perhaps cut off."""
        return max(0, -(-self.source.size // self._sector) - 1)

    def _at(self, sector: int) -> int:
        if sector >= self._sectors:
            raise FormatError(
                f"sector {sector} is not there: the file has {self._sectors}",
                f"扇区 {sector} 不存在：文件共有 {self._sectors} 个扇区",
            )
        return (sector + 1) * self._sector

    def _numbers(self, sector: int) -> tuple[int, ...]:
        """Return the numbers in a sector of one of the tables."""
        found = self._tables.get(sector)
        if found is None:
            data = self.source.read(self._at(sector), self._sector)
            count = len(data) // 4
            found = struct.unpack_from(f"<{count}I", data)
            self._tables[sector] = found
        return found

    def _fat_sectors(self, header: bytes, difat: int) -> list[int]:
        """Return where the FAT lies: 109 sectors in the header, more in a chain."""
        numbers = struct.unpack_from(f"<{_DIFAT_SIZE}I", header, _DIFAT_START)
        found = [number for number in numbers if number < _LAST_SECTOR]
        needed = -(-self._sectors // (self._sector // 4))
        for _ in range(needed):
            if difat >= _LAST_SECTOR or len(found) >= needed:
                break
            *more, difat = self._numbers(difat) or (_NO_ENTRY,)
            found += [number for number in more if number < _LAST_SECTOR]
        return found[:needed]

    def _look_up(self, tables: list[int], sector: int) -> int:
        """Return what follows *sector*, by the table whose own sectors are *tables*."""
        table, place = divmod(sector, self._sector // 4)
        numbers = self._numbers(tables[table]) if table < len(tables) else ()
        if place >= len(numbers):
            raise FormatError(
                f"sector {sector} is not in the table", f"扇区 {sector} 不在分配表中"
            )
        return numbers[place]

    def _chain(self, start: int, most: int) -> Iterator[int]:
        """Yield the sectors of a chain, at most *most*; none is longer than all."""
        sector = start
        for count in range(min(most, self._sectors)):
            if sector >= _LAST_SECTOR:
                return
            yield sector
            if count + 1 < most:
                sector = self._look_up(self._fat, sector)

    def _pieces(self, start: int, size: int) -> Iterator[bytes]:
        """Yield the bytes of a stream, sectors that follow each other in one piece."""
        first = last = -1
        for sector in self._chain(start, -(-size // self._sector)):
            if first < 0:
                first = sector
            elif sector != last + 1:
                yield self._run(first, last)
                first = sector
            last = sector
        if first >= 0:
            yield self._run(first, last)

    def _run(self, first: int, last: int) -> bytes:
        start = self._at(first)
        return self.source.read(start, self._at(last) + self._sector - start)

    def _mini_pieces(self, start: int, size: int) -> Iterator[bytes]:
        """Yield the bytes of a small stream: pieces of the stream of small streams."""
        table, sectors = self._mini_tables()
        per_sector = self._sector // _MINI_SECTOR
        sector = start
        for count in range(-(-size // _MINI_SECTOR)):
            if count:
                sector = self._look_up(table, sector)
            place, part = divmod(sector, per_sector)
            if place >= len(sectors):
                return
            at = self._at(sectors[place]) + part * _MINI_SECTOR
            yield self.source.read(at, _MINI_SECTOR)

    def _mini_tables(self) -> tuple[list[int], list[int]]:
        """Return the sectors of the small streams' table, and those of their stream."""
        if self._mini is None:
            root = self.entries[0]
            size = min(root.size, self.source.size)
            table = -(-size // _MINI_SECTOR * 4 // self._sector) + 1
            self._mini = (
                list(self._chain(self._mini_fat_start, table)),
                list(self._chain(root.start, -(-size // self._sector))),
            )
        return self._mini

    def _tree(self, start: int, limits: Limits) -> Iterator[CompoundEntry]:
        """Yield the root and all below it; what is pointed to twice is an error."""
        rows = self._rows(start, limits)
        if not rows or _KINDS.get(rows[0][2]) is not EntryKind.ROOT:
            raise FormatError("a compound file without a root", "复合文档缺少根目录项")
        yield self._entry("", rows[0])
        seen = {0, _NO_ENTRY}
        left = [(rows[0][6], "", 0)]
        while left:
            number, folder, depth = left.pop()
            if number == _NO_ENTRY:
                continue
            if number >= len(rows) or number in seen or depth > _DEEPEST:
                raise FormatError(
                    f"directory entry {number} is missing, too deep or in a circle",
                    f"目录项 {number} 缺失、层级过深或循环引用",
                )
            seen.add(number)
            row = rows[number]
            entry = self._entry(folder, row)
            yield entry
            left += [(row[4], folder, depth), (row[5], folder, depth)]
            if entry.kind is EntryKind.STORAGE:
                left.append((row[6], f"{entry.path}/", depth + 1))

    def _rows(self, start: int, limits: Limits) -> list[_Row]:
        rows: list[_Row] = []
        for sector in self._chain(start, self._sectors):
            data = self.source.read(self._at(sector), self._sector)
            rows += _ENTRY.iter_unpack(data[: len(data) // _ENTRY.size * _ENTRY.size])
            if len(rows) > limits.entries:
                raise FormatError(
                    f"more than {limits.entries} directory entries",
                    f"目录条目超过 {limits.entries} 个",
                )
        return rows

    def _entry(self, folder: str, row: _Row) -> CompoundEntry:
        raw, length, number, _, _, _, _, clsid, start, size = row
        kind = _KINDS.get(number)
        if kind is None:
            raise FormatError(
                f"a directory entry of kind {number}", f"目录项类型 {number} 无此规定"
            )
        # Writers of version 3 leave the upper half of the size as it was (2.6.3).
        size = size & 0xFFFFFFFF if self.version == _OLDER else size
        name = raw[: max(0, min(length, _NAME_BYTES) - 2)].decode(
            "utf-16-le", "replace"
        )
        path = "" if number == _ROOT else folder + name.replace("/", "∕")
        return CompoundEntry(path, size, kind, UUID(bytes_le=clsid), start)


def _broken(path: str) -> FormatError:
    return FormatError(
        f"the chain of the stream {path!r} breaks off", f"流 {path!r} 的扇区链中断"
    )
