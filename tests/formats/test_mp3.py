"""MP3: frames, tags, and how many frames there should be."""

from __future__ import annotations

import struct

import pytest

from egovarchive.formats import Aspect
from egovarchive.formats.mp3 import Mp3Walk
from egovarchive.records.outcome import Outcome
from formats.media_files import made
from formats.walk_outcomes import SAMPLES, facts, observed, outcomes

# MPEG-1, layer III, 32 kbit/s, 32 kHz: 144 bytes and 36 ms each.
FRAME = b"\xff\xfb\x18\x40" + bytes(140)
TAG = b"TAG" + bytes(125)


def outcome_of(data: bytes) -> dict[Aspect, Outcome]:
    return outcomes(Mp3Walk(), data, "mp3")


def talk() -> bytes:
    (path,) = SAMPLES.rglob("*.mp3")
    return path.read_bytes()


def test_it_tells_its_length() -> None:
    found = facts(Mp3Walk(), talk(), "mp3")
    assert (found.codecs, found.sample_rate) == (("mp3",), 16000)
    assert found.seconds == pytest.approx(2.95, abs=0.05)
    assert facts(Mp3Walk(), FRAME * 100, "mp3").seconds == 3.6


def test_frames_without_a_count_are_counted() -> None:
    assert not outcome_of(FRAME * 10)
    assert not outcome_of(FRAME * 10 + TAG)


def test_tags_around_it_belong_to_it() -> None:
    ape = b"APETAGEX" + struct.pack("<IIII8x", 2000, 32, 0, 0)
    lyrics = b"LYRICSBEGINwords" + b"000016LYRICS200"
    before = b"ID3\3\0\0" + bytes([0, 0, 1, 0]) + bytes(128)
    for after in (ape, TAG, ape + TAG, lyrics + TAG):
        assert not outcome_of(before + FRAME * 10 + after)


def test_a_frame_cut_off_is_not_complete() -> None:
    (found,) = observed(Mp3Walk(), FRAME * 10 + FRAME[:100], "mp3")
    assert found.en == "its last frame should be 144 bytes, and is 100"


def test_fewer_frames_than_stated_are_not_complete() -> None:
    data = talk()
    assert outcome_of(data[: -len(data) // 3])[Aspect.COMPLETE] is Outcome.FAILED


def test_frames_stated_and_lost_at_a_border_are_missed() -> None:
    stated = FRAME[:36] + b"Xing" + struct.pack(">II", 1, 10) + FRAME[48:]
    assert not outcome_of(stated + FRAME * 10)
    assert outcome_of(stated + FRAME * 9) == {Aspect.COMPLETE: Outcome.FAILED}


def test_other_bytes_between_frames_are_found() -> None:
    (found,) = observed(Mp3Walk(), FRAME * 5 + bytes(99) + FRAME * 5, "mp3")
    assert (found.aspect, found.place) == (Aspect.COMPLETE, "@720")
    assert found.en == "expected a frame, found 99 other bytes"


def test_bytes_behind_the_last_frame_are_found() -> None:
    assert outcome_of(FRAME * 5 + b"PK\3\4 more") == {Aspect.BOUNDED: Outcome.FAILED}
    assert not outcome_of(FRAME * 5 + bytes(50))


def test_bytes_before_the_first_frame_are_odd() -> None:
    assert outcome_of(b"junk" + FRAME * 5) == {Aspect.COMPLETE: Outcome.WARNED}


def test_a_tag_alone_is_no_sound() -> None:
    tag = b"ID3\3\0\0" + bytes([0, 0, 1, 0]) + bytes(128)
    assert outcome_of(tag) == {Aspect.COMPLETE: Outcome.FAILED}
    assert outcome_of(tag[:-9])[Aspect.COMPLETE] is Outcome.FAILED


def test_a_file_of_another_encoder_is_whole() -> None:
    assert not outcome_of(made("mp3"))
