"""XML that came from outside: read without entities, network, or document types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from egovarchive.errors import FormatError

LARGEST: Final = 64 << 20  # bytes of one part
_WORDS: Final = 200  # characters of what the parser says


def parse(data: bytes) -> etree._Element:
    """
    Return the root of the XML document *data*.

    Raises:
        FormatError: It is not well-formed, or has a document type (XML 1.0 §2.8):
            entities can be bombs, or name files elsewhere.
    """
    root = parse_with_type(data)
    if has_type(root):
        raise FormatError(
            "it has a document type (DOCTYPE), which is refused",
            "含文档类型声明（DOCTYPE），不予接受",
        )
    return root


def parse_with_type(data: bytes) -> etree._Element:
    """
    Return the root of the XML document *data*, which may have a document type.

    Entities are not resolved, and nothing is loaded.

    Raises:
        FormatError: It is not well-formed.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
    )
    try:
        return etree.fromstring(data, parser)
    # The parser names an encoding it does not know by a LookupError.
    except (etree.XMLSyntaxError, LookupError, ValueError) as error:
        # Without the name that the parser gives to bytes, and the line once more.
        words = " ".join(str(error).partition(" (<string>")[0].split())[:_WORDS]
        raise FormatError(
            f"not well-formed XML: {words}", f"不是格式良好的 XML：{words}"
        ) from error


def has_type(root: etree._Element) -> bool:
    """Say whether the document of *root* has a document type."""
    return root.getroottree().docinfo.internalDTD is not None


def local(element: etree._Element) -> str:
    """Return the name of *element* without its name space."""
    return element.tag.rpartition("}")[2]


def attribute(element: etree._Element, name: str) -> str:
    """Return the attribute *name* of *element*, of any name space; empty if none."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return ""


def elements(root: etree._Element) -> Iterator[etree._Element]:
    """Yield *root* and all elements below it."""
    yield from root.iter("*")


def text_of(root: etree._Element, name: str) -> str:
    """Return the text of the first element *name* of any name space; empty if none."""
    for element in elements(root):
        if local(element) == name:
            return (element.text or "").strip()
    return ""
