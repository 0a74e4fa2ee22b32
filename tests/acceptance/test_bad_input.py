"""Bad input gets a typed error that says what and where; nothing is left behind."""

from __future__ import annotations

import io
import os
import subprocess
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

import egovarchive as ea
from egovarchive.checks import ChecksFailedError
from egovarchive.errors import (
    ArchiveError,
    CatalogMismatchError,
    ConflictError,
    ContentError,
    DigestMismatchError,
    EgovArchiveError,
    InvalidValueError,
    PackageError,
    StorageError,
)
from egovarchive.packages import Package, read
from egovarchive.profiles.gbt42727_2023 import GBT42727_2023
from egovarchive.records.digest import Digest
from egovarchive.records.moment import CHINA
from egovarchive.signing.keys import KeySigner
from egovarchive.storage.files import FileStorage
from egovarchive.testing import samples


@pytest.fixture
def archive(tmp_path: Path) -> ea.Archive:
    return samples.new_archive(tmp_path / "archive")


def plain(number: str = "1", **changes: Any) -> ea.Case:
    """Return a small good case, but for *changes*."""
    [case] = samples.cases(1, files=1, size=100)
    return evolve(case, number=number, **changes)


def with_file(*files: ea.File | Path) -> ea.Case:
    return plain(
        documents=[ea.Document(name="材料", role=ea.Role.APPLICATION, files=files)]
    )


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file below *folder*, but for the catalog, which is a view."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith("catalog.sqlite")
    }


class _Growing:
    """A file that grows while it is read."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def chunks(self) -> Iterator[bytes]:
        content = ea.File("x", self._path).content
        for chunk in content.chunks():
            with self._path.open("ab") as file:
                file.write(b"more")
            yield chunk


def _missing(folder: Path) -> ea.Case:
    return with_file(folder / "不存在.pdf")


def _directory(folder: Path) -> ea.Case:
    (folder / "文件夹").mkdir()
    return with_file(folder / "文件夹")


def _pipe(folder: Path) -> ea.Case:
    os.mkfifo(folder / "管道")
    return with_file(folder / "管道")


def _changing(folder: Path) -> ea.Case:
    path = folder / "变化.txt"
    path.write_bytes(b"x" * 100)
    return with_file(ea.File("变化.txt", _Growing(path)))


def _empty(folder: Path) -> ea.Case:
    path = folder / "空.txt"
    path.touch()
    return with_file(path)


def _collision(folder: Path) -> ea.Case:
    return with_file(ea.File("A.txt", b"1"), ea.File("a.txt", b"2"))


def _normalisation(folder: Path) -> ea.Case:
    return with_file(ea.File("ｆ.txt", b"1"), ea.File("f.txt", b"2"))


def _wrong_digest(folder: Path) -> ea.Case:
    return with_file(ea.File("a.txt", b"1", digest=Digest("sha256", "0" * 64)))


def _silent_schedule(folder: Path) -> ea.Case:
    return plain(item=ea.ServiceItem(code="9999999999", name="未列事项"))


def _future(folder: Path) -> ea.Case:
    tomorrow = datetime.now(CHINA).date() + timedelta(days=1)
    return plain(concluded_on=tomorrow, accepted_on=None)


def _before_the_schedule(folder: Path) -> ea.Case:
    day = date(2024, 12, 31)
    return plain(concluded_on=day, accepted_on=day)


def _required_material(folder: Path) -> ea.Case:
    case = samples.all_cases()[0]
    return evolve(case, documents=case.documents[1:])


BAD: dict[Callable[[Path], ea.Case], tuple[type[EgovArchiveError], str]] = {
    _missing: (ContentError, "不存在.pdf"),
    _directory: (ContentError, "文件夹"),
    _pipe: (ContentError, "管道"),
    _changing: (ContentError, "变化.txt"),
    _empty: (ContentError, "空.txt"),
    _collision: (InvalidValueError, r"documents\[0\].files\[1\].name"),
    _normalisation: (InvalidValueError, r"documents\[0\].files\[1\].name"),
    _wrong_digest: (DigestMismatchError, "a.txt"),
    _silent_schedule: (InvalidValueError, "9999999999"),
    _future: (InvalidValueError, "future"),
    _before_the_schedule: (InvalidValueError, "2024-12-31"),
    _required_material: (ChecksFailedError, "公共场所卫生许可证申请表"),
}


@pytest.mark.parametrize("make", BAD, ids=[make.__name__ for make in BAD])
def test_a_bad_case_is_refused_and_leaves_nothing(
    make: Callable[[Path], ea.Case], archive: ea.Archive, tmp_path: Path
) -> None:
    kind, what = BAD[make]
    bad = make(tmp_path)
    archive.deposit(plain("first"))
    before = tree(tmp_path / "archive")

    with pytest.raises(kind, match=what) as raised:
        archive.deposit(bad)
    assert raised.value.message("zh") != raised.value.message("en")
    assert tree(tmp_path / "archive") == before

    # One bad case does not stop the others, and leaves no gap.
    cases = [plain("before"), bad, plain("after")]
    found = list(archive.deposit_many(cases))
    assert [deposit.case for deposit in found] == cases
    assert [type(deposit.error) for deposit in found] == [type(None), kind, type(None)]
    items = [deposit.entry.code.item for deposit in found if deposit.entry]
    assert items == [2, 3]
    assert all(report.passed for report in archive.verify_all())


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("../x", "002F"),
        ("a/b", "002F"),
        ("..", "dot"),
        ("a\nb", "000A"),
        ("a\x00b", "0000"),
        ("档" * 100, "300 bytes"),
        ("", "empty"),
        ("con.txt", "device"),
        ("a\u202efdp.exe", "202E"),
    ],
)
def test_a_bad_name_is_refused_when_it_is_given(name: str, what: str) -> None:
    with pytest.raises(InvalidValueError, match=what) as raised:
        ea.File(name, b"x")
    assert raised.value.place == "name"


def test_impossible_dates_are_refused_when_they_are_given() -> None:
    with pytest.raises(InvalidValueError, match="accepted_on 2025-02-02"):
        plain(accepted_on=date(2025, 2, 2), concluded_on=date(2025, 2, 1))
    with pytest.raises(InvalidValueError, match="concluded_on"):
        plain(concluded_on=date(1025, 2, 1), accepted_on=None)
    with pytest.raises(InvalidValueError, match="not a date"):
        plain(concluded_on=datetime(2025, 2, 1, 23, 0), accepted_on=None)


def test_wrong_check_digits_are_refused_when_they_are_given() -> None:
    with pytest.raises(InvalidValueError, match="91350100M000100Y44"):
        ea.Party.legal("某某", "91350100M000100Y44")
    with pytest.raises(InvalidValueError, match="identifier") as raised:
        ea.Party.natural("张三", "110105194912310021")
    assert "110105194912310021" not in str(raised.value)
    with pytest.raises(InvalidValueError, match="code"):
        ea.ServiceItem(code="12441500196720244X3442199806003", name="某事项")


def test_the_same_case_again_has_the_number_it_has(archive: ea.Archive) -> None:
    first = archive.deposit(plain())
    before = list(archive.storage.keys())
    assert archive.deposit(plain()) == first
    found = list(archive.deposit_many([plain(), plain("2"), plain("2"), plain()]))
    assert [d.entry and d.entry.code.item for d in found] == [1, 2, 2, 1]
    assert set(before) < set(archive.storage.keys())
    assert len(list(archive.entries())) == 2


def test_another_case_with_the_number_is_a_conflict_that_names_both(
    archive: ea.Archive, tmp_path: Path
) -> None:
    first = archive.deposit(plain())
    before = tree(tmp_path / "archive")
    other = plain(title="另一件")
    with pytest.raises(ConflictError, match=first.package) as raised:
        archive.deposit(other)
    assert str(first.code) in str(raised.value)
    assert archive.pack(other).id in str(raised.value)
    assert tree(tmp_path / "archive") == before


def test_the_same_case_under_a_newer_schedule_is_the_same_case(
    archive: ea.Archive,
) -> None:
    first = archive.deposit(plain())
    schedule = evolve(samples.schedule(), version="2027-1", rules=samples.schedule())
    newer = evolve(
        archive, arrangement=evolve(samples.arrangement(), schedule=schedule)
    )
    assert newer.deposit(plain()) == first


class TestAPackage:
    """A package that comes from elsewhere, and is not good."""

    def read(self, data: bytes) -> Package:
        return read(io.BytesIO(data), GBT42727_2023)

    def packed(self, archive: ea.Archive) -> bytes:
        return b"".join(archive.pack(plain()).payload())

    def test_a_good_one_is_accepted(self, archive: ea.Archive) -> None:
        package = self.read(self.packed(archive))
        assert archive.accept(package).case_number == "1"

    def test_a_truncated_one_is_refused(self, archive: ea.Archive) -> None:
        data = self.packed(archive)
        with pytest.raises(PackageError):
            self.read(data[:-1])

    def test_a_doctored_one_is_refused(
        self, archive: ea.Archive, tmp_path: Path
    ) -> None:
        data = bytearray(self.packed(archive))
        data[90] ^= 1  # in the first document
        before = tree(tmp_path / "archive")
        package = self.read(bytes(data))
        with pytest.raises(ChecksFailedError, match=r"integrity\.members"):
            archive.accept(package)
        assert tree(tmp_path / "archive") == before

    def test_one_by_an_untrusted_signer_is_refused(
        self, archive: ea.Archive, tmp_path: Path
    ) -> None:
        at = datetime.now(CHINA) - timedelta(days=1)
        stranger = KeySigner.self_signed("陌生人", at=at, years=1)
        package = evolve(archive, signer=stranger, verifier=None).pack(plain())
        before = tree(tmp_path / "archive")
        with pytest.raises(ChecksFailedError, match=r"authenticity\.signature"):
            archive.accept(package)
        assert tree(tmp_path / "archive") == before


class TestAFolder:
    """An archive's folder that is not as it should be."""

    def test_a_catalog_from_another_archive_is_noticed(self, tmp_path: Path) -> None:
        for name in ("one", "two"):
            archive = samples.new_archive(tmp_path / name)
            archive.deposit(plain(name))
            archive.close()
        (tmp_path / "one" / "catalog.sqlite").replace(
            tmp_path / "two" / "catalog.sqlite"
        )
        with pytest.raises(CatalogMismatchError, match="J019"):
            ea.Archive.open(tmp_path / "two")

    def test_a_cut_journal_is_noticed(self, tmp_path: Path) -> None:
        archive = samples.new_archive(tmp_path / "archive")
        archive.deposit(plain("1"))
        archive.deposit(plain("2"))
        archive.close()
        journal = tmp_path / "archive" / "store" / "journal" / "J019"
        (journal / "000000000002.jsonl").unlink()
        with pytest.raises(CatalogMismatchError, match="cut"):
            ea.Archive.open(tmp_path / "archive")

    def test_a_folder_that_is_not_empty_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "x").touch()
        with pytest.raises(ArchiveError, match="not an empty folder"):
            samples.new_archive(tmp_path)
        assert [path.name for path in tmp_path.iterdir()] == ["x"]

    def test_a_folder_without_archive_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ArchiveError, match=r"archive\.json"):
            ea.Archive.open(tmp_path)


class TestTheDisk:
    """A disk that is full, or may not be written."""

    @pytest.fixture
    def disk(self, tmp_path: Path) -> Iterator[Path]:
        disk = tmp_path / "disk"
        disk.mkdir()
        self.mount("-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk))
        yield disk
        subprocess.run(["umount", "-l", str(disk)], check=True)

    def mount(self, *arguments: str) -> None:
        done = subprocess.run(
            ["mount", *arguments], capture_output=True, text=True, check=False
        )
        if done.returncode:
            pytest.skip(f"needs the right to mount: {done.stderr.strip()}")

    def archive_on(self, disk: Path, tmp_path: Path) -> ea.Archive:
        archive = samples.new_archive(tmp_path / "archive")
        return evolve(archive, storage=FileStorage(disk / "store"))

    def test_a_full_disk_takes_nothing_and_numbers_nothing(
        self, disk: Path, tmp_path: Path
    ) -> None:
        archive = self.archive_on(disk, tmp_path)
        archive.deposit(plain("1"))
        before = tree(disk)
        [large] = samples.cases(1, files=3, size=1_000_000, seed=9)
        with pytest.raises(StorageError, match=r"[Nn]o space"):
            archive.deposit(large)
        assert tree(disk) == before
        found = list(archive.deposit_many([plain("2"), large, plain("3")]))
        assert [d.entry and d.entry.code.item for d in found] == [2, None, 3]
        assert isinstance(found[1].error, StorageError)
        assert all(report.passed for report in archive.verify_all())

    def test_a_disk_that_is_full_to_the_last_byte(
        self, disk: Path, tmp_path: Path
    ) -> None:
        archive = self.archive_on(disk, tmp_path)
        archive.deposit(plain("1"))
        filler = os.open(disk / "filler", os.O_WRONLY | os.O_CREAT)
        try:
            while os.write(filler, b"x" * 4096):
                pass
        except OSError:
            os.close(filler)
        before = tree(disk)
        with pytest.raises(EgovArchiveError):
            archive.deposit(plain("2"))
        assert tree(disk) == before
        (disk / "filler").unlink()
        assert archive.deposit(plain("2")).code.item == 2

    def test_a_read_only_disk_takes_nothing(self, disk: Path, tmp_path: Path) -> None:
        archive = self.archive_on(disk, tmp_path)
        archive.deposit(plain("1"))
        self.mount("-o", "remount,ro", str(disk))
        before = tree(disk)
        with pytest.raises(StorageError, match=r"[Rr]ead-only"):
            archive.deposit(plain("2"))
        assert tree(disk) == before
        assert archive.verify(next(archive.entries()).code).passed
        self.mount("-o", "remount,rw", str(disk))
        assert archive.deposit(plain("2")).code.item == 2
