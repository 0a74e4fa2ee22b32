"""PDF with pikepdf (extra ``pdf``): whether all of it can be read, what is in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from attrs import frozen

from egovarchive.errors import FormatError
from egovarchive.formats import (
    BytesSource,
    Facts,
    Format,
    Limits,
    Observation,
    Source,
    Tool,
)
from egovarchive.formats.aspect import Aspect
from egovarchive.formats.findings import Findings
from egovarchive.formats.pdf_date import pdf_date, xmp_date
from egovarchive.formats.pdf_document import (
    HOSTILE,
    PasswordNeededError,
    opened,
    pikepdf_tool,
    text_of,
    unreadable,
)
from egovarchive.formats.pdf_examination import ANSWERED, Examination
from egovarchive.formats.pdf_pages import PageTree
from egovarchive.formats.pdf_streams import decoded
from egovarchive.formats.pdf_walk import PdfWalk, attachment_name
from egovarchive.formats.pdf_xmp import Xmp

if TYPE_CHECKING:
    import pikepdf


@frozen
class PikepdfValidator:
    """Opens a document, decodes each stream strictly, and walks all objects."""

    @property
    def tool(self) -> Tool:
        return pikepdf_tool()

    @property
    def isolated(self) -> bool:
        return True

    def answers(self, format: Format) -> frozenset[Aspect]:
        return ANSWERED if format.id == "pdf" else frozenset()

    def validate(
        self,
        source: Source,
        format: Format,
        limits: Limits,
    ) -> Iterator[Observation]:
        findings = Findings(limits.findings)
        try:
            with opened(source) as pdf:
                Examination(source, pdf, limits, findings).run()
        except PasswordNeededError as error:
            _locked(findings, error)
        yield from findings


def _locked(findings: Findings, error: FormatError) -> None:
    en, zh = error.message("en"), error.message("zh")
    findings.failed(Aspect.UNENCRYPTED, en, zh)
    for aspect in sorted(ANSWERED - {Aspect.UNENCRYPTED}, key=str):
        findings.not_performed(aspect, en, zh)


@frozen
class PikepdfReader:
    """Reads number of pages, title, programs and dates."""

    @property
    def tool(self) -> Tool:
        return pikepdf_tool()

    @property
    def isolated(self) -> bool:
        return True

    def reads(self, format: Format) -> bool:
        return format.id == "pdf"

    def read(
        self,
        source: Source,
        format: Format,
        limits: Limits,
    ) -> Facts:
        import pikepdf  # noqa: PLC0415 - an extra

        with opened(source) as pdf:
            try:
                return _facts(pdf, limits)
            except (pikepdf.PdfError, *HOSTILE) as error:
                raise unreadable(error) from None


def _facts(pdf: pikepdf.Pdf, limits: Limits) -> Facts:
    """The information dictionary says it, and XMP where that is silent."""
    import pikepdf  # noqa: PLC0415 - an extra

    tree = PageTree.of(pdf, limits)
    info = pdf.trailer.get("/Info")
    if not isinstance(info, pikepdf.Dictionary):
        info = pikepdf.Dictionary()
    try:
        xmp = Xmp.of(pdf)
    except FormatError:
        xmp = Xmp()
    creator = text_of(info.get("/Creator")).strip() or xmp.creator_tool
    producer = text_of(info.get("/Producer")).strip() or xmp.producer
    # A dictionary: the same program is named once.
    programs = " / ".join(dict.fromkeys(name for name in (creator, producer) if name))
    return Facts(
        pages=tree.pages if tree.whole else None,
        application=programs or None,
        title=text_of(info.get("/Title")).strip() or xmp.title or None,
        created=pdf_date(text_of(info.get("/CreationDate"))) or xmp_date(xmp.created),
        modified=pdf_date(text_of(info.get("/ModDate"))) or xmp_date(xmp.modified),
    )


@frozen
class PikepdfOpener:
    """Takes out attachments, wherever in the document they hang."""

    @property
    def tool(self) -> Tool:
        return pikepdf_tool()

    @property
    def isolated(self) -> bool:
        return True

    def opens(self, format: Format) -> bool:
        return format.id == "pdf"

    def children(
        self,
        source: Source,
        format: Format,
        limits: Limits,
    ) -> Iterator[Source]:
        import pikepdf  # noqa: PLC0415 - an extra

        # One file is held in memory at a time.
        most = min(limits.inflated, limits.memory // 4)
        with opened(source) as pdf:
            walk = PdfWalk(limits, Findings(0))
            walk.walk(pdf)
            taken = set()
            for spec in walk.attachments:
                for stream in _embedded(spec):
                    if stream.objgen in taken:
                        continue
                    taken.add(stream.objgen)
                    try:
                        data = decoded(stream, most)
                    except (pikepdf.PdfError, *HOSTILE) as error:
                        raise unreadable(error) from None
                    yield BytesSource(attachment_name(spec), data)
            if not walk.whole:
                raise FormatError(
                    f"it has more than the {limits.entries} objects looked at here",
                    f"对象数超过检测上限 {limits.entries}",
                )


def _embedded(spec: pikepdf.Object) -> Iterator[pikepdf.Stream]:
    import pikepdf  # noqa: PLC0415 - an extra

    files = spec.get("/EF")
    if isinstance(files, pikepdf.Dictionary):
        for stream in files.as_dict().values():
            if isinstance(stream, pikepdf.Stream):
                yield stream
