"""Run the checks of one stage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from egovarchive.checks import authenticity, integrity, usability
from egovarchive.checks.check import Check, Expected, Result, Subject
from egovarchive.checks.report import Finding, Report, Stage
from egovarchive.errors import EgovArchiveError
from egovarchive.records.outcome import Outcome

ALL_CHECKS: tuple[Check, ...] = (
    *authenticity.CHECKS,
    *integrity.CHECKS,
    *usability.CHECKS,
)


def run(subject: Subject, stage: Stage, checks: Iterable[Check] = ALL_CHECKS) -> Report:
    """
    Run those of *checks* that belong to *stage*; return what they say.

    A package that a check cannot read has failed that check: nothing that stands in
    a package is raised. A check that says nothing was not performed.
    """
    findings = [
        Finding(check=check.name, outcome=outcome, object=name, en=en, zh=zh)
        for check in checks
        if stage in check.stages
        for outcome, name, en, zh in _results(check, subject)
    ]
    expected = subject.expected
    return Report(
        stage=stage,
        object=subject.package.id if expected is None else str(expected.code),
        at=subject.at,
        findings=tuple(findings),
    )


def _results(check: Check, subject: Subject) -> Iterator[Result]:
    name, said = subject.package.id, False
    try:
        for result in check.run(subject):
            said = True
            yield result
        if not said:
            yield Outcome.NOT_PERFORMED, name, "the check said nothing", "检测无结论"
    except EgovArchiveError as error:
        yield Outcome.FAILED, name, error.message("en"), error.message("zh")


def unreadable(
    expected: Expected, key: str, error: EgovArchiveError, *, at: datetime
) -> Report:
    """
    Return the report on a package that could not even be opened.

    Args:
        expected: What was registered of it.
        key: What it should be stored under.
        error: Why it could not be opened.
        at: The moment of the report.
    """
    finding = Finding(
        check="integrity.package",
        outcome=Outcome.FAILED,
        object=key,
        en=error.message("en"),
        zh=error.message("zh"),
    )
    return Report(
        stage=Stage.PRESERVATION,
        object=str(expected.code),
        at=at,
        findings=(finding,),
    )
