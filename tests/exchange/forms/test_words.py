"""Words, days and sizes as forms have them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import InvalidValueError
from egovarchive.exchange.forms.words import (
    BINARY_GB,
    DECIMAL_GB,
    EMPTY,
    Words,
    day_words,
    in_gigabytes,
    period_words,
)
from egovarchive.records.retention import RetentionPeriod


@given(st.integers(0, 10**18), st.sampled_from([DECIMAL_GB, BINARY_GB]))
def test_gigabytes_are_right_to_half_a_thousandth(size: int, gigabyte: int) -> None:
    text = in_gigabytes(size, gigabyte)
    assert len(text.partition(".")[2]) == 3
    error = Fraction(text) - Fraction(size, gigabyte)
    assert Fraction(-1, 2000) < error <= Fraction(1, 2000)


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0.000"), (499_999, "0.000"), (500_000, "0.001"), (10**12, "1000.000")],
)
def test_gigabytes_have_three_decimals(size: int, text: str) -> None:
    assert in_gigabytes(size) == text


@pytest.mark.parametrize(("size", "gigabyte"), [(-1, DECIMAL_GB), (1, 0)])
def test_what_is_no_number_of_bytes_is_refused(size: int, gigabyte: int) -> None:
    with pytest.raises(InvalidValueError):
        in_gigabytes(size, gigabyte)


def test_words_stand_in_one_language_or_in_both() -> None:
    words = Words("单位", "unit", name="某局")
    assert words.of("zh") == ("单位：某局", "")
    assert words.of("en") == ("unit: 某局", "")
    assert words.of("both") == ("单位：某局", "unit")


def test_periods_and_days() -> None:
    texts = [period_words(RetentionPeriod.parse(code)) for code in ("Y", "D1", "长期")]
    assert [words.en for words in texts] == ["permanent", "1 year", "长期"]
    assert day_words(None) == EMPTY
