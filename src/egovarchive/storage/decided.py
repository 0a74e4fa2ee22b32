"""Decided object 已定对象: a stored file that is there to stay."""

from __future__ import annotations

import errno
import fcntl
import os
import stat

from egovarchive.storage.failures import not_regular

# A pipe in the place of an object must not make the reader wait.
_OBJECT = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def stands(folder: int, name: str) -> bool:
    """Return whether an object is there, once that is decided."""
    try:
        os.close(open_decided(folder, name))
    except FileNotFoundError:
        return False
    return True


def open_decided(folder: int, name: str) -> int:
    """
    Return a descriptor of the object *name*, once it is decided that it stays.

    Errors are the system's: FileNotFoundError where nothing is or nothing stays,
    IsADirectoryError, and others where something else than an object is.
    """
    while True:
        fd = os.open(name, _OBJECT, dir_fd=folder)
        try:
            if _is_decided(fd, folder, name):
                return fd
        except BaseException:
            os.close(fd)
            raise
        os.close(fd)


def _is_decided(fd: int, folder: int, name: str) -> bool:
    """Return whether *fd*, just opened as *name*, is an object that stays."""
    opened = os.fstat(fd)
    if stat.S_ISDIR(opened.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(opened.st_mode):
        raise not_regular()
    there = os.stat(name, dir_fd=folder, follow_symlinks=False)
    if os.path.samestat(opened, there) and there.st_nlink == 1:
        return True
    # Whoever stores it holds the lock until that is decided, or until it dies.
    fcntl.flock(fd, fcntl.LOCK_SH)
    there = os.stat(name, dir_fd=folder, follow_symlinks=False)
    if not os.path.samestat(opened, there):
        return False
    fcntl.flock(fd, fcntl.LOCK_UN)
    os.fsync(folder)
    return True
