from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from egovarchive.storage.files import FileStorage
from egovarchive.testing.storage import (
    GroupPutContract,
    StagingContract,
    StorageContract,
    storage_machine,
)


class TestFileStorage(StorageContract, GroupPutContract, StagingContract):
    @pytest.fixture
    def storage(self, tmp_path: Path) -> FileStorage:
        return FileStorage(tmp_path / "store")


@contextmanager
def new_storage() -> Iterator[FileStorage]:
    with tempfile.TemporaryDirectory() as root:
        yield FileStorage(root)


TestModel = storage_machine(new_storage).TestCase
