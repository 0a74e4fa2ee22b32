"""Open Packaging Conventions (ISO/IEC 29500-2): parts and what they point to."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import unquote, urlsplit

from attrs import frozen
from lxml import etree

from egovarchive.formats.xml_part import local

TYPES: Final = "[Content_Types].xml"
ROOT_RELATIONSHIPS: Final = "_rels/.rels"


@frozen
class Relationship:
    """
    One arrow from a part to another, or out of the package.

    Args:
        part: The part it starts from; empty for the package.
        type: The last word of its type, such as ``officeDocument``.
        target: The name of the part it leads to, or an address outside.
        external: Whether it leads outside.
    """

    part: str
    type: str
    target: str
    external: bool


def relationships(name: str, root: etree._Element) -> Iterator[Relationship]:
    """Yield what the part *name*, such as ``word/_rels/document.xml.rels``, lists."""
    folder, _, file = name.rpartition("/")
    base = folder.removesuffix("_rels").rstrip("/")
    part = posixpath.join(base, file.removesuffix(".rels"))
    for element in root.iterchildren("*"):
        if local(element) != "Relationship":
            continue
        target = element.get("Target", "")
        external = element.get("TargetMode", "").lower() == "external"
        yield Relationship(
            part=part,
            type=element.get("Type", "").rpartition("/")[2],
            target=target if external else part_name(base, target),
            external=external,
        )


def part_name(folder: str, target: str) -> str:
    """
    Return the name of the part that *target* leads to from *folder*.

    >>> part_name("word", "media/a%20b.png"), part_name("word", "/docProps/app.xml")
    ('word/media/a b.png', 'docProps/app.xml')
    """
    try:
        path = unquote(urlsplit(target.replace("\\", "/")).path)
    except ValueError:
        return target
    return posixpath.normpath(posixpath.join("/", folder, path)).lstrip("/")


@frozen
class ContentTypes:
    """What kinds of parts a package says it has: by extension, and by name."""

    defaults: Mapping[str, str]
    overrides: Mapping[str, str]

    @classmethod
    def of(cls, root: etree._Element) -> ContentTypes:
        """Return what ``[Content_Types].xml`` says."""
        defaults, overrides = {}, {}
        for element in root.iterchildren("*"):
            kind = element.get("ContentType", "")
            if local(element) == "Default":
                defaults[element.get("Extension", "").lower()] = kind
            elif local(element) == "Override":
                name = element.get("PartName", "").lstrip("/")
                overrides[unquote(name).lower()] = kind
        return cls(defaults, overrides)

    def __getitem__(self, name: str) -> str:
        """Return the kind of the part *name*; empty if nothing says it."""
        name = name.lower()
        return self.overrides.get(name) or self.defaults.get(
            name.rpartition(".")[2], ""
        )
