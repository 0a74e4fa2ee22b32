"""Catalog in one SQLite file: the embedded default."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from threading import RLock
from typing import Any, Final

from attrs import define, field

from egovarchive.catalog.rules import check_follows, due_field, titles_by_code
from egovarchive.errors import CatalogError, EntryNotFoundError
from egovarchive.journal import Head, Segment
from egovarchive.lifecycle.entry import Entry, EntryRow
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.deadlines import DeadlineKind
from egovarchive.records.series import Series

VERSION: Final = 1
PAGE: Final = 500  # rows fetched at a time

_COLUMNS: Final = (
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

_TABLES: Final = """
CREATE TABLE entry (
    id INTEGER PRIMARY KEY,
    fonds TEXT NOT NULL, series TEXT NOT NULL, item INTEGER NOT NULL,
    code TEXT NOT NULL, case_number TEXT NOT NULL, item_code TEXT NOT NULL,
    concluded_on TEXT NOT NULL, registered_at TEXT NOT NULL, schedule TEXT NOT NULL,
    transfer_due_on TEXT, statutory_transfer_on TEXT, retention_ends_on TEXT,
    package TEXT NOT NULL, key TEXT NOT NULL, size INTEGER NOT NULL, signature TEXT,
    title TEXT
) STRICT;
CREATE TABLE head (
    fonds TEXT PRIMARY KEY, number INTEGER NOT NULL, sha256 TEXT, sm3 TEXT
) STRICT;
"""
# Made after the rows where many rows come at once: a sorted index is built in a
# fraction of the time that a growing one takes.
_INDEXES: Final = {
    "entry_code": "UNIQUE INDEX entry_code ON entry (series, item)",
    "entry_case": "UNIQUE INDEX entry_case ON entry (case_number, fonds)",
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
}
_FIELDS: Final = ", ".join((*_COLUMNS, "title"))
_INSERT: Final = (
    f"INSERT INTO entry (fonds, series, item, {_FIELDS}) "  # noqa: S608 - constants
    f"VALUES ({', '.join('?' * (len(_COLUMNS) + 4))})"
)


@define
class SqliteCatalog:
    """
    A catalog in the SQLite file at *path*, which is made if it is absent.

    Safe for many threads and processes. It does not wait for the disk: what a power
    cut takes from it stands in the journal, and is applied again.
    """

    path: Path = field(converter=Path)
    _lock: RLock = field(factory=RLock, init=False, repr=False, eq=False)
    _opened: sqlite3.Connection | None = field(
        default=None, init=False, repr=False, eq=False
    )
    _opened_by: int = field(default=0, init=False, repr=False, eq=False)

    def __getstate__(self) -> dict[str, Any]:
        return {"path": self.path}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(state["path"])  # type: ignore[misc]

    def close(self) -> None:
        """Close the file. It is opened again when needed."""
        with self._lock:
            if self._opened is not None and self._opened_by == os.getpid():
                self._opened.close()
            self._opened = None

    def head(self, fonds: str) -> Head:
        with self._reading() as sql:
            row = sql.execute(
                "SELECT number, sha256, sm3 FROM head WHERE fonds = ?", (fonds,)
            ).fetchone()
        if row is None:
            return Head(fonds)
        return Head(fonds, row[0], {"sha256": row[1], "sm3": row[2]})

    def apply(
        self, segment: Segment, head: Head, titles: Mapping[str, str] | None = None
    ) -> None:
        with self._writing() as sql:
            self._apply(sql, segment, head, titles or {})

    def apply_all(self, segments: Iterable[tuple[Segment, Head]]) -> None:
        """Take in many *segments* in one transaction: the fast way to make a catalog anew."""
        with self._writing() as sql:
            empty = sql.execute("SELECT 1 FROM entry LIMIT 1").fetchone() is None
            if empty:
                for name in _INDEXES:
                    sql.execute(f"DROP INDEX {name}")
            for segment, head in segments:
                self._apply(sql, segment, head, {})
            if empty:
                for index in _INDEXES.values():
                    sql.execute(f"CREATE {index}")

    def _apply(
        self,
        sql: sqlite3.Connection,
        segment: Segment,
        head: Head,
        titles: Mapping[str, str],
    ) -> None:
        if not check_follows(segment, head, self.head(segment.fonds)):
            _describe(sql, titles_by_code(segment, titles))
            return
        fonds = segment.fonds
        sql.executemany(
            _INSERT, [_values(fonds, row, titles) for row in segment.registered]
        )
        sql.execute(
            "INSERT INTO head VALUES (?, ?, ?, ?) ON CONFLICT (fonds) DO UPDATE SET "
            "number = excluded.number, sha256 = excluded.sha256, sm3 = excluded.sm3",
            (fonds, head.number, head.digests["sha256"], head.digests["sm3"]),
        )

    def describe(self, titles: Mapping[str, str]) -> None:
        with self._writing() as sql:
            _describe(sql, titles)

    def clear(self) -> None:
        with self._writing() as sql:
            sql.execute("DELETE FROM entry")
            sql.execute("DELETE FROM head")

    def entry(self, code: ArchivalCode) -> Entry:
        where = "WHERE series = ? AND item = ?"
        for entry in self._select(where, _place(code)):
            return entry
        raise EntryNotFoundError.of(str(code))

    def entry_of_case(self, fonds: str, number: str) -> Entry | None:
        where = "WHERE case_number = ? AND fonds = ?"
        return next(self._select(where, (number, fonds)), None)

    def last_item(self, series: Series) -> int:
        with self._reading() as sql:
            row = sql.execute(
                "SELECT max(item) FROM entry WHERE series = ?", (str(series),)
            ).fetchone()
        return int(row[0] or 0)

    def entries(
        self, *, after: ArchivalCode | None = None, limit: int | None = None
    ) -> Iterator[Entry]:
        while limit is None or limit > 0:
            size = PAGE if limit is None else min(PAGE, limit)
            place = ("", 0) if after is None else _place(after)
            where = "WHERE (series, item) > (?, ?) ORDER BY series, item LIMIT ?"
            page = list(self._select(where, (*place, size)))
            yield from page
            if len(page) < size:
                return
            after = page[-1].code
            limit = None if limit is None else limit - size

    def due(
        self,
        kind: DeadlineKind,
        on: date,
        *,
        after: Entry | None = None,
        limit: int | None = None,
    ) -> Iterator[Entry]:
        column = due_field(kind)
        while limit is None or limit > 0:
            size = PAGE if limit is None else min(PAGE, limit)
            where = f"WHERE {column} <= ?"
            values: list[object] = [on.isoformat()]
            if after is not None:
                where += (
                    f" AND ({column}, id) > (?, "
                    "(SELECT id FROM entry WHERE series = ? AND item = ?))"
                )
                values += [getattr(after, column).isoformat(), *_place(after.code)]
            where += f" ORDER BY {column}, id LIMIT ?"
            page = list(self._select(where, (*values, size)))
            yield from page
            if len(page) < size:
                return
            after = page[-1]
            limit = None if limit is None else limit - size

    def _select(self, where: str, values: Iterable[object]) -> Iterator[Entry]:
        query = f"SELECT {_FIELDS} FROM entry {where}"  # noqa: S608 - constants
        with self._reading() as sql:
            rows = sql.execute(query, tuple(values)).fetchall()
        for *texts, title in rows:
            row: Any = dict(zip(_COLUMNS, texts, strict=True))
            yield Entry.of_row(row, title)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._connection()
            except sqlite3.Error as error:
                raise self._failed(error) from error

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._reading() as sql:
            sql.execute("BEGIN IMMEDIATE")
            try:
                yield sql
                sql.execute("COMMIT")
            except BaseException:
                sql.execute("ROLLBACK")
                raise

    def _connection(self) -> sqlite3.Connection:
        # A connection must not cross a fork: SQLite's locks belong to the process.
        if self._opened is None or self._opened_by != os.getpid():
            self._opened, self._opened_by = self._open(), os.getpid()
        return self._opened

    def _open(self) -> sqlite3.Connection:
        sql = sqlite3.connect(
            self.path, timeout=60, isolation_level=None, check_same_thread=False
        )
        try:
            sql.execute("PRAGMA journal_mode = WAL")
            sql.execute("PRAGMA synchronous = NORMAL")
            sql.execute("PRAGMA cache_size = -65536")  # KiB
            sql.execute("BEGIN IMMEDIATE")
            version = sql.execute("PRAGMA user_version").fetchone()[0]
            if version == 0:
                for statement in _TABLES.split(";"):
                    sql.execute(statement)
                for index in _INDEXES.values():
                    sql.execute(f"CREATE {index}")
                sql.execute(f"PRAGMA user_version = {VERSION}")
            sql.execute("COMMIT")
            if version not in {0, VERSION}:
                raise CatalogError(
                    f"{self.path} has form {version}, this library reads {VERSION}: "
                    "rebuild it",
                    f"{self.path} 的目录格式为 {version}，本库支持 {VERSION}，请重建目录",
                )
        except BaseException:
            sql.close()
            raise
        return sql

    def _failed(self, error: sqlite3.Error) -> CatalogError:
        return CatalogError(f"{self.path}: {error}", f"目录 {self.path}：{error}")


def _describe(sql: sqlite3.Connection, titles: Mapping[str, str]) -> None:
    sql.executemany(
        "UPDATE entry SET title = ? WHERE series = ? AND item = ?",
        [(title, *_place(ArchivalCode.parse(code))) for code, title in titles.items()],
    )


def _place(code: ArchivalCode) -> tuple[str, int]:
    return str(code.series), code.item


def _values(fonds: str, row: EntryRow, titles: Mapping[str, str]) -> tuple[object, ...]:
    series, _, item = row["code"].rpartition("-")
    texts: Mapping[str, Any] = row
    return (
        fonds,
        series,
        int(item),
        *[texts[name] for name in _COLUMNS],
        titles.get(row["package"]),
    )
