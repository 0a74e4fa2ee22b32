"""AMR: frames."""

from __future__ import annotations

from corpus.media import speech
from egovarchive.formats import Aspect, Facts
from egovarchive.formats.amr import AmrWalk
from egovarchive.records.outcome import Outcome
from formats.walk_outcomes import facts, outcomes


def outcome_of(data: bytes) -> dict[Aspect, Outcome]:
    return outcomes(AmrWalk(), data, "amr")


def test_it_tells_its_length() -> None:
    assert facts(AmrWalk(), speech(100), "amr") == Facts(
        seconds=2.0, codecs=("amr_nb",), sample_rate=8000
    )
    wide = b"#!AMR-WB\n" + (b"\x04" + bytes(17)) * 50
    assert facts(AmrWalk(), wide, "amr") == Facts(
        seconds=1.0, codecs=("amr_wb",), sample_rate=16000
    )


def test_talk_of_no_length_is_not_complete() -> None:
    assert outcome_of(speech(0)) == {Aspect.COMPLETE: Outcome.FAILED}


def test_a_frame_of_an_unknown_kind_ends_the_walk() -> None:
    assert outcome_of(speech(3) + b"\x54")[Aspect.COMPLETE] is Outcome.FAILED
    assert outcome_of(speech(3) + b"\x3d" + bytes(31))[Aspect.COMPLETE] is (
        Outcome.FAILED
    )
