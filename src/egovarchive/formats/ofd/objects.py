"""Objects: the numbered things of a document, and whether what uses them finds them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from typing import Final

from lxml import etree

from egovarchive.formats.aspect import Aspect
from egovarchive.formats.findings import shown
from egovarchive.formats.observation import Observation
from egovarchive.formats.ofd.part import OfdPart, Role
from egovarchive.formats.xml_part import local
from egovarchive.records.identifiers.quoting import quoted
from egovarchive.records.outcome import Outcome
from egovarchive.records.term import Term

_LONGEST_CIRCLE: Final = 10  # shown


class Thing(Term):
    """What is defined once, under a number, and used by that."""

    FONT = "font", "字型"
    MEDIA = "image_or_media", "图像或多媒体"
    COMPOSITE = "composite_object", "复合对象"
    DRAW_PARAM = "drawing_parameters", "绘制参数"
    TEMPLATE = "template_page", "模板页"


_DEFINED: Final = {
    "Font": Thing.FONT,
    "MultiMedia": Thing.MEDIA,
    "CompositeGraphicUnit": Thing.COMPOSITE,
    "DrawParam": Thing.DRAW_PARAM,
    "TemplatePage": Thing.TEMPLATE,
}
_USED: Final = (
    ("TextObject", "Font", Thing.FONT),
    ("ImageObject", "ResourceID", Thing.MEDIA),
    ("ImageObject", "ImageMask", Thing.MEDIA),
    ("Sound", "ResourceID", Thing.MEDIA),
    ("Movie", "ResourceID", Thing.MEDIA),
    ("CompositeObject", "ResourceID", Thing.COMPOSITE),
    ("Template", "TemplateID", Thing.TEMPLATE),
    ("Layer", "DrawParam", Thing.DRAW_PARAM),
    ("TextObject", "DrawParam", Thing.DRAW_PARAM),
    ("PathObject", "DrawParam", Thing.DRAW_PARAM),
    ("ImageObject", "DrawParam", Thing.DRAW_PARAM),
    ("CompositeObject", "DrawParam", Thing.DRAW_PARAM),
)
# Without these, text and lines still show: in another font, in another colour.
_REPLACED: Final = frozenset({Thing.FONT, Thing.DRAW_PARAM})

_Key = tuple[Thing, str]


class Objects:
    """The numbered things of one document."""

    def __init__(self) -> None:
        self._defined: set[_Key] = set()
        self._used: dict[_Key, str] = {}
        self._templates: defaultdict[str, list[_Key]] = defaultdict(list)
        self._holds: defaultdict[_Key, set[_Key]] = defaultdict(set)

    def look(self, part: OfdPart) -> None:
        """Take note of what *part* defines and uses."""
        for name, thing in _DEFINED.items():
            for element in part.content.all(name):
                self._defined.add((thing, str(element.get("ID", ""))))
        for name, attribute, thing in _USED:
            for element in part.content.all(name):
                if number := element.get(attribute):
                    self._used.setdefault((thing, str(number)), part.name)
        self._look_for_circles(part)

    def _look_for_circles(self, part: OfdPart) -> None:
        for link in part.linked("TemplatePage"):
            key = (Thing.TEMPLATE, str(link.element.get("ID", "")))
            self._templates[link.location.name].append(key)
        if part.role is Role.TEMPLATE:
            inner = {
                (Thing.TEMPLATE, str(element.get("TemplateID", "")))
                for element in part.content.all("Template")
            }
            for key in self._templates[part.name]:
                self._holds[key] |= inner
        self._look_into_composites(part)

    def _look_into_composites(self, part: OfdPart) -> None:
        units: list[_Key] = []
        wanted = ("{*}CompositeGraphicUnit", "{*}CompositeObject")
        if not part.content.all("CompositeGraphicUnit"):
            return
        walk = etree.iterwalk(part.content.root, ("start", "end"), tag=wanted)
        for event, element in walk:
            if local(element) == "CompositeObject":
                if event == "start" and units:
                    held = str(element.get("ResourceID", ""))
                    self._holds[units[-1]].add((Thing.COMPOSITE, held))
            elif event == "start":
                units.append((Thing.COMPOSITE, str(element.get("ID", ""))))
            else:
                units.pop()

    def unfound(self) -> Iterator[Observation]:
        """Yield what is used but defined nowhere, when all was looked at."""
        for (thing, number), place in self._used.items():
            if (thing, number) not in self._defined:
                yield Observation(
                    Aspect.COMPLETE,
                    Outcome.WARNED if thing in _REPLACED else Outcome.FAILED,
                    f"{thing.label('en')} {quoted(number)} is used, but not defined",
                    f"使用了未定义的{thing.zh} {quoted(number)}",
                    shown(place),
                )

    def circles(self) -> Iterator[Observation]:
        """Yield the first circle of things that hold each other."""
        try:
            TopologicalSorter(self._holds).prepare()
        except CycleError as error:
            circle: list[_Key] = error.args[1]
            numbers = " → ".join(
                quoted(number) for _, number in circle[:_LONGEST_CIRCLE]
            )
            thing = circle[0][0]
            yield Observation(
                Aspect.CONFORMANT,
                Outcome.FAILED,
                f"a {thing.label('en')} holds itself, and cannot be shown: {numbers}",
                f"{thing.zh}循环引用，无法显示：{numbers}",
            )
