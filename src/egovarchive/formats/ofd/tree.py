"""Tree: all XML parts of an OFD package, by what refers to what from OFD.xml on."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice

from egovarchive.errors import FormatError
from egovarchive.formats.ofd.package import OfdPackage
from egovarchive.formats.ofd.part import (
    REFERENCES,
    RESOURCES,
    ROOTS,
    Link,
    OfdPart,
    Reference,
    Role,
    UnreadPart,
)
from egovarchive.formats.ofd.xml import MAX_SIZE, Content, Element, parse
from egovarchive.formats.xml_part import local
from egovarchive.formats.zip_audit import LimitError


def parts(
    package: OfdPackage, roles: Iterable[Role] = tuple(Role)
) -> Iterator[OfdPart | UnreadPart]:
    """
    Yield each XML part of *package* once for each role it has, OFD.xml first.

    A part with more references than are followed comes twice: as read, then as unread.

    Parts that refer to each other in a circle end it, and no more pages, references of
    one part, or seconds are spent than the limits of the package allow.

    Args:
        package: The package.
        roles: Parts with other roles are left out, and all that only they lead to.

    Raises:
        FormatError: OFD.xml itself cannot be read.
    """
    wanted = frozenset(roles)
    first = package.entry_point
    waiting: deque[tuple[str, Role, str]] = deque([(first, Role.OFD, first)])
    seen = {(first, Role.OFD)}
    while waiting:
        name, role, document = waiting.popleft()
        try:
            package.check_time()
        except FormatError as error:
            yield UnreadPart("", error)
            return
        found = _read(package, name, role)
        if isinstance(found, UnreadPart):
            if role is Role.OFD:
                raise found.error
            yield found
            continue
        part, rest = _linked(package, name, role, document, found)
        yield part
        if rest is not None:
            yield rest
        for link in part.links:
            target, at = link.reference.leads_to, link.location.name
            if target in wanted and at and (at, target) not in seen:
                seen.add((at, target))
                heads = target in {Role.DOCUMENT, Role.SIGNATURES}
                waiting.append((at, target, at if heads else document))


def _read(package: OfdPackage, name: str, role: Role) -> Content | UnreadPart:
    try:
        data = package.read(name, MAX_SIZE)
    except FormatError as error:
        return UnreadPart(name, error, damaged=True)
    try:
        root = parse(data)
    except FormatError as error:
        return UnreadPart(name, error)
    if (found := local(root)) != ROOTS[role]:
        wrong = FormatError(
            f"expected the root element {ROOTS[role]}, found {found[:64]!r}",
            f"根元素应为 {ROOTS[role]}，实为 {found[:64]!r}",
        )
        return UnreadPart(name, wrong)
    return Content(root)


def _linked(
    package: OfdPackage, name: str, role: Role, document: str, content: Content
) -> tuple[OfdPart, UnreadPart | None]:
    """Return a part with its links, and what is beyond the limits, if anything is."""
    folders = _folders(name, role, document, content)
    links: list[Link] = []
    rest = None
    for reference in REFERENCES[role]:
        most = package.limits.entries
        if reference.leads_to is Role.PAGE:
            most = min(most, package.limits.pages)
        elements = content.right_in(reference.within, reference.element)
        links += (
            Link(reference, element, text, package.find(text, folders))
            for element in islice(elements, most)
            if (text := _text(element, reference)) is not None
        )
        if more := sum(1 for _ in elements):
            rest = UnreadPart(name, _too_many(reference, most, more))
    return OfdPart(name, role, document, content, tuple(links)), rest


def _text(element: Element, reference: Reference) -> str | None:
    """Return what *element* says; None if it need not say anything."""
    if not reference.attribute:
        return element.text or ""
    return element.get(reference.attribute, None if reference.optional else "")


def _too_many(reference: Reference, most: int, more: int) -> LimitError:
    return LimitError(
        f"{most + more} times {reference.element}, at most {most} are looked at",
        f"有 {most + more} 个 {reference.element}，最多检测 {most} 个",
    )


def _folders(name: str, role: Role, document: str, content: Content) -> list[str]:
    """Return the folder that references in a part start from, and others to try."""
    own = name.rpartition("/")[0]
    folders = [own, "", document.rpartition("/")[0]]
    base = str(content.root.get("BaseLoc", "")).strip().replace("\\", "/")
    if role in RESOURCES and base:
        folders = [base if base.startswith("/") else f"{own}/{base}", *folders, base]
    return folders
