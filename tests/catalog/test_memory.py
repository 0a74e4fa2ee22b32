from __future__ import annotations

import pytest

from egovarchive.catalog.memory import MemoryCatalog
from egovarchive.testing.catalog import CatalogContract


class TestMemoryCatalog(CatalogContract):
    @pytest.fixture
    def catalog(self) -> MemoryCatalog:
        return MemoryCatalog()


def test_its_repr_is_short() -> None:
    assert repr(MemoryCatalog()) == "MemoryCatalog()"
