"""The dates that follow from a conclusion and a retention period."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import InvalidValueError
from egovarchive.records.case import EARLIEST, LATEST
from egovarchive.records.deadlines import (
    DeadlineKind,
    Deadlines,
    Level,
    custody_end,
)
from egovarchive.records.retention import PERMANENT, RetentionPeriod
from egovarchive.records.retention_start import RetentionStart

D10, D30 = RetentionPeriod(10), RetentionPeriod(30)
LONG = RetentionPeriod(legacy="长期")
DAY = date(2026, 5, 20)
LEAP_DAY = date(2024, 2, 29)

days = st.dates(EARLIEST, LATEST)
periods = (
    st.just(PERMANENT) | st.builds(RetentionPeriod, st.integers(1, 99)) | st.just(LONG)
)


def of(
    period: RetentionPeriod, day: date = DAY, level: Level | None = None
) -> Deadlines:
    return Deadlines(concluded_on=day, period=period, level=level)


def test_online_archiving_is_due_on_the_day_of_conclusion() -> None:
    """国办发〔2023〕26号: in real time."""
    assert of(D10).archive_online.on == DAY


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2026, 12, 31)])
def test_offline_archiving_ends_with_june_of_the_next_year(day: date) -> None:
    """国办发〔2023〕26号."""
    assert of(D10, day).archive_offline.on == date(2027, 6, 30)


@pytest.mark.parametrize(
    ("period", "due"),
    [
        (PERMANENT, date(2031, 5, 20)),
        (D30, date(2031, 5, 20)),
        (RetentionPeriod(50), date(2031, 5, 20)),
        (RetentionPeriod(29), None),
        (D10, None),
        (RetentionPeriod(5), None),
        (LONG, None),
    ],
)
def test_permanent_and_30_years_are_transferred_within_5(
    period: RetentionPeriod, due: date | None
) -> None:
    """What is kept for a shorter time is never transferred silently."""
    assert of(period).transfer.on == due


def test_the_leap_day_becomes_the_28th() -> None:
    dates = of(PERMANENT, LEAP_DAY, Level.CITY)
    assert dates.transfer.on == date(2029, 2, 28)
    assert dates.statutory_transfer.on == date(2044, 2, 29)
    assert of(PERMANENT, LEAP_DAY, Level.COUNTY).statutory_transfer.on == date(
        2034, 2, 28
    )
    assert dates.archive_offline.on == date(2025, 6, 30)


@pytest.mark.parametrize(
    ("level", "due"),
    [
        (Level.STATE, date(2046, 5, 20)),
        (Level.PROVINCE, date(2046, 5, 20)),
        (Level.CITY, date(2046, 5, 20)),
        (Level.COUNTY, date(2036, 5, 20)),
        (None, None),
    ],
)
def test_the_statutory_date_is_20_years_off_and_10_in_a_county(
    level: Level | None, due: date | None
) -> None:
    """档案法实施条例 第二十条."""
    assert of(PERMANENT, level=level).statutory_transfer.on == due
    assert of(D10, level=level).statutory_transfer.on is None


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2026, 1, 1), date(2056, 12, 31)),
        (date(2026, 12, 31), date(2056, 12, 31)),
        (LEAP_DAY, date(2054, 12, 31)),
    ],
)
def test_a_period_is_counted_from_the_year_after(day: date, end: date) -> None:
    assert of(D30, day).retention_end.on == end


@pytest.mark.parametrize("period", [PERMANENT, LONG])
def test_what_has_no_years_has_no_end(period: RetentionPeriod) -> None:
    assert of(period).retention_end.on is None


@given(days, st.integers(1, 99))
def test_a_record_is_kept_for_its_years_in_full(day: date, years: int) -> None:
    end = of(RetentionPeriod(years), day).retention_end.on
    assert end is not None
    begin = date(day.year + 1, 1, 1)
    assert (end + timedelta(days=1)) == date(begin.year + years, 1, 1)


@pytest.mark.parametrize(
    ("start", "after", "end"),
    [
        (RetentionStart.CONCLUSION, None, date(2036, 12, 31)),
        (RetentionStart.DECISION, date(2025, 12, 31), date(2035, 12, 31)),
        (RetentionStart.LICENCE_EXPIRY, date(2031, 5, 19), date(2041, 12, 31)),
        (
            RetentionStart.LICENCE_EXPIRY_OR_CONCLUSION,
            date(2031, 1, 1),
            date(2041, 12, 31),
        ),
        (RetentionStart.LICENCE_EXPIRY_OR_CONCLUSION, None, date(2036, 12, 31)),
    ],
)
def test_a_period_may_begin_after_another_day(
    start: RetentionStart, after: date | None, end: date
) -> None:
    dates = Deadlines(
        concluded_on=DAY, period=D10, start=start, retention_starts_after=after
    )
    assert dates.retention_end.on == end
    assert dates.transfer == of(D10).transfer
    for lang in ("en", "zh"):
        text = dates.retention_end.explain(lang)
        assert (after or DAY).isoformat() in text
        assert dates.retention_end.source in text
    names = ("decided_on", "licence_valid_until", "concluded_on")
    assert not any(name in dates.retention_end.explain("zh") for name in names)


def test_what_begins_with_the_last_licence_says_so() -> None:
    dates = Deadlines(
        concluded_on=DAY,
        period=D10,
        start=RetentionStart.LICENCE_EXPIRY,
        retention_starts_after=date(2031, 5, 19),
    )
    assert dates.retention_end.explain("zh") == (
        "保管期满：2041-12-31。自证照有效期届满次年1月1日起计算，有多个证照的以最晚者为准"
        "（保管期限表规定的起算办法；证照有效期截止日 2031-05-19，保管期限 D10）"
    )


@pytest.mark.parametrize(
    ("start", "after", "what"),
    [
        (RetentionStart.DECISION, None, "its day is missing"),
        (RetentionStart.LICENCE_EXPIRY, None, "its day is missing"),
        (RetentionStart.CONCLUSION, DAY, "one day too many"),
        (RetentionStart.DECISION, date(9999, 12, 31), "does not lie between"),
        (RetentionStart.DECISION, datetime(2026, 5, 20), "is not a date"),
        ("decision", DAY, "is no RetentionStart"),
    ],
)
def test_the_day_and_what_it_is_go_together(
    start: RetentionStart, after: date | None, what: str
) -> None:
    with pytest.raises(InvalidValueError, match=what) as caught:
        Deadlines(
            concluded_on=DAY, period=D10, start=start, retention_starts_after=after
        )
    assert caught.value.place in {"retention_starts_after", "start"}
    assert caught.value.message("zh") != str(caught.value)


def test_the_sender_keeps_its_copy_for_five_years() -> None:
    """档发〔2012〕7号."""
    deadline = custody_end(LEAP_DAY)
    assert deadline.kind is DeadlineKind.CUSTODY_END
    assert deadline.on == date(2029, 2, 28)
    assert deadline.explain("zh") == (
        "移交后保管期满：2029-02-28。移交后，移交单位至少继续保管5年"
        "（档发〔2012〕7号；接收日期 2024-02-29）"
    )
    assert "accepted_on 2024-02-29" in deadline.explain()


@given(days, periods, st.none() | st.sampled_from(Level))
def test_every_deadline_explains_itself_in_both_languages(
    day: date, period: RetentionPeriod, level: Level | None
) -> None:
    dates = of(period, day, level)
    assert [deadline.kind for deadline in dates] == list(DeadlineKind)[:5]
    for deadline in dates:
        english, chinese = deadline.explain(), deadline.explain("zh")
        when = deadline.on.isoformat() if deadline.on else None
        assert english.startswith(f"{deadline.kind.label('en')}: {when or 'no date'}. ")
        assert chinese.startswith(f"{deadline.kind.zh}：{when or '无期限'}。")
        for text, rule in zip((english, chinese), deadline.rule, strict=True):
            assert rule in text
            assert deadline.source in text
            assert day.isoformat() in text
        for name, value in deadline.inputs.items():
            assert f"{name} {value}" in english
            assert name not in chinese
        assert "\n" not in english + chinese


def test_an_explanation_in_full() -> None:
    deadline = of(D30, level=Level.COUNTY).statutory_transfer
    assert deadline.explain() == (
        "statutory transfer: 2036-05-20. General transfer is 20 years after formation, "
        "10 at county level; it needs the agency's level (档案法实施条例 第二十条; "
        "formed_on 2026-05-20, period D30, level county)"
    )
    assert deadline.explain("zh") == (
        "法定移交：2036-05-20。一般自形成之日起满20年移交，县级满10年；须已知机构层级"
        "（档案法实施条例 第二十条；形成日期 2026-05-20，保管期限 D30，机构层级 县级）"
    )


def test_inputs_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        of(D30).transfer.inputs["period"] = "Y"  # type: ignore[index]


def test_a_moment_is_no_day_of_conclusion() -> None:
    with pytest.raises(InvalidValueError, match="is not a date"):
        of(D30, datetime(2026, 12, 31, 23))
