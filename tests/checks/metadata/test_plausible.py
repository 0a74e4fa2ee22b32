"""Plausibility: dates in their order, none of the future, parts that agree."""

from __future__ import annotations

import copy
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.metadata.told import (
    CORRECTED,
    GRANTED,
    NOT_ACCEPTED,
    ON,
    REFUSED,
    SCANNED,
    all_samples,
    outcomes,
    put,
    sample,
    values_of,
)
from egovarchive.checks.metadata.plausible import examine
from egovarchive.packages.xml import Values
from egovarchive.records.filing import Filing
from egovarchive.records.identifiers import resident_id_check_character
from egovarchive.records.outcome import Outcome
from egovarchive.testing import samples

FAILED, WARNED = Outcome.FAILED, Outcome.WARNED
_STEM = "11010520301231002"
BORN_LATER = _STEM + resident_id_check_character(_STEM)


def with_texts(
    number: int, texts: dict[str, str | None], *, on: date = ON
) -> dict[str, Outcome]:
    """Return what is said of a sample with other texts, by place of the element."""
    basic, process = sample(number)
    for path, text in texts.items():
        put(process if path.startswith("steps") else basic, path, text)
    told = outcomes(examine(basic, process, on=on))
    return {place.partition("（")[0]: outcome for place, outcome in told.items()}


def looked(**texts: str | None) -> dict[str, Outcome]:
    """Return what is said of a case that was granted, with other texts."""
    return with_texts(GRANTED, texts)


def test_nothing_is_implausible_in_the_samples() -> None:
    for basic, process in all_samples():
        assert examine(basic, process, on=ON) == ()


@given(st.integers(0, 200), st.integers(0, 400))
@settings(max_examples=40, deadline=None)
def test_no_generated_case_is_implausible(number: int, later: int) -> None:
    *_, case = samples.cases(number + 1, size=1)
    basic, process = values_of(Filing.of(case, samples.arrangement()))
    on = case.concluded_on + timedelta(days=later)
    assert examine(basic, process, on=on) == ()


def test_what_is_missing_or_unreadable_is_passed_over() -> None:
    assert examine(Values(), Values(), on=ON) == ()
    assert looked(accepted_on="2025", concluded_on="2025/03/17", year="") == {}
    assert with_texts(GRANTED, {"steps[0].at": "?"}) == {}


def test_dates_lie_in_their_order() -> None:
    assert looked(decided_on="2025-03-17") == {}
    assert looked(accepted_on="2025-03-18") == {"accepted_on": FAILED}
    assert looked(decided_on="2025-03-18") == {"decided_on": FAILED}
    assert looked(accepted_on="2025-03-10", decided_on="2025-03-09") == {
        "accepted_on": FAILED,
        "decided_on": WARNED,
    }


def test_no_date_is_of_another_age() -> None:
    assert looked(accepted_on="1899-12-31") == {"accepted_on": FAILED}
    assert looked(accepted_on="0001-01-01") == {"accepted_on": FAILED}
    assert looked(accepted_on="2025-03-03") == {}


def test_no_date_lies_in_the_future() -> None:
    assert with_texts(GRANTED, {}, on=date(2025, 3, 17)) == {}
    early = with_texts(GRANTED, {}, on=date(2025, 3, 16))
    assert early["concluded_on"] is FAILED
    assert early["steps[3].at"] is FAILED
    assert early["documents[4].files[0].created_at"] is FAILED
    assert with_texts(SCANNED, {}, on=date(2025, 7, 9)) == {}
    path = "documents[0].digitised[0].verified_on"
    assert with_texts(SCANNED, {path: "2026-11-23"}) == {}
    assert with_texts(SCANNED, {path: "2026-11-24"}) == {path: FAILED}


def test_a_moment_is_judged_by_its_day_in_china() -> None:
    path = "documents[0].files[0].created_at"
    assert with_texts(GRANTED, {path: "2026-11-23T23:59:59+08:00"}) == {}
    assert with_texts(GRANTED, {path: "2026-11-23T15:59:59+00:00"}) == {}
    assert with_texts(GRANTED, {path: "2026-11-23T16:00:00+00:00"}) == {path: FAILED}


def test_a_file_was_not_made_before_there_were_any() -> None:
    path = "documents[0].files[0].created_at"
    assert with_texts(GRANTED, {path: "1999-01-01T00:00"}) == {}
    assert with_texts(GRANTED, {path: "1970-01-01T08:00"}) == {path: WARNED}


def test_the_year_is_that_of_the_conclusion() -> None:
    assert looked(year="2024") == {"year": FAILED, "electronic_record_code": WARNED}


@pytest.mark.parametrize(
    ("name", "text"),
    [("fonds", "J020"), ("retention", "D10"), ("number", "SP1"), ("item_code", "1")],
)
def test_the_record_code_is_made_of_its_parts(name: str, text: str) -> None:
    assert with_texts(GRANTED, {name: text}) == {"electronic_record_code": WARNED}
    assert looked(electronic_record_code="J019-1")["electronic_record_code"] is WARNED


def test_the_basic_code_is_that_of_the_item() -> None:
    assert looked(item_basic_code=None) == {}
    assert looked(item_basic_code="000000000000") == {"item_basic_code": FAILED}


@pytest.mark.parametrize("who", ["applicant", "agent"])
def test_nobody_applies_before_birth(who: str) -> None:
    basic, process = sample()
    party = copy.deepcopy(basic.groups["applicant"][0])
    party.texts["identifier_kind"] = "公民身份号码"
    basic.groups[who] = [party]
    for identifier, fine in (
        ("11010519491231002X", True),
        (BORN_LATER, False),
        ("1101052030", True),
    ):
        party.texts["identifier"] = identifier
        found = examine(basic, process, on=ON)
        if fine:
            assert found == ()
        else:
            (fault,) = found
            assert fault.place == f"{who}[0].identifier（证件号码）"
            assert fault.outcome is FAILED
            assert "20301231" not in repr(fault)


def test_a_licence_holds_on_the_day_it_was_given() -> None:
    path = "licences[0].valid_until"
    assert with_texts(GRANTED, {path: "2025-03-17"}) == {}
    assert with_texts(GRANTED, {path: "2025-03-16"}) == {path: WARNED}
    decided = {"decided_on": "2025-03-16", "steps[3].activity": "审定"}
    assert with_texts(GRANTED, {path: "2025-03-16", **decided}) == {}


@pytest.mark.parametrize("decision", ["不予", "不予受理", "撤回"])
def test_a_refusal_gives_no_licence(decision: str) -> None:
    assert looked(decision=decision)["licences"] is WARNED
    assert looked(decision="准予") == {}


def test_what_was_not_accepted_has_no_day_of_acceptance() -> None:
    assert with_texts(NOT_ACCEPTED, {}) == {}
    assert with_texts(NOT_ACCEPTED, {"accepted_on": "2025-10-13"}) == {
        "accepted_on": WARNED
    }


def test_steps_stand_in_their_order() -> None:
    assert with_texts(GRANTED, {"steps[1].at": "2025-03-03T09:20:00+08:00"}) == {}
    assert with_texts(GRANTED, {"steps[1].at": "2025-03-03T09:19:59+08:00"}) == {
        "steps[1].at": WARNED
    }


def test_only_some_steps_follow_the_conclusion() -> None:
    assert with_texts(REFUSED, {"steps[4].activity": "送达"}) == {}
    assert with_texts(REFUSED, {"steps[4].activity": "审查"}) == {"steps[4].at": WARNED}


def test_a_step_of_that_name_lies_on_that_day() -> None:
    assert looked(accepted_on="2025-03-02") == {"accepted_on": WARNED}
    assert looked(decided_on="2025-03-16") == {"decided_on": WARNED}
    both = {"accepted_on": "2025-03-02", "steps[0].activity": "受理"}
    assert with_texts(GRANTED, {**both, "steps[0].at": "2025-03-02T09:00"}) == {}


def test_a_scan_is_verified_after_it_was_made() -> None:
    path = "documents[0].digitised[0].verified_on"
    assert with_texts(SCANNED, {path: "2025-07-01"}) == {}
    assert with_texts(SCANNED, {path: "2025-06-30"}) == {path: WARNED}


def test_every_date_that_is_moved_by_years_is_noticed() -> None:
    """One date of a case moved back or forth: something is said of it."""
    basic, process = sample(CORRECTED)
    moved = [(basic, "accepted_on"), (basic, "concluded_on")]
    moved += [(process, f"steps[{i}].at") for i in range(6)]
    for values, path in moved:
        group, name = (
            (values, path)
            if "." not in path
            else (values.groups["steps"][int(path[6])], "at")
        )
        before = group.texts[name]
        for year in ("1987", "2027"):
            group.texts[name] = year + before[4:]
            if (path, year) != ("steps[0].at", "1987"):
                assert examine(basic, process, on=ON), (path, year)
        group.texts[name] = before


_TEXTS = st.sampled_from(
    [
        *("", "x", "1" * 31, "准予", "撤回", "公民身份号码", BORN_LATER),
        *("0001-01-01", "0001-01-01T00:00:00+14:00"),
        *("9999-12-31", "9999-12-31T23:59:59-12:00"),
    ]
)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_nothing_that_stands_in_metadata_is_raised(data: Any) -> None:
    basic, process = sample(data.draw(st.integers(0, 4)))
    groups = [basic, process]
    for group in groups:
        groups += [each for some in group.groups.values() for each in some]
    for _ in range(6):
        group = data.draw(st.sampled_from(groups))
        if group.texts:
            name = data.draw(st.sampled_from(sorted(group.texts)))
            group.texts[name] = data.draw(_TEXTS)
    outcomes(examine(basic, process, on=ON))
