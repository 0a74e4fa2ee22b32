"""Bulk deposit: any number of cases, in groups, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from enum import Enum
from time import monotonic
from typing import Final, Literal

from attrs import define, field, frozen

from egovarchive.archive.archiving import Archiving
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
    """

    cases: Iterator[Case]
    is_quick: bool = False
    _started: bool = False

    def take(self) -> Case | Literal[_End.END]:
        asked = monotonic()
        case = next(self.cases, _End.END)
        self.is_quick = self._started and monotonic() - asked < PATIENCE
        self._started = True
        return case


@define
class _Group:
    """Cases that share a commit: each with its package, or why it has none."""

    cases: list[tuple[Case, Package | EgovArchiveError]] = field(factory=list)
    size: int = 0

    def add(self, case: Case, formed: Package | EgovArchiveError) -> None:
        self.cases.append((case, formed))
        if isinstance(formed, Package):
            # Of the documents: to tell the whole costs a directory, which is made anew
            # when the signature is there.
            self.size += sum(member.size for member in formed.members)

    def close(self) -> None:
        """Let go of packages that will not be committed."""
        for _, formed in self.cases:
            if isinstance(formed, Package):
                formed.close()

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
    """

    archiving: Archiving
    progress: Callable[[Progress], None] | None = None
    ahead: int = AHEAD
    _so_far: Progress = field(factory=Progress, init=False)
    _taken: int = field(default=0, init=False)

    def run(self, cases: Iterable[Case]) -> Iterator[Deposit]:
        """
        Yield what became of each of *cases*, in their order, as soon as it is durable.

        A source that makes wait is not waited for: its cases are committed alone, and
        yielded before it is asked again.
        """
        source, group = _Source(iter(cases)), _Group()
        pending: Future[list[Deposit]] | None = None
        failure = None
        with ThreadPoolExecutor(1, thread_name_prefix="egovarchive-commit") as pool:
            try:
                while True:
                    if group.cases and (group.is_full or self._waits(source)):
                        following = pool.submit(self._commit, group)
                        group = _Group()
                        yield from self._results(pending)
                        pending = following
                    if pending is not None and (pending.done() or self._waits(source)):
                        yield from self._results(pending)
                        pending = None
                    try:
                        case = source.take()
                        if case is _End.END:
                            break
                        self._taken += 1
                        group.add(case, self._form(case))
                    except Exception as error:  # noqa: BLE001 - raised again below
                        failure = error
                        break
                following = pool.submit(self._commit, group)
                group = _Group()
                yield from self._results(pending)
                yield from self._results(following)
            finally:
                # Whoever stops asking leaves a group that nobody waits for.
                group.close()
        if failure is not None:
            raise failure

    def _waits(self, source: _Source) -> bool:
        """Say whether what was taken must be yielded before *source* is asked again."""
        held = self._taken - self._so_far.done - self._so_far.failed
        return not source.is_quick or held >= self.ahead

    def _form(self, case: Case) -> Package | EgovArchiveError:
        try:
            return self.archiving.form(case)
        except EgovArchiveError as error:
            return error

    def _commit(self, group: _Group) -> list[Deposit]:
        formed = [package for _, package in group.cases if isinstance(package, Package)]
        outcomes = iter(self.archiving.accept_all(formed) if formed else ())
        return [
            _deposit(case, next(outcomes) if isinstance(package, Package) else package)
            for case, package in group.cases
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
