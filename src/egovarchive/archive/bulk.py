"""Bulk deposit: any number of cases, in groups, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from time import monotonic
from typing import Final, Protocol

from attrs import define, field, frozen

from egovarchive.archive.register import GROUP_CASES, GROUP_SIZE
from egovarchive.errors import EgovArchiveError
from egovarchive.lifecycle.entry import Entry
from egovarchive.packages import Package
from egovarchive.records.case import Case

PATIENCE: Final = 0.005  # seconds that a case may wait for others to share its commit


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


class Depositor(Protocol):
    """What a bulk deposit asks of an archive."""

    def form(self, case: Case) -> Package:
        """Return the package of *case*, not yet sealed."""
        ...

    def commit(self, packages: list[Package]) -> list[Entry | EgovArchiveError]:
        """Seal, check and register *packages*; return an entry or an error for each."""
        ...


@define
class _Group:
    """Cases that share a commit: each with its package, or why it has none."""

    cases: list[tuple[Case, Package | EgovArchiveError]] = field(factory=list)
    size: int = 0

    def add(self, case: Case, formed: Package | EgovArchiveError) -> None:
        self.cases.append((case, formed))
        if isinstance(formed, Package):
            self.size += formed.size

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
        archive: Where they go.
        progress: Called after each case.
    """

    archive: Depositor
    progress: Callable[[Progress], None] | None = None
    _so_far: Progress = field(factory=Progress, init=False)

    def run(self, cases: Iterable[Case]) -> Iterator[Deposit]:
        """
        Yield what became of each of *cases*, in their order, as soon as it is durable.

        A source that makes wait is not waited for: its cases are committed alone.
        """
        group = _Group()
        pending: Future[list[Deposit]] | None = None
        fast, failure = False, None
        source = iter(cases)
        with ThreadPoolExecutor(1, thread_name_prefix="egovarchive-commit") as pool:
            try:
                while True:
                    if group.cases and (group.is_full or not fast):
                        following = pool.submit(self._commit, group)
                        group = _Group()
                        yield from self._results(pending)
                        pending = following
                    if pending is not None and (not fast or pending.done()):
                        yield from self._results(pending)
                        pending = None
                    asked = monotonic()
                    try:
                        case = next(source)
                    except StopIteration:
                        break
                    except Exception as error:  # noqa: BLE001 - raised again below
                        failure = error
                        break
                    fast = monotonic() - asked < PATIENCE
                    group.add(case, self._form(case))
                following = pool.submit(self._commit, group)
                group = _Group()
                yield from self._results(pending)
                yield from self._results(following)
            finally:
                # Whoever stops asking leaves a group that nobody waits for.
                group.close()
        if failure is not None:
            raise failure

    def _form(self, case: Case) -> Package | EgovArchiveError:
        try:
            return self.archive.form(case)
        except EgovArchiveError as error:
            return error

    def _commit(self, group: _Group) -> list[Deposit]:
        formed = [package for _, package in group.cases if isinstance(package, Package)]
        outcomes = iter(self.archive.commit(formed) if formed else ())
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
