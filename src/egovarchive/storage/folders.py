"""Folders 文件夹 of a file storage: opened link by link, made when missing, synced."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from types import TracebackType
from typing import TypeVar

from typing_extensions import Self

from egovarchive.storage.syncing import sync_all

T = TypeVar("T")

STAGING = ".staging"
_ATTEMPTS = 10

# O_NOFOLLOW on each step: no symbolic link below the root leads out of it.
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_STEP = _FOLDER | os.O_NOFOLLOW

Durable = dict[str, tuple[int, int]]
"""
Folder → its inode, and when its parent last changed: its name is on the disk.

One that was removed and made anew is told by these. Its inode alone would not do:
file systems give the number of the removed one to the next.
"""


def split(key: str) -> tuple[str, str]:
    """Return the folder of *key*, ``""`` for the root, and its name there."""
    folder, _, name = key.rpartition("/")
    return folder, name


class OpenFolders:
    """
    The folders that one call works in, each opened once and closed at the end.

    Errors are the operating system's. *durable* is shared by all calls of a
    storage, so that a folder's own name is synced once and not at every call.
    """

    def __init__(self, root: str, durable: Durable, *, make: bool) -> None:
        self._root = root
        self._durable = durable
        self._make = make
        self._fds: dict[str, int] = {}
        self._made: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    def open(self, folder: str) -> int:
        """Return a descriptor of *folder*, made now if it may be."""
        fd = self._fds.get(folder)
        if fd is None:
            fd = self._open_below(folder) if folder else self._open_root()
            self._fds[folder] = fd
        return fd

    def within(self, folder: str, act: Callable[[int], T]) -> T:
        """
        Return ``act(descriptor of folder)``.

        A call that fails elsewhere takes the empty folders away that it made;
        if it took this one, it is made again.
        """
        for _ in range(_ATTEMPTS):
            try:
                return act(self.open(folder))
            except FileNotFoundError:  # noqa: PERF203 - retrying is the point
                self._close()
        return act(self.open(folder))

    def sync(self, folders: Iterable[str]) -> None:
        """
        Make every name in *folders*, and the names of those folders, durable.

        That another process made a folder does not mean that it has synced it.
        """
        targets: dict[str, int] = {}
        news: Durable = {}
        for name in folders:
            folder = name
            targets[folder] = self.open(folder)
            while folder:
                parent, _ = split(folder)
                if not self._is_durable(folder, news):
                    targets[parent] = self.open(parent)
                folder = parent
        if not self._is_durable("", news):
            self._sync_name_of_root()
        sync_all([(folder or ".", fd) for folder, fd in targets.items()])
        self._durable.update(news)

    def take_back(self) -> None:
        """Remove what was made, as far as nobody uses it."""
        for path in reversed(self._made):
            with suppress(OSError):
                os.rmdir(path)  # noqa: PTH106 - a str from end to end

    def _is_durable(self, folder: str, news: Durable) -> bool:
        inode = os.fstat(self.open(folder)).st_ino
        parent, _ = split(folder)
        # Taken before the parent is synced: a later change shows next time.
        changed = os.fstat(self.open(parent)).st_mtime_ns if folder else 0
        if self._durable.get(folder) == (inode, changed):
            return True
        news[folder] = inode, changed
        return False

    def _sync_name_of_root(self) -> None:
        # Who may not read the folder above did not make the root in it: then
        # it was set up beforehand, and its name is not ours to sync.
        with suppress(PermissionError):
            _sync_folder(os.path.dirname(self._root))  # noqa: PTH120 - str as above

    def _open_root(self) -> int:
        # The root may be a symbolic link: that is whoever set it up.
        try:
            return os.open(self._root, _FOLDER)
        except FileNotFoundError:
            if not self._make:
                raise
        self._make_root(self._root)
        return os.open(self._root, _FOLDER)

    def _make_root(self, path: str) -> None:
        """Make *path* and what is missing above it, each durable before the next."""
        parent = os.path.dirname(path)  # noqa: PTH120 - a str from end to end
        try:
            self._mkdir(path, path)
        except FileNotFoundError:
            self._make_root(parent)
            self._mkdir(path, path)
        _sync_folder(parent)

    def _open_below(self, folder: str) -> int:
        above, name = split(folder)
        parent = self.open(above)
        try:
            return os.open(name, _STEP, dir_fd=parent)
        except FileNotFoundError:
            if not self._make:
                raise
        self._mkdir(name, f"{self._root}/{folder}", parent)
        return os.open(name, _STEP, dir_fd=parent)

    def _mkdir(self, name: str, path: str, parent: int | None = None) -> None:
        # Another may make it at the same moment: then it is theirs to take back.
        with suppress(FileExistsError):
            os.mkdir(name, dir_fd=parent)
            self._made.append(path)

    def _close(self) -> None:
        while self._fds:
            os.close(self._fds.popitem()[1])


def _sync_folder(path: str) -> None:
    fd = os.open(path, _FOLDER)
    try:
        sync_all([(path, fd)])
    finally:
        os.close(fd)
