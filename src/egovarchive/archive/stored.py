"""Packages as they lie in a storage."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from attrs import field, frozen

from egovarchive.errors import DigestMismatchError, PackageError
from egovarchive.lifecycle.entry import Entry
from egovarchive.packages import Member, Package
from egovarchive.packages.body import MEMORY_LIMIT, BytesBody
from egovarchive.packages.read import read_body
from egovarchive.profiles import Profile
from egovarchive.records.digest import hasher
from egovarchive.storage import Storage


@frozen
class StoredBody:
    """A body that lies in *storage* under *key*, and is read by ranges."""

    storage: Storage = field(repr=False)
    key: str
    size: int

    def read(self, offset: int, size: int) -> bytes:
        return b"".join(self.chunks(offset, size))

    def chunks(self, offset: int, size: int) -> Iterator[bytes]:
        if size:
            yield from self.storage.get(self.key, offset, size)

    def payload(self, tail: bytes) -> Iterable[bytes]:
        yield from self.storage.get(self.key, 0, self.size - len(tail))
        yield tail

    def close(self) -> None:
        """Hold nothing open."""


def open_whole(storage: Storage, entry: Entry, profile: Profile) -> Package:
    """
    Return the package of *entry*, about to be read from end to end.

    A small one is fetched at once: one request is cheaper than one for each member.

    Raises:
        NotStoredError: It is not there.
        PackageError: It is not a package.
    """
    if entry.size > MEMORY_LIMIT:
        return open_part(storage, entry, profile)
    # One byte more than registered, so that one that grew is seen to have grown.
    data = b"".join(storage.get(entry.key, 0, entry.size + 1))
    if len(data) != entry.size:
        raise _other_size(entry, len(data))
    return read_body(BytesBody(data), len(data), profile)


def _other_size(entry: Entry, size: int) -> PackageError:
    en, zh = (
        (f"{size} are", f"实有 {size}")
        if size < entry.size
        else ("more are", "实有更多")
    )
    return PackageError(
        f"{entry.key}: {entry.size} bytes were registered, {en} there",
        f"{entry.key}：登记为 {entry.size} 字节，{zh}",
    )


def open_part(storage: Storage, entry: Entry, profile: Profile) -> Package:
    """Return the package of *entry*, of which little will be read; see `open_whole`."""
    body = StoredBody(storage, entry.key, entry.size)
    return read_body(body, entry.size, profile)


class VerifyingReader(io.RawIOBase):
    """
    A member of a package as an open file, read once from start to end.

    The last bytes come only if all have the digest that they must have.
    """

    def __init__(self, package: Package, member: Member) -> None:
        self._chunks = package.chunks(member)
        self._member = member
        self._algorithm = package.primary
        self._hasher = hasher(self._algorithm)
        self._found: str | None = None
        self._left = member.size
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        """
        Fill *buffer*; return how many bytes it took.

        Raises:
            DigestMismatchError: The end comes next, and the bytes are not those
                that were packed.
        """
        if not self._rest:
            chunk = next(self._chunks, b"")
            self._hasher.update(chunk)
            self._left -= len(chunk)
            if not chunk or not self._left:
                # Who knows the size reads so many bytes, and does not ask for more.
                self._check()
            self._rest = memoryview(chunk)
        piece = self._rest[: len(buffer)]
        self._rest = self._rest[len(piece) :]
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        # The rest is never asked for: let go of the file that it lies in.
        self._chunks = iter(())
        super().close()

    def _check(self) -> None:
        # The end may be asked for again, and is the same each time.
        found = self._found = self._found or self._hasher.hexdigest()
        path, expected = self._member.path, self._member.digests[self._algorithm]
        if found != expected:
            raise DigestMismatchError(
                f"{path}: {self._algorithm} is {found}, the manifest says {expected}",
                f"{path}：{self._algorithm} 为 {found}，清单为 {expected}",
            )


def open_member(package: Package, path: str) -> BinaryIO:
    """Return the member at *path* as an open binary file; see `VerifyingReader`."""
    member = package.member(path)
    return io.BufferedReader(VerifyingReader(package, member), 1 << 18)
