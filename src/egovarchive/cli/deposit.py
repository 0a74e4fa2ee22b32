"""`deposit`: archive concluded cases."""

from __future__ import annotations

from argparse import Namespace
from collections import deque
from collections.abc import Iterable, Iterator

from egovarchive.archive import Archive
from egovarchive.cli.entry_rows import entry_row
from egovarchive.cli.opening import needed_signer, open_archive, signing
from egovarchive.cli.problems import ENVIRONMENT, FINDINGS, FINE, exit_code
from egovarchive.cli.screen import Screen
from egovarchive.cli.toolboxes import scanned, tools_of
from egovarchive.errors import EgovArchiveError
from egovarchive.lifecycle.entry import Entry
from egovarchive.records.case import Case

Outcome = Entry | EgovArchiveError


def run(args: Namespace, screen: Screen) -> int:
    """Archive the cases that *args* name; return the exit code."""
    code, done, refused = FINE, 0, 0
    paths: list[str] = args.cases
    with (
        signing(args, screen) as named,
        tools_of(args) as tools,
        screen.progress("archiving", "正在归档", len(paths)) as advance,
    ):
        signer = needed_signer(named)
        archive = open_archive(args, signer=signer, tools=tools, policy=scanned(args))
        for path, outcome in outcomes(archive, paths):
            if isinstance(outcome, Entry):
                done += 1
                _tell(outcome, path, screen)
            else:
                refused += 1
                code = max(code, _refusal(outcome))
                screen.problem(outcome, about=path, also={"file": path})
            advance()
    if not screen.as_json:
        screen.line(
            screen.say(
                f"Archived: {done}. Refused: {refused}.",
                f"已归档 {done} 件，拒收 {refused} 件。",
            )
        )
    return code


def outcomes(archive: Archive, paths: Iterable[str]) -> Iterator[tuple[str, Outcome]]:
    """Yield each of *paths* with what became of its case, in order."""
    # What was read, and not yet answered: why it was no case, or None.
    read: deque[tuple[str, EgovArchiveError | None]] = deque()

    def cases() -> Iterator[Case]:
        for path in paths:
            case = _loaded(path)
            if isinstance(case, Case):
                read.append((path, None))
                yield case
            else:
                read.append((path, case))

    for deposit in archive.deposit_many(cases()):
        yield from _unreadable(read)
        path, _ = read.popleft()
        outcome = deposit.entry or deposit.error
        if outcome is not None:
            yield path, outcome
    yield from _unreadable(read)


def _loaded(path: str) -> Case | EgovArchiveError:
    from egovarchive.exchange.case_json import load_case  # noqa: PLC0415 - cattrs

    try:
        return load_case(path)
    except EgovArchiveError as error:
        return error


def _unreadable(
    read: deque[tuple[str, EgovArchiveError | None]],
) -> Iterator[tuple[str, EgovArchiveError]]:
    while read and (error := read[0][1]) is not None:
        yield read.popleft()[0], error


def _refusal(error: EgovArchiveError) -> int:
    """Return the exit code of one case's *error*: a case was refused, or worse."""
    return ENVIRONMENT if exit_code(error) == ENVIRONMENT else FINDINGS


def _tell(entry: Entry, path: str, screen: Screen) -> None:
    if screen.as_json:
        screen.value({**entry_row(entry), "file": path})
    else:
        screen.line(f"{entry.code}  {entry.case_number}  {entry.title or ''}".rstrip())
