"""ISO/IEC 7064 MOD 37,36."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_37_36 as oracle

from egovarchive.errors import InvalidValueError
from egovarchive.records.identifiers.iso7064 import mod_37_36_check_character

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@given(st.text(ALPHABET, max_size=120))
def test_the_check_character_is_the_oracles(text: str) -> None:
    check = mod_37_36_check_character(text)
    assert check == oracle.calc_check_digit(text)
    assert oracle.is_valid(text + check)


@given(st.text(ALPHABET, min_size=1, max_size=40), st.data())
def test_one_wrong_character_changes_it(text: str, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from(ALPHABET.replace(text[position], "")))
    wrong = text[:position] + other + text[position + 1 :]
    assert mod_37_36_check_character(wrong) != mod_37_36_check_character(text)


@pytest.mark.parametrize("text", ["a", "1.2", "１", "A ", "ſ"])
def test_a_character_without_value_is_refused(text: str) -> None:
    with pytest.raises(InvalidValueError, match="no value for") as caught:
        mod_37_36_check_character(text)
    assert caught.value.rule == "ISO/IEC 7064 MOD 37,36"
    assert "无对应数值" in caught.value.message("zh")
