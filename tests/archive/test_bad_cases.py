"""What bad input gets: a typed error that names it, and nothing is left behind."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from attrs import define

from archive.office import (
    Bytes,
    archive_in,
    arrangement,
    case,
    document,
    leftovers,
    permissions_count,
    refused,
    schedule,
    state_of,
)
from egovarchive import Archive
from egovarchive.archive import Deposit
from egovarchive.checks import ChecksFailedError
from egovarchive.errors import (
    ConflictError,
    ContentError,
    DigestMismatchError,
    InvalidValueError,
    PackageError,
)
from egovarchive.records.digest import Digest
from egovarchive.records.document import File
from egovarchive.records.identifiers import check_item_code
from egovarchive.records.item import ServiceItem
from egovarchive.records.retention import RetentionPeriod
from egovarchive.records.schedule import ScheduleRule

UNKNOWN_ITEM = "0200190013"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = archive_in(tmp_path)
    archive.deposit(case("已在库"))
    yield archive
    assert leftovers(tmp_path) == []
    assert all(report.passed for report in archive.verify_all())
    before = list(archive.entries())
    assert archive.rebuild() == len(before)
    assert list(archive.entries()) == before


class TestItsFiling:
    def test_a_schedule_silent_about_the_item(self, archive: Archive) -> None:
        item = ServiceItem(code=check_item_code(UNKNOWN_ITEM), name="某事项")
        for text in refused(archive, case(item=item), InvalidValueError):
            assert UNKNOWN_ITEM in text
            assert "2024" in text

    def test_a_schedule_that_was_not_yet_in_force(self, archive: Archive) -> None:
        bad = case(accepted_on=None, concluded_on=date(2019, 12, 31))
        for text in refused(archive, bad, InvalidValueError):
            assert "2019-12-31" in text
            assert "2020-01-01" in text

    def test_a_date_in_the_future(self, archive: Archive) -> None:
        bad = case(concluded_on=date(2026, 11, 24))
        en, zh, _ = refused(archive, bad, InvalidValueError)
        assert en.startswith("concluded_on: 2026-11-24 lies in the future")
        assert "2026-11-23" in en
        assert "2026-11-24 晚于今天 2026-11-23" in zh

    def test_the_last_second_of_today_is_not_the_future(self, archive: Archive) -> None:
        assert archive.deposit(case(concluded_on=date(2026, 11, 23))).code.item == 2

    def test_a_required_material_that_is_missing(self, tmp_path: Path) -> None:
        rule = ScheduleRule(
            item_code=case().item.code,
            period=RetentionPeriod(30),
            required=("申请表", "身份证明"),
        )
        strict = arrangement(schedule=schedule(rules=[rule]))
        archive = archive_in(tmp_path, arrangement=strict)
        before = state_of(archive)
        with pytest.raises(ChecksFailedError, match="身份证明"):
            archive.deposit(case())
        [deposit] = archive.deposit_many([case()])
        assert isinstance(deposit.error, ChecksFailedError)
        assert "身份证明" in deposit.error.message("zh")
        assert state_of(archive) == before
        assert leftovers(tmp_path) == []


class TestItsFiles:
    def test_a_missing_file(self, archive: Archive, tmp_path: Path) -> None:
        path = tmp_path / "不存在.pdf"
        for text in refused(archive, case(documents=[document(path)]), ContentError):
            assert str(path) in text

    def test_an_unreadable_file(self, archive: Archive, tmp_path: Path) -> None:
        path = tmp_path / "secret.zip"
        path.write_bytes(b"x")
        path.chmod(0)
        with permissions_count():
            bad = case(documents=[document(path)])
            for text in refused(archive, bad, ContentError):
                assert str(path) in text
                assert "Permission denied" in text

    def test_a_folder(self, archive: Archive, tmp_path: Path) -> None:
        bad = case(documents=[document(tmp_path)])
        for text in refused(archive, bad, ContentError):
            assert str(tmp_path) in text

    def test_a_pipe(self, archive: Archive, tmp_path: Path) -> None:
        path = tmp_path / "pipe.pdf"
        os.mkfifo(path)
        for text in refused(archive, case(documents=[document(path)]), ContentError):
            assert str(path) in text

    def test_an_empty_file(self, archive: Archive, tmp_path: Path) -> None:
        path = tmp_path / "empty.zip"
        path.touch()
        for bad in (path, File("empty.zip", b"")):
            texts = refused(archive, case(documents=[document(bad)]), ContentError)
            assert all("empty.zip" in text for text in texts)

    def test_a_stream_that_was_read_before(self, archive: Archive) -> None:
        with open(os.devnull, "rb") as stream:  # noqa: PTH123 - any open file
            bad = case(documents=[document(File("a.bin", stream))])
            refused(archive, bad, ContentError)

    def test_a_digest_that_it_has_not(self, archive: Archive) -> None:
        digest = Digest.parse("sha256:" + "0" * 64)
        bad = case(documents=[document(File("a.bin", b"x", digest=digest))])
        for text in refused(archive, bad, DigestMismatchError):
            assert "a.bin" in text
            assert str(digest) in text

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("Antrag.pdf", "antrag.PDF"),
            ("é.pdf", "e\u0301.pdf"),
            ("straße.pdf", "STRASSE.pdf"),
            ("ﬁle.pdf", "file.pdf"),
        ],
    )
    def test_names_that_differ_only_in_case_or_form(
        self, archive: Archive, one: str, other: str
    ) -> None:
        bad = case(documents=[document(File(one, b"1"), File(other, b"2"))])
        en, zh, _ = refused(archive, bad, InvalidValueError)
        assert "documents[0].files[1].name" in en
        assert "同名" in zh


@define
class Touched:
    """A file that somebody writes to while it is read."""

    path: Path
    size: int

    def chunks(self) -> Iterator[bytes]:
        chunks = File.at(self.path).content.chunks()
        yield next(chunks)
        with self.path.open("r+b") as file:
            file.truncate(self.size)
            file.seek(0)
            file.write(b"changed")
        yield from chunks


class TestAFileThatChangesWhileItIsRead:
    @pytest.mark.parametrize("size", [3_000_000, 2_000_000, 1_100_000, 10])
    def test_it_is_refused(self, archive: Archive, tmp_path: Path, size: int) -> None:
        path = tmp_path / "scan.zip"

        def content() -> Touched:
            path.write_bytes(bytes(2_000_000))
            return Touched(path, size)

        before = state_of(archive)
        content()
        with pytest.raises(ContentError, match="changed while it was read"):
            archive.deposit(case(documents=[document(File("a.bin", content()))]))
        content()
        [deposit] = archive.deposit_many(
            [case(documents=[document(File("a.bin", content()))])]
        )
        assert isinstance(deposit.error, ContentError)
        assert state_of(archive) == before

    def test_so_is_one_of_a_large_package(
        self, archive: Archive, tmp_path: Path
    ) -> None:
        path = tmp_path / "scan.zip"
        path.write_bytes(bytes(20_000_000))
        files = [File("a.bin", bytes(9_000_000)), File("b.bin", Touched(path, 1))]
        before = state_of(archive)
        with pytest.raises(ContentError, match="scan"):
            archive.deposit(case(documents=[document(*files)]))
        assert state_of(archive) == before
        assert leftovers(tmp_path) == []


class TestADuplicate:
    def test_the_same_case_again_gets_the_entry_it_has(self, archive: Archive) -> None:
        first = archive.deposit(case())
        before = state_of(archive)
        assert archive.deposit(case()) == first
        assert [d.entry for d in archive.deposit_many([case(), case()])] == [first] * 2
        assert state_of(archive) == before

    def test_twice_in_one_group_it_is_one_record(self, archive: Archive) -> None:
        one, two, three, four = archive.deposit_many([case(), case(2), case(), case(3)])
        assert one.entry == three.entry
        assert [d.entry and d.entry.code.item for d in (one, two, four)] == [2, 3, 4]

    def test_also_when_the_schedule_has_changed_since(
        self, archive: Archive, tmp_path: Path
    ) -> None:
        first = archive.deposit(case())
        rules = [ScheduleRule(item_code=case().item.code, period=RetentionPeriod(10))]
        for changed in (schedule("2025"), schedule("2026", rules=rules)):
            later = archive_in(tmp_path, arrangement=arrangement(schedule=changed))
            before = state_of(later)
            assert later.deposit(case()) == first
            assert [d.entry for d in later.deposit_many([case()])] == [first]
            assert state_of(later) == before

    @pytest.mark.parametrize(
        "other",
        [
            case(title="另一题名"),
            case(documents=[document(File("申请表.txt", b"other"))]),
            case(documents=[document(File("另一名称.txt", "申请 1".encode()))]),
        ],
    )
    def test_with_other_content_it_is_a_conflict_that_names_both(
        self, archive: Archive, other: object
    ) -> None:
        first = archive.deposit(case())
        assert isinstance(other, type(case()))
        packed = archive.pack(other)
        packed.close()
        for text in refused(archive, other, ConflictError):
            for name in (case().number, str(first.code), first.package, packed.id):
                assert name in text

    def test_a_conflict_within_one_group(self, archive: Archive) -> None:
        one, two, three = archive.deposit_many([case(), case(title="另一"), case()])
        assert one.entry is not None
        assert three.entry == one.entry
        assert isinstance(two.error, ConflictError)
        assert archive.deposit(case(2)).code.item == 3


class TestContentThatFails:
    """Content is code of the caller's: what it raises beyond the contract passes."""

    def test_what_was_formed_before_is_archived_first(self, archive: Archive) -> None:
        def fail() -> None:
            raise RuntimeError("bug")

        bad = case(documents=[document(File("a.bin", Bytes(b"xy", fail)))])
        got: list[Deposit] = []
        with pytest.raises(RuntimeError, match="bug"):
            got.extend(archive.deposit_many([case(1), case(2), bad, case(3)]))
        assert [d.entry and d.entry.code.item for d in got] == [2, 3]
        with pytest.raises(RuntimeError, match="bug"):
            archive.deposit(bad)

    def test_more_than_a_package_may_hold(self, archive: Archive) -> None:
        files = [File(f"{n}.txt", b"x") for n in range(70_000)]
        for text in refused(archive, case(documents=[document(*files)]), PackageError):
            assert "基本信息元数据.xml" in text
