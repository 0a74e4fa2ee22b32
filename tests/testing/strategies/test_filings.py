"""Filings that strategies give are as their arrangements file cases."""

from __future__ import annotations

from hypothesis import given

from egovarchive.records.arrangement import Arrangement
from egovarchive.records.filing import Filing
from egovarchive.testing.strategies.filings import arrangements, filings


@given(filings)
def test_a_filing_is_of_the_year_of_conclusion(filing: Filing) -> None:
    assert filing.series.year == filing.case.concluded_on.year
    assert filing.series.retention.legacy is None


@given(arrangements)
def test_an_arrangement_knows_the_items_of_its_schedule(one: Arrangement) -> None:
    for rule in one.schedule:
        assert one.schedule.rule_for(rule.item_code) is rule
