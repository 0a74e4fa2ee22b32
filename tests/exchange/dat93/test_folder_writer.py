"""A batch that is cut off goes on where it stopped, and is never half there."""

from __future__ import annotations

import errno
import fcntl
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from egovarchive.errors import BatchError, StorageError
from egovarchive.exchange.dat93 import (
    PlannedVolume,
    folder_writer,
    read,
    write_file,
    write_folder,
)
from exchange.dat93.batches import one_volume, record_folder, small_archive, tree

# The package has a function of this name.
stream_module = sys.modules["egovarchive.exchange.dat93.stream"]
STEPS = ("open", "write", "rename", "makedirs", "fsync")


class Cut(BaseException):
    """The process ends here."""


@pytest.fixture(scope="module")
def volume(tmp_path_factory: pytest.TempPathFactory) -> PlannedVolume:
    return one_volume(small_archive(tmp_path_factory.mktemp("archive"), 3))


@pytest.fixture(scope="module")
def whole(
    volume: PlannedVolume, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, bytes]:
    return tree(write_folder(volume, tmp_path_factory.mktemp("whole") / "batch"))


def unfinished(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.unfinished")


def failing(
    monkeypatch: pytest.MonkeyPatch, at: int, error: Callable[[], BaseException]
) -> list[str]:
    """Let the *at*-th step of the writer fail; return the list of steps done."""
    done: list[str] = []

    def watched(name: str) -> Callable[..., Any]:
        def step(*args: Any, **kwargs: Any) -> Any:
            if len(done) == at:
                raise error()
            done.append(name)
            if name == "write" and at % 2:
                # A disk that is full takes what it can.
                return os.write(args[0], args[1][: max(1, len(args[1]) // 2)])
            return getattr(os, name)(*args, **kwargs)

        return step

    fake = SimpleNamespace(**{name: getattr(os, name) for name in dir(os)})
    for name in STEPS:
        setattr(fake, name, watched(name))
    monkeypatch.setattr(folder_writer, "os", fake)
    return done


@pytest.mark.parametrize(
    "error", [lambda: OSError(errno.ENOSPC, "No space left on device"), Cut]
)
def test_a_cut_at_every_step_loses_nothing(
    error: Callable[[], BaseException],
    volume: PlannedVolume,
    whole: dict[str, bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    steps = len(STEPS)
    at = 0
    while True:
        folder = tmp_path / f"batch{at}"
        with monkeypatch.context() as patch:
            done = failing(patch, at, error)
            try:
                write_folder(volume, folder)
            except (StorageError, Cut):
                assert len(done) == at
                # Renamed already, or not there at all.
                assert not folder.exists() or tree(folder) == whole
            else:
                break
        assert write_folder(volume, folder) == folder
        assert tree(folder) == whole
        assert not unfinished(folder).exists()
        at += 3
        steps += 3
    assert at > 60


def test_cut_again_and_again_it_comes_to_an_end(
    volume: PlannedVolume,
    whole: dict[str, bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "batch"
    for allowed in range(10, 1000, 25):
        with monkeypatch.context() as patch:
            failing(patch, allowed, Cut)
            try:
                write_folder(volume, folder)
            except Cut:
                continue
            break
    assert tree(folder) == whole


@pytest.fixture
def cut(volume: PlannedVolume, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a volume that was cut off before its last step."""
    folder = tmp_path / "batch"
    with monkeypatch.context() as patch:
        fake = SimpleNamespace(**{name: getattr(os, name) for name in dir(os)})

        def rename(old: Path, new: Path) -> None:
            if new == folder:
                raise Cut
            old.rename(new)

        fake.rename = rename
        patch.setattr(folder_writer, "os", fake)
        with pytest.raises(Cut):
            write_folder(volume, folder)
    return folder


def test_records_that_stand_there_are_not_written_again(
    cut: Path, volume: PlannedVolume, whole: dict[str, bytes]
) -> None:
    before = [record_folder(unfinished(cut), volume, n).stat().st_ino for n in range(3)]
    write_folder(volume, cut)
    assert tree(cut) == whole
    assert [record_folder(cut, volume, n).stat().st_ino for n in range(3)] == before


@pytest.mark.parametrize("damage", ["changed", "shorter", "missing", "more", "link"])
def test_records_are_verified_by_digest_never_by_existence(
    damage: str, cut: Path, volume: PlannedVolume, whole: dict[str, bytes]
) -> None:
    record = record_folder(unfinished(cut), volume)
    file = record / "申报文件" / "001-申请表.txt"
    data = file.read_bytes()
    file.unlink()
    if damage == "changed":
        file.write_bytes(bytes([data[0] ^ 1]) + data[1:])
    elif damage == "shorter":
        file.write_bytes(data[:-1])
    elif damage == "more":
        file.write_bytes(data)
        (record / "more").write_bytes(b"?")
    elif damage == "link":
        (cut.parent / "elsewhere").write_bytes(data)
        file.symlink_to(cut.parent / "elsewhere")
    write_folder(volume, cut)
    assert tree(cut) == whole
    assert not (record_folder(cut, volume) / "申报文件" / file.name).is_symlink()


def test_what_an_earlier_attempt_left_goes(
    cut: Path, volume: PlannedVolume, whole: dict[str, bytes], tmp_path: Path
) -> None:
    left = unfinished(cut) / "J019" / "old" / "file"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"?")
    (unfinished(cut) / "link").symlink_to(tmp_path)
    (unfinished(cut) / ".part").write_bytes(b"?")
    (unfinished(cut) / "其他" / "manifest-sm3.txt").write_bytes(b"?")
    write_folder(volume, cut)
    assert tree(cut) == whole
    assert not (cut / "J019" / "old").exists()
    assert tmp_path.exists()


def test_the_same_again_is_compared_and_stays(
    volume: PlannedVolume, whole: dict[str, bytes], tmp_path: Path
) -> None:
    folder = write_folder(volume, tmp_path / "batch")
    inode = folder.stat().st_ino
    assert write_folder(volume, folder) == folder
    assert folder.stat().st_ino == inode
    for path in ("其他/manifest-sm3.txt", next(iter(whole)), "more"):
        before = (folder / path).read_bytes() if path in whole else None
        (folder / path).write_bytes(b"?")
        with pytest.raises(BatchError, match="not this volume"):
            write_folder(volume, folder)
        if before is None:
            (folder / path).unlink()
        else:
            (folder / path).write_bytes(before)
    assert write_folder(volume, folder) == folder


def test_an_empty_folder_is_taken_and_a_file_is_not(
    volume: PlannedVolume, whole: dict[str, bytes], tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    assert tree(write_folder(volume, tmp_path / "empty")) == whole
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(BatchError):
        write_folder(volume, tmp_path / "file")


def test_two_do_not_write_one_batch(volume: PlannedVolume, tmp_path: Path) -> None:
    place = tmp_path / ".batch.unfinished"
    place.mkdir()
    descriptor = os.open(place, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with pytest.raises(BatchError, match="another process"):
            write_folder(volume, tmp_path / "batch")
    finally:
        os.close(descriptor)
    write_folder(volume, tmp_path / "batch")


def test_what_was_written_after_a_cut_is_read(cut: Path, volume: PlannedVolume) -> None:
    with read(write_folder(volume, cut)) as found:
        assert not found.findings
        assert not list(found.check())


def test_a_file_appears_whole_or_not_at_all(
    volume: PlannedVolume, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: object) -> None:
        raise StorageError("cannot store", "无法存储")

    with monkeypatch.context() as patch:
        patch.setattr(stream_module, "sync_all", refuse)
        with pytest.raises(StorageError):
            write_file(volume, tmp_path / "batch.zip")
    assert not list(tmp_path.iterdir())
    with pytest.raises(StorageError):
        write_file(volume, tmp_path / "nowhere" / "batch.zip")
