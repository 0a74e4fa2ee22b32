"""The file of a catalog: other processes, other files, and trouble with the disk."""

from __future__ import annotations

import gc
import os
import pickle
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from archive.office import permissions_count
from egovarchive.catalog.sqlite import SqliteCatalog
from egovarchive.catalog.sqlite_file import APPLICATION, VERSION
from egovarchive.errors import CatalogError
from egovarchive.lifecycle.entry import Entry
from egovarchive.lifecycle.state import State
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.deadlines import DeadlineKind
from egovarchive.testing.catalog import JournalWriter, series_of
from egovarchive.testing.catalog_journal import Step
from egovarchive.testing.catalog_shared import state_of
from egovarchive.testing.lives import path_to

FONDS = "J019"


@pytest.fixture
def writer() -> JournalWriter:
    return JournalWriter()


@pytest.fixture
def catalog(tmp_path: Path, writer: JournalWriter) -> Iterator[SqliteCatalog]:
    catalog = SqliteCatalog(tmp_path / "catalog.sqlite")
    catalog.apply_all(writer.write_plain(2, 3))
    yield catalog
    catalog.close()


APPLY = """
import sys
from pathlib import Path
from egovarchive.catalog.sqlite import SqliteCatalog
from egovarchive.records.deadlines import DeadlineKind
from egovarchive.testing.catalog import JournalWriter

catalog = SqliteCatalog(sys.argv[1])
sys.stdin.readline()
for step in JournalWriter().write_plain(*[3] * 40):
    catalog.apply(*step, {step[0].registered[0]["package"]: sys.argv[2]})
print(catalog.head("J019").number)
"""


# Each at the same moments, as the clock tells them.
OPEN = """
import sys, time
from egovarchive.catalog.sqlite import SqliteCatalog

for turn in range(150):
    time.sleep(max(0, float(sys.argv[2]) + turn / 60 - time.time()))
    assert SqliteCatalog(f"{sys.argv[1]}/{turn}.sqlite").head("J019").number == 0
"""


def start(path: Path, name: str, script: str = APPLY) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, str(path), name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


class TestOtherProcesses:
    def test_make_a_new_file_and_fill_it_together(self, tmp_path: Path) -> None:
        path = tmp_path / "catalog.sqlite"
        processes = [start(path, name) for name in "abcd"]
        # All are there before the first begins: they make the file in a race.
        said = [process.communicate("go\n", timeout=60)[0] for process in processes]
        assert said == ["40\n"] * 4
        catalog = SqliteCatalog(path)
        entries = list(catalog.entries())
        assert [e.code.item for e in entries] == list(range(1, 121))
        assert {e.title for e in entries[::3]} <= set("abcd")
        catalog.close()

    def test_may_make_the_file_at_once(self, tmp_path: Path) -> None:
        processes = [start(tmp_path, str(time.time() + 1), OPEN) for _ in range(6)]
        for process in processes:
            process.communicate(timeout=60)
        assert [process.returncode for process in processes] == [0] * 6

    def test_that_look_while_the_file_is_made_are_waited_for(
        self, tmp_path: Path
    ) -> None:
        path = tmp_path / "catalog.sqlite"
        holder = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        holder.execute("BEGIN")
        assert holder.execute("SELECT * FROM sqlite_master").fetchall() == []
        timer = threading.Timer(0.3, holder.close)
        timer.start()
        catalog = SqliteCatalog(path)
        assert catalog.head(FONDS).number == 0
        timer.join()
        catalog.close()

    def test_may_be_sent_one(self, catalog: SqliteCatalog) -> None:
        sent = pickle.loads(pickle.dumps(catalog))  # noqa: S301 - our own bytes
        assert sent == catalog
        assert state_of(sent) == state_of(catalog)
        sent.close()

    def test_may_be_forked_off(
        self, catalog: SqliteCatalog, writer: JournalWriter
    ) -> None:
        third, fourth = writer.write_plain(1, 1)
        child = os.fork()
        if not child:
            try:
                catalog.apply(*third)
                # Left open, as by most: the child must not end the parent's locks.
                os._exit(0 if catalog.head(FONDS).number == 3 else 1)
            finally:
                os._exit(2)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert catalog.head(FONDS).number == 3
        catalog.apply(*fourth)
        assert [entry.row() for entry in catalog.entries()] == writer.rows

    @pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
    def test_may_be_forked_off_while_a_thread_is_at_work(
        self, catalog: SqliteCatalog, writer: JournalWriter
    ) -> None:
        at_work, forked = threading.Event(), threading.Event()
        steps = list(writer.steps)

        def slowly() -> Iterator[object]:
            at_work.set()
            forked.wait(60)
            yield from steps

        thread = threading.Thread(
            target=lambda: catalog.rebuild(FONDS, slowly())  # type: ignore[arg-type]
        )
        thread.start()
        at_work.wait(60)
        child = os.fork()
        if not child:
            try:
                os._exit(0 if catalog.head(FONDS).number == 2 else 1)
            finally:
                os._exit(2)
        try:
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        finally:
            forked.set()
            thread.join()
        assert catalog.head(FONDS).number == 2


class TestAFileThatIsNoCatalog:
    def refused(self, path: Path, match: str) -> None:
        before = path.read_bytes() if path.is_file() else None
        catalog = SqliteCatalog(path)
        for _ in range(2):
            with pytest.raises(CatalogError, match=match) as refused:
                catalog.head(FONDS)
            assert str(path) in refused.value.message("en")
            assert str(path) in refused.value.message("zh")
        assert before is None or path.read_bytes() == before
        with pytest.raises(CatalogError, match=match):
            catalog.apply(*JournalWriter().write_plain(1)[0])
        assert before is None or path.read_bytes() == before

    def test_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "catalog.sqlite"
        path.write_bytes(b"no database at all" * 100)
        self.refused(path, "file is not a database")

    def test_of_another_program_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "theirs.sqlite"
        for statement in (
            "CREATE TABLE entry (id)",
            "PRAGMA user_version = 1",
            "PRAGMA application_id = 7",
        ):
            path.unlink(missing_ok=True)
            sql = sqlite3.connect(path)
            sql.execute(statement)
            sql.close()
            self.refused(path, "another program")

    @pytest.mark.parametrize("version", [0, VERSION - 1, VERSION + 1, -1])
    def test_of_another_version_is_refused(self, tmp_path: Path, version: int) -> None:
        path = tmp_path / "catalog.sqlite"
        sql = sqlite3.connect(path)
        sql.execute(f"PRAGMA application_id = {APPLICATION}")
        sql.execute(f"PRAGMA user_version = {version}")
        sql.close()
        self.refused(path, f"has form {version}, this library reads {VERSION}")

    def test_folders_are_refused(self, tmp_path: Path) -> None:
        self.refused(tmp_path, "unable to open")
        self.refused(tmp_path / "absent" / "catalog.sqlite", "unable to open")

    def test_an_empty_file_becomes_one(self, tmp_path: Path) -> None:
        path = tmp_path / "catalog.sqlite"
        path.touch()
        catalog = SqliteCatalog(path)
        assert catalog.head(FONDS).number == 0
        catalog.close()


class TestADamagedFile:
    def test_with_other_values_is_noticed_where_they_are(
        self, catalog: SqliteCatalog, writer: JournalWriter
    ) -> None:
        sql = sqlite3.connect(catalog.path)
        sql.execute("UPDATE entry SET concluded_on = '2026-02-30' WHERE item = 2")
        sql.commit()
        sql.close()
        with pytest.raises(CatalogError, match=r"damaged at 'J019.*-0002'") as refused:
            list(catalog.entries())
        assert "已损坏" in refused.value.message("zh")
        assert catalog.rebuild(FONDS, writer.steps) == 5
        assert [entry.row() for entry in catalog.entries()] == writer.rows

    @pytest.mark.parametrize(
        ("change", "why"),
        [
            ("line = replace(line, 'passed', 'PASSED')", "outcome cannot be"),
            ("line = '{}'", "unknown event"),
            ("line = x'ff'", "damaged"),
            ("line = replace(line, '-0001', '-0002')", "event of another"),
            ("item = 2", "event of another"),
        ],
    )
    def test_with_another_event_is_noticed_where_it_is(
        self, catalog: SqliteCatalog, writer: JournalWriter, change: str, why: str
    ) -> None:
        codes = [ArchivalCode.parse(row["code"]) for row in writer.rows]
        catalog.apply(*writer.write(events=[writer.event(codes[0]), writer.event()]))
        sql = sqlite3.connect(catalog.path)
        sql.execute(f"UPDATE event SET {change} WHERE item = 1")  # noqa: S608
        sql.commit()
        sql.close()
        with pytest.raises(CatalogError, match=why) as refused:
            list(map(catalog.events, codes[:2]))
        assert "已损坏" in refused.value.message("zh")
        assert len(list(catalog.events_of_fonds(FONDS))) == 1
        assert catalog.rebuild(FONDS, writer.steps) == 5
        assert list(catalog.events(codes[0])) == [writer.steps[-1][0].events[0]]

    def test_is_an_error_and_no_crash(self, catalog: SqliteCatalog) -> None:
        catalog.close()
        data = bytearray(catalog.path.read_bytes())
        data[5000:] = os.urandom(len(data) - 5000)
        catalog.path.write_bytes(data)
        with pytest.raises(CatalogError, match=r"malformed|damaged|disk image"):
            list(catalog.entries())


class TestTheDisk:
    def test_that_is_read_only_is_an_error(
        self, catalog: SqliteCatalog, writer: JournalWriter
    ) -> None:
        before = state_of(catalog)
        catalog.close()
        folder = catalog.path.parent
        catalog.path.chmod(0o444)
        folder.chmod(0o555)
        try:
            with (
                permissions_count(),
                pytest.raises(CatalogError, match=r"readonly|open"),
            ):
                catalog.apply(*writer.write_plain(1)[0])
        finally:
            folder.chmod(0o755)
            catalog.path.chmod(0o644)
        assert state_of(catalog) == before
        catalog.apply(*writer.steps[-1])

    @pytest.fixture
    def disk(self, tmp_path: Path) -> Iterator[Path]:
        """A disk of 2 MB."""
        disk = tmp_path / "disk"
        disk.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"this test needs the right to mount: {done.stderr.strip()}")
        try:
            yield disk
        finally:
            subprocess.run(["umount", "-l", str(disk)], check=True)

    def test_that_is_full_has_no_room_for_a_new_one(self, disk: Path) -> None:
        with pytest.raises(OSError, match="No space"):
            (disk / "filler").write_bytes(bytes(4 << 20))
        with pytest.raises(CatalogError, match=r"full|disk I/O error"):
            SqliteCatalog(disk / "catalog.sqlite").head(FONDS)
        (disk / "filler").unlink()
        catalog = SqliteCatalog(disk / "catalog.sqlite")
        assert catalog.head(FONDS).number == 0
        catalog.close()

    def apply(self, catalog: SqliteCatalog, steps: list[Step]) -> None:
        for step in steps:
            catalog.apply(*step)

    def test_that_is_full_takes_whole_segments_or_nothing(self, disk: Path) -> None:
        catalog, writer = SqliteCatalog(disk / "catalog.sqlite"), JournalWriter()
        steps = writer.write_plain(*[50] * 100)
        (disk / "filler").write_bytes(bytes(1 << 20))
        with pytest.raises(CatalogError, match="full") as refused:
            self.apply(catalog, steps)
        assert "目录文件" in refused.value.message("zh")
        taken = catalog.head(FONDS).number
        assert 0 < taken < len(steps) - 2
        acts: list[Callable[[], object]] = [
            lambda: catalog.apply_all(steps),
            lambda: catalog.rebuild(FONDS, steps),
        ]
        for act in acts:
            with pytest.raises(CatalogError, match="full"):
                act()
            assert catalog.head(FONDS).number == taken
            assert [e.row() for e in catalog.entries()] == writer.rows[: taken * 50]
        (disk / "filler").unlink()
        self.apply(catalog, steps[taken : taken + 2])
        assert catalog.last_item(series_of()) == (taken + 2) * 50
        catalog.close()


def test_its_path_stays_when_the_working_directory_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    catalog = SqliteCatalog("catalog.sqlite")
    assert catalog.head(FONDS).number == 0
    catalog.close()
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    assert catalog.head(FONDS).number == 0
    catalog.close()
    assert (tmp_path / "catalog.sqlite").exists()
    assert list((tmp_path / "below").iterdir()) == []


def test_nothing_is_made_before_it_is_used(tmp_path: Path) -> None:
    catalog = SqliteCatalog(tmp_path / "catalog.sqlite")
    assert repr(catalog) == f"SqliteCatalog(path={catalog.path!r})"
    catalog.close()
    assert list(tmp_path.iterdir()) == []


def test_one_that_is_let_go_closes_its_file(tmp_path: Path) -> None:
    catalog = SqliteCatalog(tmp_path / "catalog.sqlite")
    catalog.apply_all(JournalWriter().write_plain(1))
    assert len(list(tmp_path.iterdir())) == 3
    del catalog
    gc.collect()
    # SQLite takes its two other files away when the last one closes.
    assert [path.name for path in tmp_path.iterdir()] == ["catalog.sqlite"]


def test_half_of_a_character_is_an_error(catalog: SqliteCatalog) -> None:
    with pytest.raises(CatalogError, match="surrogates"):
        catalog.entry_of_case(FONDS, "\ud800")
    with pytest.raises(CatalogError, match="surrogates"):
        catalog.describe({str(next(catalog.entries()).code): "\udfff"})


def test_a_page_in_a_large_year_is_found_at_once(tmp_path: Path) -> None:
    """All of a year may end on one day: no page must step through those before it."""
    catalog, writer = SqliteCatalog(tmp_path / "catalog.sqlite"), JournalWriter()
    catalog.apply(*writer.write(*[writer.row(end=9, transfer=9) for _ in range(50)]))
    sql = sqlite3.connect(catalog.path)
    seen: list[str] = []
    real = catalog._file._sql
    assert real is not None
    real.set_trace_callback(seen.append)
    middle = list(catalog.entries())[25]
    list(catalog.entries(after=middle.code, limit=5))
    for kind in (DeadlineKind.TRANSFER, DeadlineKind.RETENTION_END):
        day = middle.retention_ends_on
        assert day is not None
        list(catalog.due(kind, day, after=middle, limit=5))
    real.set_trace_callback(None)
    selects = [query for query in seen if "ORDER BY" in query]
    assert len(selects) >= 6
    for query in selects:
        plan = [row[3] for row in sql.execute(f"EXPLAIN QUERY PLAN {query}")]
        assert len(plan) == 1, plan
        assert "USING INDEX" in plan[0]
        assert "SCAN" not in plan[0]
    sql.close()
    catalog.close()


class TestTitles:
    """What was destroyed leaves no title behind: there may be a name in it."""

    TITLE = "张三食品经营许可（仅此一处）"

    @pytest.fixture
    def titled(self, catalog: SqliteCatalog, writer: JournalWriter) -> Entry:
        """Return a record with a title that is in the file, and found there."""
        row = writer.rows[1]
        catalog.describe({row["code"]: self.TITLE})
        catalog.close()
        assert self._in_file(catalog)
        return Entry.of_row(row)

    def _in_file(self, catalog: SqliteCatalog) -> bool:
        files = catalog.path.parent.glob(f"{catalog.path.name}*")
        return any(self.TITLE.encode() in file.read_bytes() for file in files)

    @pytest.mark.parametrize("how", ["apply", "apply_all"])
    def test_are_gone_from_the_bytes_of_the_file(
        self, catalog: SqliteCatalog, writer: JournalWriter, titled: Entry, how: str
    ) -> None:
        for event in path_to(titled, State.DESTROYED):
            step = writer.write(events=[event])
            if how == "apply":
                catalog.apply(*step, {titled.package: self.TITLE})
            else:
                catalog.apply_all([step])
        catalog.describe({str(titled.code): self.TITLE})
        for step in writer.steps:
            catalog.apply(*step, {titled.package: self.TITLE})
        catalog.close()
        assert not self._in_file(catalog)
        assert catalog.entry(titled.code).title is None

    def test_stay_as_long_as_the_record_does(
        self, catalog: SqliteCatalog, writer: JournalWriter, titled: Entry
    ) -> None:
        for event in path_to(titled, State.DESTROYING):
            catalog.apply(*writer.write(events=[event]))
        catalog.close()
        assert self._in_file(catalog)

    def test_are_gone_after_a_rebuild(
        self, catalog: SqliteCatalog, writer: JournalWriter, titled: Entry
    ) -> None:
        writer.write(events=path_to(titled, State.DESTROYED))
        catalog.rebuild(FONDS, writer.steps)
        catalog.close()
        assert not self._in_file(catalog)


def test_a_standing_that_was_altered_is_told(
    catalog: SqliteCatalog, writer: JournalWriter
) -> None:
    entry = Entry.of_row(writer.rows[0])
    catalog.apply(*writer.write(events=path_to(entry, State.SENT)))
    catalog.close()
    file = sqlite3.connect(catalog.path)
    with file:
        file.execute("UPDATE entry SET standing = '{}' WHERE standing IS NOT NULL")
    file.close()
    with pytest.raises(CatalogError, match="damaged") as told:
        catalog.standing(entry.code)
    assert "请重建目录" in told.value.message("zh")
    catalog.rebuild(FONDS, writer.steps)
    assert catalog.standing(entry.code).state is State.SENT
