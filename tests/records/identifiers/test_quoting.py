"""How a refused value is quoted."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from egovarchive.records.identifiers.quoting import quoted
from egovarchive.testing.strategies.identifiers import resident_ids


@given(st.text("abc123 中１\n\u202e\x1b'\"\\", max_size=128))
def test_a_short_value_is_its_repr(text: str) -> None:
    assert quoted(text) == repr(text)


@given(st.text(min_size=129))
def test_a_long_value_is_cut(text: str) -> None:
    # An unprintable character takes up to ten.
    assert len(quoted(text)) <= 10 * 128 + 3


@given(st.text("abc -", max_size=200), resident_ids, st.text("abc -", max_size=200))
def test_no_personal_number_is_quoted(before: str, number: str, after: str) -> None:
    shown = quoted(f"{before}{number}{after}")
    assert number not in shown
    assert number[6:14] not in shown
    assert number[6:17] not in shown
    if len(before) <= 100 and len(before) + len(after) <= 110:
        assert f"{number[:6]}********{number[14:]}" in shown
