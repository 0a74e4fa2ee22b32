"""Worker: where code of others looks at hostile files, and can do no harm."""

from __future__ import annotations

import io
import os
import pickle
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Concatenate, Final, ParamSpec, TypeVar, cast

import attrs
from typing_extensions import Self

from egovarchive.errors import EgovArchiveError, ToolError
from egovarchive.formats.answer import BrokenToolError
from egovarchive.formats.limits import DEFAULT_LIMITS, Limits
from egovarchive.formats.source import BytesSource, FileSource, Part, Source, on_disk
from egovarchive.formats.worker_cell import Cell, EndedError, LateError
from egovarchive.records.term import Term

P = ParamSpec("P")
T = TypeVar("T")

SENT: Final = 8 << 20  # bytes of a source; what is larger is put on disk
MOST: Final = 128 << 20  # bytes of an answer
# Answers that what other files left behind in a process may have caused.
_DOUBTFUL: Final = {"memory", "failed", "ended"}


class Worker:
    """
    Processes of its own in which tools run, with limits set before they are loaded.

    ``worker.run(validator.validate, source, format, limits)`` is
    ``validator.validate(source, format, limits)``, but a crash, a hang or a bomb ends
    one process there and is a `BrokenToolError` here. Any number of threads may use
    it. The processes are started when they are needed and ended by `close`, on leaving
    ``with``, or with this object; after that it may be used again. A copy of it in
    another process has processes of its own.

    Args:
        limits: The wall clock of one call, and the memory of one process.
        count: How many processes there are at most.
        recycle: After how many calls a process is replaced by a new one.
    """

    def __init__(
        self,
        limits: Limits = DEFAULT_LIMITS,
        *,
        count: int = 1,
        recycle: int = 500,
    ) -> None:
        self._limits = limits
        self._count = count
        self._recycle = recycle
        self._idle: list[Cell] = []
        self._unlock()
        _WORKERS.add(self)

    def run(
        self,
        function: Callable[Concatenate[Source, P], T],
        source: Source,
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """
        Return what *function* returns for *source*, from another process.

        All of it is pickled: a function is a method of a value, or stands in a module
        that can be imported, which the main script cannot.
        An iterator that it returns is run to its end there; here it yields the same
        and then raises the same. What comes back consists of plain values, dates and
        values of `egovarchive.formats` and `egovarchive.records`; it must not read
        from *source* later.

        Raises:
            EgovArchiveError: The same that it raised there.
            ToolError: It raised another error, crashed, gave no answer in time, needed
                too much memory, or its answer cannot be sent.
        """
        with portable(source) as sent:
            answer = self._ask(_pickled((function, (sent, *args), kwargs)))
        match answer:
            case ("value", value):
                return cast("T", value)
            case ("items", list(items), error):
                return cast("T", self._again(items, error))
            case _:
                raise self._error(answer)

    def close(self) -> None:
        """End the processes that wait for work."""
        with self._lock:
            idle, self._idle = self._idle, []
        for cell in idle:
            cell.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __reduce__(self) -> tuple[object, ...]:
        return _worker, (self._limits, self._count, self._recycle)

    def __repr__(self) -> str:
        return f"Worker(count={self._count}, recycle={self._recycle})"

    def _ask(self, call: bytes) -> tuple[object, ...]:
        with self._places:
            with self._lock:
                cell = self._idle.pop() if self._idle else None
            if cell is not None:
                answer = self._ask_of(cell, call)
                # Asked alone, a file gets the answer that it always gets.
                if answer[0] not in _DOUBTFUL:
                    return answer
            return self._ask_of(Cell(self._limits, MOST), call)

    def _ask_of(self, cell: Cell, call: bytes) -> tuple[object, ...]:
        try:
            answer = _read(cell.ask(call))
        except LateError:
            return ("late",)
        except EndedError as error:
            return ("ended", error.code)
        if answer[0] in _DOUBTFUL or cell.calls >= self._recycle:
            cell.end()
        else:
            with self._lock:
                self._idle.append(cell)
        return answer

    def _again(self, items: list[object], error: object) -> Iterator[object]:
        yield from items
        if error is not None:
            raise self._error(error)

    def _error(self, answer: object) -> EgovArchiveError:
        match answer:
            case ("error", EgovArchiveError() as error):
                return error
            case ("failed", str(name), str(text)):
                en, zh = f"failed: {name}: {text}", f"出错：{name}：{text}"
            case ("memory",):
                most = f"{self._limits.memory >> 20} MiB"
                en, zh = f"needed more than {most} of memory", f"所需内存超过 {most}"
            case ("large", int(size)):
                en = f"gave an answer of {size} bytes, over {MOST}"
                zh = f"结果过大：应不超过 {MOST} 字节，实为 {size} 字节"
            case ("late",):
                seconds = f"{self._limits.seconds:g}"
                en = f"gave no answer within {seconds} s"
                zh = f"{seconds} 秒内未给出结果"
            case ("ended", int(code)) if code < 0:
                en, zh = f"was ended by signal {-code}", f"被信号 {-code} 终止"
            case ("ended", int(code)):
                en = f"ended without an answer (exit code {code})"
                zh = f"未给出结果即退出（退出码 {code}）"
            case _:
                en, zh = "gave an answer of another kind", "给出的结果无法识别"
        return BrokenToolError(f"the tool {en}", f"工具{zh}")

    def _unlock(self) -> None:
        self._lock = threading.Lock()
        self._places = threading.Semaphore(self._count)

    def _leave(self) -> None:
        """Start anew in a process that was forked off."""
        self._unlock()
        idle, self._idle = self._idle, []
        for cell in idle:
            cell.forget()


_WORKERS: weakref.WeakSet[Worker] = weakref.WeakSet()


def _leave_all() -> None:
    for worker in list(_WORKERS):
        worker._leave()  # noqa: SLF001 - its own class


# Two processes that share the pipes of one would read each other's answers.
os.register_at_fork(after_in_child=_leave_all)


def _worker(limits: Limits, count: int, recycle: int) -> Worker:
    return Worker(limits, count=count, recycle=recycle)


@contextmanager
def portable(source: Source) -> Iterator[Source]:
    """
    Yield *source* as another process can read it, while this lasts.

    Raises:
        EgovArchiveError: Its bytes cannot be had.
    """
    if isinstance(source, Part) and isinstance(source.source, FileSource):
        whole = source.source
        if source.offset + source.size <= whole.size:
            offset = whole.offset + source.offset
            source = FileSource(whole.path, source.name, source.size, offset)
    if isinstance(source, FileSource):
        yield attrs.evolve(source, path=source.path.absolute())
    elif source.size <= SENT:
        yield BytesSource(source.name, source.read(0, source.size))
    else:
        with on_disk(source) as file:
            yield file


def _pickled(call: object) -> bytes:
    try:
        return pickle.dumps(call, pickle.HIGHEST_PROTOCOL)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise _tool_error(
            f"cannot be sent to a worker process: {error}",
            f"无法送入检测进程：{error}",
        ) from error


_PLAIN: Final = {
    ("datetime", "date"),
    ("datetime", "datetime"),
    ("datetime", "timedelta"),
    ("datetime", "timezone"),
    ("pathlib", "PosixPath"),
    ("pathlib._local", "PosixPath"),  # Python 3.13
}
_OURS: Final = (
    "egovarchive.errors",
    "egovarchive.formats",
    "egovarchive.records",
)


class _Answers(pickle.Unpickler):
    """Reads values only: whoever has taken over the process there gets no further."""

    def find_class(self, module: str, name: str) -> object:
        if (module, name) in _PLAIN:
            return super().find_class(module, name)
        if module in _OURS or module.startswith(tuple(f"{room}." for room in _OURS)):
            found = super().find_class(module, name)
            if isinstance(found, type) and (
                attrs.has(found) or issubclass(found, (Term, EgovArchiveError))
            ):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no value")


def _read(answer: bytes) -> tuple[object, ...]:
    try:
        found = _Answers(io.BytesIO(answer)).load()
    # Bytes that nobody vouches for: whatever is wrong with them, they say nothing.
    except Exception as error:  # noqa: BLE001
        return ("failed", type(error).__name__, str(error)[:500])
    return found if isinstance(found, tuple) and found else ("failed", "answer", "")


def _tool_error(en: str, zh: str) -> ToolError:
    return ToolError(f"the tool {en}", f"工具{zh}")
