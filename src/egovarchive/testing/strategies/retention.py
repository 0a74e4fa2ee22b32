"""Retention periods, rules and schedules, as hypothesis strategies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from egovarchive.records.case import Decision
from egovarchive.records.materials import ConditionalMaterials, When
from egovarchive.records.retention import LEGACY, PERMANENT, RetentionPeriod
from egovarchive.records.retention_start import RetentionStart
from egovarchive.records.schedule import RetentionSchedule, ScheduleRule
from egovarchive.testing.strategies.cases import item_codes
from egovarchive.testing.strategies.texts import texts

periods_to_give: st.SearchStrategy[RetentionPeriod] = st.one_of(
    st.just(PERMANENT),
    st.sampled_from([10, 30]).map(RetentionPeriod),
    st.integers(1, 99).map(RetentionPeriod),
)
"""Retention periods that a schedule may give: permanent, or a number of years."""

periods: st.SearchStrategy[RetentionPeriod] = periods_to_give | st.sampled_from(
    LEGACY
).map(lambda legacy: RetentionPeriod(legacy=legacy))
"""Retention periods, legacy ones among them."""


_PARTS = ("required", "optional", "excluded")
_Materials = dict[str, Any]


@st.composite
def _scopes(draw: st.DrawFn) -> tuple[_Materials, list[ConditionalMaterials]]:
    """Materials of all cases and of some: none is both in and out."""
    names = draw(st.lists(texts(200), max_size=6, unique=True))
    part = {name: draw(st.sampled_from(_PARTS)) for name in names}

    def some(chosen: Sequence[str]) -> _Materials:
        return {each: [n for n in chosen if part[n] == each] for each in _PARTS}

    cut = draw(st.integers(0, len(names)))
    conditional = [
        ConditionalMaterials(
            when=When(decision=decision),
            **some(draw(st.lists(st.sampled_from(names), min_size=1, max_size=3))),
        )
        for decision in draw(st.lists(st.sampled_from(Decision), unique=True))
        if names
    ]
    return some(names[:cut]), conditional


def _rule(
    scope: tuple[_Materials, list[ConditionalMaterials]], **fields: Any
) -> ScheduleRule:
    materials, conditional = scope
    return ScheduleRule(conditional=conditional, **materials, **fields)


schedule_rules: st.SearchStrategy[ScheduleRule] = st.builds(
    _rule,
    scope=_scopes(),
    item_code=item_codes,
    period=periods_to_give,
    start=st.sampled_from(RetentionStart),
    item_name=st.none() | texts(200),
    source=st.none() | texts(500),
)
"""Rules of a schedule, each for one service item."""


@st.composite
def _schedules(draw: st.DrawFn) -> RetentionSchedule:
    first = draw(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
    days = draw(st.none() | st.integers(0, 10_000))
    rules = st.lists(schedule_rules, max_size=5, unique_by=lambda rule: rule.item_code)
    return RetentionSchedule(
        version=draw(texts(64)),
        approved_by=draw(texts(200)),
        approval_number=draw(texts(100)),
        effective_on=first,
        ends_on=None if days is None else first + timedelta(days=days),
        rules=draw(rules),
    )


schedules: st.SearchStrategy[RetentionSchedule] = _schedules()
"""Retention schedules, some of them without a rule."""
