"""XML, SVG and HTML: well-formed or decodable, and what runs or is elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, cast

from attrs import frozen
from lxml import etree

from egovarchive.errors import FormatError
from egovarchive.formats.active_markup import audit_markup, audit_text
from egovarchive.formats.aspect import Aspect
from egovarchive.formats.findings import Findings
from egovarchive.formats.format import Format
from egovarchive.formats.limits import Limits
from egovarchive.formats.observation import Observation, Tool
from egovarchive.formats.source import Source
from egovarchive.formats.text_encoding import (
    Encoding,
    decoded,
    guesses,
    marked,
    named,
)
from egovarchive.formats.xml_part import LARGEST, has_type, parse_with_type

TOOL: Final = Tool("egovarchive.markup", "1")

_ASPECTS: Final = frozenset({
    Aspect.COMPLETE, Aspect.READABLE, Aspect.BOUNDED, Aspect.SELF_CONTAINED,
    Aspect.PASSIVE,
})  # fmt: skip
# HTML Standard §13.2.3.2: the encoding stands in the first 1,024 bytes.
_DECLARED: Final = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9._-]{2,30})|"
    rb"<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{2,30})",
    re.IGNORECASE,
)
_HEAD: Final = 1024  # bytes
_STYLE: Final = re.compile(r"""href\s*=\s*["']([^"']+)["']""")
_CLOSED: Final = re.compile(r"</html\s*>", re.IGNORECASE)
_OPENED: Final = re.compile(r"<html[\s>]", re.IGNORECASE)
_BLANK: Final = re.compile(r"[\s\0]*")


@frozen
class MarkupValidator:
    """Looks at XML, SVG and HTML documents."""

    isolated: bool = False

    @property
    def tool(self) -> Tool:
        """Who it is."""
        return TOOL

    def answers(self, format: Format) -> frozenset[Aspect]:
        """Return what it looks at in markup; nothing in other files."""
        return _ASPECTS if format.id in {"xml", "svg", "html"} else frozenset()

    def validate(
        self, source: Source, format: Format, limits: Limits
    ) -> Iterator[Observation]:
        """Yield what is to be said of *source*."""
        found = Findings(limits.findings)
        if source.size > LARGEST:
            for aspect in _ASPECTS:
                found.not_performed(
                    aspect,
                    f"{source.size} bytes, at most {LARGEST} are read",
                    f"共 {source.size} 字节，最多读取 {LARGEST} 字节",
                )
        elif format.id == "html":
            audit_html(source.read(0, source.size), found)
        else:
            _xml(source.read(0, source.size), format, found)
        yield from found


def _xml(data: bytes, format: Format, found: Findings) -> None:
    try:
        root = parse_with_type(data)
    except FormatError as error:
        # Where it breaks off or goes on too long, a parser cannot tell apart.
        found.refused(Aspect.COMPLETE, error)
        found.refused(Aspect.READABLE, error)
        for aspect in (Aspect.BOUNDED, Aspect.SELF_CONTAINED, Aspect.PASSIVE):
            found.not_performed(aspect, "it cannot be read", "无法读取")
        return
    if has_type(root):
        _document_type(root, format, found)
    for before in root.itersiblings(preceding=True):
        _instruction(before, found)
    audit_markup(root, found)


def _document_type(root: etree._Element, format: Format, found: Findings) -> None:
    """SVG 1.1 asked for a document type that says nothing; more of it is refused."""
    declared = cast("Any", root.getroottree().docinfo.internalDTD)
    plain = format.id == "svg" and not declared.entities()
    note = found.warned if plain else found.failed
    note(
        Aspect.READABLE,
        "it has a document type (DOCTYPE): what it says depends on the reader",
        "含文档类型声明（DOCTYPE）：内容取决于解析程序",
    )


def _instruction(node: etree._Element, found: Findings) -> None:
    if isinstance(node, etree._ProcessingInstruction) and (  # noqa: SLF001 - its type
        node.target == "xml-stylesheet"
    ):
        style = _STYLE.search(node.text or "")
        if style and not style[1].startswith(("#", "data:")):
            found.warned(
                Aspect.SELF_CONTAINED,
                f"how it looks is said in {style[1]!r}",
                f"样式表 {style[1]!r} 不在文件内",
            )


def audit_html(data: bytes, found: Findings, charset: str = "") -> None:
    """
    Note in *found* what is to be said of the HTML document *data*.

    Args:
        data: Its bytes.
        found: What takes the notes.
        charset: What whoever sent it says that it is in; empty to look at it.
    """
    said = _DECLARED.search(data, 0, _HEAD)
    name = charset or ((said[1] or said[2]).decode("ascii") if said else "")
    encoding = marked(data) or named(name)
    text = _text(data, encoding, name, found)
    if text is None:
        return
    if "\0" in text:
        found.failed(Aspect.READABLE, "it has NUL characters", "含 NUL 字符")
    ends = [closed.end() for closed in _CLOSED.finditer(text)]
    if _OPENED.search(text) and not ends:
        found.warned(
            Aspect.COMPLETE, "it does not end with </html>", "结尾缺少 </html>"
        )
    if ends and not _is_over(text, ends[-1]):
        found.warned(
            Aspect.BOUNDED, "something stands after </html>", "</html> 之后另有内容"
        )
    root = _html(text)
    if root is not None:
        audit_markup(root, found)
    audit_text(text, root, found)


def _is_over(text: str, at: int) -> bool:
    """Say whether only comments follow in *text* from *at* on."""
    while True:
        at = _BLANK.match(text, at).end()  # type: ignore[union-attr] # it may be empty
        if not text.startswith("<!--", at):
            return at == len(text)
        at = text.find("-->", at) + 3
        if at < 3:  # none
            return False


def _html(text: str) -> etree._Element | None:
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, recover=True, remove_comments=True
    )
    try:
        return etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None  # no element at all


def _text(
    data: bytes, encoding: Encoding | None, name: str, found: Findings
) -> str | None:
    """Return the text of *data*; None if it is in no encoding it could be in."""
    if name and encoding is None:
        found.failed(
            Aspect.READABLE,
            f"it says that it is in {name!r}, which is no encoding",
            f"声明的编码 {name!r} 不存在",
        )
    errors: list[FormatError] = []
    for candidate in [encoding] if encoding else guesses(data[:_HEAD]):
        try:
            return "".join(decoded([data], candidate))
        except FormatError as error:
            errors.append(error)
    found.refused(Aspect.READABLE, errors[0])
    for aspect in (Aspect.COMPLETE, Aspect.BOUNDED, Aspect.SELF_CONTAINED):
        found.not_performed(aspect, "its text cannot be read", "文字无法读取")
    found.not_performed(Aspect.PASSIVE, "its text cannot be read", "文字无法读取")
    return None
