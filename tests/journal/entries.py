"""Entries and rows of any kind, as hypothesis strategies."""

from __future__ import annotations

from datetime import date, datetime

from hypothesis import strategies as st

from egovarchive.lifecycle.entry import Entry
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.moment import CHINA
from egovarchive.records.series import Series
from egovarchive.testing.strategies.codes import series
from egovarchive.testing.strategies.texts import texts

digests = st.text("0123456789abcdef", min_size=64, max_size=64)
days = st.dates(date(1900, 1, 1), date(9999, 12, 31))
moments = st.datetimes(
    datetime(1900, 1, 1), datetime(9998, 12, 31), timezones=st.just(CHINA)
)


def codes(where: st.SearchStrategy[Series] = series) -> st.SearchStrategy[ArchivalCode]:
    """Return a strategy of codes, each in a series of *where*."""
    return st.builds(
        ArchivalCode, where, st.integers(1, 999_999_999), st.integers(3, 9)
    )


def entries_of(where: st.SearchStrategy[Series] = series) -> st.SearchStrategy[Entry]:
    """Return a strategy of entries, each in a series of *where*."""
    return st.builds(
        Entry,
        code=codes(where),
        case_number=texts(64),
        item_code=texts(64),
        concluded_on=days,
        registered_at=moments,
        schedule=texts(64),
        transfer_due_on=st.none() | days,
        statutory_transfer_on=st.none() | days,
        retention_ends_on=st.none() | days,
        package=digests,
        key=texts(200),
        size=st.integers(0, 10**18 - 1),
        signature=st.none() | digests,
        title=st.none() | texts(100),
    )
