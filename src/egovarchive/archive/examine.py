"""Examine 检测: preservation checks of what is stored."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from itertools import islice
from typing import Final

from attrs import field, frozen

from egovarchive import checks
from egovarchive.archive.stored import open_whole
from egovarchive.checks.run import unreadable
from egovarchive.errors import InvalidValueError, PackageError, StorageError
from egovarchive.journal import Head, Journal
from egovarchive.lifecycle.entry import Entry, EntryRow
from egovarchive.profiles import Profile
from egovarchive.records.schedule import RetentionSchedule, ScheduleRule
from egovarchive.signing import Verifier
from egovarchive.storage import Storage

BATCH: Final = 32  # records a task
AHEAD: Final = 4  # tasks a worker that wait


@frozen(kw_only=True)
class Examiner:
    """
    Checks records. It can be sent to another process if its backends can.

    Args:
        storage: Where packages lie.
        profile: The form of packages.
        verifier: Decides whose signatures are good.
        schedule: Tells which materials are required.
    """

    storage: Storage
    profile: Profile
    verifier: Verifier | None = field(repr=False)
    schedule: RetentionSchedule = field(repr=False)

    def examine(self, entry: Entry) -> checks.Report:
        """Return what the preservation checks say of the record of *entry*."""
        expected = checks.Expected(
            code=entry.code,
            package=entry.package,
            size=entry.size,
            signature=entry.signature,
        )
        try:
            package = open_whole(self.storage, entry, self.profile)
        except (PackageError, StorageError) as error:
            return unreadable(expected, entry.key, error, at=entry.registered_at)
        subject = checks.Subject(
            package=package,
            # What was good when it was registered stays good, although certificates
            # end: the journal tells that time, not the signature.
            at=entry.registered_at,
            verifier=self.verifier,
            rule=self._rule(entry),
            expected=expected,
        )
        return checks.run(subject, checks.Stage.PRESERVATION)

    def examine_rows(self, rows: Iterable[EntryRow]) -> list[checks.Report]:
        """Return a report for each of *rows*."""
        return [self.examine(Entry.of_row(row)) for row in rows]

    def _rule(self, entry: Entry) -> ScheduleRule | None:
        """Return the rule the record was filed under, if this schedule still has it."""
        if entry.schedule != self.schedule.version:
            return None
        try:
            return self.schedule.rule_for(entry.item_code)
        except InvalidValueError:
            return None


def examine_all(
    examiner: Examiner,
    journal: Journal,
    *,
    executor: Executor | None,
    progress: Callable[[int], None] | None,
) -> Iterator[checks.Report]:
    """Yield a report for each record in *journal*; see `Archive.verify_all`."""
    if executor is None:
        workers = os.cpu_count() or 1
        with ThreadPoolExecutor(workers, "egovarchive-verify") as pool:
            yield from _examine_all(examiner, journal, pool, workers, progress)
    else:
        workers = getattr(executor, "_max_workers", None) or os.cpu_count() or 1
        yield from _examine_all(examiner, journal, executor, workers, progress)


def _examine_all(
    examiner: Examiner,
    journal: Journal,
    executor: Executor,
    workers: int,
    progress: Callable[[int], None] | None,
) -> Iterator[checks.Report]:
    waiting: deque[Future[list[checks.Report]]] = deque()
    done = 0

    def finish() -> Iterator[checks.Report]:
        nonlocal done
        for report in waiting.popleft().result():
            done += 1
            if progress is not None:
                progress(done)
            yield report

    rows = _rows(journal)
    while batch := list(islice(rows, BATCH)):
        waiting.append(executor.submit(examiner.examine_rows, batch))
        if len(waiting) > workers * AHEAD:
            yield from finish()
    while waiting:
        yield from finish()


def _rows(journal: Journal) -> Iterator[EntryRow]:
    head = Head(journal.fonds)
    for segment, head in journal.after(head):  # noqa: B007 - the last one counts
        yield from segment.registered
    journal.check_complete(head.number)
