"""Reports on the sample cases, and tables of what each check said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from acceptance.mutation import OnceTools, Victim
from egovarchive.checks import Outcome, Report, Stage
from egovarchive.formats.toolbox import Toolbox
from egovarchive.testing import samples


def sample_reports(tools: Toolbox, stage: Stage) -> Iterator[Report]:
    """Yield the report of *stage* on each sample case, packed and sealed."""
    looks = OnceTools.of(tools)
    for case in samples.all_cases():
        victim = Victim(name=case.number, case=case)
        yield victim.report(victim.data, looks, stage)


def outcomes(reports: Iterable[Report]) -> Mapping[str, Counter[Outcome]]:
    """Return in how many of *reports* each check came to each outcome at its worst."""
    counts: dict[str, Counter[Outcome]] = {}
    for report in reports:
        said: dict[str, Outcome] = {}
        for finding in report.findings:
            before = said.get(finding.check, Outcome.PASSED)
            said[finding.check] = max(before, finding.outcome, key=_weight)
        for check, outcome in said.items():
            counts.setdefault(check, Counter())[outcome] += 1
    return counts


def _weight(outcome: Outcome) -> int:
    order = (
        Outcome.PASSED,
        Outcome.NOT_PERFORMED,
        Outcome.NEEDS_REVIEW,
        Outcome.WARNED,
        Outcome.FAILED,
    )
    return order.index(outcome)
