"""Image file directories."""

from __future__ import annotations

import struct
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.formats import BytesSource, Facts
from egovarchive.formats.ifd import Directory
from egovarchive.formats.octets import CutOffError, Octets


def directory(*entries: bytes, rest: bytes = b"") -> Directory:
    data = struct.pack("<H", len(entries)) + b"".join(entries) + bytes(4) + rest
    return Directory.read(Octets(BytesSource("file", data)), 0, "little")


def entry(tag: int, kind: int, count: int, value: bytes) -> bytes:
    return struct.pack("<HHI4s", tag, kind, count, value)


def test_small_values_stand_in_the_entry_itself() -> None:
    found = directory(
        entry(256, 3, 2, struct.pack("<HH", 7, 9)), entry(305, 2, 3, b"ab")
    )
    assert found.integers(256) == (7, 9)
    assert found.text(305) == "ab"
    assert found.integer(257, 5) == 5
    assert found.text(256) is None


def test_rationals_are_divided_and_zero_divides_nothing() -> None:
    at = struct.pack("<I", 2 + 12 + 4)
    found = directory(entry(282, 5, 2, at), rest=struct.pack("<IIII", 600, 2, 5, 0))
    assert found.numbers(282) == (300.0, 0.0)


def test_the_unit_of_resolution_counts() -> None:
    at = struct.pack("<I", 2 + 24 + 4)
    parts = [entry(282, 5, 1, at), entry(296, 3, 1, b"\3\0\0\0")]
    found = directory(*parts, rest=struct.pack("<II", 100, 1))
    assert found.facts(Facts()).resolution == 254.0


def test_a_time_that_cannot_be_is_left_out() -> None:
    at = struct.pack("<I", 2 + 12 + 4)
    good = directory(entry(306, 2, 20, at), rest=b"2025:07:01 09:12:00\0")
    bad = directory(entry(306, 2, 20, at), rest=b"    :  :     :  :  \0")
    assert good.facts(Facts()).modified == datetime(2025, 7, 1, 9, 12)
    assert bad.facts(Facts()).modified is None


def test_values_behind_the_end_cannot_be_read() -> None:
    found = directory(entry(282, 5, 1, b"\xff\xff\xff\x7f"))
    with pytest.raises(CutOffError):
        found.numbers(282)


@given(st.binary(min_size=6, max_size=200), st.sampled_from(["big", "little"]))
def test_any_bytes_are_a_directory_or_cut_off(data: bytes, order: str) -> None:
    file = Octets(BytesSource("file", data))
    try:
        found = Directory.read(file, 0, "big" if order == "big" else "little")
        for tag in found.entries:
            assert len(found.numbers(tag)) <= 16
        found.facts(Facts())
    except CutOffError:
        return
