"""Columns: text on a terminal, where a Chinese character takes two places."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

GAP: Final = "  "
PAGE: Final = 200  # rows that are measured together

# What would steer the terminal, or show a text otherwise than it is.
_STEERING: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_WIDE: Final = frozenset("WF")
_WITHOUT_PLACE: Final = frozenset({"Mn", "Me"})
# A line does not begin with these.
_CLOSING: Final = "，。；：、？！）》”’】…·,.;:!?)]"
# A word of narrow characters, or one wide character, with what closes it.
_PIECE: Final = re.compile(
    f"\\s+|[^\\s\u2e80-\uffef]+|[\u2e80-\uffef][{re.escape(_CLOSING)}]*"
)


def printable(text: str) -> str:
    """
    Return *text* with each control and format character written out.

    >>> print(printable("a\\x1b[2Jb\\u202e"))
    a\\x1b[2Jb\\u202e
    """
    if text.isprintable():
        return text
    return "".join(
        char.encode("unicode_escape").decode()
        if unicodedata.category(char) in _STEERING
        else char
        for char in text
    )


def width(text: str) -> int:
    """
    Return how many places *text* takes on a terminal.

    >>> width("abc"), width("档号·1")
    (3, 6)
    """
    if text.isascii():
        return len(text)
    return sum(
        2
        if unicodedata.east_asian_width(char) in _WIDE
        else unicodedata.category(char) not in _WITHOUT_PLACE
        for char in text
    )


def padded(text: str, places: int) -> str:
    """Return *text* filled up with spaces to *places*."""
    return text + " " * (places - width(text))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """
    Yield *head* and *rows* as lines with aligned columns; nothing without rows.

    Rows are measured page by page, so that any number of them may come; a column
    never gets narrower.
    """
    widths = [width(cell) for cell in head]
    source = iter(rows)
    first = True
    while page := [[printable(cell) for cell in row] for row in islice(source, PAGE)]:
        widths = [
            max(known, *map(width, cells))
            for known, cells in zip(widths, zip(*page, strict=True), strict=True)
        ]
        if first:
            yield _line(head, widths)
            first = False
        for row in page:
            yield _line(row, widths)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return GAP.join(map(padded, cells, widths)).rstrip()


def pairs(items: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield each name and its value as a line, the values aligned."""
    known = list(items)
    places = max(width(name) for name, _ in known)
    for name, value in known:
        yield f"{padded(name, places)}{GAP}{value}"


def wrapped(text: str, places: int) -> list[str]:
    """
    Return *text* as lines of at most *places*: between words, or Chinese characters.

    >>> wrapped("保管期限表，CSV 或 JSON", 12)
    ['保管期限表，', 'CSV 或 JSON']
    """
    lines: list[str] = []
    line = ""
    for piece in _PIECE.findall(text):
        if piece.isspace():
            line = line and f"{line} "
        elif line and width(line) + width(piece) > places:
            lines.append(line.rstrip())
            line = piece
        else:
            line += piece
    return [*lines, line.rstrip()] if line else lines


def size_text(size: int) -> str:
    """
    Return *size*, in bytes, for a reader.

    >>> size_text(999), size_text(1_234_567)
    ('999 B', '1.2 MB')
    """
    amount, units = float(size), iter(("B", "kB", "MB", "GB", "TB"))
    unit = next(units)
    for larger in units:
        if amount < 1000:  # noqa: PLR2004 - kilo
            break
        amount, unit = amount / 1000, larger
    return f"{size} B" if unit == "B" else f"{amount:.1f} {unit}"
