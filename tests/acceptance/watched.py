"""Watched: how much memory this process and those that it started have had at most."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from attrs import define, field

_PROC: Final = Path("/proc")
_OWN: Final = _PROC / "self"
_BETWEEN: Final = 0.02  # seconds


def can_watch() -> bool:
    """Say whether this system tells how much memory processes have had."""
    return os.access(_OWN / "clear_refs", os.W_OK) and os.access(
        _OWN / "status", os.R_OK
    )


@define
class Peaks:
    """
    Most bytes of memory that were resident.

    Args:
        here: In this process, above what it had at the start.
        there: In the largest of the processes that it has started.
    """

    here: int = 0
    there: int = 0
    _end: threading.Event = field(factory=threading.Event, repr=False)

    def watch(self) -> None:
        """Look until the end: a process that was killed tells nothing any more."""
        while not self._end.wait(_BETWEEN):
            self.look()

    def look(self) -> None:
        """Look once."""
        for pid in _descendants(os.getpid()):
            self.there = max(self.there, _of(_PROC / str(pid), "VmHWM"))

    def end(self) -> None:
        """Look no more."""
        self._end.set()


@contextmanager
def watched() -> Iterator[Peaks]:
    """Yield what is filled in when this ends."""
    (_OWN / "clear_refs").write_text("5")  # the peak is what there is now
    before = _of(_OWN, "VmRSS")
    peaks = Peaks()
    thread = threading.Thread(target=peaks.watch)
    thread.start()
    try:
        yield peaks
    finally:
        peaks.end()
        thread.join()
        peaks.look()
        peaks.here = _of(_OWN, "VmHWM") - before


def _of(process: Path, what: str) -> int:
    # It may be gone by now.
    with suppress(OSError):
        for line in (process / "status").read_text().splitlines():
            if line.startswith(f"{what}:"):
                return int(line.split()[1]) << 10
    return 0


def _descendants(pid: int) -> Iterator[int]:
    children: dict[int, list[int]] = {}
    for place in _PROC.iterdir():
        if not place.name.isdigit():
            continue
        with suppress(OSError):
            parent = int((place / "stat").read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(place.name))
    left = [pid]
    while left:
        found = children.get(left.pop(), [])
        left += found
        yield from found
