"""Bulk deposit by an executor's workers: the same archive, whoever does the work."""

from __future__ import annotations

import io
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import (
    BrokenExecutor,
    Executor,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from datetime import date
from functools import partial
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from archive.office import (
    ITEM,
    MADE_AT,
    TODAY,
    Bytes,
    archive_in,
    arrangement,
    case,
    cases,
    digest_of,
    document,
    items_of,
    key_of,
    leftovers,
    new_archive,
    permissions_count,
    schedule,
)
from archive.sent_contents import Dying, Failing, Shut
from egovarchive import Archive, Case, checks
from egovarchive.archive import Deposit
from egovarchive.archive.bulk import AHEAD
from egovarchive.archive.former import Former, Order
from egovarchive.errors import (
    ContentError,
    DigestMismatchError,
    EgovArchiveError,
    InvalidValueError,
    PackageError,
    StorageError,
)
from egovarchive.formats.tools import core_tools
from egovarchive.records.content import Content
from egovarchive.records.digest import Digest
from egovarchive.records.document import File
from egovarchive.records.filing import Filing
from egovarchive.records.retention import RetentionPeriod
from egovarchive.records.schedule import ScheduleRule
from egovarchive.signing.keys import KeySigner
from egovarchive.signing.trust import TrustStore
from egovarchive.storage.memory import MemoryStorage
from egovarchive.testing import samples
from egovarchive.testing.storage_faults import FaultyStorage

# Python warns of any fork beside a thread; the pool is forked before there is one.
FORKS = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
SPAWN = get_context("spawn")


@pytest.fixture(scope="module")
def processes() -> Iterator[Executor]:
    with ProcessPoolExecutor(2, mp_context=SPAWN) as pool:
        yield pool


@pytest.fixture(scope="module")
def threads() -> Iterator[Executor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


@pytest.fixture(params=["processes", "threads"])
def executor(request: pytest.FixtureRequest) -> Executor:
    found: Executor = request.getfixturevalue(request.param)
    return found


def with_content(number: int, content: Content | io.BufferedIOBase | bytes) -> Case:
    return case(number, documents=[document(File("a.bin", content))])


def large(number: int, size: int = 9_000_000) -> Case:
    """Return a case too large to be held in memory."""
    return with_content(number, bytes(size))


def sources(folder: Path) -> list[Case]:
    """Return cases with files in *folder*, one of them large."""
    folder.mkdir()
    found = []
    for number in range(1, 101):
        path = folder / f"{number:03}.bin"
        path.write_bytes(os.urandom(9_000_000 if number == 50 else number * 10))
        found.append(
            case(number, documents=[document(path, File("说明.txt", b"text"))])
        )
    return found


def run(archive: Archive, given: list[Case], executor: Executor) -> list[Deposit]:
    return list(archive.deposit_many(given, executor=executor))


class TestTheSame:
    @pytest.mark.parametrize(
        "make",
        [
            partial(ThreadPoolExecutor, 3),
            partial(ProcessPoolExecutor, 2, mp_context=SPAWN),
            pytest.param(
                partial(ProcessPoolExecutor, 2, mp_context=get_context("fork")),
                marks=FORKS,
            ),
        ],
        ids=["threads", "spawn", "fork"],
    )
    def test_bytes_lie_there_in_the_same_order(
        self, make: Callable[[], Executor], tmp_path: Path
    ) -> None:
        given = sources(tmp_path / "sources")
        # Its signatures are the same each time.
        key = KeySigner.self_signed("某局", at=MADE_AT, years=30, algorithm="ed25519")
        trust = TrustStore([key.certificate])
        for name in ("here", "there"):
            (tmp_path / name).mkdir()
        here = archive_in(tmp_path / "here", signer=key, verifier=trust)
        there = archive_in(tmp_path / "there", signer=key, verifier=trust)
        with make() as executor:
            by_workers = run(there, given, executor)
        expected = list(here.deposit_many(given))
        assert expected == by_workers
        assert [each.case for each in by_workers] == given
        assert digest_of(tmp_path / "here" / "store" / "packages") == digest_of(
            tmp_path / "there" / "store" / "packages"
        )
        assert leftovers(tmp_path / "there") == []
        assert items_of(there) == list(range(1, 101))
        assert all(report.passed for report in there.verify_all())
        modes = {
            path.stat().st_mode & 0o777
            for path in (tmp_path / "there" / "store").rglob("*.zip")
        }
        assert modes == {0o444}

    def test_errors_stand_in_the_same_places(
        self, executor: Executor, tmp_path: Path
    ) -> None:
        gone = tmp_path / "gone.pdf"
        declared = File("a.txt", b"text", digest=Digest("sha256", "0" * 64))
        given = cases(20)
        given[0] = with_content(1, b"")
        given[7] = case(8, documents=[document(gone)])
        given[8] = case(9, concluded_on=date(2027, 1, 1))
        given[9] = case(10, documents=[document(declared)])
        given[12] = given[11]
        given[13] = evolve(given[11], title="另一标题")
        rule = ScheduleRule(
            item_code=ITEM, period=RetentionPeriod(30), excluded=["清单"]
        )
        filed = arrangement(schedule=schedule(rules=[rule]))
        here, there = (new_archive(arrangement=filed) for _ in range(2))
        given[15] = case(16, documents=[document(File("表.txt", b"x"), name="清单")])
        expected = list(here.deposit_many(given))
        found = run(there, given, executor)
        assert [(each.entry and each.entry.code, said(each)) for each in found] == [
            (each.entry and each.entry.code, said(each)) for each in expected
        ]
        kinds = {type(each.error) for each in found}
        assert {ContentError, DigestMismatchError, InvalidValueError} <= kinds
        assert checks.ChecksFailedError in kinds

    def test_tools_and_policy_go_along(self, executor: Executor) -> None:
        with core_tools() as tools:
            here, there = (
                new_archive(
                    arrangement=samples.arrangement(),
                    tools=tools,
                    policy=evolve(checks.DEFAULT_POLICY, refused={"xml", "exe"}),
                )
                for _ in range(2)
            )
            given = samples.all_cases()
            expected = list(here.deposit_many(given))
            found = run(there, given, executor)
        assert [each.entry and each.entry.package for each in found] == [
            each.entry and each.entry.package for each in expected
        ]
        assert {type(each.error) for each in found} == {
            checks.ChecksFailedError,
            type(None),
        }
        # All that was found, in the order of the checks.
        assert [reported(each) for each in found] == [
            reported(each) for each in expected
        ]

    def test_a_policy_that_waits_waits(self, executor: Executor) -> None:
        policy = evolve(checks.DEFAULT_POLICY, required={"usability.format"}, wait=True)
        [found] = run(new_archive(policy=policy), [case()], executor)
        assert isinstance(found.error, checks.ChecksFailedError)

    def test_a_signature_that_is_not_trusted_is_refused(
        self, executor: Executor
    ) -> None:
        other = KeySigner.self_signed("别人", at=MADE_AT, years=30)
        archive = new_archive(signer=other)
        expected = [said(each) for each in archive.deposit_many(cases(3))]
        assert [said(each) for each in run(archive, cases(3), executor)] == expected
        assert list(archive.storage.keys()) == []


def said(deposit: Deposit) -> str:
    return "" if deposit.error is None else deposit.error.message("zh")


def reported(deposit: Deposit) -> tuple[checks.Finding, ...]:
    error = deposit.error
    return error.report.findings if isinstance(error, checks.ChecksFailedError) else ()


class TestAStorage:
    def test_that_lends_no_room_is_fed_from_temporary_files(
        self, executor: Executor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        archive = new_archive(MemoryStorage())
        found = run(archive, [*cases(10), large(11)], executor)
        assert [each.entry and each.entry.code.item for each in found] == [
            *range(1, 12)
        ]
        assert all(report.passed for report in archive.verify_all())
        assert list(tmp_path.iterdir()) == []

    def test_where_permissions_count_is_written_all_the_same(
        self, tmp_path: Path
    ) -> None:
        """A staged file may not be written by its owner either."""
        with permissions_count(), ThreadPoolExecutor(1) as pool:
            found = run(archive_in(tmp_path), [*cases(3), large(4)], pool)
        assert [said(each) for each in found] == [""] * 4

    def test_that_is_full_refuses_the_case(self) -> None:
        former = Former(
            profile=new_archive().profile,
            digests=("sha256",),
            tools=None,
            policy=checks.DEFAULT_POLICY,
        )
        filed = new_archive().arrangement
        for each in (case(), large(2)):
            order = Order(
                filing=Filing.of(each, filed),
                rule=filed.rule_for(each),
                path="/dev/full",
            )
            [found] = former.form_all([order], TODAY)
            assert isinstance(found, EgovArchiveError)
            assert "ENOSPC" in str(found) or "No space" in str(found)


class TestASource:
    def test_is_asked_no_further_ahead_than_was_said(self, executor: Executor) -> None:
        for ahead in (1, 3, 20, AHEAD):
            taken = 0

            def source() -> Iterator[Case]:
                nonlocal taken
                for taken in count(1):
                    yield case(taken)

            found = new_archive().deposit_many(source(), executor=executor, ahead=ahead)
            for yielded in range(1, 20 + ahead):
                deposit = next(found)
                assert deposit.entry is not None
                assert deposit.entry.code.item == yielded
                assert taken - yielded <= ahead - (ahead < AHEAD)
            found.close()  # type: ignore[attr-defined]

    def test_that_waits_for_each_result_is_served(self, executor: Executor) -> None:
        seen = threading.Event()

        def source() -> Iterator[Case]:
            for each in cases(20):
                yield each
                assert seen.wait(10), "deposit_many waits for a case, and I for it"
                seen.clear()

        for deposit in new_archive().deposit_many(source(), executor=executor, ahead=1):
            assert deposit.entry is not None
            seen.set()

    @pytest.mark.parametrize("before", [0, 1, 10, 70, 130])
    def test_that_raises_has_what_came_before_archived_first(
        self, before: int, executor: Executor
    ) -> None:
        archive = new_archive()

        def source() -> Iterator[Case]:
            yield from cases(before)
            raise LookupError("the database went away")

        found: list[Deposit] = []
        with pytest.raises(LookupError, match="went away"):
            found.extend(archive.deposit_many(source(), executor=executor))
        assert len(found) == before
        assert items_of(archive) == list(range(1, before + 1))

    def test_of_large_cases_does_not_fill_the_disk(
        self, threads: Executor, tmp_path: Path
    ) -> None:
        taken = 0

        def source() -> Iterator[Case]:
            nonlocal taken
            for taken in range(1, 31):
                yield large(taken)

        archive = archive_in(tmp_path)
        found = archive.deposit_many(source(), executor=threads)
        next(found)
        assert taken <= 24
        assert sum(1 for _ in found) == 29
        assert leftovers(tmp_path) == []


class TestWhoStops:
    @pytest.mark.parametrize("after", [1, 70])
    def test_early_leaves_nothing(
        self, after: int, executor: Executor, tmp_path: Path
    ) -> None:
        archive = archive_in(tmp_path)
        given = (large(n) if n % 40 == 2 else case(n) for n in count(1))
        found = archive.deposit_many(given, executor=executor)
        for _ in range(after):
            next(found)
        found.close()  # type: ignore[attr-defined]
        assert leftovers(tmp_path) == []
        done = len(items_of(archive))
        assert done >= after
        assert items_of(archive) == list(range(1, done + 1))
        assert len(list(archive.storage.keys("packages/"))) == done
        # The workers serve the next.
        again = run(archive, cases(1), executor)
        assert [each.entry and each.entry.code.item for each in again] == [1]
        assert leftovers(tmp_path) == []

    def test_by_an_interrupt_keeps_what_was_yielded(
        self, executor: Executor, tmp_path: Path
    ) -> None:
        archive = archive_in(tmp_path)

        def source() -> Iterator[Case]:
            yield from (large(n) if n == 90 else case(n) for n in range(1, 100))
            raise KeyboardInterrupt

        found: list[Deposit] = []
        with pytest.raises(KeyboardInterrupt):
            found.extend(archive.deposit_many(source(), executor=executor))
        assert leftovers(tmp_path) == []
        assert {d.entry for d in found} <= set(archive.entries())

    def test_by_an_interrupt_in_a_worker(
        self, threads: Executor, tmp_path: Path
    ) -> None:
        def interrupt() -> None:
            raise KeyboardInterrupt

        archive = archive_in(tmp_path)
        bad = with_content(5, Bytes(bytes(20_000_000), interrupt))
        with pytest.raises(KeyboardInterrupt):
            run(archive, [*cases(4), bad], threads)
        assert leftovers(tmp_path) == []
        assert len(run(archive, cases(4), threads)) == 4


class TestAContent:
    def test_that_cannot_be_sent_refuses_its_case_alone(
        self, processes: Executor, tmp_path: Path
    ) -> None:
        path = Path(__file__)
        archive = archive_in(tmp_path)
        given = cases(6)
        with path.open("rb") as file:
            given[1] = with_content(2, file)
            given[3] = with_content(4, Shut())
            given[4] = with_content(5, io.BytesIO(b"can be sent"))
            found = run(archive, given, processes)
        assert [each.entry is None for each in found] == [
            each in {1, 3} for each in range(6)
        ]
        for number in (1, 3):
            error = found[number].error
            assert isinstance(error, InvalidValueError)
            assert given[number].number in error.message("en")
            assert given[number].number in error.message("zh")
            assert "paths or bytes" in error.message("en")
        assert leftovers(tmp_path) == []

    def test_that_is_a_stream_is_read_by_threads(self, threads: Executor) -> None:
        [found] = run(new_archive(), [with_content(1, io.BytesIO(b"text"))], threads)
        assert found.entry is not None

    @pytest.mark.parametrize("error", ["odd", "plain"])
    def test_that_raises_something_odd_ends_it_there(
        self, error: str, executor: Executor, tmp_path: Path
    ) -> None:
        archive = archive_in(tmp_path)
        given = [*cases(70), with_content(71, Failing(error)), *cases(40, start=72)]
        found: list[Deposit] = []
        with pytest.raises(Exception, match="tape"):
            found.extend(archive.deposit_many(given, executor=executor))
        assert len(found) == 70
        assert items_of(archive) == list(range(1, 71))
        assert leftovers(tmp_path) == []


class TestAnExecutor:
    def test_whose_worker_dies_has_each_case_answered(self, tmp_path: Path) -> None:
        archive = archive_in(tmp_path)
        given = [*cases(70), with_content(71, Dying()), *cases(200, start=72)]
        found: list[Deposit] = []
        with (
            ProcessPoolExecutor(2, mp_context=SPAWN) as pool,
            pytest.raises(BrokenExecutor),
        ):
            # One task at a time: Python before 3.12 hangs at times when a worker dies
            # and more is being sent to it than a pipe holds (gh-94777).
            found.extend(archive.deposit_many(given, executor=pool, ahead=8))
        assert leftovers(tmp_path) == []
        assert [each.case for each in found] == given[: len(found)]
        assert 71 <= len(found) < 270
        refused = [each for each in found if each.error is not None]
        assert {type(each.error) for each in refused} == {PackageError}
        assert all(each.case.number in said(each) for each in refused)
        assert given[70] in [each.case for each in refused]
        done = [each for each in found if each.entry is not None]
        assert [each.entry for each in done] == list(archive.entries())
        # None is registered twice, and no number is left out.
        again = list(archive.deposit_many([*cases(70), *cases(200, start=72)]))
        assert all(each.entry is not None for each in again)
        assert items_of(archive) == list(range(1, 271))

    def test_that_was_shut_down_says_so(self, tmp_path: Path) -> None:
        archive = archive_in(tmp_path)
        pool = ThreadPoolExecutor(1)
        pool.shutdown()
        found: list[Deposit] = []
        with pytest.raises(RuntimeError, match="shutdown"):
            found.extend(archive.deposit_many(cases(3), executor=pool))
        assert [type(each.error) for each in found] == [PackageError]
        assert leftovers(tmp_path) == []
        assert items_of(archive) == []

    def test_that_cannot_be_sent_the_tools_says_so(
        self, processes: Executor, tmp_path: Path
    ) -> None:
        tools = evolve(core_tools(), identifiers=(threading.Lock(),))  # type: ignore[arg-type]
        archive = archive_in(tmp_path, tools=tools)
        with pytest.raises(InvalidValueError, match="cannot be sent to a worker"):
            run(archive, cases(3), processes)
        assert leftovers(tmp_path) == []
        assert items_of(archive) == []

    def test_with_nothing_to_do_is_not_asked(self) -> None:
        class Never(ThreadPoolExecutor):
            def submit(self, *_: Any, **__: Any) -> Any:
                raise AssertionError

        assert run(new_archive(), [], Never(1)) == []
        future = [case(concluded_on=date(2027, 1, 1))]
        [refused] = run(new_archive(), future, Never(1))
        assert isinstance(refused.error, InvalidValueError)

    def test_that_fails_in_the_storage_of_one_leaves_the_others(
        self, executor: Executor
    ) -> None:
        bad = case(7)
        key = key_of(bad)
        storage = FaultyStorage(MemoryStorage(), lambda call: key in call.keys)
        archive = new_archive(storage)
        found = run(archive, [*cases(6), bad, *cases(60, start=8)], executor)
        assert [d.case.number for d in found if d.error] == [bad.number]
        assert isinstance(found[6].error, StorageError)
        assert items_of(archive) == list(range(1, 67))
