"""Dates on columns are the dates of the reference."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import InvalidValueError
from egovarchive.lifecycle.audit.days import NEVER, day_of, number_of
from egovarchive.lifecycle.audit.due_dates import due_dates, year_of
from egovarchive.lifecycle.audit.row import years_of
from egovarchive.records.case import EARLIEST, LATEST
from egovarchive.records.deadlines import Deadlines, Level
from egovarchive.records.retention import LEGACY, RetentionPeriod
from egovarchive.records.retention_start import RetentionStart

np = pytest.importorskip("numpy", reason="numpy is not installed")

PERIODS = [
    RetentionPeriod(),
    *map(RetentionPeriod, range(1, 100)),
    *(RetentionPeriod(legacy=name) for name in LEGACY),
]
LEAP_DAYS = [
    date(year, 2, 29) for year in range(1904, 2300, 4) if year % 100 or not year % 400
]
DAYS = st.one_of(
    st.dates(date.min, date(9899, 12, 31)),
    st.sampled_from(LEAP_DAYS),
    st.builds(date, st.integers(1, 9899), st.sampled_from([1, 3]), st.just(1)),
    st.builds(date, st.integers(1, 9899), st.just(12), st.just(31)),
)
STARTS = st.none() | st.dates(EARLIEST, LATEST)


@given(
    st.lists(st.tuples(DAYS, st.sampled_from(PERIODS), STARTS), max_size=40),
    st.none() | st.sampled_from(Level),
)
def test_columns_have_the_dates_of_the_reference(
    records: list[tuple[date, RetentionPeriod, date | None]], level: Level | None
) -> None:
    found = due_dates(
        np.array([number_of(day) for day, _, _ in records], np.int32),
        np.array([years_of(period) for _, period, _ in records], np.int16),
        level=level,
        retention_starts_after=np.array(
            [number_of(after) for _, _, after in records], np.int32
        ),
    )
    for at, (day, period, after) in enumerate(records):
        expected = Deadlines(
            concluded_on=day,
            period=period,
            level=level,
            start=RetentionStart.CONCLUSION
            if after is None
            else RetentionStart.DECISION,
            retention_starts_after=after,
        )
        assert day_of(found.archive_offline[at]) == expected.archive_offline.on
        assert day_of(found.transfer[at]) == expected.transfer.on
        assert day_of(found.retention_end[at]) == expected.retention_end.on
        if found.statutory_transfer is None:
            assert level is None
        else:
            assert day_of(found.statutory_transfer[at]) == (
                expected.statutory_transfer.on
            )


def test_every_day_of_four_centuries_has_the_dates_of_the_reference() -> None:
    """The calendar repeats after that."""
    days = [date(1899, 12, 31) + timedelta(days=n) for n in range(146_097 + 400)]
    found = due_dates(
        np.array(list(map(number_of, days)), np.int32),
        np.full(len(days), 30, np.int16),
        threads=2,
    )
    period = RetentionPeriod(30)
    for at in (*range(0, len(days), 61), *(days.index(day) for day in LEAP_DAYS)):
        expected = Deadlines(concluded_on=days[at], period=period)
        assert day_of(found.transfer[at]) == expected.transfer.on
        assert day_of(found.retention_end[at]) == expected.retention_end.on
    assert year_of(np.array(list(map(number_of, days)), np.int32)).tolist() == [
        day.year for day in days
    ]


def test_threads_change_nothing() -> None:
    days = np.arange(300_000, dtype=np.int32) - 100_000
    period = (np.arange(300_000) % 101 - 1).astype(np.int16)
    alone = due_dates(days, period, level=Level.COUNTY, threads=1)
    shared = due_dates(days, period, level=Level.COUNTY, threads=3)
    for name in ("archive_offline", "transfer", "statutory_transfer", "retention_end"):
        assert (getattr(alone, name) == getattr(shared, name)).all()


def test_29_february_becomes_28_and_comes_back_in_a_leap_year() -> None:
    leap = np.array([number_of(date(2024, 2, 29))], np.int32)
    found = due_dates(leap, np.array([0], np.int16), level=Level.CITY)
    assert found.statutory_transfer is not None
    assert day_of(found.transfer[0]) == date(2029, 2, 28)
    assert day_of(found.statutory_transfer[0]) == date(2044, 2, 29)
    assert found.retention_end[0] == NEVER


@pytest.mark.parametrize(
    ("day", "years"),
    [
        (NEVER, 0),
        (number_of(date(9900, 1, 1)), 0),
        (number_of(date.min) - 1, 0),
        (0, 100),
        (0, -2),
    ],
)
def test_what_no_calendar_has_is_refused(day: int, years: int) -> None:
    with pytest.raises(InvalidValueError, match="9899"):
        due_dates(np.array([day], np.int32), np.array([years], np.int16))


def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises(InvalidValueError, match="columns of 2 and 1 records"):
        due_dates(np.zeros(2, np.int32), np.zeros(1, np.int16))
