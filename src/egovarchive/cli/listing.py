"""`list` and `due`: entries, one a line."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Iterator
from datetime import date

from egovarchive.archive import Archive
from egovarchive.cli.columns import table
from egovarchive.cli.entry_rows import entry_row
from egovarchive.cli.opening import code_of, open_archive
from egovarchive.cli.parser import KINDS
from egovarchive.cli.problems import FINE
from egovarchive.cli.screen import Screen
from egovarchive.errors import InvalidValueError
from egovarchive.exchange.json_scalars import date_of
from egovarchive.lifecycle.entry import Entry
from egovarchive.records.deadlines import DeadlineKind
from egovarchive.records.moment import date_in_china


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
    screen.lines(_or_none(table(head, rows), say("No records.", "没有电子档案。")))
    return FINE


def list_due(args: Namespace, screen: Screen) -> int:
    """List the entries that are due as *args* ask; return the exit code."""
    archive = open_archive(args)
    on = date_in_china(archive.clock()) if args.on is None else day_of(args.on)
    kinds = KINDS if args.kind is None else (DeadlineKind(args.kind),)
    found = _due(archive, kinds, on)
    if screen.as_json:
        for kind, day, entry in found:
            screen.value({"kind": kind.value, "due_on": _day(day), **entry_row(entry)})
        return FINE
    say = screen.say
    head = (
        say("deadline", "期限"),
        say("due on", "到期日"),
        say("archival code", "档号"),
        say("case number", "办件编号"),
        say("title", "题名"),
    )
    rows = (
        (
            kind.label(screen.lang),
            _day(day),
            str(entry.code),
            entry.case_number,
            entry.title or "",
        )
        for kind, day, entry in found
    )
    nothing = say(f"Nothing is due by {on}.", f"截至 {on} 没有到期事项。")
    screen.lines(_or_none(table(head, rows), nothing))
    return FINE


def day_of(text: str) -> date:
    """Return the day that `--on` names, or raise `InvalidValueError`."""
    try:
        return date_of(text)
    except InvalidValueError as error:
        raise error.within("--on") from None


def _due(
    archive: Archive, kinds: Iterable[DeadlineKind], on: date
) -> Iterator[tuple[DeadlineKind, date | None, Entry]]:
    day_of = {
        DeadlineKind.TRANSFER: lambda entry: entry.transfer_due_on,
        DeadlineKind.STATUTORY_TRANSFER: lambda entry: entry.statutory_transfer_on,
        DeadlineKind.RETENTION_END: lambda entry: entry.retention_ends_on,
    }
    for kind in kinds:
        for entry in archive.due(kind, on):
            yield kind, day_of[kind](entry), entry


def _day(day: date | None) -> str:
    return "-" if day is None else day.isoformat()


def _or_none(lines: Iterable[str], none: str) -> Iterator[str]:
    empty = True
    for line in lines:
        empty = False
        yield line
    if empty:
        yield none
