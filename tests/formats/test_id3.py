"""Tags around sound."""

from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st

from egovarchive.formats import BytesSource
from egovarchive.formats.id3 import before_tags, behind_tags
from egovarchive.formats.octets import Octets


def octets(data: bytes) -> Octets:
    return Octets(BytesSource("file", data))


def test_a_footer_counts() -> None:
    assert behind_tags(octets(b"ID3\4\0\x10" + bytes([0, 0, 1, 1]))) == 10 + 129 + 10


def test_several_tags_count() -> None:
    tag = b"ID3\4\0\0" + bytes([0, 0, 0, 2]) + b"ab"
    assert behind_tags(octets(tag * 3 + b"sound")) == 36


def test_a_header_before_an_ape_tag_counts() -> None:
    tag = bytes(32) + b"APETAGEX" + struct.pack("<IIII8x", 2000, 32, 0, 1 << 31)
    assert before_tags(octets(b"sound" + tag)) == 5


@given(st.binary(max_size=200))
def test_tags_lie_within_the_file(data: bytes) -> None:
    for end in (b"TAG" + bytes(125), b"APETAGEX" + data[:24], b"999999LYRICS200"):
        assert 0 <= before_tags(octets(data + end)) <= len(data + end)
    assert behind_tags(octets(data)) >= 0
