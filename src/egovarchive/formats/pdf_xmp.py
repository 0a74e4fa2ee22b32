"""XMP metadata (ISO 16684-1) in a PDF: what it claims, and what made it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attrs import frozen

from egovarchive.errors import FormatError
from egovarchive.formats.pdf_document import HOSTILE
from egovarchive.formats.pdf_filters import inflate
from egovarchive.formats.pdf_streams import filters

if TYPE_CHECKING:
    import pikepdf
    from lxml import etree

_LARGEST: Final = 4 << 20  # bytes
_SPACES: Final = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
}


@frozen(kw_only=True)
class Xmp:
    """
    What the metadata of a document says; an empty text is what it does not say.

    Args:
        part: Of ISO 19005 (PDF/A) that it claims to keep.
        level: Of conformance that it claims.
        title: Of the document.
        creator_tool: The program it was written with.
        producer: The program that made the PDF.
        created: When, ISO 8601.
        modified: When it was last changed.
    """

    part: str = ""
    level: str = ""
    title: str = ""
    creator_tool: str = ""
    producer: str = ""
    created: str = ""
    modified: str = ""

    @property
    def claim(self) -> str:
        """The conformance it claims, such as ``PDF/A-2b``; empty if none."""
        return f"PDF/A-{self.part}{self.level.lower()}" if self.part else ""

    @classmethod
    def of(cls, pdf: pikepdf.Pdf) -> Xmp:
        """
        Return what the metadata of *pdf* says; nothing if it has none.

        Raises:
            FormatError: It cannot be read.
        """
        import pikepdf  # noqa: PLC0415 - an extra

        stream = pdf.Root.get("/Metadata")
        if not isinstance(stream, pikepdf.Stream):
            return cls()
        try:
            data = _bytes(stream)
        except (pikepdf.PdfError, *HOSTILE):
            raise _bad() from None
        return cls.parse(data)

    @classmethod
    def parse(cls, data: bytes) -> Xmp:
        """
        Return what the XMP packet *data* says.

        Raises:
            FormatError: It is not well-formed, or has a document type.
        """
        from lxml import etree  # noqa: PLC0415 - heavy

        if len(data) > _LARGEST:
            raise _bad()
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        )
        try:
            root = etree.fromstring(data.strip(b"\0\t\n\r "), parser)
        except (etree.XMLSyntaxError, ValueError):
            raise _bad() from None
        if root.getroottree().docinfo.internalDTD is not None:
            raise _bad()
        return cls(
            part=_value(root, "pdfaid:part"),
            level=_value(root, "pdfaid:conformance"),
            title=_value(root, "dc:title"),
            creator_tool=_value(root, "xmp:CreatorTool"),
            producer=_value(root, "pdf:Producer"),
            created=_value(root, "xmp:CreateDate"),
            modified=_value(root, "xmp:ModifyDate"),
        )


def _bytes(stream: pikepdf.Stream) -> bytes:
    found = filters(stream)
    data: bytes = stream.read_raw_bytes()
    if not found:
        return data
    if found != ["FlateDecode"]:
        raise _bad()
    into = bytearray()
    inflate(data, _LARGEST, into)
    return bytes(into)


def _value(root: etree._Element, name: str) -> str:
    """Return a property, written as an attribute, an element, or a list of texts."""
    prefix, _, local = name.partition(":")
    tag = f"{{{_SPACES[prefix]}}}{local}"
    for description in root.iter(f"{{{_SPACES['rdf']}}}Description"):
        if (value := description.get(tag)) is not None:
            return value.strip()
        if (element := description.find(tag)) is not None:
            items = element.findall(".//rdf:li", _SPACES)
            return ((items[0] if items else element).text or "").strip()
    return ""


def _bad() -> FormatError:
    return FormatError("its XMP metadata cannot be read", "XMP 元数据无法读取")
