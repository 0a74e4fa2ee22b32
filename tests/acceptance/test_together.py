"""Many threads and processes write one archive, without locks and without gaps."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from attrs import evolve

from egovarchive import Archive, Case
from egovarchive.archive import Deposit
from egovarchive.testing import samples


def numbers_without_gaps(archive: Archive) -> int:
    """Check the item numbers of each series; return how many entries there are."""
    items: dict[str, list[int]] = {}
    for entry in archive.entries():
        items.setdefault(str(entry.code.series), []).append(entry.code.item)
    for series, numbers in items.items():
        assert numbers == list(range(1, len(numbers) + 1)), series
    return sum(map(len, items.values()))


def segments(archive: Archive) -> int:
    return len(list(archive.storage.keys("journal/")))


def test_threads_share_commits(tmp_path: Path) -> None:
    archive = samples.new_archive(tmp_path / "archive")
    cases = list(samples.cases(160, files=1, size=2_000))
    barrier = threading.Barrier(16)

    def deposit(mine: list[Case]) -> list[str]:
        barrier.wait()
        return [str(archive.deposit(case).code) for case in mine]

    with ThreadPoolExecutor(16) as pool:
        shares = [cases[number::16] for number in range(16)]
        codes = [code for found in pool.map(deposit, shares) for code in found]
    assert len(set(codes)) == len(cases)
    assert numbers_without_gaps(archive) == len(cases)
    # Sixteen at a time share a commit now and then, whatever the machine does.
    assert segments(archive) < len(cases)


def test_a_group_is_one_segment(tmp_path: Path) -> None:
    archive = samples.new_archive(tmp_path / "archive")
    found = list(archive.deposit_many(samples.cases(300, files=1, size=500)))
    assert all(deposit.entry for deposit in found)
    # 300 cases are five groups; the first ones may go before the source is known quick.
    assert 5 <= segments(archive) <= 60


WORKER = """
import sys
from egovarchive import Archive
from egovarchive.signing.keys import KeySigner
from egovarchive.testing import samples

folder, seeds = sys.argv[1], sys.argv[2:]
signer = KeySigner.from_files(folder + "/key.pem", folder + "/certificate.pem")
archive = Archive.open(folder + "/archive", signer=signer)
for seed in seeds:
    for deposit in archive.deposit_many(
        samples.cases(60, files=1, size=500, seed=int(seed))
    ):
        if deposit.error is not None:
            raise deposit.error
"""


def test_processes_write_one_archive(tmp_path: Path) -> None:
    signer = samples.signer()
    (tmp_path / "key.pem").write_bytes(signer.private_pem())
    (tmp_path / "certificate.pem").write_bytes(signer.certificate_pem())
    samples.new_archive(tmp_path / "archive")
    # Each seed is deposited by two of them: one registers a case, both get its code.
    jobs = (["1", "2"], ["2", "3"], ["3", "4"], ["4", "1"])
    workers = [
        subprocess.Popen([sys.executable, "-c", WORKER, str(tmp_path), *seeds])
        for seeds in jobs
    ]
    assert [worker.wait(120) for worker in workers] == [0, 0, 0, 0]

    archive = Archive.open(tmp_path / "archive")
    assert numbers_without_gaps(archive) == 240
    assert all(report.passed for report in archive.verify_all())
    kept = {entry.key for entry in archive.entries()}
    assert set(archive.storage.keys("packages/")) == kept
    before = list(archive.entries())
    assert archive.rebuild() == 240
    assert list(archive.entries()) == before


def test_a_source_that_waits_for_results_is_not_made_to_wait(tmp_path: Path) -> None:
    archive = samples.new_archive(tmp_path / "archive")
    seen: list[str] = []

    def source() -> Iterator[Case]:
        for case in samples.cases(5, files=1, size=100):
            time.sleep(0.02)
            yield case
            assert seen[-1:] == [case.number] or len(seen) == 0

    for deposit in archive.deposit_many(source()):
        assert deposit.entry is not None
        seen.append(deposit.case.number)
    assert len(seen) == 5


def test_a_source_without_end_is_not_read_to_its_end(tmp_path: Path) -> None:
    archive = samples.new_archive(tmp_path / "archive")
    taken = 0

    def source() -> Iterator[Case]:
        nonlocal taken
        for case in samples.cases(1_000_000, files=1, size=10):
            taken += 1
            yield case

    found = archive.deposit_many(source())
    for _ in range(10):
        assert next(found).entry is not None
    assert taken < 500
    found.close()  # type: ignore[attr-defined]
    assert numbers_without_gaps(archive) <= taken
    staging = tmp_path / "archive" / "store" / ".staging"
    assert not staging.exists() or list(staging.iterdir()) == []


def test_a_source_that_fails_loses_nothing_before(tmp_path: Path) -> None:
    archive = samples.new_archive(tmp_path / "archive")

    def source() -> Iterator[Case]:
        yield from samples.cases(10, files=1, size=100)
        raise LookupError("the database went away")

    found: list[Deposit] = []
    with pytest.raises(LookupError, match="went away"):
        found.extend(archive.deposit_many(source()))
    assert numbers_without_gaps(archive) == 10


def test_reports_are_the_same_from_threads_and_processes(tmp_path: Path) -> None:
    archive = samples.new_archive(tmp_path / "archive")
    list(archive.deposit_many(samples.cases(70, files=1, size=500)))
    here = list(archive.verify_all())
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        there = list(archive.verify_all(executor=pool))
    moment = here[0].at  # two runs differ in nothing else
    assert [evolve(report, at=moment) for report in there] == here
    assert len(here) == 70
