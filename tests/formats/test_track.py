"""Tracks and boxes."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.formats import BytesSource
from egovarchive.formats.octets import CutOffError, Octets
from egovarchive.formats.track import Box, boxes, read_track


def octets(data: bytes) -> Octets:
    return Octets(BytesSource("file", data))


def box(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(data), name) + data


@given(st.lists(st.tuples(st.sampled_from([b"free", b"moov"]), st.binary(max_size=9))))
def test_boxes_tile_a_file(parts: list[tuple[bytes, bytes]]) -> None:
    data = b"".join(box(name, inner) for name, inner in parts)
    found = list(boxes(octets(data), 0, len(data)))
    assert [(each.name, data[each.at : each.end]) for each in found] == parts


def test_a_large_box_has_a_large_size() -> None:
    data = struct.pack(">I4sQ", 1, b"mdat", 20) + b"data"
    assert list(boxes(octets(data), 0, len(data))) == [Box(b"mdat", 16, 20)]


def test_a_size_that_cannot_be_is_the_last() -> None:
    data = struct.pack(">I4s", 3, b"mdat") + box(b"free", b"")
    assert list(boxes(octets(data), 0, len(data))) == [Box(b"", 0, 0)]


def test_samples_of_one_size_are_multiplied() -> None:
    sizes = box(b"stsz", struct.pack(">III", 0, 100, 7))
    data = box(b"trak", box(b"mdia", box(b"minf", box(b"stbl", sizes))))
    (trak,) = boxes(octets(data), 0, len(data))
    track = read_track(octets(data), trak)
    assert (track.samples, track.size, list(track.offsets)) == (7, 700, [])


def test_an_inner_box_does_not_leave_the_outer_one() -> None:
    data = box(b"trak", struct.pack(">I4s", 99, b"mdia")) + bytes(200)
    trak = next(boxes(octets(data), 0, len(data)))
    with pytest.raises(CutOffError):
        read_track(octets(data), trak)
