"""Event line: the one form that an event has in a journal."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Final

from egovarchive.errors import InvalidValueError, JournalError
from egovarchive.journal.line import canonical
from egovarchive.lifecycle.event import Event, EventKind
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.identifiers.quoting import quoted

# Keys are sorted: a registered entry's line begins with another one.
BEGINNING: Final = '{"at":'
_KEYS: Final = frozenset({"at", "by", "code", "details", "event"})


def encode_event(event: Event) -> str:
    """Return the line of *event*."""
    return canonical(
        {
            "at": event.at.isoformat(),
            "by": event.by,
            "code": str(event.code),
            "details": dict(event.details),
            "event": event.kind.value,
        }
    )


def decode_event(line: str, fonds: str) -> Event:
    """
    Read what `encode_event` wrote of a record of *fonds*.

    Raises:
        JournalError: Not a character of it may differ, each value keeps its rule, and
            the code is one of *fonds*.
    """
    try:
        row = json.loads(line)
        if row.keys() != _KEYS:
            raise JournalError(
                f"missing or unknown: {sorted(row.keys() ^ _KEYS)[:5]}",
                f"缺少或未知的项：{sorted(row.keys() ^ _KEYS)[:5]}",
            )
        if row["event"] not in {kind.value for kind in EventKind}:
            shown = quoted(str(row["event"]))
            raise JournalError(
                f"unknown event {shown}: written by a newer version?",
                f"未知事件 {shown}：可能由更新版本写入",
            )
        event = Event(
            kind=EventKind(row["event"]),
            code=ArchivalCode.parse(row["code"]),
            at=datetime.fromisoformat(row["at"]),
            by=row["by"],
            details=row["details"],
        )
    except InvalidValueError as error:
        raise JournalError(error.message("en"), error.message("zh")) from None
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise JournalError(f"no event: {error}", f"不是事件：{error}") from None
    if event.code.series.fonds != fonds:
        raise JournalError(
            f"{event.code} is not of {fonds}", f"{event.code} 不属于全宗 {fonds}"
        )
    if encode_event(event) != line:
        raise JournalError("not in canonical form", "不是规范形式")
    return event
