"""What a file is, by its content: our own identifier, without any dependency."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from egovarchive.formats import Identification
from egovarchive.formats.bounds import end_of, other_format
from egovarchive.formats.container_kinds import zip_kind
from egovarchive.formats.ends import Ends
from egovarchive.formats.match import Match
from egovarchive.formats.media_kinds import late_frames_kind
from egovarchive.formats.observation import Tool
from egovarchive.formats.signatures import PDF_END, pdf_kind, signature_kind
from egovarchive.formats.source import Source
from egovarchive.formats.table import FORMATS
from egovarchive.formats.text_kinds import text_kind

TABLE: Final = "2026-11"
"""When the tables of this identifier last changed."""

_TOOL: Final = Tool("egovarchive", TABLE)


@frozen
class CoreIdentifier:
    """
    Tells the formats of `FORMATS` from each other by the first and last 64 KiB.

    Args:
        tool: Who it is: its tables have a version of their own.
    """

    tool: Tool = _TOOL

    def identify(self, source: Source) -> Identification:
        """
        Return what *source* is, by its content; its name decides nothing.

        Of `Ends` that were kept as a file passed by, nothing is read again. Without
        the rest, one whose directory is out of reach is told as a container only, with
        a note.

        Raises:
            EgovArchiveError: It cannot be read.
        """
        return self._told(source if isinstance(source, Ends) else Ends.of(source))

    def _told(self, ends: Ends) -> Identification:
        if not ends.size:
            return Identification(tool=self.tool, note="empty")
        found = _match(ends)
        if found is None:
            return Identification(tool=self.tool)
        end = end_of(found, ends)
        also = found.also or other_format(found, ends, end)
        return Identification(
            tool=self.tool,
            format=FORMATS.get(found.id),
            version=found.version,
            before=found.before,
            after=0 if end is None else ends.size - end,
            also=FORMATS.get(also),
            note=found.note,
        )


def _match(ends: Ends) -> Match | None:
    """Return what is found first: at the start, as text, somewhere behind the start."""
    return (
        signature_kind(ends)
        or _text(ends)
        or pdf_kind(ends)
        or zip_kind(ends)
        or late_frames_kind(ends)
    )


def _text(ends: Ends) -> Match | None:
    found = text_kind(ends)
    if found is None or found.id != "txt":
        return found
    # Lines of text before a PDF: a mail's, or a server's answer, that was kept with it.
    late = pdf_kind(ends)
    if late is not None and PDF_END.search(ends.tail):
        return late
    return found
