"""An inspector's work: samples, parts, reports made again, all records together."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from archive.doubts import TOOLS, doubtful
from archive.office import (
    SHORT_ITEM,
    TODAY,
    arrangement,
    case,
    cases,
    new_archive,
)
from egovarchive import Archive
from egovarchive.archive.inspection import Inspection
from egovarchive.catalog.memory import MemoryCatalog
from egovarchive.catalog.sqlite import SqliteCatalog
from egovarchive.checks import Finding, Outcome, Report, Stage
from egovarchive.checks.batch import Totals
from egovarchive.checks.report_html import report_html
from egovarchive.checks.report_json import decode_report, encode_report
from egovarchive.errors import (
    CatalogMismatchError,
    EntryNotFoundError,
    InvalidValueError,
    JournalError,
)
from egovarchive.journal import Journal
from egovarchive.lifecycle.entry import Entry
from egovarchive.records.item import ServiceItem
from egovarchive.storage.memory import MemoryStorage

CLERK: dict[str, Any] = {
    "by": "档案员 07",
    "outcome": Outcome.PASSED,
    "reason": "已到现场查看",
}


@pytest.fixture(scope="module")
def many() -> Archive:
    """Return an archive of 600 records; nothing may be done to it."""
    archive = new_archive()
    list(archive.deposit_many(cases(600)))
    return archive


def objects(reports: Iterator[Report]) -> list[str]:
    return [report.object for report in reports]


class TestASample:
    def test_is_the_same_for_the_same_seed(self, many: Archive) -> None:
        inspection = many.inspection
        drawn = objects(inspection.verify_some(0.2, seed=7))
        assert objects(inspection.verify_some(0.2, seed=7)) == drawn
        assert objects(inspection.verify_some(0.2, seed=8)) != drawn

    def test_is_a_part_in_the_order_of_registration(self, many: Archive) -> None:
        drawn = objects(many.inspection.verify_some(0.2, seed=7))
        every = [str(entry.code) for entry in many.entries()]
        assert drawn == [code for code in every if code in set(drawn)]

    def test_is_about_as_large_as_the_share_and_without_favourites(
        self, many: Archive
    ) -> None:
        """Counted over seeds that are fixed: this passes always, or never."""
        chosen: dict[str, int] = {}
        sizes = []
        projection = many._archiving.register.projection
        rows = [r for s, _ in projection.segments() for r in s.registered]
        for seed in range(200):
            drawn = list(draws(many.inspection, 0.1, seed, rows))
            sizes.append(len(drawn))
            for code in drawn:
                chosen[code] = chosen.get(code, 0) + 1
        # 600 × 0.1 each time, and 200 × 0.1 each record: within five deviations.
        assert abs(sum(sizes) / len(sizes) - 60) < 5 * (54 / 200) ** 0.5
        assert max(abs(size - 60) for size in sizes) < 5 * 54**0.5
        assert len(chosen) == 600
        assert max(abs(n - 20) for n in chosen.values()) < 5 * 18**0.5

    def test_draws_the_same_when_more_are_registered(self) -> None:
        archive = new_archive()
        list(archive.deposit_many(cases(40)))
        before = objects(archive.inspection.verify_some(0.3, seed=1))
        list(archive.deposit_many(cases(40, start=41)))
        after = objects(archive.inspection.verify_some(0.3, seed=1))
        assert before
        assert after[: len(before)] == before
        assert len(after) > len(before)

    def test_may_be_all(self, many: Archive) -> None:
        found = list(many.inspection.verify_some(1, seed=3))
        assert found == list(many.verify_all())

    @pytest.mark.parametrize("share", [0, -0.1, 1.01, float("nan"), float("inf")])
    def test_of_no_share_is_refused_before_it_is_asked_for(
        self, many: Archive, share: float
    ) -> None:
        with pytest.raises(InvalidValueError, match="no share") as refused:
            many.inspection.verify_some(share, seed=1)
        assert "抽检比例" in refused.value.message("zh")

    def test_may_be_of_what_was_registered_since(self) -> None:
        now = TODAY
        archive = new_archive(clock=lambda: now)
        for number in range(1, 31):
            now = TODAY + timedelta(days=number)
            archive.deposit(case(number))
        start = TODAY + timedelta(days=21)
        inspection = archive.inspection
        every = objects(inspection.verify_some(1, seed=0))
        assert objects(inspection.verify_some(1, seed=0, since=start)) == every[20:]
        for same in (start.replace(tzinfo=None), start.astimezone(timezone.utc)):
            assert objects(inspection.verify_some(1, seed=0, since=same)) == every[20:]
        # Which of those are drawn, the moment does not change.
        drawn = objects(inspection.verify_some(0.5, seed=5))
        some = objects(inspection.verify_some(0.5, seed=5, since=start))
        assert some == [code for code in drawn if code in every[20:]]
        later = start + timedelta(days=100)
        assert objects(inspection.verify_some(1, seed=0, since=later)) == []

    def test_may_be_checked_by_an_executor(self, many: Archive) -> None:
        counted: list[int] = []
        with ThreadPoolExecutor(2) as executor:
            found = list(
                many.inspection.verify_some(
                    0.3, seed=7, executor=executor, progress=counted.append
                )
            )
        assert found == list(many.inspection.verify_some(0.3, seed=7))
        assert counted == list(range(1, len(found) + 1))

    def test_finds_what_is_wrong_with_what_was_drawn(self) -> None:
        archive = new_archive()
        list(archive.deposit_many(cases(30)))
        for entry in list(archive.entries())[::2]:
            archive.storage.delete(entry.key)
        found = list(archive.inspection.verify_some(0.5, seed=2))
        bad = {str(entry.code) for entry in list(archive.entries())[::2]}
        assert {r.object for r in found if not r.passed} == bad & {
            r.object for r in found
        }
        assert any(report.passed for report in found)
        assert not all(report.passed for report in found)

    def test_of_a_broken_journal_says_so(self) -> None:
        archive = new_archive()
        for each in cases(3):
            archive.deposit(each)
        archive.storage.delete(Journal(archive.storage, "J019").key(2))
        with pytest.raises(JournalError):
            list(archive.inspection.verify_some(1, seed=1))

    def test_of_another_catalog_says_so(self) -> None:
        archive, other = new_archive(), new_archive()
        archive.deposit(case(1))
        other.deposit(case(2))
        mixed = new_archive(archive.storage, other.catalog)
        with pytest.raises(CatalogMismatchError):
            list(mixed.inspection.verify_some(1, seed=1))

    def test_shows_what_persons_decided(self) -> None:
        archive = new_archive()
        entry = archive.deposit(doubtful())
        [finding] = archive.inspection.waiting(entry.code, tools=TOOLS)
        archive.inspection.decide(entry.code, finding, **CLERK)
        [report] = archive.inspection.verify_some(1, seed=1, tools=TOOLS)
        assert report == archive.verify(entry.code, tools=TOOLS)
        assert not report.waiting


def draws(
    inspection: Inspection, share: float, seed: int, rows: list[Any]
) -> Iterator[str]:
    """Yield what is drawn, without the work of checking it."""
    kept: list[Any] = []

    class Drawing(Inspection):
        def _verify(self, drawn: Any, *_: Any) -> Iterator[Report]:
            kept.extend(row["code"] for row in rows if drawn(row))
            return iter(())

    list(Drawing(inspection._archiving).verify_some(share, seed=seed))
    yield from kept


class TestAPart:
    @pytest.mark.parametrize("of", [1, 2, 12])
    def test_with_all_the_others_is_the_archive(self, many: Archive, of: int) -> None:
        parts = [
            objects(many.inspection.verify_part(number, of))
            for number in range(1, of + 1)
        ]
        found = [code for part in parts for code in part]
        assert sorted(found) == [str(entry.code) for entry in many.entries()]
        assert all(600 / of * 0.6 < len(part) < 600 / of * 1.4 for part in parts)

    def test_keeps_its_records_when_more_are_registered(self) -> None:
        archive = new_archive()
        list(archive.deposit_many(cases(30)))
        before = objects(archive.inspection.verify_part(2, 3))
        list(archive.deposit_many(cases(30, start=31)))
        assert objects(archive.inspection.verify_part(2, 3))[: len(before)] == before

    @pytest.mark.parametrize(("number", "of"), [(0, 3), (4, 3), (-1, 3), (1, 0)])
    def test_that_there_is_not_is_refused(
        self, many: Archive, number: int, of: int
    ) -> None:
        with pytest.raises(InvalidValueError, match="no part") as refused:
            many.inspection.verify_part(number, of)
        assert "部分" in refused.value.message("zh")


def with_doubts() -> tuple[Archive, Entry]:
    archive = new_archive()
    return archive, archive.deposit(doubtful(1, 2))


def alter(archive: Archive, entry: Entry, old: bytes, new: bytes) -> None:
    data = b"".join(archive.storage.get(entry.key))
    assert old in data
    archive.storage.delete(entry.key)
    archive.storage.put(entry.key, [data.replace(old, new)])


class TestARecheck:
    @pytest.mark.parametrize("tools", [None, TOOLS])
    def test_of_what_was_not_touched_is_the_same(self, tools: Any) -> None:
        archive, entry = with_doubts()
        report = archive.verify(entry.code, tools=tools)
        kept = decode_report(encode_report(report))
        later = new_archive(
            archive.storage, archive.catalog, clock=lambda: TODAY + timedelta(days=400)
        )
        again = later.inspection.recheck(kept, tools=tools)
        assert again.same
        assert again.differences == ()
        assert again.before == kept
        assert again.after.at == TODAY + timedelta(days=400)
        assert again.after.findings == report.findings

    def test_names_what_was_altered(self) -> None:
        archive, entry = with_doubts()
        report = archive.verify(entry.code)
        alter(archive, entry, "的申请 d".encode(), "的申請 d".encode())
        again = archive.inspection.recheck(report)
        assert not again.same
        assert [each.check for each in again.differences] == ["integrity.members"]
        assert "now failed" in again.differences[0].message()

    @pytest.mark.parametrize("way", ["cut", "gone"])
    def test_names_what_cannot_be_opened_any_more(self, way: str) -> None:
        archive, entry = with_doubts()
        report = archive.verify(entry.code)
        data = b"".join(archive.storage.get(entry.key))
        archive.storage.delete(entry.key)
        if way == "cut":
            archive.storage.put(entry.key, [data[:-1]])
        again = archive.inspection.recheck(report)
        assert not again.same
        [new] = [each for each in again.differences if each.was is None]
        assert new.check == "integrity.package"
        assert new.now is not None
        assert new.now.outcome is Outcome.FAILED
        # And the other way round.
        if way == "cut":
            archive.storage.delete(entry.key)
        archive.storage.put(entry.key, [data])
        back = archive.inspection.recheck(again.after)
        assert not back.same
        assert [each.check for each in back.differences] == ["integrity.package"]

    def test_names_what_a_person_decided_since(self) -> None:
        archive, entry = with_doubts()
        report = archive.verify(entry.code, tools=TOOLS)
        archive.inspection.decide(entry.code, report.waiting[1], **CLERK)
        again = archive.inspection.recheck(report, tools=TOOLS)
        assert [each.check for each in again.differences] == ["usability.readable"]
        assert "档案员 07" in again.differences[0].message("zh")
        assert archive.inspection.recheck(again.after, tools=TOOLS).same

    def test_with_other_tools_is_not_the_same(self) -> None:
        archive, entry = with_doubts()
        report = archive.verify(entry.code, tools=TOOLS)
        assert not archive.inspection.recheck(report).same

    def test_does_not_count_checks_that_were_not_made(self) -> None:
        archive, entry = with_doubts()
        report = archive.verify(entry.code)
        less = evolve(
            report,
            findings=tuple(
                f for f in report.findings if f.check != "integrity.metadata"
            ),
        )
        assert archive.inspection.recheck(less).same

    def test_of_a_whole_run_tells_what_has_changed_since(self) -> None:
        archive = new_archive()
        entries = [archive.deposit(each) for each in cases(5)]
        last = [encode_report(report) for report in archive.verify_all()]
        archive.storage.delete(entries[3].key)
        recheck = archive.inspection.recheck
        changed = [
            again.after.object
            for again in map(recheck, map(decode_report, last))
            if not again.same
        ]
        assert changed == [str(entries[3].code)]

    def test_of_what_is_no_report_of_a_record_is_refused(self) -> None:
        archive, entry = with_doubts()
        recheck = archive.inspection.recheck
        with pytest.raises(InvalidValueError, match="not of preservation") as refused:
            recheck(archive.check(archive.package(entry.code)))
        assert "长期保存" in refused.value.message("zh")
        with pytest.raises(InvalidValueError, match="archival code"):
            recheck(archive.inspection.batch())
        report = archive.verify(entry.code)
        with pytest.raises(EntryNotFoundError):
            recheck(evolve(report, object="J019-ZY·XK·2026·D30-0009"))


def of(report: Report, check: str) -> list[Finding]:
    return [finding for finding in report.findings if finding.check == check]


def outcome_of(report: Report, check: str) -> Outcome:
    [finding] = of(report, check)
    return finding.outcome


SYSTEMS = {"usability.environment", "security.antivirus", "security.process"}
CARRIERS = {
    "security.medium_speed",
    "security.medium_appearance",
    "security.medium_quality",
}


class TestABatch:
    def test_of_a_sound_archive_has_no_failure(self, many: Archive) -> None:
        report = many.inspection.batch()
        assert not report.failures
        assert report.stage is Stage.PRESERVATION
        assert report.at == TODAY
        assert report.object == "J019 2026-11-23"
        assert outcome_of(report, "integrity.sequence") is Outcome.PASSED
        assert outcome_of(report, "usability.catalog") is Outcome.PASSED
        assert "600" in of(report, "usability.catalog")[0].en
        assert {f.check for f in report.waiting} == SYSTEMS
        assert not report.complete

    def test_prints_the_codes_that_its_profile_states(self, many: Archive) -> None:
        archiving = many.inspection.batch(Stage.ARCHIVING)
        assert archiving.codes["integrity.sequence"] == "GD-2-6"
        assert "authenticity.duplicates_in_batch" not in archiving.codes
        assert not many.inspection.batch().codes  # those of 长期保存 are not known

    def test_of_no_record_has_no_failure(self) -> None:
        report = new_archive().inspection.batch(declared=Totals(items=0, size=0))
        assert not report.failures

    def test_does_not_say_that_titles_were_compared(self, many: Archive) -> None:
        [found] = of(many.inspection.batch(), "authenticity.duplicates_in_batch")
        assert found.outcome is Outcome.PASSED
        assert "not compared" in found.en
        assert "未作比对" in found.zh

    def test_is_held_against_its_form(self, many: Archive) -> None:
        size = sum(entry.size for entry in many.entries())
        batch = many.inspection.batch
        for declared, good in (
            (Totals(items=600, size=size), (True, True)),
            (Totals(items=599, size=size), (False, True)),
            (Totals(items=600, size=size + 1), (True, False)),
        ):
            report = batch(Stage.ACCESSION, declared=declared)
            assert report.stage is Stage.ACCESSION
            found = [
                outcome_of(report, f"integrity.total_{what}") is Outcome.PASSED
                for what in ("items", "size")
            ]
            assert tuple(found) == good
        [short] = of(
            batch(declared=Totals(items=601, size=size)), "integrity.total_items"
        )
        assert (short.expected, short.found) == ("601", "600")
        report = batch()
        assert outcome_of(report, "integrity.total_items") is Outcome.NOT_PERFORMED
        assert outcome_of(report, "integrity.total_size") is Outcome.NOT_PERFORMED

    def test_is_counted_from_the_stated_starts(self) -> None:
        archive = new_archive()
        other = ServiceItem(code=SHORT_ITEM, name="某事项")
        first = archive.deposit(case(1))
        second = archive.deposit(case(2, item=other))
        assert first.code.series != second.code.series
        batch = archive.inspection.batch
        sequence = "integrity.sequence"
        assert outcome_of(batch(), sequence) is Outcome.PASSED
        fine = batch(starts={first.code.series: 1, second.code.series: 1})
        assert outcome_of(fine, sequence) is Outcome.PASSED
        [early] = of(batch(starts={second.code.series: 2}), sequence)
        assert early.outcome is Outcome.FAILED
        assert str(second.code.series) in early.object
        assert early.found == "1"
        [missing] = of(batch(starts={first.code.series: 0}), sequence)
        assert (missing.outcome, missing.expected) == (Outcome.FAILED, "0")

    def test_names_the_carriers_if_there_are_any(self, many: Archive) -> None:
        report = many.inspection.batch(medium=True, operator="省档案馆")
        assert {f.check for f in report.waiting} == SYSTEMS | CARRIERS
        assert report.operator == "省档案馆"

    def test_of_a_journal_that_is_broken_fails(self) -> None:
        archive = new_archive()
        for each in cases(3):
            archive.deposit(each)
        archive.storage.delete(Journal(archive.storage, "J019").key(2))
        report = archive.inspection.batch()
        assert outcome_of(report, "integrity.sequence") is Outcome.FAILED
        assert "missing" in of(report, "integrity.sequence")[0].en

    def test_finds_gaps_in_a_journal_that_was_made_by_others(self) -> None:
        class Skipping(MemoryCatalog):
            def last_item(self, *args: Any) -> int:
                found = super().last_item(*args)
                return found + 3 if found == 2 else found

        archive = new_archive(catalog=Skipping())
        list(archive.deposit_many(cases(2)))
        list(archive.deposit_many(cases(2, start=3)))
        [gap] = of(archive.inspection.batch(), "integrity.sequence")
        assert gap.expected == "3–5"

    @pytest.mark.parametrize("shared", [True, False])
    def test_is_not_disturbed_by_who_registers_meanwhile(self, *, shared: bool) -> None:
        """Another registers a case at each third look at the journal."""

        class Busy(MemoryStorage):
            other: Archive | None = None
            turn = 0

            def get(self, key: str, *args: Any) -> Iterator[bytes]:
                if self.other is not None and key.startswith("journal/"):
                    other, self.other = self.other, None
                    self.turn += 1
                    if not self.turn % 3:
                        other.deposit(case(100 + self.turn))
                    self.other = other
                return super().get(key, *args)

        storage = Busy()
        archive = new_archive(storage)
        list(archive.deposit_many(cases(3)))
        other = new_archive(storage, archive.catalog if shared else None)
        other.refresh()
        storage.other = other
        report = archive.inspection.batch()
        assert storage.turn > 20
        assert not report.failures

    def test_counts_its_own_fonds_alone(self) -> None:
        catalog = MemoryCatalog()
        other = new_archive(catalog=catalog, arrangement=arrangement(fonds="J02"))
        other.deposit(case(1))
        archive = new_archive(catalog=catalog)
        archive.deposit(case(1))
        report = archive.inspection.batch(declared=Totals(items=1, size=10**9))
        assert outcome_of(report, "integrity.total_items") is Outcome.PASSED
        assert outcome_of(report, "usability.catalog") is Outcome.PASSED


class TestACatalogThatWasAltered:
    @pytest.fixture
    def archive(self, tmp_path: Path) -> Iterator[Archive]:
        archive = new_archive(catalog=SqliteCatalog(tmp_path / "catalog.sqlite"))
        list(archive.deposit_many(cases(5)))
        yield archive
        archive.close()

    def found(self, archive: Archive, statement: str) -> list[Finding]:
        catalog = archive.catalog
        assert isinstance(catalog, SqliteCatalog)
        sql = sqlite3.connect(catalog.path)
        sql.execute(statement)
        sql.commit()
        sql.close()
        return of(archive.inspection.batch(), "usability.catalog")

    @pytest.mark.parametrize(
        "change",
        [
            "package = 'ab'",
            "size = size + 1",
            "key = 'packages/other'",
            "case_number = 'C-9'",
            "concluded_on = '2020-01-01'",
            "retention_ends_on = NULL",
            "signature = NULL",
        ],
    )
    def test_is_found_at_the_record(self, archive: Archive, change: str) -> None:
        [found] = self.found(archive, f"UPDATE entry SET {change} WHERE item = 3")  # noqa: S608
        assert found.outcome is Outcome.FAILED
        assert found.object.endswith("-0003")
        assert "otherwise" in found.en
        archive.rebuild()
        report = archive.inspection.batch()
        assert outcome_of(report, "usability.catalog") is Outcome.PASSED

    def test_so_that_it_cannot_be_read_is_found(self, archive: Archive) -> None:
        found = self.found(
            archive, "UPDATE entry SET concluded_on = '2026-02-30' WHERE item = 3"
        )
        assert {finding.outcome for finding in found} == {Outcome.FAILED}
        assert any(finding.object.endswith("-0003") for finding in found)

    def test_by_leaving_one_out_is_found(self, archive: Archive) -> None:
        [found] = self.found(archive, "DELETE FROM entry WHERE item = 3")
        assert found.outcome is Outcome.FAILED
        assert found.object.endswith("-0003")

    def test_by_putting_one_in_is_found(self, archive: Archive) -> None:
        sql = sqlite3.connect(archive.catalog.path)  # type: ignore[attr-defined]
        names = [row[1] for row in sql.execute("PRAGMA table_info(entry)")]
        sql.close()
        instead = {
            "id": "99",
            "item": "9",
            "code": "replace(code, '-0003', '-0009')",
            "case_number": "'C-9'",
        }
        values = ", ".join(instead.get(name, name) for name in names)
        [found] = self.found(
            archive,
            f"INSERT INTO entry SELECT {values} FROM entry WHERE item = 3",  # noqa: S608
        )
        assert found.outcome is Outcome.FAILED
        assert found.object.endswith("-0009")
        assert "never registered" in found.en


class TestWhatPersonsSayOfABatch:
    def decided(self, archive: Archive, **batch: Any) -> Report:
        for finding in archive.inspection.batch(**batch).waiting:
            archive.inspection.decide_batch(finding, **CLERK)
        return archive.inspection.batch(**batch)

    def complete(self, archive: Archive) -> Totals:
        entries = list(archive.entries())
        return Totals(items=len(entries), size=sum(e.size for e in entries))

    def test_makes_it_complete(self) -> None:
        archive = new_archive()
        list(archive.deposit_many(cases(3)))
        batch: dict[str, Any] = {
            "name": "2026年度检测",
            "declared": self.complete(archive),
            "medium": True,
        }
        assert not archive.inspection.batch(**batch).complete
        report = self.decided(archive, **batch)
        assert report.open_ends == ()
        assert report.complete
        assert report.passed
        assert report.object == "J019 2026年度检测"
        assert "已到现场查看" in report_html(report)
        archive.rebuild()
        assert archive.inspection.batch(**batch) == report
        fresh = new_archive(archive.storage)
        fresh.refresh()
        assert fresh.inspection.batch(**batch) == report

    def test_may_be_against_it(self) -> None:
        archive = new_archive()
        [finding, *_] = archive.inspection.batch().waiting
        archive.inspection.decide_batch(finding, **{**CLERK, "outcome": Outcome.FAILED})
        assert [f.check for f in archive.inspection.batch().failures] == [finding.check]

    def test_does_not_hold_for_another_inspection(self) -> None:
        """Antivirus software of last year says nothing of this one's."""
        now = TODAY
        archive = new_archive(clock=lambda: now)
        assert not self.decided(archive).waiting
        assert not self.decided(archive, name="2026年度检测").waiting
        now += timedelta(days=1)
        assert archive.inspection.batch().waiting
        assert archive.inspection.batch(name="2027年度检测").waiting
        assert not archive.inspection.batch(name="2026年度检测").waiting

    def test_says_nothing_of_a_record(self) -> None:
        archive = new_archive()
        entry = archive.deposit(case())
        self.decided(archive)
        assert archive.inspection.reviews(entry.code) == ()

    def test_may_be_said_of_an_archive_without_records(self) -> None:
        archive = new_archive()
        assert not self.decided(archive).waiting
        assert archive.deposit(case()).code.item == 1
        assert archive.head.number == 4


def test_its_day_is_that_in_china() -> None:
    at = datetime(2026, 12, 31, 16, 30, tzinfo=timezone.utc)
    report = new_archive(clock=lambda: at).inspection.batch()
    assert report.object == "J019 2027-01-01"
