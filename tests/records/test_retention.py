"""Retention periods and their codes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import InvalidValueError
from egovarchive.records.retention import LEGACY, PERMANENT, RetentionPeriod

periods = (
    st.just(PERMANENT)
    | st.builds(RetentionPeriod, st.integers(1, 99))
    | st.builds(lambda name: RetentionPeriod(legacy=name), st.sampled_from(LEGACY))
)


@given(periods)
def test_code_and_title_lead_back_to_their_period(period: RetentionPeriod) -> None:
    assert RetentionPeriod.parse(str(period)) == period
    assert RetentionPeriod.parse(period.title) == period
    assert eval(repr(period)) == period  # noqa: S307 - this is what a repr is for


@given(periods)
def test_a_period_is_one_of_three(period: RetentionPeriod) -> None:
    assert [
        period.is_permanent,
        period.years is not None,
        period.legacy is not None,
    ].count(True) == 1


@pytest.mark.parametrize(
    ("code", "years"),
    [("Y", None), ("永久", None), ("D30", 30), ("D10", 10), ("30年", 30), ("D1", 1)],
)
def test_codes_in_use(code: str, years: int | None) -> None:
    period = RetentionPeriod.parse(code)
    assert period.years == years
    assert period.is_permanent is (years is None)


@pytest.mark.parametrize("name", LEGACY)
def test_a_legacy_period_has_no_years_and_is_not_permanent(name: str) -> None:
    period = RetentionPeriod.parse(name)
    assert (period.legacy, period.years, period.is_permanent) == (name, None, False)
    assert str(period) == period.title == name


@pytest.mark.parametrize(
    "code",
    ["", "D", "D0", "D05", "D100", "d30", "30", "Y30", "D30年", "年", "D３０", "D30\n"],
)
def test_what_is_no_code_is_refused(code: str) -> None:
    with pytest.raises(InvalidValueError, match="not a retention code") as caught:
        RetentionPeriod.parse(code)
    assert caught.value.rule == "DA/T 13—2022 保管期限代码"
    assert "不是保管期限代码" in caught.value.message("zh")


@pytest.mark.parametrize("years", [0, -1, 100])
def test_years_are_1_to_99(years: int) -> None:
    with pytest.raises(InvalidValueError, match="1 to 99"):
        RetentionPeriod(years)


def test_a_legacy_period_has_one_of_two_names_and_no_years() -> None:
    for years, name in ((None, "中期"), (30, "长期")):
        with pytest.raises(InvalidValueError, match="no legacy retention period"):
            RetentionPeriod(years, legacy=name)
