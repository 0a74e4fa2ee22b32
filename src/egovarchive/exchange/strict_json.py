"""Strict JSON (RFC 8259): bytes from outside to plain values, within limits."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final, TypeAlias

from egovarchive.errors import InvalidValueError
from egovarchive.exchange.invalid_file import MAX_ERRORS, InvalidFileError
from egovarchive.exchange.source import DEFAULT_LIMITS, Limits, check_values
from egovarchive.records.identifiers.quoting import quoted

JsonValue: TypeAlias = (
    "dict[str, JsonValue] | list[JsonValue] | str | int | float | bool | None"
)

_RULE: Final = "RFC 8259"
_PLAIN: Final = re.compile("[A-Za-z_][A-Za-z0-9_]{0,63}")
_MAX_DIGITS: Final = 18  # of a whole number: it fits 64 bits in every language


def parse(data: bytes, limits: Limits = DEFAULT_LIMITS) -> JsonValue:
    """
    Return what *data* says: UTF-8, with or without byte order mark.

    Raises:
        InvalidFileError: It holds too much, or too deep, is no UTF-8 or no JSON, or has
            a name twice in one object, a number that is not finite, or a whole
            number of more than 18 digits.
    """
    text = _decoded(data)
    # Counted before anything is made of them, for an empty object takes 64 bytes.
    check_values(text.count(",") + text.count("[") + text.count("{"), limits)
    try:
        value: JsonValue = json.loads(
            text, object_pairs_hook=_object, parse_int=_whole_number
        )
    except json.JSONDecodeError as error:
        raise _refused(
            f"not JSON: {error.msg}",
            f"不是有效的 JSON：{error.msg}",
            place=f"line {error.lineno}, column {error.colno}",
        ) from None
    except RecursionError:
        raise InvalidFileError([_too_deep("$", limits)]) from None
    if errors := list(islice(_errors(value, "$", 1, limits), MAX_ERRORS + 1)):
        raise InvalidFileError(errors)
    return value


def step(name: str) -> str:
    """
    Return the step from an object to its member *name*, as places are written.

    >>> step("title"), step("no name")
    ('.title', "['no name']")
    """
    return f".{name}" if _PLAIN.fullmatch(name) else f"[{quoted(name)}]"


def _decoded(data: bytes) -> str:
    try:
        return data.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
        raise _refused(
            f"not UTF-8: byte 0x{data[error.start]:02X} at {error.start}; "
            f"is it {'UTF-16' if wide else 'GBK'}?",
            f"不是 UTF-8 编码：第 {error.start} 字节为 0x{data[error.start]:02X}，"
            f"是否为 {'UTF-16' if wide else 'GBK'}？",
            place=f"line {line}",
        ) from None


class _Repeating(dict[str, Any]):
    """An object that had a name twice."""

    names: tuple[str, ...]


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    counts = Counter(name for name, _ in pairs)
    repeating = _Repeating(found)
    repeating.names = tuple(name for name, count in counts.items() if count > 1)
    return repeating


def _whole_number(digits: str) -> int | float:
    # A long one is told from the finite ones below, where its place is known.
    return int(digits) if len(digits.lstrip("-")) <= _MAX_DIGITS else math.inf


def _errors(
    value: JsonValue, place: str, depth: int, limits: Limits
) -> Iterator[InvalidValueError]:
    if isinstance(value, float) and not math.isfinite(value):
        yield InvalidValueError(
            f"a number that is not finite, or has more than {_MAX_DIGITS} digits",
            f"数值不是有限数，或超过 {_MAX_DIGITS} 位",
            rule=_RULE,
            place=place,
        )
    if not isinstance(value, (dict, list)):
        return
    if depth > limits.depth:
        yield _too_deep(place, limits)
        return
    if isinstance(value, _Repeating):
        for name in value.names:
            yield InvalidValueError(
                f"{quoted(name)} stands more than once in one object",
                f"同一对象中 {quoted(name)} 重复出现",
                rule="RFC 8259, names are unique",
                place=f"{place}{step(name)}",
            )
    inside = (
        ((f"[{i}]", inner) for i, inner in enumerate(value))
        if isinstance(value, list)
        else ((step(name), inner) for name, inner in value.items())
    )
    for way, inner in inside:
        if isinstance(inner, (dict, list, float)):
            yield from _errors(inner, f"{place}{way}", depth + 1, limits)


def _too_deep(place: str, limits: Limits) -> InvalidValueError:
    return InvalidValueError(
        f"more than {limits.depth} objects and arrays, one within the other",
        f"对象和数组嵌套超过 {limits.depth} 层",
        rule="limits of a file",
        place=place,
    )


def _refused(en: str, zh: str, *, place: str) -> InvalidFileError:
    return InvalidFileError([InvalidValueError(en, zh, rule=_RULE, place=place)])
