"""Code of an administrative division 行政区划代码 (GB/T 2260)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import InvalidValueError
from egovarchive.records.identifiers import PROVINCE_CODES, check_region_code
from egovarchive.testing.strategies.identifiers import region_codes


def test_there_are_34_provinces() -> None:
    assert len(PROVINCE_CODES) == 34
    assert all(check_region_code(f"{code}0000") for code in PROVINCE_CODES)


@pytest.mark.parametrize("text", ["610800", "340100", "610802001", "610802001003"])
def test_six_nine_and_twelve_digits_pass(text: str) -> None:
    assert check_region_code(text) == text


@given(region_codes)
def test_a_well_formed_code_comes_back(text: str) -> None:
    assert check_region_code(text) == text


@given(st.text("0123456789", max_size=14))
def test_only_province_and_length_decide_over_digits(text: str) -> None:
    if len(text) in {6, 9, 12} and text[:2] in PROVINCE_CODES:
        assert check_region_code(text) == text
    else:
        with pytest.raises(InvalidValueError):
            check_region_code(text)


@pytest.mark.parametrize("text", ["100000", "990000", "160000", "830000", "000000"])
def test_an_unknown_province_is_named(text: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        check_region_code(text)
    assert str(caught.value) == (
        f"not a region code: '{text}': no province has the code '{text[:2]}' "
        "(GB/T 2260)"
    )
    assert f"没有代码为 '{text[:2]}' 的省级行政区" in caught.value.message("zh")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "length 0, expected 6/9/12"),
        ("6108", "length 4, expected 6/9/12"),
        ("6108021", "length 7, expected 6/9/12"),
        ("61080A", "character 6 'A' is not allowed there"),
        ("６10800", "character 1 is full-width"),
        ("610800\n", "character 7 is a space"),
        ("61 0800", "character 3 is a space"),
        ("6108٠0", "character 5 is not allowed there"),
    ],
)
def test_the_error_says_what_is_wrong_and_where(text: str, what: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        check_region_code(text)
    assert what in str(caught.value)
    assert repr(text) in str(caught.value)
