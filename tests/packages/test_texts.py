"""Typed values out of texts: one form of each, on every Python."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import InvalidValueError
from egovarchive.packages.texts import Texts, day, moment, seconds, whole
from egovarchive.packages.xml import Values
from packages.filings import moments

TEXTS = Texts(
    Values(
        {"name": "甲", "empty": "", "year": "2026", "day": "2026-02-30"},
        {
            "one": [Values({"year": "1"})],
            "two": [Values({"year": "1"}), Values({"year": "x"})],
        },
    )
)


@given(st.integers(0, 999_999_999))
def test_a_whole_number_is_read_as_it_is_written(number: int) -> None:
    assert whole(str(number)) == number


@given(st.integers(1, 999_999_999_999))
def test_a_duration_is_read_as_it_is_written(milliseconds: int) -> None:
    text = f"{milliseconds // 1000}.{milliseconds % 1000:03}"
    assert seconds(text) == milliseconds / 1000
    assert seconds(text.rstrip("0").rstrip(".")) == milliseconds / 1000


@pytest.mark.parametrize(
    "text", ["", "0", "0.0", "0.000", "1.", ".5", "1.2345", "01", "1e3", "-1", "1\n"]
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        seconds(text)


@given(st.dates())
def test_a_day_is_read_as_it_is_written(value: date) -> None:
    assert day(value.isoformat()) == value


@given(moments)
def test_a_moment_is_read_as_it_is_written(value: datetime) -> None:
    assert moment(value.isoformat()) == value
    assert moment(value.isoformat(" ")) == value


def test_a_moment_may_have_no_seconds_and_no_zone() -> None:
    assert moment("2026-05-01T09:00") == datetime(2026, 5, 1, 9)
    zone = timezone(timedelta(hours=8))
    assert moment("2026-05-01 09:00:00+08:00") == datetime(2026, 5, 1, 9, tzinfo=zone)


@pytest.mark.parametrize(
    "text", ["", " 1", "1 ", "+1", "-1", "1_0", "01", "１", "1.0", "1e3", "9" * 10]
)
def test_what_python_would_take_for_a_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        whole(text)


@pytest.mark.parametrize(
    "text",
    [
        "20260501",
        "2026-W18-5",
        "2026-5-1",
        "2026-02-30",
        "２０２６-05-01",
        "2026-05-01\n",
    ],
)
def test_what_some_python_would_take_for_a_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        day(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-05-01",
        "20260501T090000",
        "2026-05-01T09",
        "2026-05-01T09:00:00Z",
        "2026-05-01x09:00:00",
        "2026-05-01T09:00:00.1",
        "2026-05-01T09:00:00,000000",
        "2026-05-01T24:00:00",
        "2026-05-01T09:00:00+0800",
        "2026-05-01T09:00:00+25:00",
    ],
)
def test_what_some_python_would_take_for_a_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        moment(text)


def test_an_element_without_text_is_missing() -> None:
    assert TEXTS.text("name") == "甲"
    assert TEXTS.maybe("empty") is TEXTS.maybe("other") is None
    assert TEXTS.maybe_typed("empty", whole) is None
    for name in ("empty", "other"):
        with pytest.raises(InvalidValueError, match="it is missing") as caught:
            TEXTS.text(name)
        assert caught.value.place == name


def test_a_text_of_another_type_is_named_with_its_place() -> None:
    assert TEXTS.typed("year", whole) == 2026
    for name, read in (("name", whole), ("day", day)):
        with pytest.raises(InvalidValueError, match="cannot read") as caught:
            TEXTS.typed(name, read)
        assert caught.value.place == name


def test_groups_are_read_in_order_and_named_by_number() -> None:
    def year(texts: Texts) -> int:
        return texts.typed("year", whole)

    assert TEXTS.each("one", year) == [1]
    assert TEXTS.each("none", year) == []
    with pytest.raises(InvalidValueError) as caught:
        TEXTS.each("two", year)
    assert caught.value.place == "two[1].year"


def test_one_group_is_neither_none_nor_two() -> None:
    def year(texts: Texts) -> int:
        return texts.typed("year", whole)

    assert TEXTS.one("one", year) == TEXTS.at_most_one("one", year) == 1
    assert TEXTS.at_most_one("none", year) is None
    for name, error in (("none", "it is missing"), ("two", "it stands 2 times")):
        with pytest.raises(InvalidValueError, match=error) as caught:
            TEXTS.one(name, year)
        assert caught.value.place == name


def test_a_long_text_is_quoted_in_part() -> None:
    texts = Texts(Values({"year": "9" * 1_000_000}))
    with pytest.raises(InvalidValueError) as caught:
        texts.typed("year", whole)
    assert len(str(caught.value)) < 300
