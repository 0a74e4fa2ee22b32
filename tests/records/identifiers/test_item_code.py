"""Code of a service item 事项编码, such as the implementing code 实施编码."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import InvalidValueError
from egovarchive.records.identifiers import (
    ImplementingCode,
    check_item_code,
    check_uscc,
)
from egovarchive.testing.strategies.identifiers import implementing_codes

SAMPLE = "12441500196720244T3442199806003"
OPAQUE = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-"


def test_the_live_sample_falls_into_its_parts() -> None:
    code = ImplementingCode.parse(SAMPLE)
    assert code == ImplementingCode(
        agency="12441500196720244T", level="3", basic_code="442199806003"
    )
    assert str(code) == SAMPLE
    assert repr(code) == f"ImplementingCode({SAMPLE!r})"
    assert check_item_code(SAMPLE) == SAMPLE


@given(implementing_codes)
def test_text_and_value_are_the_same_thing(code: ImplementingCode) -> None:
    assert ImplementingCode.parse(str(code)) == code
    assert ImplementingCode.parse(str(code).lower()) == code
    assert check_item_code(str(code).lower()) == str(code)
    assert check_uscc(code.agency) == code.agency


@given(implementing_codes, st.integers(0, 17), st.sampled_from("0123456789"))
def test_a_wrong_agency_is_refused(
    code: ImplementingCode, position: int, digit: str
) -> None:
    text = str(code)
    wrong = text[:position] + digit + text[position + 1 :]
    if wrong != text:
        with pytest.raises(InvalidValueError) as caught:
            check_item_code(wrong)
        assert caught.value.place == "agency"
        assert caught.value.rule in {"GB 32100 校验码", "GB 11714 校验码"}
        assert wrong[:18] in str(caught.value)


def test_thirty_one_characters_must_be_an_implementing_code() -> None:
    wrong = SAMPLE.replace("T3", "TX")
    for refuse in (check_item_code, ImplementingCode.parse):
        with pytest.raises(InvalidValueError, match="character 19 'X' is not") as error:
            refuse(wrong)
        assert wrong in str(error.value)
        assert error.value.rule == "GB/T 39554.1 实施编码"
        assert "不是实施编码" in error.value.message("zh")
    with pytest.raises(InvalidValueError, match="character 20 '-' is not"):
        check_item_code(SAMPLE[:19] + "-" + SAMPLE[20:])


@pytest.mark.parametrize("text", ["", SAMPLE[:-1], SAMPLE + "01"])
def test_an_implementing_code_has_no_other_length(text: str) -> None:
    with pytest.raises(InvalidValueError, match=f"length {len(text)}, expected 31"):
        ImplementingCode.parse(text)


@pytest.mark.parametrize(
    ("name", "value", "what"),
    [
        ("agency", "12441500196720244", "length 17, expected 18"),
        ("level", "", "length 0, expected 1"),
        ("level", "A", "character 1 'A' is not allowed"),
        ("basic_code", "44219980600", "length 11, expected 12"),
        ("basic_code", "44219980600３", "character 12 is full-width"),
    ],
)
def test_a_malformed_part_is_refused_and_named(
    name: str, value: str, what: str
) -> None:
    parts = {
        "agency": "12441500196720244T",
        "level": "3",
        "basic_code": "442199806003",
    }
    with pytest.raises(InvalidValueError) as caught:
        ImplementingCode(**parts | {name: value})
    assert caught.value.place == name
    assert what in str(caught.value)


@pytest.mark.parametrize("text", ["0100190012", SAMPLE + "01", "a", "0" * 64])
def test_codes_of_other_lengths_are_opaque(text: str) -> None:
    assert check_item_code(text) == text


@given(st.text(OPAQUE, min_size=1, max_size=64).filter(lambda t: len(t) != 31))
def test_an_opaque_code_comes_back_as_it_was(text: str) -> None:
    assert check_item_code(text) == text


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "length 0, expected 1–64"),
        ("0" * 65, "length 65, expected 1–64"),
        ("0" * 1_000_000, "length 1000000, expected 1–64"),
        ("0100190012 ", "character 11 is a space"),
        ("01001900１2", "character 9 is full-width"),
        ("01/02", "character 3 '/' is not allowed"),
        ("事项", "character 1 is not allowed"),
    ],
)
def test_what_is_not_even_opaque_is_refused(text: str, what: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        check_item_code(text)
    assert what in str(caught.value)
    assert "事项编码" in caught.value.rule
    assert len(str(caught.value)) < 400


def test_a_personal_number_in_the_wrong_field_is_masked() -> None:
    with pytest.raises(InvalidValueError) as caught:
        check_item_code("11010519491231002X 的申请")
    assert "19491231" not in str(caught.value)
