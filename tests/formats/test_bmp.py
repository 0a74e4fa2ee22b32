"""BMP: headers and sizes."""

from __future__ import annotations

import struct

import pytest

from corpus.images import made
from egovarchive.formats import Aspect, Facts
from egovarchive.formats.bmp import BmpWalk
from egovarchive.records.outcome import Outcome

pytest.importorskip("PIL", reason="Pillow is not installed")
from formats.walk_outcomes import facts, outcomes


def outcome_of(data: bytes) -> dict[Aspect, Outcome]:
    return outcomes(BmpWalk(), data, "bmp")


def patched(offset: int, form: str, value: int) -> bytes:
    data = bytearray(made("bmp"))
    struct.pack_into(form, data, offset, value)
    return bytes(data)


def test_it_tells_size_and_resolution() -> None:
    assert facts(BmpWalk(), made("bmp"), "bmp") == Facts(
        width=160, height=120, resolution=300.0, colour="colour", compression="none"
    )


def test_a_picture_whose_first_row_is_the_upper_one_is_fine() -> None:
    data = patched(22, "<i", -120)
    assert not outcome_of(data)
    assert facts(BmpWalk(), data, "bmp").height == 120


def test_a_picture_of_the_old_header_is_fine() -> None:
    pixels = bytes(4 * 2)
    header = struct.pack("<2sIHHIIHHHH", b"BM", 26 + 8, 0, 0, 26, 12, 1, 2, 1, 24)
    assert not outcome_of(header + pixels)


def test_40000_pixels_that_are_not_there_are_missed() -> None:
    data = patched(18, "<i", 40_000)
    assert outcome_of(data)[Aspect.COMPLETE] is Outcome.FAILED


@pytest.mark.parametrize(("offset", "value"), [(18, 0), (18, -4), (22, 0), (28, 7)])
def test_a_header_that_cannot_be_is_broken(offset: int, value: int) -> None:
    data = patched(offset, "<i" if offset < 28 else "<h", value)
    assert outcome_of(data)[Aspect.COMPLETE] is Outcome.FAILED


def test_a_wrong_size_in_the_header_is_odd() -> None:
    assert outcome_of(patched(2, "<I", 99)) == {Aspect.COMPLETE: Outcome.WARNED}
