"""Texts: typed values out of the texts of one group of metadata."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import TypeVar

from egovarchive.errors import InvalidValueError
from egovarchive.packages.xml import Values
from egovarchive.records.identifiers.quoting import quoted

T = TypeVar("T")

_WHOLE = re.compile("0|[1-9][0-9]{0,8}")
_SECONDS = re.compile(r"(?!0[.0]*$)(0|[1-9][0-9]{0,8})(\.[0-9]{1,3})?")
_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_MOMENT = re.compile(
    rf"{_DAY}[T ][0-9]{{2}}:[0-9]{{2}}(:[0-9]{{2}}(\.[0-9]{{6}})?)?"
    "([+-][0-9]{2}:[0-9]{2}(:[0-9]{2})?)?"
)


class Texts:
    """
    The texts of one group, read as what they stand for.

    All methods raise `InvalidValueError` with the name of the element, and its group,
    as its place. An element without text is one that is missing.
    """

    def __init__(self, values: Values) -> None:
        self._texts = values.texts
        self._groups = values.groups

    def text(self, name: str) -> str:
        """Return the text of the element *name*."""
        value = self.maybe(name)
        if value is None:
            raise _missing(name)
        return value

    def maybe(self, name: str) -> str | None:
        """Return the text of the element *name*, or None if there is none."""
        return self._texts.get(name) or None

    def typed(self, name: str, read: Callable[[str], T]) -> T:
        """Return what *read* makes of the text of *name*."""
        text = self.text(name)
        try:
            return read(text)
        except InvalidValueError as error:
            raise error.within(name) from None
        except ValueError:
            raise InvalidValueError(
                f"cannot read {quoted(text)}",
                f"无法识别 {quoted(text)}",
                rule="type of the element",
                place=name,
            ) from None

    def maybe_typed(self, name: str, read: Callable[[str], T]) -> T | None:
        """Return what *read* makes of the text of *name*, or None if there is none."""
        return None if self.maybe(name) is None else self.typed(name, read)

    def each(self, name: str, read: Callable[[Texts], T]) -> list[T]:
        """Return what *read* makes of each group *name*, in order."""
        return [
            _one(values, f"{name}[{number}]", read)
            for number, values in enumerate(self._groups.get(name, ()))
        ]

    def at_most_one(self, name: str, read: Callable[[Texts], T]) -> T | None:
        """Return what *read* makes of the group *name*, or None if there is none."""
        found = self._groups.get(name, ())
        if len(found) > 1:
            raise InvalidValueError(
                f"it stands {len(found)} times",
                f"重复出现 {len(found)} 次",
                rule="at most one",
                place=name,
            )
        return _one(found[0], name, read) if found else None

    def one(self, name: str, read: Callable[[Texts], T]) -> T:
        """Return what *read* makes of the one group *name*."""
        found = self.at_most_one(name, read)
        if found is None:
            raise _missing(name)
        return found


# Python's own readers take more forms than these, and more in each version; a package
# must read alike in all.


def whole(text: str) -> int:
    """Return the whole number *text*: ASCII digits, no zeros before them."""
    if not _WHOLE.fullmatch(text):
        raise ValueError(text)
    return int(text)


def seconds(text: str) -> float:
    """Return the duration *text*, in seconds: as in ``2.9``, to the millisecond."""
    if not _SECONDS.fullmatch(text):
        raise ValueError(text)
    return float(text)


def day(text: str) -> date:
    """Return the date *text*, as in ``2026-11-23``."""
    if not re.fullmatch(_DAY, text):
        raise ValueError(text)
    return date.fromisoformat(text)


def moment(text: str) -> datetime:
    """Return the moment *text*, as in ``2026-11-23T09:00:00+08:00``."""
    if not _MOMENT.fullmatch(text):
        raise ValueError(text)
    return datetime.fromisoformat(text)


def _one(values: Values, place: str, read: Callable[[Texts], T]) -> T:
    try:
        return read(Texts(values))
    except InvalidValueError as error:
        raise error.within(place) from None


def _missing(name: str) -> InvalidValueError:
    return InvalidValueError(
        "it is missing", "缺少该项", rule="required element", place=name
    )
