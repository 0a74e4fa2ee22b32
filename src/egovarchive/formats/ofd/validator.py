"""Validator of OFD documents: every part, every reference, every file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from attrs import field, frozen

from egovarchive.errors import FormatError, ToolError
from egovarchive.formats import Format, Limits, Observation, Source, Tool, Validator
from egovarchive.formats.aspect import Aspect
from egovarchive.formats.findings import Findings, shown
from egovarchive.formats.ofd.actions import action_findings, right_findings
from egovarchive.formats.ofd.archival import ArchivalReview
from egovarchive.formats.ofd.attachments import attachment_findings, stray_findings
from egovarchive.formats.ofd.coverage import reference_findings
from egovarchive.formats.ofd.fonts import font_findings
from egovarchive.formats.ofd.images import media_findings
from egovarchive.formats.ofd.objects import Objects
from egovarchive.formats.ofd.package import OfdPackage
from egovarchive.formats.ofd.part import RESOURCES, OfdPart, Role, UnreadPart
from egovarchive.formats.ofd.signed import Digests, OfdSignature, read_signature
from egovarchive.formats.ofd.structure import (
    ARCHIVAL,
    NAMESPACE,
    doc_type,
    namespace,
    structure_findings,
)
from egovarchive.formats.ofd.tree import parts
from egovarchive.formats.zip_audit import LimitError
from egovarchive.records.identifiers.quoting import quoted
from egovarchive.records.outcome import Outcome

VERSION: Final = "1"  # of the rules; it changes when their answers change
_NAMED: Final = 5  # parts, of those that were not looked at
_ALL: Final = frozenset(Aspect)
# What is asked of the content of parts, and of the files they lead to.
_CONTENT: Final = (
    Aspect.COMPLETE,
    Aspect.READABLE,
    Aspect.SELF_CONTAINED,
    Aspect.PASSIVE,
    Aspect.EMBEDDED,
    Aspect.CONFORMANT,
)


def _core_images() -> tuple[Validator, ...]:
    from egovarchive.formats.bmp import BmpWalk  # noqa: PLC0415 - with the first OFD
    from egovarchive.formats.jpeg import JpegWalk  # noqa: PLC0415 - the same
    from egovarchive.formats.png import PngWalk  # noqa: PLC0415 - the same
    from egovarchive.formats.tiff import TiffWalk  # noqa: PLC0415 - the same

    return PngWalk(), JpegWalk(), BmpWalk(), TiffWalk()


@frozen
class OfdValidator:
    """
    Answers all that is asked of OFD documents (GB/T 33190—2016).

    Every part from OFD.xml on is read, all that it names is looked for, every file's
    checksum is compared, and so are the digests that signatures list. Whether seals and
    signatures themselves are good is not asked here.

    Args:
        images: What looks at the images within, beside the core; without one that
            decodes JPEG, say, a document with a JPEG image has not wholly been read.
        archival: Whether every document must be OFD-A, whatever it claims.
    """

    images: tuple[Validator, ...] = ()
    archival: bool = field(default=False, kw_only=True)

    @property
    def tool(self) -> Tool:
        # What it answers depends on what looks at images: it is told with it.
        others = [str(each.tool) for each in self.images]
        if self.archival:
            others.append("every document as OFD-A")
        return Tool("egovarchive.ofd", VERSION, ", ".join(others))

    @property
    def isolated(self) -> bool:
        return any(each.isolated for each in self.images)

    def answers(self, format: Format) -> frozenset[Aspect]:
        return _ALL if format.id == "ofd" else frozenset()

    def validate(
        self,
        source: Source,
        format: Format,
        limits: Limits,
    ) -> Iterator[Observation]:
        try:
            package = OfdPackage.open(source, limits)
            images = (*_core_images(), *self.images)
            inspection = _Inspection(package, images, archival=self.archival)
            inspection.run()
        except LimitError as error:
            # It may be right: nothing is said against it.
            raise ToolError(error.message("en"), error.message("zh")) from error
        yield from inspection.findings


class _Inspection:
    """One look at one package."""

    def __init__(
        self, package: OfdPackage, images: tuple[Validator, ...], *, archival: bool
    ) -> None:
        self.findings = Findings(package.limits.findings)
        self._package = package
        self._images = images
        self._archival = archival
        self._review = ArchivalReview(package, required=archival)
        self._objects: defaultdict[str, Objects] = defaultdict(Objects)
        self._digests = Digests(package)
        self._signatures: list[OfdSignature] = []
        self._signing: set[str] = set()
        self._types: dict[str, tuple[str, str]] = {}
        self._spaces: set[str] = set()
        self._reached: set[str] = set()
        self._parsed: set[str] = set()
        self._unread: list[UnreadPart] = []

    def run(self) -> None:
        """Look at everything."""
        self.findings.extend(self._package.problems)
        self._look_for_encryption()
        for part in parts(self._package):
            if isinstance(part, UnreadPart):
                self._leave(part)
            else:
                self._look(part)
        if not self._unread:
            self._conclude()
        self._read_the_rest()
        self.findings.extend(self._review.findings())
        for objects in self._objects.values():
            self.findings.extend(objects.circles())
        self.findings.extend(_unseen(self._unread))

    def _look_for_encryption(self) -> None:
        if name := self._package.encrypted:
            self._reached.add(name)
            self.findings.failed(
                Aspect.UNENCRYPTED,
                "expected no encryption, found the list of encrypted parts",
                "应未加密，实有加密描述文件",
                shown(name),
            )

    def _look(self, part: OfdPart) -> None:
        if part.role is Role.OFD and doc_type(part) == ARCHIVAL:
            self._archival = True
        self._parsed.add(part.name)
        self._reached.add(part.name)
        self._reached.update(link.location.name for link in part.links)
        self._look_at_namespace(part)
        self.findings.extend(structure_findings(part))
        self.findings.extend(action_findings(part))
        self._review.look(part)
        if part.role in {Role.SIGNATURES, Role.SIGNATURE}:
            self._look_at_signature(part)
            return
        self._objects[part.document].look(part)
        if part.role is Role.DOCUMENT:
            self.findings.extend(right_findings(part))
        elif part.role is Role.ATTACHMENTS:
            self.findings.extend(attachment_findings(part, self._package))
        elif part.role in RESOURCES:
            self.findings.extend(
                font_findings(part, self._package, archival=self._archival)
            )
            self.findings.extend(media_findings(part, self._package, self._images))

    def _look_at_namespace(self, part: OfdPart) -> None:
        found = namespace(part)
        if found != NAMESPACE and found not in self._spaces:
            self._spaces.add(found)
            self.findings.warned(
                Aspect.CONFORMANT,
                f"the namespace should be {NAMESPACE}, but is {quoted(found)}",
                f"命名空间应为 {NAMESPACE}，实为 {quoted(found)}",
                shown(part.name),
            )

    def _look_at_signature(self, part: OfdPart) -> None:
        self._signing.add(part.name)
        self._signing.update(link.location.name for link in part.links)
        if part.role is Role.SIGNATURES:
            for link in part.links:
                kind = (
                    str(link.element.get("ID", "")),
                    str(link.element.get("Type", "")),
                )
                self._types.setdefault(link.location.name, kind)
        else:
            number, kind_of = self._types.get(part.name, ("", ""))
            self._signatures.append(
                read_signature(part, number, kind_of, self._package, self._digests)
            )

    def _leave(self, part: UnreadPart) -> None:
        """Note that *part* could not be read."""
        self._unread.append(part)
        self._reached.add(part.name)
        self._parsed.add(part.name)
        if part.is_wrong and self._package.encrypted:
            # What is encrypted is no XML before it is decrypted.
            return
        if part.is_wrong:
            self._fail(part)

    def _fail(self, part: UnreadPart) -> None:
        en, zh = part.error.message("en"), part.error.message("zh")
        self.findings.failed(Aspect.READABLE, en, zh, shown(part.name))
        if part.damaged:
            self.findings.failed(Aspect.COMPLETE, en, zh, shown(part.name))

    def _conclude(self) -> None:
        """Say what can only be said when all parts were read."""
        for objects in self._objects.values():
            self.findings.extend(objects.unfound())
        self.findings.extend(stray_findings(self._package, self._reached))
        self.findings.extend(
            reference_findings(self._signatures, self._package, self._signing)
        )

    def _read_the_rest(self) -> None:
        """Read what is no XML to its end, so that its checksum is compared."""
        for name in self._package.names:
            if name in self._parsed:
                continue
            try:
                for _ in self._package.chunks(name):
                    pass
            except LimitError as error:
                self._unread.append(UnreadPart(name, error))
            except FormatError as error:
                self._fail(UnreadPart(name, error, damaged=True))


def _unseen(unread: Iterable[UnreadPart]) -> Iterator[Observation]:
    """Yield, for what is asked of contents, that *unread* was not looked at."""
    listed = list(unread)
    if not listed:
        return
    names = [shown(each.name) for each in listed if each.name][:_NAMED]
    reasons = dict.fromkeys(each.error.args for each in listed)
    en, zh = next(iter(reasons))
    for aspect in _CONTENT:
        yield Observation(
            aspect,
            Outcome.NOT_PERFORMED,
            f"{len(listed)} parts were not looked at; the first: {en}",
            f"有 {len(listed)} 个部分未检测；首个原因：{zh}",
            ", ".join(names),
        )
