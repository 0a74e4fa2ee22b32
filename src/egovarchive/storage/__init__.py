"""Storage 存储: the contract a storage backend fulfils."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO, Protocol, runtime_checkable


class Storage(Protocol):
    """
    A write-once store of named byte strings.

    Keys are relative POSIX paths: see `egovarchive.storage.keys.check_key`. Four
    verbs are the whole contract; prove a new backend with
    `egovarchive.testing.storage.StorageContract`.
    """

    def put(self, key: str, chunks: Iterable[bytes]) -> None:
        """
        Store the bytes of *chunks* under *key*: whole or not at all.

        They are durable when this returns, also after a power cut. If two
        callers race for one key, one of them wins.

        Raises:
            AlreadyStoredError: *key* is taken, whatever its bytes. What is
                there is whole and durable; *chunks* may not have been read.
            StorageError: They could not be stored. Nothing is left behind. A
                storage may refuse ``a`` beside ``a/b``, as file systems do.
        """
        ...

    def get(
        self, key: str, offset: int = 0, size: int | None = None
    ) -> Iterator[bytes]:
        """
        Yield *size* bytes of *key* from *offset* on, or all that follow.

        A negative *offset* counts from the end, and stops at the start. Fewer
        bytes than asked for come only where the object ends.

        Raises:
            NotStoredError: Nothing is stored there. Raised by this call, not
                at the first step of the iterator.
            StorageError: *size* is negative, or reading failed.
        """
        ...

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Yield every key that starts with *prefix*, sorted by code point."""
        ...

    def delete(self, key: str) -> None:
        """
        Forget *key*, durably.

        Raises:
            NotStoredError: Nothing is stored there.
        """
        ...


@runtime_checkable
class GroupPut(Protocol):
    """What a storage may do besides: make many objects durable at once."""

    def put_all(self, items: Sequence[tuple[str, Iterable[bytes]]]) -> Sequence[bool]:
        """
        Store all *items* as `Storage.put` would, and wait once.

        Returns, for each item in turn, whether it was stored now: False says
        that its key was taken, and that what is there is whole and durable. Of
        two items with one key the first is stored.

        Raises:
            StorageError: Not all could be stored. None of those stored by this
                call is left behind.
        """
        ...


@runtime_checkable
class Staging(Protocol):
    """What a storage may do besides: lend room, so that nothing is copied."""

    def stage(self) -> BinaryIO:
        """
        Return a new, empty file to write and read, forgotten when closed.

        Given to `put` or `put_all` of the same storage as the *chunks*, it
        becomes the stored object without a copy, and is closed. If it was not
        stored, it stays open. Its ``write`` raises `StorageError` where there is
        no room.
        """
        ...
