"""What a file storage says when the disk, the folder or the name refuses."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from egovarchive.errors import NotStoredError, StorageError
from egovarchive.storage.files import FileStorage
from egovarchive.testing.storage import BrokenError, broken

HALF_MEGABYTE = [b"x" * 65536] * 8


def mount(*arguments: str) -> None:
    done = subprocess.run(
        ["mount", *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"this test needs the right to mount: {done.stderr.strip()}")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount("-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder))
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def everything_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


class TestAFullDisk:
    def test_an_object_too_large_leaves_nothing(self, small_disk: Path) -> None:
        storage = FileStorage(small_disk / "store")
        with pytest.raises(StorageError, match=r"'a/b'.*ENOSPC") as refused:
            storage.put("a/b", HALF_MEGABYTE * 3)
        assert "磁盘空间不足" in refused.value.message("zh")
        assert everything_in(small_disk) == []

    def test_a_group_too_large_leaves_only_what_was_before(
        self, small_disk: Path
    ) -> None:
        storage = FileStorage(small_disk)
        storage.put("a/0", HALF_MEGABYTE)
        with pytest.raises(StorageError, match="ENOSPC"):
            storage.put_all([(f"{n}/b", HALF_MEGABYTE) for n in range(3)])
        assert everything_in(small_disk) == [".staging", "a", "a/0"]
        storage.delete("a/0")
        storage.put("a/1", HALF_MEGABYTE)

    def test_a_staged_file_too_large_is_refused(self, small_disk: Path) -> None:
        storage = FileStorage(small_disk)
        with storage.stage() as file, pytest.raises(StorageError, match="ENOSPC"):
            file.write(b"x" * (2 << 20))
        assert everything_in(small_disk) == [".staging"]


class TestAReadOnlyDisk:
    @pytest.fixture
    def storage(self, small_disk: Path) -> FileStorage:
        storage = FileStorage(small_disk)
        storage.put("a/b", [b"kept"])
        mount("-o", "remount,ro", str(small_disk))
        return storage

    def test_nothing_can_be_put(self, storage: FileStorage) -> None:
        for key in ("a/c", "new/c"):
            with pytest.raises(StorageError, match=rf"'{key}'.*EROFS") as refused:
                storage.put(key, [b"x"])
            assert "只读" in refused.value.message("zh")
        with pytest.raises(StorageError, match="EROFS"):
            storage.put_all([("a/c", [b"x"]), ("a/d", [b"x"])])
        with pytest.raises(StorageError, match="EROFS"):
            storage.stage()

    def test_nothing_can_be_deleted(self, storage: FileStorage) -> None:
        with pytest.raises(StorageError, match=r"'a/b'.*EROFS"):
            storage.delete("a/b")

    def test_everything_can_be_read(self, storage: FileStorage) -> None:
        assert list(FileStorage(storage.root).keys()) == ["a/b"]
        assert b"".join(FileStorage(storage.root).get("a/b")) == b"kept"


class TestARefusingSystem:
    """Each system call of a group fails once, at each of its turns."""

    @pytest.mark.parametrize("call", ["open", "mkdir", "writev", "fsync", "link"])
    @pytest.mark.parametrize(
        "number", [errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.ENAMETOOLONG]
    )
    def test_it_is_told_and_nothing_is_left(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int
    ) -> None:
        items = [(f"{n % 2}/{n}", [b"x" * 100]) for n in range(4)]
        calls = fail_at(monkeypatch, call, -1, OSError(number, "refused"))
        FileStorage(tmp_path / "good").put_all(items)
        monkeypatch.undo()
        assert calls() > 0
        before = everything_in(tmp_path)
        for turn in range(calls()):
            fail_at(monkeypatch, call, turn, OSError(number, "refused"))
            storage = FileStorage(tmp_path / "store")
            with pytest.raises(StorageError, match=errno.errorcode[number]):
                storage.put_all(items)
            monkeypatch.undo()
            assert everything_in(tmp_path) == before

    def test_an_interrupt_at_any_link_leaves_nothing(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        storage = FileStorage(tmp_path / "store")
        items = [(f"a/{n}", [b"x"]) for n in range(4)]
        link = os.link

        for turn in range(4):
            turns = iter(range(9))

            def interrupted(
                *arguments: str,
                turn: int = turn,
                turns: Iterator[int] = turns,
                **options: int,
            ) -> None:
                link(*arguments, **options)  # type: ignore[arg-type]
                if next(turns) == turn:
                    raise KeyboardInterrupt

            monkeypatch.setattr(os, "link", interrupted)
            with pytest.raises(KeyboardInterrupt):
                storage.put_all(items)
            assert everything_in(tmp_path) == []

    def test_a_failing_read_is_told(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        storage = FileStorage(tmp_path)
        storage.put("a", [b"x"])
        fail_at(monkeypatch, "pread", 0, OSError(errno.EIO, "refused"))
        with pytest.raises(StorageError, match=r"cannot read 'a'.*EIO"):
            list(storage.get("a"))

    def test_a_short_write_is_completed(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def short(fd: int, buffers: list[bytes]) -> int:
            return os.write(fd, b"".join(buffers)[:7])

        monkeypatch.setattr(os, "writev", short)
        storage = FileStorage(tmp_path)
        storage.put("a", [b"0123456789"] * 10)
        assert b"".join(storage.get("a")) == b"0123456789" * 10


def fail_at(
    monkeypatch: pytest.MonkeyPatch, call: str, turn: int, error: OSError
) -> Callable[[], int]:
    """Let call number *turn* of ``os.call`` fail; return a count of the calls."""
    real = getattr(os, call)
    turns: list[None] = []

    def failing(*arguments: object, **options: object) -> object:
        turns.append(None)
        if len(turns) == turn + 1:
            raise error
        return real(*arguments, **options)

    monkeypatch.setattr(os, call, failing)
    return lambda: len(turns)


class TestStrangersInTheFolder:
    @pytest.fixture
    def outside(self, tmp_path: Path) -> Path:
        outside = tmp_path / "outside"
        outside.mkdir()
        (outside / "secret").write_bytes(b"secret")
        return outside

    @pytest.fixture
    def storage(self, tmp_path: Path) -> FileStorage:
        storage = FileStorage(tmp_path / "store")
        storage.put("a", [b"x"])
        return storage

    def test_a_symbolic_link_is_no_object(
        self, storage: FileStorage, outside: Path
    ) -> None:
        (storage.root / "link").symlink_to(outside / "secret")
        assert list(storage.keys()) == ["a"]
        with pytest.raises(StorageError, match=r"'link'.*ELOOP"):
            storage.get("link")
        with pytest.raises(StorageError, match=r"'link'.*ELOOP"):
            storage.put("link", [b"x"])
        with pytest.raises(StorageError, match=r"'link'.*ELOOP"):
            storage.delete("link")
        assert everything_in(outside) == ["secret"]

    def test_a_symbolic_link_is_no_folder(
        self, storage: FileStorage, outside: Path
    ) -> None:
        (storage.root / "link").symlink_to(outside)
        assert list(storage.keys()) == ["a"]
        assert list(storage.keys("link/")) == []
        for verb in (storage.get, storage.delete):
            with pytest.raises(NotStoredError):
                verb("link/secret")
        with pytest.raises(StorageError, match="'link/new'"):
            storage.put("link/new", [b"x"])
        assert everything_in(outside) == ["secret"]

    def test_a_dangling_link_is_not_written_through(
        self, storage: FileStorage, outside: Path
    ) -> None:
        (storage.root / "link").symlink_to(outside / "new")
        with pytest.raises(StorageError, match="ELOOP"):
            storage.put("link", [b"x"])
        assert everything_in(outside) == ["secret"]

    def test_the_root_itself_may_be_a_link(self, tmp_path: Path, outside: Path) -> None:
        (tmp_path / "root").symlink_to(outside)
        storage = FileStorage(tmp_path / "root")
        storage.put("a", [b"x"])
        assert list(storage.keys()) == ["a", "secret"]

    def test_a_pipe_is_no_object_and_does_not_block(self, storage: FileStorage) -> None:
        os.mkfifo(storage.root / "pipe")
        assert list(storage.keys()) == ["a"]
        with pytest.raises(StorageError, match="not a regular file"):
            storage.get("pipe")
        with pytest.raises(StorageError, match="not a regular file"):
            storage.put("pipe", [b"x"])

    def test_files_that_no_key_names_are_not_listed(self, storage: FileStorage) -> None:
        (storage.root / ".hidden").write_bytes(b"")
        (storage.root / "a\\b").write_bytes(b"")
        (storage.root / "new\nline").write_bytes(b"")
        Path(os.fsdecode(os.fsencode(storage.root) + b"/\xff")).write_bytes(b"")
        (storage.root / ".git").mkdir()
        (storage.root / ".git" / "config").write_bytes(b"")
        assert list(storage.keys()) == ["a"]

    def test_a_root_that_is_a_file_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_bytes(b"")
        with pytest.raises(StorageError, match="ENOTDIR"):
            FileStorage(tmp_path / "file").put("a", [b"x"])


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


class TestAFailedPut:
    def test_takes_back_its_own_links_only(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Another stores a key of the group while it is being written."""

        def overtaken() -> Iterator[bytes]:
            FileStorage(tmp_path).put("a", [b"other"])
            # Its first link will find the key taken; its second fails.
            fail_at(monkeypatch, "link", 1, OSError(errno.EIO, "refused"))
            yield b"x"

        storage = FileStorage(tmp_path)
        with pytest.raises(StorageError, match="'b'"):
            storage.put_all([("a", [b"x"]), ("b", overtaken())])
        assert list(storage.keys()) == ["a"]
        assert b"".join(storage.get("a")) == b"other"

    def test_takes_the_folders_away_that_it_made(self, tmp_path: Path) -> None:
        with pytest.raises(BrokenError):
            FileStorage(tmp_path / "new" / "store").put("a/b/c", broken([b"x"]))
        assert everything_in(tmp_path) == []

    def test_closes_what_it_opened(self, tmp_path: Path) -> None:
        storage = FileStorage(tmp_path)
        storage.put("a/0", [b"x"])
        before = open_files()
        for n in range(20):
            with pytest.raises(BrokenError):
                storage.put_all([(f"b/{n}", [b"x"]), (f"c/{n}", broken())])
            storage.put_all([(f"a/{n}", [b"x"]) for n in range(10)])
            storage.get("a/0")
            list(storage.keys())
            with pytest.raises(NotStoredError):
                storage.delete("no/where")
        assert open_files() == before

    def test_looking_makes_nothing(self, tmp_path: Path) -> None:
        storage = FileStorage(tmp_path / "store")
        assert list(storage.keys("a/")) == []
        assert storage.sweep_staging() == 0
        for verb in (storage.get, storage.delete):
            with pytest.raises(NotStoredError):
                verb("a/b")
        assert everything_in(tmp_path) == []
