"""Track: one stream of an ISO base media file: its codec, and where its samples lie."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterator
from typing import Final

from attrs import frozen

from egovarchive.formats.octets import CutOffError, Octets

_CODECS: Final = {
    b"avc1": "h264", b"avc3": "h264", b"hvc1": "hevc", b"hev1": "hevc",
    b"mp4v": "mpeg4", b"s263": "h263", b"av01": "av1", b"vp08": "vp8",
    b"vp09": "vp9", b"jpeg": "mjpeg", b"mjpa": "mjpeg", b"apcn": "prores",
    b"apch": "prores", b"mp4a": "aac", b".mp3": "mp3", b"alac": "alac",
    b"fLaC": "flac", b"Opus": "opus", b"ac-3": "ac3", b"ec-3": "eac3",
    b"samr": "amr_nb", b"sawb": "amr_wb", b"sowt": "pcm", b"twos": "pcm",
    b"lpcm": "pcm", b"raw ": "pcm", b"in24": "pcm", b"ulaw": "pcm_mulaw",
}  # fmt: skip
# Common Encryption (ISO/IEC 23001-7), and FairPlay as it is found.
_LOCKED: Final = frozenset({
    b"encv", b"enca", b"enct", b"encs", b"drmi", b"drms", b"drmt", b"p608",
})  # fmt: skip
_WITHIN: Final = frozenset({b"mdia", b"minf", b"stbl"})
_LARGEST_TABLE: Final = 1 << 26  # bytes


@frozen
class Box:
    """A box: its name, and where its content begins and ends."""

    name: bytes
    at: int
    end: int


def boxes(file: Octets, at: int, end: int) -> Iterator[Box]:
    """
    Yield the boxes between *at* and *end*; the last one may go on behind it.

    A box of a size that cannot be is named ``b""``, and is the last one.
    """
    while at + 8 <= end:
        size, name = file.integer(at, 4), file.take(at + 4, 4)
        head = 8
        if size == 1:
            size, head = file.integer(at + 8, 8), 16
        elif size == 0:
            size = end - at
        if size < head:
            yield Box(b"", at, at)
            return
        yield Box(name, at + head, at + size)
        at += size


@frozen
class Track:
    """
    One stream.

    Args:
        kind: ``b"vide"``, ``b"soun"`` or what else its handler says.
        codec: As it is commonly called; empty if it is not stated.
        locked: The name of its encryption; empty if there is none.
        width: Of its pictures; 0 for sound.
        height: Of the same.
        sample_rate: In hertz; 0 for pictures.
        offsets: Where its chunks of samples begin.
        samples: How many there are.
        size: Of all samples together.
    """

    kind: bytes
    codec: str
    locked: str
    width: int
    height: int
    sample_rate: int
    offsets: array[int]
    samples: int
    size: int


def read_track(file: Octets, trak: Box) -> Track:
    """
    Return the track in the box *trak*.

    Raises:
        CutOffError: Its tables are not all in the file, or not all in their box.
    """
    found = _tables(file, trak)
    kind = b""
    if handler := found.get(b"hdlr"):
        kind = file.take(handler.at + 8, 4)
    codec, locked, width, height, rate = b"", "", 0, 0, 0
    if (listed := found.get(b"stsd")) and file.integer(listed.at + 4, 4):
        entry = next(boxes(file, listed.at + 8, listed.end), None)
        if entry is not None:
            codec = entry.name
            if kind == b"vide":
                width, height = (file.integer(entry.at + at, 2) for at in (24, 26))
            elif kind == b"soun":
                rate = file.integer(entry.at + 24, 2)
            locked = codec.decode("latin-1") if codec in _LOCKED else ""
    samples, size = _sizes(file, found)
    return Track(
        kind=kind,
        codec=_CODECS.get(codec, codec.decode("latin-1").strip()),
        locked=locked,
        width=width,
        height=height,
        sample_rate=rate,
        offsets=_offsets(file, found),
        samples=samples,
        size=size,
    )


def _tables(file: Octets, trak: Box) -> dict[bytes, Box]:
    """Return the boxes of a track that tell of its samples, by name."""
    found: dict[bytes, Box] = {}
    pending = [trak]
    while pending:
        for box in boxes(file, (outer := pending.pop()).at, outer.end):
            if box.end > outer.end:
                raise CutOffError.of(box.end, outer.end)
            if box.name in _WITHIN and box.name not in found:
                pending.append(box)
            # A QuickTime track has a second handler, of its data, further in.
            found.setdefault(box.name, box)
    return found


def _sizes(file: Octets, found: dict[bytes, Box]) -> tuple[int, int]:
    """Return how many samples there are, and their size together."""
    if not (table := found.get(b"stsz")):
        return 0, 0
    each, count = file.integer(table.at + 4, 4), file.integer(table.at + 8, 4)
    if each:
        return count, each * count
    return count, sum(_numbers(file, Box(b"stsz", table.at + 12, table.end), count, 4))


def _offsets(file: Octets, found: dict[bytes, Box]) -> array[int]:
    for name, wide in ((b"stco", 4), (b"co64", 8)):
        if table := found.get(name):
            count = file.integer(table.at + 4, 4)
            return _numbers(file, Box(name, table.at + 8, table.end), count, wide)
    return array("Q")


def _numbers(file: Octets, table: Box, count: int, wide: int) -> array[int]:
    """Return *count* numbers of *wide* bytes."""
    end = table.at + count * wide
    if end > table.end:
        raise CutOffError.of(end, table.end)
    numbers = array("I" if wide == 4 else "Q")
    numbers.frombytes(file.take(table.at, min(end - table.at, _LARGEST_TABLE)))
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers
