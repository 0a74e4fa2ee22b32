"""Cell: one process in which a worker runs tools, as seen from outside."""

from __future__ import annotations

import fcntl
import os
import pickle
import select
import signal
import subprocess
import sys
import time
import weakref
from contextlib import suppress
from pathlib import Path
from typing import Final

from egovarchive.errors import ToolError
from egovarchive.formats import worker_process
from egovarchive.formats.limits import Limits
from egovarchive.formats.worker_process import HEADER

START: Final = 60.0  # seconds that a machine under load may take to start a process
TICK: Final = 0.2  # seconds; how soon an end is seen whose pipe somebody keeps open
GRACE: Final = 0.5  # seconds from the end of its pipes to its own
PIECE: Final = 1 << 18  # bytes
PIPE: Final = 1 << 20  # bytes; what Linux gives to anybody


class LateError(Exception):
    """There was no answer in time."""


class EndedError(Exception):
    """
    The process has ended, or does not keep to the protocol.

    Args:
        code: As `subprocess.Popen.returncode`: minus the signal that ended it.
    """

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Cell:
    """
    A process that is asked, and answers within its limits or is ended.

    Args:
        limits: The memory it may have, and the wall clock for an answer.
        most: Bytes of an answer.

    Raises:
        ToolError: It cannot be started.
    """

    def __init__(self, limits: Limits, most: int) -> None:
        self.calls = 0
        self._seconds = limits.seconds
        self._most = most
        try:
            self._process = _started(limits, most)
        except OSError as error:
            raise _unstarted(str(error)) from error
        self._end = weakref.finalize(self, _ended, self._process, os.getpid())
        path = [entry or str(Path.cwd()) for entry in sys.path]
        try:
            self._exchange(pickle.dumps(path), START)
        except (LateError, EndedError) as error:
            self.end()
            raise _unstarted(f"{type(error).__name__} {error}") from error
        except BaseException:
            self.end()
            raise

    def ask(self, call: bytes) -> bytes:
        """
        Return the answer to *call*. After an error it has ended.

        Raises:
            LateError: There was none in time.
            EndedError: It ended instead.
        """
        self.calls += 1
        try:
            return self._exchange(call, self._seconds)
        except BaseException:
            self.end()
            raise

    def end(self) -> None:
        """End the process and all that it has started. Nothing of it remains."""
        self._end()

    def forget(self) -> None:
        """Leave the process alone: it belongs to the process that this is a copy of."""
        self._end.detach()
        # What is not ours is not waited for.
        self._process.returncode = 0
        _close(self._process)

    def _exchange(self, call: bytes, seconds: float) -> bytes:
        """Send *call* and return the answer, whichever of both stops first."""
        assert self._process.stdin is not None  # noqa: S101 - for type checkers
        assert self._process.stdout is not None  # noqa: S101
        sender, receiver = self._process.stdin.fileno(), self._process.stdout.fileno()
        deadline = time.monotonic() + seconds
        rest = memoryview(HEADER.pack(self.calls, len(call)) + call)
        answer = bytearray()
        wanted = HEADER.size
        poll = select.poll()
        poll.register(sender, select.POLLOUT)
        poll.register(receiver, select.POLLIN)
        while len(answer) < wanted:
            left = deadline - time.monotonic()
            if left <= 0:
                raise LateError
            ready = dict(poll.poll(min(left, TICK) * 1000))
            if receiver in ready:
                data = os.read(receiver, PIECE)
                if not data:
                    raise EndedError(self._code())
                answer += data
                if wanted == HEADER.size <= len(answer):
                    wanted += self._size(answer)
            elif sender in ready:
                rest = _sent(sender, rest)
                if not rest:
                    poll.unregister(sender)
            elif not ready and self._process.poll() is not None:
                raise EndedError(self._code())
        return bytes(memoryview(answer)[HEADER.size :])

    def _size(self, answer: bytearray) -> int:
        number, size = HEADER.unpack_from(answer)
        if number != self.calls or size > self._most:
            raise EndedError(0)
        return int(size)

    def _code(self) -> int:
        """Return how it ended by itself; 0 if it did not, and only closed its pipes."""
        try:
            code = self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            code = 0
        self.end()
        return code


def _started(limits: Limits, most: int) -> subprocess.Popen[bytes]:
    arguments = (str(limits.memory), str(limits.seconds), str(most))
    # Isolated: no variable, no folder of this process decides what is loaded before
    # the limits are set. A session of its own: no Ctrl-C, and one call ends them all.
    process = subprocess.Popen(  # noqa: S603 - this interpreter, a file of ours
        [sys.executable, "-I", worker_process.__file__, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        start_new_session=True,
    )
    assert process.stdin is not None  # noqa: S101 - for type checkers
    os.set_blocking(process.stdin.fileno(), False)
    if sys.platform == "linux":
        # Less waiting for each other; a system may refuse it, and nothing is lost.
        with suppress(OSError):
            fcntl.fcntl(process.stdin.fileno(), fcntl.F_SETPIPE_SZ, PIPE)
    return process


def _sent(sender: int, rest: memoryview) -> memoryview:
    """Return what of *rest* is left to send."""
    try:
        return rest[os.write(sender, rest[:PIECE]) :]
    except BlockingIOError:
        return rest
    except BrokenPipeError:
        return rest[len(rest) :]  # it has ended; reading tells how


def _ended(process: subprocess.Popen[bytes], owner: int) -> None:
    if os.getpid() != owner:
        process.returncode = 0
        _close(process)
        return
    # It leads its group, which lives on while anything that it started does.
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        process.kill()
    process.wait()
    _close(process)


def _close(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def _unstarted(reason: str) -> ToolError:
    return ToolError(
        f"no worker process can be started: {reason}",
        f"无法启动检测进程：{reason}",
    )
