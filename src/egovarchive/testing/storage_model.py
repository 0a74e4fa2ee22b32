"""The model of a storage: any storage must do, step by step, what a dict does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from egovarchive.errors import AlreadyStoredError, NotStoredError
from egovarchive.storage import GroupPut, Storage


class BrokenError(Exception):
    """What a document's reader may raise."""


def broken(chunks: Iterable[bytes] = ()) -> Iterator[bytes]:
    """Yield *chunks*, and then fail."""
    yield from chunks
    raise BrokenError


# Few, so that they meet again; none is a folder of another; sorting is not easy.
KEYS = (
    "a",
    "b-c",
    "b/c",
    "b/d/e",
    "b/d/é",
    "b0",
    "件/一.zip",
    "件/三.zip",
    "件-二.zip",
    "😀",
)
_keys = st.sampled_from(KEYS)
_prefixes = st.sampled_from(["", "b", "b/", "b/d", "b/d/", "件", "件/", "nothing"])
_chunks = st.lists(st.binary(max_size=40), max_size=4)


class StorageMachine(RuleBasedStateMachine):
    """Steps taken by a storage and by a dict alike. See `storage_machine`."""

    make: Callable[[], AbstractContextManager[Storage]]

    def __init__(self) -> None:
        super().__init__()
        self.model: dict[str, bytes] = {}
        self.open = ExitStack()

    @initialize()
    def begin(self) -> None:
        self.storage = self.open.enter_context(self.make())

    @rule(key=_keys, chunks=_chunks)
    def put(self, key: str, chunks: list[bytes]) -> None:
        if key in self.model:
            with pytest.raises(AlreadyStoredError):
                self.storage.put(key, iter(chunks))
        else:
            self.storage.put(key, iter(chunks))
            self.model[key] = b"".join(chunks)

    @precondition(lambda self: isinstance(self.storage, GroupPut))
    @rule(items=st.lists(st.tuples(_keys, _chunks), max_size=5))
    def put_all(self, items: list[tuple[str, list[bytes]]]) -> None:
        assert isinstance(self.storage, GroupPut)
        outcome = self.storage.put_all(items)
        expected = []
        for key, chunks in items:
            expected.append(key not in self.model)
            self.model.setdefault(key, b"".join(chunks))
        assert list(outcome) == expected

    @rule(key=_keys, chunks=_chunks)
    def put_and_fail(self, key: str, chunks: list[bytes]) -> None:
        if key not in self.model:
            with pytest.raises(BrokenError):
                self.storage.put(key, broken(chunks))

    @rule(
        key=_keys,
        offset=st.integers(-90, 90),
        size=st.none() | st.integers(0, 90),
    )
    def get(self, key: str, offset: int, size: int | None) -> None:
        if key not in self.model:
            with pytest.raises(NotStoredError):
                self.storage.get(key, offset, size)
            return
        content = self.model[key]
        start = max(0, len(content) + offset) if offset < 0 else offset
        end = None if size is None else start + size
        got = b"".join(self.storage.get(key, offset, size))
        assert got == content[start:end]

    @rule(key=_keys)
    def delete(self, key: str) -> None:
        if key in self.model:
            self.storage.delete(key)
            del self.model[key]
        else:
            with pytest.raises(NotStoredError):
                self.storage.delete(key)

    @rule(prefix=_prefixes)
    def keys(self, prefix: str) -> None:
        expected = sorted(key for key in self.model if key.startswith(prefix))
        assert list(self.storage.keys(prefix)) == expected

    @invariant()
    def all_keys(self) -> None:
        if hasattr(self, "storage"):
            assert list(self.storage.keys()) == sorted(self.model)

    def teardown(self) -> None:
        self.open.close()


def storage_machine(
    make: Callable[[], AbstractContextManager[Storage]],
) -> type[StorageMachine]:
    """
    Return the machine that compares what *make* makes with a dict.

    *make* is called for each run and gives a new, empty storage. In a test
    module: ``TestModel = storage_machine(make).TestCase``.
    """
    return type("Machine", (StorageMachine,), {"make": staticmethod(make)})
