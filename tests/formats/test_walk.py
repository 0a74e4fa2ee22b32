"""What every walk of the core owes, over the corpus."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from time import perf_counter

import pytest

from corpus import images, media
from corpus.cannot_make import CannotMakeError
from corpus.damage import DAMAGES
from egovarchive.errors import EgovArchiveError, FormatError
from egovarchive.formats import (
    Aspect,
    BytesSource,
    Facts,
    FileSource,
    Limits,
    PropertyReader,
    Validator,
)
from egovarchive.formats.aac import AacWalk
from egovarchive.formats.amr import AmrWalk
from egovarchive.formats.asf import AsfWalk
from egovarchive.formats.bmp import BmpWalk
from egovarchive.formats.flac import FlacWalk
from egovarchive.formats.flv import FlvWalk
from egovarchive.formats.gif import GifWalk
from egovarchive.formats.isobmff import IsobmffWalk
from egovarchive.formats.jp2 import Jp2Walk
from egovarchive.formats.jpeg import JpegWalk
from egovarchive.formats.matroska import MatroskaWalk
from egovarchive.formats.mp3 import Mp3Walk
from egovarchive.formats.mpeg import MpegWalk
from egovarchive.formats.ogg import OggWalk
from egovarchive.formats.png import PngWalk
from egovarchive.formats.riff import RiffWalk
from egovarchive.formats.table import FORMATS
from egovarchive.formats.tiff import TiffWalk
from egovarchive.formats.walk import Walk
from egovarchive.records.outcome import Outcome
from formats.walk_outcomes import SAMPLES, facts, fails, mutated, observed, outcomes

WALKS: tuple[Walk, ...] = (
    PngWalk(), JpegWalk(), GifWalk(), BmpWalk(), TiffWalk(), Jp2Walk(), RiffWalk(),
    IsobmffWalk(), FlacWalk(), Mp3Walk(), AsfWalk(), MpegWalk(), MatroskaWalk(),
    OggWalk(), FlvWalk(), AmrWalk(), AacWalk(),
)  # fmt: skip
VALID = images.VALID | media.VALID
INVALID = images.INVALID | media.INVALID
# Damage of which the structure of these tells nothing: that takes a decoder.
CUTS = ("cut 50 %", "cut 99 %", "last 16 cut")
SUFFIXES = {"jpg": "jpeg", "png": "png", "tif": "tiff", "mp3": "mp3", "mp4": "mp4",
            "wav": "wav"}  # fmt: skip


def walk_of(name: str) -> Walk:
    """Return the one walk through files of the format called *name*."""
    (found,) = (walk for walk in WALKS if walk.reads(FORMATS[name]))
    return found


def bytes_of(maker: Callable[[], bytes]) -> bytes:
    try:
        return maker()
    except CannotMakeError as error:
        pytest.skip(str(error))


def test_walks_are_validators_and_readers() -> None:
    validators: tuple[Validator, ...] = WALKS
    readers: tuple[PropertyReader, ...] = WALKS
    for tools in (validators, readers):
        assert len({tool.tool.name for tool in tools}) == len(WALKS)
    assert not any(walk.isolated for walk in WALKS)


@pytest.mark.parametrize("name", sorted({name.partition("/")[0] for name in VALID}))
def test_a_walk_answers_only_what_is_asked(name: str) -> None:
    answered = walk_of(name).answers(FORMATS[name])
    assert {Aspect.COMPLETE, Aspect.BOUNDED} <= answered <= FORMATS[name].asks
    assert not walk_of(name).answers(FORMATS["pdf"])


@pytest.mark.parametrize("name", VALID)
def test_nothing_is_said_of_a_file_that_is_whole(name: str) -> None:
    form = name.partition("/")[0]
    assert not outcomes(walk_of(form), bytes_of(VALID[name]), form)


@pytest.mark.parametrize(
    "path",
    [path for path in sorted(SAMPLES.rglob("*")) if path.suffix[1:] in SUFFIXES],
    ids=lambda path: path.stem,
)
def test_nothing_is_said_of_the_samples(path: object) -> None:
    source = FileSource.of(str(path))
    form = SUFFIXES[source.path.suffix[1:]]
    walk = walk_of(form)
    assert not list(walk.validate(source, FORMATS[form], Limits()))
    assert walk.read(source, FORMATS[form], Limits()) != Facts()


@pytest.mark.parametrize(
    "name", [name for name in INVALID if name != "jpeg/bits_flipped"]
)
def test_the_right_aspect_fails(name: str) -> None:
    maker, aspect = INVALID[name]
    form = name.partition("/")[0]
    found = outcomes(walk_of(form), bytes_of(maker), form)
    assert found[aspect] in {Outcome.FAILED, Outcome.WARNED}


@pytest.mark.parametrize("damage", CUTS)
@pytest.mark.parametrize("name", VALID)
def test_a_cut_off_file_is_not_complete(name: str, damage: str) -> None:
    form = name.partition("/")[0]
    data = DAMAGES[damage](bytes_of(VALID[name]))
    assert fails(walk_of(form), data, form)


@pytest.mark.parametrize("name", VALID)
def test_a_file_with_another_behind_it_is_not_left_alone(name: str) -> None:
    form = name.partition("/")[0]
    data = DAMAGES["junk appended"](bytes_of(VALID[name]))
    found = outcomes(walk_of(form), data, form)
    assert {Outcome.FAILED, Outcome.WARNED} & set(found.values())


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.name)
@pytest.mark.parametrize("data", [b"", b"\0", bytes(5000), b"not a picture at all"])
def test_what_is_something_else_is_said_to_be(walk: Walk, data: bytes) -> None:
    source, form = BytesSource("file", data), FORMATS[min(walk.formats)]
    with pytest.raises(FormatError):
        walk.read(source, form, Limits())
    assert fails(walk, data, form.id)


@pytest.mark.parametrize("name", VALID)
def test_hostile_bytes_are_a_finding_within_time(name: str) -> None:
    form = name.partition("/")[0]
    started = perf_counter()
    for data in mutated(bytes_of(VALID[name]), 40):
        first, second = (outcomes(walk_of(form), data, form) for _ in range(2))
        assert first == second
        with contextlib.suppress(EgovArchiveError):
            facts(walk_of(form), data, form)
    assert perf_counter() - started < 10


@pytest.mark.parametrize("name", ["png/made", "tiff/made", "wav/silence"])
def test_when_the_time_is_up_nothing_has_passed(name: str) -> None:
    form = name.partition("/")[0]
    walk = walk_of(form)
    found = outcomes(walk, bytes_of(VALID[name]), form, Limits(seconds=-1.0))
    assert found == dict.fromkeys(walk.answers(FORMATS[form]), Outcome.NOT_PERFORMED)


def test_what_is_cut_off_before_its_end_has_no_end_to_judge() -> None:
    data = DAMAGES["cut 50 %"](bytes_of(VALID["png/made"]))
    found = outcomes(PngWalk(), data, "png")
    assert found == {
        Aspect.COMPLETE: Outcome.FAILED,
        Aspect.READABLE: Outcome.NOT_PERFORMED,
        Aspect.BOUNDED: Outcome.NOT_PERFORMED,
    }


def test_findings_name_what_was_expected_and_found() -> None:
    data = VALID["wav/silence"]()
    (first, *_) = observed(RiffWalk(), data[:-16], "wav")
    assert first.en == "it should be at least 16044 bytes long, and has 16028"
    assert first.zh == "应至少为 16044 字节，实为 16028 字节"


def test_padding_behind_the_end_only_warns() -> None:
    data = bytes_of(VALID["png/made"])
    for padding in (bytes(512), b"\r\n"):
        assert outcomes(PngWalk(), data + padding, "png") == {
            Aspect.BOUNDED: Outcome.WARNED
        }


def test_a_cut_off_file_still_says_what_it_read() -> None:
    data = bytes_of(VALID["jpeg/made"])
    assert facts(JpegWalk(), data[: len(data) // 2], "jpeg").width == 160
