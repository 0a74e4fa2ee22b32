"""MPEG program and transport streams: packets."""

from __future__ import annotations

from egovarchive.formats import Aspect
from egovarchive.formats.mpeg import MpegWalk
from egovarchive.records.outcome import Outcome
from formats.media_files import made
from formats.walk_outcomes import facts, outcomes

PACK = b"\0\0\1\xba\x44\0\4\0\4\1\0\0\3\xf8"
PACKET = b"\0\0\1\xe0\0\5\x80\0\0ab"
TRANSPORT = b"\x47\x40\x11\x10" + bytes(184)


def outcome_of(data: bytes) -> dict[Aspect, Outcome]:
    return outcomes(MpegWalk(), data, "mpg")


def test_a_program_stream_tells_its_length() -> None:
    found = facts(MpegWalk(), made("mpg"), "mpg").seconds
    assert found is not None
    assert abs(found - 2) < 0.5


def test_packs_and_packets_are_whole_with_or_without_an_end() -> None:
    assert not outcome_of(PACK + PACKET)
    assert not outcome_of(PACK + PACKET + b"\0\0\1\xb9")


def test_a_program_stream_of_the_first_edition_is_whole() -> None:
    pack = b"\0\0\1\xba\x21\0\1\0\1\x80\0\1"
    assert not outcome_of(pack + b"\0\0\1\xc0\0\2ab")


def test_packs_without_packets_are_no_film() -> None:
    assert outcome_of(PACK) == {Aspect.COMPLETE: Outcome.FAILED}


def test_a_packet_cut_off_is_not_complete() -> None:
    for data in (PACK + PACKET[:-1], PACK + PACKET + PACKET[:2]):
        assert outcome_of(data)[Aspect.COMPLETE] is Outcome.FAILED


def test_bytes_between_packets_and_behind_them_are_found() -> None:
    lost = outcome_of(PACK + PACKET + b"junk" + PACKET)
    assert lost[Aspect.COMPLETE] is Outcome.FAILED
    assert outcome_of(PACK + PACKET + b"junk") == {Aspect.BOUNDED: Outcome.FAILED}
    assert outcome_of(PACK + PACKET + bytes(9)) == {Aspect.BOUNDED: Outcome.WARNED}


def test_a_scrambled_packet_is_found() -> None:
    scrambled = PACKET.replace(b"\x80", b"\x90")
    assert outcome_of(PACK + scrambled) == {Aspect.UNENCRYPTED: Outcome.FAILED}


def test_transport_packets_are_all_alike() -> None:
    assert not outcome_of(TRANSPORT * 2500)
    assert not outcome_of((bytes(4) + TRANSPORT) * 9)
    for data in (TRANSPORT * 9 + b"\x47", TRANSPORT * 5 + bytes(188) + TRANSPORT):
        assert outcome_of(data) == {Aspect.COMPLETE: Outcome.FAILED}


def test_scrambled_transport_packets_are_found() -> None:
    data = TRANSPORT * 5 + b"\x47\0\x11\xd0" + bytes(184)
    assert outcome_of(data) == {Aspect.UNENCRYPTED: Outcome.FAILED}


def test_an_elementary_stream_states_no_lengths() -> None:
    found = outcome_of(b"\0\0\1\xb3" + bytes(100))
    assert set(found.values()) == {Outcome.NOT_PERFORMED}
