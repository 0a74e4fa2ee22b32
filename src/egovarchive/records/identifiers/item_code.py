"""Code of a service item 事项编码, such as the implementing code 实施编码."""

from __future__ import annotations

from attrs import field, frozen

from egovarchive.errors import InvalidValueError
from egovarchive.records.identifiers.form import DIGITS, LETTERS, Form, upper
from egovarchive.records.identifiers.uscc import USCC_ALPHABETS, check_uscc

_LEVEL = (DIGITS,)
# Seen with digits only; letters are let through, as the text of GB/T 39554.1 was
# not at hand to forbid them.
_BASIC_CODE = (DIGITS + LETTERS,) * 12
_RULE = "GB/T 39554.1 实施编码"

_FORM = Form(
    "an implementing code",
    "实施编码",
    _RULE,
    (*USCC_ALPHABETS, *_LEVEL, *_BASIC_CODE),
)
_LEVEL_FORM = Form("a level of exercise", "行使层级", _RULE, _LEVEL)
_BASIC_CODE_FORM = Form("a basic code", "基本编码", _RULE, _BASIC_CODE)
_OPAQUE_FORM = Form(
    "a service item code",
    "事项编码",
    "事项编码, 1–64 of 0-9 A-Z a-z -",
    ("-" + DIGITS + LETTERS,) * 64,
    lengths=range(1, 65),
)
_IMPLEMENTING_LENGTH = len(_FORM.alphabets)


def _agency(text: str) -> str:
    try:
        return check_uscc(text)
    except InvalidValueError as error:
        raise error.within("agency") from None


@frozen(repr=False)
class ImplementingCode:
    """
    Implementing code 实施编码 of a service item: 31 characters in three parts.

    Args:
        agency: Unified social credit code of the implementing body 实施主体.
        level: Level of exercise 行使层级, one digit. What each digit means is
            not judged here.
        basic_code: Basic code 基本编码, twelve characters.

    >>> code = ImplementingCode.parse("12441500196720244T3442199806003")
    >>> code.agency, code.level, code.basic_code
    ('12441500196720244T', '3', '442199806003')
    >>> str(code)
    '12441500196720244T3442199806003'
    """

    agency: str = field(converter=_agency)
    level: str = field(validator=_LEVEL_FORM.validate)
    basic_code: str = field(converter=upper, validator=_BASIC_CODE_FORM.validate)

    @classmethod
    def parse(cls, text: str) -> ImplementingCode:
        """Read *text*; raise `InvalidValueError` if it is no implementing code."""
        _FORM.check(text)
        return cls(agency=text[:18], level=text[18], basic_code=text[19:])

    def __str__(self) -> str:
        return f"{self.agency}{self.level}{self.basic_code}"

    def __repr__(self) -> str:
        return f"ImplementingCode({str(self)!r})"


def check_item_code(text: str) -> str:
    """
    Return *text* in normal form, if it may be the code of a service item.

    A code of 31 characters is an implementing code and must pass as one; its
    letters become upper case. Any other is opaque and comes back as it was: older
    provincial codes have ten digits, and the code of a handling item 业务办理项编码
    is said to be an implementing code with two characters more.

    What is unsure: the parts of the 31 were confirmed on one live sample, not in
    the text of GB/T 39554.1. A province with 31 characters of another make would
    be refused.

    >>> check_item_code("0100190012")
    '0100190012'
    >>> check_item_code("12441500196720244T3442199806003")
    '12441500196720244T3442199806003'

    Raises:
        InvalidValueError: 31 characters that are no implementing code, or not
            1 to 64 ASCII digits, letters and hyphens.
    """
    if len(text) == _IMPLEMENTING_LENGTH:
        return str(ImplementingCode.parse(text))
    _OPAQUE_FORM.check(text)
    return text
