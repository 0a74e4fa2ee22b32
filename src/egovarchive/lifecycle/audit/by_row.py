"""Evaluator in plain Python: row by row, with the reference of the date rules."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from egovarchive.lifecycle.audit.columns import Columns, Texts
from egovarchive.lifecycle.audit.days import day_of, number_of
from egovarchive.lifecycle.audit.problem import (
    GONE,
    OF_RECORD,
    OWN_COPY,
    UNAPPRAISED,
    Bounds,
    Question,
    Told,
    conditions,
    pending,
)
from egovarchive.lifecycle.audit.tally import (
    PENDING,
    Counts,
    Gap,
    Group,
    column_of,
    tallies,
)
from egovarchive.records.deadlines import DeadlineKind, Deadlines
from egovarchive.records.retention import PERMANENT


def count(columns: Columns, question: Question) -> Counts:
    """Return what there is to say of *columns*."""
    bounds = Bounds.of(question, columns.schedule.texts)
    flags = array("H")
    years: dict[DeadlineKind, Counter[int]] = {kind: Counter() for kind in PENDING}
    for told in _told(columns):
        flags.append(
            sum(yes << bit for bit, yes in enumerate(conditions(told, bounds)))
        )
        for (kind, name), yes in zip(PENDING.items(), pending(told), strict=True):
            if yes:
                years[kind][_year(getattr(told, name))] += 1
    return Counts(
        flags=flags,
        by={
            group: tallies(group, columns, _table(group, columns, flags))
            for group in Group
        },
        gaps=tuple(_gaps(columns)),
        years={kind: dict(sorted(found.items())) for kind, found in years.items()},
    )


def _told(columns: Columns) -> Iterator[Told]:
    states = [
        (state not in GONE, state in UNAPPRAISED, state in OWN_COPY)
        for state in columns.states
    ]
    rows = zip(
        columns.state,
        columns.schedule.codes,
        columns.concluded_on,
        columns.registered_on,
        columns.transfer_due_on,
        columns.retention_ends_on,
        columns.custody_ends_on,
        columns.sealed,
        columns.on_hold,
        strict=True,
    )
    for state, schedule, concluded_on, *rest in rows:
        limit = offline_limit(concluded_on)
        here, unappraised, own_copy = states[state]
        yield Told(here, unappraised, own_copy, schedule, concluded_on, limit, *rest)


@lru_cache(1 << 16)
def offline_limit(concluded_on: int) -> int:
    """Return by when what was concluded on *concluded_on* is archived offline."""
    day = day_of(concluded_on)
    if day is None:
        raise AssertionError("every record was concluded")
    return number_of(Deadlines(concluded_on=day, period=PERMANENT).archive_offline.on)


@lru_cache(1 << 16)
def _year(number: int) -> int:
    day = day_of(number)
    return 0 if day is None else day.year


def _table(group: Group, columns: Columns, flags: array[int]) -> dict[int, list[int]]:
    table: dict[int, list[int]] = {}
    found = Counter(zip(column_of(group, columns), flags, strict=True))
    for (number, flag), records in found.items():
        counts = table.setdefault(number, [0] * (1 + len(OF_RECORD)))
        counts[0] += records
        for bit in range(len(OF_RECORD)):
            counts[1 + bit] += records * (flag >> bit & 1)
    return table


def _gaps(columns: Columns) -> Iterator[Gap]:
    series: Texts = columns.series
    before, item = None, 0
    for place, number in sorted(zip(series.codes, columns.item, strict=True)):
        if place != before:
            before, item = place, 0
        if number > item + 1:
            yield Gap(series.texts[place], item + 1, number - 1)
        item = number
