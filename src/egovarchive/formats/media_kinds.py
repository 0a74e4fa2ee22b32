"""What sounds and moving pictures are: brands, streams and frame headers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from egovarchive.errors import ToolError
from egovarchive.formats.ends import Ends
from egovarchive.formats.match import Match

# Returns the length of the frame at an offset; 0 if there is none.
_Length = Callable[[bytes, int], int]

_BRANDS: Final = {  # ISO/IEC 14496-12 §4.3, by the registration authority's list
    b"qt  ": Match("mov"),
    b"M4A ": Match("m4a"),
    b"M4B ": Match("m4a"),
    b"M4P ": Match("m4a", note="protected by the shop it is from"),
    b"crx ": Match("", note="Canon raw photograph"),
}
_PICTURES: Final = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif", b"avis"}
)
_ATOMS: Final = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})

_WAVES: Final = {b"WAVE": "wav", b"AVI ": "avi", b"WEBP": "webp"}

# Advanced Systems Format 1.2 §10.3: what a stream holds.
_ASF_VIDEO: Final = bytes.fromhex("c0ef19bc4d5bcf11a8fd00805f5c442b")
_ASF_AUDIO: Final = bytes.fromhex("409e69f84d5bcf11a8fd00805f5c442b")

_OGG_CODECS: Final = (
    (b"\x01vorbis", "Vorbis"),
    (b"OpusHead", "Opus"),
    (b"\x80theora", "Theora"),
    (b"Speex   ", "Speex"),
    (b"\x7fFLAC", "FLAC"),
)

# ISO/IEC 11172-3 §2.4.2.3 and 13818-3: kbit/s of layer III, by MPEG version.
_RATES_1: Final = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_RATES_2: Final = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_SAMPLES: Final = (44100, 48000, 32000)  # hertz, of MPEG 1
_DIVISORS: Final = {3: 1, 2: 2, 0: 4}  # of it, by the version's two bits
_JUNK: Final = 4 << 10  # bytes before the first frame
_FRAMES: Final = 3  # that follow each other, where no header says what comes
_PACKET: Final = 188  # bytes, ISO/IEC 13818-1 §2.4.3.2


def riff_kind(ends: Ends) -> Match | None:
    """Return what the RIFF file is."""
    head = ends.head
    name = _WAVES.get(head[8:12])
    if name is None:
        return Match("", note=f"RIFF of type {head[8:12]!r}")
    version = "RF64" if head.startswith(b"RF64") else ""
    if name == "wav" and b"bext" in head[12:128]:
        version = version or "BWF"
    return Match(name, version)


def boxes_kind(ends: Ends) -> Match | None:
    """Return what the file of boxes is (MPEG-4, QuickTime)."""
    kind, brand = ends.head[4:8], ends.head[8:12]
    if kind in _ATOMS:
        size = int.from_bytes(ends.head[:4], "big")
        plausible = size == 1 or 8 <= size <= ends.size
        return Match("mov", note="without a brand") if plausible else None
    if kind != b"ftyp":
        return None
    if brand in _PICTURES:
        return Match("", note="HEIF or AVIF picture")
    if brand.startswith((b"3gp", b"3g2")):
        return Match("mp4", note="3GPP")
    return _BRANDS.get(brand) or Match("mp4")


def asf_kind(ends: Ends) -> Match:
    """Return what the Windows Media file is, by the streams it declares."""
    if _ASF_VIDEO not in ends.head and _ASF_AUDIO in ends.head:
        return Match("wma")
    return Match("wmv")


def ogg_kind(ends: Ends) -> Match:
    """Return what the Ogg file is."""
    start = ends.head[:512]
    return Match("ogg", note=", ".join(n for mark, n in _OGG_CODECS if mark in start))


def matroska_kind(ends: Ends) -> Match:
    """Return what the EBML file is, by its document type."""
    return Match("mkv", note="WebM" if b"webm" in ends.head[:64] else "")


def id3_kind(ends: Ends) -> Match | None:
    """Return what follows an ID3v2 tag, or the tag itself if that is out of reach."""
    head = ends.head
    if len(head) < 10 or head[3] > 4 or max(head[6:10]) > 0x7F:
        return None
    size = 0
    for byte in head[6:10]:
        size = size << 7 | byte
    try:
        data = ends.read(10 + size, _JUNK)
    except ToolError:
        return Match("mp3", note="only its tag was looked at")
    if data.startswith(b"fLaC"):
        return Match("flac", note="after an ID3 tag")
    if _adts(data, 0):
        return Match("aac", note="after an ID3 tag")
    return Match("mp3", note=f"ID3v2.{head[3]}")


def frames_kind(ends: Ends) -> Match | None:
    """Return what a stream without any header is: MP3, AAC, MPEG transport stream."""
    head = ends.head
    if head[:1] == b"\xff" and len(head) > 7:
        if head[1] & 0xF6 == 0xF0 and _run(head, 0, _adts):
            return Match("aac")
        if _run(head, 0, _mp3, 2):
            return Match("mp3")
    for size, first in ((_PACKET, 0), (_PACKET + 4, 4)):
        places = range(first, first + size * _FRAMES, size)
        if len(head) > places[-1] and all(head[at] == 0x47 for at in places):
            return Match("mpg", note="transport stream")
    return None


def late_frames_kind(ends: Ends) -> Match | None:
    """Return MP3 if three whole frames follow each other after some other bytes."""
    data = ends.head[: 2 * _JUNK]
    at = data.find(b"\xff")
    while 0 <= at < _JUNK:
        if 0 < _frames_end(data, at, _mp3, _FRAMES) <= len(data) - 4:
            return Match("mp3", before=at)
        at = data.find(b"\xff", at + 1)
    return None


def _run(data: bytes, at: int, length: _Length, most: int = _FRAMES) -> bool:
    """Say whether frames follow each other from *at* on, or to the end of *data*."""
    return _frames_end(data, at, length, most) > 0


def _frames_end(data: bytes, at: int, length: _Length, most: int) -> int:
    """Return where at most *most* frames in a row end; 0 if they do not follow."""
    for _ in range(most):
        size = length(data, at)
        if not size:
            return 0
        at += size
        if at + 4 > len(data):
            break
    return at


def _mp3(data: bytes, at: int) -> int:
    """Return the length of the layer III frame at *at*; 0 if there is none."""
    if at + 4 > len(data) or data[at] != 0xFF:
        return 0
    second, third = data[at + 1], data[at + 2]
    version, rate, sampling = second >> 3 & 3, third >> 4, third >> 2 & 3
    if second >> 5 != 7 or second >> 1 & 3 != 1 or version == 1:
        return 0
    if not 0 < rate < 15 or sampling == 3:
        return 0
    rates = _RATES_1 if version == 3 else _RATES_2
    hertz = _SAMPLES[sampling] // _DIVISORS[version]
    samples = 144 if version == 3 else 72
    return samples * rates[rate - 1] * 1000 // hertz + (third >> 1 & 1)


def _adts(data: bytes, at: int) -> int:
    """Return the length of the ADTS frame at *at* (ISO/IEC 13818-7 §6.2); 0 if none."""
    if at + 7 > len(data) or data[at] != 0xFF or data[at + 1] & 0xF6 != 0xF0:
        return 0
    if data[at + 2] >> 2 & 15 > 12:
        return 0
    size = (data[at + 3] & 3) << 11 | data[at + 4] << 3 | data[at + 5] >> 5
    return size if size > 7 else 0
