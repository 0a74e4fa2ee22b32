"""Unified social credit code 统一社会信用代码 (GB 32100)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc as oracle

from egovarchive.errors import InvalidValueError
from egovarchive.records.identifiers import (
    check_uscc,
    is_uscc,
    organization_code_check_character,
    uscc_check_character,
)
from egovarchive.testing.strategies.identifiers import usccs

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"

REAL = [
    "91350100M000100Y43",
    "91110108551385082Q",
    "12441500196720244T",
    "11100000000013338W",
    "11430000006122244L",
    "91610800064834709T",
    "11100000MB03271699",
    # From the licence identifiers of approval systems.
    "11220000013544541J",
    "11330105002500287C",
    "113700000045046442",
    "11100000000013661B",
    "11370800MB28559184",
]


def refusal(text: str) -> InvalidValueError:
    with pytest.raises(InvalidValueError) as caught:
        check_uscc(text)
    assert not is_uscc(text)
    return caught.value


@pytest.mark.parametrize("code", REAL)
def test_a_real_code_passes_with_both_its_check_characters(code: str) -> None:
    assert check_uscc(code) == code
    assert is_uscc(code)
    assert uscc_check_character(code[:17]) == code[17]
    assert organization_code_check_character(code[8:16]) == code[16]


@given(usccs)
def test_lower_case_is_normalised(code: str) -> None:
    assert check_uscc(code.lower()) == code
    assert uscc_check_character(code[:17].lower()) == code[17]


@given(usccs)
def test_a_valid_code_passes_here_and_with_the_oracle(code: str) -> None:
    assert check_uscc(code) == code
    # A department may be a letter; python-stdnum wants the first eight to be digits.
    assert oracle.is_valid(code) == code[:2].isdigit()


@given(usccs, st.data())
def test_a_mutated_code_is_judged_as_the_oracle_does(
    code: str, data: st.DataObject
) -> None:
    position = data.draw(st.integers(0, 17))
    character = data.draw(st.sampled_from(ALPHABET + "IOSVZ"))
    text = code[:position] + character + code[position + 1 :]
    # Half the time the last check character is made to fit again, so that what is
    # left to judge is the rest.
    if data.draw(st.booleans()) and set(text) <= set(ALPHABET):
        text = text[:17] + uscc_check_character(text[:17])
    ours, theirs = is_uscc(text), oracle.is_valid(text)
    if ours != theirs:
        stricter = theirs and (
            text[16] not in "0123456789X"
            or organization_code_check_character(text[8:16]) != text[16]
        )
        wider = ours and not text[:2].isdigit()
        assert stricter or wider, text


@given(st.text(ALPHABET + ALPHABET.lower() + "IOSVZ -１\n", max_size=20))
def test_any_text_passes_or_is_refused_with_the_one_error(text: str) -> None:
    if is_uscc(text):
        assert len(check_uscc(text)) == 18
    else:
        assert "GB" in refusal(text).rule


@given(st.text(max_size=30))
def test_text_of_any_script_is_refused_with_the_one_error(text: str) -> None:
    if not is_uscc(text):
        assert refusal(text).message("zh").startswith("不是统一社会信用代码")


@given(usccs, st.integers(0, 17))
def test_every_single_substitution_is_refused(code: str, position: int) -> None:
    """31 is prime, so one wrong character always shows."""
    for character in ALPHABET.replace(code[position], ""):
        assert not is_uscc(code[:position] + character + code[position + 1 :])


@pytest.mark.parametrize("code", REAL)
def test_every_single_substitution_of_a_real_code_is_refused(code: str) -> None:
    for position in range(18):
        for character in ALPHABET.replace(code[position], ""):
            assert not is_uscc(code[:position] + character + code[position + 1 :])


@given(usccs)
def test_every_swap_of_neighbours_is_refused(code: str) -> None:
    for left in range(17):
        a, b = code[left], code[left + 1]
        if a != b:
            assert not is_uscc(code[:left] + b + a + code[left + 2 :])


def test_a_wrong_check_character_is_named_beside_the_expected_one() -> None:
    error = refusal("91350100M000100Y44")
    assert error.rule == "GB 32100 校验码"
    assert str(error) == (
        "not a unified social credit code: '91350100M000100Y44': "
        "the check character is '4', expected '3' (GB 32100 校验码)"
    )
    assert error.message("zh") == (
        "不是统一社会信用代码：'91350100M000100Y44'："
        "校验码为 '4'，应为 '3' (GB 32100 校验码)"
    )


def test_a_wrong_organization_code_is_named_when_the_last_character_fits() -> None:
    first17 = "91350100M000100Y5"
    text = first17 + uscc_check_character(first17)
    assert oracle.is_valid(text)  # which does not look at the organization code
    error = refusal(text)
    assert error.rule == "GB 11714 校验码"
    assert text in str(error)
    assert "position 17, is '5', expected '4'" in str(error)
    assert "（第 17 位）为 '5'，应为 '4'" in error.message("zh")


@pytest.mark.parametrize(
    ("text", "en", "zh"),
    [
        ("", "length 0, expected 18", "长度为 0，应为 18"),
        ("91350100M000100Y4", "length 17, expected 18", "长度为 17，应为 18"),
        ("91350100M000100Y433", "length 19, expected 18", "长度为 19，应为 18"),
        ("91350100MO00100Y43", "character 10 'O' is not", "第 10 位 'O' 不可"),
        ("9135O100M000100Y43", "character 5 'O' is not", "第 5 位 'O' 不可"),
        ("9135A100M000100Y43", "character 5 'A' is not", "第 5 位 'A' 不可"),
        ("91350100M000100YA3", "character 17 'A' is not", "第 17 位 'A' 不可"),
        ("91350100M000100Y43 ", "character 19 is a space", "第 19 位是空白"),
        ("91350100M000100Y43\n", "character 19 is a space", "第 19 位是空白"),
        ("91350100 M000100Y43", "character 9 is a space", "第 9 位是空白"),
        ("91350100\u3000M000100Y4", "character 9 is a space", "第 9 位是空白"),
        ("９1350100M000100Y43", "character 1 is full-width", "第 1 位是全角"),
        ("91350100Ｍ000100Y43", "character 9 is full-width", "第 9 位是全角"),
        ("91350100M000100Y4٣", "character 18 is not", "第 18 位 不可"),
        ("91350100M0-0100Y43", "character 11 '-' is not", "第 11 位 '-' 不可"),
        ("91350100M0\x000100Y43", r"character 11 '\x00' is", r"第 11 位 '\x00' 不"),
    ],
)
def test_the_error_says_what_is_wrong_and_where(text: str, en: str, zh: str) -> None:
    error = refusal(text)
    assert en in str(error)
    assert zh in error.message("zh")
    assert error.rule == "GB 32100"
    assert repr(text) in str(error)


def test_letters_that_python_uppercases_into_the_alphabet_are_refused() -> None:
    for letter in "ıſßﬁK":
        assert not is_uscc("9135010" + letter + "M000100Y43")
        assert not is_uscc("91350100" + letter + "000100Y43")


def test_a_huge_text_is_refused_with_a_short_error() -> None:
    assert len(str(refusal("9" * 1_000_000))) < 300


def test_a_personal_number_in_the_wrong_field_is_masked() -> None:
    error = refusal("11010519491231002X")
    assert "19491231" not in str(error)
    assert "19491231" not in error.message("zh")
    assert "110105********002X" in str(error)


def test_a_check_character_is_only_given_for_a_well_formed_beginning() -> None:
    with pytest.raises(InvalidValueError, match="length 16, expected 17"):
        uscc_check_character("91350100M000100Y")
    with pytest.raises(InvalidValueError, match="'O' is not allowed there"):
        uscc_check_character("91350100MO00100Y4")
    with pytest.raises(InvalidValueError, match="GB 11714"):
        organization_code_check_character("M000100")
