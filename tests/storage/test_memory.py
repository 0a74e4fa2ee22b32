from __future__ import annotations

from contextlib import nullcontext

import pytest

from egovarchive.errors import StorageError
from egovarchive.storage.memory import MemoryStorage
from egovarchive.testing.storage import (
    GroupPutContract,
    StorageContract,
    storage_machine,
)


class TestMemoryStorage(StorageContract, GroupPutContract):
    @pytest.fixture
    def storage(self) -> MemoryStorage:
        return MemoryStorage()

    def test_a_refused_folder_leaves_nothing_of_its_group(
        self, storage: MemoryStorage
    ) -> None:
        with pytest.raises(StorageError, match="'a'"):
            storage.put_all([("b", [b"x"]), ("a", [b"x"]), ("a/c", [b"x"])])
        assert list(storage.keys()) == []
        storage.put("a", [b"x"])


TestModel = storage_machine(lambda: nullcontext(MemoryStorage())).TestCase
