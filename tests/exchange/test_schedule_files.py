"""Retention schedules in files: which form a file has, and the JSON form."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import ContentError
from egovarchive.exchange.schedule_files import (
    ScheduleFileError,
    dump_schedule,
    dump_schedule_csv,
    load_schedule,
)
from egovarchive.records.case import Decision
from egovarchive.records.retention_start import RetentionStart
from egovarchive.records.schedule import RetentionSchedule
from egovarchive.testing.strategies.retention import schedules

SCHEDULE: dict[str, Any] = {
    "version": "2026-1",
    "approved_by": "某某市档案馆",
    "approval_number": "某档发〔2026〕1号",
    "effective_on": "2026-01-01",
    "rules": [
        {
            "item_code": "0100190012",
            "period": "D30",
            "required": ["申请表", "身份证"],
            "item_name": "食品经营许可",
            "source": "第3条",
        },
        {"item_code": "12441500196720244T3442199806003", "period": "永久"},
    ],
}


def as_json(tree: object) -> bytes:
    return json.dumps(tree, ensure_ascii=False).encode()


def test_json_becomes_a_schedule() -> None:
    schedule = load_schedule(as_json(SCHEDULE))
    assert schedule.version == "2026-1"
    assert [(rule.item_code, str(rule.period)) for rule in schedule] == [
        ("0100190012", "D30"),
        ("12441500196720244T3442199806003", "Y"),
    ]
    assert schedule.rule_for("0100190012").required == ("申请表", "身份证")


CONDITIONAL: dict[str, Any] = {
    "item_code": "1",
    "period": "D10",
    "start": "licence_expiry",
    "conditional": [
        {"when": {"decision": "refused"}, "required": ["决定书"]},
        {"when": {"decision": "granted"}, "optional": ["照片"]},
    ],
}


def test_json_tells_what_some_cases_need_and_when_years_begin() -> None:
    tree = SCHEDULE | {"ends_on": "2030-12-31", "rules": [CONDITIONAL]}
    schedule = load_schedule(as_json(tree))
    assert schedule.ends_on == date(2030, 12, 31)
    (rule,) = schedule
    assert rule.start is RetentionStart.LICENCE_EXPIRY
    assert rule.scope_for(Decision.REFUSED).required == ("决定书",)
    assert rule.scope_for(Decision.GRANTED).optional == ("照片",)
    written = json.loads(dump_schedule(schedule))["rules"][0]
    assert written["start"] == "licence_expiry"
    assert written["conditional"] == CONDITIONAL["conditional"][::-1]


@pytest.mark.parametrize(
    ("edit", "place", "what"),
    [
        (lambda r: r.update(start="结案"), "start", "none of conclusion"),
        (lambda r: r.update(start=None), "start", "found null"),
        (lambda r: r.update(conditional={}), "conditional", "expected an array"),
        (lambda r: r["conditional"][1].pop("when"), "conditional[1].when", "missing"),
        (
            lambda r: r["conditional"][0]["when"].update(decision="不予"),
            "conditional[0].when.decision",
            "none of granted",
        ),
        (
            lambda r: r["conditional"][0]["when"].update(kind="x"),
            "conditional[0].when.kind",
            "unknown name 'kind'",
        ),
        (
            lambda r: r["conditional"][1].update(optional=["照片", ""]),
            "conditional[1].optional[1]",
            "empty",
        ),
        (
            lambda r: r["conditional"][1].pop("optional"),
            "conditional[1]",
            "no material is named for granted",
        ),
        (
            lambda r: r["conditional"].append(r["conditional"][0]),
            "conditional",
            "refused has its materials already",
        ),
        (
            lambda r: r.update(excluded=["决定书"]),
            "conditional",
            "refused: within the scope and excluded from it",
        ),
    ],
)
def test_each_error_of_a_condition_has_its_exact_place(
    edit: Callable[[dict[str, Any]], object], place: str, what: str
) -> None:
    tree = json.loads(json.dumps(SCHEDULE | {"rules": [CONDITIONAL]}))
    edit(tree["rules"][0])
    with pytest.raises(ScheduleFileError) as caught:
        load_schedule(as_json(tree))
    assert [error.place for error in caught.value.errors] == [f"$.rules[0].{place}"]
    assert what in str(caught.value)


def test_a_schedule_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ScheduleFileError, match="before it begins") as caught:
        load_schedule(as_json(SCHEDULE | {"ends_on": "2025-12-31"}))
    assert caught.value.errors[0].place == "$.ends_on"


@given(schedules)
def test_a_schedule_that_was_written_is_read_back(schedule: RetentionSchedule) -> None:
    data = dump_schedule(schedule)
    again = load_schedule(data)
    assert again == schedule
    assert list(again) == list(schedule)
    assert dump_schedule(again) == data


def test_a_file_is_what_its_name_says_or_how_it_begins(tmp_path: Path) -> None:
    schedule = load_schedule(as_json(SCHEDULE))
    table = dump_schedule_csv(schedule)
    for name, data in {
        "a.json": as_json(SCHEDULE),
        "b.JSON": b"\xef\xbb\xbf \n" + as_json(SCHEDULE),
        "c.csv": table,
        "d.txt": table,
        "e": as_json(SCHEDULE),
    }.items():
        path = tmp_path / name
        path.write_bytes(data)
        assert load_schedule(path) == schedule
        assert load_schedule(str(path)) == schedule
        assert load_schedule(data) == schedule
    with pytest.raises(ScheduleFileError, match="not JSON"):
        load_schedule(tmp_path / "c.csv", format="json")
    with pytest.raises(ScheduleFileError, match="it begins with"):
        load_schedule(tmp_path / "a.json", format="csv")
    (tmp_path / "f.json").write_bytes(table)
    with pytest.raises(ScheduleFileError, match="not JSON"):
        load_schedule(tmp_path / "f.json")


def test_a_file_that_cannot_be_read_is_a_typed_error(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="No such file"):
        load_schedule(tmp_path / "missing.csv")


@pytest.mark.parametrize(
    ("edit", "place", "what"),
    [
        (lambda t: t.pop("version"), "$.version", "missing"),
        (lambda t: t.update(approved_by=""), "$.approved_by", "empty"),
        (lambda t: t.update(effective_on="2026/1/1"), "$.effective_on", "calendar"),
        (lambda t: t.update(effective_on=None), "$.effective_on", "found null"),
        (lambda t: t.update(rule=[]), "$.rule", "did you mean 'rules'?"),
        (lambda t: t.update(_rules=[]), "$._rules", "did you mean 'rules'?"),
        (lambda t: t.update(rules={}), "$.rules", "expected an array"),
        (lambda t: t["rules"].append(1), "$.rules[2]", "expected an object"),
        (lambda t: t["rules"][0].pop("period"), "$.rules[0].period", "missing"),
        (lambda t: t["rules"][0].update(period=30), "$.rules[0].period", "a text"),
        (lambda t: t["rules"][0].update(period="短期"), "$.rules[0].period", "legacy"),
        (
            lambda t: t["rules"][0].update(required=["a", 1]),
            "$.rules[0].required[1]",
            "expected a text",
        ),
        (
            lambda t: t["rules"][0].update(required=["a", " "]),
            "$.rules[0].required[1]",
            "empty",
        ),
        (
            lambda t: t["rules"][1].update(item_code="1" * 31),
            "$.rules[1].item_code",
            "check character",
        ),
        (
            lambda t: t["rules"].append({"item_code": "0100190012", "period": "Y"}),
            "$.rules[2].item_code",
            "has a rule already: $.rules[0]",
        ),
    ],
)
def test_each_error_has_its_exact_place(
    edit: Callable[[dict[str, Any]], object], place: str, what: str
) -> None:
    tree = json.loads(json.dumps(SCHEDULE))
    edit(tree)
    with pytest.raises(ScheduleFileError) as caught:
        load_schedule(as_json(tree))
    assert [error.place for error in caught.value.errors] == [place]
    assert what in str(caught.value)


def test_all_errors_come_at_once() -> None:
    rules = [{"item_code": "1", "period": p} for p in ("Y", "D", "D10")]
    with pytest.raises(ScheduleFileError) as caught:
        load_schedule(as_json(SCHEDULE | {"version": "", "rules": rules}))
    assert [error.place for error in caught.value.errors] == [
        "$.rules[1].period",
        "$.rules[1].item_code",
        "$.rules[2].item_code",
        "$.version",
    ]


@given(st.binary(max_size=100).map(lambda data: b"{" + data))
def test_no_bytes_give_another_error(data: bytes) -> None:
    with pytest.raises(ScheduleFileError):
        load_schedule(data)
