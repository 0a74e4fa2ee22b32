"""What a retention period begins after, as a case tells it."""

from __future__ import annotations

from datetime import date

import pytest

from egovarchive.errors import InvalidValueError
from egovarchive.records.case import Decision, Licence
from egovarchive.records.retention_start import RetentionStart
from records.cases import case

EITHER = RetentionStart.LICENCE_EXPIRY_OR_CONCLUSION
EXPIRY = RetentionStart.LICENCE_EXPIRY


def licences(*days: date | None) -> list[Licence]:
    return [Licence(name="许可证", valid_until=day) for day in days]


def test_conclusion_needs_no_day_of_its_own() -> None:
    assert RetentionStart.CONCLUSION.after(case()) is None


def test_a_decision_has_its_day() -> None:
    decided = case(decided_on=date(2026, 5, 18))
    assert RetentionStart.DECISION.after(decided) == date(2026, 5, 18)


@pytest.mark.parametrize("start", [EXPIRY, EITHER])
def test_the_last_licence_counts(start: RetentionStart) -> None:
    one = case(licences=licences(date(2031, 5, 19), date(2036, 1, 1), date(2020, 1, 1)))
    assert start.after(one) == date(2036, 1, 1)


def test_a_refusal_counts_from_its_conclusion_only_where_the_schedule_says_so() -> None:
    refused = case(decision=Decision.REFUSED)
    assert EITHER.after(refused) is None
    with pytest.raises(InvalidValueError, match="no licence"):
        EXPIRY.after(refused)


@pytest.mark.parametrize(
    ("start", "given", "place"),
    [
        (RetentionStart.DECISION, None, "decided_on"),
        (EXPIRY, [], "licences"),
        (EXPIRY, [date(2031, 1, 1), None], "licences[1].valid_until"),
        (EITHER, [None], "licences[0].valid_until"),
        (EXPIRY, [date(9999, 12, 31)], "licences[0].valid_until"),
        (EITHER, [date(1, 1, 1)], "licences[0].valid_until"),
        (EXPIRY, [date(2026, 5, 19)], "licences"),
        (EITHER, [date(1999, 1, 1)], "licences"),
    ],
)
def test_nothing_is_assumed_where_a_case_is_silent(
    start: RetentionStart, given: list[date | None] | None, place: str
) -> None:
    with pytest.raises(InvalidValueError, match="retention begins after") as caught:
        start.after(case(licences=licences(*(given or []))))
    assert caught.value.place == place
    assert start.zh in caught.value.message("zh")
