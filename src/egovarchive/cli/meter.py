"""Meter: shows on a terminal how far long work has come."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from time import monotonic
from typing import TYPE_CHECKING, Final, Protocol, TextIO

from attrs import define, field

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_EVERY: Final = 0.1  # seconds between two counts


class Meter(Protocol):
    """Counts, and lets lines be written while it shows the count."""

    def advance(self) -> None:
        """Count one more."""
        ...

    def write(self, text: str, stream: TextIO) -> None:
        """Write *text* and a line break to *stream*, clear of what is shown."""
        ...


class Silence:
    """A meter that shows nothing."""

    def advance(self) -> None:
        pass

    def write(self, text: str, stream: TextIO) -> None:
        print(text, file=stream)


@define
class Counter:
    """A meter in plain text: the number, again and again in the same place."""

    title: str
    total: int | None
    _done: int = 0
    _shown_at: float = field(factory=monotonic, init=False)

    def advance(self) -> None:
        self._done += 1
        if monotonic() - self._shown_at >= _EVERY:
            self._shown_at = monotonic()
            total = "" if self.total is None else f"/{self.total}"
            self._put(f"{self.title} {self._done}{total}")

    def write(self, text: str, stream: TextIO) -> None:
        self.clear()
        print(text, file=stream)

    def clear(self) -> None:
        """Take back what is shown."""
        self._put("")

    def _put(self, text: str) -> None:
        # To the start of the line, and erase it.
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()


@define
class Bar:
    """A meter drawn by rich."""

    progress: Progress
    task: TaskID

    def advance(self) -> None:
        self.progress.advance(self.task)

    def write(self, text: str, stream: TextIO) -> None:
        if stream.isatty():
            self.progress.console.print(
                text, markup=False, highlight=False, emoji=False, soft_wrap=True
            )
        else:
            print(text, file=stream)


@contextmanager
def meter(title: str, total: int | None) -> Iterator[Meter]:
    """
    Give a meter, which is gone at the end; a silent one without a terminal.

    Args:
        title: What is being done.
        total: How many there are to do, if known.
    """
    if not sys.stderr.isatty():
        yield Silence()
    elif find_spec("rich") is None:
        counter = Counter(title, total)
        try:
            yield counter
        finally:
            counter.clear()
    else:
        with _bar(title, total) as bar:
            yield bar


@contextmanager
def _bar(title: str, total: int | None) -> Iterator[Bar]:
    from rich.console import Console  # noqa: PLC0415 - only for who sees it
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
    )

    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        # Results must go where they were sent, not to where the bar is.
        redirect_stdout=False,
        redirect_stderr=False,
    ) as progress:
        yield Bar(progress, progress.add_task(title, total=total))
