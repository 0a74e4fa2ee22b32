"""Report: what checks said of one thing, each finding with its evidence."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256

from attrs import evolve, field, frozen

from egovarchive.checks.review import Review
from egovarchive.errors import EgovArchiveError, InvalidValueError, Language
from egovarchive.records.moment import in_china
from egovarchive.records.outcome import Outcome
from egovarchive.records.term import Term

GOOD = frozenset({Outcome.PASSED, Outcome.WARNED})


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


@frozen
class Finding:
    """
    What one check says of one thing.

    Args:
        check: Name of the check: its property, a dot, what it looks at.
        outcome: What it says.
        object: What it looked at: a path in the package, or the package itself.
        en: Why, with what was expected and found, in English.
        zh: The same in Chinese.
        expected: What should have been there, as text; empty if *en* says all.
        found: What was there.
        tool: Which tool says so, with its version; empty for this library itself.
        digest: Of the file that was looked at, such as ``sha256:…``.
    """

    check: str
    outcome: Outcome
    object: str
    en: str
    zh: str
    expected: str = ""
    found: str = ""
    tool: str = ""
    digest: str = ""

    @property
    def id(self) -> str:
        """
        SHA-256 of what it says and of what, in hex: a review holds for that alone.

        That is of its check, object, expected, found, digest and English text, as a
        JSON list without spaces, in UTF-8.
        """
        said = (
            self.check, self.object, self.expected, self.found, self.digest, self.en
        )  # fmt: skip
        text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
        # A hostile file's name may hold half a character.
        return sha256(text.encode(errors="surrogatepass")).hexdigest()

    @property
    def property(self) -> Property:
        """Which of the four properties the check serves."""
        return Property(self.check.partition(".")[0])

    def review(self, outcome: Outcome, *, by: str, reason: str, at: datetime) -> Review:
        """
        Return what a person decides of this finding, which waits for one.

        Args:
            outcome: Passed, warned or failed.
            by: Who decides: an official acting as such, by name or staff number.
            reason: Why. It is kept for ever: name no applicant here.
            at: When.

        Raises:
            InvalidValueError: It does not wait for a person, or a person cannot give
                this outcome.
        """
        if self.outcome is not Outcome.NEEDS_REVIEW:
            raise InvalidValueError(
                f"{self.check} of {self.object} does not wait for a person: "
                f"{self.outcome.label('en')}",
                f"{self.object} 的 {self.check} 无需人工审核：{self.outcome.zh}",
                rule="a person decides what needs review",
                place="finding",
            )
        return Review(
            check=self.check,
            finding=self.id,
            outcome=outcome,
            by=by,
            reason=reason,
            at=at,
        )

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
        object: What was checked: an archival code, a package's id, or a name.
        at: When; without a zone: in China.
        findings: What they said.
        required: Names of the checks that must be made, and pass, for it to pass.
        package: The id of the package, which fixes each byte of it but the
            signature's; empty if it was none.
        profile: The form that the package has.
        policy: The name of the policy.
        operator: Who had the checks made; empty if nobody said so.
        library: The version of this library.
        codes: Printed codes, such as GD-1-1, by name of the check, as the profile
            has them.
    """

    stage: Stage
    object: str
    at: datetime = field(converter=in_china)
    findings: tuple[Finding, ...]
    required: frozenset[str] = frozenset()
    package: str = ""
    profile: str = ""
    policy: str = ""
    operator: str = ""
    library: str = ""
    codes: Mapping[str, str] = field(factory=dict, repr=False)

    @property
    def passed(self) -> bool:
        """
        Whether nothing failed and all required checks were made, warnings at most.

        What is not required may be open: see `complete`. Where nothing at all was
        looked at, nothing has passed.
        """
        looked = any(finding.outcome in GOOD for finding in self.findings)
        return looked and not self.failures and not self.missing

    @property
    def complete(self) -> bool:
        """Whether nothing was left out, and nothing waits for a person."""
        return bool(self.findings) and not self.open_ends

    @property
    def failures(self) -> tuple[Finding, ...]:
        """What failed."""
        return self._of(Outcome.FAILED)

    @property
    def open_ends(self) -> tuple[Finding, ...]:
        """What was not performed, or waits for a person."""
        return self._of(Outcome.NOT_PERFORMED, Outcome.NEEDS_REVIEW)

    @property
    def waiting(self) -> tuple[Finding, ...]:
        """What waits for a person."""
        return self._of(Outcome.NEEDS_REVIEW)

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the required checks that said nothing, or left something open."""
        made = {finding.check for finding in self.findings}
        left = {f.check for f in self.findings if f.outcome not in GOOD}
        failed = {finding.check for finding in self.failures}
        return tuple(sorted((self.required - made) | (self.required & left - failed)))

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

    def reviewed(self, reviews: Iterable[Review]) -> Report:
        """
        Return this report with what persons decided in place of what waited for them.

        A review of what does not wait for one changes nothing, nor does one of what
        said something else. Of several, the last counts.
        """
        made = {each.finding: each for each in reviews}
        if not made or not self.waiting:
            return self
        findings = []
        for finding in self.findings:
            waits = finding.outcome is Outcome.NEEDS_REVIEW
            review = made.get(finding.id) if waits else None
            if review is None:
                findings.append(finding)
                continue
            findings.append(
                evolve(
                    finding,
                    outcome=review.outcome,
                    en=f"{finding.en}; {review.message('en')}",
                    zh=f"{finding.zh}；{review.message('zh')}",
                )
            )
        return evolve(self, findings=tuple(findings))

    def raise_for_failures(self) -> None:
        """Raise `ChecksFailedError` if a check failed."""
        if self.failures:
            raise ChecksFailedError(self)

    def raise_for_missing(self) -> None:
        """Raise `ChecksFailedError` unless all required checks were made and passed."""
        if not self.passed:
            raise ChecksFailedError(self)

    def message(self, lang: Language = "en") -> str:
        """Return all findings, one a line, in the language *lang*."""
        return "\n".join(finding.message(lang) for finding in self.findings)

    def __str__(self) -> str:
        return self.message()


class ChecksFailedError(EgovArchiveError):
    """
    At least one four-property check failed; `report` says which.

    By a policy that waits, also that a required one was not made, or waits for a
    person.
    """

    def __init__(self, report: Report) -> None:
        missing = set(report.missing)
        failures = report.failures or tuple(
            finding for finding in report.open_ends if finding.check in missing
        )
        super().__init__(
            f"{report.object}: " + "; ".join(f.message("en") for f in failures),
            f"{report.object}：" + "；".join(f.message("zh") for f in failures),
        )
        self.report = report

    def __reduce__(self) -> tuple[type[ChecksFailedError], tuple[Report]]:
        return type(self), (self.report,)
