"""Fault: one thing that metadata says and should not, or does not say and should."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from attrs import define, field, frozen

from egovarchive.records.outcome import Outcome

# A hostile document holds very many; who repairs a real one reads no more at a time.
MOST: Final = 100


@frozen
class Fault:
    """
    One thing that is wrong, odd, or for a person to look at.

    Args:
        outcome: How bad it is; never passed.
        place: Where: ``documents[2].files[1].size（计算机文件大小）``, counted from 0,
            as errors of case JSON count; a rule's name, a code or a series.
        en: What is wrong, in English, with what was expected and found.
        zh: The same in Chinese.
        expected: What was expected, if it can be said shortly.
        found: What was found.
    """

    outcome: Outcome
    place: str
    en: str
    zh: str
    expected: str = ""
    found: str = ""


@define
class Faults:
    """
    Collects faults: the first *most* are kept, the rest is counted.

    >>> faults = Faults(most=1)
    >>> for place in "abc":
    ...     faults.add(Fault(Outcome.WARNED, place, "odd", "异常"))
    >>> [(fault.place, fault.en) for fault in faults.all()]
    [('a', 'odd'), ('', '2 more faults of this kind')]
    """

    most: int = MOST
    _named: list[Fault] = field(factory=list, init=False)
    _more: int = field(default=0, init=False)
    _failed: bool = field(default=False, init=False)

    def add(self, fault: Fault) -> None:
        """Keep *fault*, or count it."""
        if len(self._named) < self.most:
            self._named.append(fault)
        else:
            self._more += 1
            self._failed |= fault.outcome is Outcome.FAILED

    def all(self) -> tuple[Fault, ...]:
        """Return what was kept, and one fault that counts the rest."""
        if not self._more:
            return tuple(self._named)
        # One failure among the rest must not be lost behind warnings.
        outcome = Outcome.FAILED if self._failed else Outcome.WARNED
        rest = Fault(
            outcome,
            "",
            f"{self._more} more faults of this kind",
            f"另有 {self._more} 处同类问题",
        )
        return (*self._named, rest)


def bounded(faults: Iterable[Fault], most: int = MOST) -> tuple[Fault, ...]:
    """Return the first *most* of *faults*, and one that counts the rest."""
    found = Faults(most)
    for fault in faults:
        found.add(fault)
    return found.all()
