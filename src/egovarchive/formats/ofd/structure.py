"""Structure: whether the parts of an OFD document are there and as they should be."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import Final

from egovarchive.formats.aspect import Aspect
from egovarchive.formats.findings import shown
from egovarchive.formats.observation import Observation
from egovarchive.formats.ofd.location import Fault
from egovarchive.formats.ofd.part import Link, OfdPart, Role
from egovarchive.formats.ofd.xml import children, text_of
from egovarchive.records.identifiers.quoting import quoted
from egovarchive.records.outcome import Outcome

NAMESPACE: Final = "http://www.ofdspec.org/2016"
ARCHIVAL: Final = "OFD-A"
_DOC_TYPES: Final = frozenset({"OFD", ARCHIVAL})
_BOX: Final = 4  # numbers: left, top, width, height, in millimetres


def doc_type(part: OfdPart) -> str:
    """Return the DocType of the document whose OFD.xml is *part*."""
    return str(part.content.root.get("DocType", "")).strip()


def namespace(part: OfdPart) -> str:
    """Return the namespace of *part*."""
    return str(part.content.root.tag).rpartition("}")[0].lstrip("{")


def structure_findings(part: OfdPart) -> Iterator[Observation]:
    """Yield what is wrong with *part*, and with where it leads."""
    if part.role is Role.OFD:
        yield from _entry_point(part)
    elif part.role is Role.DOCUMENT:
        yield from _document(part)
    elif part.role is Role.PAGE:
        yield from _boxes(part, "Area")
    for link in part.links:
        yield from _link(link, part.name)


def _link(link: Link, place: str) -> Iterator[Observation]:
    reference, fault = link.reference, link.location.fault
    what = f"{reference.element} {quoted(link.text)}"
    if fault is Fault.EMPTY:
        yield Observation(
            Aspect.CONFORMANT,
            reference.missing,
            f"{reference.element} names no file",
            f"{reference.element} 未指明文件",
            shown(place),
        )
    elif fault is Fault.MISSING:
        yield Observation(
            Aspect.COMPLETE,
            reference.missing,
            f"{what} is not in the package",
            f"{what} 不在文件包中",
            shown(place),
        )
    elif fault is not None:
        yield Observation(
            Aspect.SELF_CONTAINED,
            Outcome.FAILED,
            f"{what} should lie in the package, and leads out of it; not followed",
            f"{what} 应位于文件包内，实为{fault.zh}；未予读取",
            shown(place),
        )
    for oddity in link.location.oddities:
        yield Observation(
            Aspect.CONFORMANT,
            Outcome.WARNED,
            f"{what} leads to {shown(link.location.name)} only if read kindly: "
            f"{oddity.label('en')}",
            f"{what} 须宽松解析才指向 {shown(link.location.name)}：{oddity.zh}",
            shown(place),
        )


def _entry_point(part: OfdPart) -> Iterator[Observation]:
    kind = doc_type(part)
    if kind not in _DOC_TYPES:
        yield _warned(
            part,
            f"DocType should be OFD or {ARCHIVAL}, but is {quoted(kind)}",
            f"DocType 应为 OFD 或 {ARCHIVAL}，实为 {quoted(kind)}",
        )
    bodies = list(part.content.right_in("OFD", "DocBody"))
    if not bodies:
        yield _failed(part, "no DocBody: it has no document", "缺少 DocBody：没有文档")
    for body in bodies:
        if not children(body, "DocRoot"):
            yield Observation(
                Aspect.COMPLETE,
                Outcome.FAILED,
                "a DocBody has no DocRoot: nothing can be shown",
                "DocBody 缺少 DocRoot：无内容可显示",
                shown(part.name),
            )
        information = children(body, "DocInfo")
        if not information:
            yield _failed(part, "a DocBody has no DocInfo", "DocBody 缺少 DocInfo")
        elif not text_of(information[0], "DocID"):
            yield _warned(part, "its DocInfo has no DocID", "DocInfo 缺少 DocID")


def _document(part: OfdPart) -> Iterator[Observation]:
    root = part.content.root
    common = children(root, "CommonData")
    if not common:
        yield _failed(part, "no CommonData", "缺少 CommonData")
    elif not text_of(common[0], "MaxUnitID"):
        yield _warned(
            part, "its CommonData has no MaxUnitID", "CommonData 缺少 MaxUnitID"
        )
    if common and not children(common[0], "PageArea"):
        yield _warned(
            part, "its CommonData has no PageArea", "CommonData 缺少 PageArea"
        )
    yield from _boxes(part, "PageArea")
    pages = list(part.content.right_in("Pages", "Page"))
    if not pages:
        yield Observation(
            Aspect.COMPLETE,
            Outcome.FAILED,
            "expected at least one page, found none",
            "应至少有一页，实为没有页面",
            shown(part.name),
        )
    numbers = [page.get("ID", "") for page in pages]
    if len(set(numbers)) != len(numbers):
        yield _warned(
            part,
            f"{len(numbers)} pages have {len(set(numbers))} different IDs",
            f"{len(numbers)} 个页面只有 {len(set(numbers))} 个不同的 ID",
        )


def _boxes(part: OfdPart, area: str) -> Iterator[Observation]:
    for box in part.content.right_in(area, "PhysicalBox"):
        said = (box.text or "").strip()
        if not _is_box(said):
            yield _failed(
                part,
                "PhysicalBox should be four numbers with a width and height above 0,"
                f" but is {quoted(said)}",
                f"PhysicalBox 应为四个数且宽高大于 0，实为 {quoted(said)}",
            )


def _is_box(text: str) -> bool:
    try:
        numbers = [float(number) for number in text.split()]
    except ValueError:
        return False
    return len(numbers) == _BOX and all(map(isfinite, numbers)) and min(numbers[2:]) > 0


def _warned(part: OfdPart, en: str, zh: str) -> Observation:
    return Observation(Aspect.CONFORMANT, Outcome.WARNED, en, zh, shown(part.name))


def _failed(part: OfdPart, en: str, zh: str) -> Observation:
    return Observation(Aspect.CONFORMANT, Outcome.FAILED, en, zh, shown(part.name))
