"""Rules on the course of a case: when this holds, one of those must be there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs
from attrs import field, frozen

from egovarchive.checks.metadata.course import (
    Activity,
    Condition,
    Course,
    DocumentKind,
    Opinion,
)
from egovarchive.checks.metadata.fault import Fault
from egovarchive.errors import InvalidValueError
from egovarchive.records.kind import Of
from egovarchive.records.outcome import Outcome
from egovarchive.records.text import Text

Need = Activity | DocumentKind | Opinion


def _needs(value: Iterable[Need]) -> tuple[Need, ...]:
    return tuple(value)


@frozen(kw_only=True)
class CourseRule:
    """
    When a condition holds, at least one of several things must be there.

    Args:
        name: What the rule is called; unique among those given together.
        when: Which cases it is for.
        needs: What must be there: a step, a document, an opinion; any one will do.
        source: What the rule rests on, with its article.
        outcome: What is said of a case that has none of them: failed, warned, or
            that a person must look.
    """

    name: str = field(validator=Text(100))
    when: Condition = field(validator=Of(Condition))
    needs: tuple[Need, ...] = field(
        converter=_needs, validator=attrs.validators.min_len(1)
    )
    source: str = field(validator=Text(500))
    outcome: Outcome = field(default=Outcome.FAILED)

    @outcome.validator
    def _check(self, _: object, value: Outcome) -> None:
        if value in {Outcome.PASSED, Outcome.NOT_PERFORMED}:
            raise InvalidValueError(
                f"what breaks a rule is not {value.label('en')}",
                f"不符合规则的结论不能是“{value.zh}”",
                rule="rules on the course of a case",
                place="outcome",
            )

    def fault_in(self, course: Course) -> Fault | None:
        """Return what is missing in *course*; None if nothing, or not asked for."""
        if not self.when.is_met_by(course):
            return None
        for need in self.needs:
            if next(iter(need.in_course(course)), None) is not None:
                return None
        outcome = self.outcome
        if outcome is Outcome.FAILED and not self.when.is_sure_of(course):
            outcome = Outcome.WARNED
        en = " or ".join(need.en for need in self.needs)
        zh = "或".join(need.zh for need in self.needs)
        return Fault(
            outcome,
            self.name,
            f"not found: {en} ({self.source})",
            f"未见{zh}（{self.source}）",
            zh,
        )


def rules_of(value: Iterable[CourseRule]) -> tuple[CourseRule, ...]:
    """Return the rules of *value*, as an attrs converter."""
    return tuple(value)


def distinct(
    _: object,
    attribute: attrs.Attribute[tuple[CourseRule, ...]],
    value: tuple[CourseRule, ...],
) -> None:
    """Check, as an attrs validator, that no two rules have one name."""
    names = [rule.name for rule in value]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise InvalidValueError(
            f"two rules of one name: {twice}",
            f"规则重名：{twice}",
            rule="rules on the course of a case",
            place=attribute.name,
        )


def broken(rules: Iterable[CourseRule], course: Course) -> Iterator[Fault]:
    """Yield a fault for each of *rules* that *course* breaks."""
    for rule in rules:
        if (fault := rule.fault_in(course)) is not None:
            yield fault
