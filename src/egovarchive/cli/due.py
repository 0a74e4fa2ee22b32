"""`due`: what must be done by a day, for which record."""

from __future__ import annotations

import argparse
from argparse import Namespace
from collections.abc import Callable
from datetime import date

from egovarchive.archive import Archive
from egovarchive.archive.agenda.duties import OF_RECORDS
from egovarchive.cli.columns import table
from egovarchive.cli.entry_rows import entry_row
from egovarchive.cli.language import Say
from egovarchive.cli.listing import day_of, or_none
from egovarchive.cli.opening import open_archive
from egovarchive.cli.problems import FINE
from egovarchive.cli.screen import Screen
from egovarchive.cli.usage import Parser
from egovarchive.errors import InvalidValueError
from egovarchive.lifecycle.duty import Duty
from egovarchive.records.deadlines import DeadlineKind
from egovarchive.records.moment import date_in_china


def add_due(command: Callable[..., Parser], say: Say) -> None:
    """Add the command `due`."""
    due = command(
        "due",
        "List what must be transferred or appraised by a day.",
        "列出到期应移交或鉴定的电子档案。",
    )
    due.options.add_argument(
        "--on",
        metavar="DATE",
        help=say(
            "the day, YYYY-MM-DD (default: today in China)",
            "日期，YYYY-MM-DD（缺省为北京时间今日）",
        ),
    )
    due.options.add_argument(
        "--kind",
        choices=[kind.value for kind in OF_RECORDS],
        help=say("deadlines of one kind only", "只列一类期限"),
    )
    due.options.add_argument(
        "--within",
        metavar="DAYS",
        type=lambda text: _days(text, say),
        default=0,
        help=say(
            "also what is due so many days later (default: 0)",
            "同时列出其后若干天内到期的（缺省为 0）",
        ),
    )
    due.options.add_argument(
        "--counts",
        action="store_true",
        help=say(
            "count by kind, urgency and office instead, and tell what waits",
            "改为按期限种类、缓急和机构统计，并列出待办批次和清册",
        ),
    )


def run(args: Namespace, screen: Screen) -> int:
    """List what is due as *args* ask; return the exit code."""
    archive = open_archive(args)
    on = date_in_china(archive.clock()) if args.on is None else day_of(args.on)
    if args.counts:
        return _count(archive, on, args, screen)
    kinds = OF_RECORDS if args.kind is None else (DeadlineKind(args.kind),)
    found = archive.due(on, kinds=kinds, within=args.within)
    if screen.as_json:
        for duty in found:
            screen.value(_row(duty, screen))
        return FINE
    say = screen.say
    head = (
        say("urgency", "缓急"),
        say("deadline", "期限"),
        say("due on", "到期日"),
        say("archival code", "档号"),
        say("state", "状态"),
        say("on hold", "冻结"),
        say("case number", "办件编号"),
        say("title", "题名"),
    )
    nothing = (
        say(
            f"Nothing is due within {args.within} days of {on}.",
            f"自 {on} 起 {args.within} 天内没有到期事项。",
        )
        if args.within
        else say(f"Nothing is due by {on}.", f"截至 {on} 没有到期事项。")
    )
    screen.lines(or_none(table(head, (_cells(d, screen) for d in found)), nothing))
    return FINE


def _count(archive: Archive, on: date, args: Namespace, screen: Screen) -> int:
    if args.kind is not None:
        raise InvalidValueError(
            f"--counts counts all kinds: {args.kind!r}",
            f"--counts 统计全部期限种类：{args.kind!r}",
            place="--kind",
        )
    found = archive.work_list(on, within=args.within)
    if screen.as_json:
        for row in found.rows():
            screen.value({**row})
    else:
        screen.lines(found.message(screen.lang).split("\n"))
    return FINE


def _cells(duty: Duty, screen: Screen) -> tuple[str, ...]:
    entry, state = duty.entry, duty.state
    return (
        duty.urgency.label(screen.lang),
        duty.kind.label(screen.lang),
        "-" if duty.on is None else duty.on.isoformat(),
        duty.subject(screen.lang),
        "" if state is None else state.label(screen.lang),
        "、".join(duty.holds) or "-",
        "" if entry is None else entry.case_number,
        "" if entry is None else entry.title or "",
    )


def _row(duty: Duty, screen: Screen) -> dict[str, object]:
    row = duty.row()
    return {
        "kind": row["kind"],
        "due_on": row["due_on"],
        "urgency": row["urgency"],
        "state": row["state"],
        "holds": [*duty.holds],
        "explanation": duty.deadline.explain(screen.lang),
        **({} if duty.entry is None else entry_row(duty.entry)),
    }


def _days(text: str, say: Say) -> int:
    if text.isascii() and text.isdigit() and len(text) < 10:  # noqa: PLR2004 - years
        return int(text)
    raise argparse.ArgumentTypeError(
        say(f"not a number of days: {text!r}", f"不是天数：{text!r}")
    )
