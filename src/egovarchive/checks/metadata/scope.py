"""Scope 归档范围: required material is there, excluded material is not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from egovarchive.checks.metadata.course import Course
from egovarchive.checks.metadata.fault import MOST, Fault, bounded
from egovarchive.records.case import Decision
from egovarchive.records.identifiers.quoting import quoted
from egovarchive.records.outcome import Outcome
from egovarchive.records.schedule import ScheduleRule

_DECISIONS: Final = {decision.zh: decision for decision in Decision}


def examine(
    course: Course, rule: ScheduleRule, *, most: int = MOST
) -> tuple[Fault, ...]:
    """
    Return what *course* lacks of the scope of *rule*, and has beyond it.

    What the rule says of cases that ended in one way is asked of those alone. A
    material is one by its name or its code. What lies outside the scope is
    warned of, and only where the rule names optional materials: one that names
    none has not said where the scope ends.
    """
    return bounded(_faults(course, rule), most)


def _faults(course: Course, rule: ScheduleRule) -> Iterator[Fault]:
    known = [(material.name, material.code) for material in course.materials]
    present = {each for names in known for each in names if each}
    # That a decision is none of the list is for `scheme.examine` to say.
    scope = rule.scope_for(_DECISIONS.get(course.decision))
    for material in scope.required:
        if material not in present:
            yield Fault(
                Outcome.FAILED,
                rule.item_code,
                f"required material is missing: {quoted(material)}",
                f"缺少必备材料：{quoted(material)}",
                quoted(material),
            )
    excluded = set(scope.excluded)
    within = {*scope.required, *scope.optional}
    for number, (name, code) in enumerate(known):
        place = f"documents[{number}].name（材料名称）"
        if not excluded.isdisjoint((name, code)):
            yield Fault(
                Outcome.FAILED,
                place,
                f"{quoted(name)} is excluded from the scope of archiving",
                f"{quoted(name)} 属于不归档材料",
                "",
                quoted(name),
            )
        elif scope.optional and within.isdisjoint((name, code)):
            yield Fault(
                Outcome.WARNED,
                place,
                f"{quoted(name)} lies outside the scope of archiving",
                f"{quoted(name)} 不在归档范围内",
                "",
                quoted(name),
            )
