"""Ours: deposit and verify, with an archive in a folder."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Final

from attrs import frozen

from benchmarks.contender import Act, WrongResultError
from benchmarks.sources import Group
from egovarchive import (
    Archive,
    Arrangement,
    Case,
    Decision,
    Document,
    File,
    Party,
    RetentionPeriod,
    RetentionSchedule,
    Role,
    ScheduleRule,
    ServiceItem,
    Step,
)
from egovarchive.catalog.memory import MemoryCatalog
from egovarchive.records.moment import CHINA
from egovarchive.signing.keys import KeySigner
from egovarchive.storage.memory import MemoryStorage

NOW: Final = datetime(2026, 12, 1, 9, 0, tzinfo=CHINA)
ITEM: Final = ServiceItem(
    code="12441500196720244T3442199806003", name="公共场所卫生许可"
)
SCHEDULE: Final = RetentionSchedule(
    version="2026-1",
    approved_by="某某市档案局",
    approval_number="档发〔2026〕1号",
    effective_on=date(2026, 1, 1),
    rules=[ScheduleRule(item_code=ITEM.code, period=RetentionPeriod(30))],
)
ARRANGEMENT: Final = Arrangement(
    fonds="J019", unit="某某市卫生健康局", category="ZY·XK", schedule=SCHEDULE
)
ROLES: Final = (
    Role.APPLICATION,
    Role.APPLICATION,
    Role.APPLICATION,
    Role.PROCEDURE,
    Role.RESULT,
)
STEPS: Final = tuple(
    Step(
        activity=activity,
        actor="张三",
        unit="行政审批科",
        at=datetime(2026, 11, day, 9, 30, tzinfo=CHINA),
        opinion=f"同意{activity}",
    )
    for activity, day in (("受理", 2), ("审查", 5), ("决定", 9), ("送达", 10))
)


def _signer() -> KeySigner:
    return KeySigner.self_signed("某某市卫生健康局", at=NOW, years=3)


def new_archive(folder: Path, digests: Sequence[str]) -> Archive:
    """Return a new archive in *folder*: files, SQLite, and a key on P-256."""
    return Archive.create(
        folder,
        arrangement=ARRANGEMENT,
        signer=_signer(),
        digests=digests,
        clock=lambda: NOW,
    )


def cases(group: Group) -> list[Case]:
    """Return the cases of *group*, with their files where they lie."""
    return [
        _case(number, [File.at(path) for path in paths])
        for number, paths in enumerate(group.paths())
    ]


def _case(number: int, files: Sequence[File]) -> Case:
    return Case(
        number=f"440500-2026-{number:06}",
        item=ITEM,
        title=f"某某餐饮有限公司公共场所卫生许可（第{number}号）",
        applicant=Party.legal("某某餐饮有限公司", "91350100M000100Y43"),
        accepted_on=date(2026, 11, 2),
        concluded_on=date(2026, 11, 10),
        decision=Decision.GRANTED,
        steps=STEPS,
        documents=[
            Document(name=file.name, role=ROLES[i % len(ROLES)], files=[file])
            for i, file in enumerate(files)
        ],
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
    files = [File(path.name, b"-") for path in group.paths()[0]]
    return archive.pack(_case(0, files)).size - len(files)


@frozen
class Deposit:
    """
    `Archive.deposit_many`: packed, signed, checked, stored, synced, numbered.

    Args:
        digests: Digest algorithms, the primary one first.
    """

    digests: tuple[str, ...]
    needs: str = "egovarchive"

    def ready(self, group: Group, folder: Path) -> Act:
        archive = new_archive(folder / "archive", self.digests)
        return partial(_deposit, archive, cases(group))


def _deposit(archive: Archive, given: Sequence[Case]) -> None:
    count = 0
    for deposit in archive.deposit_many(given):
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
    """

    digests: tuple[str, ...]
    needs: str = "egovarchive"

    def ready(self, group: Group, folder: Path) -> Act:
        archive = new_archive(folder / "archive", self.digests)
        _deposit(archive, cases(group))
        return partial(_verify, archive, group.cases)


def _verify(archive: Archive, expected: int) -> None:
    count = 0
    for report in archive.verify_all():
        if not report.passed:
            raise WrongResultError(str(report))
        count += 1
    if count != expected:
        raise WrongResultError(f"{count} of {expected} records were verified")
