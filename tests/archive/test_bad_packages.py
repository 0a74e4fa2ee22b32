"""Packages that come from elsewhere, and are not good."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from archive.office import (
    ITEM,
    arrangement,
    case,
    document,
    leftovers,
    new_archive,
    schedule,
    signer,
    state_of,
)
from egovarchive import Archive, ServiceItem
from egovarchive.checks import ChecksFailedError
from egovarchive.errors import (
    EgovArchiveError,
    InvalidValueError,
    PackageError,
    UnsafePackageError,
)
from egovarchive.packages import Package, read
from egovarchive.profiles.gbt42727_2023 import GBT42727_2023
from egovarchive.records.document import File
from egovarchive.records.moment import CHINA
from egovarchive.records.retention import RetentionPeriod
from egovarchive.records.schedule import ScheduleRule
from egovarchive.signing.trust import TrustStore
from egovarchive.storage.files import FileStorage


def opened(data: bytes) -> Package:
    return read(io.BytesIO(data), GBT42727_2023)


def packed(archive: Archive, **changes: Any) -> bytes:
    with contextlib.closing(archive.pack(case(**changes))) as package:
        return b"".join(package.payload())


GOOD = packed(new_archive())


def refused(
    archive: Archive, package: Package, kind: type[EgovArchiveError], what: str
) -> None:
    before = state_of(archive)
    with pytest.raises(kind, match=what):
        archive.accept(package)
    assert state_of(archive) == before
    assert archive.deposit(case("a good one")).code.item == 1


def test_a_good_one_is_accepted_as_if_it_had_been_made_here() -> None:
    archive = new_archive()
    entry = archive.accept(opened(GOOD))
    assert entry.title == case().title
    assert archive.verify(entry.code).passed
    assert b"".join(archive.storage.get(entry.key)) == GOOD
    assert archive.deposit(case()) == entry
    assert archive.accept(opened(GOOD)) == entry


def test_an_archive_without_signer_accepts_what_others_signed() -> None:
    archive = new_archive(signer=None)
    entry = archive.accept(opened(GOOD))
    assert archive.verify(entry.code).passed


def test_its_file_is_closed_whatever_becomes_of_it() -> None:
    for trusted, outcome in (
        (signer(), contextlib.nullcontext()),
        (signer("陌生人"), pytest.raises(ChecksFailedError)),
    ):
        file = io.BytesIO(GOOD)
        package = read(file, GBT42727_2023)
        archive = new_archive(verifier=TrustStore([trusted.certificate]))
        with outcome:
            archive.accept(package)
        assert file.closed


@given(position=st.integers(0, len(GOOD) - 1), flip=st.integers(1, 255))
def test_with_any_byte_changed_it_is_refused(position: int, flip: int) -> None:
    data = bytearray(GOOD)
    data[position] ^= flip
    archive = new_archive()
    with pytest.raises((PackageError, ChecksFailedError, InvalidValueError)) as caught:
        archive.accept(opened(bytes(data)))
    assert caught.value.message("zh")
    assert list(archive.storage.keys()) == []
    assert archive.head.number == 0


@given(size=st.integers(0, len(GOOD) - 1))
def test_cut_anywhere_it_is_no_package(size: int) -> None:
    with pytest.raises(UnsafePackageError):
        opened(GOOD[:size])


def test_without_signature_it_is_refused() -> None:
    archive = new_archive()
    formed = archive._archiving.form(case())
    refused(archive, formed, ChecksFailedError, r"authenticity\.signature.*not signed")


def test_by_another_signer_it_is_refused() -> None:
    archive = new_archive()
    stranger = new_archive(signer=signer("陌生人"), verifier=None)
    package = stranger.pack(case())
    refused(archive, package, ChecksFailedError, r"authenticity\.signature.*陌生人")


def test_with_the_signature_of_another_it_is_refused() -> None:
    archive = new_archive()
    one, other = archive.pack(case(1)), archive.pack(case(2))
    assert other.signature is not None
    package = opened(b"".join(one.sealed(other.signature).payload()))
    refused(archive, package, ChecksFailedError, r"authenticity\.signature")


def test_of_another_fonds_it_is_refused() -> None:
    other = new_archive(arrangement=arrangement(fonds="J020"))
    package = opened(packed(other))
    refused(new_archive(), package, ChecksFailedError, r"J020-.*J019-")


def test_filed_for_another_period_it_is_refused() -> None:
    rules = [ScheduleRule(item_code=ITEM, period=RetentionPeriod(10))]
    other = new_archive(arrangement=arrangement(schedule=schedule(rules=rules)))
    refused(new_archive(), opened(packed(other)), ChecksFailedError, r"D10.*D30")


def test_of_an_item_that_the_schedule_does_not_name_it_is_refused() -> None:
    rules = [ScheduleRule(item_code="0200190013", period=RetentionPeriod(30))]
    other = new_archive(arrangement=arrangement(schedule=schedule(rules=rules)))
    data = packed(other, item=ServiceItem(code="0200190013", name="某事项"))
    refused(new_archive(), opened(data), InvalidValueError, "0200190013")


def test_concluded_in_the_future_it_is_refused() -> None:
    other = new_archive(clock=lambda: datetime(2027, 1, 1, tzinfo=CHINA))
    data = packed(other, concluded_on=date(2026, 12, 31))
    refused(new_archive(), opened(data), InvalidValueError, "2026-12-31")


@frozen
class Changing:
    """Reads like a file whose bytes somebody changes after so many reads."""

    file: io.BytesIO
    change: Callable[[io.BytesIO], None]
    after: int
    reads: list[int]

    @property
    def closed(self) -> bool:
        return self.file.closed

    def seek(self, position: int, whence: int = 0) -> int:
        return self.file.seek(position, whence)

    def read(self, size: int = -1) -> bytes:
        self.reads.append(size)
        position = self.file.tell()
        if len(self.reads) == self.after:
            self.change(self.file)
            self.file.seek(position)
        return self.file.read(size)

    def close(self) -> None:
        self.file.close()


def _cut(file: io.BytesIO) -> None:
    file.truncate(len(file.getvalue()) // 2)


def _alter(file: io.BytesIO) -> None:
    file.seek(100)
    file.write(b"altered")


@pytest.mark.parametrize("change", [_cut, _alter])
@pytest.mark.parametrize("size", [2_000, 9_000_000])
def test_a_package_that_changes_meanwhile_is_kept_as_checked_or_refused(
    change: Callable[[io.BytesIO], None], size: int, tmp_path: Path
) -> None:
    data = packed(new_archive(), documents=[document(File("a.bin", bytes(size)))])
    accepted = 0
    for after in range(1, 40):
        file = Changing(io.BytesIO(data), change, after, [])
        archive = new_archive(FileStorage(tmp_path / f"{after}"))
        try:
            entry = archive.accept(read(file, GBT42727_2023))  # type: ignore[arg-type]
        except (PackageError, ChecksFailedError):
            assert list(archive.storage.keys()) == []
            assert archive.head.number == 0
        else:
            accepted += 1
            assert archive.verify(entry.code).passed
        assert leftovers(tmp_path) == []
        if len(file.reads) < after:
            break
    assert accepted
