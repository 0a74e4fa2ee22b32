"""
The process in which a worker runs tools: limits first, then one call at a time.

It is run as a file by a new interpreter, not imported: nothing but the standard
library is there before the limits are set.
"""

from __future__ import annotations

import os
import pickle
import resource
import signal
import struct
import sys
from collections.abc import Iterator
from contextlib import suppress
from math import ceil
from typing import BinaryIO, Final

HEADER: Final = struct.Struct(">QQ")  # number of the call, size of what follows
OPEN_FILES: Final = 64
LEEWAY: Final = 5  # seconds after which a process that nobody ended ends itself
PR_SET_DUMPABLE: Final = 4  # <linux/prctl.h>
PR_SET_NO_NEW_PRIVS: Final = 38


def main(memory: int, seconds: float, most: int) -> None:
    """Answer calls from standard input until it ends, or it is killed."""
    _confine(memory)
    calls, answers = _pipes()
    me = os.getpid()
    while frame := calls.read(HEADER.size):
        number, size = HEADER.unpack(frame)
        call = calls.read(size)
        if number:
            _wind(seconds)
            answer = _answer(call, most)
            signal.setitimer(signal.ITIMER_REAL, 0)
        else:
            sys.path[:] = pickle.loads(call)  # noqa: S301 - from the process above
            answer = b""
        if os.getpid() != me:
            os._exit(0)  # a tool has forked: only one may answer
        answers.write(HEADER.pack(number, len(answer)) + answer)


def _confine(memory: int) -> None:
    """Set what this process can never get back."""
    for limit, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_AS, memory),
    ):
        _, hard = resource.getrlimit(limit)
        within = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(limit, (within, within))
        except (OSError, ValueError):
            # Not every system limits everything; the clock above limits the rest.
            continue
    sys.dont_write_bytecode = True
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415 - only here

        try:
            prctl = ctypes.CDLL(None).prctl
        except (OSError, AttributeError):
            return
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def _pipes() -> tuple[BinaryIO, BinaryIO]:
    """Return where calls come from and answers go to; tools see neither."""
    calls = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return calls, answers


def _wind(seconds: float) -> None:
    """Let this process end by itself, should nobody be left to end it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = used.ru_utime + used.ru_stime + seconds * (os.cpu_count() or 1)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = ceil(cpu) + 1
    if hard == resource.RLIM_INFINITY or soft <= hard:
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))
    signal.setitimer(signal.ITIMER_REAL, seconds + LEEWAY)


def _answer(call: bytes, most: int) -> bytes:
    try:
        answer = pickle.dumps(_outcome(call), pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        return pickle.dumps(("memory",))
    # Whatever cannot be sent, and whyever: that is the answer.
    except Exception as error:  # noqa: BLE001
        return pickle.dumps(_failed(error))
    if len(answer) > most:
        return pickle.dumps(("large", len(answer)))
    return answer


def _outcome(call: bytes) -> tuple[object, ...]:
    try:
        function, arguments, keywords = pickle.loads(call)  # noqa: S301 - from above
        value = function(*arguments, **keywords)
        if isinstance(value, Iterator):
            return _items(value)
    except MemoryError:
        return ("memory",)
    # Tools are code of others, on hostile files: they raise anything.
    except BaseException as error:  # noqa: BLE001
        return _failed(error)
    return "value", value


def _items(values: Iterator[object]) -> tuple[object, ...]:
    """Return all that *values* yields, and the error that ends it."""
    items = []
    try:
        for value in values:
            items.append(value)  # noqa: PERF402 - what came before an error is kept
    except MemoryError:
        raise
    except BaseException as error:  # noqa: BLE001 - the same
        return "items", items, _failed(error)
    return "items", items, None


def _failed(error: BaseException) -> tuple[object, ...]:
    from egovarchive import errors  # noqa: PLC0415 - there is a path by now

    if not isinstance(error, errors.EgovArchiveError):
        return "failed", type(error).__name__, str(error)[:500]
    if type(error).__module__ == errors.__name__:
        return "error", error
    # An error of somebody else's module is not read above: it is what it is a kind of.
    nearest = (
        errors.FormatError
        if isinstance(error, errors.FormatError)
        else errors.ToolError
    )
    return "error", nearest(error.message("en"), error.message("zh"))


if __name__ == "__main__":
    with suppress(BrokenPipeError):  # nobody waits any more
        main(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))
    os._exit(0)  # threads of tools are not waited for
