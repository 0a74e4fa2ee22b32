"""
Bounds: where files end by their own structure, and what else their bytes can be.

Polyglots are files of one format with another before, behind or beside it. The ends
are told from the bytes at hand: where those do not reach, nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from egovarchive.errors import ToolError
from egovarchive.formats.container_kinds import zip_kind
from egovarchive.formats.ends import HEAD_SIZE, Ends
from egovarchive.formats.format import Kind
from egovarchive.formats.match import Match
from egovarchive.formats.signatures import PDF, PDF_END, PDF_REACH, signature_kind
from egovarchive.formats.table import FORMATS
from egovarchive.formats.zip_listing import END, find_listing

_STEPS: Final = 4096  # of a walk through pieces of a file
_BOXES: Final = 64  # that are looked for behind each other
_BLANK: Final = b" \t\r\n\f"
_MARK: Final = 0xFF
_EOI: Final = 0xD9
_SOS: Final = 0xDA
_JPEG_BARE: Final = frozenset({0x01, *range(0xD0, 0xD8)})  # markers without a length
_JPEG_MARKER: Final = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
# Boxes of the top level: one of them that is too long was cut off.
_TOP_BOXES: Final = re.compile(
    rb"ftyp|moov|moof|mdat|mfra|free|skip|wide|pnot|uuid|meta|sidx|styp|udta|jp2[hc]"
)
_ASF_OBJECT: Final = 24  # bytes: a GUID and a size
_ASF_OBJECTS: Final = re.compile(  # header, data, two kinds of index
    rb"[06]\x26\xb2\x75|\x90\x08\x00\x33|\xd3\x29\xe2\xd6", re.DOTALL
)
_SEVEN_HEADER: Final = 32
_ZIP_END: Final = 22  # bytes of the end record, if it has no comment

# What is looked for in bytes that do not belong to a file.
_HIDDEN: Final = re.compile(
    rb"(?P<pdf>%PDF-\d)|(?P<zip>PK\x03\x04)|(?P<rar>Rar!\x1a\x07)|"
    rb"(?P<p7zip>7z\xbc\xaf\x27\x1c)|(?P<elf>\x7fELF)|"
    rb"(?P<ole>\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1)|(?P<png>\x89PNG\r\n\x1a\n)|"
    rb"(?P<exe>MZ(?=.{0,126}This program))|"
    rb"(?P<html>(?i:<(?:html|script|!doctype html)[\s>]))|(?P<script>#! ?/)",
    re.DOTALL,
)
_ACTIVE: Final = re.compile(rb"<(?:html|script|!doctype html)[\s>]", re.IGNORECASE)
_START: Final = 4 << 10  # bytes in which a browser of old took a picture for a page
_PDF_PARTS: Final = re.compile(rb"\d obj\b|startxref|%%EOF")
_ZIPPED: Final = frozenset({"zip", "ofd", "docx", "xlsx", "pptx", "odt", "ods", "odp"})
_SHOWN: Final = frozenset({Kind.IMAGE, Kind.AUDIO, Kind.VIDEO})
_TAKEN: Final = _SHOWN | {Kind.TEXT, Kind.PROGRAM}


def end_of(found: Match, ends: Ends) -> int | None:
    """Return where the file ends by its own structure; None if that cannot be told."""
    walk = _WALKS.get(found.id)
    if found.stop is not None or walk is None:
        return found.stop
    try:
        end = walk(ends)
    except ToolError:
        return None
    return end if end is None or end <= ends.size else None


def other_format(found: Match, ends: Ends, end: int | None) -> str:
    """Return the id of another format that the file is as well; empty if none."""
    if found.before and (other := _before(found, ends)):
        return other
    if end is not None and end < ends.size and (other := _behind(found, ends, end)):
        return other
    if found.id in _ZIPPED:
        return _in_comment(ends)
    zipped = _zip_behind(ends, end)
    return zipped.id if zipped else _beside(found, ends)


def _before(found: Match, ends: Ends) -> str:
    """Return what the bytes before the start are."""
    first = None if found.id == "pdf" else signature_kind(ends)
    return first.id if first else _hidden(ends.head[: found.before])


def _beside(found: Match, ends: Ends) -> str:
    """Return what the file can be taken for by how it starts."""
    form = FORMATS.get(found.id)
    if form is None or form.kind not in _TAKEN:
        return ""
    shown = form.kind in _SHOWN
    head = ends.head
    if (
        found.id != "pdf"
        and PDF in head[: PDF_REACH + len(PDF)]
        and (PDF_END.search(ends.tail) or (shown and _PDF_PARTS.search(head)))
    ):
        return "pdf"
    return "html" if shown and _ACTIVE.search(head, 0, _START) else ""


def _hidden(data: bytes) -> str:
    found = _HIDDEN.search(data)
    return "" if found is None else (found.lastgroup or "").replace("p7zip", "7z")


def _behind(found: Match, ends: Ends, end: int) -> str:
    """Return what the bytes behind the end are, as far as they are at hand."""
    start = max(end, ends.size - len(ends.tail))
    if ends.holds(end, HEAD_SIZE):
        start = end
    extra = ends.read(start, HEAD_SIZE)
    first = signature_kind(Ends(extra, extra, len(extra))) if start == end else None
    name = first.id if first else _hidden(extra)
    return "" if name == found.id else name


def _zip_behind(ends: Ends, end: int | None) -> Match | None:
    """
    Return what the ZIP archive at the end of another file is.

    A whole one within the file, such as an attachment that was not compressed, is
    none: only what reaches behind the file's own end, or to the last byte.
    """
    try:
        listing = find_listing(ends)
    except ToolError:
        return None
    if listing is None or not listing.members:
        return None
    outside = end is not None and listing.stop > end
    return zip_kind(ends) if outside or listing.stop == ends.size else None


def _in_comment(ends: Ends) -> str:
    """Return what the comment of a ZIP archive is, if it has one."""
    if ends.tail[-_ZIP_END:].startswith(END):
        return ""
    try:
        listing = find_listing(ends)
    except ToolError:
        return ""
    if listing is None or not listing.comment:
        return ""
    return _hidden(ends.read(listing.stop - listing.comment, listing.comment))


def _pdf(ends: Ends) -> int | None:
    at = ends.tail.rfind(b"%%EOF")
    if at < 0:
        return None
    rest = ends.tail[at + 5 :]
    # An end of line belongs to it (ISO 32000-1 §7.5.5); blanks harm nobody.
    return ends.size - len(rest.lstrip(_BLANK))


def _jpeg(ends: Ends) -> int | None:
    """Return the end of the first picture if its start leads there, or the last end."""
    at = 2
    data = ends.head
    for _ in range(_STEPS):
        if at + 4 > len(data) or data[at] != _MARK:
            break
        marker = data[at + 1]
        if marker == _EOI:
            return at + 2
        if marker == _MARK or marker in _JPEG_BARE:
            at += 1 if marker == _MARK else 2
            continue
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == _SOS:
            coded = _JPEG_MARKER.search(data, at)
            if coded is None:
                break
            at = coded.start()
    if ends.tail.endswith(b"\xff\xd9"):
        return ends.size
    # An end before the coded data is that of a thumbnail.
    last = ends.size - len(ends.tail) + ends.tail.rfind(b"\xff\xd9")
    return last + 2 if last > max(at, ends.size - len(ends.tail) - 1) else None


def _png(ends: Ends) -> int | None:
    at = 8
    for _ in range(_STEPS):
        if not ends.holds(at, 8):
            break
        chunk = ends.read(at, 8)
        at += 12 + int.from_bytes(chunk[:4], "big")
        if chunk[4:] == b"IEND":
            return at
        if at > ends.size or len(chunk) < 8:
            return None
    last = ends.tail.rfind(b"IEND\xae\x42\x60\x82")
    return None if last < 0 else ends.size - len(ends.tail) + last + 8


def _gif(ends: Ends) -> int | None:
    data = ends.head
    at = 13 + _gif_colours(data[10:11])
    for _ in range(_STEPS):
        mark = data[at : at + 1]
        if mark == b";":
            return at + 1
        if mark == b",":
            at += 11 + _gif_colours(data[at + 9 : at + 10])
        elif mark == b"!":
            at += 2
        else:
            break
        while size := data[at] if at < len(data) else 0:
            at += 1 + size
        at += 1
    return ends.size if ends.tail.endswith(b"\0;") else None


def _gif_colours(flags: bytes) -> int:
    """Return the length of a colour table, if *flags* say that there is one."""
    return 3 << (flags[0] & 7) + 1 if flags and flags[0] & 0x80 else 0


def _bmp(ends: Ends) -> int | None:
    return _said(ends, int.from_bytes(ends.head[2:6], "little"))


def _emf(ends: Ends) -> int | None:
    return _said(ends, int.from_bytes(ends.head[48:52], "little"))


def _said(ends: Ends, size: int, least: int = 26) -> int | None:
    """Return *size*, if it can be the file's: headers of some writers say nothing."""
    return size if least <= size <= ends.size else None


def _riff(ends: Ends) -> int | None:
    if ends.head.startswith(b"RF64"):
        return None
    at = 0
    for _ in range(_BOXES):
        header = ends.read(at, 12)
        # OpenDML: an AVI of more than 1 GB goes on in chunks of its own.
        if not header.startswith(b"RIFF") or (at and header[8:] != b"AVIX"):
            break
        size = int.from_bytes(header[4:8], "little")
        at += 8 + size + size % 2
        if at >= ends.size:
            break
    return ends.size if at == ends.size + 1 else _said(ends, at, 12)


def _boxes(ends: Ends) -> int | None:
    """Return where boxes stop to tile the file (ISO/IEC 14496-12 §4.2)."""
    at = 0
    for _ in range(_BOXES):
        if at == ends.size:
            return at
        header = ends.read(at, 16)
        size = int.from_bytes(header[:4], "big")
        if size == 1:
            size = int.from_bytes(header[8:16], "big")
        if not size and _TOP_BOXES.match(header, 4):  # it reaches to the end
            return ends.size
        if len(header) < 8:
            return None
        if size < 8 or at + size > ends.size:
            return None if _TOP_BOXES.match(header, 4) else at or None
        at += size
    return None


def _asf(ends: Ends) -> int | None:
    """Return where objects stop to tile the file (ASF 1.2 §2.1)."""
    at = 0
    for _ in range(_BOXES):
        if at == ends.size:
            return at
        header = ends.read(at, _ASF_OBJECT)
        size = int.from_bytes(header[16:], "little")
        if len(header) < _ASF_OBJECT:
            return None
        if size < _ASF_OBJECT or at + size > ends.size:
            return None if _ASF_OBJECTS.match(header) else at or None
        at += size
    return None


def _seven(ends: Ends) -> int | None:
    offset = int.from_bytes(ends.head[12:20], "little")
    size = int.from_bytes(ends.head[20:28], "little")
    return _said(ends, _SEVEN_HEADER + offset + size, _SEVEN_HEADER)


def _rtf(ends: Ends) -> int | None:
    at = ends.tail.rfind(b"}")
    if at < 0:
        return None
    return ends.size - len(ends.tail[at + 1 :].strip(_BLANK + b"\0"))


_WALKS: Final[Mapping[str, Callable[[Ends], int | None]]] = {
    "pdf": _pdf,
    "jpeg": _jpeg,
    "png": _png,
    "gif": _gif,
    "bmp": _bmp,
    "emf": _emf,
    "jp2": _boxes,
    "wav": _riff,
    "avi": _riff,
    "webp": _riff,
    "mp4": _boxes,
    "m4a": _boxes,
    "mov": _boxes,
    "wma": _asf,
    "wmv": _asf,
    "7z": _seven,
    "rtf": _rtf,
}
