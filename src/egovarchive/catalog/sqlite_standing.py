"""Where records stand, in the tables of a catalog in SQLite."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from typing import Any, Final

from egovarchive.catalog.sqlite_tables import (
    FIELDS,
    OF_FONDS,
    entry_of,
    place_of,
)
from egovarchive.errors import CatalogError, EntryNotFoundError, InvalidValueError
from egovarchive.journal.event_line import decode_event
from egovarchive.lifecycle.entry import Entry
from egovarchive.lifecycle.event import Event
from egovarchive.lifecycle.line import Line
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

# A line's values in its order, behind the row's id; the period, and whether it was
# received, stand in *standing*.
LINES: Final = (
    "SELECT id, series, item, item_code, schedule, state, concluded_on, "
    "registered_at, standing, transfer_due_on, statutory_transfer_on, "
    "retention_ends_on, custody_ends_on "
    "FROM entry WHERE id > ? AND fonds = ? ORDER BY id LIMIT ?"
)
LINES_AT_ONCE: Final = 20_000
_STANDING: Final = 8


def line_of(row: tuple[Any, ...]) -> Line:
    """
    Return the line whose values `LINES` found.

    Raises:
        CatalogError: The file was altered.
    """
    kept = row[_STANDING]
    try:
        if kept is None:
            period, received = _period_of(row[1]), False
        else:
            standing = json.loads(kept)["standing"]
            period, received = standing["period"], standing["received"] is not None
    except (ValueError, TypeError, LookupError) as error:
        raise _damaged(f"{row[1]}-{row[2]:04}", error) from None
    return Line._make((*row[1:_STANDING], period, received, *row[_STANDING + 1 :]))


# There are few series, and each has many records.
@lru_cache(maxsize=4096)
def _period_of(series: str) -> str:
    return str(ArchivalCode.parse(f"{series}-0001").series.retention)


def standing_of(sql: sqlite3.Connection, code: ArchivalCode) -> Standing:
    """
    Return where the record *code* stands.

    Raises:
        EntryNotFoundError: There is no such record.
        CatalogError: The file was altered.
    """
    return _known(*_find(sql, code))


def _known(entry: Entry, known: str | None) -> Standing:
    """Return where the record of *entry* stands, as its column says."""
    if known is None:
        return Standing.of(entry)
    try:
        return Standing.of_row(json.loads(known)["standing"])
    except (ValueError, TypeError, LookupError) as error:
        raise _damaged(entry.code, error) from None


def settle(sql: sqlite3.Connection, events: Iterable[Event]) -> None:
    """
    Have each record that new *events* are of stand where they say.

    Raises:
        EntryNotFoundError: One is not there.
        StateError: One of its events may not happen to it.
        CatalogError: The file was altered.
    """
    new: dict[ArchivalCode, list[Event]] = {}
    for event in events:
        if event.code is not None:
            new.setdefault(event.code, []).append(event)
    for code, some in new.items():
        entry, known = _find(sql, code)
        _write(sql, entry, some, _known(entry, known))


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
        entry = entry_of(found)
        _write(sql, entry, events, Standing.of(entry))


def _find(sql: sqlite3.Connection, code: ArchivalCode) -> tuple[Entry, str | None]:
    found: tuple[Any, ...] | None = sql.execute(
        f"SELECT {FIELDS} FROM entry WHERE series = ? AND item = ?",  # noqa: S608
        place_of(code),
    ).fetchone()
    if found is None:
        raise EntryNotFoundError.of(str(code))
    return entry_of(found), found[-1]


def _write(
    sql: sqlite3.Connection, entry: Entry, events: Iterable[Event], standing: Standing
) -> None:
    """Have the record of *entry*, at *standing*, stand where *events* bring it."""
    acts = [event for event in events if event.kind in ACTS]
    if not acts:
        return
    for event in acts:
        standing = standing.after(event)
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


def _damaged(code: object, error: Exception) -> CatalogError:
    reason = error.message("zh") if isinstance(error, InvalidValueError) else error
    return CatalogError(
        f"the catalog is damaged at {str(code)!r}, rebuild it: {error}",
        f"目录在 {str(code)!r} 处已损坏，请重建目录：{reason}",
    )
