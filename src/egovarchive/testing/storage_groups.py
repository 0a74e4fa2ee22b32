"""Contracts of what a storage may be able to do: store groups, and lend room."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from threading import Barrier, Thread

import pytest

from egovarchive.errors import StorageError
from egovarchive.storage import GroupPut, Staging, Storage
from egovarchive.testing.storage_faults import GroupStorage, StagingStorage
from egovarchive.testing.storage_model import BrokenError, broken


def content(storage: Storage, key: str) -> bytes:
    """Return all bytes of *key*."""
    return b"".join(storage.get(key))


def race(acts: Iterable[Callable[[], None]]) -> None:
    """Run *acts* in threads that start together; return when all have ended."""
    acts = list(acts)
    ready = Barrier(len(acts))

    def start(act: Callable[[], None]) -> None:
        ready.wait()
        act()

    threads = [Thread(target=start, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class GroupPutContract:
    """Many objects at the price of few."""

    def test_it_says_so(self, storage: GroupStorage) -> None:
        assert isinstance(storage, GroupPut)

    def test_a_group_is_stored(self, storage: GroupStorage) -> None:
        items = [(f"a/{n}", [b"%d" % n]) for n in range(70)]
        assert list(storage.put_all(items)) == [True] * 70
        for key, chunks in items:
            assert content(storage, key) == chunks[0]

    def test_an_empty_group_is_nothing(self, storage: GroupStorage) -> None:
        assert list(storage.put_all([])) == []
        assert list(storage.keys()) == []

    def test_taken_keys_are_told_in_turn_and_kept(self, storage: GroupStorage) -> None:
        storage.put("b", [b"old"])
        storage.put("x/d", [b"old"])
        keys = ["x/e", "b", "a", "x/d", "c"]
        outcome = storage.put_all([(key, [b"new"]) for key in keys])
        assert list(outcome) == [True, False, True, False, True]
        assert {key: content(storage, key) for key in keys} == {
            "x/e": b"new",
            "b": b"old",
            "a": b"new",
            "x/d": b"old",
            "c": b"new",
        }

    def test_of_equal_keys_the_first_is_stored(self, storage: GroupStorage) -> None:
        outcome = storage.put_all([("b", [b"1"]), ("a", [b"2"]), ("b", [b"3"])])
        assert list(outcome) == [True, True, False]
        assert content(storage, "b") == b"1"

    @pytest.mark.parametrize("at", [0, 3, 6])
    def test_a_failing_item_leaves_nothing_of_its_group(
        self, storage: GroupStorage, at: int
    ) -> None:
        storage.put("a/2", [b"old"])
        items: list[tuple[str, Iterable[bytes]]] = [
            (f"a/{n}", [b"new"]) for n in range(6)
        ]
        items.insert(at, ("a/broken", broken([b"x" * 2_000_000])))
        with pytest.raises(BrokenError):
            storage.put_all(items)
        assert list(storage.keys()) == ["a/2"]
        assert content(storage, "a/2") == b"old"

    def test_a_bad_key_leaves_nothing_of_its_group(self, storage: GroupStorage) -> None:
        with pytest.raises(StorageError, match="not a key"):
            storage.put_all([("a", [b"x"]), ("../b", [b"x"]), ("c", [b"x"])])
        assert list(storage.keys()) == []

    def test_overlapping_groups_race_to_one_winner_each(
        self, storage: GroupStorage
    ) -> None:
        for turn in range(6):
            keys = [f"{turn}/{n}" for n in range(12)]
            won: list[tuple[str, int]] = []

            def contend(
                who: int,
                keys: list[str] = keys,
                won: list[tuple[str, int]] = won,
            ) -> None:
                # Each in an order of its own: those who wait must not do it in
                # a circle.
                mine = keys[who:] + keys[:who]
                outcome = storage.put_all([(key, [b"%d" % who]) for key in mine])
                won += [
                    (key, who)
                    for key, stored in zip(mine, outcome, strict=True)
                    if stored
                ]

            race([lambda who=who: contend(who) for who in range(6)])  # type: ignore[misc]
            assert sorted(key for key, _ in won) == sorted(keys)
            for key, who in won:
                assert content(storage, key) == b"%d" % who


class StagingContract:
    """Room beside the store."""

    def test_it_says_so(self, storage: StagingStorage) -> None:
        assert isinstance(storage, Staging)

    def test_a_staged_file_is_written_read_and_patched(
        self, storage: StagingStorage
    ) -> None:
        with storage.stage() as file:
            assert file.write(b"header....") == 10
            assert file.write(b"x" * 3_000_000) == 3_000_000
            assert file.tell() == 3_000_010
            file.seek(6)
            file.write(b"1234")
            file.seek(0)
            assert file.read(12) == b"header1234xx"
            file.seek(-1, io.SEEK_END)
            assert file.read() == b"x"
        assert list(storage.keys()) == []

    def test_a_staged_file_becomes_the_object(self, storage: StagingStorage) -> None:
        with storage.stage() as file:
            file.write(b"....body")
            file.seek(0)
            file.write(b"head")
            storage.put("a/b", file)
            assert content(storage, "a/b") == b"headbody"
        assert content(storage, "a/b") == b"headbody"

    def test_staged_files_and_chunks_make_a_group(
        self, storage: StagingStorage
    ) -> None:
        storage.put("taken", [b"old"])
        with storage.stage() as one, storage.stage() as two, storage.stage() as lost:
            for number, file in enumerate((one, two, lost)):
                file.write(b"file %d" % number)
            items: list[tuple[str, Iterable[bytes]]] = [
                ("b", one),
                ("a", [b"chunk"]),
                ("taken", lost),
                ("c", two),
            ]
            assert list(storage.put_all(items)) == [True, True, False, True]
        assert {key: content(storage, key) for key in list(storage.keys())} == {
            "a": b"chunk",
            "b": b"file 0",
            "c": b"file 1",
            "taken": b"old",
        }

    def test_a_staged_file_outlives_a_failed_group(
        self, storage: StagingStorage
    ) -> None:
        with storage.stage() as file:
            file.write(b"kept")
            with pytest.raises(BrokenError):
                storage.put_all([("a", file), ("b", broken())])
            assert list(storage.keys()) == []
            storage.put("a", file)
        assert content(storage, "a") == b"kept"

    def test_an_empty_staged_file_is_an_empty_object(
        self, storage: StagingStorage
    ) -> None:
        with storage.stage() as file:
            storage.put("a", file)
        assert content(storage, "a") == b""

    def test_elsewhere_a_staged_file_is_its_bytes_from_the_start(
        self, storage: StagingStorage
    ) -> None:
        with storage.stage() as file:
            lines = b"line\n" * 500_000
            file.write(lines)
            file.seek(7)
            chunks = list(file)
            assert b"".join(chunks) == lines
            assert len(chunks) <= 3
