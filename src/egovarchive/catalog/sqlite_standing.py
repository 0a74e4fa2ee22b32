"""Where records stand, in the tables of a catalog in SQLite."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, Final

from egovarchive.catalog.sqlite_tables import (
    FIELDS,
    OF_FONDS,
    entry_of,
    events_of,
    place_of,
)
from egovarchive.errors import CatalogError, EntryNotFoundError, InvalidValueError
from egovarchive.journal.event_line import decode_event
from egovarchive.lifecycle.entry import Entry
from egovarchive.lifecycle.event import Event
from egovarchive.lifecycle.standing import Standing
from egovarchive.lifecycle.state import ACTS, State
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.deadlines import DeadlineKind

# The columns of dates hold what is due now, for `due` to walk along. What was
# registered is kept beside, once it differs. A record that nothing happened to has
# neither: most have not, and are registered as fast as before.
_DUE: Final = {
    "transfer_due_on": DeadlineKind.TRANSFER,
    "statutory_transfer_on": DeadlineKind.STATUTORY_TRANSFER,
    "retention_ends_on": DeadlineKind.RETENTION_END,
    "custody_ends_on": DeadlineKind.CUSTODY_END,
}
_REGISTERED: Final = ("transfer_due_on", "statutory_transfer_on", "retention_ends_on")
_UPDATE: Final = (
    f"UPDATE entry SET {', '.join(f'{name} = ?' for name in _DUE)}, "  # noqa: S608
    "state = ?, standing = ? WHERE series = ? AND item = ?"
)
# A title may hold a name, and goes with what it is the title of.
_FORGET: Final = "UPDATE entry SET title = NULL WHERE series = ? AND item = ?"


def standing_of(sql: sqlite3.Connection, code: ArchivalCode) -> Standing:
    """
    Return where the record *code* stands.

    Raises:
        EntryNotFoundError: There is no such record.
        CatalogError: The file was altered.
    """
    entry, known = _find(sql, code)
    if known is None:
        return Standing.of(entry)
    try:
        return Standing.of_row(json.loads(known)["standing"])
    except (ValueError, TypeError, LookupError) as error:
        raise _damaged(code, error) from None


def settle(sql: sqlite3.Connection, codes: Iterable[ArchivalCode]) -> None:
    """
    Have each record of *codes* stand where its events say, after new ones.

    Raises:
        EntryNotFoundError: One is not there.
        StateError: One of its events may not happen to it.
    """
    for code in codes:
        entry, _ = _find(sql, code)
        _write(sql, entry, events_of(sql, code.series.fonds, code))


def settle_all(sql: sqlite3.Connection) -> None:
    """
    Have every record stand where its events say; see `settle`.

    Asked once, after many segments: they are read in the order of an index.
    """
    rows = sql.execute(
        "SELECT fonds, series, item, line FROM event WHERE (series, item) != (?, ?) "
        "ORDER BY fonds, series, item, id",
        OF_FONDS,
    )
    reader = sql.cursor()
    for (fonds, series, item), some in groupby(rows, key=lambda row: row[:3]):
        found = reader.execute(
            f"SELECT {FIELDS} FROM entry WHERE series = ? AND item = ?",  # noqa: S608
            (series, item),
        ).fetchone()
        if found is None:
            raise EntryNotFoundError.of(f"{series}-{item:04}")
        events = [decode_event(line, fonds) for *_, line in some]
        _write(sql, entry_of(found), events)


def _find(sql: sqlite3.Connection, code: ArchivalCode) -> tuple[Entry, str | None]:
    found: tuple[Any, ...] | None = sql.execute(
        f"SELECT {FIELDS} FROM entry WHERE series = ? AND item = ?",  # noqa: S608
        place_of(code),
    ).fetchone()
    if found is None:
        raise EntryNotFoundError.of(str(code))
    return entry_of(found), found[-1]


def _write(sql: sqlite3.Connection, entry: Entry, events: Iterable[Event]) -> None:
    acts = [event for event in events if event.kind in ACTS]
    if not acts:
        return
    standing = Standing.of(entry, acts)
    row = entry.row()
    kept = {
        "standing": standing.row(),
        "registered": {name: row[name] for name in _REGISTERED},
    }
    place = place_of(entry.code)
    state = None if standing.state is State.HELD else standing.state.value
    sql.execute(_UPDATE, (*_due(standing), state, json.dumps(kept), *place))
    if standing.state is State.DESTROYED:
        sql.execute(_FORGET, place)


def _due(standing: Standing) -> Iterator[str | None]:
    for kind in _DUE.values():
        day = standing.due_on(kind)
        yield None if day is None else day.isoformat()


def _damaged(code: ArchivalCode, error: Exception) -> CatalogError:
    reason = error.message("zh") if isinstance(error, InvalidValueError) else error
    return CatalogError(
        f"the catalog is damaged at {str(code)!r}, rebuild it: {error}",
        f"目录在 {str(code)!r} 处已损坏，请重建目录：{reason}",
    )
