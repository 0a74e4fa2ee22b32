"""Reviews 人工审核 as they stand in a journal: events that tell of decisions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import define, field

from egovarchive.archive.projection import Projection
from egovarchive.checks import Report, Review
from egovarchive.lifecycle.event import Event, EventKind
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.outcome import Outcome


def event_of(review: Review, code: ArchivalCode | None) -> Event:
    """Return the event that *review* is, of the record *code* or, if None, a fonds."""
    return Event(
        kind=EventKind.REVIEWED,
        code=code,
        at=review.at,
        by=review.by,
        details={
            "check": review.check,
            "finding": review.finding,
            "outcome": review.outcome.value,
            "reason": review.reason,
        },
    )


def reviews_in(events: Iterable[Event]) -> Iterator[Review]:
    """Yield the review that each of *events* is, if it is one."""
    for event in events:
        if event.kind is EventKind.REVIEWED:
            details = event.details
            yield Review(
                check=details["check"],
                finding=details["finding"],
                outcome=Outcome(details["outcome"]),
                by=event.by,
                reason=details["reason"],
                at=event.at,
            )


@define
class Reviews:
    """
    All decisions on records that a journal has, read once a report waits for one.

    Where none waits, as in most runs, the journal is not read another time.
    """

    _projection: Projection
    _read: dict[ArchivalCode, list[Review]] | None = field(default=None, init=False)

    def put_into(self, report: Report) -> Report:
        """
        Return *report*, of a record, with what persons decided.

        Raises:
            JournalError: A segment is missing or altered.
        """
        if not report.waiting:
            return report
        if self._read is None:
            self._read = self._all()
        return report.reviewed(self._read.get(ArchivalCode.parse(report.object), ()))

    def _all(self) -> dict[ArchivalCode, list[Review]]:
        found: dict[ArchivalCode, list[Review]] = {}
        for segment, _ in self._projection.segments():
            for event in segment.events:
                if event.code is not None:
                    found.setdefault(event.code, []).extend(reviews_in([event]))
        return found
