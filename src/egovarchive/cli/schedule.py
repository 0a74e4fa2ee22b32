"""`schedule`: a retention schedule is checked, compared, and tried on an archive."""

from __future__ import annotations

from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

from egovarchive.archive import Archive
from egovarchive.cli.columns import pairs, table
from egovarchive.cli.language import Say
from egovarchive.cli.opening import open_archive, read_schedule
from egovarchive.cli.problems import FINDINGS, FINE
from egovarchive.cli.screen import Screen
from egovarchive.cli.usage import Parser
from egovarchive.lifecycle.entry import Entry
from egovarchive.lifecycle.state import State
from egovarchive.records.schedule import RetentionSchedule
from egovarchive.records.schedule_diff import HEAD, diff, shown
from egovarchive.records.shift import Shift
from egovarchive.records.simulation import Simulator, Total


def add_schedule(
    command: Callable[..., Parser], common: Callable[[Parser], None], say: Say
) -> None:
    """Add the command `schedule`; *common* adds to a parser what all commands have."""
    parser = command(
        "schedule",
        "Check, compare or try a retention schedule.",
        "检查、比较或试算保管期限表。",
    )
    acts = parser.add_subparsers(
        title=say("acts", "操作"),
        help=say("what to do", "要做什么"),
        dest="act",
        metavar="ACT",
        required=True,
    )

    def act(name: str, en: str, zh: str, **files: tuple[str, str]) -> None:
        text = say(en, zh)
        added: Parser = acts.add_parser(
            name, lang=parser.lang, help=text, description=text
        )
        common(added)
        for file, words in files.items():
            added.arguments.add_argument(file, metavar=file.upper(), help=say(*words))

    one = ("the schedule, CSV or JSON", "保管期限表，CSV 或 JSON")
    act("check", "Tell all that is wrong with it.", "列出其中全部错误。", file=one)
    act(
        "diff",
        "Tell what is different in two of them.",
        "列出两个保管期限表的差异。",
        old=("the old one, CSV or JSON", "旧表，CSV 或 JSON"),
        new=("the new one, CSV or JSON", "新表，CSV 或 JSON"),
    )
    act(
        "simulate",
        "Tell which records' dates would move under it. Nothing is changed.",
        "试算采用该表后哪些电子档案的期限会变动，不作任何更改。",
        file=one,
    )


def run(args: Namespace, screen: Screen) -> int:
    """Do what *args* ask; return the exit code."""
    return _ACTS[args.act](args, screen)


def _check(args: Namespace, screen: Screen) -> int:
    schedule = read_schedule(args.file, screen)
    if isinstance(schedule, int):
        return schedule
    periods = Counter(str(rule.period) for rule in schedule)
    if screen.as_json:
        head = {name: getattr(schedule, name) for name in HEAD}
        screen.value(
            {
                name: None if value is None else str(value)
                for name, value in head.items()
            }
            | {"items": len(schedule), "periods": dict(sorted(periods.items()))}
        )
        return FINE
    screen.lines(pairs(_facts(schedule, periods, screen)))
    return FINE


def _facts(
    schedule: RetentionSchedule, periods: Counter[str], screen: Screen
) -> Iterator[tuple[str, str]]:
    for name, words in HEAD.items():
        yield screen.say(*words), shown(getattr(schedule, name), screen.lang)
    told = ", ".join(f"{period}: {count}" for period, count in sorted(periods.items()))
    yield screen.say("service items", "事项数"), str(len(schedule))
    yield screen.say("by period", "按保管期限"), told or screen.say("none", "无")


def _diff(args: Namespace, screen: Screen) -> int:
    old = read_schedule(args.old, screen)
    if isinstance(old, int):
        return old
    new = read_schedule(args.new, screen)
    if isinstance(new, int):
        return new
    found = diff(old, new)
    if screen.as_json:
        for row in found.rows():
            screen.value(row)
    else:
        screen.lines(found.message(screen.lang).split("\n"))
    return FINDINGS if found else FINE


def _simulate(args: Namespace, screen: Screen) -> int:
    schedule = read_schedule(args.file, screen)
    if isinstance(schedule, int):
        return schedule
    archive = open_archive(args)
    plan = archive.arrangement
    simulator = Simulator(schedule, level=plan.level, current=plan.schedule)
    shifts = simulator.shifts(_kept(archive))
    if screen.as_json:
        for shift in shifts:
            for row in shift.rows():
                screen.value({**row})
    else:
        head = (screen.say("archival code", "档号"), screen.say("would move", "变动"))
        screen.lines(table(head, _told(shifts, screen)))
    totals = simulator.totals
    if not screen.as_json:
        screen.lines(_summary(totals, screen))
    return FINDINGS if any(t.moved or t.silent for t in totals.values()) else FINE


def _kept(archive: Archive) -> Iterator[Entry]:
    """Yield the entries of what is neither transferred nor destroyed."""
    for state in State:
        if state not in _NO_LONGER:
            yield from archive.catalog.entries(state=state)


def _told(shifts: Iterator[Shift], screen: Screen) -> Iterator[tuple[str, str]]:
    for shift in shifts:
        for move in shift.moves:
            yield shift.code, move.message(screen.lang)
        if shift.is_silent:
            yield (
                shift.code,
                screen.say(
                    f"the schedule is silent about {shift.item_code}",
                    f"该表未规定事项 {shift.item_code}",
                ),
            )


def _summary(totals: dict[str, Total], screen: Screen) -> Iterator[str]:
    say = screen.say
    rows = [
        (code, str(total.moved), str(total.silent), str(total.unchanged))
        for code, total in totals.items()
        if total.moved or total.silent
    ]
    if rows:
        yield ""
        head = (say("service item", "事项编码"), say("moved", "变动"))
        more = (say("silent", "未规定"), say("unchanged", "不变"))
        yield from table((*head, *more), rows)
    moved = sum(total.moved for total in totals.values())
    silent = sum(total.silent for total in totals.values())
    stay = sum(total.unchanged for total in totals.values())
    yield say(
        f"Would move: {moved}. Left out: {silent}. Unchanged: {stay}.",
        f"变动 {moved} 件，未规定 {silent} 件，不变 {stay} 件。",
    )


# What has gone to the archives, or is no more, has no dates that could move.
_NO_LONGER: Final = frozenset({State.TRANSFERRED, State.DESTROYING, State.DESTROYED})
_ACTS: Final[dict[str, Callable[[Namespace, Screen], int]]] = {
    "check": _check,
    "diff": _diff,
    "simulate": _simulate,
}
