"""Workload: a job, who does it, and what is aimed at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Literal

from attrs import field, frozen

from benchmarks.contender import Contender
from benchmarks.turn import Turn

Outcome = list[Turn] | str  # or why there is none


@frozen
class Scale:
    """
    How much is done in one turn.

    Args:
        cases: Cases.
        files: Files of each case.
        size: Size of each file, in bytes.
        rounds: Turns of each contender; those of a round follow each other.
    """

    cases: int
    files: int
    size: int
    rounds: int

    @property
    def bytes(self) -> int:
        """Bytes of one turn's files."""
        return self.cases * self.files * self.size


@frozen(kw_only=True)
class Row:
    """
    One contender in the table.

    Args:
        name: What it is called there.
        contender: It.
        limit: Name of the row that it is measured by.
        kind: ``"limit"``, ``"ours"`` or ``"peer"``.
    """

    name: str
    contender: Contender
    limit: str | None = None
    kind: Literal["limit", "ours", "peer"] = "peer"


@frozen(kw_only=True)
class Target:
    """
    What is aimed at.

    Args:
        text: It, in words.
        row: Who is to meet it.
        measure: What of it.
        most: The most that it may be.
        against: The row by whose measure it is divided; None for the plain figure,
            in bytes.
    """

    text: str
    row: str
    measure: Literal["wall", "cpu", "peak", "read"]
    most: float
    against: str | None = None

    def line(self, outcomes: Mapping[str, Outcome]) -> str:
        """Return whether it is met, with the figure."""
        found = figure(outcomes, self.row, self.measure, self.against)
        if isinstance(found, str):
            return f"  {self.text}: cannot tell ({found})"
        shown = f"{found:.2f}" if self.against else f"{found / 1e6:,.0f} MB"
        bound = f"{self.most:.2f}" if self.against else f"{self.most / 1e6:,.0f} MB"
        met = "met" if found <= self.most else "MISSED"
        return f"  {met}: {self.text}: {shown} (at most {bound})"


@frozen(kw_only=True)
class Workload:
    """
    A job.

    Args:
        title: It, in words.
        rows: Who does it, in the order of their turns.
        targets: What is aimed at.
        full: How much.
        quick: How much, if it has to be quick.
        unit: What rates and CPU are given by.
    """

    title: str
    rows: Sequence[Row]
    targets: Sequence[Target] = ()
    full: Scale
    quick: Scale
    unit: Literal["case", "MB"] = field(default="case")

    def amount(self, scale: Scale) -> float:
        """Return how many units one turn does."""
        return scale.cases if self.unit == "case" else scale.bytes / 1e6


def figure(
    outcomes: Mapping[str, Outcome],
    name: str,
    measure: Literal["wall", "cpu", "peak", "read"],
    against: str | None = None,
) -> float | str:
    """
    Return the median of a *measure*, or why it cannot be told.

    With *against*, of its quotients round by round: what disturbs one turn is likely
    to have disturbed the turn beside it.
    """
    own = outcomes[name]
    if isinstance(own, str):
        return f"{name}: {own}"
    values = [float(getattr(turn, measure)) for turn in own]
    if against is not None:
        other = outcomes[against]
        if isinstance(other, str):
            return f"{against}: {other}"
        values = [
            value / getattr(turn, measure)
            for value, turn in zip(values, other, strict=True)
        ]
    return median(values)
