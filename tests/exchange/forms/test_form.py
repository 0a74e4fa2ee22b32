"""A form: its cells fill its grids, and its words stand in each language."""

from __future__ import annotations

import pytest

from egovarchive.errors import InvalidValueError
from egovarchive.exchange.forms.form import Cell, Grid, Line, Signature, signatures
from egovarchive.exchange.forms.words import Words

A = Words.same("a")


def shape(grid: Grid) -> list[list[tuple[int, bool]]]:
    return [[(spot.column, spot.begins) for spot in row] for row in grid.laid_out()]


def test_cells_reach_over_columns_and_rows() -> None:
    tall = Cell(A, rows=2)
    grid = Grid((1, 2, 1), [(tall, Cell(A, columns=2)), (Cell(A), Cell(A))])
    assert shape(grid) == [
        [(0, True), (1, True)],
        [(0, False), (1, True), (2, True)],
    ]
    with_two = [(Cell(A), Cell(A, rows=3)), (Cell(A),), (Cell(A),)]
    assert shape(Grid((1, 1), with_two))[2] == [(0, True), (1, False)]


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        ([(Cell(A),)], "rows[0]"),
        ([(Cell(A), Cell(A), Cell(A))], "rows[0]"),
        ([(Cell(A), Cell(A, columns=2))], "rows[0]"),
        ([(Cell(A), Cell(A)), (Cell(A, columns=0), Cell(A))], "rows[1]"),
        ([(Cell(A, rows=2), Cell(A))], "rows[1]"),
        ([(Cell(A), Cell(A, rows=2)), (Cell(A, columns=2),)], "rows[1]"),
    ],
)
def test_rows_that_are_not_filled_are_refused(
    rows: list[tuple[Cell, ...]], place: str
) -> None:
    with pytest.raises(InvalidValueError) as caught:
        Grid((1, 1), rows)
    assert caught.value.place == place


@pytest.mark.parametrize("widths", [(), (0,), (1,) * 33])
def test_columns_have_widths(widths: tuple[int, ...]) -> None:
    with pytest.raises(InvalidValueError):
        Grid(widths, [])


def test_a_place_to_sign_leaves_room_and_a_blank_day() -> None:
    place = Signature(Words("审核人", "reviewed by"), name="张某")
    assert [line.text for line in place.lines("zh")][:3] == [
        "审核人（签名）",
        "张某",
        "",
    ]
    assert place.lines("both")[0] == Line("审核人（签名）", "reviewed by (signature)")
    assert place.lines("zh")[-1].text.split() == ["年", "月", "日"]
    assert place.lines("en")[-1].text == "date: ____-__-__"


def test_a_role_is_not_said_in_two_languages() -> None:
    assert Signature(Words.same("馆长")).lines("both")[0] == Line("馆长（签名）")


def test_the_last_row_of_signatures_is_filled() -> None:
    grid = signatures([Signature(A)] * 4, across=3)
    assert [[cell.columns for cell in row] for row in grid.rows] == [[1, 1, 1], [3]]


def test_lines_of_both_languages_stand_below_each_other() -> None:
    cell = Cell(Words("甲\n乙", "A\nB"))
    assert [(line.text, line.beside) for line in cell.lines("both")] == [
        ("甲", ""),
        ("乙", ""),
        ("", "A"),
        ("", "B"),
    ]
