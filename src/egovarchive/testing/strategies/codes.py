"""Series and archival codes, as hypothesis strategies."""

from __future__ import annotations

from hypothesis import strategies as st

from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.series import Series, Template
from egovarchive.testing.strategies.retention import periods

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CODE = "0123456789" + _LETTERS
_OFFICE = st.sampled_from("0123456789AZaz局办公室一") | st.characters(
    min_codepoint=0x4E00, max_codepoint=0x9FFF
)

fonds: st.SearchStrategy[str] = st.text(_CODE, min_size=1, max_size=16)
"""Fonds numbers."""

categories: st.SearchStrategy[tuple[str, ...]] = st.builds(
    lambda first, rest, below: (first + rest, *below),
    st.sampled_from(_LETTERS),
    st.text(_CODE, max_size=7),
    st.lists(st.text(_CODE, min_size=1, max_size=8), max_size=4),
)
"""Category codes, of one to five levels."""

series: st.SearchStrategy[Series] = st.builds(
    Series,
    fonds=fonds,
    category=categories,
    year=st.integers(1900, 2999),
    retention=periods,
    office=st.none() | st.text(_OFFICE, min_size=1, max_size=32),
    template=st.sampled_from(Template),
)
"""Series, in both templates; legacy retention periods are among them."""

archival_codes: st.SearchStrategy[ArchivalCode] = st.builds(
    ArchivalCode,
    series=series,
    item=st.integers(1, 20) | st.integers(1, 999_999_999),
    width=st.integers(3, 9),
)
"""Archival codes, in both templates."""
