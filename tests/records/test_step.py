"""Steps in the handling of a case."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from egovarchive.errors import InvalidValueError
from egovarchive.records.step import Step

STEP: dict[str, Any] = {
    "activity": "受理",
    "actor": "张三",
    "unit": "审批科",
    "at": datetime(2026, 5, 1, 9),
}


def test_its_moment_is_told_in_china() -> None:
    assert str(Step(**STEP).at) == "2026-05-01 09:00:00+08:00"
    late = Step(**{**STEP, "at": datetime(2026, 12, 31, 20, tzinfo=timezone.utc)})
    assert str(late.at) == "2027-01-01 04:00:00+08:00"


def test_an_opinion_may_have_lines() -> None:
    step = Step(**STEP, opinion="同意。\n请发证。", basis="第一条\n第二条")
    assert step.opinion == "同意。\n请发证。"


@pytest.mark.parametrize("name", ["activity", "actor", "unit", "code", "outcome"])
def test_all_else_is_one_line(name: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        Step(**{**STEP, name: "a\nb"})
    assert caught.value.place == name
