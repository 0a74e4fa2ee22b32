"""What another schedule would move, told before it is adopted."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from attrs import evolve, frozen
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.records.case import EARLIEST, LATEST
from egovarchive.records.deadlines import Deadlines, Level
from egovarchive.records.retention import PERMANENT, RetentionPeriod
from egovarchive.records.retention_start import RetentionStart
from egovarchive.records.schedule import RetentionSchedule, ScheduleRule
from egovarchive.records.simulation import Simulation, Simulator, simulate
from records.cases import SHORT_CODE, schedule

D10, D30 = RetentionPeriod(10), RetentionPeriod(30)
DAY = date(2026, 5, 20)
OTHER = "77"


@frozen(kw_only=True)
class Registered:
    """As much of an entry as is asked for."""

    code: str
    item_code: str
    concluded_on: date
    retention: RetentionPeriod
    schedule: str
    transfer_due_on: date | None
    statutory_transfer_on: date | None
    retention_ends_on: date | None


def entry(period: RetentionPeriod = D10, day: date = DAY, **changes: Any) -> Registered:
    dates = Deadlines(concluded_on=day, period=period, level=Level.CITY)
    values: dict[str, Any] = {
        "code": f"J019-ZY·XK·{day.year}·{period}-0001",
        "item_code": SHORT_CODE,
        "concluded_on": day,
        "retention": period,
        "schedule": "2024",
        "transfer_due_on": dates.transfer.on,
        "statutory_transfer_on": dates.statutory_transfer.on,
        "retention_ends_on": dates.retention_end.on,
    }
    return Registered(**{**values, **changes})


def under(
    period: RetentionPeriod, start: RetentionStart = RetentionStart.CONCLUSION
) -> RetentionSchedule:
    rule = ScheduleRule(item_code=SHORT_CODE, period=period, start=start)
    return schedule(version="2027", rules=[rule])


def moves(found: Simulation) -> list[str]:
    return [move.message() for shift in found.shifts for move in shift.moves]


periods = st.sampled_from([D10, D30, PERMANENT, RetentionPeriod(29)])


@given(periods, st.dates(EARLIEST, date(2990, 1, 1)), st.sampled_from(RetentionStart))
def test_the_schedule_that_records_were_filed_under_moves_nothing(
    period: RetentionPeriod, day: date, start: RetentionStart
) -> None:
    of_conclusion = start is RetentionStart.CONCLUSION
    dates = Deadlines(
        concluded_on=day,
        period=period,
        start=start,
        retention_starts_after=None if of_conclusion else day + timedelta(days=900),
    )
    one = entry(period, day, retention_ends_on=dates.retention_end.on)
    found = simulate([one], under(period, start), level=Level.CITY)
    assert not found
    assert found.unchanged == 1


@given(periods, periods, st.dates(EARLIEST, LATEST))
def test_it_tells_what_filing_anew_would_give(
    old: RetentionPeriod, new: RetentionPeriod, day: date
) -> None:
    found = simulate([entry(old, day)], under(new), level=Level.CITY)
    would = entry(new, day)
    told = {move.what.value: move.new for shift in found.shifts for move in shift.moves}
    was = entry(old, day)
    expected = {
        name: None if will is None else str(will)
        for name, before, will in (
            ("period", was.retention, would.retention),
            ("transfer", was.transfer_due_on, would.transfer_due_on),
            (
                "statutory_transfer",
                was.statutory_transfer_on,
                would.statutory_transfer_on,
            ),
            ("retention_end", was.retention_ends_on, would.retention_ends_on),
        )
        if before != will
    }
    assert told == expected


def test_a_longer_period_brings_a_transfer() -> None:
    found = simulate([entry()], under(D30), level=Level.COUNTY)
    assert moves(found) == [
        "period: D10 → D30",
        "retention end: 2036-12-31 → 2056-12-31",
        "transfer: none → 2031-05-20",
        "statutory transfer: none → 2036-05-20",
    ]
    (shift,) = found.shifts
    assert [move.message("zh") for move in shift.moves][2:] == [
        "移交：无 → 2031-05-20",
        "法定移交：无 → 2036-05-20",
    ]
    assert not shift.is_silent


def test_a_shorter_period_takes_a_transfer_away() -> None:
    assert moves(simulate([entry(D30)], under(D10))) == [
        "period: D30 → D10",
        "retention end: 2056-12-31 → 2036-12-31",
        "transfer: 2031-05-20 → none",
    ]


def test_an_extended_transfer_is_left_alone() -> None:
    extended = entry(D30, transfer_due_on=date(2035, 1, 1))
    assert not simulate([extended], under(D30))


def test_what_the_schedule_is_silent_about_is_named() -> None:
    left = entry(item_code=OTHER)
    found = simulate([left, entry()], under(D10))
    assert found
    assert [shift.code for shift in found.silent] == [left.code]
    assert found.shifts == ()
    assert found.totals[OTHER].silent == 1
    assert [row["what"] for row in found.rows()] == ["silent"]


def test_the_year_of_another_start_is_inferred() -> None:
    """Ten years from 2031 on, the last year of the licence, end with 2041."""
    filed = entry(retention_ends_on=date(2041, 12, 31))
    expiry = RetentionStart.LICENCE_EXPIRY
    assert not simulate([filed], under(D10, expiry))
    assert moves(simulate([filed], under(D30, expiry)))[1] == (
        "retention end: 2041-12-31 → 2061-12-31"
    )
    assert moves(simulate([filed], under(D10))) == [
        "retention end: 2041-12-31 → 2036-12-31"
    ]


def test_what_cannot_be_inferred_is_said_to_be_unknown() -> None:
    expiry = under(D10, RetentionStart.LICENCE_EXPIRY)
    told = "retention end: none → unknown"
    assert told in moves(simulate([entry(PERMANENT)], expiry))
    # It is known that it started otherwise before.
    found = simulate([entry()], expiry, current=schedule())
    assert moves(found) == ["retention end: 2036-12-31 → unknown"]
    assert next(found.rows())["new"] == "unknown"
    assert not simulate([entry()], expiry)
    assert not simulate([entry(schedule="2020")], expiry, current=schedule())


def test_a_legacy_period_would_get_an_end() -> None:
    legacy = entry(RetentionPeriod(legacy="长期"), retention_ends_on=None)
    assert moves(simulate([legacy], under(D10))) == [
        "period: 长期 → D10",
        "retention end: none → 2036-12-31",
    ]


def test_totals_count_every_record_once() -> None:
    entries = [entry(), entry(D30), entry(day=date(2020, 1, 1)), entry(item_code=OTHER)]
    found = simulate(entries, under(D30))
    assert list(found.totals) == [SHORT_CODE, OTHER]
    total = found.totals[SHORT_CODE]
    assert (total.moved, total.silent, total.unchanged) == (2, 0, 1)
    assert found.unchanged == 1
    assert len(list(found.rows())) == 3 * 2 + 1


def test_entries_are_read_one_by_one_and_may_be_endless() -> None:
    def endless() -> Iterator[Registered]:
        while True:
            yield entry()
            yield entry(D30)

    shifts = Simulator(under(D10)).shifts(endless())
    assert next(shifts).code == next(shifts).code == entry(D30).code


def test_a_page_escapes_and_has_an_end() -> None:
    wild = entry(code="<b>", item_code="<i>")
    page = simulate([wild] * 500, under(D10))._repr_html_()
    assert "<b>" not in page
    assert "&lt;b&gt;" in page
    assert page.count("<tr>") < 300
    assert page.endswith("<p>…</p>")


@pytest.mark.parametrize("level", [None, Level.CITY])
def test_what_stays_is_told_fast(level: Level | None) -> None:
    """Bounded far below what was measured: machines are noisy."""
    entries = [
        evolve(entry(day=DAY + timedelta(days=n % 300)), code=str(n))
        for n in range(2_000)
    ] * 20
    begin = time.perf_counter()
    found = simulate(entries, under(D10), level=level)
    assert time.perf_counter() - begin < 1
    assert found.unchanged == 40_000
