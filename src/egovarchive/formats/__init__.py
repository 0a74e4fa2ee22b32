"""
Formats: what a file is, whether it can be opened, and what is in it.

The contracts of the tools that look at one file. Core tools have no dependency; the
others are extras, loaded where they are used. Tools are passed in as objects.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Protocol

from attrs import field, frozen

from egovarchive.formats.aspect import Aspect
from egovarchive.formats.facts import Facts
from egovarchive.formats.format import Format, Kind
from egovarchive.formats.limits import DEFAULT_LIMITS, Limits
from egovarchive.formats.observation import Observation, Tool
from egovarchive.formats.source import BytesSource, FileSource, Source
from egovarchive.records.term import Term

__all__ = [
    "DEFAULT_LIMITS",
    "Aspect",
    "BytesSource",
    "Facts",
    "FileSource",
    "Format",
    "Identification",
    "Identifier",
    "Kind",
    "Limits",
    "Observation",
    "Opener",
    "PropertyReader",
    "Renderer",
    "Scan",
    "Scanner",
    "Source",
    "Tool",
    "Validator",
    "Verdict",
]


@frozen(kw_only=True)
class Identification:
    """
    What a file was found to be, by its content alone.

    Args:
        tool: Who says so.
        format: Its format; None if the tool knows none.
        version: The format's version, if the content tells.
        puid: Its PRONOM identifier, if the tool gives one.
        before: Bytes that stand before its start.
        after: Bytes that stand after its end.
        also: Another format that the same bytes can be read as (a polyglot).
        note: What else the tool says, in its own words.
    """

    tool: Tool
    format: Format | None = None
    version: str = ""
    puid: str = ""
    before: int = 0
    after: int = 0
    also: Format | None = None
    note: str = ""


class Identifier(Protocol):
    """Tells what a file is."""

    @property
    def tool(self) -> Tool:
        """Who it is."""
        ...

    def identify(self, source: Source) -> Identification:
        """Return what *source* is, by its content; its name decides nothing."""
        ...


class Validator(Protocol):
    """Answers some of what is asked of files of some formats."""

    @property
    def tool(self) -> Tool:
        """Who it is."""
        ...

    @property
    def isolated(self) -> bool:
        """Whether it runs code of others on the file, and so in a worker process."""
        ...

    def answers(self, format: Format) -> frozenset[Aspect]:
        """Return the aspects of files of *format* that it looks at; empty if none."""
        ...

    def validate(
        self, source: Source, format: Format, limits: Limits
    ) -> Iterable[Observation]:
        """
        Yield what is to be said of *source*.

        An aspect that it answers and says nothing of has passed. What it cannot
        tell it says: *not performed*, with the reason.

        Raises:
            FormatError: The file is not what its format says; the same as failing
                `Aspect.READABLE`, and nothing else was looked at.
            ToolError: The tool itself cannot work: all it answers is *not performed*.
        """
        ...


class PropertyReader(Protocol):
    """Reads what files say of themselves."""

    @property
    def tool(self) -> Tool:
        """Who it is."""
        ...

    @property
    def isolated(self) -> bool:
        """Whether it runs code of others on the file, and so in a worker process."""
        ...

    def reads(self, format: Format) -> bool:
        """Say whether it reads files of *format*."""
        ...

    def read(self, source: Source, format: Format, limits: Limits) -> Facts:
        """
        Return what *source* says of itself.

        Raises:
            FormatError: The file is not what its format says.
            ToolError: The tool itself cannot work.
        """
        ...


class Opener(Protocol):
    """Takes out the files that lie in a file: attachments, parts, members."""

    @property
    def tool(self) -> Tool:
        """Who it is."""
        ...

    @property
    def isolated(self) -> bool:
        """Whether it runs code of others on the file, and so in a worker process."""
        ...

    def opens(self, format: Format) -> bool:
        """Say whether it opens files of *format*."""
        ...

    def children(
        self, source: Source, format: Format, limits: Limits
    ) -> Iterator[Source]:
        """
        Yield each file in *source*; its name may be hostile, and is only shown.

        Raises:
            FormatError: The file is not what its format says, or a limit is passed:
                what was yielded before is not all.
            ToolError: The tool itself cannot work.
        """
        ...


class Verdict(Term):
    """What a scanner can say."""

    CLEAN = "clean", "未发现"
    INFECTED = "infected", "已感染"
    SUSPICIOUS = "suspicious", "可疑"
    NOT_SCANNED = "not_scanned", "未扫描"


@frozen(kw_only=True)
class Scan:
    """
    What a scanner said of one file.

    Args:
        tool: Who, with the version of its signatures.
        verdict: What.
        signature: The name of what was found, in the scanner's words.
        en: Why it is suspicious, or was not scanned; empty if clean or infected.
        zh: The same in Chinese.
        data_at: When its signatures were made; None if it does not say.
    """

    tool: Tool
    verdict: Verdict
    signature: str = ""
    en: str = ""
    zh: str = ""
    data_at: datetime | None = None


class Scanner(Protocol):
    """Looks for malware."""

    def scan(self, source: Source, limits: Limits) -> Scan:
        """
        Return what it says of *source*.

        A scanner that cannot be reached, times out or meets a limit of its own says
        that it did not scan; that is never clean.
        """
        ...


@frozen(kw_only=True)
class Page:
    """
    A page as it looks.

    Args:
        number: Which, from 1.
        png: The picture, PNG.
        details: What else is known of it, such as the resolution of its images.
    """

    number: int
    png: bytes = field(repr=False)
    details: Mapping[str, str] = field(factory=dict)


class Renderer(Protocol):
    """Shows files as pictures of their pages."""

    @property
    def tool(self) -> Tool:
        """Who it is."""
        ...

    def renders(self, format: Format) -> bool:
        """Say whether it shows files of *format*."""
        ...

    def pages(self, source: Source, format: Format, limits: Limits) -> Iterator[Page]:
        """
        Yield the pages of *source*, in order.

        Raises:
            FormatError: The file is not what its format says.
            ToolError: The tool itself cannot work.
        """
        ...
