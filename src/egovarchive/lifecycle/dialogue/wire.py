"""
Wire 报文: how a message of the dialogue stands in bytes.

There is one form, UTF-8 JSON with sorted names and no blanks, so that one message has
one digest. Whatever is read is written again and must come out the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import Any, Final, NoReturn, TypeAlias, TypeVar

from egovarchive.errors import InvalidValueError
from egovarchive.records.archival_code import LOOKALIKES, ArchivalCode
from egovarchive.records.identifiers.quoting import quoted
from egovarchive.records.retention import RetentionPeriod
from egovarchive.records.term import Term

from .forms import shown

VERSION: Final = 1
MAX_SIZE: Final = 64 << 20  # bytes of one message
MAX_VALUES: Final = 2_000_000  # commas, objects and arrays of one message

_RULE: Final = "transfer messages in JSON"
_MAX_DIGITS: Final = 16  # of a whole number: 2**53 has as many
_MAX_CODE: Final = 128  # characters; the longest archival code has fewer
_MAX_NAMED: Final = 5  # names that one error tells
_DATE: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{6})?\+08:00"
)

Row: TypeAlias = "dict[str, Any]"
T = TypeVar("T")
TermT = TypeVar("TermT", bound=Term)


def encode(kind: str, row: Mapping[str, object]) -> bytes:
    """
    Return the message of *kind* that says *row*, as canonical JSON.

    Raises:
        InvalidValueError: It is larger than a message may be.
    """
    text = json.dumps(
        {"message": kind, "version": VERSION, **row},
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    data = f"{text}\n".encode()
    _check_bounds(data)
    return data


def decode(
    data: bytes, kind: str, build: Callable[[Row], T], again: Callable[[T], bytes]
) -> T:
    """
    Read a message of *kind*, and nothing else.

    Args:
        data: The bytes, as `encode` wrote them.
        kind: What message it must be.
        build: Takes the row without ``message`` and ``version``; gives the value.
        again: Writes the value.

    Raises:
        InvalidValueError: It is no such message, or not in the one form. Says where.
    """
    _check_bounds(data)
    value = _parsed(data)
    if not isinstance(value, dict):
        _refuse("no object", "不是对象")
    if value.pop("message", None) != kind:
        _refuse(f"it is not the message {kind!r}", f"不是 {kind!r} 报文", "message")
    version = value.pop("version", None)
    if type(version) is not int or version != VERSION:
        _refuse(f"not version {VERSION}", f"不是版本 {VERSION}", "version")
    made = build(value)
    if again(made) != data:
        _refuse("it is not in the form that is written", "不是规范形式")
    return made


def members(value: object, names: Iterable[str]) -> Row:
    """Return *value* if it is an object with these *names*: all, and no other."""
    if not isinstance(value, dict):
        _refuse("no object", "不是对象")
    if amiss := sorted(value.keys() ^ set(names)):
        told = ", ".join(map(quoted, amiss[:_MAX_NAMED]))
        _refuse(f"missing or unknown: {told}", f"缺少或未知的项：{told}")
    return value


def take(row: Row, name: str, read: Callable[[object], T]) -> T:
    """Return what *read* makes of the member *name*; its errors say that name."""
    try:
        return read(row[name])
    except InvalidValueError as error:
        raise error.within(name) from None


def each(read: Callable[[object], T]) -> Callable[[object], tuple[T, ...]]:
    """Return a reader of arrays, of which *read* reads each element."""

    def read_all(value: object) -> tuple[T, ...]:
        if not isinstance(value, list):
            _refuse("no array", "不是数组")
        found: list[T] = []
        try:
            found.extend(map(read, value))
        except InvalidValueError as error:
            # What was read before it tells which one it is.
            raise error.within(f"[{len(found)}]") from None
        return tuple(found)

    return read_all


def optional(read: Callable[[object], T]) -> Callable[[object], T | None]:
    """Return a reader that takes null as well."""
    return lambda value: None if value is None else read(value)


def term_of(kind: type[TermT]) -> Callable[[object], TermT]:
    """Return a reader of the words of *kind*."""
    terms = {term.value: term for term in kind}

    def read(value: object) -> TermT:
        term = terms.get(value) if isinstance(value, str) else None
        if term is None:
            known = ", ".join(terms)
            name = shown(value)
            _refuse(f"{name} is none of {known}", f"{name} 不在值域内：{known}")
        return term

    return read


def text_of(value: object) -> str:
    """Return *value* if it is a text."""
    if not isinstance(value, str):
        _refuse(f"{shown(value)} is no text", f"{shown(value)} 不是文本")
    return value


text_or_none: Final = optional(text_of)


def code_of(value: object) -> ArchivalCode:
    """Return the archival code that *value* is; look-alikes of its dot are refused."""
    text = text_of(value)
    if len(text) > _MAX_CODE or text.translate(LOOKALIKES) != text:
        _refuse(f"not an archival code: {quoted(text)}", f"不是档号：{quoted(text)}")
    return ArchivalCode.parse(text)


def period_of(value: object) -> RetentionPeriod:
    """Return the retention period whose code *value* is."""
    return RetentionPeriod.parse(text_of(value))


def day_of(value: object) -> date:
    """Return the date that *value* is: ``2026-03-04``."""
    text = text_of(value)
    if _DATE.fullmatch(text):
        with suppress(ValueError):
            return date.fromisoformat(text)
    return _refuse(f"no date: {quoted(text)}", f"不是日期：{quoted(text)}")


def moment_of(value: object) -> datetime:
    """Return the moment that *value* is: ``2026-03-04T10:21:00+08:00``."""
    text = text_of(value)
    if _MOMENT.fullmatch(text):
        with suppress(ValueError):
            return datetime.fromisoformat(text)
    return _refuse(
        f"no moment in China Standard Time: {quoted(text)}",
        f"不是北京时间的时刻：{quoted(text)}",
    )


def _check_bounds(data: bytes) -> None:
    if len(data) > MAX_SIZE:
        _refuse(f"larger than {MAX_SIZE} bytes", f"超过 {MAX_SIZE} 字节")
    # Counted before anything is made of them, for an empty object takes 64 bytes.
    # Commas within texts are counted with them.
    if data.count(b",") + data.count(b"[") + data.count(b"{") > MAX_VALUES:
        _refuse(f"more than {MAX_VALUES} values", f"超过 {MAX_VALUES} 个值")


def _parsed(data: bytes) -> object:
    try:
        text = data.decode()
        value: object = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_whole_number,
            parse_float=_no_number,
            parse_constant=_no_number,
        )
    except InvalidValueError:
        raise
    except RecursionError:
        _refuse("objects and arrays stand too deep", "对象和数组嵌套过深")
    except ValueError as error:
        _refuse(f"not JSON in UTF-8: {error}", f"不是 UTF-8 的 JSON：{error}")
    return value


def _object(pairs: list[tuple[str, object]]) -> Row:
    found = dict(pairs)
    if len(found) != len(pairs):
        _refuse("a name stands twice in one object", "同一对象中有重复的名称")
    return found


def _whole_number(digits: str) -> int:
    if len(digits) > _MAX_DIGITS:
        _no_number(digits)
    return int(digits)


def _no_number(text: str) -> NoReturn:
    _refuse(
        f"no whole number of at most {_MAX_DIGITS} digits: {text:.40}",
        f"不是 {_MAX_DIGITS} 位以内的整数：{text:.40}",
    )


def _refuse(en: str, zh: str, place: str = "") -> NoReturn:
    raise InvalidValueError(en, zh, rule=_RULE, place=place)
