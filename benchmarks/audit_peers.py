"""Peers: due dates and audits as loops, polars and duckdb do them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

import numpy as np

from egovarchive.lifecycle.audit.columns import Columns, Texts
from egovarchive.lifecycle.audit.days import NEVER, number_of
from egovarchive.lifecycle.audit.row import Row
from egovarchive.records.deadlines import Deadlines
from egovarchive.records.retention import RetentionPeriod

Dates = tuple["date | None", "date | None", "date | None"]
Loop = Callable[[Sequence[date], Sequence[int]], list[Dates]]
Sums = tuple[int, ...]
# The columns that an audit groups by.
GROUPS: Final = ("item_code", "unit", "year", "period", "state")


def with_replace(days: Sequence[date], years: Sequence[int]) -> list[Dates]:
    """Return the dates of each record, by `date.replace`."""
    found: list[Dates] = []
    for day, period in zip(days, years, strict=True):
        if period == 0 or period >= 30:
            try:
                transfer = day.replace(year=day.year + 5)
            except ValueError:
                transfer = day.replace(year=day.year + 5, day=28)
        else:
            transfer = None
        ends = date(day.year + period, 12, 31) if period else None
        found.append((date(day.year + 1, 6, 30), transfer, ends))
    return found


def with_dateutil(days: Sequence[date], years: Sequence[int]) -> list[Dates]:
    """Return the same, by dateutil."""
    from dateutil.relativedelta import relativedelta  # noqa: PLC0415

    return [
        (
            day + relativedelta(years=1, month=6, day=30),
            day + relativedelta(years=5) if period == 0 or period >= 30 else None,
            day + relativedelta(years=period, month=12, day=31) if period else None,
        )
        for day, period in zip(days, years, strict=True)
    ]


def with_deadlines(days: Sequence[date], years: Sequence[int]) -> list[Dates]:
    """Return the same, by an object for each record that can explain its dates."""
    found: list[Dates] = []
    for day, period in zip(days, years, strict=True):
        dates = Deadlines(concluded_on=day, period=RetentionPeriod(period or None))
        found.append(
            (dates.archive_offline.on, dates.transfer.on, dates.retention_end.on)
        )
    return found


LOOPS: Final[Mapping[str, Loop]] = {
    "loop, date.replace": with_replace,
    "loop, dateutil": with_dateutil,
    "loop, Deadlines objects": with_deadlines,
}


def sums(*columns: Any) -> Sums:
    """Return the sum of the days in each of *columns*, those without one left out."""
    return tuple(int(days[days != NEVER].sum(dtype=np.int64)) for days in columns)


def sums_of(dates: Iterable[Dates]) -> Sums:
    """Return the same of *dates*."""
    return tuple(
        sum(number_of(day) for day in column if day is not None)
        for column in zip(*dates, strict=True)
    )


def _numbers(columns: Columns, name: str) -> Any:
    column = getattr(columns, name)
    return np.asarray(column.codes if isinstance(column, Texts) else column)


def _frame(columns: Columns) -> Any:
    """Return *columns* as a frame of polars; texts by their places, which is best."""
    import polars as pl  # noqa: PLC0415

    frame = pl.DataFrame({name: _numbers(columns, name) for name in Row._fields})
    days = pl.col("^.*_on$").exclude("on_hold")
    return frame.with_columns(
        pl.when(days != NEVER).then(days).cast(pl.Date),
        pl.col("sealed", "on_hold").cast(pl.Boolean),
    )


def polars_dates(columns: Columns) -> Callable[[], Sums]:
    """Return what reckons the dates with polars."""
    import polars as pl  # noqa: PLC0415

    frame = _frame(columns).select("concluded_on", "period")
    day, period = pl.col("concluded_on"), pl.col("period")
    year = day.dt.year()
    asked = (
        pl.date(year + 1, 6, 30).alias("offline"),
        pl.when((period == 0) | (period >= 30))
        .then(day.dt.offset_by("5y"))
        .alias("transfer"),
        pl.when(period > 0).then(pl.date(year + period, 12, 31)).alias("ends"),
    )

    def act() -> Sums:
        found = frame.select(asked)
        told = found.select(pl.all().cast(pl.Int64).sum()).row(0)
        return tuple(map(int, told))

    return act


def _duckdb(columns: Columns, threads: int) -> Any:
    import duckdb  # noqa: PLC0415

    connection = duckdb.connect(config={"threads": threads})
    connection.register("given", _frame(columns).to_arrow())
    connection.execute("create table records as from given")
    connection.unregister("given")
    return connection


def duckdb_dates(columns: Columns, threads: int) -> Callable[[], Sums]:
    """Return what reckons the dates with duckdb."""
    connection = _duckdb(columns, threads)
    epoch = "date '1970-01-01'"

    def act() -> Sums:
        connection.execute(
            """create or replace temp table found as select
            make_date(year(concluded_on) + 1, 6, 30) as offline,
            case when period = 0 or period >= 30
                then cast(concluded_on + interval 5 years as date) end as transfer,
            case when period > 0
                then make_date(year(concluded_on) + period, 12, 31) end as ends
            from records"""
        )
        told = connection.execute(
            f"select {', '.join(f'sum({each} - {epoch})' for each in ('offline', 'transfer', 'ends'))} from found"  # noqa: E501, S608
        ).fetchone()
        return tuple(map(int, told))

    return act


# What `Problem` finds, in the words of queries. States are told by their places: 0 to
# 2 not yet appraised, 3 transferred, 6 and 7 gone.
_OURS: Final = "state < 6 and custody_ends_on is null"
_CONDITIONS: Final = (
    "state < 6 and registered_on > concluded_on",
    "state < 6 and registered_on > make_date(year(concluded_on) + 1, 6, 30)",
    f"{_OURS} and transfer_due_on < $on",
    f"{_OURS} and transfer_due_on between $on and $soon",
    f"{_OURS} and state < 3 and retention_ends_on < $on",
    "state = 3 and custody_ends_on < $on",
    f"{_OURS} and schedule <> $schedule",
    "state < 6 and not sealed and registered_on <= $on",
    "state < 6 and on_hold",
)
_PENDING: Final = {
    "transfer_due_on": _OURS,
    "retention_ends_on": f"{_OURS} and state < 3",
    "custody_ends_on": "state = 3",
}


def duckdb_audit(
    columns: Columns, threads: int, *, on: date, soon: date, schedule: int
) -> Callable[[], Sums]:
    """Return what audits with duckdb: its problems, missing numbers, and groups."""
    connection = _duckdb(columns, threads)
    asked = {"on": on, "soon": soon, "schedule": schedule}
    flags = ", ".join(f"{each} as p{n}" for n, each in enumerate(_CONDITIONS))
    counts = ", ".join(f"count(*) filter (p{n})" for n in range(len(_CONDITIONS)))
    sets = ", ".join(f"({name})" for name in GROUPS)
    names = ", ".join(GROUPS)
    by_group = (
        f"with told as (select {names}, {flags} from records) "  # noqa: S608
        f"select {names}, count(*), {counts} from told group by grouping sets ({sets})"
    )
    missing = "select series, max(item) - count(*) from records group by series"
    by_year = [
        f"select year({name}), count(*) from records "  # noqa: S608
        f"where {which} and {name} is not null group by 1"
        for name, which in _PENDING.items()
    ]
    used = {name: value for name, value in asked.items() if f"${name}" in by_group}

    def act() -> Sums:
        groups = connection.execute(by_group, used).fetchall()
        gaps = connection.execute(missing).fetchall()
        years = [connection.execute(query).fetchall() for query in by_year]
        # Rows of the last group alone hold every record once.
        states = [row[len(GROUPS) + 1 :] for row in groups if row[4] is not None]
        return (
            *map(sum, zip(*states, strict=True)),
            sum(row[1] for row in gaps),
            len(groups),
            sum(count for found in years for _, count in found),
        )

    return act


def polars_audit(
    columns: Columns, *, on: date, soon: date, schedule: int
) -> Callable[[], Sums]:
    """Return what audits with polars."""
    import polars as pl  # noqa: PLC0415

    frame = _frame(columns).lazy()
    state, col = pl.col("state"), pl.col
    here = state < 6
    ours = here & col("custody_ends_on").is_null()
    due, registered = col("transfer_due_on"), col("registered_on")
    limit = pl.date(col("concluded_on").dt.year() + 1, 6, 30)
    flags = (
        here & (registered > col("concluded_on")),
        here & (registered > limit),
        ours & (due < on),
        ours & due.is_between(on, soon),
        ours & (state < 3) & (col("retention_ends_on") < on),
        (state == 3) & (col("custody_ends_on") < on),
        ours & (col("schedule") != schedule),
        here & ~col("sealed") & (registered <= on),
        here & col("on_hold"),
    )
    pending = {
        "transfer_due_on": ours,
        "retention_ends_on": ours & (state < 3),
        "custody_ends_on": state == 3,
    }
    names = [f"p{n}" for n in range(len(flags))]
    told = frame.with_columns(
        flag.fill_null(value=False).alias(name)
        for name, flag in zip(names, flags, strict=True)
    )
    queries = [
        told.group_by(group).agg(pl.len(), *(col(name).sum() for name in names))
        for group in GROUPS
    ]
    queries.append(
        frame.group_by("series").agg((col("item").max() - pl.len()).alias("missing"))
    )
    queries += [
        frame.filter(which & col(name).is_not_null())
        .group_by(col(name).dt.year())
        .agg(pl.len())
        for name, which in pending.items()
    ]

    def act() -> Sums:
        *groups, gaps, first, second, third = pl.collect_all(queries)
        return (
            *(int(groups[-1][name].sum()) for name in names),
            int(gaps["missing"].sum()),
            sum(map(len, groups)),
            sum(int(years["len"].sum()) for years in (first, second, third)),
        )

    return act
