from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from egovarchive.catalog.sqlite import SqliteCatalog
from egovarchive.testing.catalog import CatalogContract, SharedCatalogContract


class TestSqliteCatalog(CatalogContract, SharedCatalogContract):
    @pytest.fixture
    def catalog(self, tmp_path: Path) -> Iterator[SqliteCatalog]:
        catalog = SqliteCatalog(tmp_path / "catalog.sqlite")
        yield catalog
        catalog.close()

    @pytest.fixture
    def another(self, catalog: SqliteCatalog) -> Iterator[SqliteCatalog]:
        another = SqliteCatalog(catalog.path)
        yield another
        another.close()
