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

        Raises:
            EgovArchiveError: It cannot be read.
        """
        return self._told(Ends.of(source))

    def identify_ends(
        self, head: bytes, tail: bytes, size: int, source: Source | None = None
    ) -> Identification:
        """
        Return what a file is whose bytes have just passed by.

        Args:
            head: Its first `HEAD_SIZE` bytes, or all of them.
            tail: Its last `TAIL_SIZE` bytes, or all of them.
            size: How many it has.
            source: Where to read what lies between, such as a large ZIP directory;
                without it such a file is told as a container only, with a note.
        """
        return self._told(Ends(head, tail, size, source))

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
