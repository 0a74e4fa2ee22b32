"""Ours: deposit and verify, with an archive in a folder."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from datetime import date, datetime
from functools import lru_cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from attrs import evolve, frozen

from benchmarks.contender import Act, WrongResultError
from benchmarks.sources import Group
from egovarchive import (
    Archive,
    Arrangement,
    Case,
    File,
    RetentionPeriod,
    RetentionSchedule,
    ScheduleRule,
)
from egovarchive.catalog.memory import MemoryCatalog
from egovarchive.records.moment import CHINA
from egovarchive.signing.keys import KeySigner
from egovarchive.storage.memory import MemoryStorage
from egovarchive.testing.samples.generated import ITEMS

NOW: Final = datetime(2026, 12, 1, 9, 0, tzinfo=CHINA)
SCHEDULE: Final = RetentionSchedule(
    version="2026-1",
    approved_by="某某市档案局",
    approval_number="档发〔2026〕1号",
    effective_on=date(2024, 1, 1),
    rules=[
        ScheduleRule(item_code=code, period=RetentionPeriod(30)) for code, _ in ITEMS
    ],
)
ARRANGEMENT: Final = Arrangement(
    fonds="J019", unit="某某市行政审批服务局", category="ZY·XK", schedule=SCHEDULE
)


def _signer() -> KeySigner:
    return KeySigner.self_signed("某某市行政审批服务局（测试）", at=NOW, years=3)


def new_archive(folder: Path, digests: Sequence[str]) -> Archive:
    """Return a new archive in *folder*: files, SQLite, and a key on P-256."""
    return Archive.create(
        folder,
        arrangement=ARRANGEMENT,
        signer=_signer(),
        digests=digests,
        clock=lambda: NOW,
    )


def overhead(group: Group, digests: tuple[str, ...]) -> int:
    """Return by how many bytes a package is larger than the files in it."""
    archive = Archive(
        arrangement=ARRANGEMENT,
        storage=MemoryStorage(),
        catalog=MemoryCatalog(),
        signer=_signer(),
        digests=digests,
        clock=lambda: NOW,
    )
    # It depends on their names, not on their bytes: one of each will do.
    case = group.values()[0]
    documents = [
        evolve(document, files=[File(document.files[0].name, b"-")])
        for document in case.documents
    ]
    package = archive.pack(evolve(case, documents=documents))
    return package.size - len(documents)


@frozen
class Deposit:
    """
    `Archive.deposit_many`: packed, signed, checked, stored, synced, numbered.

    Args:
        digests: Digest algorithms, the primary one first.
        processes: Worker processes, which live from the first turn on; 0 for none.
    """

    digests: tuple[str, ...]
    processes: int = 0
    needs: str = "egovarchive"

    def ready(self, group: Group, folder: Path) -> Act:
        archive = new_archive(folder / "archive", self.digests)
        pool = _pool(self.processes) if self.processes else None
        return partial(_deposit, archive, group.values(), pool)


def _deposit(
    archive: Archive, given: Sequence[Case], pool: Executor | None = None
) -> None:
    count = 0
    for deposit in archive.deposit_many(given, executor=pool):
        if deposit.error is not None:
            raise deposit.error
        count += 1
    if count != len(given):
        raise WrongResultError(f"{count} of {len(given)} cases were archived")


@frozen
class Verify:
    """
    `Archive.verify_all` of what `Deposit` stored: all checks, signatures too.

    Args:
        digests: Digest algorithms, the primary one first.
        processes: Worker processes, which live from the first turn on; 0 for none.
    """

    digests: tuple[str, ...]
    processes: int = 0
    needs: str = "egovarchive"

    def ready(self, group: Group, folder: Path) -> Act:
        archive = new_archive(folder / "archive", self.digests)
        _deposit(archive, group.values())
        pool = _pool(self.processes) if self.processes else None
        return partial(_verify, archive, group.cases, pool)


@lru_cache(maxsize=1)
def _pool(processes: int) -> Executor:
    """Return the one pool of this process: who has much to do keeps one."""
    return ProcessPoolExecutor(processes, mp_context=get_context("spawn"))


def _verify(archive: Archive, expected: int, pool: Executor | None = None) -> None:
    count = 0
    for report in archive.verify_all(executor=pool):
        if not report.passed:
            raise WrongResultError(str(report))
        count += 1
    if count != expected:
        raise WrongResultError(f"{count} of {expected} records were verified")
