"""Catalog in one SQLite file: the embedded default."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from attrs import define, evolve, field, frozen

from egovarchive.catalog.rules import (
    check_applied,
    check_follows,
    check_limit,
    due_field,
    never_due,
    registered_twice,
    titles_by_code,
)
from egovarchive.catalog.sqlite_file import SqliteFile, absolute
from egovarchive.catalog.sqlite_standing import (
    LINES,
    LINES_AT_ONCE,
    line_of,
    settle,
    settle_all,
    standing_of,
)
from egovarchive.catalog.sqlite_tables import (
    FIELDS,
    INSERT,
    INSERT_EVENT,
    create_indexes,
    drop_indexes,
    entry_of,
    event_values,
    events_of,
    place_of,
    values,
)
from egovarchive.errors import EntryNotFoundError
from egovarchive.journal import Head, Segment
from egovarchive.lifecycle.entry import Entry
from egovarchive.lifecycle.event import Event
from egovarchive.lifecycle.line import Line
from egovarchive.lifecycle.standing import Standing
from egovarchive.lifecycle.state import State
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.deadlines import DeadlineKind
from egovarchive.records.series import Series

PAGE: Final = 500  # rows fetched at a time


@frozen
class _Order:
    """
    An order to walk in: by *major*, then *minor*.

    Args:
        major: A column.
        minor: Another, that tells apart what has the same *major*.
        most: The last of *major*.
        where: Which rows; `?` stands for *state*.
        state: The state of records that are walked by.
    """

    major: str
    minor: str
    most: str = "\U0010ffff"
    where: str = ""
    state: tuple[str, ...] = ()


_BY_CODE: Final = _Order("series", "item")
_START: Final = ("", 0)  # before any series, or day


def _by_code(state: State | None) -> _Order:
    if state is None:
        return _BY_CODE
    if state is State.HELD:
        return evolve(_BY_CODE, where="state IS NULL AND ")
    return evolve(_BY_CODE, where="state = ? AND ", state=(state.value,))


@define
class SqliteCatalog:
    """
    A catalog in the SQLite file at *path*, which is made if it is absent.

    Safe for many threads, which take turns, and for many processes of one machine. It
    does not wait for the disk: what a power cut takes from it stands in the journal,
    and is applied again. It can be sent to another process, which opens it anew.
    """

    path: Path = field(converter=absolute)
    _file: SqliteFile = field(init=False, repr=False, eq=False)

    @_file.default
    def _at_path(self) -> SqliteFile:
        return SqliteFile(self.path)

    def close(self) -> None:
        """Close the file. It is opened again when needed."""
        self._file.close()

    def head(self, fonds: str) -> Head:
        with self._file.reading() as sql:
            return _head(sql, fonds)

    def apply(
        self, segment: Segment, head: Head, titles: Mapping[str, str] | None = None
    ) -> None:
        with self._file.writing() as sql:
            _apply(sql, segment, head, titles or {})

    def apply_all(self, segments: Iterable[tuple[Segment, Head]]) -> int:
        with self._file.writing() as sql:
            return _apply_all(sql, segments)

    def rebuild(self, fonds: str, segments: Iterable[tuple[Segment, Head]]) -> int:
        with self._file.writing() as sql:
            sql.execute("DELETE FROM head WHERE fonds = ?", (fonds,))
            if sql.execute("SELECT 1 FROM head").fetchone() is None:
                sql.execute("DELETE FROM entry")  # far faster than with a condition
                sql.execute("DELETE FROM event")
            else:
                sql.execute("DELETE FROM entry WHERE fonds = ?", (fonds,))
                sql.execute("DELETE FROM event WHERE fonds = ?", (fonds,))
            return _apply_all(sql, segments)

    def describe(self, titles: Mapping[str, str]) -> None:
        with self._file.writing() as sql:
            _describe(sql, titles)

    def clear(self) -> None:
        with self._file.writing() as sql:
            for table in ("entry", "event", "head"):
                sql.execute(f"DELETE FROM {table}")  # noqa: S608 - constants

    def entry(self, code: ArchivalCode) -> Entry:
        with self._file.reading() as sql:
            found = _find(sql, FIELDS, code)
        if found is None:
            raise EntryNotFoundError.of(str(code))
        return entry_of(found)

    def entry_of_case(self, fonds: str, number: str) -> Entry | None:
        query = f"SELECT {FIELDS} FROM entry WHERE case_number = ? AND fonds = ?"  # noqa: S608
        with self._file.reading() as sql:
            found = sql.execute(query, (number, fonds)).fetchone()
        return None if found is None else entry_of(found)

    def last_item(self, series: Series) -> int:
        with self._file.reading() as sql:
            [last] = sql.execute(
                "SELECT max(item) FROM entry WHERE series = ?", (str(series),)
            ).fetchone()
        return int(last or 0)

    def standing(self, code: ArchivalCode) -> Standing:
        with self._file.reading() as sql:
            return standing_of(sql, code)

    def entries(
        self,
        *,
        after: ArchivalCode | None = None,
        limit: int | None = None,
        state: State | None = None,
    ) -> Iterator[Entry]:
        check_limit(limit)
        # Whether it is there or not.
        place = _START if after is None else place_of(after)
        return self._walk(_by_code(state), place, limit)

    def lines(self, fonds: str) -> Iterator[Line]:
        last = 0
        while True:
            with self._file.reading() as sql:
                page = sql.execute(LINES, (last, fonds, LINES_AT_ONCE)).fetchall()
            if not page:
                return
            for row in page:
                yield line_of(row)
            last = page[-1][0]

    def events(self, code: ArchivalCode) -> Iterator[Event]:
        with self._file.reading() as sql:
            if _find(sql, "id", code) is None:
                raise EntryNotFoundError.of(str(code))
            return iter(events_of(sql, code.series.fonds, code))

    def events_of_fonds(self, fonds: str) -> Iterator[Event]:
        with self._file.reading() as sql:
            return iter(events_of(sql, fonds, None))

    def due(
        self,
        kind: DeadlineKind,
        on: date,
        *,
        since: date | None = None,
        after: Entry | None = None,
        limit: int | None = None,
    ) -> Iterator[Entry]:
        check_limit(limit)
        order = _Order(due_field(kind), "id", on.isoformat())
        if after is None:
            start = _START if since is None else (since.isoformat(), 0)
            return self._walk(order, start, limit)
        with self._file.reading() as sql:
            place = _place(sql, order, after.code)
            if place[0] is None:
                raise never_due(after, kind)
        return self._walk(order, place, limit)

    def _walk(
        self, order: _Order, place: tuple[Any, Any], limit: int | None
    ) -> Iterator[Entry]:
        while limit is None or limit > 0:
            size = PAGE if limit is None else min(PAGE, limit)
            with self._file.reading() as sql:
                page = _page(sql, order, place, size)
            for _, _, *found in page:
                yield entry_of(found)
            if len(page) < size:
                return
            # Remembered, not asked for again: it may have moved since.
            place = page[-1][:2]
            limit = None if limit is None else limit - size


def _head(sql: sqlite3.Connection, fonds: str) -> Head:
    row = sql.execute(
        "SELECT number, sha256, sm3 FROM head WHERE fonds = ?", (fonds,)
    ).fetchone()
    if row is None:
        return Head(fonds)
    return Head(fonds, row[0], {"sha256": row[1], "sm3": row[2]})


def _apply(
    sql: sqlite3.Connection, segment: Segment, head: Head, titles: Mapping[str, str]
) -> None:
    if not _insert(sql, segment, head, titles):
        return
    settle(sql, segment.events)


def _insert(
    sql: sqlite3.Connection, segment: Segment, head: Head, titles: Mapping[str, str]
) -> bool:
    """
    Take *segment* in; return False if it was applied before.

    Whether there are the records that its events are of, and where they stand then,
    the caller looks.
    """
    fonds, rows = segment.fonds, segment.registered
    applied = _head(sql, fonds)
    if not check_follows(segment, head, applied):
        known = {e.code: events_of(sql, fonds, e.code) for e in segment.events}
        check_applied(segment, applied, _packages(sql, segment), known)
        _describe(sql, titles_by_code(segment, titles))
        return False
    before = sql.total_changes
    try:
        sql.executemany(INSERT, values(fonds, rows, titles))
    except sqlite3.IntegrityError:
        raise registered_twice(segment, rows[sql.total_changes - before]) from None
    sql.executemany(INSERT_EVENT, event_values(fonds, segment.events))
    sql.execute(
        "INSERT OR REPLACE INTO head VALUES (?, ?, ?, ?)",
        (fonds, head.number, head.digests["sha256"], head.digests["sm3"]),
    )
    return True


def _apply_all(
    sql: sqlite3.Connection, segments: Iterable[tuple[Segment, Head]]
) -> int:
    anew = sql.execute("SELECT 1 FROM entry").fetchone() is None
    if anew:
        drop_indexes(sql)
    count = 0
    for segment, head in segments:
        # Without indexes, to look for the record of each event would take for ever.
        (_insert if anew else _apply)(sql, segment, head, {})
        count += len(segment.registered)
    if anew:
        create_indexes(sql)
        settle_all(sql)
    return count


def _packages(sql: sqlite3.Connection, segment: Segment) -> dict[str, str | None]:
    """Return the package that each code of *segment* has here, if any."""
    found = {}
    for row in segment.registered:
        one = _find(sql, "package", ArchivalCode.parse(row["code"]))
        found[row["code"]] = None if one is None else str(one[0])
    return found


def _describe(sql: sqlite3.Connection, titles: Mapping[str, str]) -> None:
    sql.executemany(
        "UPDATE entry SET title = ? WHERE series = ? AND item = ? "
        "AND state IS NOT ?",  # what was destroyed has no title any more
        [
            (title, *place_of(ArchivalCode.parse(code)), State.DESTROYED.value)
            for code, title in titles.items()
        ],
    )


def _find(
    sql: sqlite3.Connection, fields: str, code: ArchivalCode
) -> tuple[Any, ...] | None:
    query = f"SELECT {fields} FROM entry WHERE series = ? AND item = ?"  # noqa: S608
    found: tuple[Any, ...] | None = sql.execute(query, place_of(code)).fetchone()
    return found


def _place(
    sql: sqlite3.Connection, order: _Order, code: ArchivalCode
) -> tuple[Any, Any]:
    """Return where *code* stands in *order*."""
    found = _find(sql, f"{order.major}, {order.minor}", code)
    if found is None:
        raise EntryNotFoundError.of(str(code))
    return found[0], found[1]


def _page(
    sql: sqlite3.Connection, order: _Order, after: tuple[Any, Any], size: int
) -> list[tuple[Any, ...]]:
    """
    Return the next rows behind *after*, *size* of them at most.

    Two questions, for SQLite seeks by the first column of ``(a, b) > (?, ?)`` alone,
    and steps through all that share it: for retention, that is a whole year.
    """
    major, minor = order.major, order.minor
    fields = f"{major}, {minor}, {FIELDS}"
    select = f"SELECT {fields} FROM entry WHERE {order.where}{major}"  # noqa: S608
    page = sql.execute(
        f"{select} = ? AND {major} <= ? AND {minor} > ? ORDER BY {minor} LIMIT ?",
        (*order.state, after[0], order.most, after[1], size),
    ).fetchall()
    page += sql.execute(
        f"{select} > ? AND {major} <= ? ORDER BY {major}, {minor} LIMIT ?",
        (*order.state, after[0], order.most, size - len(page)),
    ).fetchall()
    return page
