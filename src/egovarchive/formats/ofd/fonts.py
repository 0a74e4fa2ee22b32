"""Fonts of an OFD document: embedded or named only, and whole if they are there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from egovarchive.formats.aspect import Aspect
from egovarchive.formats.findings import shown
from egovarchive.formats.observation import Observation
from egovarchive.formats.ofd.package import OfdPackage
from egovarchive.formats.ofd.part import OfdPart
from egovarchive.formats.ofd.xml import Element, children
from egovarchive.records.identifiers.quoting import quoted
from egovarchive.records.outcome import Outcome

# OpenType (ISO/IEC 14496-22): outlines of either kind.
_SFNT: Final = (b"\0\1\0\0", b"OTTO", b"true")
# A collection; bare CFF; Type 1 as text and as segments.
_FONTS: Final = (*_SFNT, b"ttcf", b"\1\0", b"%!", b"\x80\1")
_HEADER: Final = 12  # bytes
_RECORD: Final = 16  # bytes, of one table of a font


def fonts_apart(part: OfdPart) -> Iterator[Element]:
    """Yield the fonts of *part* that are named only, and not in the package."""
    for font in part.content.right_in("Fonts", "Font"):
        if not children(font, "FontFile"):
            yield font


def font_findings(
    part: OfdPart, package: OfdPackage, *, archival: bool
) -> Iterator[Observation]:
    """Yield what is to be said of the fonts of *part*, of resources."""
    for font in fonts_apart(part):
        name = quoted(str(font.get("FontName", "")))
        # Nearly all electronic invoices are so: the reader's own fonts are used.
        yield Observation(
            Aspect.SELF_CONTAINED,
            Outcome.FAILED if archival else Outcome.WARNED,
            f"the font {name} should be embedded, and is not",
            f"字型 {name} 应嵌入，实未嵌入",
            shown(part.name),
        )
    for link in part.linked("FontFile"):
        if name := link.location.name:
            yield from _file(name, package)


def _file(name: str, package: OfdPackage) -> Iterator[Observation]:
    head, size = package.head(name), package.size(name)
    if not size or (head and not head.startswith(_FONTS)):
        yield Observation(
            Aspect.READABLE,
            Outcome.WARNED if size else Outcome.FAILED,
            f"expected a font, found {size} bytes that begin with "
            f"{head[:8].hex(' ') or 'nothing'}",
            f"应为字型文件，实为 {size} 字节，开头为 {head[:8].hex(' ') or '空'}",
            shown(name),
        )
    if head.startswith(_SFNT):
        yield from _tables(head, size, name)


def _tables(head: bytes, size: int, name: str) -> Iterator[Observation]:
    stop = _HEADER + _RECORD * int.from_bytes(head[4:6], "big")
    for at in range(_HEADER, stop, _RECORD):
        record = head[at : at + _RECORD]
        start, length = (int.from_bytes(record[i : i + 4], "big") for i in (8, 12))
        if len(record) == _RECORD and start + length <= size:
            continue
        # Some makers of subsets round lengths up: only what begins too late is gone.
        gone = len(record) < _RECORD or start >= size
        end = start + length if len(record) == _RECORD else stop
        yield Observation(
            Aspect.READABLE,
            Outcome.FAILED if gone else Outcome.WARNED,
            f"its font data should go on to byte {end} at least, and end at {size}",
            f"字型数据应至少到第 {end} 字节，实为 {size} 字节",
            shown(name),
        )
        return
