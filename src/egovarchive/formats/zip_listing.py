"""
What lies in a ZIP file, as far as telling its kind needs it (APPNOTE 6.3.10).

It reads fast, believes little and judges nothing: `zip_audit` does that.
"""

from __future__ import annotations

import struct
import zlib
from typing import Final

from attrs import frozen

from egovarchive.errors import FormatError
from egovarchive.formats.ends import TAIL_SIZE
from egovarchive.formats.source import Source

LOCAL: Final = b"PK\3\4"
CENTRAL: Final = b"PK\1\2"
END: Final = b"PK\5\6"

_END: Final = struct.Struct("<4s4H2IH")
_END64: Final = struct.Struct("<4sQ2H2I4Q")
_LOCATOR: Final = struct.Struct("<4sIQI")
_CENTRAL: Final = struct.Struct("<4s4x2H8x2I3H8xI")
_LOCAL: Final = struct.Struct("<4s2x2H8x2I2H")
_LIMIT16: Final = 0xFFFF
_LIMIT32: Final = 0xFFFF_FFFF
_ENCRYPTED: Final = 1
_STORED: Final = 0
_DEFLATED: Final = 8
_MEMBERS: Final = 2048  # read of a directory: more do not tell more
_DIRECTORY: Final = 1 << 20  # bytes of it
_CANDIDATES: Final = 16  # end records tried
_OVERHEAD: Final = 1024  # bytes that deflate may be longer than what it holds


@frozen
class Member:
    """A member: its raw name, and what is needed to read it."""

    name: bytes
    flags: int
    method: int
    packed: int
    offset: int


@frozen
class Listing:
    """
    What the directory of a ZIP file lists.

    Args:
        members: The first 2,048 of them.
        start: Where the archive starts in the file.
        stop: Where it ends, its comment included.
        comment: How long that is.
    """

    members: tuple[Member, ...]
    start: int
    stop: int
    comment: int


def find_listing(source: Source) -> Listing | None:
    """
    Return what the last directory in *source* lists; None if there is none.

    Raises:
        ToolError: It lies where *source* cannot read any more.
    """
    base = max(0, source.size - TAIL_SIZE)
    tail = source.read(base, TAIL_SIZE)
    at = len(tail)
    for _ in range(_CANDIDATES):
        at = tail.rfind(END, 0, at)
        if at < 0:
            return None
        if at + _END.size <= len(tail) and (found := _listing(source, base + at)):
            return found
    return None


def _listing(source: Source, at: int) -> Listing | None:
    """Return what the directory before the end record *at* lists, if it is one."""
    _, _, _, _, count, size, offset, comment = _END.unpack(source.read(at, _END.size))
    stop = min(at + _END.size + comment, source.size)
    behind = at  # of the directory
    if _LIMIT32 in {size, offset} or count == _LIMIT16:
        behind, size, offset = _end64(source, at, size, offset)
    start = behind - size - offset
    if start < 0 or (not size and count):
        return None
    data = source.read(behind - size, min(size, _DIRECTORY))
    if size and not data.startswith(CENTRAL):
        return None
    return Listing(_members(data, start), start, stop, stop - at - _END.size)


def _end64(source: Source, at: int, size: int, offset: int) -> tuple[int, int, int]:
    """Return where the ZIP64 end record is, and what it says of the directory."""
    place = at - _LOCATOR.size - _END64.size
    if place >= 0:
        data = source.read(place, _END64.size + _LOCATOR.size)
        record, locator = data[: _END64.size], data[_END64.size :]
        if record.startswith(b"PK\6\6") and locator.startswith(b"PK\6\7"):
            *_, size, offset = _END64.unpack(record)
            return place, size, offset
    return at, size, offset


def _members(data: bytes, start: int) -> tuple[Member, ...]:
    members: list[Member] = []
    at = 0
    while len(members) < _MEMBERS and at + _CENTRAL.size <= len(data):
        mark, flags, method, packed, _, name, extra, comment, offset = (
            _CENTRAL.unpack_from(data, at)
        )
        if mark != CENTRAL:
            break
        at += _CENTRAL.size
        members.append(
            Member(data[at : at + name], flags, method, packed, start + offset)
        )
        at += name + extra + comment
    return tuple(members)


def listed_ahead(head: bytes) -> Listing:
    """Return the members whose data start in *head*, by what stands before them."""
    members: list[Member] = []
    at = head.find(LOCAL)
    start = max(0, at)
    while 0 <= at <= len(head) - _LOCAL.size and len(members) < _MEMBERS:
        _, flags, method, packed, _, name, _ = _LOCAL.unpack_from(head, at)
        behind = at + _LOCAL.size
        members.append(Member(head[behind : behind + name], flags, method, packed, at))
        at = head.find(LOCAL, behind)
    return Listing(tuple(members), start, start, 0)


def read_member(source: Source, member: Member, limit: int) -> bytes:
    """
    Return the first *limit* bytes of *member*, inflated.

    Raises:
        FormatError: It cannot be read: encrypted, compressed in a rare way, broken.
        ToolError: It lies where *source* cannot read any more.
    """
    header = source.read(member.offset, _LOCAL.size)
    if len(header) < _LOCAL.size or not header.startswith(LOCAL):
        raise FormatError("a member is not where it should be", "压缩包成员位置有误")
    if member.flags & _ENCRYPTED:
        raise FormatError("a member is encrypted", "压缩包成员已加密")
    *_, name, extra = _LOCAL.unpack(header)
    start = member.offset + _LOCAL.size + name + extra
    # Where the size stands after the data, it is not known from the header before.
    packed = member.packed or limit + _OVERHEAD
    if member.method == _STORED:
        return source.read(start, min(packed, limit))
    if member.method != _DEFLATED:
        raise FormatError(
            f"a member is compressed by method {member.method}",
            f"压缩包成员的压缩方法为 {member.method}",
        )
    data = source.read(start, min(packed, limit + _OVERHEAD))
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, limit)
    except zlib.error as error:
        raise FormatError(
            f"a member cannot be inflated: {error}", f"压缩包成员无法解压：{error}"
        ) from error
