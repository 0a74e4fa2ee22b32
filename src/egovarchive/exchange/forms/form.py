"""Form 表格: a printed form, as a title and grids of cells; it knows no file format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final

from attrs import evolve, field, frozen

from egovarchive.errors import InvalidValueError
from egovarchive.exchange.forms.words import (
    EMPTY,
    FormLanguage,
    Words,
    blank_day,
    day_words,
)
from egovarchive.records.moment import a_date
from egovarchive.records.term import Term

_RULE: Final = "cells of a form"
MOST_COLUMNS: Final = 32


class Mark(Term):
    """What is put on paper by hand."""

    SIGNATURE = "signature", "签名"
    SEAL = "seal", "印章"


@frozen
class Line:
    """
    One paragraph, as it is printed.

    Args:
        text: What is printed.
        beside: What is printed smaller after it: the other language.
        right: Whether it stands at the right.
        room: Whether it is empty, and higher than others: one writes there.
    """

    text: str
    beside: str = ""
    right: bool = field(default=False, kw_only=True)
    room: bool = field(default=False, kw_only=True)


@frozen
class Signature:
    """
    A place to sign or to seal, with room for it.

    Args:
        label: Whose it is; empty if a cell beside it says so.
        name: Name of the person or unit, if known. It is no signature: room is left.
        text: What is signed, such as an opinion.
        on: The day, if known; else room is left for it.
        mark: What is put there.
    """

    label: Words = EMPTY
    name: str = field(default="", kw_only=True)
    text: str = field(default="", kw_only=True)
    on: date | None = field(default=None, kw_only=True, validator=a_date)
    mark: Mark = field(default=Mark.SIGNATURE, kw_only=True)

    def lines(self, lang: FormLanguage) -> list[Line]:
        """Return its paragraphs; the empty one is where one signs."""
        lines = []
        if self.label != EMPTY:
            text, beside = signed(self.label, self.mark).of(lang)
            # What is the same in both languages is not said twice.
            same = self.label.zh == self.label.en
            lines.append(Line(text, "" if same else beside))
        lines += [Line(each) for each in self.text.split("\n") if each]
        # Also if it is empty: places side by side are of the same height.
        lines.append(Line(self.name))
        day = blank_day() if self.on is None else day_words(self.on)
        # Paper is signed once: one day is enough, in whatever language.
        return [*lines, Line("", room=True), Line(day.of(lang)[0], right=True)]


def signed(label: Words, mark: Mark) -> Words:
    """Return *label* with what is to be put beside it: 填表人（签名）."""
    return Words(f"{label.zh}（{mark.zh}）", f"{label.en} ({mark.label('en')})")


@frozen
class Cell:
    """
    A cell of a grid.

    Args:
        content: What stands in it.
        head: Whether it names what stands beside or below it.
        number: Whether it holds a number, which stands at the right.
        columns: How many columns it takes.
        rows: How many rows it takes.
    """

    content: Words | Signature = EMPTY
    head: bool = field(default=False, kw_only=True)
    number: bool = field(default=False, kw_only=True)
    columns: int = field(default=1, kw_only=True)
    rows: int = field(default=1, kw_only=True)

    def lines(self, lang: FormLanguage) -> list[Line]:
        """Return the paragraphs of its content."""
        if isinstance(self.content, Signature):
            return self.content.lines(lang)
        text, beside = self.content.of(lang)
        if "\n" not in text + beside:
            return [Line(text, beside, right=self.number)]
        lines = [Line(each) for each in text.split("\n")]
        return lines + [Line("", each) for each in beside.split("\n") if each]


def heads(*labels: Words) -> tuple[Cell, ...]:
    """Return a row of heads."""
    return tuple(Cell(label, head=True) for label in labels)


@frozen
class Spot:
    """
    Where a cell lies in one row.

    Args:
        cell: The cell.
        column: The first column it takes, from 0 on.
        begins: Whether the cell begins in this row; else it reaches down from above.
    """

    cell: Cell
    column: int
    begins: bool


def _widths(value: Iterable[int]) -> tuple[int, ...]:
    return tuple(value)


def _rows(value: Iterable[Sequence[Cell]]) -> tuple[tuple[Cell, ...], ...]:
    return tuple(map(tuple, value))


@frozen
class Grid:
    """
    A ruled table.

    Args:
        widths: Widths of its columns, in parts of the whole.
        rows: Cells of each row, without those that reach down from above.
        repeated: How many rows at the top are repeated on each page.
        caption: What stands above it.
        page: Whether it begins on a new page.

    Raises:
        InvalidValueError: The cells do not fill the rows; places are as ``rows[3]``.
    """

    widths: tuple[int, ...] = field(converter=_widths)
    rows: tuple[tuple[Cell, ...], ...] = field(converter=_rows)
    repeated: int = field(default=0, kw_only=True)
    caption: Words = field(default=EMPTY, kw_only=True)
    page: bool = field(default=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if not 1 <= len(self.widths) <= MOST_COLUMNS or min(self.widths) < 1:
            raise InvalidValueError(
                f"no widths of 1 to {MOST_COLUMNS} columns: {self.widths}",
                f"不是 1 至 {MOST_COLUMNS} 列的列宽：{self.widths}",
                rule=_RULE,
                place="widths",
            )
        for _ in self.laid_out():
            pass

    def laid_out(self) -> Iterator[list[Spot]]:
        """Yield where cells lie in each row, from left to right."""
        above: list[tuple[Spot, int]] = []  # with the rows that are still to come
        for number, cells in enumerate(self.rows):
            taken = {spot.column: (spot, left) for spot, left in above}
            spots: list[tuple[Spot, int]] = []
            waiting, column = iter(cells), 0
            while column < len(self.widths):
                if column in taken:
                    spot, left = taken[column]
                    spots.append((evolve(spot, begins=False), left - 1))
                elif (cell := next(waiting, None)) is not None:
                    spots.append((Spot(cell, column, begins=True), cell.rows - 1))
                    if cell.columns < 1 or cell.rows < 1 or _overlap(spots[-1], taken):
                        raise _unfilled(number)
                else:
                    raise _unfilled(number)
                column += spots[-1][0].cell.columns
            if column > len(self.widths) or next(waiting, None) is not None:
                raise _unfilled(number)
            yield [spot for spot, _ in spots]
            above = [each for each in spots if each[1]]
        if above:
            raise _unfilled(len(self.rows))


def _parts(value: Iterable[Grid | Words]) -> tuple[Grid | Words, ...]:
    return tuple(value)


@frozen
class Form:
    """
    A form that can be printed.

    Args:
        title: Its title.
        parts: Grids, and notes between them.
        landscape: Whether pages lie on their long side.
    """

    title: Words
    parts: tuple[Grid | Words, ...] = field(converter=_parts)
    landscape: bool = field(default=False, kw_only=True)


def signatures(
    places: Sequence[Signature], *, across: int, caption: Words = EMPTY
) -> Grid:
    """Return *places* as a grid, *across* in a row; the last row is filled up."""
    cells = [Cell(place) for place in places]
    rows = [cells[i : i + across] for i in range(0, len(cells), across)]
    if rows and (missing := across - len(rows[-1])):
        rows[-1][-1] = evolve(rows[-1][-1], columns=missing + 1)
    return Grid((1,) * across, rows, caption=caption)


def _overlap(placed: tuple[Spot, int], taken: dict[int, tuple[Spot, int]]) -> bool:
    spot = placed[0]
    return any(
        spot.column < column < spot.column + spot.cell.columns for column in taken
    )


def _unfilled(number: int) -> InvalidValueError:
    return InvalidValueError(
        "the cells do not fill the row",
        "单元格未能恰好填满该行",
        rule=_RULE,
        place=f"rows[{number}]",
    )
