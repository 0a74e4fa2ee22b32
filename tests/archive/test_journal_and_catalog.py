"""The journal is the truth, the catalog a view of it: what if they do not agree."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from archive.office import (
    FONDS,
    archive_in,
    arrangement,
    case,
    cases,
    clock,
    in_threads,
    items_of,
    new_archive,
    schedule,
    signer,
    state_of,
)
from egovarchive import Archive, errors
from egovarchive.catalog.memory import MemoryCatalog
from egovarchive.catalog.sqlite import SqliteCatalog
from egovarchive.errors import CatalogMismatchError, JournalError
from egovarchive.journal import Journal
from egovarchive.records.deadlines import DeadlineKind
from egovarchive.storage.memory import MemoryStorage

OTHER = arrangement(unit="另一单位", schedule=schedule("2023"))


def segment(number: int) -> str:
    return Journal(MemoryStorage(), FONDS).key(number)


def with_segments(count: int, **changes: Any) -> Archive:
    """Return an archive of *count* records, each in a journal segment of its own."""
    archive = new_archive(**changes)
    for each in cases(count):
        archive.deposit(each)
    return archive


def titled(archive: Archive) -> list[tuple[object, str | None]]:
    return [(entry, entry.title) for entry in archive.entries()]


def refuses(archive: Archive, kind: type[errors.EgovArchiveError], what: str) -> None:
    """Check that *archive* takes nothing: one by one, or in bulk."""
    before = state_of(archive)
    with pytest.raises(kind, match=what):
        archive.deposit(case("new"))
    for found in archive.deposit_many([case("new"), case("newer")]):
        assert isinstance(found.error, kind)
    assert state_of(archive) == before


class TestACatalogOfAnotherArchive:
    @pytest.mark.parametrize("count", [2, 3, 5])
    def test_takes_nothing_whatever_it_knows(self, count: int) -> None:
        other = with_segments(count, arrangement=OTHER)
        archive = with_segments(3)
        mixed = new_archive(archive.storage, other.catalog)
        refuses(mixed, CatalogMismatchError, "another archive")
        with pytest.raises(CatalogMismatchError):
            mixed.refresh()
        with pytest.raises(CatalogMismatchError):
            list(mixed.verify_all())
        assert mixed.rebuild() == 3
        assert mixed.deposit(case(4)).code.item == 4

    def test_is_noticed_when_a_folder_is_opened(self, tmp_path: Path) -> None:
        for name in ("one", "other"):
            archive = Archive.create(
                tmp_path / name, arrangement=OTHER, signer=signer(), clock=clock
            )
            archive.deposit(case(name))
            archive.close()
        shutil.copy(tmp_path / "one/catalog.sqlite", tmp_path / "other/catalog.sqlite")
        with pytest.raises(CatalogMismatchError, match="rebuild"):
            Archive.open(tmp_path / "other")


class TestAJournalThatWasCut:
    @pytest.mark.parametrize("left", [0, 1, 2])
    def test_takes_nothing(self, left: int) -> None:
        archive = with_segments(3)
        for number in range(left + 1, 4):
            archive.storage.delete(segment(number))
        refuses(archive, CatalogMismatchError, "the journal was cut")
        again = new_archive(archive.storage, archive.catalog)
        refuses(again, CatalogMismatchError, "the journal was cut")
        with pytest.raises(CatalogMismatchError):
            again.refresh()

    def test_is_told_at_the_end_of_all_reports(self) -> None:
        archive = with_segments(3)
        archive.storage.delete(segment(3))
        reports = archive.verify_all()
        assert [next(reports).passed, next(reports).passed] == [True, True]
        with pytest.raises(CatalogMismatchError, match="segment 3"):
            next(reports)


class TestAJournalWithAGap:
    @pytest.mark.parametrize("missing", [1, 2, 3])
    def test_is_not_written_over_by_who_has_no_catalog(self, missing: int) -> None:
        archive = with_segments(4)
        archive.storage.delete(segment(missing))
        fresh = new_archive(archive.storage)
        with pytest.raises(JournalError, match=f"{missing:012}"):
            fresh.deposit(case("new"))
        with pytest.raises(JournalError, match=f"{missing:012}"):
            fresh.deposit(case("new"))
        with pytest.raises(JournalError):
            new_archive(archive.storage).refresh()
        assert segment(missing) not in list(archive.storage.keys())
        assert len(list(archive.storage.keys())) == 7

    def test_leaves_the_catalog_as_it_was(self) -> None:
        archive = with_segments(4)
        before = titled(archive)
        archive.storage.delete(segment(2))
        with pytest.raises(JournalError, match=f"{2:012}"):
            archive.rebuild()
        assert titled(archive) == before

    def test_is_told_by_verify_all(self) -> None:
        archive = with_segments(4)
        archive.storage.delete(segment(2))
        reports = archive.verify_all()
        assert next(reports).passed
        with pytest.raises(JournalError, match=f"{2:012}"):
            next(reports)

    def test_is_not_seen_where_others_just_append(self, tmp_path: Path) -> None:
        assert archive_in(tmp_path).head.number == 0

        def deposit(thread: int) -> None:
            for number in range(10):
                archive = archive_in(tmp_path)  # looks for gaps at its first commit
                archive.deposit(case(10 * thread + number))
                archive.close()

        in_threads(4, deposit)
        assert items_of(archive_in(tmp_path)) == list(range(1, 41))


class TestASegmentThatWasAltered:
    @pytest.mark.parametrize("number", [1, 2, 3])
    @pytest.mark.parametrize("position", [*range(0, 600, 37), -2, -1])
    def test_is_found(self, number: int, position: int) -> None:
        archive = with_segments(3)
        data = bytearray(b"".join(archive.storage.get(segment(number))))
        data[position] ^= 1
        archive.storage.delete(segment(number))
        archive.storage.put(segment(number), [bytes(data)])
        with pytest.raises((JournalError, CatalogMismatchError)):
            list(archive.verify_all())
        if number < 3:
            before = titled(archive)
            with pytest.raises(JournalError):
                archive.rebuild()
            assert titled(archive) == before


class TestTheCatalog:
    @pytest.fixture(params=["memory", "sqlite"])
    def archive(self, request: pytest.FixtureRequest, tmp_path: Path) -> Archive:
        sqlite = request.param == "sqlite"
        catalog = SqliteCatalog(tmp_path / "c.sqlite") if sqlite else MemoryCatalog()
        archive = new_archive(catalog=catalog)
        list(archive.deposit_many(cases(130)))
        return archive

    def test_made_anew_is_the_same_with_its_titles(self, archive: Archive) -> None:
        before, head = titled(archive), archive.head
        assert before[0][1] == case(1).title
        assert archive.rebuild() == 130
        assert titled(archive) == before
        assert archive.head == head
        fresh = new_archive(archive.storage)
        fresh.refresh()
        assert titled(fresh) == before
        assert fresh.head == head

    def test_has_what_others_registered_with_their_titles(
        self, archive: Archive
    ) -> None:
        other = new_archive(archive.storage)
        other.deposit(case(131))
        assert titled(other)[:64] == titled(archive)[:64]
        other.refresh()
        archive.refresh()
        assert titled(archive)[-1] == (other.entry(items(archive)[-1]), case(131).title)

    def test_without_a_package_has_no_title_for_it(self, archive: Archive) -> None:
        entry = next(archive.entries())
        archive.storage.delete(entry.key)
        assert archive.rebuild() == 130
        assert [title for _, title in titled(archive)][:2] == [None, case(2).title]

    def test_made_anew_while_others_deposit_gives_no_number_twice(
        self, tmp_path: Path
    ) -> None:
        archives = [archive_in(tmp_path) for _ in range(3)]
        assert archives[0].head.number == 0

        def act(thread: int) -> None:
            for number in range(12):
                if thread == 2:
                    archives[2].rebuild()
                else:
                    archives[thread].deposit(case(100 * thread + number))

        in_threads(3, act)
        assert items_of(archives[0]) == list(range(1, 25))
        archives[0].rebuild()
        assert items_of(archives[0]) == list(range(1, 25))

    def test_answers_by_code_by_page_and_by_date(self, archive: Archive) -> None:
        codes = items(archive)
        assert archive.entry(str(codes[4])).code == codes[4]
        page = list(archive.entries(after=str(codes[9]), limit=5))
        assert [entry.code for entry in page] == codes[10:15]
        due = page[0].transfer_due_on
        assert due is not None
        kinds = [DeadlineKind.TRANSFER]
        assert len(list(archive.due(due, kinds=kinds))) == 130
        assert list(archive.due(due.replace(2030), kinds=kinds)) == []
        assert archive.case(codes[0]) == case(1)
        with pytest.raises(errors.EntryNotFoundError, match="0999"):
            archive.entry("J019-ZY·XK·2026·D30-0999")
        with pytest.raises(errors.InvalidValueError):
            archive.entry("no code")


def items(archive: Archive) -> list[Any]:
    return [entry.code for entry in archive.entries()]
