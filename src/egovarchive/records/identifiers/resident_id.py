"""Citizen identification number 公民身份号码 of a natural person (GB 11643)."""

from __future__ import annotations

from datetime import date
from operator import mul

from egovarchive.records.identifiers.form import DIGITS, Form

_VALUES = bytes.maketrans(DIGITS.encode(), bytes(range(10)))
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_LENGTH = 18


def mask_resident_id(text: str) -> str:
    """
    Return *text* with the birth date, and what is more, hidden.

    Meant for errors and logs. At most the first six and, where something between
    stays hidden, the last four characters are seen.

    >>> mask_resident_id("11010519491231002X")
    '110105********002X'
    >>> mask_resident_id("110105491231002")
    '110105*********'
    """
    if len(text) < _LENGTH:
        return text[:6] + "*" * (len(text) - 6)
    return f"{text[:6]}********{text[-4:]}"


def _shown(text: str) -> str:
    return repr(mask_resident_id(text))


_FORM = Form(
    "a citizen identification number",
    "公民身份号码",
    "GB 11643",
    (*[DIGITS] * 17, DIGITS + "X"),
    shown=_shown,
)
_STEM = Form(
    "the first 17 digits of a citizen identification number",
    "公民身份号码的前 17 位",
    "GB 11643",
    (DIGITS,) * 17,
    shown=_shown,
)


def check_resident_id(text: str, *, on: date | None = None) -> str:
    """
    Return *text* in normal form, with an upper case ``X``.

    Eighteen characters: region, birth date (a day of the calendar), sequence,
    check character. The region is not looked up: regions are abolished, numbers
    stay. The old numbers of 15 digits are refused.

    >>> check_resident_id("11010519491231002x")
    '11010519491231002X'

    An error tells where it is wrong, and never the number itself:

    >>> check_resident_id("110105194912310021")
    Traceback (most recent call last):
    egovarchive.errors.InvalidValueError: not a citizen identification number: \
'110105********0021': the check character is '1', expected 'X' (GB 11643 校验码)

    Args:
        text: The number.
        on: The day on which the person must have been born already, such as that
            of the application. Not compared without it: there is no clock here.

    Raises:
        InvalidValueError: The length, a character, the birth date or the check
            character is wrong.
    """
    _FORM.check(text)
    number = text.upper()
    try:
        born_on = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise _FORM.refused(
            text,
            "the birth date is no day of the calendar",
            "出生日期不是日历中的日期",
            rule="GB 11643 出生日期码",
        ) from None
    expected = _check_character(number)
    if number[17] != expected:
        raise _FORM.refused(
            text,
            f"the check character is '{number[17]}', expected '{expected}'",
            f"校验码为 '{number[17]}'，应为 '{expected}'",
            rule="GB 11643 校验码",
        )
    if on is not None and born_on > on:
        raise _FORM.refused(
            text,
            f"the birth date is after {on}",
            f"出生日期晚于 {on}",
            rule="GB 11643 出生日期码",
        )
    return number


def resident_id_check_character(first17: str) -> str:
    """
    Return the check character 校验码 that follows *first17*.

    >>> resident_id_check_character("44052418800101001")
    '4'

    Raises:
        InvalidValueError: *first17* is not 17 digits.
    """
    _STEM.check(first17)
    return _check_character(first17)


def _check_character(number: str) -> str:
    values = number[:17].encode().translate(_VALUES)
    return _CHECKS[sum(map(mul, values, _WEIGHTS)) % 11]
