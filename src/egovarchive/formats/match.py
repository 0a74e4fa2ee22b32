"""Match: what the content of a file was recognised as, before it is reported."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen

from egovarchive.formats.ends import Ends


@frozen
class Match:
    """
    What the content of a file was recognised as.

    Args:
        id: The format's `Format.id`; empty if it is known, but not in our list.
        version: Of the format.
        note: What else is to be said.
        before: Bytes that stand before its start.
        also: The id of another format that it is as well.
        stop: Where it ends; None if that was not looked for.
    """

    id: str
    version: str = ""
    note: str = ""
    before: int = 0
    also: str = ""
    stop: int | None = None


Recogniser = Callable[[Ends], Match | None]
