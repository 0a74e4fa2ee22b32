"""Matroska and WebM: elements."""

from __future__ import annotations

import struct

from egovarchive.formats import Aspect
from egovarchive.formats.matroska import MatroskaWalk
from egovarchive.records.outcome import Outcome
from formats.media_files import made
from formats.walk_outcomes import facts, observed, outcomes

EBML, SEGMENT, CLUSTER = b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67", b"\x1f\x43\xb6\x75"
TRACKS, ENTRY = b"\x16\x54\xae\x6b", b"\xae"
UNKNOWN = b"\x01\xff\xff\xff\xff\xff\xff\xff"


def outcome_of(data: bytes) -> dict[Aspect, Outcome]:
    return outcomes(MatroskaWalk(), data, "mkv")


def element(name: bytes, data: bytes) -> bytes:
    return name + struct.pack(">Q", 1 << 56 | len(data)) + data


def film(*parts: bytes) -> bytes:
    return element(EBML, b"") + element(SEGMENT, b"".join(parts))


SOUND = element(CLUSTER, b"sound")


def test_a_film_tells_its_streams() -> None:
    found = facts(MatroskaWalk(), made("mkv"), "mkv")
    assert (found.width, found.height, found.sample_rate) == (160, 120, 22050)
    assert set(found.codecs or ()) == {"mpeg4", "vorbis"}
    assert found.seconds is not None
    assert abs(found.seconds - 2) < 0.1
    assert (found.application or "").startswith("Lavf")


def test_a_film_without_clusters_plays_nothing() -> None:
    assert not outcome_of(film(SOUND))
    assert outcome_of(film()) == {Aspect.COMPLETE: Outcome.FAILED}


def test_an_encrypted_track_is_found() -> None:
    inner = b""
    for name in (b"\x50\x35", b"\x62\x40", b"\x6d\x80", ENTRY, TRACKS):
        inner = element(name, inner)
    assert outcome_of(film(inner, SOUND)) == {Aspect.UNENCRYPTED: Outcome.FAILED}


def test_a_checksum_that_is_wrong_is_found() -> None:
    data = bytearray(made("mkv"))
    place = data.index(b"Lavf")
    data[place] ^= 1
    (found,) = observed(MatroskaWalk(), bytes(data), "mkv")
    assert found.en.startswith("the checksum of an element should be ")


def test_a_film_written_live_states_no_sizes() -> None:
    live = element(EBML, b"") + SEGMENT + UNKNOWN + CLUSTER + UNKNOWN + b"sound"
    assert outcome_of(live) == {Aspect.COMPLETE: Outcome.NOT_PERFORMED}


def test_an_unknown_element_ends_the_walk() -> None:
    found = outcome_of(film(SOUND, element(b"\x81", b"what")))
    assert found[Aspect.COMPLETE] is Outcome.FAILED


def test_elements_within_elements_have_an_end() -> None:
    inner = b""
    for _ in range(500):
        inner = element(b"\x6d\x80", inner)
    assert not outcome_of(film(element(TRACKS, inner), SOUND))
