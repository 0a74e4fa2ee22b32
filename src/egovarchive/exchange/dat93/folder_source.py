"""Folder source: a volume in a folder, of which no link is ever followed."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Final

from attrs import field, frozen

from egovarchive.errors import BatchError, ContentError
from egovarchive.exchange.dat93.layout import MAX_FILES
from egovarchive.exchange.dat93.paths import check_depth, check_paths
from egovarchive.exchange.dat93.source import crc_of
from egovarchive.records.content import CHUNK_SIZE
from egovarchive.records.identifiers.quoting import quoted

_MAX_FOLDERS: Final = 4 * MAX_FILES
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# A pipe would block before it could be looked at.
_FILE: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@frozen
class FolderSource:
    """The files in a folder."""

    _root: Path
    sizes: Mapping[str, int] = field(repr=False)
    _crcs: dict[str, int] = field(factory=dict, repr=False)

    @classmethod
    def open(cls, root: Path) -> FolderSource:
        """
        Return the files in the folder *root*.

        Raises:
            BatchError: It holds what is neither folder nor plain file, a path that is
                not safe, or more files than a volume may have; or it cannot be read.
        """
        try:
            sizes = dict(_walk(root))
        except OSError as error:
            raise BatchError(
                f"{root} cannot be read: {error.strerror}",
                f"{root} 无法读取：{error.strerror}",
            ) from error
        check_paths(sizes)
        return cls(root, sizes)

    def read(self, path: str, offset: int, size: int) -> bytes:
        pieces = []
        with _reading(self._root, path) as descriptor:
            while size > 0 and (data := os.pread(descriptor, size, offset)):
                pieces.append(data)
                offset, size = offset + len(data), size - len(data)
        return b"".join(pieces)

    def chunks(self, path: str) -> Iterator[bytes]:
        left = self.sizes[path]
        with _reading(self._root, path) as descriptor:
            if os.fstat(descriptor).st_size != left:
                raise _changed(path)
            while left:
                data = os.read(descriptor, min(left, CHUNK_SIZE))
                if not data:
                    raise _changed(path)
                left -= len(data)
                yield data

    def crc(self, path: str) -> int:
        known = self._crcs.get(path)
        if known is None:
            known = self._crcs[path] = crc_of(self.chunks(path))
        return known

    def measured(self, path: str, crc: int) -> bool:
        self._crcs[path] = crc
        return True

    def close(self) -> None:
        """Hold nothing open."""


def _walk(root: Path) -> Iterator[tuple[str, int]]:
    """Yield the path and the size of each file below *root*, in the order of paths."""
    folders = [""]
    files = seen = 0
    while folders:
        folder = folders.pop()
        inside = []
        with _opened(root, folder.split("/") if folder else []) as descriptor:
            with os.scandir(descriptor) as entries:
                # A hostile folder may have any number.
                names = sorted(entry.name for entry in islice(entries, _MAX_FOLDERS))
            for name in names:
                seen += 1
                path = f"{folder}/{name}" if folder else name
                status = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
                if stat.S_ISDIR(status.st_mode):
                    check_depth(path)
                    inside.append(path)
                    continue
                if not stat.S_ISREG(status.st_mode):
                    raise BatchError(
                        f"{quoted(path)} is neither a folder nor a plain file",
                        f"{quoted(path)} 既不是文件夹也不是普通文件",
                    )
                files += 1
                yield path, status.st_size
                if files > MAX_FILES:
                    break
        if files > MAX_FILES or seen > _MAX_FOLDERS:
            raise BatchError(
                f"more than {MAX_FILES} files in one volume",
                f"一卷超过 {MAX_FILES} 个文件",
            )
        folders.extend(reversed(inside))


@contextmanager
def _opened(root: Path, names: list[str]) -> Iterator[int]:
    """Lend the folder at *names* below *root*, no link on the way."""
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for name in names:
            inner = os.open(name, _FOLDER, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = inner
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def _reading(root: Path, path: str) -> Iterator[int]:
    """Lend the open file at *path*; what the system refuses is a `ContentError`."""
    *folders, name = path.split("/")
    try:
        with _opened(root, folders) as folder:
            descriptor = os.open(name, _FILE, dir_fd=folder)
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise _changed(path)
            yield descriptor
        finally:
            os.close(descriptor)
    except OSError as error:
        raise ContentError(
            f"{path} cannot be read: {error.strerror}",
            f"{path} 无法读取：{error.strerror}",
        ) from error


def _changed(path: str) -> ContentError:
    return ContentError(
        f"{path} changed while it was read", f"读取期间 {path} 发生变化"
    )
