"""Events of records, as hypothesis strategies."""

from __future__ import annotations

from datetime import datetime

from hypothesis import strategies as st

from egovarchive.lifecycle.event import Event, EventKind
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.moment import CHINA
from egovarchive.records.series import Series
from egovarchive.testing.strategies.codes import series
from egovarchive.testing.strategies.texts import texts

_details = {
    EventKind.REVIEWED: st.fixed_dictionaries(
        {
            "check": texts(100),
            "finding": st.text("0123456789abcdef", min_size=64, max_size=64),
            "outcome": st.sampled_from(["passed", "warned", "failed"]),
            "reason": texts(1000),
        }
    ),
}


@st.composite
def events_of(draw: st.DrawFn, where: st.SearchStrategy[Series] = series) -> Event:
    """Return events of records, each in a series of *where*, and of a fonds."""
    codes = st.builds(
        ArchivalCode, where, st.integers(1, 999_999_999), st.integers(3, 9)
    )
    kind = draw(st.sampled_from(EventKind))
    return Event(
        kind=kind,
        code=draw(st.none() | codes),
        at=draw(
            st.datetimes(
                datetime(1900, 1, 1),  # noqa: DTZ001 - the zone comes with it
                datetime(9998, 12, 31),  # noqa: DTZ001
                timezones=st.just(CHINA),
            )
        ),
        by=draw(texts(100)),
        details=draw(_details[kind]),
    )


events: st.SearchStrategy[Event] = events_of()
"""Events of records, and of fonds as a whole."""
