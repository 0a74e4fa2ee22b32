"""Due dates: the dates of many records, by the rules of `Deadlines`, as columns."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from attrs import frozen

from egovarchive.errors import InvalidValueError
from egovarchive.lifecycle.audit.days import FIRST, NEVER, number_of
from egovarchive.lifecycle.audit.extra import extra
from egovarchive.lifecycle.audit.row import LEGACY, PERMANENT
from egovarchive.lifecycle.audit.threads import pieces, share
from egovarchive.records.deadlines import TRANSFER_YEARS, TRANSFERRED_FROM, Level
from egovarchive.records.retention import MOST_YEARS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Days = NDArray[np.int32]
    Years = NDArray[np.int16]

# Years are counted from 1 March here: what a leap year adds is then a year's last day,
# and a day of the year is the same day of the same month in all years.
_SHIFT: Final = 719_468  # days from 1 March of the year 0 to 1970-01-01
_JANUARY: Final = 306  # days from 1 March on
_LEAP_DAY: Final = 365
_LAST_OF_DECEMBER: Final = 305
_LAST_OF_JUNE: Final = 121
_CENTURIES: Final = 146_097  # days in four of them
_FOUR_YEARS: Final = 1461  # days in them

# Nothing that follows lies after the calendar's end.
_LAST_START: Final = number_of(date(date.max.year - MOST_YEARS - 1, 12, 31))


@frozen(eq=False)
class DueDates:
    """
    Columns of days, `NEVER` where a rule sets none.

    Args:
        archive_offline: Last days for archiving offline.
        transfer: When records must have been transferred.
        statutory_transfer: General transfer dates, if the level was told.
        retention_end: Last days of the retention periods.
    """

    archive_offline: Days
    transfer: Days
    statutory_transfer: Days | None
    retention_end: Days


def due_dates(
    concluded_on: Days,
    period: Years,
    *,
    level: Level | None = None,
    retention_starts_after: Days | None = None,
    threads: int = 1,
) -> DueDates:
    """
    Return the dates that follow for each record; `Deadlines` explains them.

    Args:
        concluded_on: Days of conclusion, in days since 1970-01-01, int32.
        period: Years of retention, int16; 0: permanent, -1: legacy.
        level: Level of the agency; None leaves the statutory dates out.
        retention_starts_after: Days after whose year the years of retention are
            counted, `NEVER` where that is the day of conclusion; None: everywhere.
        threads: How many share the work; it pays where cores are idle.

    Raises:
        InvalidValueError: The columns differ in length, or a date would follow that
            no calendar has.
        ToolError: numpy is not installed.
    """
    np = extra("numpy", "notebook")
    _check(concluded_on, period, retention_starts_after)
    size = len(concluded_on)
    offline, transfer, ends = (np.empty(size, np.int32) for _ in range(3))
    statutory = None if level is None else np.empty(size, np.int32)

    def fill(span: range) -> None:
        for piece in pieces(span):
            fill_piece(piece)

    def fill_piece(piece: slice) -> None:
        years = period[piece]
        year, day = march_year(concluded_on[piece])
        calendar_year = year + (day >= _JANUARY)
        offline[piece] = _start(calendar_year + 1) + _LAST_OF_JUNE
        stays = (years != PERMANENT) & (years < TRANSFERRED_FROM)
        due = _years_after(year, day, TRANSFER_YEARS)
        due[stays] = NEVER
        transfer[piece] = due
        if statutory is not None and level is not None:
            due = _years_after(year, day, level.statutory_years)
            due[stays] = NEVER
            statutory[piece] = due
        if retention_starts_after is not None:
            after = retention_starts_after[piece]
            own = after != NEVER
            calendar_year[own] = year_of(after[own])
        calendar_year += years
        last = _start(calendar_year)
        last += _LAST_OF_DECEMBER
        last[years <= PERMANENT] = NEVER
        ends[piece] = last

    share(size, fill, threads=threads)
    return DueDates(offline, transfer, statutory, ends)


def march_year(days: Days) -> tuple[Days, Days]:
    """Return the years from March to February of *days*, and the days in them."""
    quarter = 4 * (days + _SHIFT) + 3
    century = quarter // _CENTURIES
    quarter -= century * _CENTURIES
    quarter |= 3
    year = quarter // _FOUR_YEARS
    quarter -= year * _FOUR_YEARS
    quarter >>= 2
    century *= 100
    year += century
    return year, quarter


def year_of(days: Days) -> Days:
    """Return the calendar years of *days*."""
    year, day = march_year(days)
    year += day >= _JANUARY
    return year


def offline_limit(concluded_on: Days) -> Days:
    """Return by when what was concluded on *concluded_on* is archived offline."""
    limit = _start(year_of(concluded_on) + 1)
    limit += _LAST_OF_JUNE
    return limit


def _start(year: Days) -> Days:
    """Return 1 March of each *year*."""
    century = year // 100
    start = year * 365
    start += year >> 2
    start -= century
    century >>= 2
    start += century
    start -= _SHIFT
    return start


def _years_after(year: Days, day: Days, years: int) -> Days:
    moved = _start(year + years)
    moved += day
    # The 29 February of a year that has none would be 1 March.
    leap = (day == _LEAP_DAY).nonzero()[0]
    if len(leap):
        last = _start(year[leap] + (years + 1)) - 1
        moved[leap] = last.clip(max=moved[leap])
    return moved


def _check(concluded_on: Days, period: Years, after: Days | None) -> None:
    others = [len(period)] if after is None else [len(period), len(after)]
    if any(other != len(concluded_on) for other in others):
        raise _wrong(
            f"columns of {len(concluded_on)} and {', '.join(map(str, others))} records",
            f"各列记录数不同：{len(concluded_on)}、{'、'.join(map(str, others))}",
        )
    if not len(concluded_on):
        return
    days = [concluded_on] if after is None else [concluded_on, after[after != NEVER]]
    low = min(int(each.min(initial=0)) for each in days)
    high = max(int(each.max(initial=0)) for each in days)
    years = int(period.min()), int(period.max())
    if low < FIRST or high > _LAST_START or years[0] < LEGACY or years[1] > MOST_YEARS:
        raise _wrong(
            "days of the years 1 to 9899 and periods of at most 99 years are needed",
            "日期须在公元 1 年至 9899 年之间，保管期限不超过 99 年",
        )


def _wrong(en: str, zh: str) -> InvalidValueError:
    return InvalidValueError(en, zh, rule="columns of an audit")
