"""The scope of archiving: of all cases, and of some."""

from __future__ import annotations

import pytest

from egovarchive.errors import InvalidValueError
from egovarchive.records.case import Decision
from egovarchive.records.materials import (
    ConditionalMaterials,
    Scope,
    When,
    in_order,
    joined,
)

REFUSED = When(decision=Decision.REFUSED)
GRANTED = When(decision=Decision.GRANTED)


def test_a_condition_is_met_by_its_decision_alone() -> None:
    assert [each for each in Decision if REFUSED.is_met_by(each)] == [Decision.REFUSED]
    assert not REFUSED.is_met_by(None)
    with pytest.raises(InvalidValueError, match="is no Decision"):
        When(decision="refused")  # type: ignore[arg-type]


def test_what_names_no_material_says_nothing() -> None:
    with pytest.raises(InvalidValueError, match="no material is named for refused"):
        ConditionalMaterials(when=REFUSED)


@pytest.mark.parametrize("name", ["required", "optional", "excluded"])
def test_materials_are_texts(name: str) -> None:
    for wrong in ([""], ["甲\n"], "甲"):
        with pytest.raises(InvalidValueError):
            ConditionalMaterials(when=REFUSED, **{name: wrong})
        with pytest.raises(InvalidValueError):
            Scope(**{name: wrong})


def test_one_condition_has_one_list() -> None:
    one = ConditionalMaterials(when=REFUSED, required=["甲"])
    two = ConditionalMaterials(when=REFUSED, required=["乙"])
    with pytest.raises(InvalidValueError, match="refused has its materials already"):
        in_order([one, two])
    with pytest.raises(InvalidValueError, match="is no ConditionalMaterials"):
        in_order([one, "乙"])  # type: ignore[list-item]


def test_the_order_in_which_conditions_are_told_does_not_count() -> None:
    one = ConditionalMaterials(when=REFUSED, required=["甲"])
    two = ConditionalMaterials(when=GRANTED, required=["乙"])
    assert in_order([one, two]) == in_order([two, one]) == (two, one)


def test_a_scope_is_joined_and_names_each_material_once() -> None:
    base = Scope(required=["甲"], optional=["乙"])
    more = ConditionalMaterials(when=REFUSED, required=["甲", "丙"], optional=["丁"])
    assert joined(base, [more], Decision.REFUSED) == Scope(
        required=["甲", "丙"], optional=["乙", "丁"]
    )
    assert joined(base, [more], Decision.GRANTED) is base
    out = ConditionalMaterials(when=REFUSED, excluded=["乙"])
    with pytest.raises(InvalidValueError, match="excluded from it: '乙'"):
        joined(base, [out], Decision.REFUSED)
