"""Problem row: one problem of one record, or one gap in a series."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import Any, Final, TypedDict, TypeVar, cast

from egovarchive.errors import ToolError
from egovarchive.lifecycle.audit.by_row import offline_limit
from egovarchive.lifecycle.audit.columns import Columns, Texts
from egovarchive.lifecycle.audit.days import day_of, number_of
from egovarchive.lifecycle.audit.extra import extra
from egovarchive.lifecycle.audit.problem import BIT, Problem, Question
from egovarchive.lifecycle.audit.row import code_of, period_of
from egovarchive.lifecycle.audit.tally import Counts, Gap

_T = TypeVar("_T")


class ProblemRow(TypedDict):
    """
    One problem of one record, or one gap in a series.

    Args:
        problem: Value of the `Problem`.
        code: Archival code; of a gap the first that is missing.
        last_code: Of a gap: the last that is missing, in one row.
        record: Place of the record in the columns, from 0 on; of a gap: None, as all
            that follows.
        item_code: Item code.
        unit: Unit.
        year: Year of its series.
        period: Code of its period.
        state: Its state.
        due_on: The day that has passed, or is near; None if the problem has none.
        days: Days that it is late, or was; negative: days that are left.
        on_hold: Whether a hold lies on it.
    """

    problem: str
    code: str
    last_code: str | None
    record: int | None
    item_code: str | None
    unit: str | None
    year: int | None
    period: str | None
    state: str | None
    due_on: date | None
    days: int | None
    on_hold: bool | None


# The column with the day that has passed, or is near.
_DUE: Final = {
    Problem.TRANSFER_OVERDUE: "transfer_due_on",
    Problem.TRANSFER_DUE: "transfer_due_on",
    Problem.APPRAISAL_OVERDUE: "retention_ends_on",
    Problem.CUSTODY_OVER: "custody_ends_on",
}
NAMES: Final = tuple(ProblemRow.__annotations__)
_BATCH: Final = 1 << 13  # rows

Batch = Mapping[str, Sequence[Any]]
"""Rows, column by column, by the names of `ProblemRow`."""


def rows_of(batches: Iterable[Batch]) -> Iterator[ProblemRow]:
    """Yield the rows of *batches*."""
    for batch in batches:
        for values in zip(*(batch[name] for name in NAMES), strict=True):
            yield cast("ProblemRow", dict(zip(NAMES, values, strict=True)))


def batches_of(
    columns: Columns, counts: Counts, question: Question, problems: Sequence[Problem]
) -> Iterator[Batch]:
    """Yield the rows of each of *problems*, in the order of the records."""
    for problem in problems:
        if problem is Problem.NUMBER_GAP:
            for gaps in _batched(counts.gaps):
                yield _of_gaps(gaps)
        else:
            for records in _batched(_with(problem, counts.flags)):
                yield _of_records(columns, records, problem, question)


def _batched(values: Iterable[_T]) -> Iterator[list[_T]]:
    rest = iter(values)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _with(problem: Problem, flags: Iterable[int]) -> Iterable[int]:
    """Return the places of the records that have *problem*."""
    bit = BIT[problem]
    try:
        np = extra("numpy", "notebook")
    except ToolError:
        return (record for record, flag in enumerate(flags) if flag & bit)
    found: list[int] = (np.asarray(flags) & bit).nonzero()[0].tolist()
    return found


def _of_records(
    columns: Columns, records: Sequence[int], problem: Problem, question: Question
) -> Batch:
    def picked(column: memoryview | Texts) -> list[Any]:
        if isinstance(column, Texts):
            return [column.texts[place] for place in picked(column.codes)]
        return list(map(column.__getitem__, records))

    due: list[date | None] = [None] * len(records)
    days: list[int | None] = [None] * len(records)
    if problem in _DUE:
        last = picked(getattr(columns, _DUE[problem]))
        on = number_of(question.on)
        due, days = list(map(_day, last)), [on - day for day in last]
    elif problem in {Problem.LATE_ONLINE, Problem.LATE_OFFLINE}:
        last = picked(columns.concluded_on)
        if problem is Problem.LATE_OFFLINE:
            last = list(map(offline_limit, last))
        else:
            last = [day + question.online_days for day in last]
        done = picked(columns.registered_on)
        due = list(map(_day, last))
        days = [late - day for late, day in zip(done, last, strict=True)]
    items = zip(picked(columns.series), picked(columns.item), strict=True)
    return {
        "problem": [problem.value] * len(records),
        "code": [code_of(series, item) for series, item in items],
        "last_code": [None] * len(records),
        "record": records,
        "item_code": picked(columns.item_code),
        "unit": picked(columns.unit),
        "year": picked(columns.year),
        "period": list(map(period_of, picked(columns.period))),
        "state": [columns.states[place].value for place in picked(columns.state)],
        "due_on": due,
        "days": days,
        "on_hold": list(map(bool, picked(columns.on_hold))),
    }


# A column has few days and many rows.
_day: Final = lru_cache(1 << 16)(day_of)


def _of_gaps(gaps: Sequence[Gap]) -> Batch:
    first, last = zip(*(gap.codes for gap in gaps), strict=True)
    told = {
        "problem": [Problem.NUMBER_GAP.value] * len(gaps),
        "code": first,
        "last_code": last,
    }
    return {name: [None] * len(gaps) for name in NAMES} | told
