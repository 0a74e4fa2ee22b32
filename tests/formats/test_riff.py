"""WAVE, AVI and WebP: chunks."""

from __future__ import annotations

import struct

import pytest

from corpus import images
from corpus.media import wave
from egovarchive.formats import Aspect, Facts
from egovarchive.formats.riff import RiffWalk
from egovarchive.formats.table import FORMATS
from egovarchive.records.outcome import Outcome
from formats.media_files import made
from formats.walk_outcomes import facts, outcomes


def outcome_of(data: bytes, name: str = "wav") -> dict[Aspect, Outcome]:
    return outcomes(RiffWalk(), data, name)


def test_a_wave_file_tells_its_length() -> None:
    assert facts(RiffWalk(), wave(16_000), "wav") == Facts(
        seconds=2.0, codecs=("pcm",), sample_rate=8000
    )


def test_silence_of_no_length_is_not_complete() -> None:
    assert outcome_of(wave(0)) == {Aspect.COMPLETE: Outcome.FAILED}


def test_half_a_sample_is_not_complete() -> None:
    data = bytearray(wave(8))
    struct.pack_into("<I", data, 40, 15)
    assert outcome_of(bytes(data))[Aspect.COMPLETE] is Outcome.FAILED


def test_a_file_without_its_format_is_not_complete() -> None:
    assert outcome_of(wave().replace(b"fmt ", b"junk")) == {
        Aspect.COMPLETE: Outcome.FAILED
    }


def test_a_size_that_was_never_filled_in_is_odd() -> None:
    data = bytearray(wave())
    struct.pack_into("<I", data, 4, 0xFFFFFFFF)
    assert outcome_of(bytes(data)) == {Aspect.COMPLETE: Outcome.WARNED}


def test_the_pad_byte_may_be_left_out() -> None:
    data = wave() + struct.pack("<4sI", b"note", 3) + b"abc"
    data = data[:4] + struct.pack("<I", len(data) - 8) + data[8:]
    assert not outcome_of(data)
    assert not outcome_of(data + b"\0")


def test_a_file_of_more_than_4_gigabytes_states_its_size_elsewhere() -> None:
    plain = wave(100)
    sizes = struct.pack("<4sIQQQI", b"ds64", 28, len(plain) - 8 + 36, 200, 100, 0)
    data = (
        b"RF64\xff\xff\xff\xffWAVE" + sizes + plain[12:36] + b"data\xff\xff\xff\xff"
        + plain[44:]
    )  # fmt: skip
    assert not outcome_of(data)
    assert outcome_of(data[:-10])[Aspect.COMPLETE] is Outcome.FAILED


def test_a_film_tells_its_streams() -> None:
    found = facts(RiffWalk(), made("avi"), "avi")
    assert (found.width, found.height, found.sample_rate) == (160, 120, 22050)
    assert found.codecs == ("mpeg4", "mp3")
    assert found.seconds is not None
    assert abs(found.seconds - 2) < 0.2


def test_an_index_that_leads_out_of_the_file_is_broken() -> None:
    data = bytearray(made("avi"))
    place = data.rindex(b"idx1") + 8 + 16
    struct.pack_into("<I", data, place + 8, 1 << 30)
    assert outcome_of(bytes(data), "avi") == {Aspect.COMPLETE: Outcome.FAILED}


def test_a_film_without_its_header_is_not_complete() -> None:
    data = made("avi").replace(b"hdrl", b"junk")
    assert outcome_of(data, "avi")[Aspect.COMPLETE] is Outcome.FAILED


def test_a_further_piece_belongs_to_the_film() -> None:
    piece = struct.pack("<4sI4s", b"RIFF", 4, b"AVIX")
    assert not outcome_of(made("avi") + piece, "avi")
    cut = struct.pack("<4sI4s", b"RIFF", 400, b"AVIX")
    assert outcome_of(made("avi") + cut, "avi")[Aspect.COMPLETE] is Outcome.FAILED


def test_a_picture_tells_its_size() -> None:
    pytest.importorskip("PIL", reason="Pillow is not installed")
    found = facts(RiffWalk(), images.made("webp"), "webp")
    assert (found.width, found.height, found.compression) == (160, 120, "webp")
    assert Aspect.UNENCRYPTED not in RiffWalk().answers(FORMATS["webp"])
