"""What is not strict becomes so, and says the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.seals.ber import MAX_SIZE, split
from egovarchive.signing import der
from egovarchive.signing.der import DerError

values = st.recursive(
    st.binary(max_size=200).map(der.octets) | st.integers(0, 10**30).map(der.integer),
    lambda inner: st.lists(inner, max_size=4).map(lambda parts: der.sequence(*parts)),
    max_leaves=20,
)


def loosened(element: bytes) -> bytes:
    """Return *element* with all its lengths open, and its strings in two pieces."""
    read = der.Reader.of(element).take()
    if read.tag == der.OCTET_STRING:
        half = len(read.value) // 2
        pieces = der.octets(read.value[:half]) + der.octets(read.value[half:])
        return b"\x24\x80" + pieces + b"\0\0"
    if not read.tag & 0x20:
        size = len(read.value).to_bytes(3, "big")
        return bytes((read.tag, 0x83)) + size + read.value
    parts = b""
    while read.more():
        parts += loosened(read.take().raw)
    return bytes((read.tag, 0x80)) + parts + b"\0\0"


@given(values, st.binary(max_size=5))
def test_strict_stays_as_it_is(element: bytes, rest: bytes) -> None:
    assert split(element + rest) == (element, rest)


@given(values, st.binary(max_size=5))
def test_loose_becomes_strict(element: bytes, rest: bytes) -> None:
    assert split(loosened(element) + rest) == (element, rest)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30",
        b"\x30\x01",
        b"\x04\x80",
        b"\x30\x80",
        b"\x30\x80\x00",
        b"\x1f\x01\x00",
        b"\x30\x89" + b"\0" * 9,
        b"\x30\x03\x02\x02\x01",
        b"\x23\x80\x03\x02\x00\x01\x00\x00",
        b"\x30" * 10,
        bytes(MAX_SIZE + 1),
    ],
)
def test_what_is_neither_is_an_error(data: bytes) -> None:
    with pytest.raises(DerError):
        split(data)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        strict, rest = split(data)
    except DerError:
        return
    assert len(strict) + len(rest) <= 2 * len(data) + 10
