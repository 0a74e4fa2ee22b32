"""Toolbox: the tools that look at files, and how they are put to work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

from attrs import evolve, field, frozen
from typing_extensions import Self

from egovarchive.errors import EgovArchiveError, FormatError, ToolError
from egovarchive.formats import (
    DEFAULT_LIMITS,
    Facts,
    Format,
    Identification,
    Identifier,
    Limits,
    Observation,
    Opener,
    PropertyReader,
    Renderer,
    Scan,
    Scanner,
    Source,
    Tool,
    Validator,
)
from egovarchive.formats.answer import Answer, Told, answers
from egovarchive.formats.aspect import Aspect
from egovarchive.records.outcome import Outcome

if TYPE_CHECKING:
    from egovarchive.formats.scan_quality import ScanFinding, ScanRules
    from egovarchive.formats.worker import Worker

T = TypeVar("T")


@frozen(kw_only=True)
class Toolbox:
    """
    Tools, and the limits within which they work.

    `core_tools` and `installed_tools` of `egovarchive.formats.tools` make one; to add
    your own, ``attrs.evolve(tools, validators=(*tools.validators, mine))``.

    Args:
        identifiers: Tell what a file is; the first one decides, the others are heard.
        validators: Answer what is asked of files.
        readers: Read what files say of themselves.
        openers: Take out files within files.
        scanners: Look for malware.
        renderers: Show pages.
        limits: How much work a file may make.
        worker: Where tools run that run code of others; None runs them here, which
            is for trusted files only.
    """

    identifiers: tuple[Identifier, ...] = ()
    validators: tuple[Validator, ...] = ()
    readers: tuple[PropertyReader, ...] = ()
    openers: tuple[Opener, ...] = ()
    scanners: tuple[Scanner, ...] = ()
    renderers: tuple[Renderer, ...] = ()
    limits: Limits = DEFAULT_LIMITS
    worker: Worker | None = field(default=None, repr=False)

    def close(self) -> None:
        """End the processes that tools run in. They are started again when needed."""
        if self.worker is not None:
            self.worker.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def with_scanner(self, scanner: Scanner) -> Toolbox:
        """Return this toolbox with *scanner* beside those it has."""
        return evolve(self, scanners=(*self.scanners, scanner))

    def identify(self, source: Source) -> tuple[Identification, ...]:
        """Return what each identifier says of *source*; the first one decides."""
        found = []
        for identifier in self.identifiers:
            try:
                found.append(identifier.identify(source))
            except EgovArchiveError as error:
                found.append(
                    Identification(tool=identifier.tool, note=error.message("en"))
                )
        return tuple(found)

    def validate(self, source: Source, format: Format) -> tuple[Answer, ...]:
        """Return an answer, or more, to each aspect asked of files of *format*."""
        told = [
            self._told(validator, source, format, looked)
            for validator in self.validators
            if (looked := validator.answers(format))
        ]
        return tuple(answers(format.asks, told))

    def facts(
        self, source: Source, format: Format
    ) -> Iterator[tuple[Tool, Facts | EgovArchiveError]]:
        """Yield what each reader of *format* finds in *source*, or why it cannot."""
        for reader in self.readers:
            if reader.reads(format):
                try:
                    yield (
                        reader.tool,
                        self._run(
                            reader.read, reader.isolated, source, format, self.limits
                        ),
                    )
                except EgovArchiveError as error:
                    yield reader.tool, error

    def scan(
        self, source: Source, format: Format | None
    ) -> Iterator[tuple[tuple[str, ...], Scan]]:
        """Yield what each scanner says of *source*, and of each file in it."""
        from egovarchive.formats.malware.tree import scan_tree  # noqa: PLC0415 - lazy

        for scanner in self.scanners:
            yield from scan_tree(
                source,
                format,
                scanner,
                openers=self.openers,
                identifier=self.identifiers[0],
                limits=self.limits,
                worker=self.worker,
            )

    def scan_quality(
        self, source: Source, format: Format, rules: ScanRules
    ) -> list[ScanFinding]:
        """
        Return what is to be said of *source* as a picture of paper, by *rules*.

        Raises:
            ToolError: Nobody could look.
        """
        from egovarchive.formats.scan_quality import scan_quality  # noqa: PLC0415

        look = partial(scan_quality, rules=rules)
        return self._run(look, True, source, format, self.limits)  # noqa: FBT003

    def _told(
        self, validator: Validator, source: Source, format: Format,
        looked: frozenset[Aspect],
    ) -> Told:  # fmt: skip
        try:
            said = self._run(
                _Observe(validator),
                validator.isolated,
                source,
                format,
                self.limits,
            )
        except FormatError as error:
            said = list(_unreadable(looked, error))
        except ToolError as error:
            said = list(_idle(looked, error))
        return Told(validator.tool, looked, tuple(said))

    def _run(
        self,
        function: Callable[[Source, Format, Limits], T],
        isolated: bool,  # noqa: FBT001 - a tool's own word
        source: Source,
        format: Format,
        limits: Limits,
    ) -> T:
        try:
            if isolated and self.worker is not None:
                return self.worker.run(function, source, format, limits)
            return function(source, format, limits)
        except EgovArchiveError:
            raise
        # Whatever a plug-in trips over in a hostile file: it could not look at it.
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"
            raise ToolError(f"failed: {reason}", f"工具出错：{reason}") from error


@frozen
class _Observe:
    """What a worker process is sent: it answers with values, not with an iterator."""

    validator: Validator

    def __call__(
        self, source: Source, format: Format, limits: Limits
    ) -> list[Observation]:
        return list(self.validator.validate(source, format, limits))


def _unreadable(looked: frozenset[Aspect], error: FormatError) -> Iterator[Observation]:
    en, zh = error.message("en"), error.message("zh")
    main = Aspect.READABLE if Aspect.READABLE in looked else Aspect.COMPLETE
    for aspect in looked:
        if aspect is main:
            yield Observation(aspect, Outcome.FAILED, en, zh)
        else:
            yield Observation(
                aspect,
                Outcome.NOT_PERFORMED,
                f"it cannot be read: {en}",
                f"无法读取：{zh}",
            )


def _idle(looked: frozenset[Aspect], error: ToolError) -> Iterator[Observation]:
    en, zh = error.message("en"), error.message("zh")
    for aspect in looked:
        yield Observation(aspect, Outcome.NOT_PERFORMED, en, zh)
