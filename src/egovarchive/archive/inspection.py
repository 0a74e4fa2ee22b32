"""Inspection 检测: samples, batches, reports made again, and what persons decide."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import suppress
from datetime import datetime
from typing import Final

from attrs import field, frozen

from egovarchive import checks
from egovarchive.archive.archiving import Archiving
from egovarchive.archive.codes import code_of
from egovarchive.archive.examine import Examiner, examine_all
from egovarchive.archive.gone import Gone
from egovarchive.archive.reviews import event_of, reviews_in
from egovarchive.checks.batch import BATCH_CHECKS, Batch, Totals, run_batch
from egovarchive.checks.recheck import Recheck, differences
from egovarchive.errors import EgovArchiveError, InvalidValueError
from egovarchive.formats.toolbox import Toolbox
from egovarchive.lifecycle.entry import Entry, EntryRow
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.moment import date_in_china, in_china
from egovarchive.records.outcome import Outcome
from egovarchive.records.series import Series

_OF_TRANSFER: Final = "authenticity.description_files"


@frozen
class Inspection:
    """
    What an inspector does in an archive; see `Archive.inspection`.

    Args:
        archiving: The archive's backends and rules.
    """

    _archiving: Archiving = field(repr=False)

    def verify_some(  # noqa: PLR0913 - each with its name
        self,
        share: float,
        *,
        seed: int,
        since: datetime | None = None,
        tools: Toolbox | None = None,
        executor: Executor | None = None,
        progress: Callable[[int], None] | None = None,
        operator: str = "",
    ) -> Iterator[checks.Report]:
        """
        Yield a report for a random part 抽检 of the records, as `Archive.verify_all`.

        Each record is drawn by itself, so that the number varies a little. The same
        seed draws the same records, however many are registered after them.

        Args:
            share: Which part of them: 0.1 is one in ten, 1 is all.
            seed: Chooses which; say it in your record of the inspection.
            since: Draw only among those registered at this moment or later; without a
                zone: in China.
            tools: Look at the files; None leaves what they do not performed.
            executor: Runs the checks; None runs them here.
            progress: Called with the number of records checked, after each.
            operator: Who has them made; each report names him.

        Raises:
            InvalidValueError: *share* is not above 0 and at most 1.
        """
        if not 0 < share <= 1:
            raise InvalidValueError(
                f"{share} is no share: above 0, at most 1",
                f"{share} 不是有效的抽检比例：应大于 0，不超过 1",
                rule="samples",
                place="share",
            )
        chance = random.Random(seed)  # noqa: S311 - it must be possible to draw again
        start = None if since is None else in_china(since)

        def drawn(row: EntryRow) -> bool:
            # Chance is asked for each record, so that a moment changes no other draw.
            lucky = chance.random() < share
            return lucky and (start is None or _registered_at(row) >= start)

        examiner = self._archiving.examiner(tools, operator)
        return self._verify(drawn, examiner, executor, progress)

    def verify_part(  # noqa: PLR0913 - each with its name
        self,
        number: int,
        of: int,
        *,
        tools: Toolbox | None = None,
        executor: Executor | None = None,
        progress: Callable[[int], None] | None = None,
        operator: str = "",
    ) -> Iterator[checks.Report]:
        """
        Yield a report for each record of one part of the archive 轮检.

        A record always belongs to the same part. Who verifies parts 1 to 12 of 12 in
        the months of a year has verified each record once, and each that was
        registered meanwhile at the latest within the year after.

        Args:
            number: Which part, from 1 on.
            of: How many parts there are, of about the same size.
            tools: Look at the files; None leaves what they do not performed.
            executor: Runs the checks; None runs them here.
            progress: Called with the number of records checked, after each.
            operator: Who has them made; each report names him.

        Raises:
            InvalidValueError: There is no such part.
        """
        if not 1 <= number <= of:
            raise InvalidValueError(
                f"there is no part {number} of {of}",
                f"没有第 {number} 部分（共 {of} 部分）",
                rule="parts of an archive",
                place="number",
            )

        def drawn(row: EntryRow) -> bool:
            # A package's id is a digest: its digits are spread as if by chance.
            return int(row["package"][:16], 16) % of == number - 1

        examiner = self._archiving.examiner(tools, operator)
        return self._verify(drawn, examiner, executor, progress)

    def _verify(
        self,
        drawn: Callable[[EntryRow], bool],
        examiner: Examiner,
        executor: Executor | None,
        progress: Callable[[int], None] | None,
    ) -> Iterator[checks.Report]:
        projection = self._archiving.register.projection
        return examine_all(examiner, projection, executor, progress, drawn)

    def recheck(
        self, report: checks.Report, *, tools: Toolbox | None = None
    ) -> Recheck:
        """
        Make the preservation checks of *report* again; say what differs.

        What is not in *report* does not count as a difference, unless it failed. What
        a person decided since does.

        Args:
            report: One that `Archive.verify` or `verify_all` made.
            tools: Those that it was made with.

        Raises:
            EntryNotFoundError: No record has the code that it names.
            InvalidValueError: It is not about the preservation of a record.
        """
        if report.stage is not checks.Stage.PRESERVATION:
            raise InvalidValueError(
                f"a report of {report.stage.label('en')}, not of preservation",
                f"{report.stage.zh}检测报告，不是长期保存检测报告",
                rule="reports that an archive can make again",
                place="report",
            )
        after = self._verified(ArchivalCode.parse(report.object), tools)
        made = {finding.check for finding in report.findings}
        found = [
            finding
            for finding in after.findings
            if finding.check in made or finding.outcome is Outcome.FAILED
        ]
        return Recheck(report, after, tuple(differences(report.findings, found)))

    def batch(  # noqa: PLR0913 - each with its name
        self,
        stage: checks.Stage = checks.Stage.PRESERVATION,
        *,
        name: str = "",
        declared: Totals | None = None,
        starts: Mapping[Series, int] | None = None,
        medium: bool = False,
        operator: str = "",
    ) -> checks.Report:
        """
        Return what the checks of all records together say: totals, sequence, catalog.

        Destroyed records are not counted, and their numbers are no gaps.

        What persons decided with `decide_batch` stands in place of what waited for
        them, if it was decided of an inspection of the same name.

        Args:
            stage: When this is.
            name: What this inspection is called, such as ``2026年度检测``; by default
                it is the day, so that what was said of carriers and systems on one
                day does not hold on another.
            declared: How much there should be, as a form says.
            starts: The item number with which each series starts; 1 if not named.
            medium: Whether they lie on a carrier, which persons must look at.
            operator: Who has them made.
        """
        archiving = self._archiving
        fonds, now = archiving.arrangement.fonds, archiving.clock()
        destroyed = Gone(archiving.register.projection.segments)
        batch = Batch(
            name=f"{fonds} {name or date_in_china(now)}",
            at=now,
            entries=self._entries,
            declared=declared,
            starts=starts or {},
            readable=lambda entry: archiving.catalog.entry(entry.code),
            listed=self._listed,
            gone=lambda code: code in destroyed.codes(),
            medium=medium,
        )
        made = [
            check
            for check in BATCH_CHECKS
            # An archive is no transfer package, unless it has just come as one.
            if check.name != _OF_TRANSFER or stage is checks.Stage.ACCESSION
        ]
        report = run_batch(
            batch, stage, made, operator=operator, profile=archiving.profile
        )
        return report.reviewed(reviews_in(archiving.catalog.events_of_fonds(fonds)))

    def waiting(
        self, code: ArchivalCode | str, *, tools: Toolbox | None = None
    ) -> tuple[checks.Finding, ...]:
        """Return what of the record *code* waits for a person, and is not decided."""
        return self._verified(code_of(code), tools).waiting

    def decide(
        self,
        code: ArchivalCode | str,
        finding: checks.Finding,
        *,
        by: str,
        outcome: Outcome,
        reason: str,
    ) -> checks.Review:
        """
        Record in the journal what a person decided of *finding*; return it.

        It is kept for ever: neither *by* nor *reason* may name an applicant. Who
        decides once more overrules what was decided before, and both are kept.

        Args:
            code: The record.
            finding: One that needs review, as a report has it.
            by: Who decides: an official acting as such, by name or staff number.
            outcome: Passed, warned or failed.
            reason: Why.

        Raises:
            InvalidValueError: *finding* does not wait for a person, or the outcome is
                none that a person can give.
            EntryNotFoundError: There is no such record.
            StorageError: It could not be recorded.
        """
        entry = self._archiving.catalog.entry(code_of(code))
        review = self._review(finding, by, outcome, reason)
        self._archiving.register.record([event_of(review, entry.code)])
        return review

    def decide_batch(
        self, finding: checks.Finding, *, by: str, outcome: Outcome, reason: str
    ) -> checks.Review:
        """
        Record what a person decided of *finding*, which `batch` made; see `decide`.
        """
        review = self._review(finding, by, outcome, reason)
        self._archiving.register.record([event_of(review, None)])
        return review

    def reviews(self, code: ArchivalCode | str) -> tuple[checks.Review, ...]:
        """
        Return what persons decided of the record *code*, in order.

        Raises:
            EntryNotFoundError: There is no such record.
        """
        return tuple(reviews_in(self._archiving.catalog.events(code_of(code))))

    def _review(
        self, finding: checks.Finding, by: str, outcome: Outcome, reason: str
    ) -> checks.Review:
        at = in_china(self._archiving.clock()).replace(microsecond=0)
        return finding.review(outcome, by=by, reason=reason, at=at)

    def _verified(self, code: ArchivalCode, tools: Toolbox | None) -> checks.Report:
        entry = self._archiving.catalog.entry(code)
        report = self._archiving.examiner(tools).examine(entry)
        return report.reviewed(self.reviews(code))

    def _entries(self) -> Iterator[Entry]:
        """
        Yield what the journal has registered by now, of which the catalog is a view.

        What others register meanwhile is left out: there may be no end of it.
        """
        register, last = self._archiving.register, None
        # What is wrong, the journal tells when it is read, or the catalog when asked.
        with suppress(EgovArchiveError):
            register.refresh()
            last = register.projection.head.number
        for segment, _ in register.projection.segments():
            if last is not None and segment.number > last:
                return
            for row in segment.registered:
                yield Entry.of_row(row)

    def _listed(self) -> Iterator[Entry]:
        fonds = self._archiving.arrangement.fonds
        return (e for e in self._archiving.catalog.entries() if e.fonds == fonds)


def _registered_at(row: EntryRow) -> datetime:
    return datetime.fromisoformat(row["registered_at"])
