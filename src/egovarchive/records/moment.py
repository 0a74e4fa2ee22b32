"""Moment: a point in time, told in China Standard Time 北京时间."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

import attrs

from egovarchive.errors import InvalidValueError

CHINA = timezone(timedelta(hours=8), "CST")


def in_china(moment: datetime) -> datetime:
    """
    Return *moment* in China Standard Time (UTC+8, no summer time since 1991).

    A moment without a zone is taken to be in China Standard Time already: that is
    what approval systems store.

    Raises:
        InvalidValueError: It is no moment, or none that China's calendar can tell.
    """
    if not isinstance(moment, datetime):
        raise InvalidValueError(
            f"{moment!r} is not a moment", f"{moment!r} 不是时刻", rule="moments"
        )
    if moment.tzinfo is None:
        return moment.replace(tzinfo=CHINA)
    try:
        return moment.astimezone(CHINA)
    except OverflowError:
        raise InvalidValueError(
            f"{moment} is outside the calendar in China",
            f"{moment} 换算为北京时间后超出历法范围",
            rule="moments",
        ) from None


def date_in_china(moment: datetime) -> date:
    """Return the legal date of *moment*: its day in China, never its day in UTC."""
    return in_china(moment).date()


def years_after(day: date, years: int) -> date:
    """Return *day* moved by *years*; 29 February becomes 28 where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def a_date(_: object, attribute: attrs.Attribute[Any], value: date | None) -> None:
    """
    Check, as an attrs validator, that *value* is a date, if there is one.

    A datetime is a date to Python, but its zone would be lost: 31 December in one
    zone is 1 January in another, and retention would shift by a year.
    """
    if value is not None and (
        isinstance(value, datetime) or not isinstance(value, date)
    ):
        raise InvalidValueError(
            f"{value!r} is not a date",
            f"{value!r} 不是日期",
            rule="legal dates are dates in China",
            place=attribute.name,
        )
