"""Tally: how many records are in a group, and how many have each problem."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from attrs import field, frozen

from egovarchive.lifecycle.audit.columns import Columns
from egovarchive.lifecycle.audit.problem import OF_RECORD, Problem
from egovarchive.lifecycle.audit.row import code_of, period_of
from egovarchive.records.deadlines import DeadlineKind
from egovarchive.records.term import Term

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Group(Term):
    """What records may be counted by."""

    ITEM = "item", "事项"
    UNIT = "unit", "机构"
    YEAR = "year", "年度"
    PERIOD = "period", "保管期限"
    STATE = "state", "状态"


@frozen
class Tally:
    """
    What was counted of one group.

    Args:
        name: What the records have in common: an item code, ``2026``, ``D30``…
        records: How many they are.
        problems: How many have each problem; those that none has are left out.
    """

    name: str
    records: int
    problems: Mapping[Problem, int] = field(factory=dict)


@frozen
class Gap:
    """
    Item numbers that a series does not have, though it has a later one.

    Args:
        series: The series.
        first: The first that is missing.
        last: The last, in one row.
    """

    series: str
    first: int
    last: int

    @property
    def count(self) -> int:
        """How many are missing."""
        return self.last - self.first + 1

    @property
    def codes(self) -> tuple[str, str]:
        """The first and the last archival code that is missing."""
        return code_of(self.series, self.first), code_of(self.series, self.last)


# The deadlines that are counted by year, with the column that each stands in.
PENDING: Final[Mapping[DeadlineKind, str]] = {
    DeadlineKind.TRANSFER: "transfer_due_on",
    DeadlineKind.RETENTION_END: "retention_ends_on",
    DeadlineKind.CUSTODY_END: "custody_ends_on",
}


@frozen
class Counts:
    """
    What an evaluator counted.

    Args:
        flags: For each record its problems, as `BIT` tells them.
        by: The tallies of each group, in the order of their names.
        gaps: By series, in the order of their numbers.
        years: How many deadlines of each kind fall into each year.
    """

    flags: array[int] | NDArray[np.uint16] = field(eq=list)
    by: Mapping[Group, tuple[Tally, ...]]
    gaps: tuple[Gap, ...]
    years: Mapping[DeadlineKind, Mapping[int, int]]


# The column that each group is told in.
COLUMN: Final[Mapping[Group, str]] = {
    Group.ITEM: "item_code",
    Group.UNIT: "unit",
    Group.YEAR: "year",
    Group.PERIOD: "period",
    Group.STATE: "state",
}


def tallies(
    group: Group, columns: Columns, table: Mapping[int, Sequence[int]]
) -> tuple[Tally, ...]:
    """
    Return the tallies of *group*, in the order of their numbers or names.

    Args:
        group: What was counted by.
        columns: What was counted.
        table: For each number in the column of *group*: how many records, and how many
            with each of `OF_RECORD`.
    """
    found = [
        Tally(
            _name(group, columns, number),
            records,
            {
                problem: count
                for problem, count in zip(OF_RECORD, counts, strict=True)
                if count
            },
        )
        for number, (records, *counts) in sorted(table.items())
    ]
    if group in {Group.ITEM, Group.UNIT}:
        found.sort(key=lambda tally: tally.name)
    return tuple(found)


def _name(group: Group, columns: Columns, number: int) -> str:
    if group is Group.YEAR:
        return str(number)
    if group is Group.PERIOD:
        return period_of(number)
    if group is Group.STATE:
        return str(columns.states[number].value)
    texts: tuple[str, ...] = getattr(columns, COLUMN[group]).texts
    return texts[number]


def column_of(group: Group, columns: Columns) -> memoryview:
    """Return the numbers that *group* is counted by."""
    column = getattr(columns, COLUMN[group])
    numbers: memoryview = getattr(column, "codes", column)
    return numbers
