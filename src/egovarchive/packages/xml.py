"""Metadata 元数据 as XML: a tree of plain texts, by the table of a profile."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from attrs import define, field
from lxml import etree

from egovarchive.errors import PackageError
from egovarchive.profiles import Element, Group
from egovarchive.records.identifiers.quoting import quoted

MAX_SIZE: Final = 16 << 20  # bytes of one metadata document
# A bare carriage return would be read as a line feed.
_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_SPECIAL: Final = re.compile("[&<>\r]")
_DECLARED: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?<\?xml\s[^>]*?\bencoding\s*=\s*[\"']([^\"']*)"
)


@define
class Values:
    """
    The values of one group.

    Args:
        texts: The text of each element that is there.
        groups: The groups inside, in order.
        unknown: Elements the profile does not know, as XML, kept as they were.
    """

    texts: dict[str, str] = field(factory=dict)
    groups: dict[str, list[Values]] = field(factory=dict)
    unknown: list[str] = field(factory=list)


def encode(values: Values, scheme: Group) -> bytes:
    """
    Return *values* as one UTF-8 document: the same bytes for the same values, always.

    It is written by hand because a library's serialisation may change from one
    version to the next, and these bytes are what gets signed.
    """
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    _write(lines, values, _compiled(scheme), "")
    lines.append("")
    return "\n".join(lines).encode()


@define
class _Tags:
    """A scheme, ready to be written and read."""

    value: str
    opening: str
    closing: str
    elements: list[tuple[str, str, str] | _Tags]
    by_tag: dict[str, str | _Tags]


@lru_cache(maxsize=64)
def _compiled(scheme: Group) -> _Tags:
    elements: list[tuple[str, str, str] | _Tags] = []
    by_tag: dict[str, str | _Tags] = {}
    for part in scheme.parts:
        if isinstance(part, Group):
            by_tag[part.tag] = tags = _compiled(part)
            elements.append(tags)
        else:
            by_tag[part.tag] = part.value
            elements.append((part.value, *_marks(part)))
    return _Tags(scheme.value, *_marks(scheme), elements, by_tag)


def _marks(part: Element | Group) -> tuple[str, str]:
    title = part.title.translate(_ESCAPES).replace('"', "&quot;")
    return f'<{part.tag} title="{title}">', f"</{part.tag}>"


def _write(lines: list[str], values: Values, tags: _Tags, indent: str) -> None:
    lines.append(indent + tags.opening)
    inner = indent + "  "
    texts = values.texts
    for part in tags.elements:
        if isinstance(part, _Tags):
            for group in values.groups.get(part.value, ()):
                _write(lines, group, part, inner)
        elif (text := texts.get(part[0])) is not None:
            if _SPECIAL.search(text):
                text = text.translate(_ESCAPES)
            lines.append(f"{inner}{part[1]}{text}{part[2]}")
    lines.extend(inner + xml for xml in values.unknown)
    lines.append(indent + tags.closing)


def decode(data: bytes, scheme: Group, *, path: str) -> Values:
    """
    Read what `encode` wrote, or another's document of the same scheme.

    Elements that the scheme does not know are kept; attributes are not.

    Args:
        data: The document.
        scheme: The table to read it by.
        path: Its name, for errors.

    Raises:
        PackageError: It is no well-formed document of this scheme in UTF-8, or it
            holds what has no place in one: a DOCTYPE, an entity, a comment, an
            instruction, a repeated element.
    """
    root = parse(data, path)
    if root.tag != scheme.tag:
        raise _broken(path, f"the root is {quoted(str(root.tag))}, not {scheme.tag}")
    return _read(root, _compiled(scheme), path)


def parse(data: bytes, path: str) -> etree._Element:
    """
    Return the root of the document *data*, whatever its scheme.

    Raises:
        PackageError: It is not well-formed, or may not stand in a package.
    """
    if len(data) > MAX_SIZE:
        raise _broken(path, f"{len(data)} bytes are more than {MAX_SIZE}")
    # Refused before it is parsed: what entities may do is the parser's secret.
    if b"<!DOCTYPE" in data:
        raise _broken(path, "it has a DOCTYPE")
    # It would say one thing to us, and another to who believes its declaration.
    declared = _DECLARED.match(data)
    if declared and declared[1].lower() != b"utf-8":
        raise _broken(path, f"its encoding is {quoted(declared[1].decode('latin-1'))}")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        encoding="UTF-8",
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise _broken(path, str(error)) from None
    if root.getprevious() is not None or root.getnext() is not None:
        raise _broken(path, "a comment or instruction beside the root")
    return root


def _read(node: etree._Element, tags: _Tags, path: str) -> Values:
    values = Values()
    texts, by_tag = values.texts, tags.by_tag
    text = node.text
    if text and not text.isspace():
        raise _broken(path, f"text where elements are expected, in {node.tag}")
    for child in node:
        tag, tail = child.tag, child.tail
        if not isinstance(tag, str):
            raise _broken(path, f"a comment or instruction in {node.tag}")
        if tail and not tail.isspace():
            raise _broken(path, f"text between elements, in {node.tag}")
        part = by_tag.get(tag)
        if part is None:
            values.unknown.append(_kept(child, path))
        elif isinstance(part, _Tags):
            values.groups.setdefault(part.value, []).append(_read(child, part, path))
        elif len(child):
            raise _broken(path, f"{tag} has elements inside")
        elif part in texts:
            raise _broken(path, f"{tag} stands twice in {node.tag}")
        else:
            texts[part] = child.text or ""
    return values


def _kept(child: etree._Element, path: str) -> str:
    for node in child.iter():
        if not isinstance(node.tag, str):
            raise _broken(path, "a comment or instruction in an unknown element")
    return str(etree.tostring(child, encoding="unicode", with_tail=False))


def _broken(path: str, reason: str) -> PackageError:
    return PackageError(f"{path}: {reason}", f"{path} 不符合元数据格式：{reason}")
