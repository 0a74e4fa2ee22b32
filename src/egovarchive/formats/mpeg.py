"""MPEG program streams and transport streams (ISO/IEC 13818-1, 11172-1)."""

from __future__ import annotations

import re
from typing import Final

from attrs import define, evolve, field

from egovarchive.formats.aspect import Aspect
from egovarchive.formats.octets import CutOffError, Octets
from egovarchive.formats.walk import MEDIA, Survey, Walk, lost, not_a

_PREFIX: Final = b"\0\0\1"
_END: Final = 0xB9
_PACK: Final = 0xBA
_FIRST_STREAM: Final = 0xBB
_AUDIO: Final = range(0xC0, 0xE0)
_VIDEO: Final = range(0xE0, 0xF0)
_PRIVATE: Final = 0xBD
_CLOCK: Final = 90_000  # ticks a second
_PACKET: Final = 188  # bytes of a transport packet
_SYNC: Final = 0x47
_SCRAMBLED: Final = 0x30
_NEXT: Final = re.compile(rb"\x00\x00\x01[\xb9-\xff]")
_STEP: Final = 1000  # transport packets looked at together


class MpegWalk(Walk):
    """Walks the packets of MPEG program and transport streams."""

    name = "mpeg"
    formats = frozenset({"mpg"})
    aspects = MEDIA

    def walk(self, file: Octets, survey: Survey) -> None:
        head = file.peek(0, 4)
        if head == _PREFIX + bytes([_PACK]):
            _program(file, survey)
        elif head == _PREFIX + b"\xb3":
            for aspect in (Aspect.COMPLETE, Aspect.UNENCRYPTED, Aspect.BOUNDED):
                survey.findings.not_performed(
                    aspect,
                    "an elementary stream states no lengths",
                    "基本码流不标明长度，未检测",
                )
        elif head[:1] == b"\x47":
            _transport(file, survey, 0, _PACKET)
        elif file.peek(4, 1) == b"\x47":
            # M2TS puts a time of four bytes before each packet.
            _transport(file, survey, 4, _PACKET + 4)
        else:
            raise not_a("MPEG", head)


@define
class _Clock:
    """The first and the last time that packs state, in ticks."""

    first: int | None = None
    last: int = 0
    streams: set[int] = field(factory=set)

    def note(self, ticks: int) -> None:
        self.first = ticks if self.first is None else self.first
        self.last = ticks

    @property
    def seconds(self) -> float | None:
        if self.first is None or self.last <= self.first:
            return None
        return round((self.last - self.first) / _CLOCK, 3)


def _program(file: Octets, survey: Survey) -> None:
    at, clock = 0, _Clock()
    while at < file.size:
        if file.peek(at, 3) != _PREFIX:
            if at + 3 > file.size:
                raise CutOffError.of(at + 4, file.size)
            _not_a_packet(file, survey, at, clock)
            break
        code = file.integer(at + 3, 1)
        if code == _PACK:
            at = _pack(file, at, clock)
        elif code == _END:
            at += 4
            if file.peek(at, 3) != _PREFIX:
                survey.ends(file, at)
                break
        elif code >= _FIRST_STREAM:
            size = file.integer(at + 4, 2)
            if at + 6 + size > file.size:
                raise CutOffError.of(at + 6 + size, file.size)
            _stream(file, survey, at, code, clock)
            at += 6 + size
        else:
            raise lost("a packet", "数据包", at, file.peek(at, 8))
    survey.facts = evolve(survey.facts, seconds=clock.seconds)
    if not clock.streams:
        survey.empty()


def _not_a_packet(file: Octets, survey: Survey, at: int, clock: _Clock) -> None:
    """Tell zeros at the end, which are allowed, from what should not be there."""
    survey.facts = evolve(survey.facts, seconds=clock.seconds)
    if file.find(_NEXT, at, file.size) is not None:
        raise lost("a packet", "数据包", at, file.peek(at, 8))
    survey.ends(file, at)


def _pack(file: Octets, at: int, clock: _Clock) -> int:
    """Note the time of the pack at *at*; return where it ends."""
    head = file.take(at, 12)
    if head[4] >> 6 == 1:
        # MPEG-2: 2 bits, the time in 3, 15 and 15 with a bit after each, and more.
        value = int.from_bytes(head[4:10], "big") >> 11
        end = at + 14 + (file.integer(at + 13, 1) & 7)
    else:
        value, end = int.from_bytes(head[4:9], "big") >> 1, at + 12
    parts = value >> 32 & 7, value >> 16 & 0x7FFF, value & 0x7FFF
    clock.note(parts[0] << 30 | parts[1] << 15 | parts[2])
    return end


def _stream(file: Octets, survey: Survey, at: int, code: int, clock: _Clock) -> None:
    if code not in _AUDIO and code not in _VIDEO and code != _PRIVATE:
        return
    clock.streams.add(code)
    flags = file.peek(at + 6, 1)
    if flags and flags[0] >> 6 == 2 and flags[0] & _SCRAMBLED:
        survey.encrypted("a packet is scrambled", "数据包已加扰", f"@{at}")


def _transport(file: Octets, survey: Survey, head: int, size: int) -> None:
    """Check the packets of a transport stream: all the same size, none scrambled."""
    whole = file.size // size * size
    step = size * _STEP
    for start in range(0, whole, step):
        data = file.take(start, min(step, whole - start))
        syncs = data[head::size]
        wrong = len(syncs) - syncs.count(_SYNC)
        if wrong:
            first = (
                start
                + next(i for i, octet in enumerate(syncs) if octet != _SYNC) * size
            )
            survey.broken(
                f"{wrong} of {len(syncs)} packets do not begin as one",
                f"{len(syncs)} 个数据包中有 {wrong} 个包头错误",
                f"@{first}",
            )
        if max(data[head + 3 :: size]) >> 6:
            survey.encrypted("packets are scrambled", "数据包已加扰", f"@{start}")
    if file.size > whole:
        survey.broken(
            f"its last packet should be {size} bytes, and is {file.size - whole}",
            f"末包应为 {size} 字节，实为 {file.size - whole} 字节",
            f"@{whole}",
        )
    if not whole:
        survey.empty()
