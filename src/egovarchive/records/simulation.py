"""Simulation 试算: which records' dates another retention schedule would move."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from html import escape
from itertools import islice
from typing import Final, Protocol

from attrs import define, field, frozen

from egovarchive.records.deadlines import Deadlines, Level
from egovarchive.records.retention import RetentionPeriod
from egovarchive.records.retention_start import RetentionStart
from egovarchive.records.schedule import RetentionSchedule, ScheduleRule
from egovarchive.records.shift import Matter, Move, Shift, ShiftRow

_MOST_SHOWN: Final = 100  # rows of a page; the rest is counted
# Heads of its tables: of totals, and of what `ShiftRow` tells.
_TOTALS: Final = ("事项编码 item", "变动 moved", "未规定 silent", "不变 unchanged")
_SHIFTS: Final = ("档号 code", "事项编码 item", "内容 what", "原为 old", "将为 new")


class Registered(Protocol):
    """What is asked of an entry: `egovarchive.lifecycle.entry.Entry` has it."""

    @property
    def code(self) -> object: ...
    @property
    def item_code(self) -> str: ...
    @property
    def concluded_on(self) -> date: ...
    @property
    def retention(self) -> RetentionPeriod: ...
    @property
    def schedule(self) -> str: ...
    @property
    def transfer_due_on(self) -> date | None: ...
    @property
    def statutory_transfer_on(self) -> date | None: ...
    @property
    def retention_ends_on(self) -> date | None: ...


@define
class Total:
    """
    How many records of an item, or of all.

    Args:
        moved: Would move.
        silent: Of items that the schedule is silent about.
        unchanged: Would stay as they are.
    """

    moved: int = 0
    silent: int = 0
    unchanged: int = 0


@frozen
class Simulation:
    """
    What another schedule would move. It is true if anything.

    Args:
        schedule: Version of that schedule.
        shifts: The records that it would move, in the order of the entries.
        silent: Those whose item it says nothing of.
        totals: How many there are, by item code, in the order of these codes.
    """

    schedule: str
    shifts: tuple[Shift, ...] = field(repr=False)
    silent: tuple[Shift, ...] = field(repr=False)
    totals: Mapping[str, Total]

    def __bool__(self) -> bool:
        return bool(self.shifts or self.silent)

    @property
    def unchanged(self) -> int:
        """How many records would stay as they are."""
        return sum(total.unchanged for total in self.totals.values())

    def rows(self) -> Iterator[ShiftRow]:
        """Yield each move as a row of texts, for a table; then who is left out."""
        for shift in (*self.shifts, *self.silent):
            yield from shift.rows()

    def _repr_html_(self) -> str:
        items = (
            (code, str(each.moved), str(each.silent), str(each.unchanged))
            for code, each in self.totals.items()
        )
        rows = (tuple(map(_text, row.values())) for row in self.rows())
        shown = list(islice(rows, _MOST_SHOWN + 1))
        more = "<p>…</p>" if len(shown) > _MOST_SHOWN else ""
        return (
            _table(_TOTALS, islice(items, _MOST_SHOWN))
            + _table(_SHIFTS, shown[:_MOST_SHOWN])
            + more
        )


class Simulator:
    """
    Tells of entries, one by one, what another schedule would move; see `simulate`.

    It keeps nothing but totals, so that any number of entries may come.
    """

    def __init__(
        self,
        schedule: RetentionSchedule,
        *,
        level: Level | None = None,
        current: RetentionSchedule | None = None,
    ) -> None:
        self.schedule = schedule
        self.level = level
        self._rules = {rule.item_code: rule for rule in schedule}
        self._starts = (
            {}
            if current is None
            else {(current.version, rule.item_code): rule.start for rule in current}
        )
        self._verdicts: dict[tuple[object, ...], _Verdict] = {}

    def shifts(self, entries: Iterable[Registered]) -> Iterator[Shift]:
        """Yield the records among *entries* that would move, or are left out."""
        verdicts = self._verdicts
        for entry in entries:
            period, end = entry.retention, entry.retention_ends_on
            # All that a verdict follows from: few differ, however many entries come.
            key = (
                entry.item_code,
                entry.concluded_on.year,
                period.years,
                period.legacy,
                end,
                entry.transfer_due_on is None,
                entry.statutory_transfer_on is None,
                entry.schedule,
            )
            verdict = verdicts.get(key)
            if verdict is None:
                verdict = verdicts[key] = self._verdict(entry)
            verdict.count += 1
            if verdict.stays:
                continue
            moves = verdict.moves
            if verdict.rule is not None and verdict.transfers:
                moves = (*moves, *self._transfers(entry, verdict.rule))
            yield Shift(str(entry.code), entry.item_code, moves)

    @property
    def totals(self) -> dict[str, Total]:
        """How many entries came, by item code."""
        found: dict[str, Total] = {}
        for key in sorted(self._verdicts, key=lambda key: str(key[0])):
            total = found.setdefault(str(key[0]), Total())
            verdict = self._verdicts[key]
            if verdict.rule is None:
                total.silent += verdict.count
            elif verdict.stays:
                total.unchanged += verdict.count
            else:
                total.moved += verdict.count
        return found

    def _verdict(self, entry: Registered) -> _Verdict:
        rule = self._rules.get(entry.item_code)
        if rule is None:
            return _Verdict(None, stays=False)
        moves = (*_period(entry, rule), *self._end(entry, rule))
        transfers = any(self._transfers(entry, rule))
        return _Verdict(rule, moves, transfers, stays=not (moves or transfers))

    def _transfers(self, entry: Registered, rule: ScheduleRule) -> Iterator[Move]:
        """Yield the transfers that come or go: their days follow from no schedule."""
        would = Deadlines(
            concluded_on=entry.concluded_on, period=rule.period, level=self.level
        )
        pairs = [(Matter.TRANSFER, entry.transfer_due_on, would.transfer.on)]
        if self.level is not None:
            old, new = entry.statutory_transfer_on, would.statutory_transfer.on
            pairs.append((Matter.STATUTORY_TRANSFER, old, new))
        for what, was, will in pairs:
            if (was is None) is not (will is None):
                yield Move(what, _iso(was), _iso(will))

    def _end(self, entry: Registered, rule: ScheduleRule) -> Iterator[Move]:
        """Yield the move of the retention's end, if there is one."""
        old, years = entry.retention_ends_on, rule.period.years
        if years is None:
            new, known = None, True
        else:
            start = self._start_year(entry, rule)
            known = start is not None
            new = None if start is None else date(start + years, 12, 31)
        if old != new or not known:
            yield Move(Matter.RETENTION_END, _iso(old), _iso(new), known)

    def _start_year(self, entry: Registered, rule: ScheduleRule) -> int | None:
        if rule.start is RetentionStart.CONCLUSION:
            return entry.concluded_on.year
        before = self._starts.get((entry.schedule, entry.item_code), rule.start)
        years, end = entry.retention.years, entry.retention_ends_on
        if before is not rule.start or years is None or end is None:
            return None
        return end.year - years


@define
class _Verdict:
    """What is said of all entries alike; transfers have days of their own."""

    rule: ScheduleRule | None
    moves: tuple[Move, ...] = ()
    transfers: bool = False
    stays: bool = field(default=False, kw_only=True)
    count: int = 0


def simulate(
    entries: Iterable[Registered],
    schedule: RetentionSchedule,
    *,
    level: Level | None = None,
    current: RetentionSchedule | None = None,
) -> Simulation:
    """
    Return what would move if all *entries* had been filed under *schedule*.

    That is asked before a change is adopted: from when to when *schedule* is in force
    is not looked at, and nothing changes. Entries are compared as they were
    registered: what was extended or kept longer since is not.

    An entry does not tell the day of a decision or the end of a licence. Where
    retention starts with these, the year is inferred from the registered end and
    period, as if it had started so before; if there is no such end, or *current* says
    that it started otherwise, then the new end is told to be unknown.

    Args:
        entries: The entries. They are read once, and only what would move is kept.
        schedule: The schedule to be adopted.
        level: Level of the agency; None leaves statutory transfers out.
        current: The schedule that entries of its version were filed under.
    """
    simulator = Simulator(schedule, level=level, current=current)
    moved: list[Shift] = []
    silent: list[Shift] = []
    for shift in simulator.shifts(entries):
        (silent if shift.is_silent else moved).append(shift)
    return Simulation(schedule.version, tuple(moved), tuple(silent), simulator.totals)


def _period(entry: Registered, rule: ScheduleRule) -> Iterator[Move]:
    if entry.retention != rule.period:
        yield Move(Matter.PERIOD, str(entry.retention), str(rule.period))


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _text(value: object) -> str:
    return "–" if value is None else str(value)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    def line(cells: Iterable[str], tag: str) -> str:
        return f"<tr>{''.join(f'<{tag}>{escape(c)}</{tag}>' for c in cells)}</tr>"

    body = "".join(line(row, "td") for row in rows)
    return f"<table>{line(head, 'th')}{body}</table>"
