"""Findings: what is found in one file, named up to a limit and counted beyond it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from egovarchive.errors import FormatError
from egovarchive.formats.aspect import Aspect
from egovarchive.formats.observation import Observation
from egovarchive.records.identifiers.quoting import quoted
from egovarchive.records.outcome import Outcome

_LONGEST_PLACE: Final = 200  # characters


class Findings:
    """
    Gathers observations of one file.

    Of each aspect and outcome at most *most* are kept; how many more there were is
    said in one observation at the end, so that a hostile file fills no report.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: list[Observation] = []
        self._seen: Counter[tuple[Aspect, Outcome]] = Counter()

    def __bool__(self) -> bool:
        return bool(self._kept)

    def __iter__(self) -> Iterator[Observation]:
        yield from self._kept
        for (aspect, outcome), seen in self._seen.items():
            if seen > self._most:
                more = seen - self._most
                yield Observation(
                    aspect, outcome, f"{more} more findings", f"另有 {more} 处"
                )

    def failed(self, aspect: Aspect, en: str, zh: str, place: str = "") -> None:
        """Note that *aspect* fails."""
        self.add(Observation(aspect, Outcome.FAILED, en, zh, place))

    def warned(self, aspect: Aspect, en: str, zh: str, place: str = "") -> None:
        """Note something odd, but harmless, about *aspect*."""
        self.add(Observation(aspect, Outcome.WARNED, en, zh, place))

    def not_performed(self, aspect: Aspect, en: str, zh: str, place: str = "") -> None:
        """Note what could not be looked at."""
        self.add(Observation(aspect, Outcome.NOT_PERFORMED, en, zh, place))

    def refused(self, aspect: Aspect, error: FormatError, place: str = "") -> None:
        """Note that *aspect* fails, for the reason that *error* gives."""
        self.failed(aspect, error.message("en"), error.message("zh"), place)

    def skipped(self, aspect: Aspect, error: FormatError, place: str = "") -> None:
        """Note that *error* kept from looking at *aspect*."""
        self.not_performed(aspect, error.message("en"), error.message("zh"), place)

    def add(self, found: Observation) -> None:
        """Note *found*."""
        seen = self._seen[found.aspect, found.outcome]
        self._seen[found.aspect, found.outcome] = seen + 1
        if seen < self._most:
            self._kept.append(found)

    def extend(self, found: Iterable[Observation]) -> None:
        """Note all of *found*."""
        for one in found:
            self.add(one)

    def has(self, aspect: Aspect, outcome: Outcome = Outcome.FAILED) -> bool:
        """Say whether *outcome* was found of *aspect*."""
        return (aspect, outcome) in self._seen


def shown(name: str) -> str:
    """
    Return *name*, which may be hostile, as it may stand in a report.

    >>> shown("word/document.xml"), shown("a\\u202efdp.exe")
    ('word/document.xml', "'a\\\\u202efdp.exe'")
    """
    if name.isprintable() and len(name) < _LONGEST_PLACE:
        return name
    return quoted(name)
