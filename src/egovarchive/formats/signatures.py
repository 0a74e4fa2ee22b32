"""Signatures: the first bytes by which binary files are known."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from egovarchive.formats.compound import MAGIC as OLE_MAGIC
from egovarchive.formats.container_kinds import ole_kind, zip_kind
from egovarchive.formats.ends import Ends
from egovarchive.formats.match import Match, Recogniser
from egovarchive.formats.media_kinds import (
    asf_kind,
    boxes_kind,
    frames_kind,
    id3_kind,
    matroska_kind,
    ogg_kind,
    riff_kind,
)

PDF: Final = b"%PDF-"
# ISO 32000-1 annex H.3.4.1: readers look for the header in as many bytes.
PDF_REACH: Final = 1024
PDF_END: Final = re.compile(rb"startxref\s+\d+\s+%%EOF")
_PDF_VERSION: Final = re.compile(rb"%PDF-(\d\.\d)")
# ISO 19005: what a file says of itself in XMP, as element or attribute.
_PDFA_PART: Final = re.compile(rb"""pdfaid:part(?:>|\s*=\s*["'])\s*(\d)""")
_PDFA_LEVEL: Final = re.compile(rb"""pdfaid:conformance(?:>|\s*=\s*["'])\s*(\w)""")

# BITMAPCOREHEADER, BITMAPINFOHEADER and what came after: size and version.
_BMP: Final = {
    12: "2.0",
    16: "",
    40: "3.0",
    52: "",
    56: "",
    64: "",
    108: "4.0",
    124: "5.0",
}
_DWG: Final = re.compile(rb"AC10\d\d\0")
_OCTAL: Final = re.compile(rb"[ 0]*([0-7]{1,7})[ \0]")
_TAR_BLOCK: Final = 512
_TAR_SUM: Final = slice(148, 156)

# RFC 5652 signedData, and that of GB/T 35275—2017, as first element of a sequence.
_CMS: Final = re.compile(
    rb"\x30(?:\x80|[\x81-\x84].{1,4}|[\x10-\x7f])"
    rb"\x06(?:\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
    rb"|\x0a\x2a\x81\x1c\xcf\x55\x06\x01\x04\x02\x02)",
    re.DOTALL,
)
_SCRIPT: Final = re.compile(rb"#! ?/")


def pdf_kind(ends: Ends) -> Match | None:
    """Return PDF, with what stands before its header, and what it claims to be."""
    start = ends.head.find(PDF, 0, PDF_REACH + len(PDF))
    if start < 0:
        return None
    version = _PDF_VERSION.match(ends.head, start)
    note = ""
    for data in (ends.head, ends.tail) if ends.size > len(ends.head) else (ends.head,):
        place = data.find(b"pdfaid:part")
        if place >= 0 and (part := _PDFA_PART.match(data, place)):
            level = _PDFA_LEVEL.search(data, max(0, place - 256), place + 256)
            claim = part[1] + (level[1].lower() if level else b"")
            note = f"claims to be PDF/A-{claim.decode('ascii', 'replace')}"
            break
    return Match("pdf", version[1].decode("ascii") if version else "", note, start)


def _jpeg(ends: Ends) -> Match:
    head = ends.head
    if head[6:11] == b"JFIF\0" and len(head) > 12:
        return Match("jpeg", f"{head[11]}.{head[12]:02}")
    return Match("jpeg", note="Exif" if head[6:10] == b"Exif" else "")


def _gif(ends: Ends) -> Match:
    return Match("gif", ends.head[3:6].decode("ascii"))


def _bmp(ends: Ends) -> Match | None:
    head = ends.head
    version = _BMP.get(int.from_bytes(head[14:18], "little"))
    return None if version is None or len(head) < 26 else Match("bmp", version)


def _emf(ends: Ends) -> Match | None:
    return Match("emf") if ends.head[40:44] == b" EMF" else None


def _dwg(ends: Ends) -> Match | None:
    head = ends.head
    return Match("dwg", head[:6].decode("ascii")) if _DWG.match(head) else None


def _exe(ends: Ends) -> Match | None:
    """Return a program for Windows or DOS; MZ/T is also a standard's number."""
    head = ends.head
    at = int.from_bytes(head[60:64], "little")
    if ends.holds(at, 4) and ends.read(at, 4) == b"PE\0\0":
        return Match("exe", "PE")
    if b"\0" not in head[:64] or len(head) < 28:
        return None
    # In front of a document it is no more than two letters, and a trap.
    other = pdf_kind(ends) or _zip_at_the_end(ends)
    if other is not None:
        return Match(other.id, other.version, other.note, other.before, "exe")
    return Match("exe")


def _zip_at_the_end(ends: Ends) -> Match | None:
    found = zip_kind(ends)
    return found if found is not None and found.before else None


def _script(ends: Ends) -> Match | None:
    return Match("script") if _SCRIPT.match(ends.head) else None


def _cms(ends: Ends) -> Match | None:
    return Match("p7s") if _CMS.match(ends.head) else None


def _seven(ends: Ends) -> Match:
    return Match("7z", ".".join(map(str, ends.head[6:8])))


def _fixed(match: Match) -> Recogniser:
    return lambda _: match


_ROWS: Final[tuple[tuple[bytes, Recogniser], ...]] = (
    (PDF, pdf_kind),
    (b"PK\3\4", zip_kind),
    (b"PK\5\6", zip_kind),
    (OLE_MAGIC, ole_kind),
    (b"\xff\xd8\xff", _jpeg),
    (b"\x89PNG\r\n\x1a\n", _fixed(Match("png"))),
    (b"II*\0", _fixed(Match("tiff"))),
    (b"MM\0*", _fixed(Match("tiff"))),
    (b"II+\0\x08\0\0\0", _fixed(Match("tiff", "BigTIFF"))),
    (b"MM\0+\0\x08\0\0", _fixed(Match("tiff", "BigTIFF"))),
    (b"GIF87a", _gif),
    (b"GIF89a", _gif),
    (b"\0\0\0\x0cjP  \r\n\x87\n", _fixed(Match("jp2"))),
    (b"\xff\x4f\xff\x51", _fixed(Match("jp2", note="codestream without a file"))),
    (b"BM", _bmp),
    (b"\xd7\xcd\xc6\x9a", _fixed(Match("wmf"))),
    (b"\1\0\x09\0\0\3", _fixed(Match("wmf", note="without a placeable header"))),
    (b"\1\0\0\0", _emf),
    (b"AC10", _dwg),
    (b"RIFF", riff_kind),
    (b"RF64", riff_kind),
    (b"fLaC\0", _fixed(Match("flac"))),
    (b"fLaC\x80", _fixed(Match("flac"))),
    (b"ID3", id3_kind),
    (b"OggS\0", ogg_kind),
    (b"#!AMR\n", _fixed(Match("amr"))),
    (b"#!AMR-WB\n", _fixed(Match("amr", "WB"))),
    (b"FLV\1", _fixed(Match("flv"))),
    (b"\x1a\x45\xdf\xa3", matroska_kind),
    (bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c"), asf_kind),
    (b"\0\0\1\xba", _fixed(Match("mpg"))),
    (b"\0\0\1\xb3", _fixed(Match("mpg", note="video without sound"))),
    (b"{\\rtf", _fixed(Match("rtf"))),
    (b"7z\xbc\xaf\x27\x1c", _seven),
    (b"Rar!\x1a\x07\0", _fixed(Match("rar", "4"))),
    (b"Rar!\x1a\x07\1\0", _fixed(Match("rar", "5"))),
    (b"\x1f\x8b\x08", _fixed(Match("gzip"))),
    (b"\x7fELF", _fixed(Match("elf"))),
    (b"MZ", _exe),
    (b"#!", _script),
    (b"\x30", _cms),
)


def _by_first_byte() -> Mapping[int, tuple[tuple[bytes, Recogniser], ...]]:
    rows: dict[int, list[tuple[bytes, Recogniser]]] = defaultdict(list)
    for magic, recogniser in _ROWS:
        rows[magic[0]].append((magic, recogniser))
    return {first: tuple(found) for first, found in rows.items()}


_BY_FIRST_BYTE: Final = _by_first_byte()


def signature_kind(ends: Ends) -> Match | None:
    """Return what the file is by how it starts; None if that does not tell."""
    head = ends.head
    if not head:
        return None
    for magic, recogniser in _BY_FIRST_BYTE.get(head[0], ()):
        if head.startswith(magic) and (found := recogniser(ends)):
            return found
    return boxes_kind(ends) or frames_kind(ends) or _tar(ends)


def _tar(ends: Ends) -> Match | None:
    """Return tar if the sum of the first header is right (POSIX.1 ustar, and older)."""
    block = ends.head[:_TAR_BLOCK]
    said = _OCTAL.match(block[_TAR_SUM]) if len(block) == _TAR_BLOCK else None
    if said is None:
        return None
    blank = sum(b" " * 8) - sum(block[_TAR_SUM])
    version = "ustar" if block[257:262] == b"ustar" else ""
    return Match("tar", version) if sum(block) + blank == int(said[1], 8) else None
