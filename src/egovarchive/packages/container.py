"""
Container: one uncompressed ZIP of one form only (PKWARE APPNOTE, stored entries).

The form leaves no choice: members follow each other without a gap, at fixed times and
with fixed attributes, so that names and contents alone fix every byte. A reader makes
the directory anew from what it says, and refuses the file if a byte differs: there is
nothing to interpret, and nowhere to hide anything.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from functools import cached_property
from typing import Final
from zlib import crc32

from attrs import frozen

from egovarchive.errors import UnsafePackageError

__all__ = [
    "Stored",
    "crc32",
    "directory",
    "end_size",
    "entry_size",
    "header",
    "header_size",
    "locate",
    "members_of",
]

_LOCAL: Final = struct.Struct("<4s5H3I2H")
_CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
_ENTRY_FIELDS: Final = (
    "mark",
    "version made by",
    "version needed",
    "flags",
    "method",
    "time",
    "date",
    "CRC-32",
    "compressed size",
    "size",
    "length of name",
    "length of extra field",
    "length of comment",
    "disk",
    "internal attributes",
    "external attributes",
    "offset",
)
_END: Final = struct.Struct("<4s4H2IH")
_END64: Final = struct.Struct("<4sQ2H2I4Q")
_LOCATOR: Final = struct.Struct("<4sIQI")

_UTF8_NAMES: Final = 1 << 11
_STORED: Final = 0
_TIME, _DATE = 0, 0x21  # 1 January 1980, the first that a ZIP can tell
_UNIX: Final = 3 << 8
_MODE: Final = 0o100444 << 16  # a regular file, read-only
_LIMIT32: Final = 0xFFFF_FFFF
_LIMIT16: Final = 0xFFFF
LARGEST_SMALL: Final = _LIMIT32 - 1  # bytes; above, a member needs ZIP64

MAX_MEMBERS: Final = 100_000
MAX_DIRECTORY: Final = 64 << 20  # bytes
TAIL_SIZE: Final = 64 << 10  # bytes that are read first, from the end
END_SIZE: Final = _END.size
_SHOWN: Final = 120  # characters of a path in an error


@frozen
class Stored:
    """
    One member, as the container's directory lists it.

    Args:
        path: Its path.
        size: Its size in bytes.
        crc: Its CRC-32.
        offset: Where its header starts.
    """

    path: str
    size: int
    crc: int
    offset: int

    @cached_property
    def data_offset(self) -> int:
        """Where its bytes start."""
        return self.offset + header_size(self.path, self.size)

    @property
    def end(self) -> int:
        """Where the next member starts."""
        return self.data_offset + self.size


def header_size(path: str, size: int) -> int:
    """Return the size in bytes of the header of a member."""
    extra = 20 if size > LARGEST_SMALL else 0
    return _LOCAL.size + len(path.encode()) + extra


def header(path: str, size: int, crc: int) -> bytes:
    """Return the header of a member."""
    name = path.encode()
    if size > LARGEST_SMALL:
        version, small = 45, _LIMIT32
        extra = struct.pack("<2H2Q", 1, 16, size, size)
    else:
        version, small, extra = 20, size, b""
    return (
        _LOCAL.pack(
            b"PK\3\4",
            version,
            _UTF8_NAMES,
            _STORED,
            _TIME,
            _DATE,
            crc,
            small,
            small,
            len(name),
            len(extra),
        )
        + name
        + extra
    )


def directory(members: Iterable[Stored]) -> bytes:
    """Return all that follows the members: the central directory and its end."""
    entries, start = [], 0
    for member in members:
        entries.append(_entry(member))
        start = member.end
    data = b"".join(entries)
    return data + _end(len(entries), len(data), start)


def entry_size(path: str, size: int, offset: int) -> int:
    """Return the size in bytes of the entry of a member in the directory."""
    return len(_entry(Stored(path, size, 0, offset)))


def end_size(count: int, size: int, start: int) -> int:
    """Return the size in bytes of what ends a directory; see `directory`."""
    return len(_end(count, size, start))


def _end(count: int, size: int, start: int) -> bytes:
    """Return the end of a directory of *count* entries and *size* bytes."""
    end = b""
    if count >= _LIMIT16 or start >= _LIMIT32 or size >= _LIMIT32:
        end = _END64.pack(
            b"PK\6\6", 44, _UNIX | 45, 45, 0, 0, count, count, size, start
        ) + _LOCATOR.pack(b"PK\6\7", 0, start + size, 1)
    end += _END.pack(
        b"PK\5\6",
        0,
        0,
        min(count, _LIMIT16),
        min(count, _LIMIT16),
        min(size, _LIMIT32),
        min(start, _LIMIT32),
        0,
    )
    return end


def _entry(member: Stored) -> bytes:
    name = member.path.encode()
    extra = b""
    size, offset, version = member.size, member.offset, 20
    if size > LARGEST_SMALL:
        extra += struct.pack("<2Q", size, size)
        size, version = _LIMIT32, 45
    if offset > LARGEST_SMALL:
        extra += struct.pack("<Q", offset)
        offset, version = _LIMIT32, 45
    if extra:
        extra = struct.pack("<2H", 1, len(extra)) + extra
    return (
        _CENTRAL.pack(
            b"PK\1\2",
            _UNIX | version,
            version,
            _UTF8_NAMES,
            _STORED,
            _TIME,
            _DATE,
            member.crc,
            size,
            size,
            len(name),
            len(extra),
            0,
            0,
            0,
            _MODE,
            offset,
        )
        + name
        + extra
    )


def locate(tail: bytes, size: int) -> tuple[int, int]:
    """
    Return where the directory starts and how long it is, end record and all.

    Args:
        tail: The last bytes of the file: `TAIL_SIZE` of them, or all.
        size: Size of the file, in bytes.

    Raises:
        UnsafePackageError: There is no end record, or it cannot be true.
    """
    if len(tail) < END_SIZE:
        raise unsafe(f"{size} bytes are too few", f"仅 {size} 字节")
    mark, *_, start, comment = _END.unpack(tail[-END_SIZE:])
    if mark != b"PK\5\6" or comment:
        raise unsafe("no end of directory: truncated?", "缺少目录结尾，文件可能被截断")
    before = len(tail) - END_SIZE - _LOCATOR.size
    if before >= 0 and tail[before : before + 4] == b"PK\6\7":
        at = before - _END64.size
        if at < 0 or tail[at : at + 4] != b"PK\6\6":
            raise unsafe("no 64-bit end of directory", "缺少 64 位目录结尾")
        start = _END64.unpack(tail[at:before])[-1]
    length = size - start
    if not END_SIZE <= length <= MAX_DIRECTORY:
        raise unsafe(
            f"a directory of {length} bytes from {start}",
            f"目录自 {start} 起 {length} 字节",
        )
    return start, length


def members_of(data: bytes, start: int) -> tuple[Stored, ...]:
    """
    Read the directory *data*, which starts at *start*.

    Raises:
        UnsafePackageError: It is not the very directory that its own members
            would be given here.
    """
    members: list[Stored] = []
    at, offset = 0, 0
    while data[at : at + 4] == b"PK\1\2":
        if len(members) >= MAX_MEMBERS:
            raise unsafe(
                f"more than {MAX_MEMBERS} members", f"成员超过 {MAX_MEMBERS} 个"
            )
        member, at = _read_entry(data, at, offset)
        members.append(member)
        offset = member.end
    if offset != start or directory(members) != data:
        raise _other_form(data, members)
    return tuple(members)


def _other_form(data: bytes, members: Iterable[Stored]) -> UnsafePackageError:
    """Return the error that says how the directory differs from that of *members*."""
    at = 0
    for member in members:
        entry = _entry(member)
        if data[at : at + len(entry)] != entry:
            break
        at += len(entry)
    else:
        return unsafe(
            "there is something before, between or after its members",
            "成员之前、之间或之后有多余内容",
        )
    found = dict(zip(_ENTRY_FIELDS, _CENTRAL.unpack_from(data, at), strict=True))
    wanted = dict(zip(_ENTRY_FIELDS, _CENTRAL.unpack_from(entry), strict=True))
    differing = [name for name in _ENTRY_FIELDS if found[name] != wanted[name]]
    fields = (
        ", ".join(f"{name} {found[name]:#x}" for name in differing) or "extra field"
    )
    shown = member.path[:_SHOWN]
    return unsafe(
        f"the entry of {shown!r} is not in the one form that packages have: {fields}",
        f"{shown!r} 的目录项不符合归档信息包的唯一形式：{fields}",
    )


def _read_entry(data: bytes, at: int, offset: int) -> tuple[Stored, int]:
    try:
        fields = _CENTRAL.unpack_from(data, at)
        crc, size, name_size, extra_size = fields[7], fields[8], *fields[10:12]
        at += _CENTRAL.size
        path = data[at : at + name_size].decode()
        at += name_size
        if size == _LIMIT32:
            size = struct.unpack_from("<Q", data, at + 4)[0]
    except (struct.error, UnicodeDecodeError) as error:
        raise unsafe(
            f"its directory is broken: {error}", f"目录已损坏：{error}"
        ) from None
    return Stored(path, size, crc, offset), at + extra_size


def unsafe(en: str, zh: str) -> UnsafePackageError:
    """Return the error of a file that is no package of ours: *en*, *zh*."""
    return UnsafePackageError(f"not a package: {en}", f"不是归档信息包：{zh}")
