"""Forms of fields: what numbers, digests and rows of a message must be."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final, TypeVar

import attrs

from egovarchive.errors import InvalidValueError
from egovarchive.records.identifiers.quoting import quoted
from egovarchive.records.text import Text

# RFC 8259 section 6: beyond this, readers of JSON round whole numbers.
MAX_WHOLE: Final = 2**53 - 1
# A receipt has room for files that nobody listed: what can be sent can be answered.
MAX_RECORDS: Final = 50_000  # of one list
MAX_LISTED_FILES: Final = 200_000  # of one list
MAX_FILES: Final = 250_000  # of one receipt

_SHA256: Final = re.compile("[0-9a-f]{64}")
# A resident identity number, or a mobile telephone number.
_PERSONAL: Final = re.compile(
    "(?<![0-9A-Za-z])(?:[0-9]{17}[0-9Xx]|1[3-9][0-9]{9})(?![0-9A-Za-z])"
)

T = TypeVar("T")


def shown(value: object) -> str:
    """Return *value* as an error may name it: of what is not plain, its type alone."""
    if isinstance(value, str):
        return quoted(value)
    # What came as JSON may be nested deep, and a number may be too long to be told.
    if value is None or (isinstance(value, int) and -MAX_WHOLE <= value <= MAX_WHOLE):
        return repr(value)
    return type(value).__name__


def check_whole(value: object, *, least: int = 0) -> int:
    """Return *value* if it is a whole number from *least* on that JSON can carry."""
    # Truth values are numbers to Python, and 1.0 is 1.
    if type(value) is not int or not least <= value <= MAX_WHOLE:
        name = shown(value)
        raise InvalidValueError(
            f"no whole number from {least} to {MAX_WHOLE}: {name}",
            f"不是 {least} 至 {MAX_WHOLE} 的整数：{name}",
            rule="numbers of a transfer message",
        )
    return value


def check_sha256(value: object) -> str:
    """Return *value* if it is a SHA-256 digest in hexadecimal, lower case."""
    if not isinstance(value, str) or not _SHA256.fullmatch(value):
        name = shown(value)
        raise InvalidValueError(
            f"no SHA-256 digest in lower-case hexadecimal: {name}",
            f"不是小写十六进制的 SHA-256 摘要：{name}",
            rule="FIPS 180-4",
        )
    return value


class Whole:
    """An attrs validator: a whole number from *least* on."""

    __slots__ = ("least",)

    def __init__(self, least: int) -> None:
        self.least = least

    def __call__(
        self, _: object, attribute: attrs.Attribute[Any], value: object
    ) -> None:
        try:
            check_whole(value, least=self.least)
        except InvalidValueError as error:
            raise error.within(attribute.name) from None


class Sha256:
    """An attrs validator: a SHA-256 digest in hexadecimal, or None if *optional*."""

    __slots__ = ("optional",)

    def __init__(self, *, optional: bool = False) -> None:
        self.optional = optional

    def __call__(
        self, _: object, attribute: attrs.Attribute[Any], value: object
    ) -> None:
        if value is None and self.optional:
            return
        try:
            check_sha256(value)
        except InvalidValueError as error:
            raise error.within(attribute.name) from None


def check_words(text: str, place: str) -> None:
    """Raise `InvalidValueError` if *text*, kept for ever, holds a personal number."""
    if _PERSONAL.search(text):
        raise InvalidValueError(
            "it holds a personal number",
            "含有个人号码",
            rule="what is kept for ever names no applicant",
            place=place,
        )


class Words:
    """
    An attrs validator: None, or words of an official, of at most *limit* characters.

    They are kept for ever. What looks like a resident identity number or a mobile
    telephone number is refused; a name, no rule can find.
    """

    __slots__ = ("text",)

    def __init__(self, limit: int) -> None:
        self.text = Text(limit, optional=True)

    def __call__(
        self, owner: object, attribute: attrs.Attribute[Any], value: str | None
    ) -> None:
        self.text(owner, attribute, value)
        if value is not None:
            check_words(value, attribute.name)


def all_of(kind: type[T], values: Iterable[T], place: str) -> tuple[T, ...]:
    """Return *values* as a tuple if each of them is of the class *kind*."""
    found = tuple(values)
    for number, value in enumerate(found):
        if not isinstance(value, kind):
            name = shown(value)
            raise InvalidValueError(
                f"{name} is no {kind.__name__}",
                f"{name} 不是 {kind.__name__}",
                rule="type of the field",
                place=f"{place}[{number}]",
            )
    return found
