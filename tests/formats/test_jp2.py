"""JPEG 2000: boxes and codestream."""

from __future__ import annotations

import struct

import pytest

from corpus.images import made
from egovarchive.formats import Aspect
from egovarchive.formats.jp2 import Jp2Walk
from egovarchive.records.outcome import Outcome

pytest.importorskip("PIL", reason="Pillow is not installed")
from formats.walk_outcomes import facts, outcomes


def outcome_of(data: bytes) -> dict[Aspect, Outcome]:
    return outcomes(Jp2Walk(), data, "jp2")


@pytest.mark.parametrize("name", ["jp2", "jp2/codestream"])
def test_it_tells_size(name: str) -> None:
    found = facts(Jp2Walk(), made(name), "jp2")
    assert (found.width, found.height, found.compression) == (160, 120, "jpeg2000")


def test_it_tells_resolution() -> None:
    data = made("jp2")
    # 300 dots an inch are 11811 dots a metre: 11811/1 times ten to the power of 0.
    inner = struct.pack(">I4sHHHHbb", 18, b"resc", 11811, 1, 11811, 1, 0, 0)
    box = struct.pack(">I4s", 8 + len(inner), b"res ") + inner
    place = data.index(b"jp2h") - 4
    (size,) = struct.unpack_from(">I", data, place)
    header = data[place : place + size] + box
    header = struct.pack(">I", len(header)) + header[4:]
    whole = data[:place] + header + data[place + size :]
    assert not outcome_of(whole)
    assert facts(Jp2Walk(), whole, "jp2").resolution == 300.0


def test_a_file_without_a_codestream_is_not_complete() -> None:
    data = made("jp2")
    assert outcome_of(data[: data.index(b"jp2c") - 4])[Aspect.COMPLETE] is (
        Outcome.FAILED
    )


def test_a_box_that_goes_to_the_end_hides_nothing() -> None:
    data = made("jp2")
    place = data.index(b"jp2c") - 4
    open_ended = data[:place] + bytes(4) + data[place + 4 :]
    assert not outcome_of(open_ended)
    assert outcome_of(open_ended + b"more") == {Aspect.BOUNDED: Outcome.FAILED}


def test_a_lost_marker_is_found() -> None:
    data = bytearray(made("jp2/codestream"))
    data[2] = 0
    assert outcome_of(bytes(data))[Aspect.COMPLETE] is Outcome.FAILED
