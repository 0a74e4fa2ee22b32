"""Ogg: pages and their checksums."""

from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st

from egovarchive.formats import Aspect, Facts
from egovarchive.formats.ogg import OggWalk, _checksum
from egovarchive.records.outcome import Outcome
from formats.media_files import made
from formats.walk_outcomes import facts, outcomes


def outcome_of(data: bytes) -> dict[Aspect, Outcome]:
    return outcomes(OggWalk(), data, "ogg")


def page(number: int, body: bytes, *, flags: int = 0, granule: int = 0) -> bytes:
    head = struct.pack(
        "<4sBBQIIIBB", b"OggS", 0, flags, granule, 7, number, 0, 1, len(body)
    )
    found = _checksum(head + body)
    return head[:22] + struct.pack("<I", found) + head[26:] + body


FIRST = page(0, b"OpusHead" + bytes(11), flags=2)


def slow_checksum(data: bytes) -> int:
    """Return the checksum bit by bit, as RFC 3533 describes it."""
    found = 0
    for octet in data:
        found ^= octet << 24
        for _ in range(8):
            found = (found << 1 ^ (0x04C11DB7 if found >> 31 else 0)) & 0xFFFFFFFF
    return found


@given(st.binary(max_size=99))
def test_the_checksum_is_that_of_the_standard(data: bytes) -> None:
    assert _checksum(data) == slow_checksum(data)


def test_it_tells_its_length() -> None:
    assert facts(OggWalk(), made("ogg"), "ogg") == Facts(
        seconds=2.0, codecs=("vorbis",), sample_rate=22050
    )


def test_every_changed_bit_is_found() -> None:
    data = FIRST + page(1, b"sound", flags=4, granule=48_000)
    assert not outcome_of(data)
    for place in range(len(data)):
        damaged = data[:place] + bytes([data[place] ^ 4]) + data[place + 1 :]
        assert outcome_of(damaged), place


def test_a_lost_page_is_found() -> None:
    data = FIRST + page(2, b"sound", flags=4, granule=48_000)
    assert outcome_of(data) == {Aspect.COMPLETE: Outcome.FAILED}


def test_a_stream_without_its_last_page_is_odd() -> None:
    data = FIRST + page(1, b"sound", granule=48_000)
    assert outcome_of(data) == {Aspect.COMPLETE: Outcome.WARNED}


def test_headers_alone_play_nothing() -> None:
    data = FIRST + page(1, b"OpusTags", flags=4)
    assert outcome_of(data) == {Aspect.COMPLETE: Outcome.FAILED}
