"""Line 行: the one form that a registered entry has in a journal."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final, cast

from egovarchive.errors import InvalidValueError, JournalError
from egovarchive.lifecycle.entry import ROW_KEYS, EntryRow
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.identifiers.quoting import quoted

REGISTERED: Final = "registered"

# Canonical JSON, written out. Text may hold anything that metadata may; of what JSON
# can escape, those are the quotation mark and the backslash.
_PLAIN: Final = r'[^"\\\x00-\x1f]*'
_TEXT: Final = rf'"(?!")({_PLAIN}(?:\\["\\]{_PLAIN})*)"'
# The characters of both templates, and none that only looks like one of theirs.
CODE: Final = re.compile(r"[0-9A-Za-z\u4e00-\u9fff·-]+-[0-9]{3,9}")
MOMENT: Final = re.compile(r"[0-9-]{10}T[0-9:]{8}(?:\.[0-9]{6})?\+08:00")
_CODE: Final = f'"({CODE.pattern})"'
_DAY: Final = r'"([0-9]{4}-[0-9]{2}-[0-9]{2})"'
_MOMENT: Final = f'"({MOMENT.pattern})"'
_HEX: Final = r'"([0-9a-f]{64})"'
_SIZE: Final = r"(0|[1-9][0-9]{0,17})"


def _or_null(form: str) -> str:
    return f"(?:{form}|null)"


# Sorted, as they stand in a line.
_FORMS: Final = {
    "case_number": _TEXT,
    "code": _CODE,
    "concluded_on": _DAY,
    "event": f'"{REGISTERED}"',
    "item_code": _TEXT,
    "key": _TEXT,
    "package": _HEX,
    "registered_at": _MOMENT,
    "retention_ends_on": _or_null(_DAY),
    "schedule": _TEXT,
    "signature": _or_null(_HEX),
    "size": _SIZE,
    "statutory_transfer_on": _or_null(_DAY),
    "transfer_due_on": _or_null(_DAY),
}
_NAMES: Final = tuple(name for name in _FORMS if name in ROW_KEYS)
_TEXTS: Final = tuple(name for name in _NAMES if _FORMS[name] is _TEXT)
_LINE: Final = re.compile(
    r"\{" + ",".join(f'"{name}":{form}' for name, form in _FORMS.items()) + r"\}"
)
_encode: Final = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":")
).encode


def canonical(value: Mapping[str, object]) -> str:
    """Return *value* as canonical JSON: sorted keys, no spaces, few escapes."""
    return _encode(value)


def encode_row(row: EntryRow) -> str:
    """Return the line that registers *row*."""
    return canonical({"event": REGISTERED, **row})


def decode_row(line: str, fonds: str) -> EntryRow:
    """
    Read what `encode_row` wrote of an entry of *fonds*.

    Raises:
        JournalError: Not a character of it may differ, each value is of its type,
            each date stands in the calendar, and the code is one of *fonds*.
    """
    match = _LINE.fullmatch(line)
    if match is None:
        raise _fault(line)
    row: dict[str, Any] = dict(zip(_NAMES, match.groups(), strict=True))
    row["size"] = int(row["size"])
    if "\\" in line:
        for name in _TEXTS:
            row[name] = json.loads(f'"{row[name]}"')
    series, _, item = row["code"].rpartition("-")
    try:
        if _fonds_of(series) != fonds or not int(item):
            raise wrong_value("code", row["code"])
        date.fromisoformat(row["concluded_on"])
        datetime.fromisoformat(row["registered_at"])
        for name in ("retention_ends_on", "statutory_transfer_on", "transfer_due_on"):
            if row[name] is not None:
                date.fromisoformat(row[name])
    except ValueError as error:
        reason = error.message("zh") if isinstance(error, InvalidValueError) else error
        raise JournalError(str(error), f"值有误：{reason}") from None
    return cast(EntryRow, row)


@lru_cache(maxsize=1024)
def _fonds_of(series: str) -> str:
    """Return the fonds of *series*; there are few, and each has many entries."""
    code = ArchivalCode.parse(f"{series}-0001")
    if str(code.series) != series:
        raise InvalidValueError(
            f"not how series {code.series} is written: {quoted(series)}",
            f"类别号 {code.series} 写法不规范：{quoted(series)}",
            rule="canonical form",
        )
    return code.series.fonds


def _fault(line: str) -> JournalError:
    """Say why *line* is not what `encode_row` writes."""
    try:
        event = json.loads(line)
    except (ValueError, RecursionError) as error:
        return JournalError(f"no JSON: {error}", f"不是 JSON：{error}")
    if not isinstance(event, dict):
        return JournalError("no JSON object", "不是 JSON 对象")
    kind = event.get("event")
    if kind != REGISTERED:
        return unknown_event(kind)
    if amiss := sorted(event.keys() ^ _FORMS.keys()):
        names = ", ".join(map(quoted, amiss[:5]))
        return JournalError(f"missing or unknown: {names}", f"缺少或未知的项：{names}")
    for name, form in _FORMS.items():
        if not re.fullmatch(form, canonical({"": event[name]})[4:-1]):
            return wrong_value(name, event[name])
    return JournalError("not in canonical form", "不是规范形式")


def unknown_event(kind: object) -> JournalError:
    """Return the error of a line whose event is *kind*, which this version lacks."""
    shown = quoted(str(kind))
    return JournalError(
        f"unknown event {shown}: written by a newer version?",
        f"未知事件 {shown}：可能由更新版本写入",
    )


def wrong_value(name: str, value: object) -> JournalError:
    """Return the error of a line whose *name* is *value*, and cannot be."""
    shown = quoted(str(value))
    return JournalError(f"{name} cannot be {shown}", f"{name} 的值有误：{shown}")
