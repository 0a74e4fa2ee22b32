"""Copied: a package from elsewhere, held here, where nobody else can change it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO

from attrs import frozen

from egovarchive.packages import Package
from egovarchive.packages.body import Spool
from egovarchive.packages.read import read_body


@frozen
class CopiedBody:
    """A body that was copied, end and all."""

    spool: Spool

    def read(self, offset: int, size: int) -> bytes:
        return self.spool.read(offset, size)

    def chunks(self, offset: int, size: int) -> Iterator[bytes]:
        return self.spool.chunks(offset, size)

    def close(self) -> None:
        self.spool.close()


def copied(package: Package, room: Callable[[], BinaryIO] | None) -> Package:
    """
    Return a copy of *package*, to check and to store: the same bytes twice.

    Args:
        package: It.
        room: Makes the file for a large one; by default a temporary one.

    Raises:
        PackageError: It is not the package any more that it was when it was opened.
        StorageError: There is no room for it.
    """
    spool = Spool(room)
    try:
        for chunk in package.payload():
            spool.append(chunk)
        return read_body(CopiedBody(spool), spool.size, package.profile)
    except BaseException:
        spool.close()
        raise
