"""An audit finds what is due, overdue or missing, and nothing else."""

from __future__ import annotations

import sys
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import InvalidValueError
from egovarchive.lifecycle.audit import by_column
from egovarchive.lifecycle.audit.audit import Audit, audit, audit_rows
from egovarchive.lifecycle.audit.columns import Columns
from egovarchive.lifecycle.audit.problem import OF_RECORD, Problem
from egovarchive.lifecycle.audit.row import Row
from egovarchive.lifecycle.audit.tally import Gap, Group, Tally
from egovarchive.lifecycle.state import State
from egovarchive.records.deadlines import DeadlineKind
from lifecycle.audit.audited import ON, PLAIN, row, rows

DAY = timedelta(days=1)
ASKED: dict[str, Any] = {"on": ON, "schedule": "2026-1", "sealed_upto": ON}


def of(*records: Row, **asked: Any) -> Audit:
    """Return the audit of *records*, in which both evaluators agree."""
    asked = ASKED | asked
    plain = audit_rows(records, **asked)
    assert audit(Columns.of_rows(records), **asked) == plain
    return plain


def found(*records: Row, **asked: Any) -> dict[str, int]:
    """Return the problems of *records*, those that none has left out."""
    problems = of(*records, **asked).problems
    return {problem.value: count for problem, count in problems.items() if count}


def test_a_record_without_problems_has_none() -> None:
    assert found(PLAIN) == {}


@given(
    rows(),
    st.none() | st.just("2026-1") | st.just("none has it"),
    st.none() | st.dates(date(2020, 1, 1), date(2027, 1, 1)),
    st.sampled_from([0, 1, 400, 3660]),
    st.sampled_from([1, 2]),
)
def test_both_evaluators_find_the_same(
    records: list[Row],
    schedule: str | None,
    sealed_upto: date | None,
    online_days: int,
    threads: int,
) -> None:
    pytest.importorskip("numpy", reason="numpy is not installed")
    asked: dict[str, Any] = {
        "on": ON,
        "schedule": schedule,
        "sealed_upto": sealed_upto,
        "online_days": online_days,
    }
    plain = audit_rows(records, **asked)
    vector = audit(Columns.of_rows(records), **asked, threads=threads)
    assert vector == plain
    assert list(vector.rows()) == list(plain.rows())
    assert vector.message("zh") == plain.message("zh")
    for group in Group:
        assert sum(tally.records for tally in plain.by(group)) == len(records)
    for problem in OF_RECORD:
        told = sum(1 for _ in plain.rows(problem))
        assert told == plain.problems.get(problem, 0)
        for group in Group:
            tallies = plain.by(group)
            assert sum(t.problems.get(problem, 0) for t in tallies) == told


def test_large_tables_are_counted_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    records = [
        row(item=n + 1, item_code=f"i{n % 50}", on_hold=n % 3 == 0, sealed=n % 2 == 0)
        for n in range(500)
    ]
    expected = of(*records)
    monkeypatch.setattr(by_column, "_LARGEST", 0)
    assert of(*records) == expected


def test_many_pieces_on_many_threads_are_counted_alike() -> None:
    pytest.importorskip("numpy", reason="numpy is not installed")
    records = [
        row(
            item=1 + (n * 7919) % 70_001,
            item_code=f"i{n % 5}",
            concluded_on=f"20{n % 27:02}-12-31",
            on_hold=n % 3 == 0,
        )
        for n in range(70_001)
    ]
    columns = Columns.of_rows(records)
    alone, shared = (audit(columns, **ASKED, threads=threads) for threads in (1, 3))
    assert alone == shared
    assert alone.counts == audit_rows(records, **ASKED).counts
    assert alone.gaps == ()


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"registered_on": date(2024, 3, 1)}, "late_online"),
        ({"transfer_due_on": ON - DAY}, "transfer_overdue"),
        ({"transfer_due_on": ON - DAY, "state": "sent"}, "transfer_overdue"),
        ({"transfer_due_on": ON}, "transfer_due"),
        ({"transfer_due_on": date(2027, 11, 23)}, "transfer_due"),
        ({"retention_ends_on": ON - DAY}, "appraisal_overdue"),
        (
            {"state": "transferred", "custody_ends_on": ON - DAY},
            "custody_over",
        ),
        ({"schedule": "2020-1"}, "schedule_drift"),
        ({"sealed": False}, "seal_missing"),
        ({"on_hold": True}, "on_hold"),
    ],
)
def test_a_problem_is_found(changes: dict[str, Any], problem: str) -> None:
    assert found(PLAIN, row(item=2, **changes)) == {problem: 1}
    (told,) = of(PLAIN, row(item=2, **changes)).rows()
    assert told["problem"] == problem
    assert (told["record"], told["code"]) == (1, "J019-ZY·XK·2024·D30-0002")
    assert told["on_hold"] is (problem == "on_hold")


@pytest.mark.parametrize(
    "changes",
    [
        {"transfer_due_on": date(2027, 11, 24)},
        {"retention_ends_on": ON},
        {"retention_ends_on": ON - DAY, "state": "proposed"},
        {"retention_ends_on": ON - DAY, "state": "listed"},
        {"state": "transferred", "custody_ends_on": ON, "transfer_due_on": ON - DAY},
        {"state": "transferred", "custody_ends_on": ON, "schedule": "2020-1"},
        {
            "state": "listed",
            "custody_ends_on": ON - DAY,
            "transfer_due_on": ON - DAY,
            "retention_ends_on": ON - DAY,
        },
        {"sealed": False, "registered_on": ON + DAY, "concluded_on": ON + DAY},
    ],
)
def test_what_is_in_order_is_not_told(changes: dict[str, Any]) -> None:
    assert found(row(**changes)) == {}


@pytest.mark.parametrize("state", ["destroying", "destroyed"])
def test_what_is_gone_is_counted_and_has_no_problems(state: str) -> None:
    gone = row(
        state=state,
        registered_on=ON,
        transfer_due_on=ON - DAY,
        retention_ends_on=ON - DAY,
        schedule="2020-1",
        sealed=False,
        on_hold=True,
    )
    result = of(gone)
    assert not any(result.problems.values())
    assert result.by(Group.STATE) == (Tally(state, 1),)
    assert not any(result.deadlines.values())


def test_archiving_is_late_by_days_and_after_june_of_the_next_year() -> None:
    last = row(registered_on=date(2025, 6, 30))
    after = row(item=2, registered_on=date(2025, 7, 1))
    result = of(last, after)
    assert result.problems[Problem.LATE_ONLINE] == 2
    (told,) = result.rows(Problem.LATE_OFFLINE)
    assert told["record"] == 1
    assert (told["due_on"], told["days"]) == (date(2025, 6, 30), 1)
    (first, _) = result.rows(Problem.LATE_ONLINE)
    assert (first["due_on"], first["days"]) == (date(2024, 2, 29), 487)
    assert found(last, online_days=487) == {}
    assert found(last, online_days=486) == {"late_online": 1}


def test_days_late_are_told_and_days_left_are_negative() -> None:
    late, near = (
        row(transfer_due_on=ON - 10 * DAY),
        row(item=2, transfer_due_on=ON + 10 * DAY),
    )
    days = {told["problem"]: told["days"] for told in of(late, near).rows()}
    assert days == {"transfer_overdue": 10, "transfer_due": -10}


def test_what_was_not_asked_is_said_and_not_counted() -> None:
    result = of(row(schedule="2020-1", sealed=False), schedule=None, sealed_upto=None)
    assert not any(result.problems.values())
    assert Problem.SCHEDULE_DRIFT not in result.problems
    assert "not asked for: schedule drift, seal missing" in result.message()
    assert "未检查：非现行保管期限表、未封存" in result.message("zh")
    assert "未检查" in result._repr_html_()


def test_gaps_are_told_by_series() -> None:
    other = "J019-ZY·XK·2025·Y"
    result = of(*(row(item=item) for item in (9, 4, 3)), row(series=other, item=1))
    assert result.gaps == (
        Gap(PLAIN.series, 1, 2),
        Gap(PLAIN.series, 5, 8),
    )
    assert result.problems[Problem.NUMBER_GAP] == 6
    first, last = result.rows(Problem.NUMBER_GAP)
    assert first["code"] == f"{PLAIN.series}-0001"
    assert (last["code"], last["last_code"]) == (
        f"{PLAIN.series}-0005",
        f"{PLAIN.series}-0008",
    )
    assert last["record"] is None


def test_a_number_that_is_there_twice_is_no_gap() -> None:
    assert of(row(), row(), row(item=2)).gaps == ()


def test_a_great_number_costs_nothing() -> None:
    assert of(row(item=999_999_999)).gaps == (Gap(PLAIN.series, 1, 999_999_998),)


def test_records_are_counted_by_group() -> None:
    result = of(
        PLAIN,
        row(item=2, year=2025, period=0, unit="甲", on_hold=True, state="offered"),
        row(item=3, item_code="a", period=-1, unit="甲"),
    )
    assert result.by(Group.UNIT) == (
        Tally("办公室", 1),
        Tally("甲", 2, {Problem.ON_HOLD: 1}),
    )
    assert [(t.name, t.records) for t in result.by(Group.YEAR)] == [
        ("2024", 2),
        ("2025", 1),
    ]
    names = {group: [t.name for t in result.by(group)] for group in Group}
    assert names[Group.PERIOD] == ["legacy", "Y", "D30"]
    assert names[Group.STATE] == ["held", "offered"]
    assert names[Group.ITEM] == ["12441500196720244T0001", "a"]


def test_groups_and_problems_may_be_named_by_their_values() -> None:
    result = of(row(on_hold=True))
    assert result.by("unit") == result.by(Group.UNIT)
    assert list(result.rows("on_hold")) == list(result.rows(Problem.ON_HOLD))
    for act in (lambda: result.by("colour"), lambda: list(result.rows("lost"))):
        with pytest.raises(InvalidValueError, match="none of"):
            act()


def test_deadlines_are_counted_by_year() -> None:
    result = of(
        PLAIN,
        row(item=2, transfer_due_on=None, retention_ends_on=date(2034, 12, 31)),
        row(item=3, state="transferred", custody_ends_on=date(2034, 5, 1)),
        row(item=4, state="destroyed"),
    )
    assert result.deadlines == {
        DeadlineKind.TRANSFER: {2029: 1},
        DeadlineKind.RETENTION_END: {2034: 1, 2054: 1},
        DeadlineKind.CUSTODY_END: {2034: 1},
    }


def test_nothing_is_audited_too() -> None:
    result = of()
    assert result.records == 0
    assert result.by(Group.ITEM) == ()
    assert list(result.rows()) == []
    assert "0 records on 2026-11-23" in repr(result)


@pytest.mark.parametrize(
    "asked",
    [
        {"on": None},
        {"on": "2026-11-23"},
        {"on": datetime(2026, 11, 23)},
        {"sealed_upto": "2026-11-23"},
        {"online_days": -1},
    ],
)
def test_a_question_of_another_form_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(InvalidValueError):
        audit_rows([PLAIN], **(ASKED | asked))


def test_the_last_day_of_the_calendar_has_no_next_year() -> None:
    assert found(on=date.max) == {}


def test_without_numpy_the_same_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    records = [PLAIN, row(item=3, on_hold=True, custody_ends_on=ON)]
    expected = of(*records)
    monkeypatch.setitem(sys.modules, "numpy", None)
    result = audit(Columns.of_rows(records), **ASKED)
    assert result == expected
    assert list(result.rows()) == list(expected.rows())


def test_all_states_have_a_place() -> None:
    records = [row(item=n + 1, state=state.value) for n, state in enumerate(State)]
    assert [t.name for t in of(*records).by(Group.STATE)] == [s.value for s in State]
