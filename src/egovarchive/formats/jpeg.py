"""JPEG (ISO/IEC 10918-1, JFIF, Exif): markers from SOI to EOI; pixels are skipped."""

from __future__ import annotations

import re
from typing import Final

from attrs import evolve

from egovarchive.formats.aspect import Aspect
from egovarchive.formats.facts import Facts
from egovarchive.formats.ifd import EXIF, Directory
from egovarchive.formats.octets import ByteOrder, CutOffError, Octets
from egovarchive.formats.source import BytesSource
from egovarchive.formats.walk import PICTURE, Survey, Walk, lost, not_a

_SOI: Final = 0xD8
_EOI: Final = 0xD9
_SOS: Final = 0xDA
_DNL: Final = 0xDC
_APP0: Final = 0xE0
_APP1: Final = 0xE1
_APP2: Final = 0xE2
_FILL: Final = 0xFF
# C4, C8 and CC stand among the frame headers and are none.
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_TABLES: Final = frozenset({0xC4, 0xCC, 0xDB, 0xDD, *range(0xE0, 0xF0), 0xFE})
# In coded data FF is followed by 00, or is one of the restart markers RST0 to RST7.
_MARKER: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_DENSITY: Final = {1: 1.0, 2: 2.54}
_EXIF: Final = b"Exif\0\0"
_MULTIPLE: Final = b"MPF\0"


class JpegWalk(Walk):
    """Walks the markers of JPEG files."""

    name = "jpeg"
    formats = frozenset({"jpeg"})
    aspects = PICTURE

    def walk(self, file: Octets, survey: Survey) -> None:
        if file.peek(0, 3) != b"\xff\xd8\xff":
            raise not_a("JPEG", file.peek(0, 4))
        at, scans, multiple = 2, 0, False
        while True:
            marker, at = _marker(file, at)
            if marker == _EOI:
                break
            size = file.integer(at, 2)
            if size < 2 or marker not in _TABLES | _FRAMES | {_SOS, _DNL}:
                raise lost("a marker", "标记", at - 2, file.peek(at - 2, 8))
            if marker == _SOS:
                scans += 1
                at = _behind_scan(file, at + size)
                continue
            data = file.take(at + 2, size - 2)
            if marker in _FRAMES:
                _frame(data, survey, at)
            elif marker == _APP2 and data.startswith(_MULTIPLE):
                multiple = True
            else:
                survey.facts = _stated(marker, data, survey.facts)
            at += size
        if not scans or survey.facts.width is None:
            survey.broken("expected image data, found none", "应有图像数据，实无")
        if multiple and file.size > at:
            survey.findings.warned(
                Aspect.BOUNDED,
                f"{file.size - at} bytes of further pictures follow (MPF)",
                f"其后另有 {file.size - at} 字节的附加图像（MPF）",
                f"@{at}",
            )
            return
        survey.ends(file, at)


def _marker(file: Octets, at: int) -> tuple[int, int]:
    """Return the marker at *at*, behind any fill bytes, and where it ends."""
    if file.integer(at, 1) != _FILL:
        raise lost("a marker", "标记", at, file.peek(at, 8))
    at += 1
    while (marker := file.integer(at, 1)) == _FILL:
        at += 1
    return marker, at + 1


def _behind_scan(file: Octets, at: int) -> int:
    found = file.find(_MARKER, at, file.size)
    if found is None:
        raise CutOffError.of(file.size + 2, file.size)
    return found


def _frame(data: bytes, survey: Survey, at: int) -> None:
    if len(data) < 6:
        raise lost("a frame header", "帧头", at, data)
    height, width = (int.from_bytes(data[i : i + 2], "big") for i in (1, 3))
    if survey.facts.width is not None:
        survey.odd("it has more than one frame header", "存在多个帧头", f"@{at}")
        return
    if not width:
        survey.broken("its width is 0", "图像宽度为 0", f"@{at}")
    survey.facts = evolve(
        survey.facts,
        width=width,
        # A height of 0 is stated after the first scan (DNL).
        height=height or None,
        colour="grey" if data[5] == 1 else "colour",
        compression="jpeg",
    )


def _stated(marker: int, data: bytes, facts: Facts) -> Facts:
    """Return *facts* with what an application's segment says."""
    if marker == _APP0 and data.startswith(b"JFIF\0") and len(data) >= 12:
        across, down = (int.from_bytes(data[i : i + 2], "big") for i in (8, 10))
        scale = _DENSITY.get(data[7])
        if scale and across and down:
            return evolve(facts, resolution=round(min(across, down) * scale, 2))
    if marker == _APP1 and data.startswith(_EXIF):
        return _exif(data[len(_EXIF) :], facts)
    return facts


def _exif(data: bytes, facts: Facts) -> Facts:
    order: ByteOrder = "big" if data[:2] == b"MM" else "little"
    file = Octets(BytesSource("exif", data))
    # The resolution of JFIF, which stands first, is that of the pixels.
    stated = facts.resolution
    try:
        main = Directory.read(file, file.integer(4, 4, order), order)
        facts = main.facts(facts)
        if at := main.integer(EXIF, 0):
            facts = Directory.read(file, at, order).facts(facts)
    except CutOffError:
        return facts  # metadata for cameras; the picture does not hang on it
    return evolve(facts, resolution=stated or facts.resolution)
