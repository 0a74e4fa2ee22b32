"""Evaluator on columns: numpy, in pieces that threads share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from egovarchive.lifecycle.audit.columns import Columns
from egovarchive.lifecycle.audit.due_dates import offline_limit, year_of
from egovarchive.lifecycle.audit.extra import extra
from egovarchive.lifecycle.audit.problem import (
    GONE,
    MOST_FLAGS,
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
from egovarchive.lifecycle.audit.threads import pieces, share
from egovarchive.lifecycle.state import State

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.integer[Any]]
    Table = NDArray[np.int64]
    Mask = NDArray[np.bool_]

_YEARS: Final = 10_000  # of a calendar, from 0 on
_LARGEST: Final = 1 << 20  # numbers in a table with a column for each set of problems
_ITEM_BITS: Final = 32
_DAYS: Final = (
    "concluded_on",
    "registered_on",
    "transfer_due_on",
    "retention_ends_on",
    "custody_ends_on",
)


def count(columns: Columns, question: Question, *, threads: int) -> Counts:
    """Return what there is to say of *columns*."""
    np = extra("numpy", "notebook")
    size = len(columns)
    look = _Look(
        columns,
        Bounds.of(question, columns.schedule.texts),
        np.empty(size, np.uint16),
    )
    found = share(size, look, threads=threads)
    years = np.sum([years for years, _ in found], axis=0)
    seen = np.sum([seen for _, seen in found], axis=0)
    tables = _tables(columns, look.flags, seen, threads)
    return Counts(
        flags=look.flags,
        by={group: tallies(group, columns, table) for group, table in tables},
        gaps=tuple(_gaps(columns, threads)),
        years={
            kind: {int(year): int(row[year]) for year in row.nonzero()[0]}
            for kind, row in zip(PENDING, years, strict=True)
        },
    )


@frozen
class _Look:
    """
    Fills the flags of a span of records.

    What it returns is how many deadlines fall into each year, and how many records
    have each set of problems.
    """

    columns: Columns
    bounds: Bounds
    flags: NDArray[np.uint16]

    def __call__(self, span: range) -> tuple[Table, Table]:
        np = extra("numpy", "notebook")
        years = np.zeros((len(PENDING), _YEARS), np.int64)
        seen = np.zeros(MOST_FLAGS, np.int64)
        for piece in pieces(span):
            told = self._told(piece)
            flags = np.zeros(len(told.here), np.uint16)
            for bit, yes in enumerate(conditions(told, self.bounds)):
                flags |= np.left_shift(yes, bit, dtype=np.uint16)
            self.flags[piece] = flags
            seen += np.bincount(flags, minlength=MOST_FLAGS)
            waits = pending(told)
            for place, name in enumerate(PENDING.values()):
                years[place] += _years_of(getattr(told, name)[next(waits)])
        return years, seen

    def _told(self, piece: slice) -> Told:
        np = extra("numpy", "notebook")
        state = np.asarray(self.columns.state[piece])
        days = {name: np.asarray(getattr(self.columns, name)[piece]) for name in _DAYS}
        return Told(
            here=~_among(GONE, state, self.columns.states),
            unappraised=_among(UNAPPRAISED, state, self.columns.states),
            own_copy=_among(OWN_COPY, state, self.columns.states),
            schedule=np.asarray(self.columns.schedule.codes[piece]),
            archive_offline=offline_limit(days["concluded_on"]),
            sealed=np.asarray(self.columns.sealed[piece]),
            on_hold=np.asarray(self.columns.on_hold[piece]),
            **days,
        )


def _among(wanted: frozenset[State], state: Numbers, states: Sequence[State]) -> Mask:
    np = extra("numpy", "notebook")
    found: Mask = np.zeros(len(state), np.bool_)
    for place, known in enumerate(states):
        if known in wanted:
            found |= state == place
    return found


def _years_of(days: Numbers) -> Table:
    """Return how many of *days* fall into each year."""
    np = extra("numpy", "notebook")
    if not len(days):
        return np.zeros(_YEARS, np.int64)  # type: ignore[no-any-return]
    # There are few different days, and each has its year reckoned once.
    low = days.min()
    counts = np.bincount(days - low)
    known = counts.nonzero()[0]
    years = year_of((known + low).astype(np.int32))
    weighed = np.bincount(years, weights=counts[known], minlength=_YEARS)
    return weighed.astype(np.int64)  # type: ignore[no-any-return]


def _tables(
    columns: Columns, flags: Numbers, seen: Table, threads: int
) -> Iterator[tuple[Group, Mapping[int, Sequence[int]]]]:
    """Yield for each group what `tallies` asks for."""
    np = extra("numpy", "notebook")
    if not len(columns):
        yield from ((group, {}) for group in Group)
        return
    kinds = seen.nonzero()[0]
    place = np.zeros(MOST_FLAGS, np.intp)
    place[kinds] = np.arange(len(kinds))
    members = np.array(
        [[1, *(kind >> bit & 1 for bit in range(len(OF_RECORD)))] for kind in kinds]
    )
    groups = [
        _Numbered.of(group, np.asarray(column_of(group, columns)), len(kinds))
        for group in Group
    ]

    def look(span: range) -> list[Table]:
        tables = [each.empty() for each in groups]
        for piece in pieces(span):
            kind = place[flags[piece]]
            for each, table in zip(groups, tables, strict=True):
                each.add(table, piece, kind, members)
        return tables

    found = share(len(columns), look, threads=threads)
    for each, *tables in zip(groups, *found, strict=True):
        table = each.told(np.sum(tables, axis=0), members)
        used = table[:, 0].nonzero()[0]
        yield (
            each.group,
            dict(zip((used + each.low).tolist(), table[used].tolist(), strict=True)),
        )


@frozen
class _Numbered:
    """A group's column, and the form of its table."""

    group: Group
    numbers: Numbers
    low: int
    size: int
    kinds: int

    @classmethod
    def of(cls, group: Group, numbers: Numbers, kinds: int) -> _Numbered:
        low = int(numbers.min())
        return cls(group, numbers, low, int(numbers.max()) - low + 1, kinds)

    @property
    def _small(self) -> bool:
        return self.size * self.kinds <= _LARGEST

    def empty(self) -> Table:
        np = extra("numpy", "notebook")
        wide = self.kinds if self._small else 1 + len(OF_RECORD)
        return np.zeros((self.size, wide), np.int64)  # type: ignore[no-any-return]

    def add(self, table: Table, piece: slice, kind: Table, members: Table) -> None:
        """Count *piece* in *table*; *kind* is the set of problems of each record."""
        np = extra("numpy", "notebook")
        key = np.subtract(self.numbers[piece], self.low, dtype=np.intp)
        if self._small:
            key *= self.kinds
            key += kind
            counts = np.bincount(key, minlength=table.size)
            table += counts.reshape(table.shape)
        else:
            # Tables of pieces would be larger than the pieces.
            flat = table.reshape(-1)
            key *= table.shape[1]
            for place, has in enumerate(members.T.astype(np.bool_)):
                np.add.at(flat, key[has[kind]] + place, 1)

    def told(self, table: Table, members: Table) -> Table:
        """Return *table* with a column for all records, and one for each problem."""
        return table @ members if self._small else table


def _gaps(columns: Columns, threads: int) -> Iterator[Gap]:
    np = extra("numpy", "notebook")
    series = np.asarray(columns.series.codes)
    item = np.asarray(columns.item)
    keys = np.empty(len(columns), np.int64)

    def fill(span: range) -> None:
        for piece in pieces(span):
            key = np.left_shift(series[piece], _ITEM_BITS, dtype=np.int64)
            keys[piece] = key | item[piece]

    def steps(span: range) -> tuple[bool, list[int]]:
        """Return whether keys never fall, and where they leap."""
        found: list[int] = []
        for piece in pieces(span):
            before = max(piece.start - 1, 0)
            step = np.diff(keys[before : piece.stop])
            if (step < 0).any():
                return False, []
            found += ((step > 1).nonzero()[0] + before + 1).tolist()
        return True, found

    share(len(keys), fill, threads=threads)
    found = share(len(keys), steps, threads=threads)
    if not all(rising for rising, _ in found):
        keys.sort()
        found = share(len(keys), steps, threads=threads)
    leaps = [at for _, leaps in found for at in leaps]
    for at in [0, *leaps] if len(keys) else []:
        place, number = divmod(int(keys[at]), 1 << _ITEM_BITS)
        last = 0
        if at and int(keys[at - 1]) >> _ITEM_BITS == place:
            last = int(keys[at - 1]) % (1 << _ITEM_BITS)
        if number > last + 1:
            yield Gap(columns.series.texts[place], last + 1, number - 1)
