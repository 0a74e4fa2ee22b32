"""Inspection 检测: samples, batches, reports made again, and what persons decide."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from attrs import field, frozen

from egovarchive import checks
from egovarchive.archive.archiving import Archiving
from egovarchive.archive.examine import Examiner
from egovarchive.checks.batch import Batch, Totals, run_batch
from egovarchive.checks.recheck import Recheck, differences
from egovarchive.errors import InvalidValueError
from egovarchive.formats.toolbox import Toolbox
from egovarchive.lifecycle.entry import Entry
from egovarchive.lifecycle.event import Event, EventKind
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.outcome import Outcome
from egovarchive.records.series import Series


@frozen
class Inspection:
    """
    What an inspector does in an archive; see `Archive.inspection`.

    Args:
        archiving: The archive's backends and rules.
        examiner: Makes an examiner with the tools given.
    """

    _archiving: Archiving = field(repr=False)
    _examiner: Callable[[Toolbox | None], Examiner] = field(repr=False)

    def verify_some(
        self,
        share: float,
        *,
        seed: int,
        tools: Toolbox | None = None,
        not_since: datetime | None = None,
    ) -> Iterator[checks.Report]:
        """
        Yield a report for a random part 抽检 of the records.

        Each record is drawn by itself, so that the number varies a little. The same
        seed over the same records draws the same.

        Args:
            share: Which part of them: 0.1 is one in ten.
            seed: Chooses which; say it in your record of the inspection.
            tools: Look at the files; None leaves what they do not performed.
            not_since: Draw only among those registered at or after this moment.

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
        return self._some(share, random.Random(seed), tools, not_since)  # noqa: S311

    def _some(
        self,
        share: float,
        chance: random.Random,
        tools: Toolbox | None,
        not_since: datetime | None,
    ) -> Iterator[checks.Report]:
        examiner = self._examiner(tools)
        for entry in self._entries():
            drawn = chance.random() < share
            if drawn and (not_since is None or entry.registered_at >= not_since):
                yield examiner.examine(entry)

    def recheck(
        self, report: checks.Report, *, tools: Toolbox | None = None
    ) -> Recheck:
        """
        Make the preservation checks of *report* again; say what differs.

        Args:
            report: One that `Archive.verify` or `verify_all` made.
            tools: Those that it was made with.

        Raises:
            EntryNotFoundError: No record has the code that it names.
            InvalidValueError: It is not about a record of an archive.
        """
        code = ArchivalCode.parse(report.object)
        entry = self._archiving.catalog.entry(code)
        after = self._examiner(tools).examine(entry).reviewed(self.reviews(code))
        made = {finding.check for finding in report.findings}
        found = [each for each in after.findings if each.check in made]
        return Recheck(report, after, tuple(differences(report.findings, found)))

    def batch(
        self,
        stage: checks.Stage = checks.Stage.PRESERVATION,
        *,
        declared: Totals | None = None,
        starts: Mapping[Series, int] | None = None,
        medium: bool = False,
        operator: str = "",
    ) -> checks.Report:
        """
        Return what the checks of all records together say: totals, sequence, catalog.

        Args:
            stage: When this is.
            declared: How much there should be, as a form says.
            starts: The item number with which each series starts; 1 if not named.
            medium: Whether they lie on a carrier, which persons must look at.
            operator: Who has them made.
        """
        archiving = self._archiving
        batch = Batch(
            name=archiving.arrangement.fonds,
            at=archiving.clock(),
            entries=self._entries,
            declared=declared,
            starts=starts or {},
            readable=lambda each: archiving.catalog.entry(each.code),
            medium=medium,
        )
        return run_batch(batch, stage, operator=operator)

    def waiting(
        self, code: ArchivalCode | str, *, tools: Toolbox | None = None
    ) -> tuple[checks.Finding, ...]:
        """Return what of the record *code* waits for a person, and is not decided."""
        entry = self._archiving.catalog.entry(_code(code))
        report = self._examiner(tools).examine(entry)
        return report.reviewed(self.reviews(code)).waiting

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

        It is kept for ever: neither *by* nor *reason* may name an applicant.

        Args:
            code: The record.
            finding: One that needs review.
            by: Who decides: an official acting as such, by name or staff number.
            outcome: Passed, warned or failed.
            reason: Why.

        Raises:
            InvalidValueError: *finding* does not wait for a person, or the outcome is
                none that a person can give.
            EntryNotFoundError: There is no such record.
        """
        if finding.outcome is not Outcome.NEEDS_REVIEW:
            raise InvalidValueError(
                f"{finding.check} of {finding.object} does not wait for a person: "
                f"{finding.outcome.label('en')}",
                f"{finding.object} 的 {finding.check} 无需人工审核："
                f"{finding.outcome.zh}",
                rule="a person decides what needs review",
                place="finding",
            )
        review = checks.Review(
            check=finding.check,
            object=finding.object,
            outcome=outcome,
            by=by,
            reason=reason,
            at=self._archiving.clock(),
        )
        self._archiving.register.record([_event(_code(code), review)])
        return review

    def reviews(self, code: ArchivalCode | str) -> tuple[checks.Review, ...]:
        """
        Return what persons decided of the record *code*, in order.

        Raises:
            EntryNotFoundError: There is no such record.
        """
        events = self._archiving.catalog.events(_code(code))
        return tuple(_reviews(events))

    def _entries(self) -> Iterator[Entry]:
        """Yield what the journal registered, of which the catalog is a view."""
        for segment, _ in self._archiving.register.projection.segments():
            for row in segment.registered:
                yield Entry.of_row(row)


def _event(code: ArchivalCode, review: checks.Review) -> Event:
    return Event(
        kind=EventKind.REVIEWED,
        code=code,
        at=review.at,
        by=review.by,
        details={
            "check": review.check,
            "object": review.object,
            "outcome": review.outcome.value,
            "reason": review.reason,
        },
    )


def _reviews(events: Iterable[Event]) -> Iterator[checks.Review]:
    for event in events:
        if event.kind is EventKind.REVIEWED:
            details = event.details
            yield checks.Review(
                check=details["check"],
                object=details["object"],
                outcome=Outcome(details["outcome"]),
                by=event.by,
                reason=details["reason"],
                at=event.at,
            )


def _code(code: ArchivalCode | str) -> ArchivalCode:
    return ArchivalCode.parse(code) if isinstance(code, str) else code
