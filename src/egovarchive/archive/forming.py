"""Forming 形成归档信息包, many: here, or by the workers of an executor."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Executor, Future
from contextlib import suppress
from typing import Final, Protocol, TypeAlias

from attrs import define, field, frozen

from egovarchive.archive.archiving import Archiving
from egovarchive.archive.examine import WORKERS
from egovarchive.archive.former import Formed, Former, Order
from egovarchive.archive.lent import LentFile
from egovarchive.errors import EgovArchiveError, PackageError
from egovarchive.packages import Package
from egovarchive.profiles import Profile
from egovarchive.records.case import Case

BATCH_CASES: Final = 8  # cases a task
BATCH_SIZE: Final = 8 << 20  # bytes a task, as far as they are known before
TASKS: Final = 2  # tasks a worker: one at work, one that waits


@frozen
class Outcome:
    """
    What became of one case.

    Args:
        case: It.
        formed: Its package, not yet sealed, or why there is none.
        checked: Whether all checks but that of the signature have found it good.
    """

    case: Case
    formed: Package | EgovArchiveError
    checked: bool = False

    def close(self) -> None:
        """Let go of its package, which will not be archived."""
        if isinstance(self.formed, Package):
            self.formed.close()


class Forming(Protocol):
    """Forms packages of cases, which come out in the order in which they went in."""

    @property
    def is_empty(self) -> bool:
        """Whether all that went in has come out."""
        ...

    @property
    def is_full(self) -> bool:
        """Whether something has to come out before more goes in."""
        ...

    @property
    def failure(self) -> Exception | None:
        """Why no more cases can be formed; None as long as they can."""
        ...

    def take(self, case: Case) -> None:
        """Take *case* in."""
        ...

    def next(self, *, wait: bool) -> Outcome | None:
        """
        Return the next that comes out.

        None if there is none, or it is not ready and nobody wants to *wait*. Whatever
        reading a content raises that is no error of this library is raised here.
        """
        ...

    def close(self) -> None:
        """Give up all that has not come out, and leave nothing behind."""
        ...


@define
class FormingHere:
    """
    Forms packages one by one, where it is called.

    Args:
        archiving: The way that cases go.
    """

    archiving: Archiving
    failure: Exception | None = field(default=None, init=False)
    _ready: Outcome | None = field(default=None, init=False)

    @property
    def is_empty(self) -> bool:
        return self._ready is None

    @property
    def is_full(self) -> bool:
        return self._ready is not None

    def take(self, case: Case) -> None:
        try:
            self._ready = Outcome(case, self.archiving.form(case))
        except EgovArchiveError as error:
            self._ready = Outcome(case, error)

    def next(self, *, wait: bool) -> Outcome | None:  # noqa: ARG002 - never needed
        ready, self._ready = self._ready, None
        return ready

    def close(self) -> None:
        if self._ready is not None:
            self._ready.close()
            self._ready = None


@frozen
class _Job:
    """A case on its way: ordered, with the file for its package; or refused."""

    case: Case
    order: Order | None = None
    lent: LentFile | None = None
    error: EgovArchiveError | None = None

    def outcome(
        self, result: Formed | Exception, profile: Profile
    ) -> Outcome | Exception:
        """Return what became of it, if *result* is what was said of it."""
        if isinstance(result, Formed):
            assert self.order and self.lent  # noqa: S101, PT018 - or it was not sent
            package = result.package(self.order.filing, profile, self.lent)
            return Outcome(self.case, package, result.checked)
        self.close()
        if isinstance(result, EgovArchiveError):
            return Outcome(self.case, result)
        return result

    def lost(self, error: Exception) -> EgovArchiveError:
        """Return why it is refused if *error* ended its task."""
        if isinstance(error, EgovArchiveError):
            return error
        number, why = self.case.number, f"{type(error).__name__}: {error}"
        return PackageError(
            f"case {number!r}: the worker that formed its package failed: {why}",
            f"办件 {number!r}：形成归档信息包的工作进程失败：{why}",
        )

    def close(self) -> None:
        """Let go of its file."""
        if self.lent is not None:
            self.lent.close()


_Answer: TypeAlias = "Future[list[Formed | Exception]]"


@frozen
class _Task:
    """Cases that a worker forms one after the other, and what it says of them."""

    jobs: list[_Job]
    answer: _Answer

    def close(self) -> None:
        for job in self.jobs:
            job.close()


@define
class FormingByExecutor:
    """
    Has packages formed by the workers of an executor, in tasks of several cases.

    What comes back is small: packages lie in files that are lent from here.

    Args:
        archiving: The way that cases go.
        executor: Whose workers; on this machine.
    """

    archiving: Archiving
    executor: Executor
    failure: Exception | None = field(default=None, init=False)
    _former: Former = field(init=False)
    _most: int = field(init=False)
    _batch: list[_Job] = field(factory=list, init=False)
    _size: int = field(default=0, init=False)
    _tasks: deque[_Task] = field(factory=deque, init=False)
    _ready: deque[Outcome | Exception] = field(factory=deque, init=False)

    @_former.default
    def _make_former(self) -> Former:
        own = self.archiving
        return Former(
            profile=own.profile, digests=own.digests, tools=own.tools, policy=own.policy
        )

    @_most.default
    def _of_executor(self) -> int:
        # Who brings an executor does not tell how many it runs at once.
        return TASKS * (getattr(self.executor, "_max_workers", None) or WORKERS)

    @property
    def is_empty(self) -> bool:
        return not (self._ready or self._tasks or self._batch)

    @property
    def is_full(self) -> bool:
        return len(self._tasks) >= self._most

    def take(self, case: Case) -> None:
        try:
            order, lent = self._order(case)
        except EgovArchiveError as error:
            self._batch.append(_Job(case, error=error))
        else:
            self._batch.append(_Job(case, order, lent))
            self._size += _size_of(case)
        if len(self._batch) >= BATCH_CASES or self._size >= BATCH_SIZE:
            self._submit()

    def next(self, *, wait: bool) -> Outcome | None:
        if not self._ready:
            # Who waits although there is room has no more cases at the moment.
            if wait and not self.is_full:
                self._submit()
            if self._tasks and (wait or self._tasks[0].answer.done()):
                self._ready.extend(self._answered(self._tasks[0]))
                self._tasks.popleft()
        if not self._ready:
            return None
        ready = self._ready.popleft()
        if isinstance(ready, Exception):
            raise ready
        return ready

    def close(self) -> None:
        for each in self._ready:
            if isinstance(each, Outcome):
                each.close()
        for task in self._tasks:
            # One that is at work goes on, but finds the file of its next case gone.
            task.answer.cancel()
            task.close()
        for job in self._batch:
            job.close()
        self._ready.clear()
        self._tasks.clear()
        self._batch.clear()

    def _order(self, case: Case) -> tuple[Order, LentFile]:
        filing = self.archiving.filing(case)
        rule = self.archiving.arrangement.rule_for(case)
        lent = self.archiving.lend()
        return Order(filing=filing, rule=rule, path=lent.path), lent

    def _submit(self) -> None:
        jobs, self._batch, self._size = self._batch, [], 0
        orders = [job.order for job in jobs if job.order is not None]
        answer: _Answer = Future()
        if not orders:
            answer.set_result([])
        else:
            try:
                answer = self.executor.submit(
                    self._former.form_all, orders, self.archiving.clock()
                )
            except Exception as error:  # noqa: BLE001 - of whatever make it is
                answer.set_exception(error)
        self._tasks.append(_Task(jobs, answer))

    def _answered(self, task: _Task) -> list[Outcome | Exception]:
        """Return what became of the cases of *task*."""
        results: Iterator[Formed | Exception]
        try:
            results = iter(task.answer.result())
        except Exception as error:  # noqa: BLE001 - of whatever make it is
            # Those that come after would end the same way.
            self.failure = self.failure or error
            results = iter([job.lost(error) for job in task.jobs if job.order])
        profile = self._former.profile
        return [job.outcome(job.error or next(results), profile) for job in task.jobs]


def _size_of(case: Case) -> int:
    """Return the size in bytes of the files of *case*, as far as it is known."""
    size = 0
    for document in case.documents:
        for file in document.files:
            with suppress(EgovArchiveError):
                size += getattr(file.content, "size", 0)
    return size
