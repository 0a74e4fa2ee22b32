"""Event line: the one form that an event has in a journal."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final

from egovarchive.errors import InvalidValueError, JournalError
from egovarchive.journal.line import (
    CODE,
    MOMENT,
    REGISTERED,
    canonical,
    unknown_event,
    wrong_value,
)
from egovarchive.lifecycle.event import Event, EventKind
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.identifiers.quoting import quoted

# Keys are sorted: a registered entry's line begins with another one.
BEGINNING: Final = '{"at":'
_KEYS: Final = frozenset({"at", "by", "code", "details", "event"})
_KINDS: Final = {kind.value: kind for kind in EventKind}


def encode_event(event: Event) -> str:
    """Return the line of *event*."""
    return canonical(
        {
            "at": event.at.isoformat(),
            "by": event.by,
            "code": None if event.code is None else str(event.code),
            "details": dict(event.details),
            "event": event.kind.value,
        }
    )


def decode_event(line: str, fonds: str) -> Event:
    """
    Read what `encode_event` wrote of a record of *fonds*, or of *fonds* itself.

    Raises:
        JournalError: Not a character of it may differ, each value keeps its rule, and
            the code is one of *fonds*.
    """
    row = _parsed(line)
    kind = row.get("event")
    if kind == REGISTERED:
        raise JournalError(
            "registered behind an event: entries come first",
            "登记条目位于事件之后：条目应在前",
        )
    if not isinstance(kind, str) or kind not in _KINDS:
        raise unknown_event(kind)
    if amiss := sorted(row.keys() ^ _KEYS):
        names = ", ".join(map(quoted, amiss[:5]))
        raise JournalError(f"missing or unknown: {names}", f"缺少或未知的项：{names}")
    try:
        event = Event(
            kind=_KINDS[kind],
            code=_code_of(row["code"], fonds),
            at=_moment_of(row["at"]),
            by=row["by"],
            details=row["details"],
        )
    except InvalidValueError as error:
        raise JournalError(error.message("en"), error.message("zh")) from None
    if encode_event(event) != line:
        raise JournalError("not in canonical form", "不是规范形式")
    return event


def _parsed(line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise JournalError(f"no JSON: {error}", f"不是 JSON：{error}") from None
    if not isinstance(row, dict):
        raise JournalError("no JSON object", "不是 JSON 对象")
    return row


def _code_of(value: object, fonds: str) -> ArchivalCode | None:
    if value is None:
        return None
    # By its form first: what only looks like a code is read with a warning elsewhere.
    if not isinstance(value, str) or not CODE.fullmatch(value):
        raise wrong_value("code", value)
    code = ArchivalCode.parse(value)
    if code.series.fonds != fonds:
        raise JournalError(f"{code} is not of {fonds}", f"{code} 不属于全宗 {fonds}")
    return code


def _moment_of(value: object) -> datetime:
    # By its form first: later versions of Python read more of them.
    if not isinstance(value, str) or not MOMENT.fullmatch(value):
        raise wrong_value("at", value)
    try:
        return datetime.fromisoformat(value)
    except ValueError as error:
        raise JournalError(f"at: {error}", f"时间有误：{error}") from None
