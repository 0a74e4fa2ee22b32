"""Retention schedules: every item has a rule of its own, or none."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import InvalidValueError
from egovarchive.records.case import Decision
from egovarchive.records.materials import ConditionalMaterials, When
from egovarchive.records.retention import PERMANENT, RetentionPeriod
from egovarchive.records.schedule import ScheduleRule
from records.cases import IMPLEMENTING_CODE, SHORT_CODE, schedule

D10 = RetentionPeriod(10)
item_codes = st.text("0123456789", min_size=1, max_size=20)


@given(st.dictionaries(item_codes, st.integers(1, 99), max_size=5), item_codes)
def test_a_schedule_says_what_its_rules_say_and_nothing_else(
    years: dict[str, int], asked: str
) -> None:
    found = schedule(
        rules=(
            ScheduleRule(item_code=code, period=RetentionPeriod(each))
            for code, each in years.items()
        )
    )
    assert len(found) == len(years)
    assert {rule.item_code: rule.period.years for rule in found} == years
    if asked in years:
        assert found.period_for(asked) == RetentionPeriod(years[asked])
        assert found.rule_for(asked).item_code == asked
    else:
        with pytest.raises(InvalidValueError, match="silent"):
            found.period_for(asked)


def test_silence_is_an_error_that_names_schedule_and_item() -> None:
    for ask in (schedule().rule_for, schedule().period_for):
        with pytest.raises(InvalidValueError) as caught:
            ask("9999999999")
        for message in (str(caught.value), caught.value.message("zh")):
            assert "2024" in message
            assert "9999999999" in message
        assert caught.value.rule == "档案法实施条例 第十九条"


def test_two_rules_for_one_item_are_refused() -> None:
    rule = ScheduleRule(item_code=SHORT_CODE, period=D10)
    same = ScheduleRule(item_code=SHORT_CODE, period=PERMANENT)
    with pytest.raises(InvalidValueError, match="two rules for '0100190012'") as caught:
        schedule(rules=[rule, same])
    assert caught.value.place == "rules"


def test_two_spellings_of_one_code_are_one_item() -> None:
    rule = ScheduleRule(item_code=IMPLEMENTING_CODE.lower(), period=D10)
    assert rule.item_code == IMPLEMENTING_CODE
    with pytest.raises(InvalidValueError, match="two rules"):
        schedule(rules=[rule, ScheduleRule(item_code=IMPLEMENTING_CODE, period=D10)])


@pytest.mark.parametrize("name", ["长期", "短期"])
def test_a_legacy_period_is_never_given(name: str) -> None:
    with pytest.raises(InvalidValueError, match="never given") as caught:
        ScheduleRule(item_code=SHORT_CODE, period=RetentionPeriod.parse(name))
    assert caught.value.place == "period"
    assert name in caught.value.message("zh")


@pytest.mark.parametrize("code", ["", "事项", "9" * 65, "9" * 31])
def test_a_rule_for_no_item_is_refused(code: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        ScheduleRule(item_code=code, period=D10)
    assert str(caught.value).startswith("item_code")


@pytest.mark.parametrize("name", ["optional", "excluded"])
def test_other_materials_of_the_scope_are_texts(name: str) -> None:
    rule = ScheduleRule(item_code=SHORT_CODE, period=D10, **{name: ["草稿", "照片"]})  # type: ignore[arg-type]
    assert getattr(rule, name) == ("草稿", "照片")
    with pytest.raises(InvalidValueError) as caught:
        ScheduleRule(item_code=SHORT_CODE, period=D10, **{name: [""]})  # type: ignore[arg-type]
    assert caught.value.place == name


@pytest.mark.parametrize("name", ["required", "optional"])
def test_no_material_is_within_the_scope_and_excluded_from_it(name: str) -> None:
    with pytest.raises(InvalidValueError, match="excluded from it: '乙'") as caught:
        ScheduleRule(
            item_code=SHORT_CODE,
            period=D10,
            excluded=["乙", "丙"],
            **{name: ["甲", "乙"]},  # type: ignore[arg-type]
        )
    assert caught.value.place == "excluded"


def test_required_materials_are_texts() -> None:
    rule = ScheduleRule(item_code=SHORT_CODE, period=D10, required=["申请表", "决定书"])
    assert rule.required == ("申请表", "决定书")
    with pytest.raises(InvalidValueError) as caught:
        ScheduleRule(item_code=SHORT_CODE, period=D10, required=["申请表", ""])
    assert caught.value.place == "required"


@pytest.mark.parametrize("name", ["version", "approved_by", "approval_number"])
def test_a_schedule_names_its_authority(name: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        schedule(**{name: ""})
    assert caught.value.place == name


def test_a_schedule_holds_from_a_day_on() -> None:
    assert schedule().effective_on == date(2024, 1, 1)
    with pytest.raises(InvalidValueError, match="is not a date"):
        schedule(effective_on=datetime(2024, 1, 1))


def test_a_schedule_may_end_and_not_before_it_begins() -> None:
    assert schedule().ends_on is None
    assert schedule(ends_on=date(2024, 1, 1)).ends_on == date(2024, 1, 1)
    with pytest.raises(InvalidValueError, match="before it begins") as caught:
        schedule(ends_on=date(2023, 12, 31))
    assert caught.value.place == "ends_on"


def test_a_rule_says_what_some_cases_must_have() -> None:
    rule = ScheduleRule(
        item_code=SHORT_CODE,
        period=D10,
        required=["申请表"],
        optional=["照片"],
        conditional=[
            ConditionalMaterials(
                when=When(decision=Decision.REFUSED),
                required=["不予行政许可决定书", "申请表"],
                excluded=["许可证"],
            ),
            ConditionalMaterials(
                when=When(decision=Decision.GRANTED), required=["许可证"]
            ),
        ],
    )
    assert [each.when.decision for each in rule.conditional] == [
        Decision.GRANTED,
        Decision.REFUSED,
    ]
    refused = rule.scope_for(Decision.REFUSED)
    assert refused.required == ("申请表", "不予行政许可决定书")
    assert refused.excluded == ("许可证",)
    assert rule.scope_for(Decision.GRANTED).required == ("申请表", "许可证")
    for other in (Decision.WITHDRAWN, None):
        assert rule.scope_for(other).required == ("申请表",)
        assert rule.scope_for(other).optional == ("照片",)


def test_no_material_of_some_cases_is_in_and_out() -> None:
    condition = ConditionalMaterials(
        when=When(decision=Decision.REFUSED), excluded=["申请表"]
    )
    with pytest.raises(InvalidValueError, match="refused: within the scope") as caught:
        ScheduleRule(
            item_code=SHORT_CODE,
            period=D10,
            required=["申请表"],
            conditional=[condition],
        )
    assert caught.value.place == "conditional"
    assert "不予" in caught.value.message("zh")


def test_what_is_no_start_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="is no RetentionStart"):
        ScheduleRule(item_code=SHORT_CODE, period=D10, start="decision")  # type: ignore[arg-type]
