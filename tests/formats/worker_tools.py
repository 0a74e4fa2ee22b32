"""Tools that do what tools of others do on hostile files."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path

from egovarchive.errors import FormatError, InvalidValueError, ToolError
from egovarchive.formats import (
    Aspect,
    BytesSource,
    Facts,
    FileSource,
    Observation,
    Source,
    Tool,
    Verdict,
)
from egovarchive.formats.worker import Worker
from egovarchive.records.outcome import Outcome


def size(source: Source) -> int:
    return source.size


def content(source: Source) -> bytes:
    return source.read(0, source.size)


def pid(source: Source) -> int:
    return os.getpid()


def pid_in_a_pool(worker: Worker) -> int:
    """Return what `pid` returns where *worker* was sent: here it can be imported."""
    return worker.run(pid, BytesSource("a.txt", b"text"))


def place(source: Source) -> tuple[str, str, int]:
    path = str(source.path) if isinstance(source, FileSource) else ""
    return type(source).__name__, path, source.size


def together(source: Source, before: bytes, *, after: bytes) -> bytes:
    return before + content(source) + after


def observations(source: Source) -> list[Observation]:
    return [Observation(Aspect.READABLE, Outcome.WARNED, "odd", "异常", "1")]


def facts(source: Source) -> Facts:
    return Facts(pages=3, codecs=("a", "b"), created=datetime(2026, 1, 2, 3, 4))


def values(source: Source) -> tuple[object, ...]:
    moment = datetime(2026, 1, 2, tzinfo=timezone.utc)
    return moment, moment.date(), Verdict.CLEAN, Path("a"), frozenset({1}), Tool("", "")


def children(source: Source, count: int) -> Iterator[Source]:
    for number in range(count):
        yield BytesSource(f"{number}", b"%d" % number)
    if source.name == "bad":
        raise FormatError("cut off", "被截断")


class OddError(FormatError):
    """An error of somebody's own."""


def raises(source: Source, name: str) -> None:
    raise {
        "format": FormatError("bad file", "文件有误"),
        "tool": ToolError("no tool", "没有工具"),
        "value": InvalidValueError("bad value", "值有误", rule="a rule", place="b"),
        "odd": OddError("odd file", "异常文件"),
        "key": KeyError("x" * 5000),
        "exit": SystemExit(3),
        "interrupt": KeyboardInterrupt(),
    }[name]


def aborts(source: Source) -> None:
    os.abort()


def reads_null(source: Source) -> str:
    return str(ctypes.string_at(0))


def exits(source: Source) -> None:
    os._exit(7)


def sleeps(source: Source) -> None:
    time.sleep(60)


def hangs(source: Source) -> None:
    while True:
        pass


def hangs_without_signals(source: Source) -> None:
    for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_IGN)
    hangs(source)


def stops(source: Source) -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


def eats_memory(source: Source) -> int:
    return len(bytearray(8 << 30))


def eats_memory_slowly(source: Source) -> None:
    kept = []
    while True:
        kept.append(bytearray(16 << 20))


def recurses(source: Source) -> None:
    recurses(source)


def yields_for_ever(source: Source) -> Iterator[bytes]:
    while True:
        yield bytes(1 << 20)


def writes(source: Source, path: str) -> None:
    with Path(path).open("wb") as file:
        file.write(b"x")


def opens_many(source: Source) -> int:
    opened: list[int] = []
    while len(opened) < 1000:
        opened.append(os.open("/dev/null", os.O_RDONLY))
    return len(opened)


def leaks(source: Source) -> int:
    return os.open("/dev/null", os.O_RDONLY)


_HOARD: list[bytearray] = []


def hoards(source: Source, amount: int) -> int:
    _HOARD.append(bytearray(amount))
    return len(_HOARD)


def gives_much(source: Source, amount: int) -> bytes:
    return bytes(amount)


def gives_a_lock(source: Source) -> object:
    return threading.Lock()


def gives_a_process(source: Source) -> object:
    return subprocess.CompletedProcess([], 0)


class Command:
    """What takes over whoever unpickles it."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (self.path,)


def gives_a_command(source: Source, path: str) -> object:
    return Command(path)


def forks(source: Source, path: str) -> str:
    if os.fork() == 0:
        return "child"
    return "parent"


def forks_and_stays(source: Source) -> int:
    child = os.fork()
    if child == 0:
        time.sleep(60)
        os._exit(0)
    return child


def forks_and_crashes(source: Source) -> None:
    forks_and_stays(source)
    os.abort()


def prints(source: Source) -> str:
    sys.stdout.write("noise\n")
    sys.stderr.write("noise\n")
    os.write(1, b"noise")
    os.write(2, b"noise")
    return sys.stdin.read()


def writes_into_the_pipes(source: Source) -> None:
    for number in range(3, 64):
        with suppress(OSError):
            os.write(number, b"\xff" * 64)


def closes_everything(source: Source) -> str:
    os.closerange(0, 64)
    return "done"


def confinement(source: Source) -> dict[str, int]:
    with open("/proc/self/status", encoding="ascii") as file:  # noqa: PTH123
        status = dict(line.split(":", 1) for line in file)
    return {
        "memory": resource.getrlimit(resource.RLIMIT_AS)[1],
        "size": resource.getrlimit(resource.RLIMIT_FSIZE)[1],
        "files": resource.getrlimit(resource.RLIMIT_NOFILE)[1],
        "core": resource.getrlimit(resource.RLIMIT_CORE)[1],
        "cpu": resource.getrlimit(resource.RLIMIT_CPU)[0],
        "privileges": int(status["NoNewPrivs"]),
    }


def session(source: Source) -> bool:
    return os.getsid(0) == os.getpid()
