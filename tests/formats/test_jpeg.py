"""JPEG: markers up to the end of the image."""

from __future__ import annotations

import io
from datetime import datetime

import pytest

from corpus.images import made
from egovarchive.formats import Aspect, Facts
from egovarchive.formats.jpeg import JpegWalk
from egovarchive.records.outcome import Outcome
from formats.walk_outcomes import facts, outcomes

Image = pytest.importorskip("PIL.Image", reason="Pillow is not installed")


def outcome_of(data: bytes) -> dict[Aspect, Outcome]:
    return outcomes(JpegWalk(), data, "jpeg")


def photo(**options: object) -> bytes:
    """Return a photograph with what cameras write into Exif."""
    exif = Image.Exif()
    exif[282], exif[283], exif[296] = 180.0, 180.0, 2
    exif[305], exif[306] = "camera 3", "2025:08:13 09:42:00"
    exif.get_ifd(34665)[36867] = "2025:08:12 08:00:00"
    file = io.BytesIO()
    Image.new("L", (40, 30)).save(file, "JPEG", exif=exif, **options)
    return file.getvalue()


def test_it_tells_size_resolution_and_colour() -> None:
    assert facts(JpegWalk(), made("jpeg"), "jpeg") == Facts(
        width=160, height=120, resolution=300.0, colour="colour", compression="jpeg"
    )


def test_it_tells_what_exif_says() -> None:
    found = facts(JpegWalk(), photo(), "jpeg")
    assert found.colour == "grey"
    assert found.resolution == 180.0
    assert found.application == "camera 3"
    assert found.created == datetime(2025, 8, 12, 8)
    assert found.modified == datetime(2025, 8, 13, 9, 42)


def test_the_resolution_of_jfif_goes_first() -> None:
    assert facts(JpegWalk(), photo(dpi=(300, 300)), "jpeg").resolution == 300.0


def test_broken_exif_does_not_break_the_picture() -> None:
    data = photo()
    place = data.index(b"Exif\0\0") + 6
    damaged = data[: place + 4] + b"\xff\xff\xff\x7f" + data[place + 8 :]
    assert not outcome_of(damaged)
    assert facts(JpegWalk(), damaged, "jpeg").width == 40


def test_a_preview_inside_does_not_end_the_picture() -> None:
    data = made("jpeg")
    preview = b"\xff\xe1" + (2 + 4).to_bytes(2, "big") + b"\xff\xd9\xff\xd9"
    assert not outcome_of(data[:2] + preview + data[2:])
    cut = data[:2] + preview + data[2:-2]
    assert outcome_of(cut)[Aspect.COMPLETE] is Outcome.FAILED


def test_further_pictures_behind_it_are_announced() -> None:
    data = made("jpeg")
    announced = data[:2] + b"\xff\xe2\0\x06MPF\0" + data[2:]
    assert outcome_of(announced + data) == {Aspect.BOUNDED: Outcome.WARNED}
    assert outcome_of(data + data) == {Aspect.BOUNDED: Outcome.FAILED}


def test_fill_bytes_before_a_marker_are_allowed() -> None:
    data = made("jpeg")
    assert not outcome_of(data[:2] + b"\xff\xff" + data[2:])


def test_a_picture_without_pixels_is_not_complete() -> None:
    assert outcome_of(b"\xff\xd8\xff\xd9")[Aspect.COMPLETE] is Outcome.FAILED


def test_restart_markers_do_not_end_the_picture() -> None:
    file = io.BytesIO()
    Image.effect_noise((64, 64), 50).save(file, "JPEG", restart_marker_blocks=1)
    assert b"\xff\xd0" in file.getvalue()
    assert not outcome_of(file.getvalue())


def test_a_lost_marker_is_found() -> None:
    data = bytearray(made("jpeg"))
    place = data.index(b"\xff\xdb")
    data[place] = 0
    assert outcome_of(bytes(data))[Aspect.COMPLETE] is Outcome.FAILED
