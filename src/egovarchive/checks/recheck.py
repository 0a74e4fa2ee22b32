"""Recheck 复检: the same checks again, and what they say differently."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from attrs import frozen

from egovarchive.checks.check import Subject
from egovarchive.checks.report import Finding, Report
from egovarchive.checks.run import CHECKS, run
from egovarchive.errors import Language
from egovarchive.records.outcome import Outcome


@frozen
class Difference:
    """
    One finding that is not as it was.

    Args:
        check: Name of the check.
        object: What it looked at.
        was: What it said before; None if it said nothing of it.
        now: What it says now; None if it says nothing of it.
    """

    check: str
    object: str
    was: Finding | None
    now: Finding | None

    def message(self, lang: Language = "en") -> str:
        """Return the difference in one line, in the language *lang*."""
        was, now = _told(self.was, lang), _told(self.now, lang)
        between = "；现为 " if lang == "zh" else "; now "
        return f"{self.check} {self.object}: {was}{between}{now}"


@frozen
class Recheck:
    """
    What came out when a report was made again.

    Args:
        before: The report.
        after: The report made now.
        differences: Findings that are not as they were. The outcome, what was
            expected and found, and the digest count; words and tools do not.
    """

    before: Report
    after: Report
    differences: tuple[Difference, ...]

    @property
    def same(self) -> bool:
        """Whether all is as it was, for the same package."""
        return not self.differences and self.before.package == self.after.package


def recheck(report: Report, subject: Subject, *, operator: str = "") -> Recheck:
    """
    Make the checks of *report* again on *subject*; say what differs.

    Only checks that *report* has findings of are made.
    """
    made = {finding.check for finding in report.findings}
    checks = [check for check in CHECKS if check.name in made]
    after = run(subject, report.stage, checks, operator=operator)
    return Recheck(report, after, tuple(differences(report.findings, after.findings)))


def differences(
    before: Iterable[Finding], after: Iterable[Finding]
) -> Iterator[Difference]:
    """Yield the findings of *before* and *after* that are not in both."""
    was, now = _grouped(before), _grouped(after)
    for key in dict.fromkeys((*was, *now)):
        olds, news = was.get(key, []), now.get(key, [])
        gone, come = _without(olds, news), _without(news, olds)
        for number in range(max(len(gone), len(come))):
            yield Difference(
                *key,
                gone[number] if number < len(gone) else None,
                come[number] if number < len(come) else None,
            )


def _grouped(findings: Iterable[Finding]) -> dict[tuple[str, str], list[Finding]]:
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.check, finding.object), []).append(finding)
    return groups


def _without(findings: list[Finding], others: list[Finding]) -> list[Finding]:
    """Return *findings* but for as many of each core as *others* have."""
    left, rest = Counter(map(_core, others)), []
    for finding in findings:
        core = _core(finding)
        if left[core]:
            left[core] -= 1
        else:
            rest.append(finding)
    return rest


def _core(finding: Finding) -> tuple[Outcome, str, str, str]:
    return finding.outcome, finding.expected, finding.found, finding.digest


def _told(finding: Finding | None, lang: Language) -> str:
    if finding is None:
        return "无" if lang == "zh" else "nothing"
    why = finding.zh if lang == "zh" else finding.en
    return f"{finding.outcome.label(lang)}: {why}"
