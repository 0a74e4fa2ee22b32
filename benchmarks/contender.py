"""Contender: one way to do a workload's job, ours, a peer's or a bare limit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from benchmarks.sources import Group

Act = Callable[[], None]


class Contender(Protocol):
    """One way to do a job. It lives in a process of its own."""

    @property
    def needs(self) -> str:
        """Module that it cannot do without."""
        ...

    def ready(self, group: Group, folder: Path) -> Act:
        """
        Prepare a turn, off the clock; return what is timed.

        Args:
            group: The cases of this turn.
            folder: An empty folder to write to, of this contender and turn alone.
        """
        ...


class WrongResultError(Exception):
    """A contender came to the end, and not to the right result: its time is void."""
