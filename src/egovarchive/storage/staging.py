"""Staged file 暂存文件: bytes on the way into a file storage, beside it on the disk."""

from __future__ import annotations

import fcntl
import io
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice

from typing_extensions import Buffer

from egovarchive.storage.chunks import CHUNK_SIZE, fixed
from egovarchive.storage.failures import failure
from egovarchive.storage.folders import STAGING

_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
# Nobody may change what is stored; who may read it, the umask decides.
_MODE = 0o444
_MOST_BUFFERS = os.sysconf("SC_IOV_MAX")
_SWEPT_AT_ONCE = 128


class StagedFile(io.FileIO):
    """
    A file in the staging folder: unbuffered, whole writes, forgotten when closed.

    It is locked while it is open. Whoever finds it under a key waits for the
    lock to learn whether it came to stay, and whoever finds it in the staging
    folder sees by the lock that its process lives.

    Iterating yields all its bytes from the start, not its lines.
    """

    def __init__(self, root: str, folder: int) -> None:
        """Make a new file in the staging *folder*, an open descriptor, of *root*."""
        self.root = root
        self._pid = os.getpid()
        name = os.urandom(16).hex()
        self.path = f"{root}/{STAGING}/{name}"
        fd = os.open(name, _NEW, _MODE, dir_fd=folder)
        super().__init__(fd, "r+b")
        try:
            self.hold()
        except OSError:
            self.close()
            raise

    @property
    def is_swept(self) -> bool:
        """Whether a sweep took it before it was locked."""
        return os.fstat(self.fileno()).st_nlink == 0

    def write(self, data: Buffer, /) -> int:
        """
        Write all of *data*, and return its size in bytes.

        Raises:
            StorageError: The disk is full, or fails.
        """
        try:
            written = super().write(data)
            size = memoryview(data).nbytes
            if written < size:
                rest = memoryview(data).cast("B")
                while written < size:
                    written += super().write(rest[written:])
        except OSError as error:
            raise failure("write to", "a staged file", error) from error
        return size

    def __iter__(self) -> Iterator[bytes]:
        position = 0
        while chunk := os.pread(self.fileno(), CHUNK_SIZE, position):
            yield chunk
            position += len(chunk)

    def close(self) -> None:
        # A process forked meanwhile has this object too, and no right to end it.
        if not self.closed and self._pid == os.getpid():
            # What cannot be removed now is left to the next sweep.
            with suppress(OSError):
                os.unlink(self.path)  # noqa: PTH108 - a str from end to end
            # Closing is not enough where a forked process holds the file open.
            with suppress(OSError):
                fcntl.flock(self.fileno(), fcntl.LOCK_UN)
        super().close()

    def hold(self) -> None:
        """Let those wait who meet this file, until it is decided what becomes of it."""
        fcntl.flock(self.fileno(), fcntl.LOCK_EX)

    def let_pass(self) -> None:
        """Let those pass who wait, and keep the sweeps out."""
        fcntl.flock(self.fileno(), fcntl.LOCK_SH)


def write_chunks(key: str, fd: int, chunks: Iterable[bytes]) -> None:
    """
    Append *chunks* to the file *fd*, many with one call.

    What the iterable itself raises passes through.

    Raises:
        StorageError: They could not be written; *key* is named.
    """
    batch: list[bytes] = []
    size = 0
    for chunk in chunks:
        batch.append(fixed(chunk))
        size += len(batch[-1])
        if size >= CHUNK_SIZE or len(batch) == _MOST_BUFFERS:
            _write_batch(key, fd, batch, size)
            batch, size = [], 0
    if size:
        _write_batch(key, fd, batch, size)


def _write_batch(key: str, fd: int, batch: list[bytes], size: int) -> None:
    try:
        written = os.writev(fd, batch)
        if written < size:
            rest = memoryview(b"".join(batch))[written:]
            while rest:
                rest = rest[os.write(fd, rest) :]
    except OSError as error:
        raise failure("store", key, error) from error


def sweep(folder: int) -> int:
    """
    Remove what dead processes left in the staging *folder*; return how many files.

    Safe while others write, here or in other processes: their files are locked.
    """
    with os.scandir(folder) as entries:
        names = iter([entry.name for entry in entries])
    swept = 0
    while some := list(islice(names, _SWEPT_AT_ONCE)):
        swept += _sweep(folder, some)
    return swept


def _sweep(folder: int, names: Sequence[str]) -> int:
    left: dict[str, int] = {}
    try:
        for name in names:
            fd = _lock_left(folder, name)
            if fd is not None:
                left[name] = fd
        # It died between linking and syncing. With the staged name goes the sign
        # that the other name may not be on the disk yet, and nobody knows where
        # that name is: so everything is synced.
        if any(os.fstat(fd).st_nlink > 1 for fd in left.values()):
            os.sync()
        for name in left:
            with suppress(FileNotFoundError):  # another sweep was here
                os.unlink(name, dir_fd=folder)
    finally:
        for fd in left.values():
            os.close(fd)
    return len(left)


def _lock_left(folder: int, name: str) -> int | None:
    """Return a locked descriptor of the staged file *name* if its process is dead."""
    try:
        fd = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(fd)
        return None
    return fd
