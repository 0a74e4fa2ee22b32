"""The scope of archiving: what must be there, may be there, must not be there."""

from __future__ import annotations

from typing import Any

from attrs import evolve

from checks.metadata.told import REFUSED, all_samples, course, outcomes
from egovarchive.checks.metadata.course import Course
from egovarchive.checks.metadata.fault import MOST
from egovarchive.checks.metadata.scope import examine
from egovarchive.records.case import Decision
from egovarchive.records.materials import ConditionalMaterials, When
from egovarchive.records.outcome import Outcome
from egovarchive.records.retention import RetentionPeriod
from egovarchive.records.schedule import ScheduleRule
from egovarchive.testing import samples

FAILED, WARNED = Outcome.FAILED, Outcome.WARNED
NAMES = [material.name for material in course().materials]


def looked(**scope: Any) -> dict[str, Outcome]:
    rule = ScheduleRule(item_code="0100190012", period=RetentionPeriod(10), **scope)
    return outcomes(examine(course(), rule))


def at(number: int) -> str:
    return f"documents[{number}].name（材料名称）"


def test_the_samples_are_within_their_scope() -> None:
    rules = samples.schedule()
    for basic, process in all_samples():
        rule = rules.rule_for(basic.texts["item_code"])
        assert examine(Course.of(basic, process), rule) == ()


def test_required_material_is_there_by_name_or_code() -> None:
    assert looked(required=[NAMES[0], "003"]) == {}
    assert looked(required=["身份证", NAMES[0]]) == {"0100190012": FAILED}


def test_each_missing_material_is_named() -> None:
    rule = ScheduleRule(
        item_code="1", period=RetentionPeriod(10), required=["甲", "乙", NAMES[1]]
    )
    assert [fault.expected for fault in examine(course(), rule)] == ["'甲'", "'乙'"]


def test_excluded_material_is_not_there() -> None:
    assert looked(excluded=["草稿"]) == {}
    assert looked(excluded=[NAMES[1]]) == {at(1): FAILED}
    assert looked(excluded=["004"]) == {at(3): FAILED}


def test_what_lies_outside_is_warned_of_where_the_scope_has_an_end() -> None:
    assert looked(required=[NAMES[0]]) == {}
    assert looked(required=[NAMES[0]], optional=NAMES[1:]) == {}
    assert looked(required=[NAMES[0]], optional=[*NAMES[1:3], "004"]) == {at(4): WARNED}


def test_what_some_cases_need_is_asked_of_those_alone() -> None:
    def named(decision: Decision, **materials: Any) -> dict[str, Outcome]:
        condition = ConditionalMaterials(when=When(decision=decision), **materials)
        return looked(conditional=[condition])

    granted, refused = Decision.GRANTED, Decision.REFUSED
    assert course().decision == granted.zh
    assert named(granted, required=[NAMES[0]]) == {}
    assert named(granted, required=["决定书"]) == {"0100190012": FAILED}
    assert named(refused, required=["决定书"]) == {}
    assert named(granted, excluded=[NAMES[1]]) == {at(1): FAILED}
    assert named(refused, excluded=[NAMES[1]]) == {}
    assert named(granted, optional=NAMES[1:]) == {at(0): WARNED}
    assert named(refused, optional=NAMES[1:]) == {}


def test_a_refusal_without_its_letter_fails() -> None:
    rule = ScheduleRule(
        item_code="1",
        period=RetentionPeriod(10),
        conditional=[
            ConditionalMaterials(
                when=When(decision=Decision.REFUSED), required=["不予许可决定书"]
            )
        ],
    )
    (fault,) = examine(course(REFUSED), rule)
    assert fault.expected == "'不予许可决定书'"
    assert examine(evolve(course(REFUSED), decision="不详"), rule) == ()


def test_very_many_are_counted() -> None:
    names = [f"材料{number}" for number in range(MOST + 5)]
    rule = ScheduleRule(item_code="1", period=RetentionPeriod(10), required=names)
    found = examine(course(), rule)
    assert len(found) == MOST + 1
    assert found[-1].outcome is FAILED
