"""Toolbox: the tools that look at files, and how they are put to work."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
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
from egovarchive.formats.answer import Answer, BrokenToolError, Told, answers
from egovarchive.formats.aspect import Aspect
from egovarchive.records.outcome import Outcome

if TYPE_CHECKING:
    from egovarchive.formats.cache import Cache
    from egovarchive.formats.scan_quality import ScanFinding, ScanRules
    from egovarchive.formats.worker import Worker

T = TypeVar("T")
_A = TypeVar("_A", "tuple[Observation, ...]", Facts)


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
        cache: Keeps what tools said of the same bytes; see `egovarchive.formats.cache`.
    """

    identifiers: tuple[Identifier, ...] = ()
    validators: tuple[Validator, ...] = ()
    readers: tuple[PropertyReader, ...] = ()
    openers: tuple[Opener, ...] = ()
    scanners: tuple[Scanner, ...] = ()
    renderers: tuple[Renderer, ...] = ()
    limits: Limits = DEFAULT_LIMITS
    worker: Worker | None = field(default=None, repr=False)
    cache: Cache | None = field(default=None, repr=False)

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
                continue
            except EgovArchiveError as error:
                note = error.message("en")
            # Whatever a plug-in trips over in a hostile file: it could not tell.
            except Exception as error:  # noqa: BLE001
                note = f"failed: {type(error).__name__}: {error}"
            found.append(Identification(tool=identifier.tool, note=note))
        return tuple(found)

    def validate(
        self, source: Source, format: Format, *, sha256: str = ""
    ) -> tuple[Answer, ...]:
        """
        Return an answer, or more, to each aspect asked of files of *format*.

        Args:
            source: The file.
            format: What it is.
            sha256: Digest of its bytes, in hex, if it is known for certain: then what
                a tool said of the same bytes before is not asked again.
        """
        told = [
            self._told(validator, source, format, looked, sha256)
            for validator in self.validators
            if (looked := validator.answers(format))
        ]
        return tuple(answers(format.asks, told))

    def facts(
        self, source: Source, format: Format, *, sha256: str = ""
    ) -> Iterator[tuple[Tool, Facts | EgovArchiveError]]:
        """
        Yield what each reader of *format* finds in *source*, or why it cannot.

        See `validate` for *sha256*.
        """
        for reader in self.readers:
            if reader.reads(format):
                yield reader.tool, self._facts(reader, source, format, sha256)

    def _facts(
        self, reader: PropertyReader, source: Source, format: Format, sha256: str
    ) -> Facts | EgovArchiveError:
        def ask() -> Facts:
            return self._run(reader.read, reader.isolated, source, format, self.limits)

        try:
            return self._remembered(reader.tool, f"read:{format}", sha256, Facts, ask)
        except EgovArchiveError as error:
            return error

    def scan(
        self, source: Source, format: Format | None
    ) -> Iterator[tuple[tuple[str, ...], Scan]]:
        """Yield what each scanner says of *source*, and of each file in it."""
        from egovarchive.formats.identify import CoreIdentifier  # noqa: PLC0415 - lazy
        from egovarchive.formats.malware.tree import scan_tree  # noqa: PLC0415 - lazy

        identifier = self.identifiers[0] if self.identifiers else CoreIdentifier()
        for scanner in self.scanners:
            yield from scan_tree(
                source,
                format,
                scanner,
                openers=self.openers,
                identifier=identifier,
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
        looked: frozenset[Aspect], sha256: str,
    ) -> Told:  # fmt: skip
        def ask() -> tuple[Observation, ...]:
            return self._run(
                _Observe(validator), validator.isolated, source, format, self.limits
            )

        said: Iterable[Observation]
        broken = False
        try:
            said = self._remembered(
                validator.tool, f"validate:{format}", sha256, tuple, ask
            )
        except FormatError as error:
            said = _unreadable(looked, error)
        except ToolError as error:
            said, broken = _idle(looked, error), isinstance(error, BrokenToolError)
        return Told(validator.tool, looked, tuple(said), broken)

    def _remembered(
        self,
        tool: Tool,
        question: str,
        sha256: str,
        kind: type[_A],
        ask: Callable[[], _A],
    ) -> _A:
        if self.cache is None or not sha256:
            return ask()
        from egovarchive.formats.cache import Key, remembered  # noqa: PLC0415

        key = Key(sha256=sha256, question=question, tool=tool, limits=self.limits)
        return remembered(self.cache, key, kind, ask)

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
            raise BrokenToolError(f"failed: {reason}", f"工具出错：{reason}") from error


@frozen
class _Observe:
    """What a worker process is sent: it answers with values, not with an iterator."""

    validator: Validator

    def __call__(
        self, source: Source, format: Format, limits: Limits
    ) -> tuple[Observation, ...]:
        return tuple(self.validator.validate(source, format, limits))


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
