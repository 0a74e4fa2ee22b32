"""Scalars of JSON: texts, numbers, dates, moments and terms."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import InvalidValueError
from egovarchive.exchange.json_scalars import (
    date_of,
    moment_of,
    number_of,
    term_of,
    text_of,
    unknown,
    whole_number_of,
)
from egovarchive.records.case import Decision
from egovarchive.records.moment import CHINA

NO_TEXT: list[object] = [None, True, 1, 1.5, [], {}]


@pytest.mark.parametrize("value", NO_TEXT)
def test_what_is_no_text_is_refused(value: object) -> None:
    for read in (text_of, date_of, moment_of):
        with pytest.raises(InvalidValueError, match="expected a text, found"):
            read(value)
    with pytest.raises(InvalidValueError, match="expected a text, found"):
        term_of(Decision, value)


def test_null_is_told_to_be_left_out() -> None:
    with pytest.raises(InvalidValueError) as caught:
        text_of(None)
    assert (
        str(caught.value) == "expected a text, found null (what is absent is left out)"
    )


@pytest.mark.parametrize("value", ["1", True, False, None, 1.0, [], {}])
def test_what_is_no_whole_number_is_refused(value: object) -> None:
    with pytest.raises(InvalidValueError, match="expected a whole number"):
        whole_number_of(value)


def test_a_whole_number_is_itself() -> None:
    assert whole_number_of(300) == 300


@pytest.mark.parametrize("value", ["1", True, False, None, [], {}])
def test_what_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(InvalidValueError, match="expected a number, found"):
        number_of(value)


def test_a_number_is_itself() -> None:
    assert number_of(2.5) == 2.5
    assert number_of(3) == 3


@given(st.dates())
def test_a_date_is_read_back(day: date) -> None:
    assert date_of(day.isoformat()) == day


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30",
        "0000-01-01",
        "2026-2-3",
        "20260203",
        "2026-W05-1",
        "2026/02/03",
        "2026-02-03T00:00:00",
        "2026-02-03\n",
        " 2026-02-03",
        "２０２６-02-03",
        "2026年2月3日",
        "",
    ],
)
def test_a_date_has_one_form(text: str) -> None:
    with pytest.raises(InvalidValueError, match="YYYY-MM-DD"):
        date_of(text)


@given(st.datetimes(timezones=st.none() | st.just(CHINA)))
def test_a_moment_is_read_back(moment: datetime) -> None:
    assert moment_of(moment.isoformat()) == moment.replace(tzinfo=CHINA)


@given(
    st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1)),
    st.integers(-23 * 60 - 59, 23 * 60 + 59),
)
def test_a_moment_in_any_zone_is_told_in_china(naive: datetime, minutes: int) -> None:
    moment = naive.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    found = moment_of(moment.isoformat())
    assert found == moment
    assert found.utcoffset() == timedelta(hours=8)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-04T10:21", "2026-03-04T10:21:00+08:00"),
        ("2026-03-04T10:21:30.5", "2026-03-04T10:21:30.500000+08:00"),
        ("2025-12-31T16:00:00Z", "2026-01-01T00:00:00+08:00"),
        ("2026-01-01T00:00:00-00:00", "2026-01-01T08:00:00+08:00"),
    ],
)
def test_a_moment_may_be_short(text: str, expected: str) -> None:
    assert moment_of(text).isoformat() == expected


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-04",
        "2026-03-04 10:21:00",
        "2026-03-04T24:00:00",
        "2026-03-04T10:60",
        "2026-03-04T23:59:60",
        "2026-02-29T10:00",
        "2026-03-04T10:21:00.1234567",
        "2026-03-04T10:21:00,5",
        "2026-03-04T10:21:00+0800",
        "2026-03-04T10:21:00+24:00",
        "2026-03-04T10:21:00+08:60",
        "2026-03-04T10:21:00z",
        "2026-03-04T10:21:00\n",
        "1772590860",
    ],
)
def test_a_moment_has_one_form(text: str) -> None:
    with pytest.raises(InvalidValueError, match="not a moment"):
        moment_of(text)


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z"])
def test_a_moment_beyond_the_calendar_in_china_is_refused(text: str) -> None:
    with pytest.raises(InvalidValueError, match="calendar"):
        moment_of(text)


def test_a_term_is_read_by_its_name() -> None:
    for term in Decision:
        assert term_of(Decision, term.value) is term


@pytest.mark.parametrize("text", ["GRANTED", "Granted", "准予", "", "granted "])
def test_no_other_word_is_a_term(text: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        term_of(Decision, text)
    assert "is none of granted, refused, not_accepted, withdrawn" in str(caught.value)
    assert "granted（准予）、refused（不予）" in caught.value.message("zh")


def test_an_unknown_name_is_told_with_the_nearest() -> None:
    assert "did you mean 'title'?" in str(unknown("titel", ["number", "title"]))
    assert "known are number, title" in str(unknown("zzz", ["number", "title"]))
    assert len(str(unknown("x" * 1_000_000, ["number"]))) < 300
