"""Moments and legal dates, told in China."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest
from attrs import field, frozen
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import InvalidValueError
from egovarchive.records.moment import (
    CHINA,
    a_date,
    date_in_china,
    in_china,
    years_after,
)

UTC = timezone.utc
zones = st.integers(-14 * 60, 14 * 60).map(
    lambda minutes: timezone(timedelta(minutes=minutes))
)


def test_without_a_zone_it_is_in_china_already() -> None:
    assert in_china(datetime(2026, 5, 1, 9)).isoformat() == "2026-05-01T09:00:00+08:00"


@given(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=zones))
def test_it_is_the_same_moment(moment: datetime) -> None:
    there = in_china(moment)
    assert there == moment
    assert there.utcoffset() == timedelta(hours=8)
    assert in_china(there) == there


def test_the_legal_date_is_not_the_day_in_utc() -> None:
    """On 31 December the difference is a year of retention."""
    assert date_in_china(datetime(2026, 12, 31, 16, tzinfo=UTC)) == date(2027, 1, 1)
    assert date_in_china(datetime(2026, 12, 31, 15, 59, tzinfo=UTC)).year == 2026


@pytest.mark.parametrize(
    "moment",
    [
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))),
        datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-8))),
    ],
)
def test_a_moment_outside_the_calendar_is_refused(moment: datetime) -> None:
    with pytest.raises(InvalidValueError, match="outside the calendar"):
        in_china(moment)


def test_a_day_is_no_moment() -> None:
    with pytest.raises(InvalidValueError, match="is not a moment"):
        in_china(date(2026, 5, 1))  # type: ignore[arg-type]


def test_china_has_no_summer_time() -> None:
    assert CHINA.utcoffset(None) == timedelta(hours=8)


@given(st.dates(date(1900, 1, 1), date(2900, 1, 1)), st.integers(0, 99))
def test_years_keep_month_and_day_but_for_the_leap_day(day: date, years: int) -> None:
    later = years_after(day, years)
    assert later.year == day.year + years
    if (day.month, day.day) == (2, 29) and later.day != 29:
        assert (later.month, later.day) == (2, 28)
        assert (later + timedelta(days=1)).month == 3
    else:
        assert (later.month, later.day) == (day.month, day.day)


@frozen
class _Dated:
    day: date | None = field(validator=a_date)


def test_a_moment_is_no_day() -> None:
    assert _Dated(date(2026, 5, 1)).day == date(2026, 5, 1)
    assert _Dated(None).day is None
    for wrong in (datetime(2026, 5, 1), "2026-05-01", 5):
        with pytest.raises(InvalidValueError, match="is not a date") as caught:
            _Dated(wrong)  # type: ignore[arg-type]
        assert caught.value.place == "day"
