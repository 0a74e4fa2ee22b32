"""Examine 检测: preservation checks of what is stored."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Executor, Future
from contextlib import closing
from datetime import datetime
from itertools import islice
from typing import Final

from attrs import field, frozen

from egovarchive import checks
from egovarchive.archive.gone import Gone
from egovarchive.archive.projection import Projection
from egovarchive.archive.reviews import Reviews
from egovarchive.archive.stored import open_whole
from egovarchive.checks.run import unreadable
from egovarchive.errors import PackageError, StorageError
from egovarchive.formats.toolbox import Toolbox
from egovarchive.lifecycle.entry import Entry, EntryRow
from egovarchive.profiles import Profile
from egovarchive.signing import Verifier
from egovarchive.storage import Storage

BATCH: Final = 32  # records a task
AHEAD: Final = 4  # tasks a worker that wait
WORKERS: Final = os.cpu_count() or 1


@frozen
class Examiner:
    """
    Checks records. It can be sent to another process if its backends can.

    Args:
        storage: Where packages lie.
        profile: The form of packages.
        verifier: Decides whose signatures are good.
        policy: What must be checked.
        tools: Look at files; None leaves what they do not performed.
        on: The moment of the checks.
        operator: Who has them made.
    """

    storage: Storage
    profile: Profile
    verifier: Verifier | None = field(repr=False)
    policy: checks.Policy = field(repr=False)
    tools: Toolbox | None = field(repr=False)
    on: datetime
    operator: str = ""

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
            return unreadable(
                expected,
                entry.key,
                error,
                at=self.on,
                policy=self.policy,
                operator=self.operator,
            )
        subject = checks.Subject(
            package=package,
            # What was good when it was registered stays good, although certificates
            # end: the journal tells that time, not the signature.
            at=entry.registered_at,
            on=self.on,
            verifier=self.verifier,
            tools=self.tools,
            policy=self.policy,
            expected=expected,
        )
        return checks.run(subject, checks.Stage.PRESERVATION, operator=self.operator)

    def examine_rows(self, rows: Iterable[EntryRow]) -> list[checks.Report]:
        """Return a report for each of *rows*."""
        return [self.examine(Entry.of_row(row)) for row in rows]


def examine_all(
    examiner: Examiner,
    projection: Projection,
    executor: Executor | None,
    progress: Callable[[int], None] | None,
    drawn: Callable[[EntryRow], bool] | None = None,
) -> Iterator[checks.Report]:
    """
    Yield a report for each record that the journal says is there.

    See `Archive.verify_all`.

    Args:
        examiner: Makes the checks.
        projection: The journal, and the catalog that was made from it.
        executor: Runs the checks; None runs them here.
        progress: Called with the number of records checked, after each.
        drawn: Says of each record in turn whether it is checked; None takes all.
    """
    rows = filter(drawn, _rows(projection)) if drawn else _rows(projection)
    reports = (
        _in_turn(examiner, rows)
        if executor is None
        else _by_executor(examiner, rows, executor)
    )
    reviews, gone = Reviews(projection), Gone(projection.segments)
    done = 0
    with closing(reports):
        for report in reports:
            if gone.explains(report):
                continue
            done += 1
            whole = reviews.put_into(report)
            if progress is not None:
                progress(done)
            yield whole
    projection.check()


def _in_turn(
    examiner: Examiner, rows: Iterator[EntryRow]
) -> Generator[checks.Report, None, None]:
    # Threads of this process would wait for each other more than they would help:
    # between two small files there is too little that runs without its lock.
    for row in rows:
        yield examiner.examine(Entry.of_row(row))


def _by_executor(
    examiner: Examiner, rows: Iterator[EntryRow], executor: Executor
) -> Generator[checks.Report, None, None]:
    # Who brings an executor does not tell how many it runs at once.
    ahead = AHEAD * (getattr(executor, "_max_workers", None) or WORKERS)
    waiting: deque[Future[list[checks.Report]]] = deque()
    try:
        while batch := list(islice(rows, BATCH)):
            waiting.append(executor.submit(examiner.examine_rows, batch))
            if len(waiting) > ahead:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
    finally:
        # Whoever stops asking does not wait for what nobody will see.
        for future in waiting:
            future.cancel()


def _rows(projection: Projection) -> Iterator[EntryRow]:
    for segment, _ in projection.segments():
        yield from segment.registered
