"""Run the checks of one stage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from egovarchive.checks import authenticity, integrity, security, usability
from egovarchive.checks.check import LACKING, Check, Expected, Said, Subject
from egovarchive.checks.policy import DEFAULT_POLICY, Policy
from egovarchive.checks.report import Finding, Report, Stage
from egovarchive.errors import EgovArchiveError
from egovarchive.profiles import Profile
from egovarchive.records.outcome import Outcome
from egovarchive.version import __version__

CHECKS: Final[tuple[Check[Subject], ...]] = (
    *authenticity.CHECKS,
    *integrity.CHECKS,
    *usability.CHECKS,
    *security.CHECKS,
)

SILENT: Final = ("the check said nothing", "检测无结论")


def run(
    subject: Subject,
    stage: Stage,
    checks: Iterable[Check[Subject]] = CHECKS,
    *,
    operator: str = "",
) -> Report:
    """
    Run those of *checks* that belong to *stage*; return what they say.

    A package that a check cannot read has failed that check: nothing that stands in
    a package is raised. A check that says nothing was not performed.

    Args:
        subject: What to look at.
        stage: When this is.
        checks: Which; the others are not required either.
        operator: Who has them made; the report names him.
    """
    policy = subject.policy
    made = [check for check in checks if stage in check.stages]
    findings = [
        Finding(
            check.name,
            _eased(said.outcome, check.name, policy.lenient),
            said.object,
            said.en,
            said.zh,
            said.expected,
            said.found,
            said.tool,
            said.digest,
        )
        for check in made
        for said in _said(check, subject)
    ]
    package = subject.package
    return Report(
        stage=stage,
        object=subject.object,
        at=subject.on,
        findings=tuple(findings),
        required=policy.required.intersection(check.name for check in made),
        package="" if package is None else package.id,
        profile="" if package is None else package.profile.name,
        policy=policy.name,
        operator=operator,
        library=__version__,
        codes={} if package is None else codes_of(package.profile, stage, made),
    )


def codes_of(
    profile: Profile, stage: Stage, checks: Iterable[Check[Any]]
) -> dict[str, str]:
    """Return the printed code of each of *checks* that has one at *stage*."""
    codes = profile.codes
    return {
        check.name: codes[key]
        for check in checks
        if (key := (stage.value, check.name)) in codes
    }


def _eased(outcome: Outcome, name: str, lenient: frozenset[str]) -> Outcome:
    if outcome is Outcome.FAILED and name in lenient:
        return Outcome.WARNED
    return outcome


def _said(check: Check[Subject], subject: Subject) -> Iterator[Said]:
    name, said = subject.object, False
    if check.run is None:
        yield Said(
            Outcome.NEEDS_REVIEW, name, "a person has to look at this", "需人工检测"
        )
        return
    for need in check.needs:
        if lacking(subject, need):
            yield Said(Outcome.NOT_PERFORMED, name, *LACKING[need])
            return
    try:
        for result in check.run(subject):
            said = True
            yield result
        if not said:
            yield Said(Outcome.NOT_PERFORMED, name, *SILENT)
    except EgovArchiveError as error:
        yield Said(Outcome.FAILED, name, error.message("en"), error.message("zh"))


def lacking(subject: Subject, need: str) -> bool:
    """Say whether *subject* lacks what a check needs."""
    if need == "scanners":
        return subject.tools is None or not subject.tools.scanners
    if need in {"stages", "statutory", "scan"}:
        return getattr(subject.policy, need) is None
    return getattr(subject, need) is None


def unreadable(  # noqa: PLR0913 - each with its name
    expected: Expected,
    key: str,
    error: EgovArchiveError,
    *,
    at: datetime,
    policy: Policy = DEFAULT_POLICY,
    operator: str = "",
) -> Report:
    """
    Return the report on a package that could not even be opened.

    Args:
        expected: What was registered of it.
        key: What it should be stored under.
        error: Why it could not be opened.
        at: The moment of the report.
        policy: By which it would have been checked.
        operator: Who has it checked.
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
        package=expected.package,
        policy=policy.name,
        operator=operator,
        library=__version__,
    )
