"""Ogg (RFC 3533): pages, their checksums and numbers."""

from __future__ import annotations

import zlib
from typing import Final

from attrs import define, evolve, field

from egovarchive.formats.octets import CutOffError, Octets
from egovarchive.formats.walk import MEDIA, Survey, Walk, not_a

_HEAD: Final = 27  # bytes
_FIRST: Final = 2
_LAST: Final = 4
_NONE: Final = 0xFFFFFFFFFFFFFFFF
_MIRROR: Final = bytes(int(f"{octet:08b}"[::-1], 2) for octet in range(256))
_OPUS_RATE: Final = 48000  # its granules count so, whatever the input was


@define
class _Stream:
    """One logical stream."""

    codec: str = ""
    rate: int = 0
    following: int = 0
    granule: int = 0
    ended: bool = False


def _checksum(data: bytes) -> int:
    """
    Return the checksum of the page *data*, its own set to 0.

    The polynomial is that of zlib with all bits the other way round, and without its
    initial and final inversion.
    """
    found = zlib.crc32(data.translate(_MIRROR), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{found:032b}"[::-1], 2)


@define
class _Streams:
    survey: Survey
    by_serial: dict[int, _Stream] = field(factory=dict)

    def page(self, page: bytes, body: bytes, at: int) -> None:
        """Note a page: it is whole, and the next of its stream."""
        place, flags = f"@{at}", page[5]
        granule, serial, number, stated = (
            int.from_bytes(page[begin:end], "little")
            for begin, end in ((6, 14), (14, 18), (18, 22), (22, 26))
        )
        found = _checksum(page[:22] + bytes(4) + page[26:])
        if found != stated:
            self.survey.broken(
                f"the checksum of a page should be {stated:08x}, and is {found:08x}",
                f"页校验值应为 {stated:08x}，实为 {found:08x}",
                place,
            )
        if len(self.by_serial) >= self.survey.limits.entries:
            return
        stream = self.by_serial.setdefault(serial, _Stream())
        if number != stream.following:
            self.survey.broken(
                f"expected page {stream.following} of a stream, found page {number}",
                f"应为码流第 {stream.following} 页，实为第 {number} 页",
                place,
            )
        stream.following = number + 1
        stream.ended = bool(flags & _LAST)
        if flags & _FIRST:
            _codec(stream, body)
        elif granule != _NONE:
            stream.granule = granule


def _codec(stream: _Stream, body: bytes) -> None:
    if body[:7] == b"\x01vorbis":
        stream.codec = "vorbis"
        stream.rate = int.from_bytes(body[12:16], "little")
    elif body[:8] == b"OpusHead":
        stream.codec, stream.rate = "opus", _OPUS_RATE
    elif body[:5] == b"\x7fFLAC":
        stream.codec, stream.rate = "flac", int.from_bytes(body[27:30], "big") >> 4
    elif body[:7] == b"\x80theora":
        stream.codec = "theora"
    elif body[:5] == b"Speex":
        stream.codec, stream.rate = "speex", int.from_bytes(body[36:40], "little")


class OggWalk(Walk):
    """Walks the pages of Ogg files; each has a checksum."""

    name = "ogg"
    formats = frozenset({"ogg"})
    aspects = MEDIA

    def walk(self, file: Octets, survey: Survey) -> None:
        if file.peek(0, 4) != b"OggS":
            raise not_a("Ogg", file.peek(0, 4))
        streams, at = _Streams(survey), 0
        while at < file.size and file.peek(at, 4) == b"OggS":
            segments = file.integer(at + 26, 1)
            head = _HEAD + segments
            size = head + sum(file.take(at + _HEAD, segments))
            if at + size > file.size:
                _facts(streams)
                raise CutOffError.of(at + size, file.size)
            page = file.take(at, size)
            streams.page(page, page[head:], at)
            at += size
        _facts(streams)
        survey.ends(file, at)
        if not all(stream.ended for stream in streams.by_serial.values()):
            survey.odd("a stream has no last page", "码流缺少结束页标志")
        sounding = [each for each in streams.by_serial.values() if each.rate]
        if sounding and not any(each.granule for each in sounding):
            survey.empty()


def _facts(streams: _Streams) -> None:
    found = list(streams.by_serial.values())
    sound = next((stream for stream in found if stream.rate), None)
    streams.survey.facts = evolve(
        streams.survey.facts,
        codecs=tuple(stream.codec for stream in found if stream.codec),
        sample_rate=sound.rate if sound else None,
        seconds=round(sound.granule / sound.rate, 3) if sound else None,
    )
