"""TIFF: directories and what they point to."""

from __future__ import annotations

import struct
from datetime import datetime

import pytest

from corpus.images import endless_tiff, made
from egovarchive.formats import Aspect, Limits
from egovarchive.formats.tiff import TiffWalk
from egovarchive.records.outcome import Outcome

pytest.importorskip("PIL", reason="Pillow is not installed")
from formats.walk_outcomes import SAMPLES, facts, observed, outcomes

OFFSETS, COUNTS, HEIGHT = 273, 279, 257


def outcome_of(data: bytes) -> dict[Aspect, Outcome]:
    return outcomes(TiffWalk(), data, "tiff")


def patched(tag: int, value: int, name: str = "tiff") -> bytes:
    """Return a page with another *value* of a tag."""
    data = bytearray(made(name))
    (at,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, at)
    for place in range(at + 2, at + 2 + 12 * count, 12):
        if struct.unpack_from("<H", data, place) == (tag,):
            struct.pack_into("<HII", data, place + 2, 4, 1, value)
    return bytes(data)


def test_it_tells_pages_and_the_first_of_them() -> None:
    found = facts(TiffWalk(), made("tiff/fax", 3), "tiff")
    assert (found.pages, found.width, found.height) == (3, 160, 120)
    assert (found.colour, found.compression) == ("bitonal", "ccitt4")
    assert found.resolution == 300.0


def test_it_tells_program_and_time_of_a_scan() -> None:
    (path,) = SAMPLES.rglob("林木采伐申请表（扫描件）.tif")
    found = facts(TiffWalk(), path.read_bytes(), "tiff")
    assert (found.pages, found.application) == (2, "Pillow")
    assert found.modified == datetime(2025, 7, 1, 9, 12)


def test_a_list_of_pages_that_leads_back_is_broken() -> None:
    assert outcome_of(endless_tiff())[Aspect.COMPLETE] is Outcome.FAILED


def test_pages_are_bounded() -> None:
    found = outcomes(TiffWalk(), made("tiff", 5), "tiff", Limits(pages=3))
    assert found[Aspect.COMPLETE] is Outcome.NOT_PERFORMED


@pytest.mark.parametrize(
    ("tag", "value"),
    [(OFFSETS, 1 << 30), (COUNTS, 1 << 30), (COUNTS, 5), (HEIGHT, 40_000)],
)
def test_pixels_that_are_not_there_are_missed(tag: int, value: int) -> None:
    assert outcome_of(patched(tag, value))[Aspect.COMPLETE] is Outcome.FAILED


def test_a_file_without_pages_is_not_complete() -> None:
    assert outcome_of(b"II*\0" + bytes(4))[Aspect.COMPLETE] is Outcome.FAILED


def test_a_value_outside_of_the_file_is_named() -> None:
    data = patched(282, 1 << 30)  # one number, but a rational is a pointer
    place = data.index(struct.pack("<H", 282), 8)
    damaged = data[: place + 2] + struct.pack("<H", 5) + data[place + 4 :]
    (found,) = observed(TiffWalk(), damaged, "tiff")
    assert found.en.startswith("the value of tag 282 should end at byte 1073741832")
    assert found.place == "page 1"


def test_what_nothing_points_to_is_odd() -> None:
    data = made("tiff")
    assert not outcome_of(data + bytes(15))
    assert outcome_of(data + bytes(16)) == {Aspect.BOUNDED: Outcome.WARNED}
    assert outcome_of(data + b"x") == {Aspect.BOUNDED: Outcome.WARNED}
