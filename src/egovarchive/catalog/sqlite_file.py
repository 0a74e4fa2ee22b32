"""The SQLite file of a catalog: opened when needed, by each process for itself."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from time import monotonic, sleep
from typing import Final
from weakref import WeakSet, finalize

from attrs import define, field

from egovarchive.catalog.sqlite_tables import INDEXES, TABLES
from egovarchive.errors import CatalogError

APPLICATION: Final = 0x45474341  # "EGCA": tells our files from others' (application_id)
VERSION: Final = 3
WAIT: Final = 60  # seconds for another process's transaction

# All that are alive, and connections that a parent process opened: SQLite forbids a
# child even to close those.
_FILES: Final[WeakSet[SqliteFile]] = WeakSet()
_PARENTS: Final[list[sqlite3.Connection]] = []


def absolute(path: str | os.PathLike[str]) -> Path:
    """Return *path* so that it stays when the working directory changes."""
    return Path(path).absolute()


@define(eq=False)
class SqliteFile:
    """
    The file at *path*, made if it is absent.

    Safe for many threads, which take turns, for many processes, and for those that
    were forked: each opens it for itself.
    """

    path: Path = field(converter=absolute)
    _lock: RLock = field(factory=RLock, init=False, repr=False)
    _sql: sqlite3.Connection | None = field(default=None, init=False, repr=False)
    _closing: finalize[..., SqliteFile] | None = field(
        default=None, init=False, repr=False
    )

    def __attrs_post_init__(self) -> None:
        _FILES.add(self)

    def __reduce__(self) -> tuple[type[SqliteFile], tuple[Path]]:
        return type(self), (self.path,)

    def close(self) -> None:
        """Close the file. It is opened again when needed."""
        with self._lock:
            if self._closing is not None:
                self._closing()
            self._sql = self._closing = None

    def leave_to_parent(self) -> None:
        """Begin anew, in a child process that was just forked."""
        if self._sql is not None and self._closing is not None:
            self._closing.detach()
            _PARENTS.append(self._sql)
        self._sql = self._closing = None
        self._lock = RLock()  # a thread that is not in the child may have held it

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """
        Give the connection, for a look at one state of the file.

        Raises:
            CatalogError: It cannot be used.
        """
        with self._at_work() as sql, _one_state(sql):
            yield sql

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """
        Give the connection, for a change that is whole or nothing; see `reading`.
        """
        with self._at_work() as sql:
            sql.execute("BEGIN IMMEDIATE")
            try:
                yield sql
                sql.execute("COMMIT")
            except BaseException:
                _roll_back(sql)
                raise

    @contextmanager
    def _at_work(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._connection()
            except (sqlite3.Error, UnicodeEncodeError) as error:
                raise CatalogError(
                    f"{self.path}: {error}", f"目录文件 {self.path}：{error}"
                ) from error

    def _connection(self) -> sqlite3.Connection:
        if self._sql is None:
            self._sql = self._open()
            self._closing = finalize(self, self._sql.close)
        return self._sql

    def _open(self) -> sqlite3.Connection:
        sql = sqlite3.connect(
            self.path, timeout=WAIT, isolation_level=None, check_same_thread=False
        )
        try:
            with _one_state(sql):
                is_catalog = self._is_catalog(sql)
            if not is_catalog:
                self._make(sql)
            # What a power cut takes stands in the journal, and is applied again.
            sql.execute("PRAGMA synchronous = NORMAL")
            sql.execute("PRAGMA cache_size = -65536")  # KiB
            # The title of what was destroyed must not stay in a page that was freed.
            sql.execute("PRAGMA secure_delete = ON")
        except BaseException:
            sql.close()
            raise
        return sql

    def _make(self, sql: sqlite3.Connection) -> None:
        _write_ahead(sql)
        sql.execute("BEGIN IMMEDIATE")
        # Another process may have been faster.
        if not self._is_catalog(sql):
            for statement in (*TABLES, *INDEXES.values()):
                sql.execute(f"CREATE {statement}")
            sql.execute(f"PRAGMA application_id = {APPLICATION}")
            sql.execute(f"PRAGMA user_version = {VERSION}")
        sql.execute("COMMIT")

    def _is_catalog(self, sql: sqlite3.Connection) -> bool:
        """Say whether it is a catalog; False if it is empty, and may become one."""
        ours = sql.execute("PRAGMA application_id").fetchone()[0]
        version = sql.execute("PRAGMA user_version").fetchone()[0]
        if (ours, version) == (APPLICATION, VERSION):
            return True
        if ours == APPLICATION:
            raise CatalogError(
                f"{self.path} has form {version}, this library reads {VERSION}: "
                "move it away, and rebuild it",
                f"{self.path} 的目录格式为 {version}，本库支持 {VERSION}："
                "请移走该文件并重建目录",
            )
        if sql.execute("SELECT 1 FROM sqlite_master").fetchone() or ours or version:
            raise CatalogError(
                f"{self.path} is another program's database",
                f"{self.path} 是其他程序的数据库",
            )
        return False


def _write_ahead(sql: sqlite3.Connection) -> None:
    """Have readers and writers not wait for each other, from now on."""
    until = monotonic() + WAIT
    while True:
        try:
            sql.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:  # noqa: PERF203 - a try is a turn
            # Others make the file too. For this statement alone, SQLite does not wait.
            if "locked" not in str(error) or monotonic() > until:
                raise
            sleep(0.01)
        else:
            return


@contextmanager
def _one_state(sql: sqlite3.Connection) -> Iterator[None]:
    """Have all that is read meanwhile come from one state of the file."""
    if sql.in_transaction:
        yield
        return
    sql.execute("BEGIN")
    try:
        yield
    finally:
        _roll_back(sql)


def _roll_back(sql: sqlite3.Connection) -> None:
    # A full disk, and other troubles, have rolled back already.
    if sql.in_transaction:
        sql.execute("ROLLBACK")


def _forked() -> None:
    for file in list(_FILES):
        file.leave_to_parent()


os.register_at_fork(after_in_child=_forked)
