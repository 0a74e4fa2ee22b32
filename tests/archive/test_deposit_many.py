"""Bulk deposit: in order, bounded, and with no loss whoever stops or fails."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from archive.office import (
    Bytes,
    archive_in,
    case,
    cases,
    document,
    items_of,
    leftovers,
    new_archive,
    signer,
)
from egovarchive import Archive, Case
from egovarchive.archive import Deposit, Progress
from egovarchive.archive.bulk import AHEAD, PATIENCE
from egovarchive.archive.register import GROUP_CASES
from egovarchive.errors import (
    AlgorithmUnsupportedError,
    InvalidValueError,
    SigningError,
    StorageError,
)
from egovarchive.records.document import File
from egovarchive.signing import SignRequest
from egovarchive.storage.memory import MemoryStorage
from egovarchive.testing.storage_faults import FaultyStorage, RecordingStorage


def committers() -> list[threading.Thread]:
    return [t for t in threading.enumerate() if t.name.startswith("egovarchive-commit")]


def large(number: int, size: int = 9_000_000) -> Case:
    """Return a case too large to be held in memory."""
    return case(number, documents=[document(File("a.bin", bytes(size)))])


class Source:
    """Cases that are counted as they are taken."""

    def __init__(self, some: Iterable[Case]) -> None:
        self._cases = iter(some)
        self.taken = 0

    def __iter__(self) -> Iterator[Case]:
        return self

    def __next__(self) -> Case:
        found = next(self._cases)
        self.taken += 1
        return found


class TestOrder:
    @pytest.mark.parametrize("number", [0, 1, 2, 63, 64, 65, 200])
    def test_each_case_has_its_result_in_its_place(self, number: int) -> None:
        archive = new_archive()
        given = cases(number)
        found = list(archive.deposit_many(given))
        assert [deposit.case for deposit in found] == given
        assert [d.entry and d.entry.code.item for d in found] == list(
            range(1, number + 1)
        )
        assert [d.entry for d in found] == list(archive.entries())
        assert committers() == []

    def test_a_group_is_stored_with_one_call_and_numbered_with_one(self) -> None:
        storage = RecordingStorage(MemoryStorage())
        list(new_archive(storage).deposit_many(cases(2 + 4 * GROUP_CASES)))
        assert storage.count("put_all") <= 7
        assert len(list(storage.keys("journal/"))) <= 8

    def test_large_packages_are_committed_before_they_fill_the_disk(
        self, tmp_path: Path
    ) -> None:
        archive = archive_in(tmp_path)
        source = Source(large(number) for number in range(30))
        found = archive.deposit_many(source)
        next(found)
        next(found)
        assert source.taken <= 20
        assert sum(1 for _ in found) == 28
        assert leftovers(tmp_path) == []


class TestASource:
    def test_nothing_is_asked_before_the_first_result_is_wanted(self) -> None:
        source = Source(cases(3))
        found = new_archive().deposit_many(source)
        assert source.taken == 0
        next(found)
        assert source.taken == 1

    def test_without_end_it_is_asked_for_two_groups_ahead_at_most(self) -> None:
        source = Source(case(number) for number in count(1))
        found = new_archive().deposit_many(source)
        for yielded in range(1, 400):
            assert next(found).entry is not None
            assert source.taken - yielded <= AHEAD

    @pytest.mark.parametrize("ahead", [1, 2, 5])
    def test_it_is_asked_no_further_ahead_than_was_said(self, ahead: int) -> None:
        source = Source(cases(40))
        found = new_archive().deposit_many(source, ahead=ahead)
        for yielded, deposit in enumerate(found, start=1):
            assert deposit.entry is not None
            assert source.taken - yielded < ahead

    def test_one_that_waits_for_each_result_is_served(self) -> None:
        seen = threading.Event()

        def source() -> Iterator[Case]:
            for each in cases(30):
                yield each
                assert seen.wait(10), "deposit_many waits for a case, and I for it"
                seen.clear()

        for deposit in new_archive().deposit_many(source(), ahead=1):
            assert deposit.entry is not None
            seen.set()

    def test_a_slow_one_sees_each_result_before_it_is_asked_again(self) -> None:
        yielded = 0

        def source() -> Iterator[Case]:
            for number, each in enumerate(cases(8)):
                assert yielded == number
                # What the first takes is no matter: many wait from the second on.
                time.sleep(4 * PATIENCE if number else 0)
                yield each

        for deposit in new_archive().deposit_many(source()):
            assert deposit.entry is not None
            yielded += 1

    def test_it_is_asked_by_the_thread_that_asks_for_results(self) -> None:
        """Database connections often must not be used by another."""
        threads = set()

        def source() -> Iterator[Case]:
            for each in cases(100):
                threads.add(threading.get_ident())
                yield each

        list(new_archive().deposit_many(source()))
        assert threads == {threading.get_ident()}

    @pytest.mark.parametrize("before", [0, 1, 10, 64, 70, 130])
    def test_that_raises_has_what_came_before_archived_first(self, before: int) -> None:
        archive = new_archive()

        def source() -> Iterator[Case]:
            yield from cases(before)
            raise LookupError("the database went away")

        found: list[Deposit] = []
        with pytest.raises(LookupError, match="went away"):
            found.extend(archive.deposit_many(source()))
        assert len(found) == before
        assert items_of(archive) == list(range(1, before + 1))
        assert committers() == []

    def test_that_gives_something_else_than_cases_is_told_so(self) -> None:
        archive = new_archive()
        given: list[Any] = [*cases(3), "no case", case(4)]
        found: list[Deposit] = []
        with pytest.raises((AttributeError, TypeError)):
            found.extend(archive.deposit_many(given))
        assert len(found) == 3


class TestWhoStops:
    @pytest.mark.parametrize("after", [0, 1, 2, 70])
    def test_early_leaves_no_thread_and_no_file(
        self, after: int, tmp_path: Path
    ) -> None:
        archive = archive_in(tmp_path)
        given = Source(large(n) if n % 40 == 2 else case(n) for n in count(1))
        found = archive.deposit_many(given)
        for _ in range(after):
            next(found)
        found.close()  # type: ignore[attr-defined]
        assert committers() == []
        assert leftovers(tmp_path) == []
        assert items_of(archive) == list(range(1, len(items_of(archive)) + 1))
        assert len(items_of(archive)) >= after
        assert all(report.passed for report in archive.verify_all())
        assert len(list(archive.storage.keys("packages/"))) == len(items_of(archive))

    def test_by_an_interrupt_in_the_source_keeps_what_was_yielded(
        self, tmp_path: Path
    ) -> None:
        archive = archive_in(tmp_path)

        def source() -> Iterator[Case]:
            yield from (large(n) if n == 90 else case(n) for n in range(1, 100))
            raise KeyboardInterrupt

        found: list[Deposit] = []
        with pytest.raises(KeyboardInterrupt):
            found.extend(archive.deposit_many(source()))
        assert committers() == []
        assert leftovers(tmp_path) == []
        assert {d.entry for d in found} <= set(archive.entries())
        again = list(archive.deposit_many(cases(89)))
        assert [d.entry and d.entry.code.item for d in again] == list(range(1, 90))

    def test_by_an_interrupt_while_a_file_is_read(self, tmp_path: Path) -> None:
        archive = archive_in(tmp_path)

        def interrupt() -> None:
            raise KeyboardInterrupt

        content = Bytes(bytes(20_000_000), interrupt)
        bad = case(9, documents=[document(File("a.bin", content))])
        with pytest.raises(KeyboardInterrupt):
            list(archive.deposit_many([*cases(5), bad]))
        with pytest.raises(KeyboardInterrupt):
            archive.deposit(bad)
        assert committers() == []
        assert leftovers(tmp_path) == []
        assert list(archive.deposit_many(cases(5)))[4].entry is not None

    def test_by_an_error_in_progress(self) -> None:
        def fail(_: Progress) -> None:
            raise RuntimeError("the screen is gone")

        archive = new_archive()
        with pytest.raises(RuntimeError, match="screen"):
            list(archive.deposit_many(cases(3), progress=fail))
        assert committers() == []
        assert items_of(archive) == [1]


def test_progress_tells_what_was_done_after_each() -> None:
    told: list[Progress] = []
    archive = new_archive()
    given = [case(1), case(2, concluded_on=case().concluded_on.replace(2027)), case(3)]
    sizes, failed = [0], 0
    for deposit in archive.deposit_many(given, progress=told.append):
        failed += deposit.error is not None
        sizes.append(sizes[-1] + (deposit.entry.size if deposit.entry else 0))
        assert told[-1] == Progress(
            done=len(told) - failed, failed=failed, size=sizes[-1]
        )
    assert [(each.done, each.failed) for each in told] == [(1, 0), (1, 1), (2, 1)]


class Refusing:
    """A signer that refuses every second time."""

    def __init__(self) -> None:
        self._signer = signer()
        self.certificate = self._signer.certificate
        self.chain = self._signer.chain
        self.algorithms = self._signer.algorithms
        self.asked = 0

    def sign_many(
        self, requests: list[SignRequest], *, timeout: float | None = None
    ) -> list[bytes]:
        self.asked += 1
        if self.asked % 2:
            raise AlgorithmUnsupportedError("out of order", "设备故障")
        return list(self._signer.sign_many(requests, timeout=timeout))


class TestAFailure:
    def test_of_the_signer_is_told_for_each_of_the_group(self, tmp_path: Path) -> None:
        archive = archive_in(tmp_path, signer=Refusing())
        with pytest.raises(SigningError, match="out of order"):
            archive.deposit(large(1))
        given = [case(n) for n in range(1, 120)] + [large(120)]
        found = list(archive.deposit_many(given, ahead=10))
        assert {type(d.error) for d in found} == {AlgorithmUnsupportedError, type(None)}
        done = [d.entry.code.item for d in found if d.entry]
        assert done == list(range(1, len(done) + 1))
        assert leftovers(tmp_path) == []

    def test_without_signer_there_is_nothing_to_wait_for(self) -> None:
        archive = new_archive(signer=None)
        found = list(archive.deposit_many(cases(3)))
        assert [type(d.error) for d in found] == [SigningError] * 3
        with pytest.raises(SigningError, match="without a signer"):
            archive.deposit(case())

    def test_of_a_clock_without_zone_is_an_error_not_a_crash(self) -> None:
        archive = new_archive(clock=lambda: datetime(2026, 11, 23))
        [deposit] = archive.deposit_many([case()])
        assert isinstance(deposit.error, InvalidValueError)
        assert list(archive.storage.keys()) == []

    def test_of_one_package_leaves_the_others_of_its_group_in(self) -> None:
        bad = case(7)
        storage = FaultyStorage(MemoryStorage(), lambda call: key in call.keys)
        archive = new_archive(storage)
        package = archive.pack(bad)
        key = f"packages/J019/2026/11/{package.id}.zip"
        found = list(archive.deposit_many([*cases(6), bad, *cases(60, start=8)]))
        assert [d.case.number for d in found if d.error] == [bad.number]
        assert isinstance(found[6].error, StorageError)
        assert items_of(archive) == list(range(1, 67))


def test_a_large_package_reaches_a_plain_storage_in_pieces() -> None:
    """Iterating over a file gives its lines, and one line may be all of it."""
    largest = 0

    class Watching(MemoryStorage):
        def put(self, key: str, chunks: Iterable[bytes]) -> None:
            super().put(key, list(self._watch(chunks)))

        def _watch(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
            nonlocal largest
            for chunk in chunks:
                largest = max(largest, len(chunk))
                yield chunk

    archive = new_archive(Watching())
    entry = archive.deposit(large(1, size=20_000_000))
    assert archive.verify(entry.code).passed
    assert largest <= 1 << 20


def test_two_bulk_deposits_at_once_do_not_mix(tmp_path: Path) -> None:
    archive: Archive = archive_in(tmp_path)
    one = archive.deposit_many(cases(100))
    other = archive.deposit_many(cases(100, start=50))
    found = [(next(one), next(other)) for _ in range(100)]
    assert len(items_of(archive)) == 149
    for left, right in found:
        assert left.entry is not None
        assert right.entry is not None
    assert list(one) == list(other) == []
