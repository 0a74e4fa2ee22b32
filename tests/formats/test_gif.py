"""GIF: blocks up to the trailer."""

from __future__ import annotations

import struct

import pytest

from corpus.images import made
from egovarchive.formats import Aspect, Facts
from egovarchive.formats.gif import GifWalk
from egovarchive.records.outcome import Outcome

pytest.importorskip("PIL", reason="Pillow is not installed")
from formats.walk_outcomes import facts, outcomes


def outcome_of(data: bytes) -> dict[Aspect, Outcome]:
    return outcomes(GifWalk(), data, "gif")


def test_it_tells_size() -> None:
    assert facts(GifWalk(), made("gif"), "gif") == Facts(
        width=160, height=120, colour="colour", compression="lzw"
    )


def test_a_file_without_an_image_is_not_complete() -> None:
    data = b"GIF89a" + struct.pack("<HHBBB", 8, 8, 0, 0, 0) + b";"
    assert outcome_of(data) == {Aspect.COMPLETE: Outcome.FAILED}


def test_an_image_beyond_the_screen_is_odd() -> None:
    data = bytearray(made("gif"))
    struct.pack_into("<H", data, 6, 20)
    assert outcome_of(bytes(data)) == {Aspect.COMPLETE: Outcome.WARNED}


def test_a_block_of_an_unknown_kind_ends_the_walk() -> None:
    data = made("gif")[:-1] + b"\x42\0;"
    assert outcome_of(data)[Aspect.COMPLETE] is Outcome.FAILED
