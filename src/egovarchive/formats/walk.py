"""Walk: one way through the structure of a file, from its start to its end."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from time import monotonic
from typing import ClassVar, Final

from attrs import define, field

from egovarchive.errors import FormatError, ToolError
from egovarchive.formats import Facts, Format, Limits, Observation, Source, Tool
from egovarchive.formats.aspect import Aspect
from egovarchive.formats.findings import Findings
from egovarchive.formats.kept import Kept
from egovarchive.formats.octets import BrokenError, Octets
from egovarchive.records.outcome import Outcome

# Of the rules of all walks; it changes when their answers change.
_VERSION: Final = "1"
_PADDING: Final = 1 << 16  # bytes

PICTURE: Final = frozenset({Aspect.COMPLETE, Aspect.BOUNDED})
MEDIA: Final = PICTURE | {Aspect.UNENCRYPTED}


@define
class Survey:
    """
    What a walk has found so far.

    Args:
        limits: How much work it may make.
        thorough: Whether contents are decoded, not only counted.
        findings: What is to be said of the file.
        facts: What the file says of itself.
    """

    limits: Limits
    thorough: bool = True
    findings: Findings = field(init=False)
    facts: Facts = field(factory=Facts)

    @findings.default
    def _none_yet(self) -> Findings:
        return Findings(self.limits.findings)

    def broken(self, en: str, zh: str, place: str = "") -> None:
        """Note that the file is not whole."""
        self.findings.failed(Aspect.COMPLETE, en, zh, place)

    def odd(self, en: str, zh: str, place: str = "") -> None:
        """Note something unusual in its structure that harms nothing."""
        self.findings.warned(Aspect.COMPLETE, en, zh, place)

    def encrypted(self, en: str, zh: str, place: str = "") -> None:
        """Note encryption."""
        self.findings.failed(Aspect.UNENCRYPTED, en, zh, place)

    def empty(self) -> None:
        """Note that there is nothing to hear or see."""
        self.broken(
            "expected sound or pictures, found none: its length is zero",
            "应有音频或图像内容，实为零长度",
        )

    def ends(self, file: Octets, end: int) -> None:
        """Note what stands in *file* after *end*, where its structure ends."""
        extra = file.size - end
        if extra <= 0:
            return
        en = f"expected its end at byte {end}, found {extra} more bytes"
        zh = f"应在第 {end} 字节处结束，实有多余数据 {extra} 字节"
        # Disks and transfers fill up with zeros or line ends; that hides nothing.
        if extra <= _PADDING and not file.peek(end, extra).strip(b"\0\r\n"):
            self.findings.warned(Aspect.BOUNDED, f"{en} of padding", f"{zh}（填充）")
        else:
            self.findings.failed(Aspect.BOUNDED, en, zh, f"@{end}")


class Walk(ABC):
    """
    One way through files of some formats: a validator and a property reader.

    It reads lengths, checksums and order, and runs no code but ours.
    """

    name: ClassVar[str]
    formats: ClassVar[frozenset[str]]
    aspects: ClassVar[frozenset[Aspect]]

    @property
    def tool(self) -> Tool:
        return Tool(f"egovarchive.{self.name}", _VERSION)

    @property
    def isolated(self) -> bool:
        return False

    def answers(self, format: Format) -> frozenset[Aspect]:
        return self.aspects if format.id in self.formats else frozenset()

    def reads(self, format: Format) -> bool:
        return format.id in self.formats

    @abstractmethod
    def walk(self, file: Octets, survey: Survey) -> None:
        """
        Go through *file*, and note what is found in *survey*.

        Raises:
            BrokenError: There is no way on through it, or it ends too early.
            FormatError: It is of another format.
            ToolError: The time is up.
        """

    def validate(
        self,
        source: Source,
        format: Format,
        limits: Limits,
    ) -> Iterator[Observation]:
        survey = Survey(limits)
        try:
            self.walk(_octets(source, limits), survey)
        except BrokenError as error:
            survey.broken(error.message("en"), error.message("zh"))
            self._leave(survey, "its end was not reached", "文件不完整，未能检测到结尾")
        except ToolError as error:
            self._leave(survey, error.message("en"), error.message("zh"))
        else:
            if isinstance(source, Kept):
                # Whoever goes through all of it has seen what `read` would tell.
                source.once((type(self), limits), lambda _: survey.facts)
        yield from survey.findings

    def read(
        self,
        source: Source,
        format: Format,
        limits: Limits,
    ) -> Facts:
        if isinstance(source, Kept):
            return source.once(
                (type(self), limits), lambda kept: self.read(kept, format, limits)
            )
        survey = Survey(limits, thorough=False)
        try:
            self.walk(_octets(source, limits), survey)
        except BrokenError:
            # What was read up to there is what the file says of itself.
            if survey.facts == Facts():
                raise
        return survey.facts

    def _leave(self, survey: Survey, en: str, zh: str) -> None:
        """Note that what has not failed by now was not looked at."""
        for aspect in Aspect:
            if aspect in self.aspects and not survey.findings.has(aspect):
                survey.findings.add(Observation(aspect, Outcome.NOT_PERFORMED, en, zh))


def _octets(source: Source, limits: Limits) -> Octets:
    if not source.size:
        raise FormatError("the file is empty: 0 bytes", "文件为空：0 字节")
    return Octets(source, monotonic() + limits.seconds)


def lost(label: str, zh: str, at: int, found: bytes) -> BrokenError:
    """Return the error that at byte *at* there is *found*, and no *label*."""
    return BrokenError(
        f"expected {label} at byte {at}, found {found[:8].hex(' ')}",
        f"第 {at} 字节处应为{zh}，实为 {found[:8].hex(' ')}",
    )


def not_a(label: str, found: bytes) -> FormatError:
    """Return the error that a file is no *label*, but begins with *found*."""
    return FormatError(
        f"not {label}: it begins with {found[:16].hex(' ')}",
        f"不是 {label} 文件：开头为 {found[:16].hex(' ')}",
    )
