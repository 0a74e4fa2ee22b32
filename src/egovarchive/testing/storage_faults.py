"""Storages around a storage: one that fails when told to, one that keeps count."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from threading import Lock
from typing import BinaryIO, Literal, Protocol, TypeVar

from attrs import frozen

from egovarchive.errors import StorageError
from egovarchive.storage import GroupPut, Staging, Storage

T = TypeVar("T")

Verb = Literal["put", "get", "keys", "delete", "put_all", "stage"]


@frozen
class Call:
    """One call to a storage: its place among all calls, from 1; its verb; its keys."""

    number: int
    verb: Verb
    keys: tuple[str, ...]


class GroupStorage(Storage, GroupPut, Protocol):
    """A storage that stores groups, as both of ours do."""


class StagingStorage(GroupStorage, Staging, Protocol):
    """A storage that stores groups and lends room, as `FileStorage` does."""


class RecordingStorage:
    """A storage that does what *inner* does, and notes each call in ``calls``."""

    def __init__(self, inner: GroupStorage) -> None:
        self._inner = inner
        self._lock = Lock()
        self.calls: list[Call] = []

    def count(self, verb: Verb) -> int:
        """Return how many calls of *verb* there were."""
        return sum(call.verb == verb for call in self.calls)

    def put(self, key: str, chunks: Iterable[bytes]) -> None:
        self._around("put", (key,), lambda: self._inner.put(key, chunks))

    def put_all(self, items: Sequence[tuple[str, Iterable[bytes]]]) -> Sequence[bool]:
        keys = tuple(key for key, _ in items)
        return self._around("put_all", keys, lambda: self._inner.put_all(items))

    def get(
        self, key: str, offset: int = 0, size: int | None = None
    ) -> Iterator[bytes]:
        return self._around("get", (key,), lambda: self._inner.get(key, offset, size))

    def keys(self, prefix: str = "") -> Iterator[str]:
        return self._around("keys", (prefix,), lambda: self._inner.keys(prefix))

    def delete(self, key: str) -> None:
        self._around("delete", (key,), lambda: self._inner.delete(key))

    def _around(self, verb: Verb, keys: tuple[str, ...], act: Callable[[], T]) -> T:
        self._note(verb, keys)
        return act()

    def _note(self, verb: Verb, keys: tuple[str, ...]) -> Call:
        with self._lock:
            call = Call(len(self.calls) + 1, verb, keys)
            self.calls.append(call)
        return call


class FaultyStorage(RecordingStorage):
    """
    A storage that does what *inner* does, and fails when *fail_on* says so.

    Args:
        inner: What really stores.
        fail_on: The number of the call that fails, from 1, or a question that
            is asked of every call.
        when: ``"before"``: the call has no effect. ``"after"``: it has its whole
            effect, and the answer is lost, as on a network.
    """

    def __init__(
        self,
        inner: GroupStorage,
        fail_on: int | Callable[[Call], bool],
        when: Literal["before", "after"] = "before",
    ) -> None:
        super().__init__(inner)
        self._fail_on = fail_on
        self._when = when

    def _around(self, verb: Verb, keys: tuple[str, ...], act: Callable[[], T]) -> T:
        call = self._note(verb, keys)
        if not self._fails(call):
            return act()
        if self._when == "after":
            act()
        raise StorageError(
            f"failed as told, {self._when} its effect: {call}",
            f"按设定在生效{'前' if self._when == 'before' else '后'}失败：{call}",
        )

    def _fails(self, call: Call) -> bool:
        if isinstance(self._fail_on, int):
            return call.number == self._fail_on
        return self._fail_on(call)


class FaultyStagingStorage(FaultyStorage):
    """A `FaultyStorage` around a storage that lends room, and lends it too."""

    _inner: StagingStorage

    def __init__(
        self,
        inner: StagingStorage,
        fail_on: int | Callable[[Call], bool],
        when: Literal["before", "after"] = "before",
    ) -> None:
        super().__init__(inner, fail_on, when)

    def stage(self) -> BinaryIO:
        return self._around("stage", (), self._inner.stage)
