"""JPEG 2000 (ISO/IEC 15444-1): boxes, and the codestream from SOC to EOC."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from attrs import evolve

from egovarchive.formats.octets import CutOffError, Octets
from egovarchive.formats.walk import PICTURE, Survey, Walk, lost, not_a

_SIGNATURE: Final = b"\0\0\0\x0cjP  \r\n\x87\n"
_SOC: Final = b"\xff\x4f"
_SIZ: Final = 0xFF51
_SOT: Final = 0xFF90
_EOC: Final = 0xFFD9
_MARKERS: Final = range(0xFF30, 0x10000)
_SUPERBOXES: Final = frozenset({b"jp2h", b"res "})
_SMALLEST_PART: Final = 14  # bytes: SOT and SOD
_GREYSCALE: Final = 17
_INCH: Final = 0.0254  # metres


class Jp2Walk(Walk):
    """Walks the boxes of JP2 files and the tile parts of their codestream."""

    name = "jp2"
    formats = frozenset({"jp2"})
    aspects = PICTURE

    def walk(self, file: Octets, survey: Survey) -> None:
        survey.facts = evolve(survey.facts, compression="jpeg2000")
        if file.peek(0, 2) == _SOC:
            survey.ends(file, _codestream(file, survey, 0, file.size))
            return
        if file.peek(0, 12) != _SIGNATURE:
            raise not_a("JPEG 2000", file.peek(0, 12))
        streams = _boxes(file, survey, 12, file.size)
        if not streams:
            survey.broken("expected a codestream, found none", "应有码流，实无")


def _boxes(file: Octets, survey: Survey, at: int, end: int) -> int:
    """Walk the boxes from *at* to *end*; return how many codestreams they hold."""
    streams = 0
    while at < end:
        size, name = file.integer(at, 4), file.take(at + 4, 4)
        head = 8
        if size == 1:
            size, head = file.integer(at + 8, 8), 16
        open_ended = size == 0
        size = size or end - at
        if size < head or not name.isascii() or not name.decode().isprintable():
            survey.ends(file, at)
            break
        if at + size > file.size:
            raise CutOffError.of(at + size, file.size)
        if name == b"jp2c":
            streams += 1
            stream_end = _codestream(file, survey, at + head, at + size)
            if open_ended:
                survey.ends(file, stream_end)
        elif name in _SUPERBOXES:
            # Each box ends within the one around it, so this comes to an end.
            _boxes(file, survey, at + head, min(at + size, end))
        elif name in _NOTED:
            _NOTED[name](file, survey, at + head)
        at += size
    return streams


def _codestream(file: Octets, survey: Survey, at: int, end: int) -> int:
    """Walk the main header and the tile parts; return where the stream ends."""
    if file.take(at, 2) != _SOC:
        raise lost("a codestream", "码流", at, file.peek(at, 2))
    at += 2
    while at < end and (marker := file.integer(at, 2)) != _EOC:
        if marker not in _MARKERS:
            raise lost("a marker", "标记", at, file.peek(at, 2))
        if marker == _SIZ and survey.facts.width is None:
            right, bottom, left, top = (
                file.integer(at + step, 4) for step in (6, 10, 14, 18)
            )
            survey.facts = evolve(survey.facts, width=right - left, height=bottom - top)
        if marker != _SOT:
            at += 2 + file.integer(at + 2, 2)
        elif size := file.integer(at + 6, 4):
            at += max(size, _SMALLEST_PART)
        else:
            # The last tile part may leave its size out: it reaches to the EOC.
            at = max(at + _SMALLEST_PART, end - 2)
    if at >= end:
        raise CutOffError.of(at + 2, end)
    return at + 2


def _header(file: Octets, survey: Survey, at: int) -> None:
    survey.facts = evolve(
        survey.facts, height=file.integer(at, 4), width=file.integer(at + 4, 4)
    )


def _colour(file: Octets, survey: Survey, at: int) -> None:
    method, space = file.integer(at, 1), file.integer(at + 3, 4)
    if method == 1:
        grey = space == _GREYSCALE
        survey.facts = evolve(survey.facts, colour="grey" if grey else "colour")


def _resolution(file: Octets, survey: Survey, at: int) -> None:
    """Note the resolution: a fraction and a power of ten each, in dots a metre."""
    found = []
    for step in (0, 1):
        over, under = (file.integer(at + 4 * step + k, 2) for k in (0, 2))
        power = file.signed(at + 8 + step, 1)
        if not under or abs(power) > 9:
            return
        found.append(over / under * 10.0**power)
    survey.facts = evolve(survey.facts, resolution=round(min(found) * _INCH, 2))


_NOTED: Final[dict[bytes, Callable[[Octets, Survey, int], None]]] = {
    b"ihdr": _header,
    b"colr": _colour,
    b"resc": _resolution,
    b"resd": _resolution,
}
