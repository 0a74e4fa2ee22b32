"""Rows of records that audits are tried on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from egovarchive.lifecycle.audit.row import Row
from egovarchive.lifecycle.state import State

ON = date(2026, 11, 23)

PLAIN = Row(
    series="J019-ZY·XK·2024·D30",
    item=1,
    item_code="12441500196720244T0001",
    unit="办公室",
    year=2024,
    period=30,
    schedule="2026-1",
    state="held",
    concluded_on=date(2024, 2, 29),
    registered_on=date(2024, 2, 29),
    transfer_due_on=date(2029, 2, 28),
    statutory_transfer_on=date(2044, 2, 29),
    retention_ends_on=date(2054, 12, 31),
    custody_ends_on=None,
    sealed=True,
    on_hold=False,
)


def row(**changes: Any) -> Row:
    """Return a record with no problem, but for *changes*."""
    return PLAIN._replace(**changes)


def _near(day: date) -> st.SearchStrategy[date]:
    """Return days where something changes: about *day*, and a year later."""
    return st.builds(
        lambda years, days: (
            date(day.year + years, day.month, day.day) + timedelta(days=days)
        ),
        st.integers(-6, 2),
        st.integers(-1, 1),
    )


DAYS = st.one_of(
    _near(ON),
    st.dates(date(1949, 10, 1), date(2199, 12, 31)),
    st.just(date(2024, 2, 29)),
)


def rows() -> st.SearchStrategy[list[Row]]:
    """Return a strategy of lists of rows, whatever their dates are."""
    return st.lists(
        st.builds(
            Row,
            series=st.sampled_from(["J019-ZY·XK·2024·D30", "J019-ZY·XK·2025·Y", "甲"]),
            item=st.one_of(st.integers(1, 12), st.integers(1, 999_999_999)),
            item_code=st.sampled_from(["a", "b", "c"]),
            unit=st.sampled_from(["", "办公室", "<b>"]),
            year=st.sampled_from([1, 1999, 2024, 2026, 9999]),
            period=st.sampled_from([-1, 0, 10, 30, 99]),
            schedule=st.sampled_from(["2020-1", "2026-1"]),
            state=st.sampled_from([state.value for state in State]),
            concluded_on=DAYS,
            registered_on=DAYS,
            transfer_due_on=st.none() | DAYS,
            statutory_transfer_on=st.none() | DAYS,
            retention_ends_on=st.none() | DAYS | st.just(date.max),
            custody_ends_on=st.none() | DAYS,
            sealed=st.booleans(),
            on_hold=st.booleans(),
        ),
        max_size=30,
    )
