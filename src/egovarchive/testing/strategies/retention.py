"""Retention periods, rules and schedules, as hypothesis strategies."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from egovarchive.records.retention import LEGACY, PERMANENT, RetentionPeriod
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


@st.composite
def _scopes(draw: st.DrawFn) -> tuple[list[str], list[str], list[str]]:
    """Required, optional and excluded materials: none is both in and out."""
    within = draw(st.lists(texts(200), max_size=5))
    outside = st.lists(texts(200).filter(lambda text: text not in within), max_size=2)
    cut = draw(st.integers(0, len(within)))
    return within[:cut], within[cut:], draw(st.just([]) | outside)


def _rule(scope: tuple[list[str], list[str], list[str]], **fields: Any) -> ScheduleRule:
    required, optional, excluded = scope
    return ScheduleRule(
        required=required, optional=optional, excluded=excluded, **fields
    )


schedule_rules: st.SearchStrategy[ScheduleRule] = st.builds(
    _rule,
    scope=_scopes(),
    item_code=item_codes,
    period=periods_to_give,
    item_name=st.none() | texts(200),
    source=st.none() | texts(500),
)
"""Rules of a schedule, each for one service item."""

schedules: st.SearchStrategy[RetentionSchedule] = st.builds(
    RetentionSchedule,
    version=texts(64),
    approved_by=texts(200),
    approval_number=texts(100),
    effective_on=st.dates(date(1900, 1, 1), date(2100, 12, 31)),
    rules=st.lists(schedule_rules, max_size=5, unique_by=lambda rule: rule.item_code),
)
"""Retention schedules, some of them without a rule."""
