"""ZIP source: a volume in one uncompressed ZIP, read by ranges; nothing is unpacked."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from attrs import field, frozen

from egovarchive.errors import BatchError, ContentError, UnsafePackageError
from egovarchive.exchange.dat93.paths import check_paths
from egovarchive.packages import container
from egovarchive.packages.container import Stored
from egovarchive.records.content import CHUNK_SIZE


@frozen
class ZipSource:
    """The files in a ZIP of the one form that batches and packages have."""

    _descriptor: int
    _members: Mapping[str, Stored] = field(repr=False)
    sizes: Mapping[str, int] = field(repr=False)

    @classmethod
    def open(cls, descriptor: int, path: Path) -> ZipSource:
        """
        Return the files in the open file *descriptor*, which is closed with them.

        Raises:
            BatchError: It is no ZIP of that form, or a path in it is not safe.
        """
        size = os.fstat(descriptor).st_size
        at = max(0, size - container.TAIL_SIZE)
        try:
            start, length = container.locate(_read(descriptor, at, size - at), size)
            members = container.members_of(_read(descriptor, start, length), start)
        except UnsafePackageError as error:
            en, zh = error.args
            raise BatchError(
                f"{path.name} is no volume of a batch as one file; if another program "
                f"made it, unpack it first ({en})",
                f"{path.name} 不是单文件形式的移交批次；若由其他程序生成，请先解压"
                f"（{zh}）",
            ) from None
        check_paths(member.path for member in members)
        table = {member.path: member for member in members}
        sizes = {member.path: member.size for member in members}
        return cls(descriptor, table, sizes)

    def read(self, path: str, offset: int, size: int) -> bytes:
        member = self._members[path]
        size = max(0, min(size, member.size - offset))
        try:
            return _read(self._descriptor, member.data_offset + offset, size)
        except OSError as error:
            raise _unreadable(path, error) from error

    def chunks(self, path: str) -> Iterator[bytes]:
        member = self._members[path]
        expected = container.header(path, member.size, member.crc)
        before = member.data_offset - member.offset
        try:
            head = _read(self._descriptor, member.offset, before)
        except OSError as error:
            raise _unreadable(path, error) from error
        # Programs that go by the headers would see another file than we do.
        if head != expected:
            raise ContentError(
                f"{path}: its header says something other than the directory",
                f"{path}：文件头与目录不一致",
            )
        for offset in range(0, member.size, CHUNK_SIZE):
            data = self.read(path, offset, CHUNK_SIZE)
            if len(data) != min(CHUNK_SIZE, member.size - offset):
                raise ContentError(
                    f"{path}: the file became shorter while it was read",
                    f"{path}：读取期间文件变短",
                )
            yield data

    def crc(self, path: str) -> int:
        return self._members[path].crc

    def measured(self, path: str, crc: int) -> bool:
        return self._members[path].crc == crc

    def close(self) -> None:
        os.close(self._descriptor)


def _read(descriptor: int, offset: int, size: int) -> bytes:
    pieces = []
    while size > 0 and (data := os.pread(descriptor, size, offset)):
        pieces.append(data)
        offset, size = offset + len(data), size - len(data)
    return b"".join(pieces)


def _unreadable(path: str, error: OSError) -> ContentError:
    return ContentError(
        f"{path} cannot be read: {error.strerror}",
        f"{path} 无法读取：{error.strerror}",
    )
