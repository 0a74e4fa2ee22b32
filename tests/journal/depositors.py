"""Who deposits in one archive at once, over storages that fail now and then."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Literal

from attrs import frozen

from archive.office import ITEM, SHORT_ITEM, case, new_archive
from egovarchive import Archive
from egovarchive.catalog import Catalog
from egovarchive.catalog.sqlite import SqliteCatalog
from egovarchive.errors import EgovArchiveError
from egovarchive.journal import Head, Journal
from egovarchive.lifecycle.entry import Entry
from egovarchive.records.case import Case
from egovarchive.records.item import ServiceItem
from egovarchive.signing import Signer
from egovarchive.signing.keys import KeySigner
from egovarchive.signing.trust import TrustStore
from egovarchive.storage import Storage
from egovarchive.storage.files import FileStorage
from egovarchive.testing.storage_faults import FaultyStorage

FONDS = "J019"
Codes = dict[str, str]


def numbered(number: int, edition: int = 0) -> Case:
    """Return case *number*, of one of four series; its content differs by *edition*."""
    code = ITEM if number % 2 else SHORT_ITEM
    concluded = date(2025 + number // 2 % 2, 5, 20)
    return case(
        number,
        title=f"某公司公共场所卫生许可{number}（{edition}）",
        item=ServiceItem(code=code, name="公共场所卫生许可"),
        accepted_on=concluded,
        concluded_on=concluded,
    )


def deposit(
    archive: Archive, numbers: Iterable[int], *, bulk: bool, edition: int = 0
) -> Codes:
    """Deposit cases; return the codes of those that were acknowledged."""
    cases = [numbered(number, edition) for number in numbers]
    if bulk:
        found = [(each.case, each.entry) for each in archive.deposit_many(cases)]
    else:
        found = [(each, _deposit_one(archive, each)) for each in cases]
    return {each.number: str(entry.code) for each, entry in found if entry}


def _deposit_one(archive: Archive, case: Case) -> Entry | None:
    try:
        return archive.deposit(case)
    except EgovArchiveError:
        return None


def deposit_again(archive: Archive, numbers: Iterable[int]) -> Codes:
    """Deposit cases once more, when nothing fails; return their codes."""
    codes: Codes = {}
    for found in archive.deposit_many(numbered(number) for number in numbers):
        if found.error is not None:
            raise found.error
        codes[found.case.number] = str(found.entry and found.entry.code)
    return codes


def check_sound(
    archive: Archive, numbers: Iterable[int], acknowledged: Iterable[Codes]
) -> None:
    """
    Check that *archive* has each of the cases once, under numbers without gaps.

    Args:
        archive: An archive over the storage that all used, with a new catalog.
        numbers: All cases that anybody deposited.
        acknowledged: The codes that each was given.
    """
    archive.rebuild()
    entries = list(archive.entries())
    codes = {entry.case_number: str(entry.code) for entry in entries}
    assert sorted(codes) == sorted({numbered(number).number for number in numbers})
    assert len(entries) == len(codes)
    items: dict[str, list[int]] = {}
    for entry in entries:
        items.setdefault(str(entry.code.series), []).append(entry.code.item)
    for series, found in items.items():
        assert found == list(range(1, len(found) + 1)), series
    for given in acknowledged:
        assert given.items() <= codes.items(), "an acknowledged code changed"
    stored, keys = set(archive.storage.keys("packages/")), {e.key for e in entries}
    assert not keys - stored, "a registered package is gone"
    assert stored - keys == set(archive.strays())
    failed = [str(report) for report in archive.verify_all() if not report.passed]
    assert not failed
    assert check_chain(archive.storage) == archive.head


def check_chain(storage: Storage) -> Head:
    """Read the journal; return its head."""
    journal, head = Journal(storage, FONDS), Head(FONDS)
    for _, each in journal.after(head):
        head = each
    journal.check_complete(head.number)
    return head


def check_agree(archive: Archive, catalogs: Iterable[Catalog]) -> None:
    """Check that each of *catalogs*, once it is up to date, is that of *archive*."""
    expected = list(archive.entries())
    titles = [entry.title for entry in expected]
    for catalog in catalogs:
        mine = new_archive(archive.storage, catalog)
        mine.refresh()
        assert mine.head == archive.head
        assert list(mine.entries()) == expected
        # What others registered has its title when it was read from the package.
        mine.rebuild()
        assert list(mine.entries()) == expected
        assert [entry.title for entry in mine.entries()] == titles


@frozen(kw_only=True)
class Job:
    """
    What one process does.

    Args:
        folder: Where the archive is, with the key that all sign with.
        catalog: Name of the catalog's file.
        numbers: The cases it deposits.
        bulk: Whether by `deposit_many`.
        seed: Chooses the calls to the storage that fail.
        rate: How many of them fail: 0 to 1.
    """

    folder: Path
    catalog: str
    numbers: Sequence[int]
    bulk: bool
    seed: int
    rate: float


def work(job: Job) -> Codes:
    """Do *job*; return the codes of the cases that were acknowledged."""
    chance = random.Random(job.seed)  # noqa: S311 - faults, not secrets
    when: Literal["before", "after"] = "after" if job.seed % 2 else "before"
    storage = FaultyStorage(
        FileStorage(job.folder / "store"), lambda _: chance.random() < job.rate, when
    )
    catalog = SqliteCatalog(job.folder / job.catalog)
    archive = new_archive(storage, catalog, **keys_in(job.folder))
    try:
        return deposit(archive, job.numbers, bulk=job.bulk)
    finally:
        catalog.close()


def keys_in(folder: Path) -> dict[str, Signer | TrustStore]:
    """Return signer and verifier for the key in *folder*."""
    signer = KeySigner.from_files(folder / "key.pem", folder / "certificate.pem")
    return {"signer": signer, "verifier": TrustStore([signer.certificate])}
