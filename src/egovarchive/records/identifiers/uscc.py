"""Unified social credit code 统一社会信用代码 of an organization (GB 32100)."""

from __future__ import annotations

from operator import mul

from egovarchive.errors import InvalidValueError
from egovarchive.records.identifiers.form import DIGITS, LETTERS, Form

# Without I, O, S, V and Z; the index of a character is its value.
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUES = bytes.maketrans(_ALPHABET.encode(), bytes(range(31)))
_WEIGHTS = tuple(3**i % 31 for i in range(17))

# The organization code 组织机构代码 inside counts letters by a table of its own.
_ORGANIZATION_VALUES = bytes.maketrans((DIGITS + LETTERS).encode(), bytes(range(36)))
_ORGANIZATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANIZATION_CHECKS = "0X987654321"

_FORM = Form(
    "a unified social credit code",
    "统一社会信用代码",
    "GB 32100",
    # Registering department and kind of body, region, organization code, check.
    # A department may be a letter: A, N and Y are in use.
    (*[_ALPHABET] * 2, *[DIGITS] * 6, *[_ALPHABET] * 8, DIGITS + "X", _ALPHABET),
)
USCC_ALPHABETS = _FORM.alphabets
_STEM = Form(
    "the first 17 characters of a unified social credit code",
    "统一社会信用代码的前 17 位",
    "GB 32100",
    (_ALPHABET,) * 17,
)
_ORGANIZATION_STEM = Form(
    "the first 8 characters of an organization code",
    "组织机构代码的前 8 位",
    "GB 11714",
    (DIGITS + LETTERS,) * 8,
)


def check_uscc(text: str) -> str:
    """
    Return *text* in normal form, which is upper case.

    >>> check_uscc("91350100m000100y43")
    '91350100M000100Y43'
    >>> check_uscc("91350100M000100Y44")
    Traceback (most recent call last):
    egovarchive.errors.InvalidValueError: not a unified social credit code: \
'91350100M000100Y44': the check character is '4', expected '3' (GB 32100 校验码)

    The organization code at positions 9 to 17 must have its own check character
    (GB 11714) too: every real code at hand has it. Spaces and full-width
    characters are refused, for two spellings of one code would be two codes.

    Raises:
        InvalidValueError: The length, a character or a check character is wrong.
            A few codes in use are reported to have been issued with a wrong
            check character; those are refused as well.
    """
    _FORM.check(text)
    code = text.upper()
    expected = _check_character(code)
    if code[17] != expected:
        raise _FORM.refused(
            text,
            f"the check character is '{code[17]}', expected '{expected}'",
            f"校验码为 '{code[17]}'，应为 '{expected}'",
            rule="GB 32100 校验码",
        )
    expected = _organization_check_character(code[8:16])
    if code[16] != expected:
        raise _FORM.refused(
            text,
            "the check character of the organization code, at position 17, is "
            f"'{code[16]}', expected '{expected}'",
            f"其中组织机构代码的校验码（第 17 位）为 '{code[16]}'，应为 '{expected}'",
            rule="GB 11714 校验码",
        )
    return code


def is_uscc(text: str) -> bool:
    """
    Return whether `check_uscc` accepts *text*.

    >>> is_uscc("11100000000013338W"), is_uscc("11100000000013338")
    (True, False)
    """
    try:
        check_uscc(text)
    except InvalidValueError:
        return False
    return True


def uscc_check_character(first17: str) -> str:
    """
    Return the check character 校验码 that follows *first17*.

    >>> uscc_check_character("91610800064834709")
    'T'

    Raises:
        InvalidValueError: *first17* is not 17 characters of the code's alphabet.
    """
    _STEM.check(first17)
    return _check_character(first17.upper())


def organization_code_check_character(first8: str) -> str:
    """
    Return the check character of the organization code that begins with *first8*.

    >>> organization_code_check_character("M000100Y")
    '4'

    Raises:
        InvalidValueError: *first8* is not 8 digits and letters.
    """
    _ORGANIZATION_STEM.check(first8)
    return _organization_check_character(first8.upper())


def _check_character(code: str) -> str:
    values = code.encode().translate(_VALUES)
    return _ALPHABET[-sum(map(mul, values, _WEIGHTS)) % 31]


def _organization_check_character(first8: str) -> str:
    values = first8.encode().translate(_ORGANIZATION_VALUES)
    return _ORGANIZATION_CHECKS[sum(map(mul, values, _ORGANIZATION_WEIGHTS)) % 11]
