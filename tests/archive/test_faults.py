"""Each call to a backend fails once, at each of its turns."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import pytest

from archive.office import (
    archive_in,
    case,
    cases,
    check_unregistered,
    document,
    items_of,
    key_of,
    leftovers,
    new_archive,
    permissions_count,
    state_of,
)
from egovarchive import Archive, Case
from egovarchive.catalog.memory import MemoryCatalog
from egovarchive.catalog.sqlite import SqliteCatalog
from egovarchive.errors import CatalogError, EgovArchiveError, StorageError
from egovarchive.records.document import File
from egovarchive.storage.files import FileStorage
from egovarchive.storage.memory import MemoryStorage
from egovarchive.testing.storage_faults import (
    Call,
    FaultyStagingStorage,
    FaultyStorage,
    RecordingStorage,
)

Deposited = list[int | None]


def one_by_one(archive: Archive, given: Sequence[Case]) -> Deposited:
    return [_item(archive, each) for each in given]


def _item(archive: Archive, each: Case) -> int | None:
    try:
        return archive.deposit(each).code.item
    except EgovArchiveError:
        return None


def in_bulk(archive: Archive, given: Sequence[Case]) -> Deposited:
    found = archive.deposit_many(given)
    return [None if each.entry is None else each.entry.code.item for each in found]


GIVEN = [*cases(3), case(2), case(9), case(10)]
WAYS = pytest.mark.parametrize("way", [one_by_one, in_bulk])


def check_consistent(archive: Archive, refused: Iterable[Case] = ()) -> None:
    """
    Check that numbers, packages, journal and catalog agree.

    Packages of those *refused* may be there unregistered, and no others.
    """
    assert items_of(archive) == list(range(1, len(items_of(archive)) + 1))
    kept, strays = {e.key for e in archive.entries()}, set(archive.strays())
    assert set(archive.storage.keys("packages/")) == kept | strays
    assert not kept & strays
    assert strays <= {key_of(each) for each in refused}
    reports = list(archive.verify_all())
    assert len(reports) == len(kept)
    assert all(report.passed for report in reports)
    before = [(entry, entry.title) for entry in archive.entries()]
    assert all(title for _, title in before)
    archive.rebuild()
    assert [(entry, entry.title) for entry in archive.entries()] == before


def calls_of(way: Callable[[Archive, Sequence[Case]], Deposited]) -> int:
    storage = RecordingStorage(MemoryStorage())
    assert way(new_archive(storage), GIVEN) == [1, 2, 3, 2, 4, 5]
    return len(storage.calls)


@WAYS
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_storage_that_fails_once_costs_some_cases_and_nothing_else(
    way: Callable[[Archive, Sequence[Case]], Deposited],
    when: Literal["before", "after"],
) -> None:
    for turn in range(1, calls_of(way) + 1):
        inner, catalog = MemoryStorage(), MemoryCatalog()
        found = way(new_archive(FaultyStorage(inner, turn, when), catalog), GIVEN)
        archive = new_archive(inner, catalog)
        archive.refresh()
        by_item = {e.code.item: e.case_number for e in archive.entries()}
        for each, item in zip(GIVEN, found, strict=True):
            if item is not None:
                assert by_item[item] == each.number, "an acknowledged case is there"
        pairs = zip(GIVEN, found, strict=True)
        check_consistent(archive, [each for each, item in pairs if item is None])
        again = in_bulk(archive, GIVEN)
        assert [a for a, f in zip(again, found, strict=True) if f] == [
            f for f in found if f
        ]
        assert set(again) == {1, 2, 3, 4, 5}
        check_consistent(archive)


class FaultyCatalog(MemoryCatalog):
    """A catalog that fails once, before its call has any effect."""

    def __init__(self, turn: int) -> None:
        super().__init__()
        self._turn = turn
        self.calls = 0

    def _count(self) -> None:
        self.calls += 1
        if self.calls == self._turn:
            raise CatalogError("failed as told", "按设定失败")

    def head(self, *args: Any) -> Any:
        self._count()
        return super().head(*args)

    def apply(self, *args: Any) -> None:
        self._count()
        super().apply(*args)

    def entry_of_case(self, *args: Any) -> Any:
        self._count()
        return super().entry_of_case(*args)

    def last_item(self, *args: Any) -> Any:
        self._count()
        return super().last_item(*args)


@WAYS
def test_a_catalog_that_fails_once_costs_some_cases_and_nothing_else(
    way: Callable[[Archive, Sequence[Case]], Deposited],
) -> None:
    counting = FaultyCatalog(0)
    way(new_archive(catalog=counting), GIVEN)
    for turn in range(1, counting.calls + 1):
        storage, catalog = MemoryStorage(), FaultyCatalog(turn)
        found = way(new_archive(storage, catalog), GIVEN)
        archive = new_archive(storage, catalog)
        pairs = zip(GIVEN, found, strict=True)
        archive.refresh()
        check_consistent(archive, [each for each, item in pairs if item is None])
        again = in_bulk(archive, GIVEN)
        assert [a for a, f in zip(again, found, strict=True) if f] == [
            f for f in found if f
        ]
        check_consistent(archive)
        assert set(again) == {1, 2, 3, 4, 5}


def test_a_case_that_only_the_catalog_missed_is_registered_and_the_error_says_so() -> (
    None
):
    class Full(MemoryCatalog):
        full = True

        def apply(self, *args: Any) -> None:
            if self.full:
                raise CatalogError("no space", "空间不足")
            super().apply(*args)

    catalog = Full()
    archive = new_archive(catalog=catalog)
    with pytest.raises(CatalogError, match=r"registered as J019.*0001") as caught:
        archive.deposit(case(1))
    assert "no space" in caught.value.message("en")
    assert "0001" in caught.value.message("zh")
    before = list(archive.storage.keys())
    with pytest.raises(CatalogError, match="no space"):
        archive.deposit(case(2))
    assert list(archive.storage.keys()) == before, "nothing is stored meanwhile"
    catalog.full = False
    assert archive.deposit(case(1)).code.item == 1
    assert archive.deposit(case(2)).code.item == 2
    check_consistent(archive)


def test_a_journal_whose_answer_is_lost_has_the_case() -> None:
    inner = MemoryStorage()
    storage = FaultyStorage(
        inner, lambda c: c.verb == "put" and c.keys[0].startswith("journal/"), "after"
    )
    archive = new_archive(storage)
    assert [archive.deposit(each).code.item for each in cases(3)] == [1, 2, 3]
    check_consistent(new_archive(inner, archive.catalog))


def test_a_journal_that_cannot_be_written_registers_nothing_and_loses_no_package(
    tmp_path: Path,
) -> None:
    def is_journal(call: Call) -> bool:
        return call.verb == "put" and call.keys[0].startswith("journal/")

    large = case(4, documents=[document(File("a.bin", bytes(9_000_000)))])
    storage = FaultyStagingStorage(FileStorage(tmp_path / "store"), is_journal)
    archive = new_archive(storage)
    before, given = state_of(archive), [*cases(3), large]
    for each in (case(1), large):
        with pytest.raises(StorageError, match="journal"):
            archive.deposit(each)
    assert check_unregistered(archive, before, given) == sorted(
        [key_of(case(1)), key_of(large)]
    )
    found = list(archive.deposit_many(given))
    assert [type(d.error) for d in found] == [StorageError] * 4
    left = check_unregistered(archive, before, given)
    assert left == sorted(map(key_of, given))
    assert leftovers(tmp_path) == []
    good = new_archive(FileStorage(tmp_path / "store"))
    assert in_bulk(good, given) == [1, 2, 3, 4]
    assert list(good.storage.keys("packages/")) == left, "no second copy"
    check_consistent(good)


class TestAFolderThatMayNotBeWritten:
    @pytest.mark.parametrize(
        ("what", "left"), [("store", 0), ("store/journal/J019", 1), (".", 0)]
    )
    def test_registers_nothing(self, what: str, left: int, tmp_path: Path) -> None:
        archive = archive_in(tmp_path)
        archive.deposit(case(1))
        archive.close()
        before = state_of(archive)
        folders = [tmp_path / what, *(tmp_path / what).rglob("*")]
        modes = {path: path.stat().st_mode for path in folders}
        for path in folders:
            path.chmod(modes[path] & ~0o222)
        try:
            with permissions_count():
                with pytest.raises((StorageError, CatalogError)) as caught:
                    archive_in(tmp_path).deposit(case(2))
                if what != ".":
                    assert "Permission denied" in caught.value.message("en")
                    assert "没有权限" in caught.value.message("zh")
        finally:
            for path in folders:
                if path.exists():
                    path.chmod(modes[path])
        strays = check_unregistered(archive, before, [case(2)])
        assert len(strays) == left
        assert leftovers(tmp_path) == []
        assert archive.deposit(case(2)).code.item == 2
        check_consistent(archive)


class TestAFullDisk:
    @pytest.fixture
    def disk(self, tmp_path: Path) -> Iterator[Path]:
        """A disk of 4 MB."""
        disk = tmp_path / "disk"
        disk.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"this test needs the right to mount: {done.stderr.strip()}")
        try:
            yield disk
        finally:
            subprocess.run(["umount", "-l", str(disk)], check=True)

    def fill(self, disk: Path, leave: int) -> Path:
        """Fill *disk* but for *leave* bytes; return the file to remove."""
        filler = disk / "filler"
        with filler.open("wb", buffering=0) as file:
            try:
                while file.write(b"x" * 4096) == 4096:
                    pass
            except OSError:
                pass
            file.truncate(max(0, os.fstat(file.fileno()).st_size - leave))
        return filler

    @pytest.mark.parametrize("leave", range(0, 5 * 4096, 4096))
    def test_of_packages_and_journal(
        self, disk: Path, tmp_path: Path, leave: int
    ) -> None:
        """As more is left, the package finds room, and then the journal too."""
        catalog = SqliteCatalog(tmp_path / "catalog.sqlite")
        archive = new_archive(FileStorage(disk / "store"), catalog)
        archive.deposit(case(1))
        filler, before = self.fill(disk, leave), state_of(archive)
        given = cases(10, start=2)
        found = in_bulk(archive, given)
        done = [item for item in found if item]
        assert done == list(range(2, len(done) + 2))
        assert None in found
        if not done:
            check_unregistered(archive, before, given)
        assert leftovers(disk / "store") == []
        filler.unlink()
        assert sorted(filter(None, in_bulk(archive, given))) == list(range(2, 12))
        check_consistent(archive)

    @pytest.mark.parametrize("leave", [0, 4096, 16384])
    def test_of_the_catalog(self, disk: Path, tmp_path: Path, leave: int) -> None:
        catalog = SqliteCatalog(disk / "catalog.sqlite")
        archive = new_archive(FileStorage(tmp_path / "store"), catalog)
        archive.deposit(case(1))
        filler = self.fill(disk, leave)
        given = cases(200, start=2)
        found = in_bulk(archive, given)
        assert None in found
        filler.unlink()
        assert in_bulk(archive, given) == list(range(2, 202))
        check_consistent(archive)
        catalog.close()
