"""Actions: what an OFD document does when it is opened, shown or clicked on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from egovarchive.formats.aspect import Aspect
from egovarchive.formats.findings import shown
from egovarchive.formats.observation import Observation
from egovarchive.formats.ofd.part import OfdPart
from egovarchive.formats.ofd.xml import Element
from egovarchive.records.identifiers.quoting import quoted
from egovarchive.records.outcome import Outcome

# GB/T 33190—2016, clause 14: all actions but Goto, which only turns to a page.
ACTIONS: Final = ("URI", "GotoA", "Sound", "Movie")
_BY_ITSELF: Final = {
    "DO": ("when the document is opened", "打开文档时"),
    "PO": ("when the page is opened", "打开页面时"),
}
_CLICKED: Final = ("on a click", "单击时")
_SCRIPT: Final = re.compile(r"\s*(?:javascript|vbscript|data|file):", re.IGNORECASE)


def actions(part: OfdPart) -> Iterator[tuple[str, Element, Element]]:
    """Yield each action of *part* but Goto: its name, itself, and its Action."""
    for name in ACTIONS:
        for element in part.content.right_in("Action", name):
            above = element.getparent()
            if above is not None:
                yield name, element, above


def action_findings(part: OfdPart) -> Iterator[Observation]:
    """Yield what *part* does by itself, and where its links lead."""
    for name, element, action in actions(part):
        event = str(action.get("Event", "")).strip().upper()
        when, when_zh = _BY_ITSELF.get(event, _CLICKED)
        target = str(element.get("URI") or element.get("ResourceID") or "")
        serious = event in _BY_ITSELF or bool(_SCRIPT.match(target))
        what = f"{name} {quoted(target)}" if target else name
        yield Observation(
            Aspect.PASSIVE,
            Outcome.FAILED if serious else Outcome.WARNED,
            f"expected no action but Goto, found {what} {when}",
            f"应只有 Goto 动作，实有 {what}（{when_zh}）",
            shown(part.name),
        )
        if name == "URI":
            yield Observation(
                Aspect.SELF_CONTAINED,
                Outcome.WARNED,
                f"a link leads out of it: {what}",
                f"有指向外部的链接：{what}",
                shown(part.name),
            )


def right_findings(part: OfdPart) -> Iterator[Observation]:
    """Yield what *part*, a Document.xml, says may not be done with the document."""
    for rights in part.content.right_in("Document", "Permissions"):
        said = ", ".join(_right(right) for right in rights.iterchildren("*"))
        yield Observation(
            Aspect.UNENCRYPTED,
            Outcome.WARNED,
            f"expected no rights management, found Permissions: {said or 'empty'}",
            f"应无权限声明，实有 Permissions：{said or '空'}",
            shown(part.name),
        )


def _right(element: Element) -> str:
    name = str(element.tag).rpartition("}")[2]
    said = [str(element.text or "")]
    said += [f"{key!s} {value!s}" for key, value in element.attrib.items()]
    words = " ".join(" ".join(said).split())
    return f"{name} {quoted(words)}" if words else name
