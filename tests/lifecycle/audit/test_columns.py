"""Columns hold what rows say, and refuse what no record has."""

from __future__ import annotations

from array import array
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given

from egovarchive.errors import InvalidValueError
from egovarchive.lifecycle.audit.columns import Columns, Texts
from egovarchive.lifecycle.audit.days import NEVER
from egovarchive.lifecycle.audit.row import Row, period_of
from lifecycle.audit.audited import PLAIN, row, rows


@given(rows())
def test_the_rows_come_back(given_rows: list[Row]) -> None:
    columns = Columns.of_rows(given_rows)
    assert len(columns) == len(given_rows)
    assert list(columns) == given_rows


def test_many_batches_come_back() -> None:
    many = [row(item=n + 1, unit=f"u{n % 7}") for n in range(20_000)]
    columns = Columns.of_rows(iter(many))
    assert [columns[n] for n in (0, 8191, 8192, 19_999)] == [
        many[n] for n in (0, 8191, 8192, 19_999)
    ]
    assert columns.unit.texts == tuple(f"u{n}" for n in range(7))


def test_texts_of_dates_and_periods_are_understood() -> None:
    (read,) = Columns.of_rows(
        [row(concluded_on="2024-02-29", period="D30", sealed=1, on_hold=0)]
    )
    assert read == PLAIN
    periods = Columns.of_rows(
        [row(period=text) for text in ("Y", "长期", "10年", "永久")]
    )
    assert [period_of(years) for years in periods.period] == ["Y", "legacy", "D10", "Y"]


def test_a_record_has_its_code() -> None:
    assert Columns.of_rows([row(item=7)]).code(0) == "J019-ZY·XK·2024·D30-0007"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"concluded_on": "2024-02-30"}, "rows[8195].concluded_on"),
        ({"concluded_on": "20240229"}, "rows[8195].concluded_on"),
        ({"concluded_on": datetime(2024, 2, 29)}, "rows[8195].concluded_on"),
        ({"registered_on": "2024-02-29T09:00:00+08:00"}, "rows[8195].registered_on"),
        ({"transfer_due_on": 5}, "rows[8195].transfer_due_on"),
        ({"transfer_due_on": ["2024-01-01"]}, "rows[8195].transfer_due_on"),
        ({"period": "D0"}, "rows[8195].period"),
        ({"period": 100}, "rows[8195].period"),
        ({"state": "lost"}, "rows[8195].state"),
        ({"item": 1.5}, "rows[8195].item"),
        ({"item": 2**31}, "rows[8195].item"),
        ({"year": "2024"}, "rows[8195].year"),
        ({"unit": None}, "rows[8195].unit"),
        ({"unit": "x" * 501}, "rows[8195].unit"),
        ({"sealed": "yes"}, "rows[8195].sealed"),
    ],
)
def test_a_bad_row_is_told(changes: dict[str, Any], told: str) -> None:
    batch = [PLAIN] * 8195 + [row(**changes)]
    with pytest.raises(InvalidValueError) as caught:
        Columns.of_rows(batch)
    assert caught.value.place == told
    assert caught.value.message("zh")


@pytest.mark.parametrize("bad", [(), PLAIN[:-1], (*PLAIN, 1)])
def test_a_row_of_another_length_is_told(bad: tuple[object, ...]) -> None:
    for batch in ([PLAIN, bad], [bad]):
        with pytest.raises(InvalidValueError, match="16 values"):
            Columns.of_rows(batch)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"item": 0}, "item"),
        ({"year": 0}, "year"),
        ({"sealed": 2}, "sealed"),
        ({"concluded_on": None}, "concluded_on"),
        ({"registered_on": None}, "registered_on"),
    ],
)
def test_what_no_record_has_is_refused(changes: dict[str, Any], place: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        Columns.of_rows([PLAIN, row(**changes)])
    assert caught.value.place == place


def arrays(**changes: Any) -> dict[str, Any]:
    """Return the columns of two records, but for *changes*."""
    made = Columns.of_rows([PLAIN, row(item=2)])
    return {name: getattr(made, name) for name in Row._fields} | changes


@pytest.mark.parametrize(
    "changes",
    [
        {"item": [1, 2]},
        {"item": array("q", [1, 2])},
        {"item": array("i", [1])},
        {"item": memoryview(array("i", range(4)))[::2]},
        {"state": array("b", [0, 8])},
        {"state": array("b", [0, -1])},
        {"custody_ends_on": array("i", [0, NEVER - 1])},
        {"custody_ends_on": array("i", [NEVER, NEVER - 1])},
        {"concluded_on": array("i", [0, -719_163])},
        {"period": array("h", [0, -2])},
    ],
)
def test_columns_of_another_form_are_refused(changes: dict[str, Any]) -> None:
    assert len(Columns(**arrays())) == 2
    with pytest.raises(InvalidValueError):
        Columns(**arrays(**changes))


def test_texts_must_be_there_once() -> None:
    assert Texts(array("i", [1, 0, 1]), ("a", "b"))[2] == "b"
    for codes, texts in (([2], "ab"), ([-1], "ab"), ([0], "aa"), ([0], "")):
        with pytest.raises(InvalidValueError):
            Texts(array("i", codes), tuple(texts))


def test_numpy_arrays_are_not_copied() -> None:
    np = pytest.importorskip("numpy", reason="numpy is not installed")
    item = np.array([1, 2], np.int32)
    columns = Columns(**arrays(item=item, sealed=np.array([True, False])))
    item[1] = 9
    assert columns[1].item == 9
    assert columns[1].sealed is False


def test_dates_are_dates() -> None:
    assert Columns.of_rows([PLAIN])[0].transfer_due_on == date(2029, 2, 28)
