"""How an agency files its cases."""

from __future__ import annotations

from datetime import date

import pytest

from egovarchive.errors import InvalidValueError
from egovarchive.records.case import Licence
from egovarchive.records.deadlines import Level
from egovarchive.records.item import ServiceItem
from egovarchive.records.retention import RetentionPeriod
from egovarchive.records.retention_start import RetentionStart
from egovarchive.records.schedule import ScheduleRule
from egovarchive.records.series import Series, Template
from records.cases import (
    AGENCY,
    IMPLEMENTING_CODE,
    SHORT_CODE,
    arrangement,
    case,
    schedule,
)


def test_a_case_is_filed_under_the_year_of_its_conclusion() -> None:
    one = case(accepted_on=date(2025, 12, 30), concluded_on=date(2026, 1, 4))
    assert arrangement().series_of(one) == Series(
        "J019", ("ZY", "XK"), 2026, RetentionPeriod(30)
    )


def test_the_schedule_decides_the_period() -> None:
    other = case(item=ServiceItem(code=SHORT_CODE, name="备案"))
    assert arrangement().series_of(other).retention == RetentionPeriod(10)
    assert arrangement().rule_for(other).item_code == SHORT_CODE


def test_office_and_template_are_the_agencys() -> None:
    plan = arrangement(office="BGS", template=Template.DAT22_2015, fonds="Z109")
    assert str(plan.series_of(case())) == "Z109-ZY·XK·2026-D30-BGS"


def test_a_silent_schedule_files_nothing() -> None:
    other = case(item=ServiceItem(code="9999999999", name="新事项"))
    for ask in ("rule_for", "series_of", "deadlines_of"):
        with pytest.raises(InvalidValueError, match="silent") as caught:
            getattr(arrangement(), ask)(other)
        assert caught.value.place == "item.code"


def test_a_schedule_says_nothing_of_the_time_before_it() -> None:
    plan = arrangement(schedule=schedule(effective_on=date(2026, 5, 20)))
    assert plan.series_of(case()).year == 2026
    early = case(concluded_on=date(2026, 5, 19))
    with pytest.raises(InvalidValueError, match="holds from 2026-05-20") as caught:
        plan.series_of(early)
    assert caught.value.place == "concluded_on"
    assert "2026-05-19" in caught.value.message("zh")


def test_a_schedule_says_nothing_of_the_time_behind_it() -> None:
    plan = arrangement(schedule=schedule(ends_on=date(2026, 5, 20)))
    assert plan.series_of(case()).year == 2026
    late = case(concluded_on=date(2026, 5, 21))
    with pytest.raises(InvalidValueError, match="ended on 2026-05-20") as caught:
        plan.rule_for(late)
    assert caught.value.place == "concluded_on"
    for text in (str(caught.value), caught.value.message("zh")):
        assert "2026-05-20" in text
        assert "2026-05-21" in text


def test_retention_begins_as_the_rule_says() -> None:
    rule = ScheduleRule(
        item_code=IMPLEMENTING_CODE,
        period=RetentionPeriod(10),
        start=RetentionStart.LICENCE_EXPIRY,
    )
    plan = arrangement(schedule=schedule(rules=[rule]))
    licences = [Licence(name="许可证", valid_until=date(2031, 5, 19))]
    assert plan.deadlines_of(case(licences=licences)).retention_end.on == date(
        2041, 12, 31
    )
    with pytest.raises(InvalidValueError, match="no licence") as caught:
        plan.deadlines_of(case())
    assert caught.value.place == "licences"


def test_deadlines_follow_from_schedule_and_level() -> None:
    dates = arrangement(level=Level.COUNTY).deadlines_of(case())
    assert dates.transfer.on == date(2031, 5, 20)
    assert dates.statutory_transfer.on == date(2036, 5, 20)
    assert dates.retention_end.on == date(2056, 12, 31)


def test_a_category_is_text_or_its_levels() -> None:
    assert arrangement(category="ZY·XK") == arrangement(category=["ZY", "XK"])
    assert arrangement(category="WS").category == ("WS",)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("fonds", "j019"),
        ("fonds", ""),
        ("category", "ZY-XK"),
        ("category", ""),
        ("category", "ZY··XK"),
        ("office", "a/b"),
        ("unit", ""),
        ("unit_code", AGENCY[:-1] + "0"),
    ],
)
def test_a_plan_that_could_file_nothing_is_refused_at_once(
    name: str, value: str
) -> None:
    with pytest.raises(InvalidValueError) as caught:
        arrangement(**{name: value})
    assert caught.value.place == name


def test_a_credit_code_takes_its_normal_form() -> None:
    assert arrangement(unit_code=AGENCY.lower()).unit_code == AGENCY
