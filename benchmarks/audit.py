"""
Speed of due dates and audits: ``python -m benchmarks.audit [N] [--rounds N]``.

Makes N records (default 1,000,000) in columns, reckons their due dates and audits
them. Polars and duckdb do the same from columns of their own in memory; loops do the
dates of a sample. All must find the same. Prints records/s; ends with 1 if a target is
missed, or somebody finds something else.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Final

import numpy as np
from attrs import field, frozen

from benchmarks import audit_peers
from benchmarks.audit_peers import Sums, sums, sums_of
from benchmarks.tables import table
from egovarchive.lifecycle.audit.audit import audit
from egovarchive.lifecycle.audit.columns import Columns, Texts
from egovarchive.lifecycle.audit.days import NEVER, day_of, number_of
from egovarchive.lifecycle.audit.due_dates import due_dates
from egovarchive.lifecycle.audit.problem import OF_RECORD, Problem
from egovarchive.lifecycle.audit.tally import Group

ON: Final = date(2026, 11, 23)
SOON: Final = date(2027, 11, 23)
SCHEDULE: Final = "2026-1"
SAMPLE: Final = 100_000  # records that loops get
TARGET: Final = 5_000_000  # records/s


@frozen
class Contender:
    """
    Who does it.

    Args:
        name: Its name.
        act: Does it, and returns sums by which it is seen whether all did the same.
        records: For how many records.
        expected: What *act* must return.
    """

    name: str
    act: Callable[[], Sums]
    records: int
    expected: Sums = ()


@frozen
class Turns:
    """What a contender took: seconds, and the most bytes it had besides."""

    walls: list[float] = field(factory=list)
    cpus: list[float] = field(factory=list)
    peaks: list[int] = field(factory=list)


def records(size: int) -> Columns:
    """Return *size* made-up records of 22 years, in the order of their codes."""
    chance = np.random.default_rng(1)
    concluded = np.sort(
        chance.integers(number_of(date(2005, 1, 1)), number_of(ON), size)
    ).astype(np.int32)
    period = chance.choice(np.array([0, 10, 30], np.int16), size)
    dates = due_dates(concluded, period)
    year = (concluded.astype("datetime64[D]").astype("datetime64[Y]")).astype(np.int16)
    year += 1970
    order = np.lexsort((concluded, period, year))
    concluded, period, year = concluded[order], period[order], year[order]
    series, of_series = np.unique(
        year.astype(np.int32) * 100 + period, return_inverse=True
    )
    first = np.searchsorted(of_series, np.arange(len(series)))
    # What was concluded long ago has been transferred, or destroyed.
    transferred = (year < 2020) & (period != 10) & (chance.random(size) < 0.97)
    destroyed = (year < 2015) & (period == 10) & (chance.random(size) < 0.95)
    state = np.where(transferred, 3, np.where(destroyed, 7, 0)).astype(np.int8)
    late = (chance.random(size) < 0.05) * chance.integers(1, 400, size)
    custody = np.where(transferred, concluded + 3700, NEVER).astype(np.int32)
    return Columns(
        series=Texts(
            of_series.astype(np.int32),
            [
                f"J019-ZY·XK·{each // 100}·{f'D{each % 100}' if each % 100 else 'Y'}"
                for each in series.tolist()
            ],
        ),
        item=(np.arange(size) - first[of_series] + 1).astype(np.int32),
        item_code=_texts(
            chance, size, [f"1244150019672024{n:04}" for n in range(2000)]
        ),
        unit=_texts(chance, size, [f"unit {n}" for n in range(200)]),
        year=year,
        period=period,
        schedule=Texts((year > 2015).astype(np.int32), ["2016-1", SCHEDULE]),
        state=state,
        concluded_on=concluded,
        registered_on=(concluded + late).astype(np.int32),
        transfer_due_on=dates.transfer[order],
        statutory_transfer_on=np.full(size, NEVER, np.int32),
        retention_ends_on=dates.retention_end[order],
        custody_ends_on=custody,
        sealed=chance.random(size) < 0.999,
        on_hold=chance.random(size) < 0.001,
    )


def _texts(chance: np.random.Generator, size: int, texts: list[str]) -> Texts:
    return Texts(chance.integers(0, len(texts), size, np.int32), texts)


def reckoners(columns: Columns, threads: int) -> Iterator[Contender]:
    """Yield who reckons the last days for archiving offline, transfer, retention."""
    concluded = np.asarray(columns.concluded_on)
    period = np.asarray(columns.period)
    size = len(columns)

    def ours(threads: int, at: slice = slice(None)) -> Sums:
        found = due_dates(concluded[at], period[at], threads=threads)
        return sums(found.archive_offline, found.transfer, found.retention_end)

    expected = ours(1)
    yield Contender(
        f"egovarchive, {threads} threads", lambda: ours(threads), size, expected
    )
    yield Contender("egovarchive, 1 thread", lambda: ours(1), size, expected)
    with suppress(ImportError):
        yield Contender("polars", audit_peers.polars_dates(columns), size, expected)
    with suppress(ImportError):
        act = audit_peers.duckdb_dates(columns, threads)
        yield Contender("duckdb", act, size, expected)
    some = slice(None, None, max(1, size // SAMPLE))
    days = [day for day in map(day_of, concluded[some].tolist()) if day is not None]
    years = period[some].tolist()
    expected = ours(1, some)
    for name, loop in audit_peers.LOOPS.items():
        yield Contender(name, partial(_looped, loop, days, years), len(days), expected)


def _looped(loop: audit_peers.Loop, days: Sequence[date], years: Sequence[int]) -> Sums:
    return sums_of(loop(days, years))


def auditors(columns: Columns, threads: int) -> Iterator[Contender]:
    """Yield who finds nine problems by five groups, missing numbers, years of dates."""
    size = len(columns)

    def ours(threads: int) -> Sums:
        found = audit(
            columns, on=ON, schedule=SCHEDULE, sealed_upto=ON, threads=threads
        )
        return (
            *(found.problems[problem] for problem in OF_RECORD),
            found.problems[Problem.NUMBER_GAP],
            sum(len(found.by(group)) for group in Group),
            sum(sum(years.values()) for years in found.deadlines.values()),
        )

    expected = ours(1)
    yield Contender(
        f"egovarchive, {threads} threads", lambda: ours(threads), size, expected
    )
    yield Contender("egovarchive, 1 thread", lambda: ours(1), size, expected)
    schedule = columns.schedule.texts.index(SCHEDULE)
    with suppress(ImportError):
        act = audit_peers.polars_audit(columns, on=ON, soon=SOON, schedule=schedule)
        yield Contender("polars", act, size, expected)
    with suppress(ImportError):
        act = audit_peers.duckdb_audit(
            columns, threads, on=ON, soon=SOON, schedule=schedule
        )
        yield Contender("duckdb", act, size, expected)


def measure(contenders: Sequence[Contender], rounds: int) -> dict[str, Turns]:
    """Return what each took: A, B, C, A, B, C…; a first turn each does not count."""
    turns = {each.name: Turns() for each in contenders}
    for number in range(rounds + 1):
        for each in contenders:
            Path("/proc/self/clear_refs").write_text("5")  # forgets the peak
            before, wall, cpu = _memory("VmRSS"), perf_counter(), process_time()
            found = each.act()
            wall, cpu = perf_counter() - wall, process_time() - cpu
            if found != each.expected:
                sys.exit(f"{each.name} found {found}, not {each.expected}")
            if number:
                turns[each.name].walls.append(wall)
                turns[each.name].cpus.append(cpu)
                turns[each.name].peaks.append(_memory("VmHWM") - before)
    return turns


def _memory(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith(name))


def show(title: str, contenders: Sequence[Contender], rounds: int) -> bool:
    """Print a table; return whether the first of *contenders* met the target."""
    turns = measure(contenders, rounds)
    rates = {c.name: c.records / median(turns[c.name].walls) for c in contenders}
    first = rates[contenders[0].name]
    rows = [
        (
            each.name,
            f"{each.records:,}",
            f"{rates[each.name]:,.0f}",
            f"{each.records / min(turns[each.name].walls):,.0f}",
            f"{median(turns[each.name].cpus) / each.records * 1e9:,.0f}",
            f"{first / rates[each.name]:,.2f}",
            f"{max(turns[each.name].peaks) / 1e6:,.0f}",
        )
        for each in contenders
    ]
    head = ("", "records", "records/s", "best", "CPU ns/record", "ours/it", "extra MB")
    met = first >= TARGET
    verdict = "met" if met else "MISSED"
    print(f"{title}\n\n{table(head, rows)}\n\n>= {TARGET:,} records/s: {verdict}\n")
    sys.stdout.flush()
    return met


def main() -> int:
    """Print both tables; return 1 if a target was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("records", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    columns = records(given.records)
    print(f"{given.records:,} records, {_memory('VmRSS') / 1e6:,.0f} MB with Python\n")
    met = show("Due dates", [*reckoners(columns, given.threads)], given.rounds)
    met &= show("Audit", [*auditors(columns, given.threads)], given.rounds)
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
