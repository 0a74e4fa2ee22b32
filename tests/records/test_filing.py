"""A case with the place it is filed in."""

from __future__ import annotations

import pytest
from attrs import evolve

from egovarchive.errors import InvalidValueError
from egovarchive.records.filing import Filing
from egovarchive.records.item import ServiceItem
from records.cases import (
    AGENCY,
    IMPLEMENTING_CODE,
    arrangement,
    case,
    schedule,
)


def test_a_filing_freezes_the_schedule_it_was_made_by() -> None:
    filing = Filing.of(case(), arrangement(unit_code=AGENCY))
    assert filing.case == case()
    assert filing.series == arrangement().series_of(case())
    assert (filing.unit, filing.unit_code) == ("某市市场监督管理局", AGENCY)
    assert filing.schedule == "2024"
    assert filing.approved_by == "某市档案局"
    assert filing.approval_number == "某档发〔2024〕1号"


def test_what_the_schedule_does_not_know_is_not_filed() -> None:
    unknown = case(item=ServiceItem(code="9999999999", name="新事项"))
    with pytest.raises(InvalidValueError, match="silent"):
        Filing.of(unknown, arrangement())


def test_the_record_code_depends_on_the_case_alone() -> None:
    filing = Filing.of(case(), arrangement())
    code = f"J019-{IMPLEMENTING_CODE}-2026-D30-202605010001"
    assert filing.electronic_record_code == code
    later = Filing.of(case(), arrangement(schedule=schedule(version="2025")))
    assert later.electronic_record_code == code
    other = Filing.of(case(number="202605010002"), arrangement())
    assert other.electronic_record_code != code


@pytest.mark.parametrize(
    "name", ["unit", "unit_code", "schedule", "approved_by", "approval_number"]
)
def test_its_texts_are_checked(name: str) -> None:
    filing = Filing.of(case(), arrangement())
    for wrong in ("", "a\nb", "长" * 1000):
        with pytest.raises(InvalidValueError) as caught:
            evolve(filing, **{name: wrong})  # type: ignore[arg-type]
        assert caught.value.place == name
