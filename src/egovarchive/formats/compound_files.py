"""What documents in compound files say of themselves, and the files in them."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from attrs import frozen

from egovarchive.errors import FormatError
from egovarchive.formats.biff import Workbook
from egovarchive.formats.compound import Compound, EntryKind
from egovarchive.formats.facts import Facts
from egovarchive.formats.format import Format
from egovarchive.formats.limits import Limits
from egovarchive.formats.observation import Tool
from egovarchive.formats.source import BytesSource, Source
from egovarchive.formats.summary import (
    CREATED,
    DOCUMENT_SUMMARY,
    LARGEST,
    PAGES,
    PROGRAM,
    SAVED,
    SLIDES,
    SUMMARY,
    TITLE,
    Value,
    properties,
)

TOOL: Final = Tool("egovarchive.ole", "1")
_FORMATS: Final = frozenset({"doc", "xls", "ppt", "wps", "et", "dps", "ole"})
_SHEETS: Final = frozenset({"xls", "et"})
_LARGEST_BOOK: Final = 64 << 20  # bytes
_LARGEST_CHILD: Final = 64 << 20  # bytes
_MOST_CHILDREN: Final = 1000


@frozen
class CompoundReader:
    """Reads the properties of documents in compound files."""

    isolated: bool = False

    @property
    def tool(self) -> Tool:
        """Who it is."""
        return TOOL

    def reads(self, format: Format) -> bool:
        """Say whether it is such a document."""
        return format.id in _FORMATS

    def read(self, source: Source, format: Format, limits: Limits) -> Facts:
        """
        Return title, program, dates, and pages, sheets or slides.

        Raises:
            FormatError: It is no compound file, or its properties are out of reach.
        """
        compound = Compound.open(source, limits)
        summary = _set(compound, SUMMARY)
        return Facts(
            pages=_pages(compound, format, summary),
            application=_text(summary.get(PROGRAM)),
            title=_text(summary.get(TITLE)),
            created=_moment(summary.get(CREATED)),
            modified=_moment(summary.get(SAVED)),
        )


def _set(compound: Compound, name: str) -> Mapping[int, Value]:
    if compound.find(name) is None:
        return {}
    return properties(compound.read(name, LARGEST))


def _pages(
    compound: Compound, format: Format, summary: Mapping[int, Value]
) -> int | None:
    if format.id in _SHEETS:
        for name in ("Workbook", "Book"):
            if compound.find(name) is not None:
                book = Workbook.of(compound.read(name, _LARGEST_BOOK))
                return book.sheets or None
    value = summary.get(PAGES)
    if format.id in {"ppt", "dps"}:
        value = _set(compound, DOCUMENT_SUMMARY).get(SLIDES)
    return value if isinstance(value, int) and value > 0 else None


def _text(value: Value | None) -> str | None:
    return value or None if isinstance(value, str) else None


def _moment(value: Value | None) -> datetime | None:
    return value if isinstance(value, datetime) else None


@frozen
class CompoundOpener:
    """Takes embedded files out of compound files."""

    isolated: bool = False

    @property
    def tool(self) -> Tool:
        """Who it is."""
        return TOOL

    def opens(self, format: Format) -> bool:
        """Say whether it is a document in a compound file."""
        return format.id in _FORMATS

    def children(
        self, source: Source, format: Format, limits: Limits
    ) -> Iterator[Source]:
        """
        Yield what was packed into it as a file of its own.

        Raises:
            FormatError: There are too many, or one of them cannot be read.
        """
        compound = Compound.open(source, limits)
        count = 0
        for entry in compound.entries:
            name = entry.path.rpartition("/")[2]
            if entry.kind is not EntryKind.STREAM or name not in _PACKED:
                continue
            count += 1
            if count > _MOST_CHILDREN or entry.size > _LARGEST_CHILD:
                raise FormatError(
                    f"too many or too large embedded files: {entry.path!r}",
                    f"嵌入文件过多或过大：{entry.path!r}",
                )
            data = compound.read(entry.path, _LARGEST_CHILD)
            yield _unpacked(data) if name == _NATIVE else BytesSource(name, data)


_NATIVE: Final = "\x01Ole10Native"
_PACKED: Final = frozenset({_NATIVE, "Package", "CONTENTS"})


def _unpacked(data: bytes) -> Source:
    """[MS-OLEDS] 2.3.6, and what the Packager of Windows puts in: names and a file."""
    try:
        at = 6
        names = []
        for _ in range(2):
            end = data.index(b"\0", at)
            names.append(data[at:end].decode("gb18030", "replace"))
            at = end + 1
        (length,) = struct.unpack_from("<I", data, at + 4)
        at += 8 + length
        (size,) = struct.unpack_from("<I", data, at)
    except (ValueError, struct.error):
        return BytesSource("Ole10Native", data[4:])
    name = names[0].replace("\\", "/").rpartition("/")[2]
    return BytesSource(name, data[at + 4 : at + 4 + size])
