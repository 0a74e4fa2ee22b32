"""Facts: what a file says of itself, to be held against its metadata."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen


@frozen(kw_only=True)
class Facts:
    """
    What a file says of itself; None is what it does not say.

    Args:
        pages: Number of pages, slides or sheets.
        width: Of the first image or frame, in pixels.
        height: Of the same.
        resolution: Dots per inch that the file declares (the smaller of both axes).
        colour: ``bitonal``, ``grey`` or ``colour``.
        compression: How an image is compressed, such as ``jpeg`` or ``ccitt4``.
        seconds: How long it plays.
        codecs: Of its streams, in order.
        sample_rate: Of the first audio stream, in hertz.
        application: The program that made it.
        title: Its own title.
        created: When it says it was made; without a zone if the file gives none.
        modified: When it says it was last changed; the same.
    """

    pages: int | None = None
    width: int | None = None
    height: int | None = None
    resolution: float | None = None
    colour: str | None = None
    compression: str | None = None
    seconds: float | None = None
    codecs: tuple[str, ...] | None = None
    sample_rate: int | None = None
    application: str | None = None
    title: str | None = None
    created: datetime | None = None
    modified: datetime | None = None
