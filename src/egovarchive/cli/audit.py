"""`audit`: all records at once: what is overdue, missing or held, counted and named."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator

from egovarchive.cli.columns import table
from egovarchive.cli.language import Say
from egovarchive.cli.listing import day_of, or_none
from egovarchive.cli.opening import open_archive
from egovarchive.cli.problems import FINDINGS, FINE
from egovarchive.cli.screen import Screen
from egovarchive.cli.usage import Parser
from egovarchive.lifecycle.audit.audit import Audit
from egovarchive.lifecycle.audit.problem import Problem
from egovarchive.lifecycle.audit.problem_row import ProblemRow
from egovarchive.lifecycle.audit.tally import Group
from egovarchive.lifecycle.state import State
from egovarchive.records.moment import date_in_china

# What is only told: a record may be on hold, or due next year, and nothing is amiss.
_TOLD = frozenset({Problem.ON_HOLD, Problem.TRANSFER_DUE})


def add_audit(command: Callable[..., Parser], say: Say) -> None:
    """Add the command `audit`."""
    audit = command(
        "audit",
        "Audit all records: what is overdue, missing or on hold.",
        "审计全部电子档案：超期、缺失和冻结情况。",
    )
    audit.options.add_argument(
        "--on",
        metavar="DATE",
        help=say(
            "the day, YYYY-MM-DD (default: today in China)",
            "日期，YYYY-MM-DD（缺省为北京时间今日）",
        ),
    )
    audit.options.add_argument(
        "--by",
        choices=[group.value for group in Group],
        help=say(
            "count by item, unit, year, period or state",
            "按事项、单位、年度、保管期限或状态分别统计",
        ),
    )
    audit.options.add_argument(
        "--problem",
        choices=[problem.value for problem in Problem],
        help=say("name the records that have this problem", "列出存在该问题的电子档案"),
    )


def run(args: Namespace, screen: Screen) -> int:
    """Audit the archive that *args* name; return the exit code."""
    archive = open_archive(args)
    on = date_in_china(archive.clock()) if args.on is None else day_of(args.on)
    audit = archive.audit(on)
    if screen.as_json:
        for value in _values(audit, args):
            screen.value(value)
    elif args.problem is not None:
        head = [screen.say(*words) for words in _HEADS]
        none = screen.say("No record has it.", "没有存在该问题的电子档案。")
        cells = (_cells(row, screen) for row in audit.rows(args.problem))
        screen.lines(or_none(table(head, cells), none))
    else:
        screen.line(audit.message(screen.lang))
        if args.by is not None:
            screen.line()
            screen.lines(_tallies(audit, args.by, screen))
    amiss = (n for problem, n in audit.problems.items() if problem not in _TOLD)
    return FINDINGS if any(amiss) else FINE


def _cells(row: ProblemRow, screen: Screen) -> tuple[str, ...]:
    first, last, due = row["code"], row["last_code"], row["due_on"]
    state, days = row["state"], row["days"]
    return (
        first if last in {None, first} else f"{first} … {last}",
        row["item_code"] or "-",
        row["unit"] or "-",
        "-" if state is None else State(state).label(screen.lang),
        "-" if due is None else due.isoformat(),
        "-" if days is None else str(days),
        screen.say("yes", "是") if row["on_hold"] else "-",
    )


def _tallies(audit: Audit, by: str, screen: Screen) -> Iterator[str]:
    problems = [problem for problem in audit.problems if problem is not _GAP]
    head = (
        Group(by).label(screen.lang),
        screen.say("records", "件数"),
        *(problem.label(screen.lang) for problem in problems),
    )
    return table(
        head,
        (
            (
                tally.name,
                str(tally.records),
                *(str(tally.problems.get(problem, 0)) for problem in problems),
            )
            for tally in audit.by(by)
        ),
    )


def _values(audit: Audit, args: Namespace) -> Iterator[dict[str, object]]:
    if args.problem is not None:
        for row in audit.rows(args.problem):
            due = row["due_on"]
            yield {**row, "due_on": None if due is None else due.isoformat()}
    elif args.by is not None:
        for tally in audit.by(args.by):
            yield {
                "by": args.by,
                "member": tally.name,
                "records": tally.records,
                **{p.value: n for p, n in tally.problems.items()},
            }
    else:
        yield {
            "records": audit.records,
            **{problem.value: count for problem, count in audit.problems.items()},
        }


_GAP = Problem.NUMBER_GAP
_HEADS = (
    ("archival code", "档号"),
    ("service item", "事项编码"),
    ("unit", "机构"),
    ("state", "状态"),
    ("due on", "到期日"),
    ("days late", "逾期天数"),
    ("on hold", "冻结"),
)
