"""What persons decide stands in the journal, and in every report from then on."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from datetime import datetime, timezone
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Literal

import pytest

from archive.doubts import CHECK, TOOLS, doubtful
from archive.office import (
    TODAY,
    archive_in,
    arrangement,
    cases,
    clock,
    in_threads,
    new_archive,
    schedule,
    signer,
)
from egovarchive import Archive
from egovarchive.catalog.memory import MemoryCatalog
from egovarchive.catalog.sqlite import SqliteCatalog
from egovarchive.checks import ChecksFailedError, Finding, Outcome, Policy, Review
from egovarchive.checks.metadata.statutory import LICENSING_LAW
from egovarchive.errors import (
    AlreadyStoredError,
    CatalogError,
    CatalogMismatchError,
    EntryNotFoundError,
    InvalidValueError,
    JournalError,
    StorageError,
)
from egovarchive.journal import Head, Journal
from egovarchive.lifecycle.entry import Entry
from egovarchive.lifecycle.event import Event
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.case import Decision
from egovarchive.storage.files import FileStorage
from egovarchive.storage.memory import MemoryStorage
from egovarchive.testing import samples
from egovarchive.testing.storage_faults import Call, FaultyStorage, RecordingStorage

CLERK: dict[str, Any] = {
    "by": "档案员 07",
    "outcome": Outcome.PASSED,
    "reason": "背面本为空白",
}


def with_doubts(doubts: int = 1, **changes: Any) -> tuple[Archive, Entry]:
    archive = new_archive(**changes)
    return archive, archive.deposit(doubtful(1, doubts))


def waiting(archive: Archive, entry: Entry) -> tuple[Finding, ...]:
    return archive.inspection.waiting(entry.code, tools=TOOLS)


def decide(archive: Archive, entry: Entry, **changes: Any) -> Review:
    """Decide the first that waits."""
    finding = waiting(archive, entry)[0]
    return archive.inspection.decide(entry.code, finding, **{**CLERK, **changes})


def agreed(archive: Archive, entry: Entry) -> Finding:
    """Return what both ways to verify say of the one doubtful file."""
    report = archive.verify(entry.code, tools=TOOLS)
    assert report in list(archive.verify_all(tools=TOOLS))
    [finding] = [each for each in report.findings if each.check == CHECK]
    return finding


class TestADecision:
    def test_takes_the_place_of_what_waited_for_it(self) -> None:
        archive, entry = with_doubts()
        before = agreed(archive, entry)
        assert before.outcome is Outcome.NEEDS_REVIEW
        assert not archive.verify(entry.code, tools=TOOLS).complete
        review = decide(archive, entry)
        after = agreed(archive, entry)
        assert after.outcome is Outcome.PASSED
        assert after.en == f"{before.en}; {review.message()}"
        assert "档案员 07 于 2026-11-23 10:00 审核为通过：背面本为空白" in after.zh
        assert waiting(archive, entry) == ()
        assert archive.inspection.reviews(str(entry.code)) == (review,)
        assert review.finding == before.id

    @pytest.mark.parametrize("outcome", [Outcome.WARNED, Outcome.FAILED])
    def test_may_be_against_the_record(self, outcome: Outcome) -> None:
        archive, entry = with_doubts()
        decide(archive, entry, outcome=outcome)
        assert agreed(archive, entry).outcome is outcome
        report = archive.verify(entry.code, tools=TOOLS)
        assert report.passed == (outcome is Outcome.WARNED)

    def test_may_be_overruled_and_both_are_kept(self) -> None:
        archive, entry = with_doubts()
        finding = waiting(archive, entry)[0]
        outcomes = [Outcome.FAILED, Outcome.WARNED, Outcome.PASSED]
        for outcome in outcomes:
            archive.inspection.decide(
                entry.code, finding, **{**CLERK, "outcome": outcome}
            )
        assert agreed(archive, entry).outcome is Outcome.PASSED
        found = [each.outcome for each in archive.inspection.reviews(entry.code)]
        assert found == outcomes

    def test_holds_for_what_was_decided_and_for_nothing_else(self) -> None:
        """Two pages of one file wait: to have looked at one is not to have both."""
        archive, entry = with_doubts(doubts=3)
        first, second, third = waiting(archive, entry)
        assert first.object == second.object == third.object
        archive.inspection.decide(entry.code, second, **CLERK)
        assert waiting(archive, entry) == (first, third)
        report = archive.verify(entry.code, tools=TOOLS)
        assert report in list(archive.verify_all(tools=TOOLS))
        assert not report.complete

    def test_of_one_record_does_not_hold_for_another(self) -> None:
        archive = new_archive()
        one, other = (archive.deposit(doubtful(number)) for number in (1, 2))
        [finding] = waiting(archive, one)
        archive.inspection.decide(other.code, finding, **CLERK)
        assert waiting(archive, one)
        assert waiting(archive, other), "the file is another"

    def test_does_not_hold_for_other_bytes(self) -> None:
        [before] = waiting(*with_doubts())
        archive = new_archive()
        entry = archive.deposit(doubtful(2))
        [after] = waiting(archive, entry)
        assert (before.check, before.object, before.en) == (
            after.check,
            after.object,
            after.en,
        )
        assert before.digest != after.digest
        assert before.id != after.id

    @pytest.mark.parametrize(
        "outcome",
        [o for o in Outcome if o is not Outcome.NEEDS_REVIEW],
    )
    def test_is_only_of_what_waits_for_a_person(self, outcome: Outcome) -> None:
        archive, entry = with_doubts()
        report = archive.verify(entry.code, tools=TOOLS)
        finding = Finding(
            check=CHECK, outcome=outcome, object=report.object, en="x", zh="某"
        )
        before = archive.head
        with pytest.raises(InvalidValueError, match="does not wait") as refused:
            archive.inspection.decide(entry.code, finding, **CLERK)
        assert "无需人工审核" in refused.value.message("zh")
        with pytest.raises(InvalidValueError, match="does not wait"):
            archive.inspection.decide_batch(finding, **CLERK)
        assert archive.head == before

    @pytest.mark.parametrize(
        "changes",
        [
            {"outcome": Outcome.NOT_PERFORMED},
            {"outcome": Outcome.NEEDS_REVIEW},
            {"by": ""},
            {"by": "x" * 101},
            {"reason": " "},
            {"reason": "x" * 1001},
            {"reason": "a\nb"},
            {"reason": "\ud800"},
        ],
    )
    def test_that_nobody_can_make_is_refused(self, changes: dict[str, Any]) -> None:
        archive, entry = with_doubts()
        before = archive.head
        with pytest.raises(InvalidValueError):
            decide(archive, entry, **changes)
        assert archive.head == before
        assert Journal(archive.storage, "J019").holds(before)

    def test_on_an_unknown_record_is_refused(self) -> None:
        archive, entry = with_doubts()
        [finding], before = waiting(archive, entry), archive.head
        absent = ArchivalCode(entry.code.series, 99)
        inspection = archive.inspection
        with pytest.raises(EntryNotFoundError, match="0099"):
            inspection.decide(absent, finding, **CLERK)
        with pytest.raises(EntryNotFoundError, match="0099"):
            inspection.reviews(absent)
        with pytest.raises(EntryNotFoundError, match="0099"):
            inspection.waiting(absent)
        with pytest.raises(InvalidValueError, match="not an archival code"):
            inspection.decide("J019", finding, **CLERK)
        assert archive.head == before

    def test_is_written_under_the_code_as_it_was_registered(self) -> None:
        archive, entry = with_doubts()
        [finding] = waiting(archive, entry)
        narrow = str(ArchivalCode(entry.code.series, 1, 3))
        archive.inspection.decide(narrow, finding, **CLERK)
        [event] = archive.catalog.events(entry.code)
        assert str(event.code) == str(entry.code)
        assert agreed(archive, entry).outcome is Outcome.PASSED

    def test_is_of_the_hour_in_china(self) -> None:
        at = datetime(2026, 12, 31, 16, 30, 0, 999, tzinfo=timezone.utc)
        archive, entry = with_doubts(clock=lambda: at)
        assert decide(archive, entry).at.isoformat() == "2027-01-01T00:30:00+08:00"

    def test_costs_one_segment_and_no_package(self) -> None:
        archive, entry = with_doubts()
        before = set(archive.storage.keys())
        decide(archive, entry)
        assert set(archive.storage.keys()) - before == {
            "journal/J019/000000000002.jsonl"
        }
        assert list(archive.strays()) == []

    def test_does_not_stop_deposits(self) -> None:
        archive, entry = with_doubts()
        decide(archive, entry)
        found = list(archive.deposit_many(cases(5, start=2)))
        assert [d.entry.code.item for d in found if d.entry] == [2, 3, 4, 5, 6]
        assert agreed(archive, entry).outcome is Outcome.PASSED


def threads() -> Executor:
    return ThreadPoolExecutor(2)


def processes() -> Executor:
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"))


@pytest.mark.parametrize("make", [threads, processes])
def test_an_executor_gives_the_same_reports(
    make: Callable[[], AbstractContextManager[Executor]], tmp_path: Path
) -> None:
    archive = archive_in(tmp_path)
    given = [doubtful(number, number % 3) for number in range(1, 81)]
    entries = [d.entry for d in archive.deposit_many(given)]
    for entry in entries[::7]:
        assert entry is not None
        for finding in waiting(archive, entry)[:1]:
            archive.inspection.decide(entry.code, finding, **CLERK)
    here = list(archive.verify_all(tools=TOOLS))
    assert here == [archive.verify(e.code, tools=TOOLS) for e in entries if e]
    assert sum("档案员 07" in str(report) for report in here) == 8
    with make() as executor:
        there = list(archive.verify_all(tools=TOOLS, executor=executor))
    assert there == here
    archive.close()


class TestVerifyAll:
    def reads(self, archive: Archive, **options: Any) -> int:
        """Return how often all reports have the journal's first segment read."""
        recording = RecordingStorage(archive.storage)  # type: ignore[arg-type]
        list(new_archive(recording, archive.catalog).verify_all(**options))
        key = Journal(archive.storage, "J019").key(1)
        return sum(call.verb == "get" and key in call.keys for call in recording.calls)

    def test_reads_decisions_only_where_one_is_waited_for(self) -> None:
        archive, entry = with_doubts()
        list(archive.deposit_many([doubtful(number) for number in range(2, 9)]))
        decide(archive, entry)
        assert self.reads(archive) == 1
        assert self.reads(archive, tools=TOOLS) == 2

    def test_goes_by_the_journal_and_not_by_the_catalog(self) -> None:
        """Who could write into the catalog alone could pass everything."""

        class Forged(MemoryCatalog):
            def events(self, code: ArchivalCode) -> Any:
                return iter(())

        archive, entry = with_doubts(catalog=Forged())
        decide(archive, entry)
        [report] = archive.verify_all(tools=TOOLS)
        assert not report.waiting
        assert archive.verify(entry.code, tools=TOOLS).waiting

    def test_of_an_altered_journal_says_so(self) -> None:
        archive, entry = with_doubts()
        decide(archive, entry, outcome=Outcome.FAILED)
        journal = Journal(archive.storage, "J019")
        data = b"".join(archive.storage.get(journal.key(2)))
        archive.storage.delete(journal.key(2))
        archive.storage.put(journal.key(2), [data.replace(b"failed", b"passed")])
        with pytest.raises(CatalogMismatchError):
            list(archive.verify_all(tools=TOOLS))
        archive.storage.delete(journal.key(2))
        archive.storage.put(journal.key(2), [data.replace(b"failed", b"Passed")])
        with pytest.raises(JournalError, match="outcome"):
            list(archive.verify_all(tools=TOOLS))


class TestAView:
    """The catalog is a view: what was decided stands in the journal."""

    @pytest.fixture(params=["memory", "sqlite"])
    def archive(self, request: pytest.FixtureRequest, tmp_path: Path) -> Archive:
        sqlite = request.param == "sqlite"
        catalog = SqliteCatalog(tmp_path / "c.sqlite") if sqlite else MemoryCatalog()
        return new_archive(catalog=catalog)

    def test_made_anew_has_the_same_decisions(self, archive: Archive) -> None:
        entries = [archive.deposit(doubtful(number)) for number in (1, 2, 3)]
        for entry in (*entries, entries[0]):
            decide_again(archive, entry)
        archive.inspection.decide_batch(archive.inspection.batch().waiting[0], **CLERK)
        before = told(archive)
        assert [len(events) for events in before] == [2, 1, 1, 1]
        assert archive.rebuild() == 3
        assert told(archive) == before
        fresh = new_archive(archive.storage)
        fresh.refresh()
        assert told(fresh) == before
        assert fresh.head == archive.head

    def test_is_brought_up_to_date_with_the_decisions_of_others(
        self, archive: Archive
    ) -> None:
        entry = archive.deposit(doubtful())
        other = new_archive(archive.storage)
        other.refresh()
        decide(other, entry)
        assert waiting(archive, entry)
        archive.refresh()
        assert not waiting(archive, entry)
        # Who registers or decides brings it up to date as well.
        decide_again(other, entry)
        archive.deposit(doubtful(2))
        assert len(archive.inspection.reviews(entry.code)) == 2

    def test_that_was_behind_still_decides(self, archive: Archive) -> None:
        other = new_archive(archive.storage)
        entry = other.deposit(doubtful())
        [finding] = waiting(other, entry)
        archive.refresh()
        archive.inspection.decide(entry.code, finding, **CLERK)
        other.refresh()
        assert told(other) == told(archive)

    def test_with_a_gap_in_the_journal_behind_decisions_is_refused(
        self, archive: Archive
    ) -> None:
        entry = archive.deposit(doubtful())
        other = new_archive(archive.storage)
        other.refresh()
        for _ in range(3):
            decide_again(archive, entry)
        archive.storage.delete(Journal(archive.storage, "J019").key(3))
        with pytest.raises(JournalError, match=r"3\.jsonl is missing"):
            other.refresh()


def decide_again(archive: Archive, entry: Entry) -> Review:
    """Decide the one doubt about *entry*, whether it is decided or not."""
    report = archive._archiving.examiner(TOOLS).examine(entry)
    return archive.inspection.decide(entry.code, report.waiting[0], **CLERK)


def told(archive: Archive) -> list[list[Event]]:
    catalog = archive.catalog
    found = [list(catalog.events(entry.code)) for entry in archive.entries()]
    return [*found, list(catalog.events_of_fonds("J019"))]


LOOK = """
import sys
from pathlib import Path
from archive.doubts import TOOLS
from egovarchive import Archive
archive = Archive.open(Path(sys.argv[1]))
[entry] = archive.entries()
report = archive.verify(entry.code, tools=TOOLS)
assert report.findings == next(archive.verify_all(tools=TOOLS)).findings
print(len(report.waiting), "07" in str(report))
"""


def test_another_process_shows_it_too(tmp_path: Path) -> None:
    def look() -> str:
        env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        command = [sys.executable, "-c", LOOK, str(tmp_path / "a")]
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, env=env
        )
        assert not done.returncode, done.stderr
        return done.stdout.strip()

    archive = Archive.create(
        tmp_path / "a",
        arrangement=arrangement(schedule=schedule("2023")),
        signer=signer(),
        clock=clock,
    )
    entry = archive.deposit(doubtful())
    assert look() == "1 False"
    decide(archive, entry)
    assert look() == "0 True"
    archive.close()
    (tmp_path / "a/catalog.sqlite").unlink()
    assert look() == "0 True"


def is_journal(call: Call) -> bool:
    return call.verb == "put" and call.keys[0].startswith("journal/")


class TestTrouble:
    """A decision that was acknowledged is there; of others, none is there in part."""

    @pytest.mark.parametrize("when", ["before", "after"])
    def test_with_any_call_to_the_storage(
        self, when: Literal["before", "after"]
    ) -> None:
        turn = 0
        while True:
            turn += 1
            inner, catalog = MemoryStorage(), MemoryCatalog()
            entry = new_archive(inner, catalog).deposit(doubtful())
            [finding] = waiting(new_archive(inner, catalog), entry)
            storage = FaultyStorage(inner, turn, when)
            archive, review = new_archive(storage, catalog), None
            with suppress(StorageError):
                review = archive.inspection.decide(entry.code, finding, **CLERK)
            if len(storage.calls) < turn:
                assert turn > 3
                break
            fresh = new_archive(inner)
            fresh.refresh()
            kept = fresh.inspection.reviews(entry.code)
            assert kept in ((), (review,)) if review is None else kept == (review,)
            archive.inspection.decide(entry.code, finding, **CLERK)
            fresh.refresh()
            assert not waiting(fresh, entry)
            assert len(told(fresh)[0]) == len(kept) + 1

    def test_with_the_answer_of_the_journal_alone_is_none(self) -> None:
        inner = MemoryStorage()
        entry = new_archive(inner).deposit(doubtful())
        archive = new_archive(FaultyStorage(inner, is_journal, "after"))
        archive.refresh()
        review = decide(archive, entry)
        assert archive.inspection.reviews(entry.code) == (review,)
        assert archive.head.number == 2

    def test_with_a_journal_that_cannot_be_written_decides_nothing(self) -> None:
        inner = MemoryStorage()
        entry = new_archive(inner).deposit(doubtful())
        archive = new_archive(FaultyStorage(inner, is_journal))
        archive.refresh()
        with pytest.raises(StorageError, match="failed as told"):
            decide(archive, entry)
        assert archive.inspection.reviews(entry.code) == ()
        assert archive.head.number == 1
        assert waiting(archive, entry)

    def test_with_the_catalog_says_that_it_is_recorded(self) -> None:
        class Full(MemoryCatalog):
            full = False

            def apply(self, *args: Any) -> None:
                if self.full:
                    raise CatalogError("no space", "空间不足")
                super().apply(*args)

        catalog = Full()
        archive, entry = with_doubts(catalog=catalog)
        catalog.full = True
        with pytest.raises(CatalogError, match="recorded in the journal") as caught:
            decide(archive, entry)
        assert "已记入登记簿" in caught.value.message("zh")
        assert waiting(archive, entry)
        catalog.full = False
        archive.refresh()
        assert not waiting(archive, entry)
        assert len(archive.inspection.reviews(entry.code)) == 1

    def test_between_journal_and_catalog_loses_nothing(self, tmp_path: Path) -> None:
        """As when the process is killed there: the catalog never hears of it."""
        archive = archive_in(tmp_path)
        entry = archive.deposit(doubtful())
        [finding] = waiting(archive, entry)
        journal = Journal(archive.storage, "J019")
        review = decide(new_archive(archive.storage, refreshed(archive)), entry)
        assert journal.holds(Head("J019", 1, archive.head.digests))
        assert archive.head.number == 1
        archive.close()
        again = archive_in(tmp_path)
        assert again.inspection.reviews(entry.code) == ()
        again.refresh()
        assert again.inspection.reviews(entry.code) == (review,)
        assert review.finding == finding.id
        again.close()


def refreshed(archive: Archive) -> MemoryCatalog:
    """Return another catalog that has all that the journal has."""
    catalog = MemoryCatalog()
    new_archive(archive.storage, catalog).refresh()
    return catalog


class TestARace:
    @pytest.mark.parametrize("shared", [True, False])
    @pytest.mark.parametrize("files", [True, False])
    def test_of_archives_that_decide_and_deposit_keeps_all(
        self, tmp_path: Path, *, shared: bool, files: bool
    ) -> None:
        one: Any = MemoryCatalog()
        storage = FileStorage(tmp_path / "store") if files else MemoryStorage()
        if files and shared:
            one = SqliteCatalog(tmp_path / "catalog.sqlite")
        archives = [
            new_archive(storage, one if shared else MemoryCatalog()) for _ in range(4)
        ]
        entry = archives[0].deposit(doubtful())
        [finding] = waiting(archives[0], entry)
        for archive in archives:
            archive.refresh()
        made: list[Review] = []

        def act(thread: int) -> None:
            archive = archives[thread]
            for turn in range(8):
                if thread == 3:
                    archive.deposit(doubtful(turn + 2))
                    continue
                reason = f"{thread} 第 {turn} 次"
                given = {**CLERK, "reason": reason}
                made.append(archive.inspection.decide(entry.code, finding, **given))

        in_threads(4, act)
        every = []
        for archive in archives:
            archive.refresh()
            found = archive.inspection.reviews(entry.code)
            every.append(found)
            assert [e.code.item for e in archive.entries()] == list(range(1, 10))
            assert archive.verify(entry.code, tools=TOOLS).findings == (
                next(archive.verify_all(tools=TOOLS)).findings
            )
        assert every == [every[0]] * 4
        assert sorted(r.reason for r in every[0]) == sorted(r.reason for r in made)
        for thread in range(3):
            mine = [r.reason for r in every[0] if r.reason.startswith(f"{thread} ")]
            assert mine == [f"{thread} 第 {turn} 次" for turn in range(8)]
        archives[0].close()

    def test_lost_by_one_is_tried_again(self) -> None:
        """Another commits between our look at the journal and our commit."""
        inner = MemoryStorage()
        entry = new_archive(inner).deposit(doubtful())
        other = new_archive(inner)
        other.refresh()

        class Meanwhile(RecordingStorage):
            left = 2

            def put(self, key: str, chunks: Any) -> None:
                if self.left and key.startswith("journal/"):
                    self.left -= 1
                    decide_again(other, entry)
                super().put(key, chunks)

        archive = new_archive(Meanwhile(inner))
        archive.refresh()
        decide(archive, entry, by="档案员 08")
        other.refresh()
        assert [r.by[-2:] for r in other.inspection.reviews(entry.code)] == [
            "07",
            "07",
            "08",
        ]

    def test_for_a_number_that_cannot_be_read_ends(self) -> None:
        """Somebody has the number, and nothing can be read there: no endless loop."""
        inner = MemoryStorage()
        entry = new_archive(inner).deposit(doubtful())

        class Taken(RecordingStorage):
            def put(self, key: str, chunks: Any) -> None:
                raise AlreadyStoredError.of(key)

        archive = new_archive(Taken(inner))
        archive.refresh()
        with pytest.raises(StorageError, match="nothing can be read there"):
            decide(archive, entry)


def test_a_report_by_decisions_is_told_when_it_was_made() -> None:
    archive, entry = with_doubts()
    review = decide(archive, entry)
    assert review.at == TODAY
    assert "2026-11-23" in review.message("zh")


def test_before_registration_persons_may_decide_what_the_policy_waits_for() -> None:
    """Their reviews stand in the segment that registers the record."""
    policy = Policy(
        statutory=LICENSING_LAW, required={"integrity.statutory"}, wait=True
    )
    archive = new_archive(policy=policy, arrangement=samples.arrangement())
    refused = next(
        each for each in samples.all_cases() if each.decision is Decision.REFUSED
    )
    package = archive.pack(refused)
    waiting = archive.check(package).waiting
    assert waiting
    with pytest.raises(ChecksFailedError):
        archive.accept(archive.pack(refused))
    assert list(archive.entries()) == []
    reviews = [
        each.review(Outcome.PASSED, by="法制科 03", reason="理由见决定书", at=TODAY)
        for each in waiting
    ]
    entry = archive.accept(package, reviews=reviews)
    assert archive.inspection.reviews(entry.code) == tuple(reviews)
    assert archive.head.number == 1
