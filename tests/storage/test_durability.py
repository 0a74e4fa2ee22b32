"""When a file storage says that something is stored, it is on the disk, to stay."""

from __future__ import annotations

import errno
import fcntl
import os
import pickle
import stat
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotDoneError
from pathlib import Path

import pytest

from egovarchive.errors import AlreadyStoredError, NotStoredError, StorageError
from egovarchive.storage.files import FileStorage


@pytest.fixture
def storage(tmp_path: Path) -> FileStorage:
    return FileStorage(tmp_path / "store")


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What is synced, linked and unlinked, in its order."""
    events: list[tuple[str, str]] = []

    def path_of(fd: int) -> str:
        return str(Path(f"/proc/self/fd/{fd}").readlink())

    fsync, link, unlink = os.fsync, os.link, os.unlink

    def noted_fsync(fd: int) -> None:
        path = path_of(fd)
        fsync(fd)
        events.append(("synced", path))

    def noted_link(
        source: str, name: str, *, dst_dir_fd: int, follow_symlinks: bool
    ) -> None:
        events.append(("linked", source))
        link(source, name, dst_dir_fd=dst_dir_fd, follow_symlinks=follow_symlinks)

    def noted_unlink(path: str, *, dir_fd: int | None = None) -> None:
        unlink(path, dir_fd=dir_fd)
        events.append(("unlinked", path))

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(os, "link", noted_link)
    monkeypatch.setattr(os, "unlink", noted_unlink)
    return events


class TestTheOrderOfThings:
    def test_files_then_links_then_folders_then_the_staged_names(
        self, storage: FileStorage, events: list[tuple[str, str]]
    ) -> None:
        storage.put_all([(f"a/{n % 2}/{n}", [b"x"]) for n in range(20)])
        root = str(storage.root)
        links = [at for at, (what, _) in enumerate(events) if what == "linked"]
        staged = {path for what, path in events if what == "linked"}
        first, last = links[0], links[-1]
        gone = [at for at, (what, _) in enumerate(events) if what == "unlinked"]
        assert len(staged) == len(links) == len(gone) == 20
        assert staged <= {path for what, path in events[:first] if what == "synced"}
        # Each folder with a new name in it, exactly once, after the last link.
        assert sorted(events[last + 1 : gone[0]]) == sorted(
            ("synced", path)
            for path in (
                str(storage.root.parent),
                root,
                f"{root}/a",
                f"{root}/a/0",
                f"{root}/a/1",
            )
        )
        assert {path for what, path in events if what == "unlinked"} == staged
        assert events[gone[-1] + 1 :] == []

    def test_a_known_folder_costs_one_sync(
        self, storage: FileStorage, events: list[tuple[str, str]]
    ) -> None:
        storage.put("a/b/1", [b"x"])
        events.clear()
        storage.put("a/b/2", [b"x"])
        assert [what for what, _ in events] == [
            "synced",
            "linked",
            "synced",
            "unlinked",
        ]
        assert events[2] == ("synced", f"{storage.root}/a/b")

    def test_a_folder_made_anew_is_synced_anew(
        self, storage: FileStorage, events: list[tuple[str, str]]
    ) -> None:
        storage.put("a/b/1", [b"x"])
        storage.delete("a/b/1")
        time.sleep(0.02)  # some file systems count time in such steps
        (storage.root / "a" / "b").rmdir()
        (storage.root / "a" / "b").mkdir()
        events.clear()
        storage.put("a/b/2", [b"x"])
        assert ("synced", f"{storage.root}/a") in events

    def test_a_taken_key_is_synced_before_that_is_told(
        self, storage: FileStorage, events: list[tuple[str, str]]
    ) -> None:
        """Another process may have linked it, and not have come further."""
        storage.put("a/b", [b"x"])
        events.clear()
        another = FileStorage(storage.root)
        with pytest.raises(AlreadyStoredError):
            another.put("a/b", [b"y"])
        assert ("synced", f"{storage.root}/a") in events
        assert ("synced", f"{storage.root}") in events
        assert "linked" not in {what for what, _ in events}

    def test_a_deletion_is_synced(
        self, storage: FileStorage, events: list[tuple[str, str]]
    ) -> None:
        storage.put("a/b", [b"x"])
        events.clear()
        storage.delete("a/b")
        assert events == [("unlinked", "b"), ("synced", f"{storage.root}/a")]
        with pytest.raises(NotStoredError):
            storage.delete("a/b")
        assert events[2:] == [("synced", f"{storage.root}/a")]

    def test_a_failed_sync_is_not_tried_again(
        self, storage: FileStorage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """After EIO the kernel forgets the lost pages, and the next sync succeeds."""
        fsync = os.fsync
        synced: list[int] = []

        def failing(fd: int) -> None:
            status = os.fstat(fd)
            if stat.S_ISREG(status.st_mode):
                synced.append(status.st_ino)
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            fsync(fd)

        monkeypatch.setattr(os, "fsync", failing)
        with pytest.raises(StorageError, match="EIO"):
            storage.put_all([("a", [b"x"]), ("b", [b"x"])])
        assert len(synced) == len(set(synced))
        assert list(storage.keys()) == []


class Undecided:
    """A put that has linked its object and is held up while it syncs the folder."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, fails: bool) -> None:
        self._linked = threading.Event()
        self._decide = threading.Event()
        self._fails = fails
        self._thread = 0
        self._fsync = os.fsync
        self._pool = ThreadPoolExecutor(4)
        monkeypatch.setattr(os, "fsync", self._held_up)

    def __call__(
        self, storage: FileStorage, key: str, chunks: Iterable[bytes] = (b"first",)
    ) -> Future[None]:
        def put() -> None:
            self._thread = threading.get_ident()
            storage.put(key, chunks)

        put_ = self._pool.submit(put)
        assert self._linked.wait(10)
        return put_

    def meanwhile(self, act: Callable[[], object]) -> Future[object]:
        """Return *act*'s outcome to be, having seen that it waits."""
        done = self._pool.submit(act)
        with pytest.raises(NotDoneError):
            done.exception(0.2)
        return done

    def decide(self) -> None:
        self._decide.set()

    def _held_up(self, fd: int) -> None:
        folder = stat.S_ISDIR(os.fstat(fd).st_mode)
        if folder and threading.get_ident() == self._thread:
            self._linked.set()
            assert self._decide.wait(10)
            self._thread = 0
            if self._fails:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
        self._fsync(fd)


class TestWhoeverMeetsAnUndecidedObject:
    """It is linked, but its call may still fail and take it back."""

    @pytest.fixture
    def storage(self, tmp_path: Path) -> FileStorage:
        storage = FileStorage(tmp_path / "store")
        storage.put("a/known", [b"x"])
        return storage

    def test_stores_his_own_if_it_goes(
        self, storage: FileStorage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        undecided = Undecided(monkeypatch, fails=True)
        first = undecided(storage, "a/b")
        second = undecided.meanwhile(lambda: storage.put("a/b", [b"second"]))
        undecided.decide()
        with pytest.raises(StorageError, match="EIO"):
            first.result(10)
        second.result(10)
        assert b"".join(storage.get("a/b")) == b"second"

    @pytest.mark.parametrize("fails", [False, True])
    def test_waits_also_when_already_written(
        self, storage: FileStorage, monkeypatch: pytest.MonkeyPatch, *, fails: bool
    ) -> None:
        undecided = Undecided(monkeypatch, fails=fails)

        def overtaken() -> Iterator[bytes]:
            undecided(storage, "a/b")
            yield b"second"

        second = undecided.meanwhile(lambda: storage.put_all([("a/b", overtaken())]))
        undecided.decide()
        assert second.result(10) == [fails]
        content = b"".join(storage.get("a/b"))
        assert content == (b"second" if fails else b"first")

    def test_never_waits_in_a_circle(
        self, storage: FileStorage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        link = os.link
        both = threading.Barrier(2)

        def slow_link(
            source: str, name: str, *, dst_dir_fd: int, follow_symlinks: bool
        ) -> None:
            link(source, name, dst_dir_fd=dst_dir_fd, follow_symlinks=follow_symlinks)
            time.sleep(0.1)

        def chunks() -> Iterator[bytes]:
            both.wait(10)
            yield b"x"

        monkeypatch.setattr(os, "link", slow_link)
        with ThreadPoolExecutor(2) as pool:
            one = pool.submit(storage.put_all, [("a/1", chunks()), ("a/2", [b"x"])])
            two = pool.submit(storage.put_all, [("a/2", chunks()), ("a/1", [b"x"])])
            outcomes = one.result(10), two.result(10)
        assert outcomes in (([True, True], [False] * 2), ([False] * 2, [True, True]))

    def test_is_told_that_the_key_is_taken_if_it_stays(
        self, storage: FileStorage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        undecided = Undecided(monkeypatch, fails=False)
        first = undecided(storage, "a/b")
        second = undecided.meanwhile(lambda: storage.put("a/b", [b"second"]))
        undecided.decide()
        first.result(10)
        with pytest.raises(AlreadyStoredError):
            second.result(10)
        assert b"".join(storage.get("a/b")) == b"first"

    @pytest.mark.parametrize("fails", [False, True])
    def test_reads_what_stays_only(
        self, storage: FileStorage, monkeypatch: pytest.MonkeyPatch, *, fails: bool
    ) -> None:
        undecided = Undecided(monkeypatch, fails=fails)
        undecided(storage, "a/b")
        reading = undecided.meanwhile(lambda: b"".join(storage.get("a/b")))
        undecided.decide()
        if fails:
            with pytest.raises(NotStoredError):
                reading.result(10)
        else:
            assert reading.result(10) == b"first"

    @pytest.mark.parametrize("fails", [False, True])
    def test_deletes_what_stays_only(
        self, storage: FileStorage, monkeypatch: pytest.MonkeyPatch, *, fails: bool
    ) -> None:
        undecided = Undecided(monkeypatch, fails=fails)
        undecided(storage, "a/b")
        deleting = undecided.meanwhile(lambda: storage.delete("a/b"))
        undecided.decide()
        if fails:
            with pytest.raises(NotStoredError):
                deleting.result(10)
        else:
            deleting.result(10)
        assert list(storage.keys()) == ["a/known"]

    def test_is_not_kept_waiting_by_a_staged_file_that_is_kept(
        self, storage: FileStorage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        undecided = Undecided(monkeypatch, fails=True)
        with storage.stage() as file:
            file.write(b"staged")
            first = undecided(storage, "a/b", file)
            second = undecided.meanwhile(lambda: storage.put("a/b", [b"second"]))
            undecided.decide()
            with pytest.raises(StorageError, match="EIO"):
                first.result(10)
            second.result(10)
            assert storage.sweep_staging() == 0
            storage.put("a/c", file)
        assert b"".join(storage.get("a/b")) == b"second"
        assert b"".join(storage.get("a/c")) == b"staged"


class TestWhatADeadProcessLeft:
    """It died after linking its object, before it removed the staged name."""

    @pytest.fixture
    def left(self, storage: FileStorage) -> Path:
        storage.put("a/b", [b"whole"])
        left = storage.root / ".staging" / "left"
        os.link(storage.root / "a" / "b", left)
        return left

    def test_is_an_object(self, storage: FileStorage, left: Path) -> None:
        assert b"".join(storage.get("a/b")) == b"whole"
        with pytest.raises(AlreadyStoredError):
            storage.put("a/b", [b"other"])
        storage.delete("a/b")
        storage.put("a/b", [b"other"])

    def test_is_on_the_disk_once_it_is_read(
        self, storage: FileStorage, left: Path, events: list[tuple[str, str]]
    ) -> None:
        storage.get("a/b")
        assert events == [("synced", f"{storage.root}/a")]

    def test_is_on_the_disk_before_the_sign_goes(
        self, storage: FileStorage, left: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seen: list[bool] = []
        monkeypatch.setattr(os, "sync", lambda: seen.append(left.exists()))
        assert storage.sweep_staging() == 1
        assert seen == [True]
        assert not left.exists()
        assert b"".join(storage.get("a/b")) == b"whole"


class TestASweep:
    def test_removes_what_nobody_holds_and_keeps_the_rest(
        self, storage: FileStorage
    ) -> None:
        with storage.stage() as living:
            living.write(b"living")
            for n in range(300):
                (storage.root / ".staging" / f"left-{n}").write_bytes(b"dead")
            assert FileStorage(storage.root).sweep_staging() == 300
            assert FileStorage(storage.root).sweep_staging() == 0
            storage.put("a", living)
        assert b"".join(storage.get("a")) == b"living"

    def test_between_making_and_locking_costs_a_second_file(
        self, storage: FileStorage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        flock = fcntl.flock
        swept: list[int] = []

        def late(fd: int, operation: int) -> None:
            if operation == fcntl.LOCK_EX and not swept:
                swept.append(0)
                swept[0] = FileStorage(storage.root).sweep_staging()
            flock(fd, operation)

        monkeypatch.setattr(fcntl, "flock", late)
        storage.put("a", [b"x"])
        assert swept == [1]
        assert b"".join(storage.get("a")) == b"x"


class TestAStoredFile:
    @pytest.fixture
    def umask(self, request: pytest.FixtureRequest) -> Iterator[int]:
        before = os.umask(request.param)
        yield request.param
        os.umask(before)

    @pytest.mark.parametrize("umask", [0o022, 0o027, 0o077], indirect=True)
    def test_may_be_read_as_the_umask_says_and_written_by_nobody(
        self, storage: FileStorage, umask: int
    ) -> None:
        storage.put("a", [b"x"])
        with storage.stage() as file:
            storage.put("b", file)
        for key in ("a", "b"):
            mode = (storage.root / key).stat().st_mode
            assert stat.S_IMODE(mode) == 0o444 & ~umask

    def test_cannot_be_changed_through_the_staged_file_it_was(
        self, storage: FileStorage
    ) -> None:
        with storage.stage() as file:
            storage.put("a", file)
            with pytest.raises(ValueError, match="closed"):
                file.write(b"changed")

    def test_has_no_other_name(self, storage: FileStorage) -> None:
        with storage.stage() as file:
            storage.put_all([("a", file), ("b", [b"x"])])
        assert {(storage.root / key).stat().st_nlink for key in "ab"} == {1}
        assert list((storage.root / ".staging").iterdir()) == []


class TestAFileStorage:
    def test_is_a_value_that_can_be_sent(self, storage: FileStorage) -> None:
        storage.put("a", [b"x"])
        received = pickle.loads(pickle.dumps(storage))  # noqa: S301 - our own bytes
        assert received == storage
        assert b"".join(received.get("a")) == b"x"

    def test_does_not_move_with_the_working_folder(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        storage = FileStorage("store")
        monkeypatch.chdir("/")
        storage.put("a", [b"x"])
        assert (tmp_path / "store" / "a").read_bytes() == b"x"

    def test_gives_a_staged_file_of_another_storage_a_copy(
        self, storage: FileStorage, tmp_path: Path
    ) -> None:
        other = FileStorage(tmp_path / "other")
        with other.stage() as file:
            file.write(b"x" * 3_000_000)
            storage.put("a", file)
            assert not file.closed
            other.put("a", file)
        assert b"".join(storage.get("a")) == b"".join(other.get("a"))
        assert not (storage.root / "a").samefile(other.root / "a")
