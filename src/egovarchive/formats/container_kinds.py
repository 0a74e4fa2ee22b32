"""What containers hold: OFD, OOXML and ODF in ZIP files, Word and WPS in OLE files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from egovarchive.errors import FormatError, ToolError
from egovarchive.formats.compound import Compound
from egovarchive.formats.ends import Ends
from egovarchive.formats.limits import Limits
from egovarchive.formats.match import Match
from egovarchive.formats.zip_listing import (
    LOCAL,
    Listing,
    Member,
    find_listing,
    listed_ahead,
    read_member,
)

_Members = dict[bytes, Member]

# More entries do not tell more of what a compound file is.
_FEW: Final = Limits(entries=4096)
_PART: Final = 4 << 10  # bytes of a part that tell what it is
_TYPES: Final = 64 << 10  # bytes of the list of content types

# GB/T 33190—2016 §7.4; its prefix and name space vary in real files.
_OFD: Final = re.compile(rb"<(?:[\w.-]+:)?OFD(\s[^<>]*)?/?>")
_OFD_VERSION: Final = re.compile(rb"""\sVersion\s*=\s*["']([\w.]{1,16})["']""")
_OFD_TYPE: Final = re.compile(rb"""\sDocType\s*=\s*["']([\w./-]{1,16})["']""")

# ISO/IEC 29500-1 §15.2: the usual names, and by content type those of any name.
_MAIN_PARTS: Final = (
    (b"word/document.xml", "docx"),
    (b"xl/workbook.xml", "xlsx"),
    (b"xl/workbook.bin", "xlsx"),
    (b"ppt/presentation.xml", "pptx"),
)
_MAIN_TYPE: Final = re.compile(
    rb"(?:(wordprocessingml|ms-word)|(spreadsheetml|ms-excel)|"
    rb"(?:presentationml|ms-powerpoint))\.[\w.-]{0,40}main\+xml",
    re.IGNORECASE,
)
_MACROS: Final = b"vbaproject.bin"

# ISO/IEC 26300-3 §3.3.
_ODF: Final = re.compile(
    rb"application/vnd\.oasis\.opendocument\."
    rb"(text|spreadsheet|presentation)(?:-template)?\s*\Z"
)
_ODF_IDS: Final = {b"text": "odt", b"spreadsheet": "ods", b"presentation": "odp"}

# What else is often met; none of it is in our list.
_OTHERS: Final = (
    (b"meta-inf/container.xml", "EPUB"),
    (b"androidmanifest.xml", "Android package"),
    (b"meta-inf/manifest.mf", "Java archive"),
)

# [MS-DOC] 2.1.1, [MS-XLS] 2.1.2, [MS-PPT] 2.1.1.
_STREAMS: Final = (
    ("worddocument", "doc", "wps"),
    ("workbook", "xls", "et"),
    ("book", "xls", "et"),
    ("powerpoint document", "ppt", "dps"),
)
# The classes of Kingsoft's programs are Microsoft's with this end instead; seen in
# files of theirs. Word's own class with this stream is a .doc that WPS Office saved.
_KINGSOFT: Final = "4b30-a977-d214852036fe"
_KINGSOFT_STREAMS: Final = frozenset({"wpscustomdata", "etcustomdata", "dpscustomdata"})
_MACRO_STORAGES: Final = frozenset({"macros", "_vba_project_cur"})
_OLE_NOTES: Final = (
    ("encryptedpackage", "encrypted OOXML document"),
    ("__properties_version1.0", "Outlook message"),
    ("matost", "Microsoft Works document"),
    ("mm", "Microsoft Works document"),
    ("visiodocument", "Visio drawing"),
)


def zip_kind(ends: Ends) -> Match | None:
    """Return what the ZIP file is; None if there is none."""
    try:
        listing, note = find_listing(ends), ""
    except ToolError:
        listing, note = None, "its directory was out of reach"
    if listing is None:
        listing = listed_ahead(ends.head)
        if not (listing.members and ends.head.startswith(LOCAL)):
            return None
        note = note or "no directory was found at its end"
    elif listing.start and not listing.members:
        return None
    found = list(_kinds(ends, _by_name(listing)))
    first = found[0] if found else Match("zip")
    also = next((other.id for other in found[1:] if other.id != first.id), "")
    notes = "; ".join(part for part in (first.note, note) if part)
    stop = None if note else listing.stop
    return Match(first.id, first.version, notes, listing.start, also, stop)


def _by_name(listing: Listing) -> _Members:
    """Return members by their names, as lenient readers see them."""
    return {
        member.name.replace(b"\\", b"/").lstrip(b"/").lower(): member
        for member in listing.members
    }


def _kinds(ends: Ends, members: _Members) -> Iterator[Match]:
    if b"ofd.xml" in members:
        yield _ofd(ends, members[b"ofd.xml"])
    if b"mimetype" in members:
        yield from _odf(ends, members[b"mimetype"])
    if b"[content_types].xml" in members:
        yield from _ooxml(ends, members)
    for name, what in _OTHERS:
        if name in members:
            yield Match("zip", note=what)


def _ofd(ends: Ends, member: Member) -> Match:
    try:
        root = _OFD.search(read_member(ends, member, _PART))
    except (FormatError, ToolError) as error:
        return Match("ofd", note=f"OFD.xml was not read: {error}")
    if root is None:
        return Match("zip", note="its OFD.xml is not an OFD document")
    attributes = root[1] or b""
    version, kind = _OFD_VERSION.search(attributes), _OFD_TYPE.search(attributes)
    note = f"DocType {kind[1].decode()}" if kind and kind[1] != b"OFD" else ""
    return Match("ofd", version[1].decode("ascii", "replace") if version else "", note)


def _odf(ends: Ends, member: Member) -> Iterator[Match]:
    try:
        found = _ODF.match(read_member(ends, member, 128))
    except (FormatError, ToolError):
        return
    if found:
        yield Match(_ODF_IDS[found[1]])


def _ooxml(ends: Ends, members: _Members) -> Iterator[Match]:
    ids = [name for part, name in _MAIN_PARTS if part in members]
    if not ids:
        try:
            types = read_member(ends, members[b"[content_types].xml"], _TYPES)
        except (FormatError, ToolError):
            return
        for found in _MAIN_TYPE.finditer(types):
            ids.append("docx" if found[1] else "xlsx" if found[2] else "pptx")
            break
    macros = any(name.endswith(_MACROS) for name in members)
    for name in ids:
        yield Match(name, note="with macros" if macros else "")


def ole_kind(ends: Ends) -> Match:
    """Return what the compound file is: `ole` where that is unclear."""
    try:
        opened = Compound.open(ends, _FEW)
    except FormatError as error:
        return Match("ole", note=f"its directory cannot be read: {error}")
    except ToolError:
        return Match("ole", note="its directory was out of reach")
    names = {entry.path.casefold() for entry in opened.entries}
    kingsoft = str(opened.clsid).endswith(_KINGSOFT)
    matches = [
        Match(theirs if kingsoft else ours)
        for stream, ours, theirs in _STREAMS
        if stream in names
    ]
    if not matches:
        notes = [note for stream, note in _OLE_NOTES if stream in names]
        return Match("ole", note=notes[0] if notes else "")
    first = matches[0]
    also = next((other.id for other in matches[1:] if other.id != first.id), "")
    notes = ["saved by WPS Office"] if names & _KINGSOFT_STREAMS else []
    if names & _MACRO_STORAGES:
        notes.append("with macros")
    return Match(first.id, note="; ".join(notes), also=also)
