"""`verify`: check records, and the journal that registered them."""

from __future__ import annotations

from argparse import Namespace
from collections import Counter
from collections.abc import Iterable, Iterator

from egovarchive.archive import Archive
from egovarchive.checks import Finding, Outcome, Property, Report
from egovarchive.cli.columns import GAP, table
from egovarchive.cli.entry_rows import report_row
from egovarchive.cli.opening import code_of, open_archive
from egovarchive.cli.problems import FINDINGS, FINE
from egovarchive.cli.screen import Screen
from egovarchive.errors import EntryNotFoundError
from egovarchive.records.archival_code import ArchivalCode

Counts = Counter[tuple[Property, Outcome]]


def run(args: Namespace, screen: Screen) -> int:
    """Check the records that *args* name; return the exit code."""
    codes = [code_of(text) for text in args.codes]
    archive = open_archive(args)
    reports = _named(archive, codes, screen) if codes else archive.verify_all()
    passed, counts = Counter[bool](), Counts()
    with screen.progress("checking", "正在检测", len(codes) or None) as advance:
        for report in reports:
            passed[report.passed] += 1
            add_counts(counts, report)
            if screen.as_json:
                screen.value(report_row(report))
            elif codes or not report.passed:
                screen.lines(told(report, screen))
            advance()
    if not screen.as_json:
        if passed:
            screen.lines(property_table(counts, screen))
        screen.line(_sum(passed, screen))
    # An archive in which there is nothing to check is not one that was found fine.
    wanted = len(codes) or max(1, passed.total())
    return FINE if passed[True] == wanted else FINDINGS


def _named(
    archive: Archive, codes: Iterable[ArchivalCode], screen: Screen
) -> Iterator[Report]:
    """Yield the report on each of *codes*; one that is unknown is told, and skipped."""
    for code in codes:
        report = _report(archive, code, screen)
        if report is not None:
            yield report


def _report(archive: Archive, code: ArchivalCode, screen: Screen) -> Report | None:
    try:
        return archive.verify(code)
    except EntryNotFoundError as error:
        screen.problem(error)
        return None


def told(report: Report, screen: Screen) -> Iterator[str]:
    """Yield whether *report* is passed, and each finding that keeps it from that."""
    verdict = (
        screen.say("passed", "通过")
        if report.passed
        else screen.say("NOT PASSED", "未通过")
    )
    yield f"{report.object}{GAP}{verdict}"
    missing = set(report.missing)
    rest = 0
    # What failed comes first; what is open and not required is only counted.
    for finding in sorted(report.findings, key=_urgency):
        if finding.outcome is Outcome.NOT_PERFORMED and finding.check not in missing:
            rest += 1
        elif finding.outcome is not Outcome.PASSED:
            yield f"{GAP}{finding.message(screen.lang)}"
    if rest:
        yield GAP + screen.say(
            f"{rest} findings not performed, and not required",
            f"另有 {rest} 项未检测，且非必检",
        )


_ORDER = {
    Outcome.FAILED: 0,
    Outcome.NEEDS_REVIEW: 1,
    Outcome.WARNED: 2,
    Outcome.NOT_PERFORMED: 3,
    Outcome.PASSED: 4,
}


def _urgency(finding: Finding) -> int:
    return _ORDER[finding.outcome]


def add_counts(counts: Counts, report: Report) -> None:
    """Add to *counts* how many findings of each outcome each property has."""
    for name, outcomes in report.summary().items():
        for outcome, count in outcomes.items():
            counts[name, outcome] += count


def property_table(counts: Counts, screen: Screen) -> Iterator[str]:
    """Yield the four properties, each with the number of findings of each outcome."""
    lang = screen.lang
    head = [screen.say("property", "四性"), *(each.label(lang) for each in Outcome)]
    rows = [
        [name.label(lang), *(str(counts[name, each] or "-") for each in Outcome)]
        for name in Property
    ]
    yield from table(head, rows)
    seen = {name for name, _ in counts}
    if nothing := [name.label(lang) for name in Property if name not in seen]:
        names = "、".join(nothing)
        yield screen.say(f"Not looked at: {names}.", f"未检测：{names}。")


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
