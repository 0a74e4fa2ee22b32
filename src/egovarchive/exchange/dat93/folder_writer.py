"""Folder writer: a volume as a folder, written on after whatever cut it off."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from attrs import field, frozen

from egovarchive.errors import BatchError
from egovarchive.exchange.dat93.layout import folder_of
from egovarchive.exchange.dat93.outgoing import Outgoing
from egovarchive.exchange.dat93.planned import PlannedItem, PlannedVolume
from egovarchive.packages import Package
from egovarchive.records.content import CHUNK_SIZE
from egovarchive.storage.failures import failure
from egovarchive.storage.syncing import sync_all

_PART = ".part"
_SYNCED_TOGETHER = 256  # files that are open at a time


def write_folder(volume: PlannedVolume, folder: Path) -> Path:
    """
    Write *volume* into *folder*; return *folder*.

    It appears when all of it is on the disk, and not before: until then it grows in
    ``.<name>.unfinished`` beside it. Called again after it was cut off, it goes on
    there: a record that stands there already is read and compared by digest, and
    written anew if a byte differs. So is the whole, if *folder* is there already.

    Raises:
        BatchError: *folder* holds something other than this volume, or another
            process is writing it.
        DigestMismatchError: A record was changed since the batch was planned, or lies
            damaged in storage.
        StorageError: It cannot be written.
    """
    place = Path(os.path.abspath(folder))  # noqa: PTH100 - links are kept
    unfinished = place.with_name(f".{place.name}.unfinished")
    try:
        if place.exists() and (not place.is_dir() or any(place.iterdir())):
            _check_same(volume, place)
            return folder
        unfinished.mkdir(parents=True, exist_ok=True)
        with _alone(unfinished):
            _Writer(volume, unfinished).write()
            _sync_tree(unfinished)
            # Replaces an empty folder; refuses one that was filled meanwhile.
            os.rename(unfinished, place)  # noqa: PTH104 - one call, one step
        _sync([str(place.parent)])
    except OSError as error:
        raise failure("write to", str(folder), error) from error
    return folder


@contextmanager
def _alone(unfinished: Path) -> Iterator[None]:
    """Keep other processes from writing into *unfinished*."""
    descriptor = os.open(unfinished, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            same = os.path.samestat(os.fstat(descriptor), unfinished.lstat())
        except (BlockingIOError, FileNotFoundError):
            same = False
        if not same:
            raise BatchError(
                f"{unfinished} is being written by another process",
                f"{unfinished} 正由另一进程写入",
            )
        yield
    finally:
        os.close(descriptor)


def _check_same(volume: PlannedVolume, place: Path) -> None:
    expected = set(volume.heads)
    same = True
    for planned in volume.items:
        with _opened(planned) as (_, files):
            expected.update(file.path for file in files)
            same = same and _all_there(place, files)
    same = same and _all_there(place, tuple(volume.heads.values()))
    if not same or set(_paths(place)) != expected:
        raise BatchError(
            f"{place} is there, and is not this volume",
            f"{place} 已存在，且不是本卷",
        )


@contextmanager
def _opened(planned: PlannedItem) -> Iterator[tuple[Package, tuple[Outgoing, ...]]]:
    package = planned.item.open()
    try:
        yield package, planned.outgoing(package)
    finally:
        package.close()


@frozen
class _Writer:
    """Writes a volume into a folder that may hold parts of it."""

    _volume: PlannedVolume
    _root: Path
    _expected: set[str] = field(factory=set)
    _made: set[str] = field(factory=set)

    def write(self) -> None:
        self._clear_part()
        for planned in self._volume.items:
            with _opened(planned) as (package, files):
                self._write_record(planned, package, files)
        for file in self._volume.heads.values():
            self._write_small(file)
        # Of an earlier attempt with other records.
        for path in _paths(self._root):
            if path not in self._expected:
                (self._root / path).unlink()
        _remove_empty(self._root)

    def _write_record(
        self, planned: PlannedItem, package: Package, files: tuple[Outgoing, ...]
    ) -> None:
        name = folder_of(planned.item.code)
        inside = [file for file in files if file.path.startswith(f"{name}/")]
        for file in files[len(inside) :]:
            self._write_small(file)
        self._expected.update(file.path for file in inside)
        folder = self._root / name
        if _exists(folder):
            # Verified by what it holds, never by being there.
            found = {f"{name}/{path}" for path in _paths(folder)}
            if found == {f.path for f in inside} and _all_there(self._root, inside):
                return
            _remove(folder)
        part = self._root / _PART
        part.mkdir()
        for file in inside:
            path = f"{part}{file.path[len(name) :]}"
            self._make_folder(path)
            _write(path, file.chunks(package))
        # The next record's part has the same name, and none of these folders.
        self._made.clear()
        self._make_folder(str(folder))
        os.rename(part, folder)  # noqa: PTH104 - one call, one step

    def _write_small(self, file: Outgoing) -> None:
        self._expected.add(file.path)
        path = self._root / file.path
        if _exists(path):
            if _all_there(self._root, [file]):
                return
            _remove(path)
        part = self._root / _PART
        _write(str(part), iter([file.data or b""]))
        self._make_folder(str(path))
        os.rename(part, path)  # noqa: PTH104 - one call, one step

    def _make_folder(self, path: str) -> None:
        """Make the folder that *path* is in."""
        folder = path.rpartition("/")[0]
        if folder not in self._made:
            os.makedirs(folder, exist_ok=True)  # noqa: PTH103 - a text
            self._made.add(folder)

    def _clear_part(self) -> None:
        part = self._root / _PART
        if _exists(part):
            _remove(part)


def _write(path: str, chunks: Iterator[bytes]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        for chunk in chunks:
            left = memoryview(chunk)
            while left:
                left = left[os.write(descriptor, left) :]
    finally:
        os.close(descriptor)


def _all_there(root: Path, files: tuple[Outgoing, ...] | list[Outgoing]) -> bool:
    return all(file.is_these(_chunks(f"{root}/{file.path}")) for file in files)


def _chunks(path: str) -> Iterator[bytes]:
    """Yield what stands at *path*; nothing if it is no plain file."""
    try:
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        descriptor = os.open(path, flags)
    except OSError:
        return
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        while chunk := file.read(CHUNK_SIZE):
            yield chunk


def _exists(path: Path) -> bool:
    return path.is_symlink() or path.exists()


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def _paths(folder: Path) -> Iterator[str]:
    """Yield the paths of all that is no folder in *folder*."""
    root = str(folder)
    for place, folders, names in os.walk(root):
        head = place[len(root) + 1 :]
        links = [name for name in folders if os.path.islink(f"{place}/{name}")]  # noqa: PTH114
        for name in [*names, *links]:
            yield f"{head}/{name}" if head else name


def _remove_empty(root: Path) -> None:
    for place, _, _ in os.walk(root, topdown=False):
        if place != str(root) and not os.listdir(place):  # noqa: PTH208 - a text
            os.rmdir(place)  # noqa: PTH106 - a text


def _sync_tree(root: Path) -> None:
    """Force all that is in *root* to the disk: files first, then their folders."""
    files = (f"{root}/{path}" for path in _paths(root))
    while group := list(islice(files, _SYNCED_TOGETHER)):
        _sync(group)
    folders = (place for place, _, _ in os.walk(root, topdown=False))
    while group := list(islice(folders, _SYNCED_TOGETHER)):
        _sync(group)


def _sync(paths: list[str]) -> None:
    opened: list[tuple[str, int]] = []
    try:
        for path in paths:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
            opened.append((path, descriptor))
        sync_all(opened)
    finally:
        for _, descriptor in opened:
            os.close(descriptor)
