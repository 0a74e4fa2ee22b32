"""A report passes only if something was looked at, and all of it was good."""

from __future__ import annotations

import pickle
from datetime import datetime, timezone

import pytest

from egovarchive.checks import (
    CHECKS,
    ChecksFailedError,
    Finding,
    Outcome,
    Property,
    Report,
    Stage,
)

AT = datetime(2026, 1, 1, tzinfo=timezone.utc)


def report(*outcomes: Outcome) -> Report:
    findings = tuple(
        Finding(
            check="integrity.members", outcome=outcome, object="a", en="so", zh="如此"
        )
        for outcome in outcomes
    )
    return Report(
        stage=Stage.ARCHIVING,
        object="x",
        at=AT,
        findings=findings,
        required=frozenset({"integrity.members"}),
    )


@pytest.mark.parametrize(
    ("outcomes", "passed"),
    [
        ((), False),
        ((Outcome.PASSED,), True),
        ((Outcome.PASSED, Outcome.WARNED), True),
        ((Outcome.PASSED, Outcome.FAILED), False),
        ((Outcome.PASSED, Outcome.NOT_PERFORMED), False),
        ((Outcome.PASSED, Outcome.NEEDS_REVIEW), False),
    ],
)
def test_only_what_was_looked_at_and_found_good_passes(
    outcomes: tuple[Outcome, ...],
    passed: bool,  # noqa: FBT001
) -> None:
    assert report(*outcomes).passed is passed


def test_a_failure_is_raised_and_survives_a_process() -> None:
    report(Outcome.PASSED, Outcome.NOT_PERFORMED).raise_for_failures()
    bad = report(Outcome.PASSED, Outcome.FAILED)
    with pytest.raises(
        ChecksFailedError, match=r"integrity\.members failed a: so"
    ) as e:
        bad.raise_for_failures()
    sent = pickle.loads(pickle.dumps(e.value))  # noqa: S301 - our own bytes
    assert sent.report == bad
    assert "未通过" in sent.message("zh")


def test_what_is_left_open_is_told_apart() -> None:
    found = report(Outcome.FAILED, Outcome.NOT_PERFORMED, Outcome.NEEDS_REVIEW)
    assert [f.outcome for f in found.failures] == [Outcome.FAILED]
    assert len(found.open_ends) == 2
    counts = found.summary()
    assert counts[Property.INTEGRITY][Outcome.FAILED] == 1
    assert counts[Property.SECURITY] == {}


def test_each_check_has_a_name_of_its_own_and_two_titles() -> None:
    names = [check.name for check in CHECKS]
    assert len(set(names)) == len(names)
    for check in CHECKS:
        assert check.name.startswith(f"{check.property.value}.")
        assert check.title
        assert check.zh
        assert check.stages
