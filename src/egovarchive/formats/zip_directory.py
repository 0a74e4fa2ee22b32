"""
The directory of a ZIP file as it stands (PKWARE APPNOTE 6.3.10 §4.3).

Read, not judged: what is wrong is noted, and reading goes on as far as it can.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Final, NamedTuple

from attrs import frozen

from egovarchive.errors import FormatError
from egovarchive.formats.aspect import Aspect
from egovarchive.formats.findings import Findings
from egovarchive.formats.limits import Limits
from egovarchive.formats.source import Source
from egovarchive.formats.zip_names import extra_fields

END_MARK: Final = b"PK\5\6"
CENTRAL_MARK: Final = b"PK\1\2"
LOCAL_MARK: Final = b"PK\3\4"

_END: Final = struct.Struct("<4s4H2IH")
_END64: Final = struct.Struct("<4sQ2H2I4Q")
_LOCATOR: Final = struct.Struct("<4sIQI")
_CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
_LOCAL: Final = struct.Struct("<4s5H3I2H")
_LIMIT16: Final = 0xFFFF
_LIMIT32: Final = 0xFFFF_FFFF
_ZIP64: Final = 1  # tag of the extra field
_TAIL: Final = _END.size + _LIMIT16  # bytes: the end record and the longest comment
_LARGEST: Final = 64 << 20  # bytes of a directory


class LimitError(FormatError):
    """A limit is passed: what is beyond was not looked at, and may be right."""


@frozen(kw_only=True)
class End:
    """
    Where the directory lies.

    Args:
        offset: Of the record that says so, in the file.
        directory: Offset of the directory, in the file.
        size: Of the directory, in bytes.
        count: Of its entries.
        shift: Bytes before the start of the archive: offsets count from there.
        stop: Where the archive ends.
        rivals: Offsets of what may be read as other end records.
    """

    offset: int
    directory: int
    size: int
    count: int
    shift: int
    stop: int
    rivals: tuple[int, ...]


class Header(NamedTuple):
    """What one entry's header says, in the directory or before its data."""

    name: bytes
    extra: bytes
    made_by: int
    flags: int
    method: int
    crc: int
    compressed_size: int
    size: int
    attributes: int
    offset: int


def find_end(source: Source, found: Findings) -> End:
    """
    Return where the directory of *source* lies.

    Raises:
        FormatError: There is none.
    """
    start = max(0, source.size - _TAIL)
    tail = source.read(start, _TAIL)
    ends = _ends(tail)
    if not ends:
        raise FormatError(
            "no end of a ZIP directory was found: it is cut off, or no ZIP file",
            "未找到 ZIP 目录结束记录：文件被截断，或不是 ZIP 文件",
        )
    # One whose comment ends where the file ends is meant; else the last.
    whole = [at for at in ends if _stop(tail, at) == len(tail)]
    at = whole[-1] if whole else ends[-1]
    return _end_at(source, tail, start, at, [start + end for end in ends], found)


def _ends(tail: bytes) -> list[int]:
    ends = []
    at = tail.find(END_MARK)
    while at >= 0:
        if at + _END.size <= len(tail):
            ends.append(at)
        at = tail.find(END_MARK, at + 1)
    return ends


def _stop(tail: bytes, at: int) -> int:
    return at + _END.size + int(_END.unpack_from(tail, at)[7])


def _end_at(  # noqa: PLR0913, PLR0917 - one record, and what lies around it
    source: Source,
    tail: bytes,
    start: int,
    at: int,
    ends: list[int],
    found: Findings,
) -> End:
    _, disk, first_disk, here, count, size, offset, _ = _END.unpack_from(tail, at)
    record = start + at
    small = (disk, first_disk, here, count, size, offset)
    record, wide = _end64(source, record, small)
    disk, first_disk, here, count, size, offset = wide
    if disk or first_disk or here != count:
        raise FormatError(
            "it is one part of an archive of several disks", "是分卷压缩包的一部分"
        )
    shift = record - size - offset
    if shift < 0:
        raise FormatError(
            f"its directory should end at byte {record}, but ends at {offset + size}",
            f"目录应止于第 {record} 字节，实为第 {offset + size} 字节",
        )
    if shift and size and source.read(offset, 4) == CENTRAL_MARK:
        # Offsets are right as they are: what is too much lies behind the directory.
        found.warned(
            Aspect.BOUNDED,
            f"{shift} bytes lie between the directory and its end record",
            f"目录与其结束记录之间有 {shift} 字节",
        )
        shift = 0
    return End(
        offset=record,
        directory=offset + shift,
        size=size,
        count=count,
        shift=shift,
        stop=start + _stop(tail, at),
        rivals=tuple(end for end in ends if end != start + at),
    )


def _end64(
    source: Source, record: int, small: tuple[int, ...]
) -> tuple[int, tuple[int, ...]]:
    """Return where the ZIP64 end record lies, and what it says instead of *small*."""
    locator = source.read(max(0, record - _LOCATOR.size), _LOCATOR.size)
    if len(locator) < _LOCATOR.size or not locator.startswith(b"PK\6\7"):
        # Exactly 65,535 entries need none; 4 GiB do.
        if _LIMIT32 in small:
            raise _no_end64()
        return record, small
    mark = _LOCATOR.unpack(locator)[2]
    # With bytes before the archive it lies further back, right before its locator.
    for at in (mark, record - _LOCATOR.size - _END64.size):
        wide = source.read(at, _END64.size) if at >= 0 else b""
        if len(wide) == _END64.size and wide.startswith(b"PK\6\6"):
            said = _END64.unpack(wide)[4:10]
            return at, _agreed(small, said)
    raise _no_end64()


def _agreed(small: tuple[int, ...], wide: tuple[int, ...]) -> tuple[int, ...]:
    for less, more in zip(small, wide, strict=True):
        if less not in {_LIMIT16, _LIMIT32, more}:
            raise FormatError(
                f"its two end records differ: {less} and {more}",
                f"两个目录结束记录不一致：{less} 与 {more}",
            )
    return wide


def _no_end64() -> FormatError:
    return FormatError(
        "its end record points to a ZIP64 record that is not there",
        "目录结束记录指向的 ZIP64 记录不存在",
    )


def read_directory(
    source: Source, end: End, limits: Limits, found: Findings
) -> list[Header]:
    """
    Return the headers of the directory at *end*.

    Raises:
        FormatError: It is not one.
        LimitError: It is longer than the limits allow.
    """
    if end.count > limits.entries:
        raise LimitError(
            f"{end.count} entries, at most {limits.entries} are read",
            f"有 {end.count} 个条目，最多读取 {limits.entries} 个",
        )
    if end.size > _LARGEST:
        raise LimitError(
            f"a directory of {end.size} bytes, at most {_LARGEST} are read",
            f"目录有 {end.size} 字节，最多读取 {_LARGEST} 字节",
        )
    data = source.read(end.directory, end.size)
    headers: list[Header] = []
    at = 0
    # The count may lie: what stands there counts, but no more than the limit.
    while data.startswith(CENTRAL_MARK, at) and len(headers) < limits.entries:
        header, at = _central(data, at, end.shift, found)
        headers.append(header)
    if end.size and not headers:
        raise FormatError(
            f"no directory stands at byte {end.directory}",
            f"第 {end.directory} 字节处应为目录，实际不是",
        )
    if at != len(data):
        found.failed(
            Aspect.COMPLETE,
            f"{len(data) - at} bytes in its directory are no entries",
            f"目录中有 {len(data) - at} 字节不是条目",
        )
    if len(headers) != end.count:
        found.failed(
            Aspect.COMPLETE,
            f"its end record counts {end.count} entries, found {len(headers)}",
            f"结束记录应有 {end.count} 个条目，实为 {len(headers)} 个",
        )
    return headers


def _central(data: bytes, at: int, shift: int, found: Findings) -> tuple[Header, int]:
    if at + _CENTRAL.size > len(data):
        raise _cut_off()
    numbers = _CENTRAL.unpack_from(data, at)
    made_by, flags, method = numbers[1], numbers[3], numbers[4]
    crc, packed, size, name_size, extra_size, comment_size = numbers[7:13]
    attributes, offset = numbers[15:]
    at += _CENTRAL.size
    stop = at + name_size + extra_size + comment_size
    if stop > len(data):
        raise _cut_off()
    extra = data[at + name_size : at + name_size + extra_size]
    size, packed, offset = _widened((size, packed, offset), extra, found)
    header = Header(
        name=data[at : at + name_size],
        extra=extra,
        made_by=made_by,
        flags=flags,
        method=method,
        crc=crc,
        compressed_size=packed,
        size=size,
        attributes=attributes,
        offset=offset + shift,
    )
    return header, stop


def _cut_off() -> FormatError:
    return FormatError(
        "an entry of its directory ends behind it", "目录条目超出目录范围"
    )


def _widened(
    values: tuple[int, int, int], extra: bytes, found: Findings
) -> tuple[int, int, int]:
    """Return *values* with those of the ZIP64 field in place of 0xFFFFFFFF."""
    if _LIMIT32 not in values:
        return values
    wide = next((data for tag, data in extra_fields(extra) if tag == _ZIP64), b"")
    read = []
    for value in values:
        if value != _LIMIT32:
            read.append(value)
        elif len(wide) >= 8:
            read.append(int(struct.unpack_from("<Q", wide)[0]))
            wide = wide[8:]
        else:
            found.failed(
                Aspect.COMPLETE,
                "a ZIP64 size or offset is missing",
                "缺少 ZIP64 大小或偏移量",
            )
            read.append(value)
    return read[0], read[1], read[2]


def read_local(
    read: Callable[[int, int], bytes], offset: int
) -> tuple[Header, int] | None:
    """
    Return the header that *read* finds at *offset*, and its length; None if none is.

    The name and extra field are cut off where the file ends.
    """
    data = read(offset, _LOCAL.size)
    if len(data) < _LOCAL.size or not data.startswith(LOCAL_MARK):
        return None
    (_, _, flags, method, _, _, crc, packed, size, name_size, extra_size) = (
        _LOCAL.unpack(data)
    )
    rest = read(offset + _LOCAL.size, name_size + extra_size)
    header = Header(
        name=rest[:name_size],
        extra=rest[name_size:],
        made_by=0,
        flags=flags,
        method=method,
        crc=crc,
        compressed_size=packed,
        size=size,
        attributes=0,
        offset=offset,
    )
    return header, _LOCAL.size + name_size + extra_size


def descriptor_size(data: bytes, header: Header) -> int:
    """
    Return how many bytes at the start of *data* are the descriptor of *header*.

    It may have a mark or none, and 32- or 64-bit sizes (§4.3.9); 0 if none fits.
    """
    for form in ("<4s3I", "<4sI2Q", "<3I", "<I2Q"):
        shape = struct.Struct(form)
        if len(data) < shape.size:
            continue
        values = shape.unpack_from(data)
        if form.startswith("<4s"):
            if values[0] != b"PK\7\x08":
                continue
            values = values[1:]
        if values == (header.crc, header.compressed_size, header.size):
            return shape.size
    return 0
