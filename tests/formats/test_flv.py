"""FLV: tags."""

from __future__ import annotations

import struct

from egovarchive.formats import Aspect
from egovarchive.formats.flv import FlvWalk
from egovarchive.records.outcome import Outcome
from formats.media_files import made
from formats.walk_outcomes import facts, outcomes

HEAD = b"FLV\1\5" + struct.pack(">II", 9, 0)


def outcome_of(data: bytes) -> dict[Aspect, Outcome]:
    return outcomes(FlvWalk(), data, "flv")


def tag(kind: int, data: bytes, *, size: int | None = None) -> bytes:
    head = bytes([kind]) + len(data).to_bytes(3, "big") + bytes(7)
    return head + data + struct.pack(">I", 11 + len(data) if size is None else size)


def test_a_film_tells_its_streams() -> None:
    found = facts(FlvWalk(), made("flv"), "flv")
    assert found.codecs == ("flv1", "mp3")
    assert found.seconds is not None
    assert abs(found.seconds - 2) < 0.1


def test_a_size_that_is_not_repeated_is_found() -> None:
    assert not outcome_of(HEAD + tag(8, b"\x2fsound"))
    assert outcome_of(HEAD + tag(8, b"\x2fsound", size=3)) == {
        Aspect.COMPLETE: Outcome.FAILED
    }


def test_an_encrypted_tag_is_found() -> None:
    assert outcome_of(HEAD + tag(8 | 0x20, b"\x2fsound")) == {
        Aspect.UNENCRYPTED: Outcome.FAILED
    }


def test_a_header_alone_plays_nothing() -> None:
    assert outcome_of(HEAD) == {Aspect.COMPLETE: Outcome.FAILED}
