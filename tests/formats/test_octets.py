"""Reading a file in small steps."""

from __future__ import annotations

import re
from time import monotonic

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import ToolError
from egovarchive.formats import BytesSource
from egovarchive.formats.octets import CutOffError, Octets


def octets(data: bytes) -> Octets:
    return Octets(BytesSource("file", data))


@given(
    st.binary(max_size=300),
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 200_000)), max_size=20),
)
def test_what_is_peeked_is_what_is_there(
    data: bytes, places: list[tuple[int, int]]
) -> None:
    data *= 500
    file = octets(data)
    for offset, size in places:
        assert file.peek(offset * 300, size) == data[offset * 300 : offset * 300 + size]


def test_numbers_have_an_order_and_a_sign() -> None:
    file = octets(b"\x01\x02\xff\xfe")
    assert file.integer(0, 2) == 0x0102
    assert file.integer(0, 2, "little") == 0x0201
    assert file.signed(2, 2) == -2


def test_nothing_is_read_behind_the_end() -> None:
    file = octets(b"1234")
    assert file.take(0, 4) == b"1234"
    with pytest.raises(CutOffError, match="at least 5 bytes long, and has 4"):
        file.take(1, 4)
    with pytest.raises(CutOffError):
        file.integer(1 << 62, 8)


def test_the_clock_is_looked_at_within_one_window_too() -> None:
    file = octets(bytes(100))
    file.peek(0, 1)
    file.until = monotonic() - 1
    with pytest.raises(ToolError, match="time"):
        list(map(file.peek, [0] * 10_000, [1] * 10_000))


@given(st.integers(0, 200_000), st.integers(0, 200_000))
def test_a_pattern_is_found_wherever_it_stands(before: int, start: int) -> None:
    file = octets(bytes(before) + b"needle" + bytes(100))
    found = file.find(re.compile(b"needle"), start, file.size)
    assert found == (before if start <= before else None)


def test_a_pattern_is_not_found_behind_its_end() -> None:
    assert octets(bytes(90) + b"needle").find(re.compile(b"needle"), 0, 93) is None
