"""Registration: shared commits, and races between archives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Literal, TypeVar

import pytest

from archive.office import (
    SlowStorage,
    archive_in,
    arrangement,
    case,
    cases,
    in_threads,
    items_of,
    key_of,
    leftovers,
    new_archive,
    schedule,
    signer,
    state_of,
)
from egovarchive import Archive
from egovarchive.catalog import Catalog
from egovarchive.catalog.memory import MemoryCatalog
from egovarchive.errors import ConflictError, StorageError
from egovarchive.lifecycle.entry import Entry
from egovarchive.storage.memory import MemoryStorage
from egovarchive.testing.storage_faults import (
    Call,
    FaultyStorage,
    RecordingStorage,
    Verb,
)

T = TypeVar("T")


class TestThreads:
    def test_share_commits(self) -> None:
        storage = SlowStorage(MemoryStorage())
        archive = new_archive(storage)
        found: dict[int, Entry] = {}
        # Packed before, so that a slow machine does not keep them from meeting.
        packages = [archive.pack(case(number)) for number in range(128)]

        def accept(thread: int) -> None:
            for number in range(4 * thread, 4 * thread + 4):
                found[number] = archive.accept(packages[number])

        in_threads(32, accept)
        assert sorted(entry.code.item for entry in found.values()) == list(
            range(1, 129)
        )
        assert {n: e.case_number for n, e in found.items()} == {
            n: case(n).number for n in range(128)
        }
        segments = len(list(storage.keys("journal/")))
        assert segments <= 32
        assert storage.count("put_all") <= segments
        assert all(report.passed for report in archive.verify_all())

    def test_with_one_case_get_one_entry(self, tmp_path: Path) -> None:
        archive = archive_in(tmp_path)
        found: list[Entry] = []
        in_threads(16, lambda _: found.append(archive.deposit(case())))
        assert len(set(found)) == 1
        assert items_of(archive) == [1]
        assert leftovers(tmp_path) == []

    def test_with_one_number_and_other_content_have_one_winner(self) -> None:
        archive = new_archive()
        won: list[Entry] = []
        lost: list[ConflictError] = []

        def deposit(thread: int) -> None:
            try:
                won.append(archive.deposit(case(1, title=f"题名{thread}")))
            except ConflictError as error:
                lost.append(error)

        in_threads(12, deposit)
        assert (len(won), len(lost)) == (1, 11)
        assert list(archive.storage.keys("packages/")) == [won[0].key]

    def test_one_of_which_fails_do_not_harm_the_others(self) -> None:
        storage = SlowStorage(MemoryStorage())
        bad = new_archive().pack(case(5)).id
        faulty = FaultyStorage(storage, lambda call: any(bad in k for k in call.keys))
        archive = new_archive(faulty)
        failed: list[int] = []

        def deposit(thread: int) -> None:
            try:
                archive.deposit(case(thread))
            except StorageError:
                failed.append(thread)

        in_threads(16, deposit)
        assert failed == [5]
        assert items_of(archive) == list(range(1, 16))

    def test_of_two_archives_over_the_same_backends_are_as_one(
        self, tmp_path: Path
    ) -> None:
        archives = [archive_in(tmp_path) for _ in range(4)]
        assert archives[0].head.number == 0

        def deposit(thread: int) -> None:
            for number in range(15):
                archives[thread].deposit(case(number + 10 * (thread % 2)))

        in_threads(4, deposit)
        assert items_of(archives[0]) == list(range(1, 26))
        assert len(list(archives[0].storage.keys("packages/"))) == 25
        assert all(report.passed for report in archives[0].verify_all())


class Meanwhile(RecordingStorage):
    """A storage in which something happens, once, just before a journal is written."""

    def __init__(self, inner: MemoryStorage, act: Callable[[], object]) -> None:
        super().__init__(inner)
        self._act: Callable[[], object] | None = act

    def put(self, key: str, chunks: Iterable[bytes]) -> None:
        act, self._act = (
            self._act,
            self._act if not key.startswith("journal/") else None,
        )
        if act is not None and self._act is None:
            act()
        super().put(key, chunks)


class Going(RecordingStorage):
    """A storage where others take a package away before it is read, some times."""

    def __init__(self, inner: MemoryStorage, times: int) -> None:
        super().__init__(inner)
        self.times = times

    def get(
        self, key: str, offset: int = 0, size: int | None = None
    ) -> Iterator[bytes]:
        if self.times and key.startswith("packages/"):
            self.times -= 1
            self._inner.delete(key)
        try:
            return super().get(key, offset, size)
        finally:
            if self.times and key.startswith("packages/"):
                self._inner.put(key, [b"another's"])


class FailingBeside(FaultyStorage):
    """A storage whose journal cannot be written, and where another acts at a turn."""

    def __init__(
        self,
        inner: MemoryStorage,
        turn: int,
        when: Literal["before", "after"],
        act: Callable[[], object],
    ) -> None:
        super().__init__(inner, is_registration)
        self._turn = (turn, when)
        self._act = act

    def _around(self, verb: Verb, keys: tuple[str, ...], act: Callable[[], T]) -> T:
        turn = len(self.calls) + 1
        if self._turn == (turn, "before"):
            self._act()
        try:
            return super()._around(verb, keys, act)
        finally:
            if self._turn == (turn, "after"):
                self._act()


def is_registration(call: Call) -> bool:
    return call.verb == "put" and call.keys[0].startswith("journal/")


@pytest.fixture(params=["one catalog", "two catalogs"])
def catalogs(request: pytest.FixtureRequest) -> tuple[Catalog, Catalog]:
    one = MemoryCatalog()
    return one, one if request.param == "one catalog" else MemoryCatalog()


class TestARace:
    """Another archive commits between our look at the catalog and our commit."""

    def race(
        self,
        catalogs: tuple[Catalog, Catalog],
        act: Callable[[Archive], object],
        **changes: object,
    ) -> Archive:
        storage = MemoryStorage()
        other = new_archive(storage, catalogs[1], **changes)
        meanwhile = Meanwhile(storage, lambda: act(other))
        return new_archive(meanwhile, catalogs[0])

    def check(self, archive: Archive, number: int) -> None:
        assert items_of(archive) == list(range(1, number + 1))
        kept = {entry.key for entry in archive.entries()}
        assert set(archive.storage.keys("packages/")) == kept
        assert all(report.passed for report in archive.verify_all())
        before = list(archive.entries())
        assert archive.rebuild() == number
        assert list(archive.entries()) == before

    def test_for_a_number_is_lost_and_tried_again(
        self, catalogs: tuple[Catalog, Catalog]
    ) -> None:
        archive = self.race(catalogs, lambda other: other.deposit(case(2)))
        assert archive.deposit(case(1)).code.item == 2
        self.check(archive, 2)

    def test_in_a_group_leaves_no_gap(self, catalogs: tuple[Catalog, Catalog]) -> None:
        archive = self.race(catalogs, lambda other: other.deposit(case(2)))
        found = list(archive.deposit_many(cases(5)))
        assert sorted(d.entry.code.item for d in found if d.entry) == [1, 2, 3, 4, 5]
        self.check(archive, 5)

    def test_for_the_same_case_ends_in_one_entry(
        self, catalogs: tuple[Catalog, Catalog]
    ) -> None:
        theirs: list[Entry] = []
        archive = self.race(
            catalogs, lambda other: theirs.append(other.deposit(case()))
        )
        assert [archive.deposit(case())] == theirs
        self.check(archive, 1)

    def test_for_a_case_number_is_a_conflict_and_leaves_nothing(
        self, catalogs: tuple[Catalog, Catalog]
    ) -> None:
        archive = self.race(catalogs, lambda other: other.deposit(case(title="另一")))
        with pytest.raises(ConflictError, match="J019"):
            archive.deposit(case())
        self.check(archive, 1)

    def test_for_the_same_case_filed_by_another_schedule_leaves_nothing(
        self, catalogs: tuple[Catalog, Catalog]
    ) -> None:
        theirs: list[Entry] = []
        archive = self.race(
            catalogs,
            lambda other: theirs.append(other.deposit(case())),
            arrangement=arrangement(schedule=schedule("2025")),
        )
        assert [archive.deposit(case())] == theirs
        assert theirs[0].schedule == "2025"
        self.check(archive, 1)

    def test_with_a_rebuild_gives_no_number_twice(
        self, catalogs: tuple[Catalog, Catalog]
    ) -> None:
        archive = self.race(catalogs, lambda other: other.rebuild())
        list(archive.deposit_many(cases(3)))
        self.check(archive, 3)

    def test_for_a_case_number_leaves_no_package_that_lay_there_before(
        self, catalogs: tuple[Catalog, Catalog]
    ) -> None:
        """Whoever stored it: it can never be registered any more."""
        archive = self.race(catalogs, lambda other: other.deposit(case(title="另一")))
        leave(archive)
        with pytest.raises(ConflictError, match="J019"):
            archive.deposit(case())
        self.check(archive, 1)

    @pytest.mark.parametrize("when", ["before", "after"])
    @pytest.mark.parametrize("of_their_own", [True, False])
    def test_with_one_who_fails_loses_no_acknowledged_record(
        self, when: Literal["before", "after"], *, of_their_own: bool
    ) -> None:
        """One cannot register its case; another, with the same, finds its package."""
        for turn in range(1, 100):
            catalog = MemoryCatalog()
            theirs = MemoryCatalog() if of_their_own else catalog
            if not self.other_comes(turn, when, catalog, theirs):
                break
        # The one who fails came to its end before the other's turn.
        assert 5 < turn < 99

    def other_comes(
        self, turn: int, when: Literal["before", "after"], *catalogs: Catalog
    ) -> bool:
        """Return whether the other came at all."""
        inner, found = MemoryStorage(), list[Entry]()
        other = new_archive(inner, catalogs[1])
        storage = FailingBeside(
            inner, turn, when, lambda: found.append(other.deposit(case()))
        )
        with suppress(StorageError):
            new_archive(storage, catalogs[0]).deposit(case())
        if found:
            assert other.verify(found[0].code).passed, f"at call {turn}"
            assert new_archive(inner, catalogs[0]).deposit(case()) == found[0]
            self.check(other, 1)
        return bool(found)


def leave(archive: Archive, data: bytes | None = None) -> str:
    """Leave a package as an interrupted deposit does; return its key."""
    key, package = key_of(case()), archive.pack(case())
    whole = b"".join(package.payload()) if data is None else data
    archive.storage.put(key, [whole])
    return key


class TestAPackageThatLiesThereAlready:
    @pytest.mark.parametrize("among", [0, 5])
    def test_is_registered_as_it_is(self, among: int) -> None:
        archive = new_archive()
        key = leave(archive)
        before = b"".join(archive.storage.get(key))
        given = [*cases(among, start=10), case()]
        entry = list(archive.deposit_many(given))[-1].entry
        assert entry is not None
        assert entry.key == key
        assert b"".join(archive.storage.get(key)) == before
        assert archive.verify(entry.code).passed

    def test_is_refused_if_it_is_damaged(self) -> None:
        archive = new_archive()
        key = leave(archive, b"PK no package")
        before = state_of(archive)
        for found in archive.deposit_many([case()]):
            assert isinstance(found.error, StorageError)
            assert key in found.error.message("en")
        with pytest.raises(StorageError, match="never registered"):
            archive.deposit(case())
        assert state_of(archive) == before
        archive.storage.delete(key)
        assert archive.deposit(case()).code.item == 1

    def test_is_refused_if_a_stranger_signed_it(self) -> None:
        storage = MemoryStorage()
        leave(new_archive(storage, signer=signer("陌生人"), verifier=None))
        with pytest.raises(StorageError, match="陌生人"):
            new_archive(storage).deposit(case())

    @pytest.mark.parametrize("among", [0, 5])
    def test_and_goes_before_it_is_read_is_stored_anew(self, among: int) -> None:
        storage = Going(MemoryStorage(), times=1)
        archive = new_archive(storage)
        key = leave(archive)
        given = [*cases(among, start=10), case()]
        found = list(archive.deposit_many(given))
        assert [each.error for each in found] == [None] * (among + 1)
        assert list(archive.strays()) == []
        assert storage.times == 0
        assert found[-1].entry is not None
        assert found[-1].entry.key == key
        assert archive.verify(found[-1].entry.code).passed

    def test_and_goes_each_time_it_is_read_is_an_error(self) -> None:
        archive = new_archive(Going(MemoryStorage(), times=1000))
        key = leave(archive)
        with pytest.raises(StorageError, match="gone") as caught:
            archive.deposit(case())
        assert key in caught.value.message("zh")
        assert items_of(archive) == []
