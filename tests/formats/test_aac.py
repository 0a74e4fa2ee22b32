"""AAC in ADTS: frames."""

from __future__ import annotations

from egovarchive.formats import Aspect, Facts
from egovarchive.formats.aac import AacWalk
from egovarchive.records.outcome import Outcome
from formats.media_files import made
from formats.walk_outcomes import facts, outcomes

# MPEG-4, low complexity, 44.1 kHz, mono, 20 bytes.
FRAME = b"\xff\xf1\x50\x40\x02\x80\x00" + bytes(13)


def outcome_of(data: bytes) -> dict[Aspect, Outcome]:
    return outcomes(AacWalk(), data, "aac")


def test_it_tells_its_length() -> None:
    assert facts(AacWalk(), FRAME * 441, "aac") == Facts(
        seconds=10.24, codecs=("aac",), sample_rate=44100
    )
    found = facts(AacWalk(), made("aac"), "aac").seconds
    assert found is not None
    assert abs(found - 2) < 0.15


def test_tags_around_it_belong_to_it() -> None:
    tag = b"ID3\4\0\0" + bytes([0, 0, 0, 2]) + b"ab"
    assert not outcome_of(tag + FRAME * 3 + b"TAG" + bytes(125))


def test_bytes_between_frames_and_behind_them_are_found() -> None:
    found = outcome_of(FRAME * 3 + b"junk" + FRAME)
    assert found[Aspect.COMPLETE] is Outcome.FAILED
    assert outcome_of(FRAME * 3 + b"junk") == {Aspect.BOUNDED: Outcome.FAILED}


def test_a_frame_smaller_than_its_header_ends_the_walk() -> None:
    broken = FRAME[:4] + b"\0" + FRAME[5:]
    assert outcome_of(FRAME + broken)[Aspect.COMPLETE] is Outcome.FAILED
