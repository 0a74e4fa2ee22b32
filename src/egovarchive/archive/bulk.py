"""Bulk deposit: any number of cases, in groups, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from enum import Enum
from time import monotonic
from typing import Final, Literal

from attrs import define, field, frozen

from egovarchive.archive.archiving import Archiving
from egovarchive.archive.forming import (
    Forming,
    FormingByExecutor,
    FormingHere,
    Outcome,
)
from egovarchive.archive.register import GROUP_CASES, GROUP_SIZE
from egovarchive.errors import EgovArchiveError
from egovarchive.lifecycle.entry import Entry
from egovarchive.packages import Package
from egovarchive.records.case import Case

PATIENCE: Final = 0.005  # seconds that a case may wait for others to share its commit
AHEAD: Final = 2 * GROUP_CASES  # one group being formed while another is committed


@frozen(kw_only=True)
class Deposit:
    """
    What became of one case.

    Args:
        case: The case.
        entry: Its entry, durable; None if it was refused.
        error: Why it was refused; None if it was not.
    """

    case: Case
    entry: Entry | None = None
    error: EgovArchiveError | None = None


@frozen(kw_only=True)
class Progress:
    """
    How far a bulk deposit has come.

    Args:
        done: Cases archived.
        failed: Cases refused.
        size: Bytes of the packages archived.
    """

    done: int = 0
    failed: int = 0
    size: int = 0


class _End(Enum):
    END = "end"


@define
class _Source:
    """
    Cases to come.

    Args:
        cases: They.
        is_quick: Whether the last one came at once. What the first does says nothing:
            many a source waits for its second case, and for each after that.
        has_ended: Whether none will come any more.
        failure: Why not, if it is not that they are all there.
    """

    cases: Iterator[Case]
    is_quick: bool = False
    has_ended: bool = False
    failure: Exception | None = None
    _started: bool = False

    def take(self) -> Case | Literal[_End.END]:
        asked = monotonic()
        case = next(self.cases, _End.END)
        self.is_quick = self._started and monotonic() - asked < PATIENCE
        self._started = True
        if case is _End.END:
            self.end()
        return case

    def end(self, failure: Exception | None = None) -> None:
        """Take no more, because of *failure* if one is given."""
        self.has_ended, self.is_quick = True, False
        self.failure = failure or self.failure


@define
class _Group:
    """Cases that share a commit: each with its package, or why it has none."""

    cases: list[Outcome] = field(factory=list)
    size: int = 0

    def add(self, outcome: Outcome) -> None:
        self.cases.append(outcome)
        if isinstance(outcome.formed, Package):
            # Of the documents: to tell the whole costs a directory, which is made anew
            # when the signature is there.
            self.size += sum(member.size for member in outcome.formed.members)

    def close(self) -> None:
        """Let go of packages that will not be committed."""
        for outcome in self.cases:
            outcome.close()

    @property
    def is_full(self) -> bool:
        return len(self.cases) >= GROUP_CASES or self.size >= GROUP_SIZE


@define
class Bulk:
    """
    Deposits cases in groups: while one group is being committed, the next is formed.

    Args:
        archiving: The way they go.
        progress: Called after each case.
        ahead: Most cases that are taken before the first of them is yielded.
        executor: Whose workers form the packages; None forms them here.
    """

    archiving: Archiving
    progress: Callable[[Progress], None] | None = None
    ahead: int = AHEAD
    executor: Executor | None = None
    _so_far: Progress = field(factory=Progress, init=False)
    _taken: int = field(default=0, init=False)

    def run(self, cases: Iterable[Case]) -> Iterator[Deposit]:
        """
        Yield what became of each of *cases*, in their order, as soon as it is durable.

        A source that makes wait is not waited for: its cases are committed alone, and
        yielded before it is asked again.
        """
        source, group, forming = _Source(iter(cases)), _Group(), self._forming()
        pending: Future[list[Deposit]] | None = None
        with ThreadPoolExecutor(1, thread_name_prefix="egovarchive-commit") as pool:
            try:
                while True:
                    self._gather(source, forming, group)
                    ends = self._waits(source) and forming.is_empty
                    if group.cases and (group.is_full or ends):
                        following = pool.submit(self._commit, group)
                        group = _Group()
                        yield from self._results(pending)
                        pending = following
                    if pending is not None and (pending.done() or self._waits(source)):
                        yield from self._results(pending)
                        pending = None
                    if not forming.is_empty and (
                        forming.is_full or self._waits(source)
                    ):
                        self._gather(source, forming, group, wait=True)
                    elif not source.has_ended:
                        self._take(source, forming)
                    elif not group.cases and pending is None:
                        break
            finally:
                # Whoever stops asking leaves packages that nobody waits for.
                group.close()
                forming.close()
        if source.failure is not None:
            raise source.failure

    def _forming(self) -> Forming:
        if self.executor is None:
            return FormingHere(self.archiving)
        return FormingByExecutor(self.archiving, self.executor)

    def _waits(self, source: _Source) -> bool:
        """Say whether what was taken must be yielded before *source* is asked again."""
        held = self._taken - self._so_far.done - self._so_far.failed
        return not source.is_quick or held >= self.ahead

    def _take(self, source: _Source, forming: Forming) -> None:
        try:
            case = source.take()
            if case is not _End.END:
                self._taken += 1
                forming.take(case)
        except Exception as error:  # noqa: BLE001 - raised when all else is done
            source.end(error)

    def _gather(
        self, source: _Source, forming: Forming, group: _Group, *, wait: bool = False
    ) -> None:
        """Add what is formed to *group*; if it has to *wait*, no more than one."""
        try:
            while not group.is_full and (outcome := forming.next(wait=wait)):
                group.add(outcome)
                if wait:
                    break
        except Exception as error:  # noqa: BLE001 - raised when all else is done
            # What comes after it is not archived.
            forming.close()
            source.end(error)
        if forming.failure is not None and not source.has_ended:
            source.end(forming.failure)

    def _commit(self, group: _Group) -> list[Deposit]:
        there = [
            (each.formed, each.checked)
            for each in group.cases
            if isinstance(each.formed, Package)
        ]
        outcomes = iter(self.archiving.accept_all(there) if there else ())
        return [
            _deposit(
                each.case,
                next(outcomes) if isinstance(each.formed, Package) else each.formed,
            )
            for each in group.cases
        ]

    def _results(self, pending: Future[list[Deposit]] | None) -> Iterator[Deposit]:
        if pending is None:
            return
        for deposit in pending.result():
            now, entry = self._so_far, deposit.entry
            self._so_far = Progress(
                done=now.done + (entry is not None),
                failed=now.failed + (entry is None),
                size=now.size + (0 if entry is None else entry.size),
            )
            if self.progress is not None:
                self.progress(self._so_far)
            yield deposit


def _deposit(case: Case, outcome: Entry | EgovArchiveError) -> Deposit:
    if isinstance(outcome, EgovArchiveError):
        return Deposit(case=case, error=outcome)
    return Deposit(case=case, entry=outcome)
