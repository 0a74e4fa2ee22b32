"""ASF (Windows Media): objects, the packets they announce, and rights management."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Final
from uuid import UUID

from attrs import define, evolve, field

from egovarchive.formats.octets import BrokenError, CutOffError, Octets
from egovarchive.formats.walk import MEDIA, Survey, Walk, not_a


def _guid(text: str) -> bytes:
    return UUID(text).bytes_le


_HEADER: Final = _guid("75B22630-668E-11CF-A6D9-00AA0062CE6C")
_DATA: Final = _guid("75B22636-668E-11CF-A6D9-00AA0062CE6C")
_PROPERTIES: Final = _guid("8CABDCA1-A947-11CF-8EE4-00C00C205365")
_STREAM: Final = _guid("B7DC0791-A9B7-11CF-8EE6-00C00C205365")
_AUDIO: Final = _guid("F8699E40-5B4D-11CF-A8FD-00805F5C442B")
_VIDEO: Final = _guid("BC19EFC0-5B4D-11CF-A8FD-00805F5C442B")
_DESCRIPTION: Final = _guid("75B22633-668E-11CF-A6D9-00AA0062CE6C")
_LOCKS: Final = {
    _guid("2211B3FB-BD23-11D2-B4B7-00A0C955FC6E"): "Content Encryption",
    _guid("298AE614-2622-4C17-B935-DAE07EE9289C"): "Extended Content Encryption",
}
# What may follow the data.
_INDICES: Final = frozenset({
    _guid("33000890-E5B1-11CF-89F4-00A0C90349CB"),  # Simple Index
    _guid("D6E229D3-35DA-11D1-9034-00A0C90349BE"),  # Index
    _guid("FEB103F8-12AD-4C64-840F-2A1D2F7AD48C"),  # Media Object Index
    _guid("3CB73FD0-0C4A-4803-953D-EDF7B6228F0C"),  # Timecode Index
})  # fmt: skip
_AUDIO_CODECS: Final = {
    0x0160: "wmav1", 0x0161: "wmav2", 0x0162: "wmapro", 0x0163: "wmalossless",
    0x000A: "wmavoice", 0x0055: "mp3", 0x0001: "pcm",
}  # fmt: skip
_VIDEO_CODECS: Final = {
    b"MP42": "msmpeg4v2", b"MP43": "msmpeg4v3", b"WMV1": "wmv1", b"WMV2": "wmv2",
    b"WMV3": "wmv3", b"WVC1": "vc1", b"MSS2": "mss2",
}  # fmt: skip
_EPOCH: Final = datetime(1601, 1, 1, tzinfo=timezone.utc)
_TICKS: Final = 10_000_000  # a second
_LIVE: Final = 1
_HEAD: Final = 24  # bytes of an object
_DATA_HEAD: Final = 50  # bytes


@define
class _Stated:
    """What the header says of the file."""

    size: int = 0
    packets: int = 0
    packet_size: int = 0
    live: bool = False
    codecs: list[str] = field(factory=list)


class AsfWalk(Walk):
    """Walks the objects of WMA and WMV files."""

    name = "asf"
    formats = frozenset({"wma", "wmv"})
    aspects = MEDIA

    def walk(self, file: Octets, survey: Survey) -> None:
        if file.peek(0, 16) != _HEADER:
            raise not_a("ASF", file.peek(0, 16))
        stated, has_data = _Stated(), False
        end = file.integer(16, 8, "little")
        _header(file, survey, stated, end)
        at = end
        while at + _HEAD <= file.size:
            name, size = file.take(at, 16), file.integer(at + 16, 8, "little")
            if name == _DATA:
                has_data = True
                if stated.live and not size:
                    return
                _packets(file, survey, stated, at, size)
            elif name not in _INDICES:
                break
            if size < _HEAD:
                raise BrokenError(
                    f"an object at byte {at} should have at least 24 bytes, "
                    f"and has {size}",
                    f"第 {at} 字节处的对象应至少 24 字节，实为 {size} 字节",
                )
            at += size
        if at > file.size:
            raise CutOffError.of(at, file.size)
        if not has_data:
            survey.broken("expected media data, found none", "应有媒体数据，实无")
        if not stated.live and stated.size > file.size:
            raise CutOffError.of(stated.size, file.size)
        survey.ends(file, at)


def _header(file: Octets, survey: Survey, stated: _Stated, end: int) -> None:
    at, count = 30, file.integer(24, 4, "little")
    for _ in range(min(count, survey.limits.entries)):
        name, size = file.take(at, 16), file.integer(at + 16, 8, "little")
        if size < _HEAD or at + size > end:
            raise CutOffError.of(at + max(size, _HEAD), end)
        if name == _PROPERTIES:
            _properties(file, survey, stated, at)
        elif name == _STREAM:
            _stream(file, survey, stated, at)
        elif name == _DESCRIPTION:
            _description(file, survey, at)
        elif name in _LOCKS:
            survey.encrypted(
                f"it has a {_LOCKS[name]} object",
                f"含加密对象（{_LOCKS[name]}）",
                f"@{at}",
            )
        at += size
    survey.facts = evolve(survey.facts, codecs=tuple(stated.codecs))


def _properties(file: Octets, survey: Survey, stated: _Stated, at: int) -> None:
    size, created, packets, length = (
        file.integer(at + step, 8, "little") for step in (40, 48, 56, 64)
    )
    preroll, flags, smallest = (
        file.integer(at + step, width, "little")
        for step, width in ((80, 8), (88, 4), (92, 4))
    )
    stated.size, stated.packets, stated.packet_size = size, packets, smallest
    stated.live = bool(flags & _LIVE)
    try:
        moment = _EPOCH + timedelta(seconds=created / _TICKS) if created else None
    except OverflowError:
        moment = None
    survey.facts = evolve(
        survey.facts,
        seconds=round(max(0.0, length / _TICKS - preroll / 1000), 3),
        created=moment,
    )
    if not packets and not stated.live:
        survey.empty()


def _stream(file: Octets, survey: Survey, stated: _Stated, at: int) -> None:
    kind, start = file.take(at + 24, 16), at + 78
    if kind == _AUDIO:
        tag = file.integer(start, 2, "little")
        stated.codecs.append(_AUDIO_CODECS.get(tag, f"0x{tag:04x}"))
        rate = file.integer(start + 4, 4, "little")
        survey.facts = evolve(
            survey.facts, sample_rate=survey.facts.sample_rate or rate
        )
    elif kind == _VIDEO:
        width, height = (file.integer(start + step, 4, "little") for step in (0, 4))
        name = file.take(start + 27, 4)
        stated.codecs.append(
            _VIDEO_CODECS.get(name.upper(), name.decode("latin-1").strip("\0 "))
        )
        survey.facts = evolve(survey.facts, width=width, height=height)


def _description(file: Octets, survey: Survey, at: int) -> None:
    size = file.integer(at + 24, 2, "little")
    title = file.take(at + 34, size).decode("utf-16-le", "replace").rstrip("\0")
    survey.facts = evolve(survey.facts, title=title or None)


def _packets(file: Octets, survey: Survey, stated: _Stated, at: int, size: int) -> None:
    """Compare the size of the data object with the packets it states."""
    packets = file.integer(at + 40, 8, "little")
    expected = _DATA_HEAD + packets * stated.packet_size
    if packets and stated.packet_size and expected != size and not stated.live:
        survey.broken(
            f"{packets} packets should take {expected} bytes, and have {size}",
            f"{packets} 个数据包应为 {expected} 字节，实为 {size} 字节",
            f"@{at}",
        )
