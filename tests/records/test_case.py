"""A concluded case: which dates it may have, and what it cannot be without."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import InvalidValueError
from egovarchive.records.case import EARLIEST, LATEST, JointHandling, Licence
from egovarchive.records.party import Party
from egovarchive.records.step import Step
from records.cases import case, document

DATES = ("accepted_on", "decided_on", "concluded_on")
days = st.dates(EARLIEST, LATEST)


@given(days, st.none() | days, st.none() | days)
def test_dates_stand_in_the_order_of_things(
    concluded: date, accepted: date | None, decided: date | None
) -> None:
    given_days = [day for day in (accepted, decided, concluded) if day]
    values = {
        "accepted_on": accepted,
        "decided_on": decided,
        "concluded_on": concluded,
    }
    if given_days == sorted(given_days):
        found = case(**values)
        assert (found.accepted_on, found.decided_on) == (accepted, decided)
    else:
        with pytest.raises(InvalidValueError, match="lies after") as caught:
            case(**values)
        assert caught.value.rule == "order of dates"
        assert caught.value.place in DATES


def test_an_error_of_order_names_both_dates() -> None:
    with pytest.raises(InvalidValueError) as caught:
        case(accepted_on=date(2026, 6, 2), concluded_on=date(2026, 6, 1))
    for message in (str(caught.value), caught.value.message("zh")):
        assert "2026-06-02" in message
        assert "2026-06-01" in message


def test_all_on_one_day_is_in_order() -> None:
    day = date(2024, 2, 29)
    assert case(accepted_on=day, decided_on=day, concluded_on=day).decided_on == day


@pytest.mark.parametrize("name", DATES)
@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 12, 31),
        datetime(2026, 12, 31, 20, tzinfo=timezone(timedelta(hours=-5))),
    ],
)
def test_a_moment_is_no_legal_date(name: str, moment: datetime) -> None:
    """Its zone would be lost, and on 31 December a year with it."""
    with pytest.raises(InvalidValueError, match="is not a date") as caught:
        case(**{name: moment})
    assert caught.value.place == name


@pytest.mark.parametrize("name", DATES)
@pytest.mark.parametrize("day", [date(1899, 12, 31), date(3000, 1, 1), date.max])
def test_a_slip_of_the_pen_is_no_date(name: str, day: date) -> None:
    with pytest.raises(InvalidValueError, match="does not lie between") as caught:
        case(**{name: day})
    assert caught.value.place == name
    assert str(day) in str(caught.value)


def test_text_is_no_date() -> None:
    with pytest.raises(InvalidValueError, match="'2026-05-01' is not a date"):
        case(concluded_on="2026-05-01")


def test_a_case_without_documents_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="'202605010001' has no document"):
        case(documents=[])


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("number", 64),
        ("title", 500),
        ("department", 200),
        ("provincial_number", 64),
        ("municipal_number", 64),
    ],
)
def test_texts_have_their_limits(name: str, limit: int) -> None:
    assert getattr(case(**{name: "字" * limit}), name) == "字" * limit
    for wrong in ("字" * (limit + 1), "", "a\nb"):
        with pytest.raises(InvalidValueError) as caught:
            case(**{name: wrong})
        assert caught.value.place == name


def test_what_is_optional_may_be_left_out() -> None:
    plain = case(accepted_on=None)
    assert not plain.steps
    assert not plain.licences
    for name in ("agent", "joint", "department", "accepted_on", "decided_on"):
        assert getattr(plain, name) is None
    assert plain.provincial_number is None
    assert plain.municipal_number is None


def test_parts_are_kept_in_order_and_cannot_be_changed() -> None:
    steps = [
        Step(activity=name, actor="张三", unit="审批科", at=datetime(2026, 5, day))
        for day, name in enumerate(("受理", "审查", "决定"), 1)
    ]
    full = case(
        documents=(document(name=name) for name in "甲乙"),
        steps=iter(steps),
        licences=[Licence(name="食品经营许可证", number="JY12345678901234")],
        agent=Party.natural("李四"),
        joint=JointHandling(number="L1", name="开餐馆", lead="某局", parts=["1", "2"]),
    )
    assert [each.name for each in full.documents] == ["甲", "乙"]
    assert list(full.steps) == steps
    assert full.joint is not None
    assert full.joint.parts == ("1", "2")
    assert hash(full.documents) != 0
    with pytest.raises(AttributeError):
        full.title = "另一题名"  # type: ignore[misc]
    assert evolve(full, title="另一题名").title == "另一题名"


def test_a_licence_may_hold_for_ever_but_not_until_a_moment() -> None:
    assert Licence(name="证", valid_until=date(9999, 12, 31)).valid_until == date.max
    with pytest.raises(InvalidValueError, match="is not a date") as caught:
        Licence(name="证", valid_until=datetime(2027, 1, 1))
    assert caught.value.place == "valid_until"


def test_the_parts_of_a_joint_matter_are_case_numbers() -> None:
    for wrong in ("", "9" * 65):
        with pytest.raises(InvalidValueError) as caught:
            JointHandling(number="1", name="一件事", lead="某局", parts=[wrong])
        assert caught.value.place == "parts"
