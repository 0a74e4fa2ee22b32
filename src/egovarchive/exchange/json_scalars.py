"""Scalars of JSON: texts, numbers, dates, moments and terms, read strictly."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone
from difflib import get_close_matches
from typing import Final, TypeVar

from egovarchive.errors import InvalidValueError
from egovarchive.records.identifiers.quoting import quoted
from egovarchive.records.moment import in_china
from egovarchive.records.term import Term

TermT = TypeVar("TermT", bound=Term)

_DATE: Final = re.compile("([0-9]{4})-([0-9]{2})-([0-9]{2})")
_MOMENT: Final = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2})"
    r"(?::([0-9]{2})(?:\.(?P<fraction>[0-9]{1,6}))?)?"
    r"(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?"
)
_LONGEST_GUESS: Final = (
    64  # characters; looking for a name like a longer one takes time
)
_LIKENESS: Final = 0.5


def text_of(value: object) -> str:
    """Return *value* if it is a text, or raise `InvalidValueError`."""
    if not isinstance(value, str):
        raise misfit(value, "a text", "文本")
    return value


def misfit(value: object, en: str, zh: str) -> InvalidValueError:
    """Return the error of a JSON *value* that should be something else."""
    shown_en, shown_zh = _shown(value)
    return InvalidValueError(
        f"expected {en}, found {shown_en}",
        f"应为{zh}，实为 {shown_zh}",
        rule="JSON type" if value is not None else "what is absent is left out",
    )


def unknown(name: str, known: Iterable[str]) -> InvalidValueError:
    """Return the error of a *name* that is none of *known*; says which is nearest."""
    names = list(known)
    near = get_close_matches(name[:_LONGEST_GUESS], names, n=1, cutoff=_LIKENESS)
    en = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(names)}"
    zh = f"是否为 {near[0]!r}？" if near else f"已知的有：{'、'.join(names)}"
    return InvalidValueError(
        f"unknown name {quoted(name)}; {en}",
        f"未知名称 {quoted(name)}；{zh}",
        rule="no value is dropped",
    )


def term_of(cls: type[TermT], value: object) -> TermT:
    """Return the term of *cls* that *value* names, or raise `InvalidValueError`."""
    text = text_of(value)
    for term in cls:
        if term.value == text:
            return term
    raise InvalidValueError(
        f"{quoted(text)} is none of {', '.join(term.value for term in cls)}",
        f"{quoted(text)} 不在值域内："
        + "、".join(f"{term.value}（{term.zh}）" for term in cls),
        rule=f"values of {cls.__name__}",
    )


def whole_number_of(value: object) -> int:
    """Return *value* if it is a whole number, or raise `InvalidValueError`."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise misfit(value, "a whole number", "整数")
    return value


def number_of(value: object) -> float:
    """Return *value* if it is a number, whole or not, or raise `InvalidValueError`."""
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise misfit(value, "a number", "数值")
    return value


def date_of(value: object) -> date:
    """Return the day that *value* writes as YYYY-MM-DD, or raise."""
    text = text_of(value)
    try:
        if match := _DATE.fullmatch(text):
            return date(*map(int, match.groups()))
    except ValueError:
        pass  # such as 30 February: told below
    raise InvalidValueError(
        f"{quoted(text)} is not a day of the calendar, written YYYY-MM-DD",
        f"{quoted(text)} 不是 YYYY-MM-DD 形式的日期",
        rule="ISO 8601",
    )


def moment_of(value: object) -> datetime:
    """
    Return the moment that *value* writes as ISO 8601 has it; without a zone: in China.

    Raises:
        InvalidValueError: It is none, or it is finer than microseconds.
    """
    text = text_of(value)
    try:
        moment = _moment(text)
    except ValueError:  # such as 25 o'clock
        moment = None
    if moment is None:
        raise InvalidValueError(
            f"{quoted(text)} is not a moment, written YYYY-MM-DDThh:mm:ss, "
            "with Z or +hh:mm unless it is told in China",
            f"{quoted(text)} 不是 YYYY-MM-DDThh:mm:ss 形式的时间"
            "（非北京时间须带 Z 或 +hh:mm）",
            rule="ISO 8601",
        )
    return in_china(moment)


def _moment(text: str) -> datetime | None:
    match = _MOMENT.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = (
        int(number or 0) for number in match.groups()[:6]
    )
    microsecond = int((match["fraction"] or "").ljust(6, "0"))
    zone = _zone(match["zone"])
    return datetime(year, month, day, hour, minute, second, microsecond, zone)


def _zone(text: str | None) -> timezone | None:
    if text is None or text == "Z":
        return timezone.utc if text else None
    hours, minutes = int(text[1:3]), int(text[4:])
    if minutes >= 60:  # noqa: PLR2004
        raise ValueError(text)
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)


def _shown(value: object) -> tuple[str, str]:
    if isinstance(value, str):
        return quoted(value), quoted(value)
    if isinstance(value, dict):
        return "an object", "对象"
    if isinstance(value, list):
        return "an array", "数组"
    if value is None or isinstance(value, bool):
        word = {None: "null", True: "true", False: "false"}[value]
        return word, word
    return repr(value), repr(value)
