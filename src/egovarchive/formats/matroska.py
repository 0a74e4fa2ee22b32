"""Matroska and WebM (RFC 9559, EBML RFC 8794): elements, checksums, encryption."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Final

from attrs import define, evolve, field, frozen

from egovarchive.formats.aspect import Aspect
from egovarchive.formats.facts import Facts
from egovarchive.formats.octets import CutOffError, Octets
from egovarchive.formats.walk import MEDIA, Survey, Walk, lost, not_a

_EBML: Final = 0x1A45DFA3
_SEGMENT: Final = 0x18538067
_INFO: Final = 0x1549A966
_TRACKS: Final = 0x1654AE6B
_CLUSTER: Final = 0x1F43B675
# What a segment consists of: SeekHead, Info, Tracks, Cluster, Cues, Attachments,
# Chapters, Tags; and the Void and CRC-32 that may stand anywhere.
_VOID: Final = 0xEC
_CHECKSUM: Final = 0xBF
_TOP: Final = frozenset({
    0x114D9B74, _INFO, _TRACKS, _CLUSTER, 0x1C53BB6B, 0x1941A469, 0x1043A770,
    0x1254C367, _VOID, _CHECKSUM,
})  # fmt: skip
_SCALE, _DURATION, _DATE, _TITLE, _WRITER = 0x2AD7B1, 0x4489, 0x4461, 0x7BA9, 0x5741
_ENTRY, _CODEC = 0xAE, 0x86
_PICTURE, _WIDTH, _HEIGHT, _SOUND, _RATE = 0xE0, 0xB0, 0xBA, 0xE1, 0xB5
_ENCODINGS, _ENCODING, _ENCRYPTION = 0x6D80, 0x6240, 0x5035
_MASTERS: Final = frozenset({
    _INFO, _TRACKS, _ENTRY, _PICTURE, _SOUND, _ENCODINGS, _ENCODING,
})  # fmt: skip
_CODECS: Final = {
    "V_MPEG4/ISO/AVC": "h264", "V_MPEGH/ISO/HEVC": "hevc", "V_MPEG4/ISO/ASP": "mpeg4",
    "V_MPEG2": "mpeg2video", "V_VP8": "vp8", "V_VP9": "vp9", "V_AV1": "av1",
    "V_MJPEG": "mjpeg", "V_FFV1": "ffv1", "A_AAC": "aac", "A_OPUS": "opus",
    "A_VORBIS": "vorbis", "A_FLAC": "flac", "A_MPEG/L3": "mp3", "A_AC3": "ac3",
    "A_PCM/INT/LIT": "pcm",
}  # fmt: skip
_EPOCH: Final = datetime(2001, 1, 1, tzinfo=timezone.utc)
_LARGEST: Final = 1 << 24  # bytes of an element that is summed
_DEEPEST: Final = 6


@frozen
class _Element:
    name: int
    at: int
    size: int | None  # None if it is not stated: up to the next of its level

    def end(self, outer: int) -> int:
        return outer if self.size is None else self.at + self.size


def _number(file: Octets, at: int, *, keep: bool) -> tuple[int, int]:
    """Return the number of variable size at *at*, and its size in bytes."""
    first = file.integer(at, 1)
    size = 9 - first.bit_length()
    if not first:
        raise lost("an element", "元素", at, file.peek(at, 8))
    value = file.integer(at, size)
    return (value if keep else value & (1 << 7 * size) - 1), size


def _element(file: Octets, at: int) -> _Element:
    name, wide = _number(file, at, keep=True)
    size, more = _number(file, at + wide, keep=False)
    unknown = size == (1 << 7 * more) - 1
    return _Element(name, at + wide + more, None if unknown else size)


def _inside(file: Octets, outer: _Element, end: int) -> Iterator[_Element]:
    at = outer.at
    while at < end:
        element = _element(file, at)
        yield element
        at = element.end(end)


@define
class _Said:
    """What the segment says, before it is put together."""

    scale: int = 1_000_000  # nanoseconds
    duration: float = 0.0
    codecs: list[str] = field(factory=list)
    clusters: int = 0


class MatroskaWalk(Walk):
    """Walks the elements of Matroska and WebM files."""

    name = "matroska"
    formats = frozenset({"mkv"})
    aspects = MEDIA

    def walk(self, file: Octets, survey: Survey) -> None:
        head = _element(file, 0) if file.peek(0, 1) == b"\x1a" else None
        if head is None or head.name != _EBML or head.size is None:
            raise not_a("Matroska", file.peek(0, 8))
        segment = _element(file, head.at + head.size)
        if segment.name != _SEGMENT:
            raise lost("a segment", "段", head.at + head.size, file.peek(segment.at, 8))
        said = _Said()
        end = _segment(file, survey, segment, said)
        if segment.size is not None and segment.end(0) > file.size:
            raise CutOffError.of(segment.end(0), file.size)
        if not said.clusters:
            survey.empty()
        survey.ends(file, end)


def _segment(file: Octets, survey: Survey, segment: _Element, said: _Said) -> int:
    """Walk the elements of the first level; return where the last one ends."""
    end = min(segment.end(file.size), file.size)
    at = segment.at
    while at < end:
        element = _element(file, at)
        if element.name not in _TOP:
            if segment.size is None:
                return at
            raise lost("an element", "元素", at, file.peek(at, 8))
        if element.size is None:
            # A cluster that was written live states no size, nor do those behind it.
            survey.findings.not_performed(
                Aspect.COMPLETE, "it states no sizes", "文件未标明各元素长度"
            )
            said.clusters += 1
            return file.size
        if element.end(0) > file.size:
            raise CutOffError.of(element.end(0), file.size)
        _checksum(file, survey, element)
        if element.name == _CLUSTER:
            said.clusters += 1
        elif element.name in _MASTERS:
            _read(file, survey, element, said)
        at = element.end(0)
    return end


def _checksum(file: Octets, survey: Survey, element: _Element) -> None:
    """Check the sum over an element, where it begins with one."""
    size = element.size or 0
    if file.peek(element.at, 2) != b"\xbf\x84" or not 6 <= size <= _LARGEST:
        return
    expected = file.integer(element.at + 2, 4, "little")
    found = zlib.crc32(file.take(element.at + 6, size - 6))
    if found != expected:
        survey.broken(
            f"the checksum of an element should be {expected:08x}, and is {found:08x}",
            f"元素校验值应为 {expected:08x}，实为 {found:08x}",
            f"@{element.at}",
        )


def _read(file: Octets, survey: Survey, element: _Element, said: _Said) -> None:
    """Note what Info and Tracks say; they are walked to a depth of six."""
    pending = [(element, 0)]
    while pending:
        outer, depth = pending.pop()
        for inner in _inside(file, outer, outer.end(outer.at)):
            if inner.end(0) > outer.end(0):
                raise CutOffError.of(inner.end(0), outer.end(0))
            if inner.name in _MASTERS and depth < _DEEPEST:
                pending.append((inner, depth + 1))
            elif inner.name == _ENCRYPTION:
                survey.encrypted("a track is encrypted", "轨道已加密", f"@{inner.at}")
            elif (inner.size or 0) <= 1024:
                _note(survey, said, inner.name, file.take(inner.at, inner.size or 0))
    survey.facts = evolve(
        survey.facts,
        codecs=tuple(said.codecs),
        seconds=round(said.duration * said.scale / 1e9, 3) or None,
    )


def _note(survey: Survey, said: _Said, name: int, data: bytes) -> None:
    number = int.from_bytes(data, "big")
    text = data.rstrip(b"\0").decode("utf-8", "replace")
    if name == _SCALE:
        said.scale = number
    elif name == _DURATION:
        said.duration = _real(data)
    elif name == _CODEC:
        said.codecs.append(_CODECS.get(text, text))
    elif name == _RATE:
        rate = survey.facts.sample_rate or round(_real(data))
        survey.facts = evolve(survey.facts, sample_rate=rate)
    elif name in _STATED:
        survey.facts = _STATED[name](survey.facts, number, text)
    elif name == _DATE:
        survey.facts = evolve(survey.facts, created=_moment(data))


_STATED: Final[dict[int, Callable[[Facts, int, str], Facts]]] = {
    _WIDTH: lambda facts, number, _: evolve(facts, width=facts.width or number),
    _HEIGHT: lambda facts, number, _: evolve(facts, height=facts.height or number),
    _TITLE: lambda facts, _, text: evolve(facts, title=text),
    _WRITER: lambda facts, _, text: evolve(facts, application=text),
}


def _moment(data: bytes) -> datetime | None:
    try:
        micros = int.from_bytes(data, "big", signed=True) // 1000
        return _EPOCH + timedelta(microseconds=micros)
    except OverflowError:
        return None


def _real(data: bytes) -> float:
    """Return the floating point number *data*; 0 if it is none that can be used."""
    if len(data) not in {4, 8}:
        return 0.0
    (found,) = struct.unpack(">f" if len(data) == 4 else ">d", data)
    return found if 0 <= found < 1e15 else 0.0
