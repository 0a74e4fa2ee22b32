"""ZIP files written byte by byte, right or wrong as wanted."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping, Sequence

from attrs import field, frozen


def deflated(data: bytes) -> bytes:
    """Return *data* as a raw deflate stream."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


@frozen(kw_only=True)
class Member:
    """One entry; what is None is as it should be."""

    name: bytes
    data: bytes = field(default=b"text", repr=False)
    method: int = 0
    packed: bytes | None = None
    flags: int = 0
    size: int | None = None
    compressed_size: int | None = None
    crc: int | None = None
    offset: int | None = None
    made_by: int = 3 << 8
    mode: int = 0o100644
    extra: bytes = b""
    local_name: bytes | None = None
    local_method: int | None = None
    local_flags: int | None = None
    local_crc: int | None = None
    local_size: int | None = None
    descriptor: bytes = b""
    gap: bytes = b""

    def stored(self) -> bytes:
        if self.packed is not None:
            return self.packed
        return deflated(self.data) if self.method == 8 else self.data


def _or(value: int | None, default: int) -> int:
    return default if value is None else value


def zip_of(
    members: Sequence[Member],
    *,
    before: bytes = b"",
    shifted: bool = False,
    after_directory: bytes = b"",
    comment: bytes = b"",
    comment_size: int | None = None,
    after: bytes = b"",
    count: int | None = None,
    disk: int = 0,
    zip64: bool = False,
) -> bytes:
    """Return a ZIP file of *members*; *before* is counted in offsets if *shifted*."""
    body, directory = b"", b""
    base = len(before) if shifted else 0
    for each in members:
        packed = each.stored()
        crc = _or(each.crc, zlib.crc32(each.data))
        size = _or(each.size, len(each.data))
        compressed = _or(each.compressed_size, len(packed))
        offset = _or(each.offset, len(body) + base)
        local_name = each.name if each.local_name is None else each.local_name
        body += b"PK\3\4" + struct.pack(
            "<5H3I2H", 20, _or(each.local_flags, each.flags),
            _or(each.local_method, each.method), 0, 0x21,
            _or(each.local_crc, crc), compressed, _or(each.local_size, size),
            len(local_name), len(each.extra),
        ) + local_name + each.extra + packed + each.descriptor + each.gap  # fmt: skip
        directory += b"PK\1\2" + struct.pack(
            "<6H3I5H2I", each.made_by | 20, 20, each.flags, each.method, 0, 0x21, crc,
            compressed, size, len(each.name), len(each.extra), 0, 0, 0,
            each.mode << 16, offset,
        ) + each.name + each.extra  # fmt: skip
    number = _or(count, len(members))
    start = len(body) + base
    end = b""
    small = (number, number, len(directory), start)
    if zip64:
        end = struct.pack(
            "<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0, number, number,
            len(directory), start,
        )  # fmt: skip
        end += struct.pack("<4sIQI", b"PK\6\7", 0, start + len(directory), 1)
        small = (0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
    end += b"PK\5\6" + struct.pack(
        "<2H2H2IH", disk, disk, *small, _or(comment_size, len(comment))
    )
    return before + body + directory + after_directory + end + comment + after


def plain_zip(files: Mapping[str, bytes]) -> bytes:
    """Return a ZIP file of *files*, as any program would write it."""
    return zip_of([
        Member(name=name.encode(), data=data, method=8, flags=1 << 11)
        for name, data in files.items()
    ])  # fmt: skip


def unicode_path(raw: bytes, name: str) -> bytes:
    """Return Info-ZIP's extra field that says that *raw* means *name*."""
    data = struct.pack("<BI", 1, zlib.crc32(raw)) + name.encode()
    return struct.pack("<HH", 0x7075, len(data)) + data


def overlapping_bomb(count: int = 300, size: int = 5 << 20) -> bytes:
    """Return many entries that share one deflate stream."""
    data = b"\0" * size
    kernel = Member(name=b"A", data=data, method=8)
    whole = zip_of([kernel])
    start = whole.index(b"PK\1\2")
    entry = whole[start : start + 47]
    end = struct.pack("<2H2H2IH", 0, 0, count, count, 47 * count, start, 0)
    return whole[:start] + entry * count + b"PK\5\6" + end
