"""What is different in two retention schedules."""

from __future__ import annotations

import json
from datetime import date

from hypothesis import given

from egovarchive.records.case import Decision
from egovarchive.records.materials import ConditionalMaterials, When
from egovarchive.records.retention import PERMANENT, RetentionPeriod
from egovarchive.records.retention_start import RetentionStart
from egovarchive.records.schedule import RetentionSchedule, ScheduleRule
from egovarchive.records.schedule_diff import diff
from egovarchive.testing.strategies.retention import schedules
from records.cases import IMPLEMENTING_CODE, SHORT_CODE, schedule

NEW = schedule(
    version="2027",
    ends_on=date(2030, 12, 31),
    rules=[
        ScheduleRule(item_code="77", period=PERMANENT, item_name="新事项"),
        ScheduleRule(
            item_code=SHORT_CODE,
            period=RetentionPeriod(30),
            start=RetentionStart.DECISION,
            required=["申请表", "照片"],
            conditional=[
                ConditionalMaterials(
                    when=When(decision=Decision.REFUSED), required=["决定书"]
                )
            ],
        ),
    ],
)


@given(schedules)
def test_a_schedule_does_not_differ_from_itself(one: RetentionSchedule) -> None:
    found = diff(one, one)
    assert found.is_empty
    assert not found
    assert list(found.rows()) == []
    assert found.message() == "the schedules are equal"


@given(schedules, schedules)
def test_what_differs_is_told_and_turns_round(
    one: RetentionSchedule, two: RetentionSchedule
) -> None:
    found, back = diff(one, two), diff(two, one)
    assert bool(found) is (one != two)
    assert {rule.item_code for rule in found.added} == {
        rule.item_code for rule in back.removed
    }
    assert {each.rule.item_code for each in found.changed} == {
        each.rule.item_code for each in back.changed
    }
    told = {change.name for change in found.head}
    assert ("version" in told) is (one.version != two.version)
    for lang in ("en", "zh"):
        assert found.message(lang)
    json.dumps(list(found.rows()))


def test_the_order_of_items_is_no_difference() -> None:
    assert not diff(schedule(), schedule(rules=reversed(list(schedule()))))


def test_every_difference_is_told_field_by_field() -> None:
    assert diff(schedule(), NEW).message().splitlines() == [
        "version: 2024 → 2027",
        "last day: (none) → 2030-12-31",
        "added 77 新事项 (Y)",
        f"removed {IMPLEMENTING_CODE} (D30)",
        f"changed {SHORT_CODE}",
        "  period: D10 → D30",
        "  counted from: conclusion → decision",
        "  required: (none) → 申请表; 照片",
        "  conditional: (none) → if refused: required 决定书",
    ]
    assert diff(schedule(), NEW).message("zh").splitlines() == [
        "版本：2024 → 2027",
        "截止日期：（无） → 2030-12-31",
        "新增 77 新事项（永久）",
        f"删除 {IMPLEMENTING_CODE}（30年）",
        f"变更 {SHORT_CODE}",
        "  保管期限：10年 → 30年",
        "  起算：办结 → 决定",
        "  必备材料：（无） → 申请表；照片",
        "  条件材料：（无） → 不予：必备材料 决定书",
    ]


def test_rows_have_plain_values() -> None:
    rows = list(diff(schedule(), NEW).rows())
    assert rows[1] == {
        "change": "head",
        "item_code": None,
        "field": "ends_on",
        "old": None,
        "new": "2030-12-31",
    }
    assert [row["change"] for row in rows] == [
        *("head", "head", "added", "removed"),
        *["changed"] * 4,
    ]
    assert (rows[2]["old"], rows[2]["new"]) == (None, "Y")
    assert (rows[3]["old"], rows[3]["new"]) == ("D30", None)
    assert rows[5]["new"] == "decision"
    assert rows[6]["new"] == ["申请表", "照片"]
