"""Moment: a point in time, told in China Standard Time 北京时间."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8), "CST")


def in_china(moment: datetime) -> datetime:
    """
    Return *moment* in China Standard Time (UTC+8, no summer time since 1991).

    A moment without a zone is taken to be in China Standard Time already: that is
    what approval systems store.
    """
    if moment.tzinfo is None:
        return moment.replace(tzinfo=CHINA)
    return moment.astimezone(CHINA)


def date_in_china(moment: datetime) -> date:
    """Return the legal date of *moment*: its day in China, never its day in UTC."""
    return in_china(moment).date()


def years_after(day: date, years: int) -> date:
    """Return *day* moved by *years*; 29 February becomes 28 where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
