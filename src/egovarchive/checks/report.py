"""Report: what checks said of one package, each finding with its evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from attrs import frozen

from egovarchive.errors import EgovArchiveError, Language
from egovarchive.records.outcome import Outcome
from egovarchive.records.term import Term


class Property(Term):
    """The four properties 四性."""

    AUTHENTICITY = "authenticity", "真实性"
    INTEGRITY = "integrity", "完整性"
    USABILITY = "usability", "可用性"
    SECURITY = "security", "安全性"


class Stage(Term):
    """When checks are made (DA/T 70—2018)."""

    ARCHIVING = "archiving", "归档"
    ACCESSION = "accession", "移交与接收"
    PRESERVATION = "preservation", "长期保存"


@frozen(kw_only=True)
class Finding:
    """
    What one check says of one thing.

    Args:
        check: Name of the check: its property, a dot, what it looks at.
        outcome: What it says.
        object: What it looked at: a path in the package, or the package itself.
        en: Why, with what was expected and found, in English.
        zh: The same in Chinese.
    """

    check: str
    outcome: Outcome
    object: str
    en: str
    zh: str

    @property
    def property(self) -> Property:
        """Which of the four properties the check serves."""
        return Property(self.check.partition(".")[0])

    def message(self, lang: Language = "en") -> str:
        """Return the finding in one line, in the language *lang*."""
        why = self.zh if lang == "zh" else self.en
        return f"{self.check} {self.outcome.label(lang)} {self.object}: {why}"

    def __str__(self) -> str:
        return self.message()


@frozen(kw_only=True)
class Report:
    """
    All findings of one run, in the order of the checks.

    Args:
        stage: When the checks were made.
        object: What was checked: an archival code, or a package's id.
        at: When.
        findings: What they said.
    """

    stage: Stage
    object: str
    at: datetime
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """Whether something was found, all of it passed, with warnings at most."""
        good = {Outcome.PASSED, Outcome.WARNED}
        return bool(self.findings) and all(f.outcome in good for f in self.findings)

    @property
    def failures(self) -> tuple[Finding, ...]:
        """What failed."""
        return self._of(Outcome.FAILED)

    @property
    def open_ends(self) -> tuple[Finding, ...]:
        """What was not performed, or waits for a person."""
        return self._of(Outcome.NOT_PERFORMED, Outcome.NEEDS_REVIEW)

    def _of(self, *outcomes: Outcome) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.outcome in outcomes)

    def summary(self) -> Mapping[Property, Mapping[Outcome, int]]:
        """
        Return how many findings of each outcome each property has.

        A property without any finding was not looked at: its mapping is empty.
        """
        counts: dict[Property, Counter[Outcome]] = {
            each: Counter() for each in Property
        }
        for finding in self.findings:
            counts[finding.property][finding.outcome] += 1
        return counts

    def raise_for_failures(self) -> None:
        """Raise `ChecksFailedError` if a check failed."""
        if self.failures:
            raise ChecksFailedError(self)

    def message(self, lang: Language = "en") -> str:
        """Return all findings, one a line, in the language *lang*."""
        return "\n".join(finding.message(lang) for finding in self.findings)

    def __str__(self) -> str:
        return self.message()


class ChecksFailedError(EgovArchiveError):
    """At least one four-property check failed; `report` says which."""

    def __init__(self, report: Report) -> None:
        failures = report.failures
        super().__init__(
            f"{report.object}: " + "; ".join(f.message("en") for f in failures),
            f"{report.object}：" + "；".join(f.message("zh") for f in failures),
        )
        self.report = report

    def __reduce__(self) -> tuple[type[ChecksFailedError], tuple[Report]]:
        return type(self), (self.report,)
