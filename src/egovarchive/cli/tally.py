"""Tally: what many findings come to, in a few lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from attrs import define, field

from egovarchive.checks import Finding, Outcome, Property, Report
from egovarchive.cli.columns import GAP, table
from egovarchive.cli.screen import Screen

NAMED: Final = 20  # findings of one check and outcome; the rest is counted
_CHECKS: Final = 4  # that are named beside one reason
_REASONS: Final = 1000  # that are told apart: files may say anything
_URGENCY: Final = {
    Outcome.FAILED: 0,
    Outcome.NEEDS_REVIEW: 1,
    Outcome.WARNED: 2,
    Outcome.NOT_PERFORMED: 3,
    Outcome.PASSED: 4,
}


@define
class Tally:
    """Counts findings, and keeps why checks were not made."""

    _outcomes: Counter[tuple[Property, Outcome]] = field(factory=Counter, init=False)
    # By reason: how many findings of each check.
    _idle: dict[tuple[str, str], Counter[str]] = field(factory=dict, init=False)
    _others: int = field(default=0, init=False)

    def add(self, report: Report) -> None:
        """Count the findings of *report*."""
        for finding in report.findings:
            self._outcomes[finding.property, finding.outcome] += 1
            if finding.outcome is Outcome.NOT_PERFORMED:
                self._left_out(finding)

    def _left_out(self, finding: Finding) -> None:
        reason = (finding.en, finding.zh)
        if reason in self._idle or len(self._idle) < _REASONS:
            self._idle.setdefault(reason, Counter())[finding.check] += 1
        else:
            self._others += 1

    def lines(self, screen: Screen) -> Iterator[str]:
        """Yield the findings by property and outcome, and why some were not made."""
        lang = screen.lang
        head = [screen.say("property", "四性"), *(each.label(lang) for each in Outcome)]
        yield from table(
            head,
            [
                [
                    name.label(lang),
                    *(str(self._outcomes[name, each] or "-") for each in Outcome),
                ]
                for name in Property
            ],
        )
        seen = {name for name, _ in self._outcomes}
        if nothing := [name.label(lang) for name in Property if name not in seen]:
            names = "、".join(nothing)
            yield screen.say(f"Not looked at: {names}.", f"未检测：{names}。")
        if self._idle:
            yield screen.say("Not performed:", "未检测的原因：")
            yield from self._reasons(screen)

    def _reasons(self, screen: Screen) -> Iterator[str]:
        ordered = sorted(self._idle.items(), key=lambda row: -row[1].total())
        for (en, zh), checks in ordered[:NAMED]:
            names, more = [*checks][:_CHECKS], len(checks) - _CHECKS
            if more > 0:
                names.append(screen.say(f"{more} more", f"另 {more} 项"))
            listed = screen.say(f" ({', '.join(names)})", f"（{'、'.join(names)}）")
            yield f"{GAP}{checks.total()}{GAP}{screen.say(en, zh)}{listed}"
        rest = self._others + sum(checks.total() for _, checks in ordered[NAMED:])
        if rest:
            yield GAP + screen.say(f"{rest}  for other reasons", f"{rest}  其他原因")


def told(report: Report, screen: Screen) -> Iterator[str]:
    """
    Yield whether *report* is passed, and each finding that keeps it from that.

    What failed comes first; what is open and not required is only counted. Of one
    check, so many are named that all can be read.
    """
    verdict = (
        screen.say("passed", "通过")
        if report.passed
        else screen.say("NOT PASSED", "未通过")
    )
    yield f"{report.object}{GAP}{verdict}"
    missing = set(report.missing)
    named: Counter[tuple[str, Outcome]] = Counter()
    rest = 0
    for finding in sorted(report.findings, key=_urgency):
        if finding.outcome is Outcome.PASSED:
            break
        if finding.outcome is Outcome.NOT_PERFORMED and finding.check not in missing:
            rest += 1
            continue
        kind = finding.check, finding.outcome
        named[kind] += 1
        if named[kind] <= NAMED:
            yield f"{GAP}{finding.message(screen.lang)}"
    for (check, outcome), count in named.items():
        if count > NAMED:
            label = outcome.label(screen.lang)
            yield GAP + screen.say(
                f"{check} {label}: {count - NAMED} more",
                f"{check} {label}：另有 {count - NAMED} 条",
            )
    if rest:
        yield GAP + screen.say(
            f"not performed, and not required: {rest}",
            f"未检测且非必检：{rest} 项",
        )


def _urgency(finding: Finding) -> int:
    return _URGENCY[finding.outcome]
