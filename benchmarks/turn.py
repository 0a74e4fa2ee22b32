"""Turn: one contender's work on one group of cases, and what it took."""

from __future__ import annotations

import os
import re
import resource
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from attrs import frozen


@frozen(kw_only=True)
class Turn:
    """
    What one turn took.

    Args:
        wall: Seconds on the clock.
        cpu: Seconds of processor time, user and system, children included.
        read: Bytes read by system calls, from files of any kind.
        peak: Most resident memory of the process so far, in bytes.
    """

    wall: float
    cpu: float
    read: int
    peak: int


def timed(act: Callable[[], None]) -> Turn:
    """Return what *act* took. Dirty pages of others are written first."""
    os.sync()
    read, cpu, wall = _read(), _cpu(), perf_counter()
    act()
    wall = perf_counter() - wall
    cpu = _cpu() - cpu
    return Turn(wall=wall, cpu=cpu, read=_read() - read, peak=_peak())


def _cpu() -> float:
    return sum(
        used.ru_utime + used.ru_stime
        for used in map(
            resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        )
    )


def _read() -> int:
    return _number("io", "rchar")


def _peak() -> int:
    # Not ru_maxrss: a process inherits that from the one that started it.
    return _number("status", "VmHWM") << 10


def _number(file: str, name: str) -> int:
    found = re.search(
        rf"^{name}:\s*(\d+)", Path(f"/proc/self/{file}").read_text(), re.MULTILINE
    )
    if found is None:
        raise LookupError(f"/proc/self/{file} has no {name}")
    return int(found[1])
