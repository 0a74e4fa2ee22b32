"""MPEG-4 and QuickTime: boxes, tracks, encryption."""

from __future__ import annotations

import struct
from datetime import datetime, timezone

import pytest

from corpus.media import film_without_sound_or_pictures
from egovarchive.formats import Aspect
from egovarchive.formats.isobmff import IsobmffWalk
from egovarchive.records.outcome import Outcome
from formats.media_files import made
from formats.walk_outcomes import SAMPLES, facts, outcomes


def outcome_of(data: bytes) -> dict[Aspect, Outcome]:
    return outcomes(IsobmffWalk(), data, "mp4")


def film() -> bytes:
    (path,) = SAMPLES.rglob("*.mp4")
    return path.read_bytes()


def test_a_film_tells_its_streams_and_when_it_was_made() -> None:
    found = facts(IsobmffWalk(), film(), "mp4")
    assert (found.width, found.height, found.sample_rate) == (320, 240, 22050)
    assert found.codecs == ("h264", "aac")
    assert found.created == datetime(2025, 8, 13, 1, 40, tzinfo=timezone.utc)
    assert found.seconds == pytest.approx(2.93, abs=0.01)


@pytest.mark.parametrize(
    ("name", "codecs"),
    [
        ("mov", ("mjpeg", "pcm")),
        ("m4a", ("aac",)),
        ("mp4/fragmented", ("mpeg4", "aac")),
    ],
)
def test_other_kinds_tell_theirs(name: str, codecs: tuple[str, ...]) -> None:
    assert facts(IsobmffWalk(), made(name), "mp4").codecs == codecs


def test_an_encrypted_stream_is_found() -> None:
    found = outcome_of(made("mp4/encrypted"))
    assert found == {Aspect.UNENCRYPTED: Outcome.FAILED}


def test_a_system_of_rights_management_is_found() -> None:
    data = film() + struct.pack(">I4sI", 12, b"pssh", 0)
    assert outcome_of(data) == {Aspect.UNENCRYPTED: Outcome.FAILED}


def test_chunks_outside_of_the_media_data_are_found() -> None:
    data = bytearray(film())
    place = data.index(b"stco") + 12
    struct.pack_into(">I", data, place, 8)
    assert outcome_of(bytes(data)) == {Aspect.COMPLETE: Outcome.FAILED}


def test_samples_larger_than_the_media_data_are_found() -> None:
    data = bytearray(film())
    place = data.index(b"stsz") + 16
    struct.pack_into(">I", data, place, 1 << 30)
    assert outcome_of(bytes(data)) == {Aspect.COMPLETE: Outcome.FAILED}


def test_a_table_larger_than_its_box_is_found() -> None:
    data = bytearray(film())
    struct.pack_into(">I", data, data.index(b"stco") + 8, 0xFFFFFFFF)
    assert outcome_of(bytes(data))[Aspect.COMPLETE] is Outcome.FAILED


def test_a_film_of_no_length_is_not_complete() -> None:
    data = film_without_sound_or_pictures()
    assert outcome_of(data) == {Aspect.COMPLETE: Outcome.FAILED}


def test_a_film_without_its_header_is_not_complete() -> None:
    data = film().replace(b"moov", b"free")
    assert outcome_of(data)[Aspect.COMPLETE] is Outcome.FAILED


def test_the_last_box_may_reach_to_the_end() -> None:
    assert not outcome_of(film() + struct.pack(">I4s", 0, b"free") + bytes(9))
