"""Content of a sample file, before a program writes it in its format."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RedHead:
    """The red head of an official letter: the unit, a number, a red rule."""

    unit: str
    number: str


@dataclass(frozen=True)
class Title:
    """A centred title."""

    text: str


@dataclass(frozen=True)
class Line:
    """A line of its own, without the two characters of indent."""

    text: str
    align: str = "left"  # left, center, right


@dataclass(frozen=True)
class Para:
    """A paragraph with two characters of indent."""

    text: str


@dataclass(frozen=True)
class Table:
    """A ruled table; *widths* are shares of the line, one a column."""

    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Signed:
    """Unit and date at the lower right, under a red seal that says 样例 (sample)."""

    unit: str
    day: str
    sealed: bool = True


@dataclass(frozen=True)
class PageBreak:
    """What follows begins a page."""


Block = RedHead | Title | Line | Para | Table | Signed | PageBreak


@dataclass(frozen=True)
class Text:
    """A text document: DOCX, PDF, OFD, or paper that gets scanned."""

    title: str
    author: str
    blocks: tuple[Block, ...]
    framed: bool = False  # a certificate has a frame
    archival: bool = False  # PDF/A
    signer: str | None = None  # of an electronic signature, PDF only
    as_image: bool = False  # OFD of a page image, as conversion services make them


@dataclass(frozen=True)
class Sheet:
    """A worksheet. A cell is text, a number, or a formula that begins with ``=``."""

    name: str
    rows: tuple[tuple[str | float, ...], ...]
    widths: tuple[float, ...]  # centimetres


@dataclass(frozen=True)
class Book:
    """A spreadsheet: XLSX."""

    title: str
    author: str
    sheets: tuple[Sheet, ...]


@dataclass(frozen=True)
class Plain:
    """Text as it is: TXT or XML."""

    text: str
    signature: bool = False  # begin with the byte order mark, as Windows does
    newline: str = "\n"


@dataclass(frozen=True)
class Drawing:
    """A vector drawing in SVG: PDF or PNG."""

    svg: str
    zoom: float = 1.0


@dataclass(frozen=True)
class Photo:
    """A photograph: JPEG. *scene* is one of those in `pictures`."""

    scene: str
    caption: str


@dataclass(frozen=True)
class Speech:
    """Spoken Chinese: WAV or MP3."""

    text: str


@dataclass(frozen=True)
class Film:
    """A pan over a scene, with speech: MP4."""

    scene: str
    text: str


Content = Text | Book | Plain | Drawing | Photo | Speech | Film
