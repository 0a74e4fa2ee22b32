"""ZIP files as documents: are they whole, can all of it be unpacked, what is in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from attrs import frozen

from egovarchive.formats.archive_kinds import HEAD, archive_in
from egovarchive.formats.aspect import Aspect
from egovarchive.formats.findings import Findings, shown
from egovarchive.formats.format import Format
from egovarchive.formats.limits import Limits
from egovarchive.formats.observation import Observation, Tool
from egovarchive.formats.source import Source
from egovarchive.formats.zip_audit import ZipFile
from egovarchive.formats.zip_contents import children, contents, open_zip
from egovarchive.formats.zip_entry import ZipEntry

TOOL: Final = Tool("egovarchive.zip", "1")

_ASPECTS: Final = frozenset({
    Aspect.COMPLETE,
    Aspect.READABLE,
    Aspect.UNENCRYPTED,
    Aspect.EMBEDDED,
    Aspect.BOUNDED,
})  # fmt: skip


@frozen
class ZipValidator:
    """Looks at all of a ZIP file, and inflates every entry."""

    isolated: bool = False

    @property
    def tool(self) -> Tool:
        """Who it is."""
        return TOOL

    def answers(self, format: Format) -> frozenset[Aspect]:
        """Return what it looks at in ZIP files; nothing in others."""
        return _ASPECTS if format.id == "zip" else frozenset()

    def validate(
        self,
        source: Source,
        format: Format,
        limits: Limits,
    ) -> Iterator[Observation]:
        """Yield what is to be said of *source*."""
        found = Findings(limits.findings)
        archive = open_zip(source, limits, found)
        if archive is None:
            closed(found, _ASPECTS)
        else:
            for entry, head in contents(archive, found, lambda _: HEAD):
                _archive(entry, head, found)
            _unseen(archive, found)
        yield from found


def closed(found: Findings, answered: frozenset[Aspect]) -> None:
    """Note in *found* that nothing else of a file could be looked at."""
    for aspect in sorted(answered, key=lambda each: str(each.value)):
        if aspect not in {Aspect.COMPLETE, Aspect.READABLE}:
            found.not_performed(aspect, "it cannot be opened", "无法打开")


def _archive(entry: ZipEntry, head: bytes, found: Findings) -> None:
    if name := archive_in(head, entry.name):
        found.warned(
            Aspect.EMBEDDED,
            f"an archive in an archive ({name})",
            f"压缩包内含压缩包（{name}）",
            shown(entry.name),
        )


def _unseen(archive: ZipFile, found: Findings) -> None:
    """What is encrypted may be an archive or not."""
    if any(entry.is_encrypted for entry in archive.entries):
        found.not_performed(
            Aspect.EMBEDDED,
            "encrypted entries cannot be looked at",
            "已加密的条目无法查看",
        )


@frozen
class ZipOpener:
    """Takes the files out of ZIP files."""

    isolated: bool = False

    @property
    def tool(self) -> Tool:
        """Who it is."""
        return TOOL

    def opens(self, format: Format) -> bool:
        """Say whether it is a ZIP file."""
        return format.id == "zip"

    def children(
        self,
        source: Source,
        format: Format,
        limits: Limits,
    ) -> Iterator[Source]:
        """
        Yield each file; one lasts until the next is asked for.

        Raises:
            FormatError: After the last: one of them cannot be read, or is too large.
        """
        archive = ZipFile.open(source, limits)
        files = (entry for entry in archive.entries if not entry.is_folder)
        yield from children(archive, files)
