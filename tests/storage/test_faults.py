from __future__ import annotations

from typing import Literal

import pytest

from egovarchive.errors import StorageError
from egovarchive.storage import GroupPut, Staging
from egovarchive.storage.files import FileStorage
from egovarchive.storage.memory import MemoryStorage
from egovarchive.testing.storage import (
    Call,
    FaultyStagingStorage,
    FaultyStorage,
    GroupPutContract,
    RecordingStorage,
    StagingContract,
    StorageContract,
)


class TestRecordingStorage(StorageContract, GroupPutContract):
    @pytest.fixture
    def storage(self) -> RecordingStorage:
        return RecordingStorage(MemoryStorage())

    def test_each_call_is_noted(self, storage: RecordingStorage) -> None:
        storage.put("a", [b"x"])
        storage.put_all([("b", []), ("c", [])])
        list(storage.keys("b"))
        b"".join(storage.get("a"))
        storage.delete("a")
        assert storage.calls == [
            Call(1, "put", ("a",)),
            Call(2, "put_all", ("b", "c")),
            Call(3, "keys", ("b",)),
            Call(4, "get", ("a",)),
            Call(5, "delete", ("a",)),
        ]
        assert storage.count("get") == 1


class TestFaultyStorageWithoutFaults(
    StorageContract, GroupPutContract, StagingContract
):
    @pytest.fixture
    def storage(self, tmp_path: object) -> FaultyStagingStorage:
        return FaultyStagingStorage(FileStorage(str(tmp_path)), lambda _: False)


@pytest.mark.parametrize(("when", "stored"), [("before", False), ("after", True)])
def test_the_nth_call_fails_before_or_after_its_effect(
    when: Literal["before", "after"], *, stored: bool
) -> None:
    inner = MemoryStorage()
    storage = FaultyStorage(inner, fail_on=2, when=when)
    storage.put("a", [b"1"])
    with pytest.raises(StorageError, match="failed as told"):
        storage.put("b", [b"2"])
    assert ("b" in list(inner.keys())) == stored
    storage.put("c", [b"3"])


def test_a_question_chooses_the_calls_that_fail() -> None:
    storage = FaultyStorage(MemoryStorage(), lambda call: call.verb == "get")
    storage.put("a", [b"1"])
    for _ in range(2):
        with pytest.raises(StorageError, match="failed as told"):
            storage.get("a")


def test_a_lost_group_answer_leaves_the_group() -> None:
    inner = MemoryStorage()
    storage = FaultyStorage(inner, 1, "after")
    with pytest.raises(StorageError, match="failed as told"):
        storage.put_all([("a", []), ("b", [])])
    assert list(inner.keys()) == ["a", "b"]


def test_a_wrapper_is_able_to_do_what_it_says() -> None:
    assert isinstance(FaultyStorage(MemoryStorage(), 1), GroupPut)
    assert not isinstance(FaultyStorage(MemoryStorage(), 1), Staging)
