"""All objects of a PDF, walked for what acts, what lies in it, and what it needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from attrs import define, field

from egovarchive.formats import Limits, Observation
from egovarchive.formats.aspect import Aspect
from egovarchive.formats.findings import Findings, shown
from egovarchive.formats.pdf_document import (
    HOSTILE,
    is_true,
    message_of,
    name_of,
    number_of,
    text_of,
)
from egovarchive.formats.pdf_fonts import Fonts
from egovarchive.formats.pdf_signs import (
    ACTIONS,
    ANNOTATIONS,
    POSTSCRIPT,
    STREAM_KEYS,
    UNDRAWN,
    XFA,
    Sign,
)
from egovarchive.formats.pdf_streams import Streams, keys
from egovarchive.records.outcome import Outcome

if TYPE_CHECKING:
    import pikepdf

_NODES: Final = 20  # direct values for each object that is allowed


@define
class PdfWalk:
    """
    One way over all objects of a document.

    Args:
        limits: How much work it may make.
        findings: Where to note what is found.
        streams: Decodes each stream; None leaves them alone.
        attachments: File specifications with a file in them.
        links: How many links to the web there are.
        signed: How far the signature reaches that covers most; None without any.
        whole: Whether all objects were walked.
    """

    limits: Limits
    findings: Findings
    streams: Streams | None = None
    attachments: list[pikepdf.Object] = field(factory=list)
    links: int = 0
    signed: int | None = None
    whole: bool = True
    _fonts: Fonts = field(factory=Fonts)
    _nodes: int = 0

    def walk(self, pdf: pikepdf.Pdf) -> None:
        """Look at each object of *pdf*."""
        import pikepdf  # noqa: PLC0415 - an extra

        try:
            for number, each in enumerate(pdf.objects):
                if number >= self.limits.entries:
                    self.whole = False
                    break
                self._object(each)
        except (pikepdf.PdfError, *HOSTILE) as error:
            self._lost(error, "")
        self._fonts.conclude(self.findings)
        if self.links:
            self.findings.add(
                Observation(
                    Aspect.SELF_CONTAINED,
                    Outcome.PASSED,
                    f"{self.links} links to the web, which nothing depends on",
                    f"{self.links} 个网址链接，不影响显示",
                )
            )

    def _object(self, each: object) -> None:
        import pikepdf  # noqa: PLC0415 - an extra

        if not isinstance(each, pikepdf.Dictionary | pikepdf.Array | pikepdf.Stream):
            return
        place = f"object {each.objgen[0]}"
        try:
            for node in self._dictionaries(each):
                self._look(node, place)
        except (pikepdf.PdfError, *HOSTILE) as error:
            self._lost(error, place)
        if self.streams is not None and isinstance(each, pikepdf.Stream):
            self.streams.look(each, place)

    def _lost(self, error: Exception, place: str) -> None:
        said = message_of(error)
        self.findings.failed(
            Aspect.READABLE,
            f"an object cannot be read: {said}",
            f"对象无法读取：{said}",
            place,
        )

    def _dictionaries(self, top: pikepdf.Object) -> Iterator[pikepdf.Object]:
        """Yield *top* and the dictionaries within it, but none that it refers to."""
        import pikepdf  # noqa: PLC0415 - an extra

        waiting = [top]
        while waiting:
            node = waiting.pop()
            if isinstance(node, pikepdf.Array):
                values = list(node)
            else:
                yield node
                inner = node.stream_dict if isinstance(node, pikepdf.Stream) else node
                values = list(inner.as_dict().values())
            self._nodes += len(values)
            if self._nodes > self.limits.entries * _NODES:
                self.whole = False
                return
            waiting += [
                value
                for value in values
                if isinstance(value, pikepdf.Dictionary | pikepdf.Array)
                and not value.is_indirect
            ]

    def _look(self, node: pikepdf.Object, place: str) -> None:
        import pikepdf  # noqa: PLC0415 - an extra

        has = keys(node)
        kind = name_of(node.get("/Subtype")) if "Subtype" in has else ""
        if "S" in has:
            self._action(name_of(node.get("/S")), name_of(node.get("/Type")), place)
        if "Rect" in has:
            self._say(ANNOTATIONS.get(kind), place)
        if "BaseFont" in has:
            self._fonts.look(node, place)
        if "EF" in has:
            self._attachment(node, place)
        if "ByteRange" in has:
            self._signature(node.get("/ByteRange"))
        if isinstance(node, pikepdf.Stream):
            for key in STREAM_KEYS.keys() & has:
                self._say(STREAM_KEYS[key], place)
            if kind == "PS":
                self._say(POSTSCRIPT, place)
        else:
            self._form(node, has, place)

    def _form(self, node: pikepdf.Object, has: frozenset[str], place: str) -> None:
        if "XFA" in has:
            self._say(XFA, place)
        if is_true(node.get("/NeedAppearances")):
            self._say(UNDRAWN, place)

    def _action(self, kind: str, type_: str, place: str) -> None:
        # Other dictionaries have an /S as well, but most of them say their type.
        if type_ not in {"", "Action"}:
            return
        if kind == "URI":
            self.links += 1
        self._say(ACTIONS.get(kind), place)

    def _attachment(self, node: pikepdf.Object, place: str) -> None:
        self.attachments.append(node)
        name = shown(attachment_name(node))
        self.findings.warned(
            Aspect.EMBEDDED,
            f"expected no embedded files, found {name}",
            f"应无嵌入文件，实有 {name}",
            place,
        )

    def _signature(self, ranges: object) -> None:
        import pikepdf  # noqa: PLC0415 - an extra

        if not isinstance(ranges, pikepdf.Array):
            return
        # Two runs of bytes, each an offset and a length, with the signature between.
        match [number_of(each) for each in ranges]:
            case [int(), int(), int() as start, int() as length]:
                self.signed = max(self.signed or 0, start + length)

    def _say(self, sign: Sign | None, place: str) -> None:
        if sign is not None:
            self.findings.add(sign.at(place))


def attachment_name(spec: pikepdf.Object) -> str:
    """Return the name that the file specification *spec* gives; it may be hostile."""
    for key in ("/UF", "/F", "/Unix", "/DOS", "/Mac"):
        if name := text_of(spec.get(key)):
            return name
    return "attachment"
