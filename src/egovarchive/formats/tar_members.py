"""Headers of members of tar files (POSIX.1 ustar and pax, and what GNU adds)."""

from __future__ import annotations

import re
from typing import Final

from attrs import frozen

from egovarchive.formats.octets import BrokenError, Octets

BLOCK: Final = 512  # bytes
FILE, LINK, SYMLINK, FOLDER = b"0", b"1", b"2", b"5"
DEVICES: Final = frozenset({b"3", b"4", b"6"})
LONG_NAME, LONG_LINK, OF_NEXT, OF_ALL = b"L", b"K", b"x", b"g"
EXTENDING: Final = frozenset({LONG_NAME, LONG_LINK, OF_NEXT, OF_ALL})
SPARSE: Final = b"S"
LARGEST: Final = 256 << 10  # bytes of what extends a header
_SUM: Final = slice(148, 156)
_OCTAL: Final = re.compile(rb"[ \0]*([0-7]*)[ \0]*")
_RECORD: Final = re.compile(rb"(\d{1,7}) ")


@frozen
class Member:
    """
    One header.

    Args:
        name: As it stands there.
        kind: Its type, one byte; the old NUL for a file is told as `FILE`.
        size: Bytes of content.
        target: Where it leads, if it is a link.
    """

    name: str
    kind: bytes
    size: int
    target: str


def read_member(file: Octets, at: int) -> Member:
    """
    Return the header of *file* at *at*.

    Raises:
        BrokenError: Its sum is wrong, or its size is no number.
    """
    block = file.take(at, BLOCK)
    said = _integer(block[_SUM])
    spaces = block[: _SUM.start] + b" " * 8 + block[_SUM.stop :]
    # Some old programs took bytes above 127 for negative.
    signed = sum(spaces) - 256 * sum(octet > 127 for octet in spaces)
    if said is None or said not in {sum(spaces), signed}:
        raise BrokenError(
            f"the sum of the header at byte {at} should be {said}, but is"
            f" {sum(spaces)}",
            f"第 {at} 字节处文件头校验值应为 {said}，实为 {sum(spaces)}",
        )
    size = _integer(block[124:136])
    if size is None or size < 0:
        raise BrokenError(
            f"the header at byte {at} does not state a size",
            f"第 {at} 字节处文件头未标明大小",
        )
    kind = block[156:157]
    name = _text(block[:100])
    if block[257:263] == b"ustar\0" and (prefix := _text(block[345:500])):
        name = f"{prefix}/{name}"
    if kind in {b"\0", b"7"}:
        kind = FOLDER if name.endswith("/") else FILE
    return Member(name, kind, size, _text(block[157:257]))


def records(data: bytes) -> dict[str, str]:
    """Return the records of a pax header, up to the first that is none."""
    found, at = {}, 0
    while start := _RECORD.match(data, at):
        stop = at + int(start[1])
        key, equals, value = data[start.end() : stop].rstrip(b"\n").partition(b"=")
        if stop <= start.end() or stop > len(data) or not equals:
            break
        found[key.decode("utf-8", "replace")] = value.decode("utf-8", "replace")
        at = stop
    return found


def _integer(data: bytes) -> int | None:
    """Return a number in octal digits, or in base 256 as GNU writes large ones."""
    if data[:1] in {b"\x80", b"\xff"}:
        number = int.from_bytes(data[1:], "big")
        return number if data[0] == 0x80 else number - (1 << 8 * (len(data) - 1))
    digits = _OCTAL.fullmatch(data)
    return None if digits is None else int(digits[1] or b"0", 8)


def _text(data: bytes) -> str:
    return data.partition(b"\0")[0].decode("utf-8", "replace")
