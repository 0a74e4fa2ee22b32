"""Verification: whatever is done to a stored record is found, and told in a report."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.office import (
    MADE_AT,
    TODAY,
    archive_in,
    case,
    cases,
    document,
    new_archive,
    signer,
)
from egovarchive import Archive
from egovarchive.archive.examine import BATCH
from egovarchive.checks import Report, Stage
from egovarchive.errors import StorageError
from egovarchive.lifecycle.entry import Entry
from egovarchive.records.document import File
from egovarchive.signing import cms
from egovarchive.signing.keys import KeySigner
from egovarchive.signing.trust import TrustStore
from egovarchive.storage.memory import MemoryStorage
from egovarchive.testing.storage_faults import FaultyStorage

FILES = [File("甲.txt", b"first " * 50), File("乙.txt", b"second " * 50)]


def with_one() -> tuple[Archive, Entry]:
    archive = new_archive()
    return archive, archive.deposit(case(documents=[document(*FILES)]))


ARCHIVE, ENTRY = with_one()
STORED = b"".join(ARCHIVE.storage.get(ENTRY.key))


def replaced(archive: Archive, entry: Entry, data: bytes) -> None:
    archive.storage.delete(entry.key)
    archive.storage.put(entry.key, [data])


def the_report(archive: Archive, entry: Entry) -> Report:
    """Return the report of *entry*: the same one by its code, and among all."""
    report = archive.verify(entry.code)
    assert report in list(archive.verify_all())
    assert report.object == str(entry.code)
    assert report.stage is Stage.PRESERVATION
    return report


def failure(archive: Archive, entry: Entry) -> str:
    """Return what the report of *entry*, which must fail, says."""
    report = the_report(archive, entry)
    assert not report.passed
    assert report.failures
    assert report.message("zh") != report.message("en")
    return "\n".join(each.message() for each in report.failures)


def test_who_has_checks_made_is_named() -> None:
    archive, entry = with_one()
    part = archive.inspection.verify_part(1, 1, operator="张三")
    some = archive.inspection.verify_some(1, seed=1, operator="张三")
    every = archive.verify_all(operator="张三")
    package = archive.pack(case(documents=[document(*FILES)]))
    reports = [
        *part,
        *some,
        *every,
        archive.verify(entry.code, operator="张三"),
        archive.check(package, operator="张三"),
    ]
    replaced(archive, entry, b"")
    reports.append(archive.verify(entry.code, operator="张三"))
    assert [report.operator for report in reports] == ["张三"] * 6
    assert not archive.verify(entry.code).operator
    package.close()


def test_what_was_not_touched_passes() -> None:
    report = the_report(ARCHIVE, ENTRY)
    assert report.passed
    assert not report.failures
    assert not report.missing
    needed = {finding.en for finding in report.open_ends}
    assert needed == {"no tools that look at files were given"}


@given(position=st.integers(0, len(STORED) - 1), flip=st.integers(1, 255))
def test_a_byte_changed_anywhere_is_found_and_named(position: int, flip: int) -> None:
    archive, entry = with_one()
    data = bytearray(b"".join(archive.storage.get(entry.key)))
    position %= len(data)  # signatures differ, in length too
    package = archive.package(entry.code)
    data[position] ^= flip
    replaced(archive, entry, bytes(data))
    text = failure(archive, entry)
    inside = [
        member.path
        for member in package.members
        if member.stored.data_offset <= position < member.stored.end
        and not member.path.startswith("manifest")
    ]
    for path in inside:
        assert path in text


@given(size=st.integers(0, len(STORED) + 40))
def test_a_package_cut_or_grown_is_found(size: int) -> None:
    archive, entry = with_one()
    data = b"".join(archive.storage.get(entry.key))
    if size != len(data):
        replaced(archive, entry, data.ljust(size, b"\0")[:size])
        assert f"{len(data)} bytes were registered" in failure(archive, entry)


@given(data=st.binary(max_size=200))
def test_anything_in_the_place_of_a_package_is_found(data: bytes) -> None:
    archive, entry = with_one()
    replaced(archive, entry, data)
    assert entry.key in failure(archive, entry)


def test_a_package_that_is_gone_is_found() -> None:
    archive, entry = with_one()
    archive.deposit(case(2))
    archive.storage.delete(entry.key)
    assert entry.key in failure(archive, entry)
    assert [report.passed for report in archive.verify_all()] == [False, True]


def test_two_packages_that_changed_places_are_found() -> None:
    archive = new_archive()
    one, other = (archive.deposit(each) for each in cases(2))
    first, second = (b"".join(archive.storage.get(e.key)) for e in (one, other))
    replaced(archive, one, second)
    replaced(archive, other, first)
    found = (
        "authenticity.package" if one.size == other.size else "bytes were registered"
    )
    for entry in (one, other):
        assert found in failure(archive, entry)


def test_another_good_signature_is_found() -> None:
    archive, entry = with_one()
    package = archive.package(entry.code)
    assert package.signature is not None
    signature = b""
    while len(signature) != len(package.signature):  # one byte more or less
        [signature] = cms.sign_messages(signer(), [package.manifest], at=TODAY)
    assert signature != package.signature
    replaced(archive, entry, b"".join(package.sealed(signature).payload()))
    assert "signature" in failure(archive, entry)


def test_a_storage_that_fails_is_a_finding() -> None:
    inner = MemoryStorage()
    entry = new_archive(inner).deposit(case())
    failing = FaultyStorage(inner, lambda call: "packages/" in "".join(call.keys))
    archive = new_archive(failing)
    archive.refresh()
    [report] = archive.verify_all()
    for each in (report, archive.verify(entry.code)):
        assert "failed as told" in each.failures[0].en


def test_without_trust_nothing_passes_and_nothing_fails() -> None:
    archive, entry = with_one()
    report = new_archive(archive.storage, archive.catalog, verifier=None).verify(
        entry.code
    )
    assert not report.passed
    assert not report.failures
    assert report.missing == ("authenticity.signature",)


class TestACertificate:
    def archive_by(self, key: KeySigner, at: datetime) -> Archive:
        return new_archive(
            signer=key, verifier=TrustStore([key.certificate]), clock=lambda: at
        )

    def test_that_has_ended_since_does_not_matter(self) -> None:
        at = MADE_AT + timedelta(days=200)
        key = KeySigner.self_signed("短期证书", at=MADE_AT, years=1)
        day = at.date() - timedelta(days=1)
        archive = self.archive_by(key, at)
        entry = archive.deposit(case(accepted_on=None, concluded_on=day))
        today = new_archive(archive.storage, archive.catalog, verifier=archive.verifier)
        assert today.verify(entry.code).passed
        assert [report.passed for report in today.verify_all()] == [True]

    def test_that_had_ended_before_is_refused(self) -> None:
        key = KeySigner.self_signed("短期证书", at=MADE_AT, years=1)
        archive = self.archive_by(key, TODAY)
        with pytest.raises(Exception, match="valid") as caught:
            archive.deposit(case())
        assert "短期证书" in str(caught.value)
        assert list(archive.storage.keys()) == []


def threads() -> Executor:
    return ThreadPoolExecutor(3)


def processes() -> Executor:
    return ProcessPoolExecutor(2, mp_context=get_context("spawn"))


@pytest.mark.parametrize("make", [threads, processes])
def test_an_executor_gives_the_same_reports_in_the_same_order(
    make: Callable[[], AbstractContextManager[Executor]], tmp_path: Path
) -> None:
    archive = archive_in(tmp_path)
    entries = [d.entry for d in archive.deposit_many(cases(100))]
    for entry in entries[10:90:20]:
        assert entry is not None
        archive.storage.delete(entry.key)
    counted: list[int] = []
    here = list(archive.verify_all(progress=counted.append))
    assert counted == list(range(1, 101))
    assert [report.object for report in here] == [str(e.code) for e in entries if e]
    assert sum(report.passed for report in here) == 96
    with make() as executor:
        told: list[int] = []
        there = list(archive.verify_all(executor=executor, progress=told.append))
    assert there == here
    assert told == counted
    archive.close()


def test_whoever_stops_early_waits_for_little() -> None:
    class Slow(MemoryStorage):
        reads = 0

        def get(
            self, key: str, offset: int = 0, size: int | None = None
        ) -> Iterator[bytes]:
            if key.startswith("packages/"):
                Slow.reads += 1
                time.sleep(0.001)
            return super().get(key, offset, size)

    archive = new_archive(Slow())
    list(archive.deposit_many(cases(1000)))
    with ThreadPoolExecutor(1) as pool:
        reports = archive.verify_all(executor=pool)
        next(reports)
        before = Slow.reads
        reports.close()  # type: ignore[attr-defined]
    # The task that was at work comes to its end; those behind it never begin.
    assert Slow.reads - before <= 2 * BATCH


def test_an_archive_without_records_has_no_reports() -> None:
    assert list(new_archive().verify_all()) == []


def test_the_reports_of_many_are_given_as_they_come(tmp_path: Path) -> None:
    archive = archive_in(tmp_path)
    list(archive.deposit_many(cases(300)))
    for key in list(archive.storage.keys("packages/"))[150:]:
        os.unlink(tmp_path / "store" / key)  # noqa: PTH108 - one call
    reports = archive.verify_all()
    assert next(reports).object.endswith("0001")
    assert sum(report.passed for report in reports) == 149
    with pytest.raises(StorageError):
        archive.open_document(list(archive.entries())[-1].code, "申报文件/x")
