"""
Commit 提交: what one call stores in a file storage, all of it or nothing.

Each object is written to a fresh file in the staging folder and synced. Then it
is linked to its key: a link appears whole or not at all, and never overwrites.
Then the folders are synced, and only then are the staged names removed.

So an object that another name still leads to is not decided yet: its call may
still fail and take it back. Its file is locked until then, and whoever meets it
waits for the lock before believing it. Links are made in the order of the keys,
so that calls which wait for each other never do so in a circle.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress

from egovarchive.errors import StorageError
from egovarchive.storage.decided import stands
from egovarchive.storage.failures import failure
from egovarchive.storage.folders import STAGING, OpenFolders, split
from egovarchive.storage.staging import StagedFile, write_chunks
from egovarchive.storage.syncing import start_writeback, sync_all

_ATTEMPTS = 10


class Commit:
    """One call's objects: staged, then stored. Keys are taken as checked."""

    def __init__(self, root: str, folders: OpenFolders) -> None:
        self._root = root
        self._folders = folders
        self._staged: dict[str, StagedFile] = {}
        self._own: list[StagedFile] = []
        self._linked: list[str] = []

    def store(self, items: Sequence[tuple[str, Iterable[bytes]]]) -> list[bool]:
        """Return for each of *items* whether it is stored now, or its key was taken."""
        keys = [key for key, _ in items]
        try:
            for key, chunks in items:
                if key not in self._staged and not self._is_taken(key):
                    self._stage(key, chunks, alone=len(items) == 1)
            sync_all([(key, file.fileno()) for key, file in self._staged.items()])
            stored = {key for key in sorted(self._staged) if self._link(key)}
            self._sync(keys)
        except BaseException:
            self._take_back()
            raise
        for key in stored:
            self._staged[key].close()
        self._close_own()
        # Of a key that comes twice, the first is stored.
        first = {key: at for at, key in reversed(list(enumerate(keys)))}
        return [key in stored and first[key] == at for at, key in enumerate(keys)]

    def _is_taken(self, key: str) -> bool:
        folder, name = split(key)
        try:
            return self._folders.within(folder, lambda fd: stands(fd, name))
        except OSError as error:
            raise failure("store", key, error) from error

    def _stage(self, key: str, chunks: Iterable[bytes], *, alone: bool) -> None:
        if isinstance(chunks, StagedFile) and chunks.root == self._root:
            file = chunks
            file.hold()
        else:
            file = self._new_file(key)
            write_chunks(key, file.fileno(), chunks)
        fd = file.fileno()
        self._staged[key] = file
        if not alone:
            # The disk works on this one while the next is written.
            start_writeback(fd)

    def _new_file(self, key: str) -> StagedFile:
        try:
            file = new_file(self._root, self._folders)
        except OSError as error:
            raise failure("store", key, error) from error
        self._own.append(file)
        return file

    def _link(self, key: str) -> bool:
        """Return whether the staged file of *key* is there now, or another was."""
        folder, name = split(key)
        path = self._staged[key].path

        def link(fd: int) -> bool:
            try:
                os.link(path, name, dst_dir_fd=fd, follow_symlinks=False)
            except FileExistsError:
                return False
            return True

        # Noted before it is made: an interrupt comes between any two steps.
        self._linked.append(key)
        try:
            for _ in range(_ATTEMPTS):
                if self._folders.within(folder, link):
                    return True
                if self._folders.within(folder, lambda fd: stands(fd, name)):
                    return False
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
        except OSError as error:
            raise failure("store", key, error) from error

    def _sync(self, keys: Sequence[str]) -> None:
        # Of the taken ones too: who stored them may not have come so far yet.
        folders = dict.fromkeys(split(key)[0] for key in keys)
        try:
            self._folders.sync(folders)
        except OSError as error:
            raise failure("store", keys[0], error) from error

    def _take_back(self) -> None:
        """Leave nothing behind, as far as the disk still obeys."""
        for key in self._linked:
            folder, name = split(key)
            with suppress(OSError, StorageError):
                fd = self._folders.open(folder)
                there = os.stat(name, dir_fd=fd, follow_symlinks=False)
                if os.path.samestat(there, os.fstat(self._staged[key].fileno())):
                    os.unlink(name, dir_fd=fd)
                    os.fsync(fd)
        lent = [file for file in self._staged.values() if file not in self._own]
        self._close_own()
        for file in lent:
            file.let_pass()
        self._folders.take_back()

    def _close_own(self) -> None:
        for file in self._own:
            file.close()


def new_file(root: str, folders: OpenFolders) -> StagedFile:
    """Return a new file in the staging folder of *root*. Errors are the system's."""
    while True:
        file = folders.within(STAGING, lambda fd: StagedFile(root, fd))
        if not file.is_swept:
            return file
        file.close()
