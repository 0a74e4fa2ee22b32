"""What day it is: in China, whatever zone the clock tells its time in."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from archive.office import case, new_archive
from egovarchive.errors import InvalidValueError
from egovarchive.records.moment import CHINA

UTC = timezone.utc
NEW_YEAR = date(2027, 1, 1)


def test_half_past_four_on_new_years_eve_in_utc_is_next_year_in_china() -> None:
    archive = new_archive(clock=lambda: datetime(2026, 12, 31, 16, 30, tzinfo=UTC))
    entry = archive.deposit(case(concluded_on=NEW_YEAR, accepted_on=None))
    assert entry.registered_at == datetime(2027, 1, 1, 0, 30, tzinfo=CHINA)
    assert entry.registered_at.utcoffset() == timedelta(hours=8)
    assert entry.registered_at.date() == NEW_YEAR
    assert entry.row()["registered_at"] == "2027-01-01T00:30:00+08:00"
    assert entry.code.series.year == 2027
    assert archive.verify(entry.code).passed


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC),
        datetime(2026, 12, 31, 23, 59, 59, tzinfo=CHINA),
        datetime(2027, 1, 1, 0, 59, 59, tzinfo=timezone(timedelta(hours=9))),
    ],
)
def test_until_midnight_in_china_new_year_is_the_future(moment: datetime) -> None:
    archive = new_archive(clock=lambda: moment)
    with pytest.raises(InvalidValueError, match="today is 2026-12-31"):
        archive.deposit(case(concluded_on=NEW_YEAR, accepted_on=None))
    year_end = date(2026, 12, 31)
    entry = archive.deposit(case(concluded_on=year_end, accepted_on=None))
    assert entry.code.series.year == 2026
    assert entry.registered_at == moment


def test_the_moment_is_kept_to_the_second() -> None:
    moment = datetime(2026, 11, 23, 10, 0, 0, 999_999, tzinfo=CHINA)
    archive = new_archive(clock=lambda: moment)
    entry = archive.deposit(case())
    assert entry.registered_at == moment.replace(microsecond=0)
    assert archive.verify(entry.code).passed


def test_a_clock_without_zone_is_refused() -> None:
    archive = new_archive(clock=lambda: datetime(2026, 11, 23, 10))
    with pytest.raises(InvalidValueError, match="zone"):
        archive.deposit(case())
    assert list(archive.storage.keys()) == []


def test_what_is_packed_does_not_depend_on_the_clock() -> None:
    ids = set()
    for day in (23, 24):
        moment = datetime(2026, 11, day, tzinfo=UTC)
        ids.add(new_archive(clock=lambda moment=moment: moment).pack(case()).id)
    assert len(ids) == 1
