"""The tables of a catalog in SQLite, and how an entry stands in them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final

from egovarchive.errors import CatalogError, ConflictError, JournalError
from egovarchive.journal.event_line import decode_event, encode_event
from egovarchive.lifecycle.entry import Entry, EntryRow
from egovarchive.lifecycle.event import Event
from egovarchive.records.archival_code import ArchivalCode

# Columns that hold an entry's values as they are.
COLUMNS: Final = (
    "code",
    "case_number",
    "item_code",
    "concluded_on",
    "registered_at",
    "schedule",
    "transfer_due_on",
    "statutory_transfer_on",
    "retention_ends_on",
    "package",
    "key",
    "size",
    "signature",
)
TABLES: Final = (
    """TABLE entry (
        id INTEGER PRIMARY KEY,
        fonds TEXT NOT NULL, series TEXT NOT NULL, item INTEGER NOT NULL,
        code TEXT NOT NULL, case_number TEXT NOT NULL, item_code TEXT NOT NULL,
        concluded_on TEXT NOT NULL, registered_at TEXT NOT NULL,
        schedule TEXT NOT NULL, transfer_due_on TEXT, statutory_transfer_on TEXT,
        retention_ends_on TEXT, package TEXT NOT NULL, key TEXT NOT NULL,
        size INTEGER NOT NULL, signature TEXT, title TEXT,
        custody_ends_on TEXT, state TEXT, standing TEXT
    )""",
    """TABLE event (
        id INTEGER PRIMARY KEY,
        fonds TEXT NOT NULL, series TEXT NOT NULL, item INTEGER NOT NULL,
        line TEXT NOT NULL
    )""",
    """TABLE head (
        fonds TEXT PRIMARY KEY NOT NULL, number INTEGER NOT NULL,
        sha256 TEXT NOT NULL, sm3 TEXT NOT NULL
    )""",
)
INDEXES: Final = {
    "entry_code": "UNIQUE INDEX entry_code ON entry (series, item)",
    "entry_case": "UNIQUE INDEX entry_case ON entry (case_number, fonds)",
    "event_code": "INDEX event_code ON event (fonds, series, item)",
    "entry_transfer": (
        "INDEX entry_transfer ON entry (transfer_due_on) "
        "WHERE transfer_due_on IS NOT NULL"
    ),
    "entry_statutory": (
        "INDEX entry_statutory ON entry (statutory_transfer_on) "
        "WHERE statutory_transfer_on IS NOT NULL"
    ),
    "entry_retention": (
        "INDEX entry_retention ON entry (retention_ends_on) "
        "WHERE retention_ends_on IS NOT NULL"
    ),
    "entry_custody": (
        "INDEX entry_custody ON entry (custody_ends_on) "
        "WHERE custody_ends_on IS NOT NULL"
    ),
    "entry_state": (
        "INDEX entry_state ON entry (state, series, item) WHERE state IS NOT NULL"
    ),
}
FIELDS: Final = ", ".join((*COLUMNS, "title", "standing"))
INSERT: Final = (
    f"INSERT INTO entry (fonds, series, item, title, {', '.join(COLUMNS)}) "  # noqa: S608
    f"VALUES ({', '.join('?' * (len(COLUMNS) + 4))})"
)
INSERT_EVENT: Final = (
    "INSERT INTO event (fonds, series, item, line) VALUES (?, ?, ?, ?)"
)
EVENT_LINES: Final = (
    "SELECT line FROM event WHERE fonds = ? AND series = ? AND item = ? ORDER BY id"
)
OF_FONDS: Final = ("", 0)  # series and item of an event that is of no record
_as_they_are: Final = itemgetter(*COLUMNS)


def values(
    fonds: str, rows: Iterable[EntryRow], titles: Mapping[str, str]
) -> list[tuple[object, ...]]:
    """Return what `INSERT` takes for each of *rows*."""
    found = []
    for row in rows:
        series, _, item = row["code"].rpartition("-")
        title = titles.get(row["package"])
        found.append((fonds, series, int(item), title, *_as_they_are(row)))
    return found


def entry_of(found: Sequence[Any]) -> Entry:
    """
    Return the entry whose `FIELDS` were *found*.

    Raises:
        CatalogError: They are none that any entry has: the file was altered.
    """
    *texts, title, standing = found
    row: Any = dict(zip(COLUMNS, texts, strict=True))
    try:
        if standing is not None:
            row.update(json.loads(standing)["registered"])
        return Entry.of_row(row, title)
    except (ValueError, TypeError, LookupError) as error:
        raise CatalogError(
            f"the catalog is damaged at {row['code']!r}, rebuild it: {error}",
            f"目录在 {row['code']!r} 处已损坏，请重建目录：{error}",
        ) from None


def event_values(fonds: str, events: Iterable[Event]) -> list[tuple[object, ...]]:
    """Return what `INSERT_EVENT` takes for each of *events*."""
    return [(fonds, *_event_place(each.code), encode_event(each)) for each in events]


def events_of(
    sql: sqlite3.Connection, fonds: str, code: ArchivalCode | None
) -> list[Event]:
    """
    Return the events of the record *code* of *fonds*; with None, of *fonds* itself.

    Raises:
        CatalogError: One of them is none, or another's: the file was altered.
    """
    found = sql.execute(EVENT_LINES, (fonds, *_event_place(code))).fetchall()
    try:
        events = [decode_event(line, fonds) for [line] in found]
    except JournalError as error:
        raise CatalogError(
            f"the catalog is damaged, rebuild it: {error}",
            f"目录已损坏，请重建目录：{error.message('zh')}",
        ) from None
    if any(each.code != code for each in events):
        raise CatalogError(
            f"the catalog is damaged, rebuild it: under {code or fonds} stands an "
            "event of another",
            f"目录已损坏，请重建目录：{code or fonds} 名下有其他对象的事件",
        )
    return events


def _event_place(code: ArchivalCode | None) -> tuple[str, int]:
    return OF_FONDS if code is None else place_of(code)


def place_of(code: ArchivalCode) -> tuple[str, int]:
    """Return the series and item that *code* stands under."""
    return str(code.series), code.item


def drop_indexes(sql: sqlite3.Connection) -> None:
    """Drop all: a sorted index is built in a fraction of the time one takes to grow."""
    for name in INDEXES:
        sql.execute(f"DROP INDEX {name}")


def create_indexes(sql: sqlite3.Connection) -> None:
    """
    Create all.

    Raises:
        ConflictError: Two entries have one code, or one case number in one fonds.
    """
    try:
        for index in INDEXES.values():
            sql.execute(f"CREATE {index}")
    except sqlite3.IntegrityError:
        for columns, what in (
            ("series, item", "code"),
            ("case_number, fonds", "case_number"),
        ):
            query = f"SELECT {what} FROM entry GROUP BY {columns} HAVING count(*) > 1"  # noqa: S608
            if twice := sql.execute(query).fetchone():
                break
        raise ConflictError(
            f"{twice[0]!r} is registered twice", f"{twice[0]!r} 重复登记"
        ) from None
