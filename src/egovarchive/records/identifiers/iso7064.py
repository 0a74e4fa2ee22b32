"""Check characters of ISO/IEC 7064 that more than one kind of identifier may use."""

from __future__ import annotations

from egovarchive.errors import InvalidValueError
from egovarchive.records.identifiers.form import DIGITS, LETTERS
from egovarchive.records.identifiers.quoting import quoted

_ALPHABET = DIGITS + LETTERS
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}


def mod_37_36_check_character(text: str) -> str:
    """
    Return the check character of *text* after the hybrid system MOD 37,36.

    >>> mod_37_36_check_character("11100000000013338W0111143000000612224"
    ...                           "4L20230000403002")
    'S'

    Raises:
        InvalidValueError: *text* is not of digits and upper case letters alone.
    """
    product = 36
    for character in text:
        value = _VALUES.get(character)
        if value is None:
            raise InvalidValueError(
                f"no value for {character!r} of {quoted(text)}: "
                "only digits and upper case letters have one",
                f"{quoted(text)} 中的 {character!r} 无对应数值：仅限数字和大写字母",
                rule="ISO/IEC 7064 MOD 37,36",
            )
        # A sum of 0 modulo 36 counts as 36, so that the product is never 0.
        product = ((product + value) % 36 or 36) * 2 % 37
    return _ALPHABET[(1 - product) % 36]
