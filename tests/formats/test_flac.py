"""FLAC: metadata, and frames to the end."""

from __future__ import annotations

import struct

from egovarchive.formats import Aspect, Facts
from egovarchive.formats.flac import FlacWalk
from egovarchive.records.outcome import Outcome
from formats.media_files import made
from formats.walk_outcomes import facts, observed, outcomes


def outcome_of(data: bytes) -> dict[Aspect, Outcome]:
    return outcomes(FlacWalk(), data, "flac")


def frames(data: bytes) -> list[int]:
    """Return where the frames of *data* begin."""
    sync = b"\xff\xf8"
    places = [data.index(sync)]
    while (place := data.find(sync, places[-1] + 2)) > 0:
        places.append(place)
    return places


def test_it_tells_its_length() -> None:
    assert facts(FlacWalk(), made("flac"), "flac") == Facts(
        seconds=2.0, codecs=("flac",), sample_rate=22050
    )


def test_a_lost_frame_is_named() -> None:
    data = made("flac")
    _, second, third, *_ = frames(data)
    (found,) = observed(FlacWalk(), data[:second] + data[third:], "flac")
    assert found.en.startswith("expected sample ")
    assert found.place == f"@{second}"


def test_the_last_frame_cut_or_changed_is_found() -> None:
    data = made("flac")
    for damaged in (data[:-1], data[:-3] + b"\0" + data[-2:]):
        assert outcome_of(damaged)[Aspect.COMPLETE] is Outcome.FAILED


def test_without_frames_it_is_not_complete() -> None:
    data = made("flac")
    assert outcome_of(data[: frames(data)[0]])[Aspect.COMPLETE] is Outcome.FAILED


def test_other_bytes_instead_of_frames_are_found() -> None:
    data = made("flac")
    start = frames(data)[0]
    assert outcome_of(data[:start] + bytes(500))[Aspect.COMPLETE] is Outcome.FAILED


def test_tags_around_it_belong_to_it() -> None:
    before = b"ID3\4\0\0" + bytes([0, 0, 0, 5]) + b"title"
    after = b"TAG" + bytes(125)
    assert not outcome_of(before + made("flac") + after)


def test_a_length_that_is_not_stated_is_not_compared() -> None:
    data = bytearray(made("flac"))
    (packed,) = struct.unpack_from(">Q", data, 18)
    struct.pack_into(">Q", data, 18, packed >> 36 << 36)
    assert not outcome_of(bytes(data))
    assert facts(FlacWalk(), bytes(data), "flac").seconds is None
