"""Citizen identification number 公民身份号码 (GB 11643)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric as oracle
from stdnum.exceptions import InvalidComponent

from egovarchive.errors import InvalidValueError
from egovarchive.records.identifiers import (
    check_resident_id,
    mask_resident_id,
    resident_id_check_character,
)
from egovarchive.testing.strategies.identifiers import resident_ids

SAMPLES = ["11010519491231002X", "440524188001010014"]


def refusal(text: str, *, on: date | None = None) -> InvalidValueError:
    with pytest.raises(InvalidValueError) as caught:
        check_resident_id(text, on=on)
    return caught.value


def passes(text: str) -> bool:
    try:
        check_resident_id(text)
    except InvalidValueError:
        return False
    return True


def oracle_verdict(text: str) -> bool:
    """
    Return what python-stdnum says, apart from its table of regions.

    The table knows no county of 1880 and has gaps that make ``validate`` fail with
    a KeyError, so the rest of what that function does is put together here.
    """
    if len(text) != 18 or not (text[:-1].isascii() and text[:-1].isdigit()):
        return False
    if text[-1] != oracle.calc_check_digit(text):
        return False
    try:
        oracle.get_birth_date(text)
    except InvalidComponent:
        return False
    return True


@pytest.mark.parametrize("number", SAMPLES)
def test_a_sample_passes(number: str) -> None:
    assert check_resident_id(number) == number
    assert resident_id_check_character(number[:17]) == number[17]
    assert oracle_verdict(number)


def test_a_small_x_becomes_a_large_one() -> None:
    assert check_resident_id("11010519491231002x") == "11010519491231002X"


def test_the_oracle_as_a_whole_agrees_where_it_knows_the_region() -> None:
    assert oracle.is_valid(SAMPLES[0])
    assert not oracle.is_valid(SAMPLES[1])  # a county the table dates from 1983


@given(resident_ids)
def test_a_valid_number_passes_here_and_with_the_oracle(number: str) -> None:
    assert check_resident_id(number) == number
    assert oracle_verdict(number)


@given(resident_ids, st.data())
def test_a_mutated_number_is_judged_as_the_oracle_does(
    number: str, data: st.DataObject
) -> None:
    position = data.draw(st.integers(0, 17))
    character = data.draw(st.sampled_from("0123456789X"))
    text = number[:position] + character + number[position + 1 :]
    if data.draw(st.booleans()) and text[:17].isdigit():
        text = text[:17] + resident_id_check_character(text[:17])
    assert passes(text) == oracle_verdict(text)


@given(st.text("0123456789X", min_size=17, max_size=19))
def test_random_digits_are_judged_as_the_oracle_does(text: str) -> None:
    assert passes(text) == oracle_verdict(text)


@given(resident_ids, st.integers(0, 17))
def test_every_single_substitution_is_refused(number: str, position: int) -> None:
    for character in "0123456789X".replace(number[position], ""):
        assert not passes(number[:position] + character + number[position + 1 :])


@given(resident_ids)
def test_every_swap_of_neighbours_is_refused(number: str) -> None:
    for left in range(17):
        a, b = number[left], number[left + 1]
        if a != b:
            assert not passes(number[:left] + b + a + number[left + 2 :])


@pytest.mark.parametrize(
    "day", ["19990229", "19000229", "20230431", "20231301", "20230100", "00000101"]
)
def test_a_birth_date_must_be_a_day_of_the_calendar(day: str) -> None:
    first17 = f"110105{day}002"
    error = refusal(first17 + resident_id_check_character(first17))
    assert error.rule == "GB 11643 出生日期码"
    assert "no day of the calendar" in str(error)
    assert "出生日期不是日历中的日期" in error.message("zh")
    assert error.__suppress_context__


def test_a_leap_day_is_a_day() -> None:
    first17 = "11010520000229002"
    assert passes(first17 + resident_id_check_character(first17))


@given(resident_ids)
def test_nobody_applies_before_birth(number: str) -> None:
    born_on = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    assert check_resident_id(number, on=born_on) == number
    eve = born_on - timedelta(days=1)
    error = refusal(number, on=eve)
    assert f"the birth date is after {eve}" in str(error)
    assert f"出生日期晚于 {eve}" in error.message("zh")
    assert number not in str(error)


def test_a_birth_date_to_come_is_not_compared_without_a_day() -> None:
    first17 = "11010529991231002"
    assert passes(first17 + resident_id_check_character(first17))


@pytest.mark.parametrize(
    ("text", "en", "zh"),
    [
        ("", "length 0, expected 18", "长度为 0，应为 18"),
        ("110105491231002", "length 15, expected 18", "长度为 15，应为 18"),
        ("1101051949123100", "length 16, expected 18", "长度为 16，应为 18"),
        ("11010519491231002X0", "length 19, expected 18", "长度为 19，应为 18"),
        ("1101051949123X0021", "character 14 'X' is not", "第 14 位 'X' 不可"),
        ("11010519491231002Y", "character 18 'Y' is not", "第 18 位 'Y' 不可"),
        ("110105 19491231 002X", "character 7 is a space", "第 7 位是空白"),
        ("11010519491231002X\n", "character 19 is a space", "第 19 位是空白"),
        ("1101051949123100２X", "character 17 is full-width", "第 17 位是全角"),
        ("11010519491231002Ｘ", "character 18 is full-width", "第 18 位是全角"),
        ("11010519٤91231002X", "character 9 is not allowed", "第 9 位 不可"),
    ],
)
def test_the_error_says_what_is_wrong_and_where(text: str, en: str, zh: str) -> None:
    error = refusal(text)
    assert en in str(error)
    assert zh in error.message("zh")
    assert error.rule == "GB 11643"


def test_a_wrong_check_character_is_named_beside_the_expected_one() -> None:
    error = refusal("110105194912310021")
    assert str(error) == (
        "not a citizen identification number: '110105********0021': "
        "the check character is '1', expected 'X' (GB 11643 校验码)"
    )
    assert error.message("zh") == (
        "不是公民身份号码：'110105********0021'："
        "校验码为 '1'，应为 'X' (GB 11643 校验码)"
    )


def spelled_wrongly(number: str) -> st.SearchStrategy[str]:
    full_width = number.translate({48 + i: 0xFF10 + i for i in range(10)})
    check = "0" if number[17] != "0" else "1"
    impossible_day = f"{number[:10]}1332{number[14:]}"
    return st.sampled_from(
        [
            number[:17] + check,
            number[:17],
            number[:12],
            number + number[-1],
            f" {number}",
            f"{number[:6]} {number[6:14]} {number[14:]}",
            full_width,
            impossible_day,
            number.replace(number[8], "O", 1),
            number[:6] + number[8:17],
            f"{number}{number}",
        ]
    )


@given(resident_ids.flatmap(lambda n: st.tuples(st.just(n), spelled_wrongly(n))))
def test_no_error_contains_the_number_or_the_birth_date(pair: tuple[str, str]) -> None:
    number, text = pair
    error = refusal(text)
    said = f"{error} {error!r} {error.message('zh')}"
    for secret in (number, text, number[:17], number[6:14], text[6:14]):
        assert not secret or secret not in said


@given(st.text(max_size=40))
def test_a_mask_shows_at_most_ten_characters(text: str) -> None:
    masked = mask_resident_id(text)
    if len(text) < 18:
        assert masked == text[:6] + "*" * (len(text) - 6)
    else:
        assert masked == f"{text[:6]}********{text[-4:]}"


@given(st.text(max_size=30))
def test_text_of_any_script_is_refused_with_the_one_error(text: str) -> None:
    if not passes(text):
        error = refusal(text)
        assert error.message("zh").startswith("不是公民身份号码")
        assert "\n" not in str(error)


def test_a_check_character_is_only_given_for_seventeen_digits() -> None:
    with pytest.raises(InvalidValueError) as caught:
        resident_id_check_character("1101051949123100X")
    assert "19491231" not in str(caught.value)
    with pytest.raises(InvalidValueError, match="length 16, expected 17"):
        resident_id_check_character("1101051949123100")
