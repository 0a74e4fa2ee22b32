"""XML parts of OFD packages, read with limits, and without what OFD has no use for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from lxml import etree

from egovarchive.errors import FormatError
from egovarchive.formats.xml_part import has_type, local, parse_with_type
from egovarchive.formats.zip_audit import LimitError

Element = etree._Element  # noqa: SLF001 - lxml's only name for it

MAX_SIZE: Final = 32 << 20  # bytes of one part
MAX_TAGS: Final = 1_000_000  # in one part; each takes some 200 bytes of memory
_DOCTYPE: Final = tuple(
    "<!DOCTYPE".encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be")
)


def parse(data: bytes) -> Element:
    """
    Return the root element of *data*.

    Raises:
        FormatError: It is not XML, or declares a document type: entities are the only
            use for one, and OFD has none.
        LimitError: It is too large, or nested too deeply, to be looked at.
    """
    if data.count(b"<") > MAX_TAGS:
        raise LimitError(
            f"more than {MAX_TAGS} tags are not read", f"标签超过 {MAX_TAGS} 个，未读取"
        )
    if any(mark in data for mark in _DOCTYPE):
        raise _declared()
    try:
        root = parse_with_type(data)
    except FormatError as error:
        # Depth 256 and 10 MB of text: libxml2's own limits, by its own words.
        if any(word in str(error).lower() for word in ("huge", "excessive depth")):
            raise LimitError(error.message("en"), error.message("zh")) from error
        raise
    if has_type(root):
        raise _declared()
    return root


def _declared() -> FormatError:
    return FormatError(
        "it declares a document type (DOCTYPE), which OFD does not have",
        "含文档类型声明（DOCTYPE），OFD 不使用",
    )


class Content:
    """The elements of one part, by their names without namespace."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self._by_name: defaultdict[str, list[Element]] = defaultdict(list)
        names: dict[object, str] = {}
        for element in root.iter("*"):
            tag = element.tag
            if tag not in names:
                names[tag] = local(element)
            self._by_name[names[tag]].append(element)

    def all(self, name: str) -> Sequence[Element]:
        """Return all elements called *name*, in the order of the XML."""
        return self._by_name.get(name, ())

    def right_in(self, parent: str, name: str) -> Iterator[Element]:
        """Yield all elements called *name* that stand right in a *parent*."""
        for element in self.all(name):
            above = element.getparent()
            if above is not None and local(above) == parent:
                yield element


def children(element: Element | None, name: str) -> list[Element]:
    """Return the elements called *name* right below *element*."""
    if element is None:
        return []
    return list(element.iterchildren("{*}" + name))


def text_of(element: Element | None, name: str) -> str:
    """Return the text of the first *name* right below *element*; empty if none."""
    found = children(element, name)
    return (found[0].text or "").strip() if found else ""
