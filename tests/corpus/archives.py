"""Archives other than ZIP, and drawings: small ones, whole and damaged."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zlib
from collections.abc import Callable
from functools import partial

from corpus.damage import cut, junk_appended
from egovarchive.formats.aspect import Aspect

TEXT = "准予行政许可决定书\n".encode() * 40


def gzipped(data: bytes = TEXT) -> bytes:
    return gzip.compress(data, mtime=1_700_000_000)


def tarred(*names: str, form: int = tarfile.PAX_FORMAT) -> bytes:
    """Return a tar file of texts called *names*."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=form) as archive:
        for name in names:
            member = tarfile.TarInfo(name)
            member.size = len(TEXT)
            archive.addfile(member, io.BytesIO(TEXT))
    return file.getvalue()


def linked(name: str, target: str, kind: bytes = tarfile.SYMTYPE) -> bytes:
    """Return a tar file with a link, or something else that is no file."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        member = tarfile.TarInfo(name)
        member.type, member.linkname = kind, target
        archive.addfile(member)
    return file.getvalue()


def replaced(data: bytes, at: int, new: bytes) -> bytes:
    return data[:at] + new + data[at + len(new) :]


def seven(*, coder: bytes = b"\1\0", listed: bytes = b"") -> bytes:
    """
    Return a 7z file of one file.

    Args:
        coder: How it is packed; by default not at all.
        listed: Its list of files; by default one that is right.
    """
    size = len(TEXT)
    number = bytes([0x80 | size >> 8, size & 0xFF])
    sums = b"\x0a\1" + struct.pack("<I", zlib.crc32(TEXT))
    name = "决定.txt".encode("utf-16-le") + b"\0\0"
    listed = listed or (
        b"\1\4"
        + (b"\6\0\1\x09" + number + b"\0")  # one packed stream
        + (b"\7\x0b\1\0\1" + coder + b"\x0c" + number + sums + b"\0")  # one folder
        + b"\0\5\1\x11"
        + bytes([len(name) + 1])
        + b"\0"
        + name
        + b"\0\0"
    )
    start = struct.pack("<QQI", size, len(listed), zlib.crc32(listed))
    head = b"7z\xbc\xaf\x27\x1c\0\4" + struct.pack("<I", zlib.crc32(start)) + start
    return head + TEXT + listed


def _block4(kind: int, flags: int, rest: bytes = b"", data: bytes = b"") -> bytes:
    body = struct.pack("<BHH", kind, flags, 7 + len(rest)) + rest
    return struct.pack("<H", zlib.crc32(body) & 0xFFFF) + body + data


def rar4(*, main: int = 0, file: int = 0, end: int = 0x4000) -> bytes:
    """Return a RAR 4 file of one stored text, its blocks with more flags."""
    rest = struct.pack(
        "<IIBIIBBHI", len(TEXT), len(TEXT), 3, zlib.crc32(TEXT), 0, 29, 0x30, 5, 0x20
    )
    return (
        b"Rar!\x1a\x07\0"
        + _block4(0x73, main, bytes(6))
        + _block4(0x74, 0x8000 | file, rest + b"a.txt", TEXT)
        + _block4(0x7B, end)
    )


def _number(value: int) -> bytes:
    groups = []
    while value > 0x7F:
        groups.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*groups, value])


def _block5(*numbers: int, rest: bytes = b"", data: bytes = b"") -> bytes:
    body = b"".join(map(_number, numbers)) + rest
    body = _number(len(body)) + body
    return struct.pack("<I", zlib.crc32(body)) + body + data


def rar5(*, first: bytes = b"", extra: bytes = b"", end: int = 0) -> bytes:
    """
    Return a RAR 5 file of one stored text.

    Args:
        first: A block before the others.
        extra: What else is said of the file.
        end: Flags of the last block.
    """
    size = len(TEXT)
    said = b"".join(map(_number, (0, size, 0x20))) + b"\0\1\5a.txt" + extra
    flags = (3, len(extra), size) if extra else (2, size)
    return (
        b"Rar!\x1a\x07\1\0"
        + first
        + _block5(1, 0, 0)
        + _block5(2, *flags, rest=said, data=TEXT)
        + _block5(5, 0, end)
    )


def wmf(*, placed: bool = True, size: int = 0, largest: int = 0) -> bytes:
    """Return a WMF file of a rectangle; *size* and *largest* only to be wrong."""
    records = (
        struct.pack("<IH2h", 5, 0x020C, 100, 200)
        + struct.pack("<IH4h", 7, 0x041B, 90, 190, 10, 10)
        + struct.pack("<IH", 3, 0)
    )
    words = 9 + len(records) // 2
    head = struct.pack("<3HIHIH", 1, 9, 0x0300, size or words, 0, largest or 7, 0)
    place = struct.pack("<IH4hHI", 0x9AC6CDD7, 0, 0, 0, 200, 100, 96, 0)
    total = 0
    for (word,) in struct.iter_unpack("<H", place):
        total ^= word
    return (place + struct.pack("<H", total) if placed else b"") + head + records


def emf(*, size: int = 0, records: int = 3) -> bytes:
    """Return an EMF file of a rectangle; *size* and *records* only to be wrong."""
    more = struct.pack("<II4i", 43, 24, 10, 10, 190, 90)
    more += struct.pack("<5I", 14, 20, 0, 16, 20)
    head = struct.pack("<II8i", 1, 88, 0, 0, 199, 99, 0, 0, 5000, 2500) + b" EMF"
    head += struct.pack("<IIIHH", 0x10000, size or 88 + len(more), records, 1, 0)
    head += struct.pack("<III4i", 0, 0, 0, 1000, 500, 250, 125)
    return head + more


WHOLE: dict[str, Callable[[], bytes]] = {
    "gzip/whole": gzipped,
    "tar/whole": partial(tarred, "决定/一.txt", "决定/二.txt"),
    "7z/stored": seven,
    "rar/rar4": rar4,
    "rar/rar5": rar5,
    "wmf/placed": wmf,
    "emf/whole": emf,
}
VALID: dict[str, Callable[[], bytes]] = {
    **WHOLE,
    "gzip/two_members": lambda: gzipped() + gzipped(b"more"),
    "gzip/empty": partial(gzipped, b""),
    "gzip/tar": lambda: gzipped(tarred("a.txt")),
    "tar/gnu_long_name": partial(tarred, "a" * 150, form=tarfile.GNU_FORMAT),
    "tar/ustar_prefix": partial(
        tarred, "b" * 90 + "/" + "c" * 60, form=tarfile.USTAR_FORMAT
    ),
    "7z/nothing_in_it": lambda: (
        b"7z\xbc\xaf\x27\x1c\0\4" + struct.pack("<I", zlib.crc32(bytes(20))) + bytes(20)
    ),
    "wmf/bare": partial(wmf, placed=False),
}


def _then(make: Callable[[], bytes], damage: Callable[[bytes], bytes]) -> bytes:
    return damage(make())


def _half(data: bytes) -> bytes:
    return cut(data, 0.5)


INVALID: dict[str, tuple[Callable[[], bytes], Aspect]] = {
    f"{name}_cut_in_half": (partial(_then, make, _half), Aspect.COMPLETE)
    for name, make in WHOLE.items()
}
INVALID |= {
    f"{name}_junk_appended": (partial(_then, make, junk_appended), Aspect.BOUNDED)
    for name, make in WHOLE.items()
}
INVALID |= {
    "gzip/wrong_crc": (lambda: replaced(gzipped(), -8, b"abcd"), Aspect.COMPLETE),
    "gzip/wrong_size": (lambda: gzipped()[:-4] + bytes(4), Aspect.COMPLETE),
    "gzip/broken_data": (
        lambda: replaced(gzipped(), 10, b"\xff" * 8),
        Aspect.READABLE,
    ),
    "gzip/bomb": (partial(gzipped, bytes(8 << 20)), Aspect.READABLE),
    "gzip/reserved_flag": (lambda: replaced(gzipped(), 3, b"\x20"), Aspect.UNENCRYPTED),
    "gzip/zip_inside": (partial(gzipped, b"PK\3\4" + TEXT), Aspect.EMBEDDED),
    "tar/no_end": (lambda: tarred("a.txt")[: 512 * 4], Aspect.COMPLETE),
    "tar/wrong_sum": (
        lambda: replaced(tarred("a.txt", "b.txt"), 512 * 4, b"x"),
        Aspect.COMPLETE,
    ),
    "tar/climbs_out": (partial(tarred, "../a.txt"), Aspect.READABLE),
    "tar/from_the_root": (partial(tarred, "/etc/passwd"), Aspect.READABLE),
    "tar/twice": (partial(tarred, "a.txt", "a.txt"), Aspect.READABLE),
    "tar/link_out": (partial(linked, "a/b", "../../c"), Aspect.READABLE),
    "tar/device": (partial(linked, "a", "", tarfile.CHRTYPE), Aspect.READABLE),
    "7z/wrong_start": (lambda: replaced(seven(), 8, b"abcd"), Aspect.COMPLETE),
    "7z/wrong_list": (lambda: seven()[:-4] + b"x\0\0\0", Aspect.COMPLETE),
    "7z/encrypted": (
        partial(seven, coder=b"\1\x24\x06\xf1\x07\x01\x01\x13"),
        Aspect.UNENCRYPTED,
    ),
    "rar/rar4_wrong_crc": (lambda: replaced(rar4(), 20, b"xy"), Aspect.COMPLETE),
    "rar/rar4_file_encrypted": (partial(rar4, file=4), Aspect.UNENCRYPTED),
    "rar/rar4_names_encrypted": (partial(rar4, main=0x80), Aspect.UNENCRYPTED),
    "rar/rar4_first_of_several": (partial(rar4, file=2, end=1), Aspect.COMPLETE),
    "rar/rar5_wrong_crc": (lambda: replaced(rar5(), 8, b"abcd"), Aspect.COMPLETE),
    "rar/rar5_file_encrypted": (
        partial(rar5, extra=b"\3\1\0\0"),
        Aspect.UNENCRYPTED,
    ),
    "rar/rar5_names_encrypted": (
        lambda: rar5(first=_block5(4, 0, rest=bytes(3))),
        Aspect.UNENCRYPTED,
    ),
    "rar/rar5_first_of_several": (partial(rar5, end=1), Aspect.COMPLETE),
    "wmf/wrong_size": (partial(wmf, size=99), Aspect.COMPLETE),
    "wmf/wrong_sum": (lambda: replaced(wmf(), 20, b"xy"), Aspect.COMPLETE),
    "wmf/record_of_nothing": (lambda: replaced(wmf(), 40, bytes(4)), Aspect.COMPLETE),
    "emf/wrong_count": (partial(emf, records=9), Aspect.COMPLETE),
    "emf/wrong_size": (partial(emf, size=9000), Aspect.COMPLETE),
    "emf/record_of_nothing": (lambda: replaced(emf(), 92, bytes(4)), Aspect.COMPLETE),
}
