"""FLAC (RFC 9639): metadata, and the frames' headers, numbers and last checksum."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from attrs import evolve, frozen

from egovarchive.formats.id3 import before_tags, behind_tags
from egovarchive.formats.octets import CutOffError, Octets
from egovarchive.formats.walk import MEDIA, Survey, Walk, lost, not_a

_LAST: Final = 0x80
_INVALID: Final = 127
_STREAMINFO: Final = 34  # bytes
_COMMENT: Final = 4
_SYNC: Final = re.compile(rb"\xff[\xf8\xf9]")
_LONGEST_HEAD: Final = 16  # bytes
_LARGEST_FRAME: Final = 1 << 21  # bytes: of all that are checked by sum


def _table(polynomial: int, bits: int) -> tuple[int, ...]:
    top, mask = 1 << bits - 1, (1 << bits) - 1
    found = []
    for octet in range(256):
        rest = octet << bits - 8
        for _ in range(8):
            rest = (rest << 1 ^ polynomial) & mask if rest & top else rest << 1
        found.append(rest)
    return tuple(found)


_SUM_8: Final = _table(0x07, 8)
_SUM_16: Final = _table(0x8005, 16)


@frozen
class _Frame:
    """A frame, by its header: its own number or that of its first sample."""

    number: int
    samples: int
    by_sample: bool


def _frame(data: bytes) -> _Frame | None:
    """Return the frame whose header *data* begins with; None if it is no header."""
    if len(data) < 6 or data[3] & 1 or data[2] >> 4 == 0:
        return None
    # The number is written like a character in UTF-8, of up to 7 bytes.
    size = 8 - (data[4] ^ 0xFF).bit_length()
    number = data[4] & 0x7F >> size
    at = 5
    for octet in data[5 : 4 + size] if size > 1 else b"":
        number = number << 6 | octet & 0x3F
        at += 1
    code, rate = data[2] >> 4, data[2] & 15
    samples = {1: 192, 6: 0, 7: 0}.get(code, 576 << code - 2 if code < 6 else 1 << code)
    if code in {6, 7}:
        wide = code - 5
        samples = int.from_bytes(data[at : at + wide], "big") + 1
        at += wide
    at += {12: 1, 13: 2, 14: 2}.get(rate, 0)
    found = 0
    for octet in data[:at]:
        found = _SUM_8[found ^ octet]
    if at >= len(data) or data[at] != found:
        return None
    return _Frame(number, samples, by_sample=bool(data[1] & 1))


class FlacWalk(Walk):
    """Walks the metadata of FLAC files and the headers of their frames."""

    name = "flac"
    formats = frozenset({"flac"})
    aspects = MEDIA

    def walk(self, file: Octets, survey: Survey) -> None:
        start, end = behind_tags(file), before_tags(file)
        if file.peek(start, 4) != b"fLaC":
            raise not_a("FLAC", file.peek(start, 4))
        at, total = _metadata(file, survey, start + 4)
        done, last, following = 0, at, 0
        if at < end and _frame(file.peek(at, _LONGEST_HEAD)) is None:
            raise lost("a frame", "音频帧", at, file.peek(at, 8))
        for place, frame in _frames(file, at, end):
            begin = frame.number if frame.by_sample else frame.number * following
            if place > at and begin != done:
                if begin < done:
                    continue
                survey.broken(
                    f"expected sample {done}, found sample {begin}",
                    f"应为第 {done} 个采样，实为第 {begin} 个",
                    f"@{place}",
                )
            following = following or frame.samples
            done, last = begin + frame.samples, place
        if not done:
            survey.empty()
        elif total and done != total:
            survey.broken(
                f"it should have {total} samples, and has {done}",
                f"应有 {total} 个采样，实为 {done} 个",
            )
        elif end - last <= _LARGEST_FRAME:
            _last(file, survey, last, end)


def _metadata(file: Octets, survey: Survey, at: int) -> tuple[int, int]:
    """Walk the metadata; return where it ends, and how many samples it states."""
    total, head = 0, 0
    while not head & _LAST:
        head, size = file.integer(at, 1), file.integer(at + 1, 3)
        if head & _INVALID == _INVALID or at + 4 + size > file.size:
            raise CutOffError.of(at + 4 + size, file.size)
        if head & _INVALID == 0 and size >= _STREAMINFO:
            packed = file.integer(at + 14, 8)
            rate, total = packed >> 44, packed & (1 << 36) - 1
            survey.facts = evolve(
                survey.facts,
                codecs=("flac",),
                sample_rate=rate,
                seconds=round(total / rate, 3) if rate and total else None,
            )
        at += 4 + size
    return at, total


def _frames(file: Octets, at: int, end: int) -> Iterator[tuple[int, _Frame]]:
    while (found := file.find(_SYNC, at, end)) is not None:
        frame = _frame(file.peek(found, min(_LONGEST_HEAD, end - found)))
        if frame is not None:
            yield found, frame
        at = found + 2


def _last(file: Octets, survey: Survey, at: int, end: int) -> None:
    """Check the sum over the last frame, which tells what follows it, or its loss."""
    data = file.take(at, end - at)
    found = 0
    for position, octet in enumerate(data):
        # The sum over a frame and its checksum is 0.
        found = (found << 8 & 0xFFFF) ^ _SUM_16[found >> 8 ^ octet]
        if not found and position > _LONGEST_HEAD:
            break
    if found:
        survey.broken(
            "the checksum of its last frame is wrong", "末帧校验值不符", f"@{at}"
        )
    elif position + 1 < len(data):
        survey.ends(file, at + position + 1)
