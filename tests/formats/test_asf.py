"""WMA and WMV: objects and packets."""

from __future__ import annotations

import struct
from uuid import UUID

from egovarchive.formats import Aspect
from egovarchive.formats.asf import AsfWalk
from egovarchive.records.outcome import Outcome
from formats.media_files import made
from formats.walk_outcomes import facts, outcomes

PROPERTIES = UUID("8CABDCA1-A947-11CF-8EE4-00C00C205365").bytes_le
DATA = UUID("75B22636-668E-11CF-A6D9-00AA0062CE6C").bytes_le
LOCK = UUID("2211B3FB-BD23-11D2-B4B7-00A0C955FC6E").bytes_le


def outcome_of(data: bytes) -> dict[Aspect, Outcome]:
    return outcomes(AsfWalk(), data, "wmv")


def test_a_film_tells_its_streams() -> None:
    found = facts(AsfWalk(), made("wmv"), "wmv")
    assert (found.width, found.height, found.sample_rate) == (160, 120, 22050)
    assert found.codecs == ("wmv2", "wmav2")
    assert found.seconds is not None
    assert abs(found.seconds - 2) < 0.1


def test_an_encrypted_film_is_found() -> None:
    data = made("wmv")
    size, count = struct.unpack_from("<QI", data, 16)
    locked = struct.pack("<16sQII", LOCK, 32, 0, 0)
    header = data[:16] + struct.pack("<QI", size + 32, count + 1) + data[28:30]
    found = outcome_of(header + locked + data[30:])
    assert found[Aspect.UNENCRYPTED] is Outcome.FAILED


def test_packets_that_are_not_there_are_missed() -> None:
    data = bytearray(made("wma"))
    place = data.index(DATA) + 40
    (packets,) = struct.unpack_from("<Q", data, place)
    struct.pack_into("<Q", data, place, packets + 1)
    assert outcome_of(bytes(data)) == {Aspect.COMPLETE: Outcome.FAILED}


def test_a_film_without_data_is_not_complete() -> None:
    data = made("wma")
    assert outcome_of(data[: data.index(DATA)])[Aspect.COMPLETE] is Outcome.FAILED


def test_a_film_of_no_packets_is_not_complete() -> None:
    data = bytearray(made("wma"))
    struct.pack_into("<Q", data, data.index(PROPERTIES) + 56, 0)
    assert outcome_of(bytes(data))[Aspect.COMPLETE] is Outcome.FAILED


def test_an_object_of_no_size_ends_the_walk() -> None:
    data = bytearray(made("wma"))
    struct.pack_into("<Q", data, data.index(DATA) + 16, 0)
    assert outcome_of(bytes(data))[Aspect.COMPLETE] is Outcome.FAILED
