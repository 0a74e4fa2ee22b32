"""`verify`: check records, and the journal that registered them."""

from __future__ import annotations

import secrets
from argparse import Namespace
from collections import Counter
from collections.abc import Iterable, Iterator

from egovarchive.archive import Archive
from egovarchive.checks import Report
from egovarchive.cli.entry_rows import report_row
from egovarchive.cli.opening import code_of, open_archive
from egovarchive.cli.problems import FINDINGS, FINE
from egovarchive.cli.screen import Screen
from egovarchive.cli.tally import Tally, told
from egovarchive.cli.toolboxes import scanned, tools_of
from egovarchive.errors import EntryNotFoundError, InvalidValueError
from egovarchive.formats.toolbox import Toolbox
from egovarchive.records.archival_code import ArchivalCode

_SEEDS = 1_000_000_000


def run(args: Namespace, screen: Screen) -> int:
    """Check the records that *args* name; return the exit code."""
    codes = [code_of(text) for text in args.codes]
    seed = _seed(args)
    archive = open_archive(args, policy=scanned(args))
    passed, tally = Counter[bool](), Tally()
    with (
        tools_of(args) as tools,
        screen.progress("checking", "正在检测", len(codes) or None) as advance,
    ):
        for report in _reports(archive, codes, args.sample, seed, tools, screen):
            passed[report.passed] += 1
            tally.add(report)
            if screen.as_json:
                screen.value(report_row(report))
            elif codes or not report.passed:
                screen.lines(told(report, screen))
            advance()
    if not screen.as_json:
        if passed:
            screen.lines(tally.lines(screen))
        if args.sample is not None:
            screen.line(
                screen.say(
                    f"Sample: {args.sample}, seed {seed}.",
                    f"抽检比例 {args.sample}，种子 {seed}。",
                )
            )
        screen.line(_sum(passed, screen))
    # An archive in which there is nothing to check is not one that was found fine.
    wanted = len(codes) or max(1, passed.total())
    return FINE if passed[True] == wanted else FINDINGS


def _seed(args: Namespace) -> int:
    """Return the seed of the sample; whoever gives none is told which it was."""
    if args.sample is None and args.seed is not None:
        raise InvalidValueError(
            "a seed chooses a sample: --sample SHARE",
            "种子用于抽检：请同时给出 --sample SHARE",
            place="--seed",
        )
    if args.sample is not None and args.codes:
        raise InvalidValueError(
            "a sample is drawn from all records: name none",
            "抽检对象为全部档案，不得同时指明档号",
            place="--sample",
        )
    return secrets.randbelow(_SEEDS) if args.seed is None else int(args.seed)


def _reports(  # noqa: PLR0913, PLR0917 - what was asked for, once
    archive: Archive,
    codes: Iterable[ArchivalCode],
    share: float | None,
    seed: int,
    tools: Toolbox | None,
    screen: Screen,
) -> Iterator[Report]:
    if codes:
        return _named(archive, codes, tools, screen)
    if share is not None:
        return archive.inspection.verify_some(share, seed=seed, tools=tools)
    return archive.verify_all(tools=tools)


def _named(
    archive: Archive,
    codes: Iterable[ArchivalCode],
    tools: Toolbox | None,
    screen: Screen,
) -> Iterator[Report]:
    """Yield the report on each of *codes*; one that is unknown is told, and skipped."""
    for code in codes:
        report = _report(archive, code, tools, screen)
        if report is not None:
            yield report


def _report(
    archive: Archive, code: ArchivalCode, tools: Toolbox | None, screen: Screen
) -> Report | None:
    try:
        return archive.verify(code, tools=tools)
    except EntryNotFoundError as error:
        screen.problem(error)
        return None


def _sum(passed: Counter[bool], screen: Screen) -> str:
    good, bad = passed[True], passed[False]
    if not good and not bad:
        return screen.say(
            "There is no record: nothing was checked.", "没有电子档案，未作任何检测。"
        )
    return screen.say(
        f"Records checked: {good + bad}. Passed: {good}. Not passed: {bad}.",
        f"检测 {good + bad} 件：通过 {good} 件，未通过 {bad} 件。",
    )
