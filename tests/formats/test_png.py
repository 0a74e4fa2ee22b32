"""PNG: chunks and pixels."""

from __future__ import annotations

import struct
import tracemalloc
import zlib
from datetime import datetime, timezone

import pytest

from corpus.images import chunk, huge_png, made, png, png_bomb, short_png
from egovarchive.formats import Aspect, Facts, Limits
from egovarchive.formats.png import PngWalk
from egovarchive.records.outcome import Outcome

pytest.importorskip("PIL", reason="Pillow is not installed")
from formats.walk_outcomes import facts, observed, outcomes

PIXELS = zlib.compress(bytes(8 * 9))


def with_chunk(data: bytes, *, before: bytes = b"IDAT") -> bytes:
    """Return a small picture with the chunk *data* in it."""
    whole = png(8, 8, PIXELS)
    place = whole.index(before) - 4
    return whole[:place] + data + whole[place:]


def outcome_of(data: bytes) -> dict[Aspect, Outcome]:
    return outcomes(PngWalk(), data, "png")


def test_it_tells_size_resolution_and_colour() -> None:
    assert facts(PngWalk(), made("png"), "png") == Facts(
        width=160, height=120, resolution=300.0, colour="colour", compression="deflate"
    )
    assert facts(PngWalk(), made("png/bitonal"), "png").colour == "bitonal"


def test_it_tells_program_title_and_time() -> None:
    data = with_chunk(
        chunk(b"tEXt", b"Software\0scanner 2")
        + chunk(b"tEXt", b"Title\0plan")
        + chunk(b"tIME", struct.pack(">HBBBBB", 2025, 8, 13, 9, 42, 0))
    )
    found = facts(PngWalk(), data, "png")
    assert (found.application, found.title) == ("scanner 2", "plan")
    assert found.modified == datetime(2025, 8, 13, 9, 42, tzinfo=timezone.utc)


def test_a_time_that_cannot_be_warns() -> None:
    data = with_chunk(chunk(b"tIME", bytes(7)))
    assert outcome_of(data) == {Aspect.COMPLETE: Outcome.WARNED}


@pytest.mark.parametrize("place", [40, 45, -1])
def test_a_wrong_checksum_is_found(place: int) -> None:
    data = bytearray(png(8, 8, PIXELS))
    data[place] ^= 1
    assert outcome_of(bytes(data))[Aspect.COMPLETE] is Outcome.FAILED


def test_too_few_and_too_many_pixels_are_unreadable() -> None:
    for data in (short_png(), png(8, 8, zlib.compress(bytes(8 * 9 + 1)))):
        assert outcome_of(data)[Aspect.READABLE] is Outcome.FAILED


def test_pixels_whose_stream_does_not_end_are_unreadable() -> None:
    assert outcome_of(png(8, 8, PIXELS[:-4]))[Aspect.READABLE] is Outcome.FAILED
    assert outcome_of(png(8, 8, b"no zlib"))[Aspect.READABLE] is Outcome.FAILED


def test_a_row_with_an_unknown_filter_is_unreadable() -> None:
    rows = zlib.compress(bytes(9 * 7) + b"\5" + bytes(8))
    (found,) = observed(PngWalk(), png(8, 8, rows), "png")
    assert (found.aspect, found.en) == (
        Aspect.READABLE,
        "a row has an unknown filter",
    )


def test_a_bomb_takes_no_memory() -> None:
    data = png_bomb()
    tracemalloc.start()
    found = outcome_of(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found[Aspect.READABLE] is Outcome.FAILED
    assert peak < 8 << 20


def test_a_header_of_40000_pixels_is_not_believed() -> None:
    data = huge_png()
    tracemalloc.start()
    found = outcome_of(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == {Aspect.READABLE: Outcome.NOT_PERFORMED}
    assert peak < 4 << 20


def test_what_may_be_inflated_is_bounded() -> None:
    found = outcomes(PngWalk(), made("png"), "png", Limits(inflated=1000))
    assert found == {Aspect.READABLE: Outcome.NOT_PERFORMED}


def test_image_data_in_two_runs_is_broken() -> None:
    data = with_chunk(
        chunk(b"IDAT", PIXELS[:4]) + chunk(b"tEXt", b"Title\0x"), before=b"IDAT"
    )
    assert outcome_of(data)[Aspect.COMPLETE] is Outcome.FAILED


def test_critical_chunks_must_be_known_and_once() -> None:
    header = png(8, 8, PIXELS)[8:33]
    for data in (chunk(b"ABCD", b""), header):
        assert outcome_of(with_chunk(data)) == {Aspect.READABLE: Outcome.FAILED}
    assert not outcome_of(with_chunk(chunk(b"abCd", b"private")))


def test_a_palette_and_pixels_must_be_there() -> None:
    whole = made("png/palette")
    start = whole.index(b"PLTE") - 4
    (size,) = struct.unpack_from(">I", whole, start)
    without = whole[:start] + whole[start + 12 + size :]
    assert outcome_of(without)[Aspect.COMPLETE] is Outcome.FAILED
    empty = png(8, 8, PIXELS).replace(chunk(b"IDAT", PIXELS), b"")
    assert outcome_of(empty)[Aspect.COMPLETE] is Outcome.FAILED


@pytest.mark.parametrize(
    ("width", "height", "depth"), [(0, 8, 8), (8, 0, 8), (8, 8, 3)]
)
def test_a_header_that_cannot_be_is_unreadable(
    width: int, height: int, depth: int
) -> None:
    data = png(width, height, PIXELS, depth=depth)
    assert outcome_of(data) == {Aspect.READABLE: Outcome.FAILED}


@pytest.mark.parametrize("width", [1, 2, 5, 8, 13])
def test_an_interlaced_picture_has_the_size_of_its_passes(width: int) -> None:
    starts, steps = (0, 4, 0, 2, 0, 1, 0), (8, 8, 4, 4, 2, 2, 1)
    tops, downs = (0, 0, 4, 0, 2, 0, 1), (8, 8, 8, 4, 4, 2, 2)
    size = 0
    for start, step, top, down in zip(starts, steps, tops, downs, strict=True):
        columns = len(range(start, width, step))
        size += len(range(top, 9, down)) * (1 + columns) if columns else 0
    header = struct.pack(">IIBBBBB", width, 9, 8, 0, 0, 0, 1)

    def interlaced(pixels: int) -> bytes:
        return (
            b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", header)
            + chunk(b"IDAT", zlib.compress(bytes(pixels)))
            + chunk(b"IEND", b"")
        )

    assert not outcome_of(interlaced(size))
    assert outcome_of(interlaced(size - 1)) == {Aspect.READABLE: Outcome.FAILED}


def test_of_an_animation_only_the_first_picture_is_decoded() -> None:
    data = with_chunk(chunk(b"acTL", bytes(8)))
    assert outcome_of(data) == {Aspect.READABLE: Outcome.NOT_PERFORMED}
