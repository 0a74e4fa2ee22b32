"""Turn: one contender's work on one group of cases, and what it took."""

from __future__ import annotations

import os
import re
import resource
from collections.abc import Callable
from multiprocessing import active_children
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
        peak: Most resident memory of the process so far, and of each child that
            lives, in bytes.
    """

    wall: float
    cpu: float
    read: int
    peak: int


def timed(act: Callable[[], None]) -> Turn:
    """
    Return what *act* took. Dirty pages of others are written first.

    A child that lives before must live after: one that ends brings in all that it
    ever took.
    """
    os.sync()
    read, cpu, wall = _read(), _cpu(), perf_counter()
    act()
    wall = perf_counter() - wall
    cpu = _cpu() - cpu
    return Turn(wall=wall, cpu=cpu, read=_read() - read, peak=_peak())


def _cpu() -> float:
    used = [resource.getrusage(resource.RUSAGE_SELF)]
    used.append(resource.getrusage(resource.RUSAGE_CHILDREN))  # those that ended
    own = sum(each.ru_utime + each.ru_stime for each in used)
    return own + sum(map(_cpu_of_living, _children()))


def _cpu_of_living(pid: str) -> float:
    # Fields 14 and 15 of proc(5); the second may hold spaces, in parentheses.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _read() -> int:
    return _total("io", "rchar")


def _peak() -> int:
    # Not ru_maxrss: a process inherits that from the one that started it.
    return _total("status", "VmHWM") << 10


def _children() -> list[str]:
    return [str(child.pid) for child in active_children()]


def _total(file: str, name: str) -> int:
    """Return the sum of the numbers *name* of this process and its living children."""
    return sum(_number(pid, file, name) for pid in ("self", *_children()))


def _number(pid: str, file: str, name: str) -> int:
    text = Path(f"/proc/{pid}/{file}").read_text()
    found = re.search(rf"^{name}:\s*(\d+)", text, re.MULTILINE)
    if found is None:
        raise LookupError(f"/proc/{pid}/{file} has no {name}")
    return int(found[1])
