"""Storage in files 文件存储: each object a read-only file below one folder."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from attrs import field, frozen

from egovarchive.errors import AlreadyStoredError, NotStoredError
from egovarchive.storage.chunks import CHUNK_SIZE
from egovarchive.storage.commit import Commit, new_file
from egovarchive.storage.decided import open_decided
from egovarchive.storage.failures import failure
from egovarchive.storage.folders import STAGING, Durable, OpenFolders, split
from egovarchive.storage.keys import check_key, is_key
from egovarchive.storage.ranges import byte_range
from egovarchive.storage.staging import sweep

_NOTHING_THERE = (FileNotFoundError, NotADirectoryError, IsADirectoryError)


def _absolute(root: str | os.PathLike[str]) -> Path:
    return Path(root).absolute()


@frozen
class FileStorage:
    """
    A storage in the folder *root*; a key is the path of its object there.

    Fulfils `GroupPut` and `Staging` too. Safe to share between threads and
    between processes of one machine; a value that holds nothing open, and may
    be sent to other processes. *root* is made by the first `put`. It must lie on
    a file system with hard links and file locks, such as ext4, XFS or Btrfs.

    Objects are readable as the umask allows, and writable by nobody. A key
    cannot be the folder of another key: ``a`` is refused beside ``a/b``. Symbolic
    links below *root* are not followed. A group holds one file open per item.
    """

    root: Path = field(converter=_absolute)
    _durable: Durable = field(factory=dict, init=False, repr=False, eq=False)

    def put(self, key: str, chunks: Iterable[bytes]) -> None:
        (stored,) = self.put_all([(key, chunks)])
        if not stored:
            raise AlreadyStoredError.of(key)

    def put_all(self, items: Sequence[tuple[str, Iterable[bytes]]]) -> Sequence[bool]:
        for key, _ in items:
            check_key(key)
        if not items:
            return []
        with self._folders(make=True) as folders:
            return Commit(str(self.root), folders).store(items)

    def get(
        self, key: str, offset: int = 0, size: int | None = None
    ) -> Iterator[bytes]:
        chunks = self._chunks(check_key(key), offset, size)
        # Started, it has opened the object, and closes it also if never read.
        next(chunks)
        return chunks

    def keys(self, prefix: str = "") -> Iterator[str]:
        folder, start = split(prefix)
        if "/" in prefix and not is_key(folder):
            return
        within = [self._names(folder, start)]
        while within:
            for key in within[-1]:
                if key.endswith("/"):
                    within.append(self._names(key[:-1], ""))
                    break
                yield key
            else:
                within.pop()

    def delete(self, key: str) -> None:
        folder, name = split(check_key(key))
        with self._folders() as folders:
            try:
                fd = folders.open(folder)
                with suppress(FileNotFoundError):
                    os.close(open_decided(fd, name))
                    os.unlink(name, dir_fd=fd)
                    os.fsync(fd)
                    return
                # Another may have removed it, and not have synced that yet.
                os.fsync(fd)
            except _NOTHING_THERE:
                pass
            except OSError as error:
                raise failure("delete", key, error) from error
        raise NotStoredError.of(key)

    def stage(self) -> BinaryIO:
        with self._folders(make=True) as folders:
            try:
                return new_file(str(self.root), folders)
            except OSError as error:
                folders.take_back()
                raise failure("write to", STAGING, error) from error

    def sweep_staging(self) -> int:
        """
        Remove what dead processes left in the staging folder; return how many files.

        Safe at any time: the files of living processes are locked, and stay.

        Raises:
            StorageError: The staging folder cannot be read or cleared.
        """
        with self._folders() as folders:
            try:
                return sweep(folders.open(STAGING))
            except FileNotFoundError:
                return 0
            except OSError as error:
                raise failure("sweep", STAGING, error) from error

    def _folders(self, *, make: bool = False) -> OpenFolders:
        return OpenFolders(str(self.root), self._durable, make=make)

    def _open(self, key: str) -> int:
        folder, name = split(key)
        with self._folders() as folders:
            try:
                return open_decided(folders.open(folder), name)
            except _NOTHING_THERE:
                raise NotStoredError.of(key) from None
            except OSError as error:
                raise failure("read", key, error) from error

    def _chunks(self, key: str, offset: int, size: int | None) -> Iterator[bytes]:
        """Yield an empty chunk once the object is open, and then those asked for."""
        fd = self._open(key)
        try:
            positions = byte_range(os.fstat(fd).st_size, offset, size)
            yield b""
            position = positions.start
            while position < positions.stop:
                most = min(CHUNK_SIZE, positions.stop - position)
                try:
                    chunk = os.pread(fd, most, position)
                except OSError as error:
                    raise failure("read", key, error) from error
                if not chunk:
                    break
                yield chunk
                position += len(chunk)
        finally:
            os.close(fd)

    def _names(self, folder: str, start: str) -> Iterator[str]:
        """
        Yield what lies in *folder* and begins with *start*, folders with a slash.

        Sorted so that all that lies in a folder comes where its slash sorts:
        ``a-b`` before ``a/c`` before ``a0``.
        """
        above = f"{folder}/" if folder else ""
        found = []
        with self._folders() as folders:
            try:
                with os.scandir(folders.open(folder)) as entries:
                    for entry in entries:
                        name = entry.name
                        if name.startswith(start) and is_key(above + name):
                            if entry.is_file(follow_symlinks=False):
                                found.append(above + name)
                            elif entry.is_dir(follow_symlinks=False):
                                found.append(f"{above}{name}/")
            except (FileNotFoundError, NotADirectoryError):
                pass
            except OSError as error:
                raise failure("list", folder or ".", error) from error
        return iter(sorted(found))
