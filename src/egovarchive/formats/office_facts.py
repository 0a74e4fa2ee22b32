"""What office documents in ZIP files say of themselves: OOXML and ODF."""

from __future__ import annotations

from typing import Final

from attrs import frozen
from lxml import etree

from egovarchive.errors import FormatError
from egovarchive.formats.facts import Facts
from egovarchive.formats.format import Format
from egovarchive.formats.limits import Limits
from egovarchive.formats.observation import Tool
from egovarchive.formats.opc import ROOT_RELATIONSHIPS, relationships
from egovarchive.formats.pdf_date import xmp_date
from egovarchive.formats.source import Source
from egovarchive.formats.xml_part import (
    LARGEST,
    attribute,
    elements,
    local,
    parse_with_type,
    text_of,
)
from egovarchive.formats.zip_audit import ZipFile

TOOL: Final = Tool("egovarchive.office", "1")
_ODF: Final = frozenset({"odt", "ods", "odp"})
_SMALL: Final = 4 << 20  # bytes of a part that says what the document is


@frozen
class OoxmlReader:
    """Reads the properties of OOXML documents (ISO/IEC 29500-2 §8, 29500-1 §22.2)."""

    isolated: bool = False

    @property
    def tool(self) -> Tool:
        """Who it is."""
        return TOOL

    def reads(self, format: Format) -> bool:
        """Say whether it is a document of Word, Excel or PowerPoint."""
        return format.id in {"docx", "xlsx", "pptx"}

    def read(self, source: Source, format: Format, limits: Limits) -> Facts:
        """
        Return title, program, dates, and pages, sheets or slides.

        Pages of a text are what the program counted when it saved it.

        Raises:
            FormatError: It is no such document.
        """
        archive = ZipFile.open(source, limits)
        parts = {
            arrow.type: arrow.target
            for arrow in relationships(
                ROOT_RELATIONSHIPS, _required(archive, ROOT_RELATIONSHIPS)
            )
            if not arrow.external
        }
        core = _part(archive, parts.get("core-properties", ""))
        app = _part(archive, parts.get("extended-properties", ""))
        application = " ".join(
            text for name in ("Application", "AppVersion") if (text := _text(app, name))
        )
        return Facts(
            pages=_pages(archive, format, parts.get("officeDocument", ""), app),
            application=application or None,
            title=_text(core, "title") or None,
            created=xmp_date(_text(core, "created")),
            modified=xmp_date(_text(core, "modified")),
        )


def _pages(
    archive: ZipFile, format: Format, main: str, app: etree._Element | None
) -> int | None:
    if format.id == "docx":
        return _number(_text(app, "Pages"))
    root = _part(archive, main, LARGEST)
    if root is None:
        return None
    name = "sheet" if format.id == "xlsx" else "sldId"
    return sum(local(element) == name for element in elements(root))


@frozen
class OdfReader:
    """Reads the properties of ODF documents (ISO/IEC 26300-1 §4)."""

    isolated: bool = False

    @property
    def tool(self) -> Tool:
        """Who it is."""
        return TOOL

    def reads(self, format: Format) -> bool:
        """Say whether it is an OpenDocument."""
        return format.id in _ODF

    def read(self, source: Source, format: Format, limits: Limits) -> Facts:
        """
        Return title, program, dates, and pages, sheets or slides.

        Raises:
            FormatError: It is no such document.
        """
        archive = ZipFile.open(source, limits)
        meta = _required(archive, "meta.xml")
        counts = next(
            (e for e in elements(meta) if local(e) == "document-statistic"), None
        )
        pages = None
        if format.id == "odp":
            content = _part(archive, "content.xml", LARGEST)
            if content is not None:
                pages = sum(e.tag == _PAGE for e in elements(content))
        elif counts is not None:
            name = "page-count" if format.id == "odt" else "table-count"
            pages = _number(attribute(counts, name))
        return Facts(
            pages=pages,
            application=text_of(meta, "generator") or None,
            title=text_of(meta, "title") or None,
            created=xmp_date(text_of(meta, "creation-date")),
            modified=xmp_date(text_of(meta, "date")),
        )


_PAGE: Final = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}page"


def _required(archive: ZipFile, name: str) -> etree._Element:
    root = _part(archive, name)
    if root is None:
        raise FormatError(f"{name} is missing", f"缺少 {name}")
    return root


def _part(archive: ZipFile, name: str, most: int = _SMALL) -> etree._Element | None:
    entry = archive.entry(name)
    return None if entry is None else parse_with_type(archive.read(entry, most))


def _text(root: etree._Element | None, name: str) -> str:
    return "" if root is None else text_of(root, name)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
