"""Agreement to a list is what the journal says, and counts each person once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import ApprovalMissingError, InvalidValueError, StateError
from egovarchive.lifecycle.agreement import APPROVALS, WITNESSES, Agreement
from egovarchive.lifecycle.event import Event, EventKind
from egovarchive.lifecycle.persons import person
from egovarchive.records.moment import CHINA

AT = datetime(2026, 3, 1, 9, tzinfo=CHINA)
LIST, OTHER = "a" * 64, "b" * 64


def event(what: EventKind, by: str, number: str = LIST, /, **details: str) -> Event:
    given = {"list": number, **details}
    return Event(kind=what, code=None, at=AT, by=by, details=given)


def listed(by: str = "周九", number: str = LIST) -> Event:
    return event(EventKind.DESTRUCTION_LISTED, by, number, kind="destroy", records="3")


def approved(by: str, number: str = LIST) -> Event:
    return event(
        EventKind.DESTRUCTION_APPROVED, by, number, role="局长", opinion="同意"
    )


def witnessed(by: str) -> Event:
    return event(EventKind.DESTRUCTION_WITNESSED, by, method="删除", copies="1")


def agreement(*events: Event) -> Agreement:
    found = Agreement.of(LIST, [listed(), *events])
    assert found is not None
    return found


def test_a_list_that_the_journal_does_not_know_has_none() -> None:
    assert Agreement.of(LIST, [listed(number=OTHER), approved("孙八")]) is None


def test_two_persons_who_did_not_list_make_it_approved() -> None:
    assert (APPROVALS, WITNESSES) == (2, 2)
    assert not agreement(approved("孙八")).approved
    assert agreement(approved("孙八"), approved("钱七")).approved
    # Whatever got into the journal: these count once, or not at all.
    assert not agreement(approved("孙八"), approved("孙 八")).approved
    assert not agreement(approved("孙八"), approved("周九")).approved
    assert not agreement(approved("孙八"), approved("钱七", OTHER)).approved
    with pytest.raises(ApprovalMissingError, match="1 of 2"):
        agreement(approved("孙八")).check_approved()


@given(st.lists(st.sampled_from(["孙八", "孙 八", "钱七", "周九", "ZHOU", "zhou"])))
def test_approval_takes_as_many_persons_as_it_says(names: list[str]) -> None:
    found = agreement(*map(approved, names))
    others = {person(name) for name in names} - {person("周九")}
    assert found.approved is (len(others) >= APPROVALS)


def test_a_list_that_is_made_anew_needs_new_approvals() -> None:
    assert not agreement(approved("孙八"), approved("钱七"), listed()).approvers


def test_who_listed_or_has_approved_may_not_approve() -> None:
    made = agreement(approved("孙八"))
    made.check_approver("钱七")
    for by in ("周九", "孙八"):
        with pytest.raises(ApprovalMissingError):
            made.check_approver(by)
    with pytest.raises(StateError):
        agreement(witnessed("王五")).check_approver("钱七")


def test_witnesses_are_two_others() -> None:
    made = agreement(approved("孙八"), approved("钱七"))
    made.check_witnesses(("王五", "赵六"))
    made.check_witnesses(("王五", "赵六", "吴十"))
    for names in ((), ("王五",), ("王五", "王五"), ("王五", "孙八"), ("钱七", "赵六")):
        with pytest.raises(ApprovalMissingError):
            made.check_witnesses(names)


def test_what_began_is_remembered() -> None:
    made = agreement(witnessed("王五"), witnessed("赵六"))
    assert (made.witnesses, made.method, made.copies) == (("王五", "赵六"), "删除", 1)
    assert made.begun_at == AT < AT + timedelta(seconds=1)
    made.check_same(("赵六", "王 五"), "删除", 1)
    for wrong in (
        (("王五", "吴十"), "删除", 1),
        (("王五", "赵六"), "粉碎", 1),
        (("王五", "赵六"), "删除", 0),
    ):
        with pytest.raises(InvalidValueError):
            made.check_same(*wrong)
    certified = event(
        EventKind.DESTRUCTION_CERTIFIED, "王五", certificate=OTHER, records="3"
    )
    assert agreement(certified).certificate == OTHER
