"""Strays: packages that were stored, and that no record names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.office import (
    FONDS,
    archive_in,
    arrangement,
    case,
    cases,
    key_of,
    new_archive,
    state_of,
)
from egovarchive import Archive
from egovarchive.archive import strays
from egovarchive.errors import CatalogMismatchError, JournalError
from egovarchive.storage import Storage
from egovarchive.storage.memory import MemoryStorage
from egovarchive.testing.storage_faults import RecordingStorage


def store(storage: Storage, *numbers: int) -> list[str]:
    """Store the packages of cases, and nothing else; return their keys."""
    archive, keys = new_archive(), []
    for number in numbers:
        keys.append(key_of(case(number)))
        storage.put(keys[-1], archive.pack(case(number)).payload())
    return sorted(keys)


class TestStrays:
    def test_of_an_archive_where_nothing_failed_are_none(self) -> None:
        archive = new_archive()
        assert list(archive.strays()) == []
        list(archive.deposit_many(cases(5)))
        assert list(archive.strays()) == []

    def test_are_what_was_stored_and_not_registered(self, tmp_path: Path) -> None:
        archive = archive_in(tmp_path)
        list(archive.deposit_many(cases(3)))
        left = store(archive.storage, 7, 8, 9)
        before = state_of(archive)
        assert list(archive.strays()) == left
        assert state_of(archive) == before, "to look changes nothing"

    def test_are_none_any_more_when_their_cases_come_again(self) -> None:
        storage = MemoryStorage()
        left = store(storage, 7, 8)
        archive = new_archive(storage)
        archive.deposit(case(7))
        assert list(archive.strays()) == [key_of(case(8))]
        list(archive.deposit_many(cases(9)))
        assert list(archive.strays()) == []
        assert set(left) < set(storage.keys("packages/"))

    def test_of_another_fonds_are_not_ours(self) -> None:
        storage = MemoryStorage()
        left = store(storage, 1)
        # One whose number begins with ours.
        for fonds in ("J02", f"{FONDS}1"):
            other = new_archive(storage, arrangement=arrangement(fonds=fonds))
            other.deposit(case(2))
            assert list(other.strays()) == []
        assert list(new_archive(storage).strays()) == left

    def test_are_whatever_lies_where_packages_lie(self) -> None:
        archive = new_archive()
        key = f"packages/{FONDS}/notes.txt"
        archive.storage.put(key, [b"?"])
        assert list(archive.strays()) == [key]

    def test_are_not_what_is_registered_while_they_are_sought(self) -> None:
        class Meanwhile(RecordingStorage):
            def keys(self, prefix: str = "") -> Iterator[str]:
                found = list(super().keys(prefix))
                if prefix.startswith("packages/"):
                    other.deposit(case(2))
                return iter(found)

        inner = MemoryStorage()
        store(inner, 2)
        other = new_archive(inner)
        archive = new_archive(Meanwhile(inner))
        assert list(archive.strays()) == []
        assert [entry.case_number for entry in other.entries()] == [case(2).number]

    @settings(max_examples=50)
    @given(
        registered=st.sets(st.integers(1, 12)),
        left=st.sets(st.integers(1, 12)),
        batch=st.integers(1, 30),
    )
    def test_are_found_however_many_keys_are_held_at_a_time(
        self, registered: set[int], left: set[int], batch: int
    ) -> None:
        archive = new_archive()
        list(archive.deposit_many(map(case, registered)))
        keys = store(archive.storage, *(left - registered))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(strays, "BATCH", batch)
            assert list(archive.strays()) == keys


def cut(archive: Archive) -> None:
    archive.storage.delete(list(archive.storage.keys("journal/"))[-1])


def tear(archive: Archive) -> None:
    archive.storage.delete(next(archive.storage.keys("journal/")))


def alter(archive: Archive) -> None:
    key = next(archive.storage.keys("journal/"))
    data = b"".join(archive.storage.get(key))
    archive.storage.delete(key)
    archive.storage.put(key, [data.replace(b"J019-", b"J018-")])


@pytest.mark.parametrize(
    ("harm", "error"),
    [(cut, CatalogMismatchError), (tear, JournalError), (alter, JournalError)],
)
def test_a_journal_that_is_not_whole_makes_no_record_a_stray(
    harm: Callable[[Archive], None], error: type[Exception]
) -> None:
    archive = new_archive()
    for each in cases(3):
        archive.deposit(each)
    harm(archive)
    with pytest.raises(error):
        next(archive.strays())
