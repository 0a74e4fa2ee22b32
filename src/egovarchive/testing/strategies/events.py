"""Events of records, as hypothesis strategies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from hypothesis import strategies as st

from egovarchive.lifecycle.event import Event, EventKind
from egovarchive.lifecycle.event_kind import DETAILS, OF_FONDS, OF_RECORD
from egovarchive.lifecycle.hold import Scope
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.moment import CHINA
from egovarchive.records.series import Series
from egovarchive.testing.strategies.codes import series
from egovarchive.testing.strategies.texts import texts

_days = st.dates(date(1900, 1, 1), date(2999, 12, 31)).map(date.isoformat)
_periods = st.sampled_from(["Y", "D30", "D10", "D5", "长期", "短期"])
_counts = st.integers(0, 999_999_999_999).map(str)
_digests = st.text("0123456789abcdef", min_size=64, max_size=64)
_scopes = st.builds(
    Scope, years=st.frozensets(st.integers(1900, 2999), min_size=1)
).map(Scope.encode)
# By name: the same in events of every kind.
_FORMS: Mapping[str, st.SearchStrategy[str]] = {
    **dict.fromkeys(
        ("finding", "batch", "receipt", "appraisal", "list", "certificate"), _digests
    ),
    **dict.fromkeys(("custody_ends_on", "until"), _days),
    **dict.fromkeys(("retention_ends_on", "transfer_due_on"), _days | st.just("-")),
    **dict.fromkeys(
        (
            "round",
            "records",
            "size",
            "accepted",
            "rejected",
            "duplicate",
            "retained",
            "proposed",
            "copies",
        ),
        _counts,
    ),
    "outcome": st.sampled_from(["passed", "warned", "failed"]),
    "period": _periods,
    "kind": st.sampled_from(["destroy", "purge"]),
    "scope": _scopes,
}
_details = {
    kind: st.fixed_dictionaries(
        {
            name: _FORMS[name] if name in _FORMS else texts(min(100, detail.most))
            for name, detail in details.items()
        }
    )
    for kind, details in DETAILS.items()
}


@st.composite
def events_of(draw: st.DrawFn, where: st.SearchStrategy[Series] = series) -> Event:
    """Return events of records, each in a series of *where*, and of a fonds."""
    codes = st.builds(
        ArchivalCode, where, st.integers(1, 999_999_999), st.integers(3, 9)
    )
    kind = draw(st.sampled_from(EventKind))
    about: list[st.SearchStrategy[ArchivalCode | None]] = []
    if kind in OF_FONDS:
        about.append(st.none())
    if kind in OF_RECORD:
        about.append(codes)
    return Event(
        kind=kind,
        code=draw(st.one_of(about)),
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
