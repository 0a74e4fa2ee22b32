"""Cases as they are filed, as hypothesis strategies."""

from __future__ import annotations

from hypothesis import strategies as st

from egovarchive.records.arrangement import Arrangement
from egovarchive.records.deadlines import Level
from egovarchive.records.filing import Filing
from egovarchive.records.schedule import RetentionSchedule, ScheduleRule
from egovarchive.records.series import Template
from egovarchive.testing.strategies.cases import cases
from egovarchive.testing.strategies.codes import categories, fonds
from egovarchive.testing.strategies.identifiers import usccs
from egovarchive.testing.strategies.retention import periods_to_give, schedules
from egovarchive.testing.strategies.texts import texts

arrangements: st.SearchStrategy[Arrangement] = st.builds(
    Arrangement,
    fonds=fonds,
    unit=texts(200),
    category=categories,
    schedule=schedules,
    unit_code=st.none() | usccs,
    office=st.sampled_from([None, "BGS", "003", "办公室"]),
    level=st.none() | st.sampled_from(Level),
    template=st.sampled_from(Template),
)
"""Arrangements; their schedules know few items."""


@st.composite
def _filings(draw: st.DrawFn) -> Filing:
    case = draw(cases)
    rule = ScheduleRule(item_code=case.item.code, period=draw(periods_to_give))
    schedule = RetentionSchedule(
        version=draw(texts(64)),
        approved_by=draw(texts(200)),
        approval_number=draw(texts(100)),
        effective_on=case.concluded_on,
        rules=[rule],
    )
    return Filing.of(
        case,
        Arrangement(
            fonds=draw(fonds),
            unit=draw(texts(200)),
            category=draw(categories),
            schedule=schedule,
            unit_code=draw(st.none() | usccs),
            office=draw(st.sampled_from([None, "BGS", "003"])),
            template=draw(st.sampled_from(Template)),
        ),
    )


filings: st.SearchStrategy[Filing] = _filings()
"""Cases filed by an arrangement whose schedule knows their item."""
