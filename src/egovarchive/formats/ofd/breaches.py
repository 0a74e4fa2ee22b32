"""Breaches of OFD-A: for each row of `archival.RULES`, what breaks it in one part."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from egovarchive.formats.ofd.actions import actions
from egovarchive.formats.ofd.fonts import fonts_apart
from egovarchive.formats.ofd.images import ALLOWED, image_called, image_kind, media
from egovarchive.formats.ofd.location import Fault
from egovarchive.formats.ofd.package import OfdPackage
from egovarchive.formats.ofd.part import OfdPart, Role
from egovarchive.formats.ofd.structure import ARCHIVAL, NAMESPACE
from egovarchive.formats.ofd.structure import doc_type as type_of
from egovarchive.formats.ofd.xml import Element, children, text_of
from egovarchive.formats.xml_part import local
from egovarchive.records.identifiers.quoting import quoted

_DEEPEST: Final = 3  # PageBlocks
_CTM: Final = 6  # numbers of a transformation: a b c d e f
_NEARLY: Final = 1e-6
_COLOURS: Final = frozenset({"gray", "rgb", "cmyk"})
_TEXT: Final = frozenset({"txt", "xml"})
_TRUE: Final = frozenset({"true", "1"})
# Each must be true; only ReadOnly is so if it is not said (GB/T 33190—2016, 15.2).
_FIXED: Final = (("ReadOnly", "true"), ("NoZoom", "false"), ("NoRotate", "false"))


def outside(part: OfdPart, _: OfdPackage) -> Iterator[str]:
    for link in part.links:
        if link.location.fault in {Fault.OUTSIDE, Fault.EXTERNAL}:
            yield quoted(link.text)


def doc_type(part: OfdPart, _: OfdPackage) -> Iterator[str]:
    if type_of(part) != ARCHIVAL:
        yield quoted(type_of(part))


def documents(part: OfdPart, _: OfdPackage) -> Iterator[str]:
    bodies = list(part.content.right_in("OFD", "DocBody"))
    if len(bodies) > 1:
        yield f"{len(bodies)} DocBody"


def permissions(part: OfdPart, _: OfdPackage) -> Iterator[str]:
    return _present(part, "Permissions")


def preferences(part: OfdPart, _: OfdPackage) -> Iterator[str]:
    return _present(part, "VPreferences")


def extensions(part: OfdPart, _: OfdPackage) -> Iterator[str]:
    return _present(part, "Extensions")


def _present(part: OfdPart, name: str) -> Iterator[str]:
    return (local(each) for each in part.content.right_in("Document", name))


def _owner(action: Element) -> str:
    """Return the name of the element whose Actions list *action*."""
    listing = action.getparent()
    above = None if listing is None else listing.getparent()
    return "" if above is None else local(above)


def document_actions(part: OfdPart, _: OfdPackage) -> Iterator[str]:
    for name, _element, action in actions(part):
        if _owner(action) != "OutlineElem":
            yield name


def outline_actions(part: OfdPart, _: OfdPackage) -> Iterator[str]:
    for name, _element, action in actions(part):
        if _owner(action) == "OutlineElem":
            yield name


def page_actions(part: OfdPart, _: OfdPackage) -> Iterator[str]:
    return (name for name, _element, _action in actions(part))


annotation_actions = page_actions


def outline_targets(part: OfdPart, _: OfdPackage) -> Iterator[str]:
    pages = {page.get("ID") for page in part.content.right_in("Pages", "Page")}
    marks = {
        mark.get("Name") for mark in part.content.right_in("Bookmarks", "Bookmark")
    }
    for goto in part.content.right_in("Action", "Goto"):
        action = goto.getparent()
        if action is None or _owner(action) != "OutlineElem":
            continue
        for target in children(goto, "Dest"):
            if target.get("PageID") not in pages:
                yield f"PageID {quoted(str(target.get('PageID')))}"
        for target in children(goto, "Bookmark"):
            if target.get("Name") not in marks:
                yield f"Bookmark {quoted(str(target.get('Name')))}"


def nesting(part: OfdPart, _: OfdPackage) -> Iterator[str]:
    depths: dict[Element, int] = {}
    for block in part.content.all("PageBlock"):
        above = block.getparent()
        depth = 1 + (depths.get(above, 0) if above is not None else 0)
        depths[block] = depth
        if depth == _DEEPEST + 1:
            yield "PageBlock > PageBlock > PageBlock > PageBlock"


def placement(part: OfdPart, _: OfdPackage) -> Iterator[str]:
    if part.role is Role.PUBLIC_RES:
        wrong: tuple[str, ...] = ("MultiMedias", "CompositeGraphicUnits", "DrawParams")
    else:
        wrong = ("Fonts", "ColorSpaces")
    for name in wrong:
        for _each in part.content.right_in("Res", name):
            yield name


def fonts(part: OfdPart, _: OfdPackage) -> Iterator[str]:
    return (quoted(str(font.get("FontName", ""))) for font in fonts_apart(part))


def images(part: OfdPart, package: OfdPackage) -> Iterator[str]:
    for link, kind, format in media(part):
        name = link.location.name
        if kind != "image" or not name:
            continue
        found = image_kind(package.head(name))
        # JBIG2 in OFD often has no file header to know it by.
        if found not in ALLOWED and (found or image_called(format) != "jbig2"):
            yield found or quoted(name)


def image_extensions(part: OfdPart, _: OfdPackage) -> Iterator[str]:
    for link, kind, _format in media(part):
        above = link.element.getparent()
        if kind != "image" or above is None:
            continue
        for child in above.iterchildren("*"):
            space = str(child.tag).rpartition("}")[0].lstrip("{")
            if space and not space.startswith(NAMESPACE.rpartition("/")[0]):
                yield quoted(local(child))


def sound(part: OfdPart, _: OfdPackage) -> Iterator[str]:
    for link, kind, _format in media(part):
        if kind != "image":
            yield quoted(link.text)


def colour_spaces(part: OfdPart, _: OfdPackage) -> Iterator[str]:
    for space in part.content.right_in("ColorSpaces", "ColorSpace"):
        kind = str(space.get("Type", ""))
        if kind.lower() not in _COLOURS:
            yield quoted(kind)


def profiles(part: OfdPart, _: OfdPackage) -> Iterator[str]:
    for space in part.content.right_in("ColorSpaces", "ColorSpace"):
        if not space.get("Profile"):
            yield f"ColorSpace {quoted(str(space.get('ID', '')))}"


def interpolation(part: OfdPart, _: OfdPackage) -> Iterator[str]:
    for image in part.content.all("ImageObject"):
        if str(image.get("Interpolate", "")).lower() in _TRUE:
            yield f"ImageObject {quoted(str(image.get('ID', '')))}"


def text_sizes(part: OfdPart, _: OfdPackage) -> Iterator[str]:
    for text in part.content.all("TextObject"):
        if not text.get("Size"):
            yield f"TextObject {quoted(str(text.get('ID', '')))}"


def stretching(part: OfdPart, _: OfdPackage) -> Iterator[str]:
    for text in part.content.all("TextObject"):
        matrix = str(text.get("CTM", ""))
        if not text.get("HScale") and _only_stretches(matrix):
            yield f"CTM {quoted(matrix)}"


def _only_stretches(matrix: str) -> bool:
    try:
        numbers = [float(number) for number in matrix.split()]
    except ValueError:
        return False
    if len(numbers) != _CTM:
        return False
    a, b, c, d = numbers[:4]
    upright = abs(b) < _NEARLY and abs(c) < _NEARLY and abs(d - 1) < _NEARLY
    return upright and abs(a - 1) > _NEARLY


def loose_annotations(part: OfdPart, _: OfdPackage) -> Iterator[str]:
    for note in part.content.right_in("PageAnnot", "Annot"):
        for name, unsaid in _FIXED:
            said = str(note.get(name, unsaid)).lower()
            if said not in _TRUE:
                yield f"{name} {quoted(said)}"
    for _block in part.content.right_in("Appearance", "PageBlock"):
        yield "Appearance > PageBlock"


def signatures(part: OfdPart, _: OfdPackage) -> Iterator[str]:
    for signature in part.content.right_in("Signatures", "Signature"):
        yield quoted(str(signature.get("Type", "Seal")))


def attachments(part: OfdPart, _: OfdPackage) -> Iterator[str]:
    for each in part.content.right_in("Attachments", "Attachment"):
        suffix = text_of(each, "FileLoc").rpartition(".")[2]
        format = str(each.get("Format") or suffix).strip().lstrip(".")
        if format.lower() not in _TEXT:
            yield quoted(format)


def encryption(_: OfdPart, package: OfdPackage) -> Iterator[str]:
    if package.encrypted:
        yield quoted(package.encrypted)
