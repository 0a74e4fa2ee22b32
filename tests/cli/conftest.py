from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from cli.office import SCHEDULE, Command, Office, write_keys
from egovarchive.catalog.sqlite import SqliteCatalog
from egovarchive.testing import samples


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*os.environ]:
        if name.startswith("EGOVARCHIVE_"):
            monkeypatch.delenv(name)
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(capsys)


@pytest.fixture(scope="session")
def _archived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cli") / "archive"
    archive = samples.new_archive(path)
    for case in samples.all_cases():
        archive.deposit(case)
    assert isinstance(archive.catalog, SqliteCatalog)
    archive.catalog.close()
    return path


@pytest.fixture
def archive(_archived: Path, tmp_path: Path) -> Path:
    """Return an archive of the twelve samples, to do with as one likes."""
    path = tmp_path / "archive"
    shutil.copytree(_archived, path)
    return path


@pytest.fixture
def office(tmp_path: Path) -> Office:
    schedule = tmp_path / "schedule.csv"
    schedule.write_text(SCHEDULE, encoding="utf-8")
    key, certificate = write_keys(tmp_path)
    return Office(tmp_path, tmp_path / "made", schedule, key, certificate)
