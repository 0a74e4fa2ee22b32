"""`list`: entries, one a line."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Iterator
from datetime import date

from egovarchive.cli.columns import table
from egovarchive.cli.entry_rows import entry_row
from egovarchive.cli.opening import code_of, open_archive
from egovarchive.cli.problems import FINE
from egovarchive.cli.screen import Screen
from egovarchive.errors import InvalidValueError
from egovarchive.exchange.json_scalars import date_of


def list_entries(args: Namespace, screen: Screen) -> int:
    """List the entries that *args* ask for; return the exit code."""
    after = None if args.after is None else code_of(args.after)
    entries = open_archive(args).entries(after=after, limit=args.limit)
    if screen.as_json:
        for entry in entries:
            screen.value(entry_row(entry))
        return FINE
    say = screen.say
    head = (
        say("archival code", "档号"),
        say("concluded", "办结日期"),
        say("transfer due", "移交期限"),
        say("case number", "办件编号"),
        say("title", "题名"),
    )
    rows = (
        (
            str(entry.code),
            entry.concluded_on.isoformat(),
            _day(entry.transfer_due_on),
            entry.case_number,
            entry.title or "",
        )
        for entry in entries
    )
    screen.lines(or_none(table(head, rows), say("No records.", "没有电子档案。")))
    return FINE


def day_of(text: str) -> date:
    """Return the day that `--on` names, or raise `InvalidValueError`."""
    try:
        return date_of(text)
    except InvalidValueError as error:
        raise error.within("--on") from None


def _day(day: date | None) -> str:
    return "-" if day is None else day.isoformat()


def or_none(lines: Iterable[str], none: str) -> Iterator[str]:
    """Yield *lines*, or the line *none* if there are none."""
    empty = True
    for line in lines:
        empty = False
        yield line
    if empty:
        yield none
