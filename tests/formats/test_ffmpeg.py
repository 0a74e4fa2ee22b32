"""ffmpeg and ffprobe of the system."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from corpus.damage import DAMAGES
from corpus.media import film_without_sound_or_pictures, wave
from egovarchive.errors import FormatError, ToolError
from egovarchive.formats import (
    DEFAULT_LIMITS,
    Aspect,
    BytesSource,
    FileSource,
    Limits,
    PropertyReader,
    Validator,
)
from egovarchive.formats.ffmpeg import FfmpegValidator, FfprobeReader
from egovarchive.formats.isobmff import IsobmffWalk
from egovarchive.formats.mp3 import Mp3Walk
from egovarchive.formats.table import FORMATS
from egovarchive.records.outcome import Outcome
from formats.media_files import made
from formats.walk_outcomes import SAMPLES, facts, fails, outcomes

VALIDATOR: Validator = FfmpegValidator()
READER: PropertyReader = FfprobeReader()
needed = pytest.mark.skipif(
    not (VALIDATOR.tool.version and READER.tool.version),
    reason="ffmpeg is not installed",
)
ABSENT = "a-program-that-is-not-there"


def program(folder: Path, script: str) -> str:
    """Return the path of a program that does *script*."""
    path = folder / "program"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def film() -> Path:
    (path,) = SAMPLES.rglob("*.mp4")
    return path


@needed
@pytest.mark.parametrize("form", ["wav", "mp3", "mp4"])
def test_the_samples_decode(form: str) -> None:
    (path,) = SAMPLES.rglob(f"*.{form}")
    source = FileSource.of(path)
    assert not list(VALIDATOR.validate(source, FORMATS[form], DEFAULT_LIMITS))
    assert READER.read(source, FORMATS[form], DEFAULT_LIMITS).seconds == pytest.approx(
        3, 0.1
    )


@needed
@pytest.mark.parametrize(
    "name", ["flac", "ogg", "avi", "wmv", "mpg", "mpg/transport", "mkv", "flv"]
)
def test_whole_files_decode(name: str) -> None:
    assert not outcomes(VALIDATOR, made(name), name.partition("/")[0])


@needed
@pytest.mark.parametrize("name", ["flac", "mp4", "mov", "m4a"])
@pytest.mark.parametrize("damage", ["cut 50 %", "20 bits"])
def test_damage_is_heard(name: str, damage: str) -> None:
    assert fails(VALIDATOR, DAMAGES[damage](made(name)), name)


@needed
def test_a_file_of_no_length_is_not_complete() -> None:
    for data, form in ((wave(0), "wav"), (film_without_sound_or_pictures(), "mp4")):
        assert fails(VALIDATOR, data, form)


@needed
def test_it_reads_what_the_walks_read() -> None:
    (talk,) = SAMPLES.rglob("*.mp3")
    for walk, path in ((IsobmffWalk(), film()), (Mp3Walk(), talk)):
        form = path.suffix[1:]
        ours, theirs = (facts(tool, path.read_bytes(), form) for tool in (walk, READER))
        assert ours.codecs == theirs.codecs
        assert ours.sample_rate == theirs.sample_rate
        assert (ours.width, ours.height) == (theirs.width, theirs.height)
        assert ours.created == theirs.created
        assert ours.seconds == pytest.approx(theirs.seconds, abs=0.1)


@needed
@pytest.mark.parametrize(
    "name", ["-i.mp4", "concat:x|y.mp4", "http:x.mp4", "名 '\".mp4"]
)
def test_a_name_is_never_an_option_or_an_address(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(film().read_bytes())
    source = FileSource.of(path)
    assert not list(VALIDATOR.validate(source, FORMATS["mp4"], DEFAULT_LIMITS))


@needed
def test_a_list_of_other_files_is_no_film(tmp_path: Path) -> None:
    """ffmpeg would open what a list names, here or on the network."""
    secret = tmp_path / "other.mp4"
    secret.write_bytes(film().read_bytes())
    for text in (
        f"ffconcat version 1.0\nfile {secret}\n",
        f"#EXTM3U\n#EXTINF:1,\n{secret}\n",
    ):
        assert fails(VALIDATOR, text.encode(), "mp4")
        with pytest.raises(FormatError):
            facts(READER, text.encode(), "mp4")


@needed
def test_it_says_the_same_again() -> None:
    data = DAMAGES["20 bits"](made("mp4"))
    first, second = (
        list(VALIDATOR.validate(BytesSource("x", data), FORMATS["mp4"], DEFAULT_LIMITS))
        for _ in range(2)
    )
    assert first == second
    assert "0x" not in first[0].en
    assert "/tmp" not in first[0].en  # noqa: S108 - where it was put for ffmpeg


def test_without_the_program_nothing_is_performed() -> None:
    validator, reader = FfmpegValidator(ABSENT), FfprobeReader(ABSENT)
    assert not validator.tool.version
    found = outcomes(validator, wave(), "wav")
    assert found == {
        Aspect.READABLE: Outcome.NOT_PERFORMED,
        Aspect.COMPLETE: Outcome.NOT_PERFORMED,
    }
    with pytest.raises(ToolError, match="not installed"):
        facts(reader, wave(), "wav")


def test_a_program_that_hangs_is_ended(tmp_path: Path) -> None:
    validator = FfmpegValidator(program(tmp_path, "exec sleep 60"))
    source = BytesSource("x", wave())
    with pytest.raises(ToolError, match=r"more than 0\.2 seconds"):
        list(validator.validate(source, FORMATS["wav"], Limits(seconds=0.2)))


def test_a_program_that_talks_without_end_is_ended(tmp_path: Path) -> None:
    validator = FfmpegValidator(program(tmp_path, "exec yes"))
    source = BytesSource("x", wave())
    with pytest.raises(ToolError):
        list(validator.validate(source, FORMATS["wav"], Limits(seconds=2)))


def test_a_program_that_dies_is_no_finding_on_the_file(tmp_path: Path) -> None:
    validator = FfmpegValidator(program(tmp_path, "kill -SEGV $$"))
    assert set(outcomes(validator, wave(), "wav").values()) == {Outcome.NOT_PERFORMED}


@pytest.mark.parametrize(
    "answer", ["", "[]", '{"streams": 5}', '{"format": {"tags": 1}}']
)
def test_an_answer_that_is_none_is_no_finding_on_the_file(
    answer: str, tmp_path: Path
) -> None:
    reader = FfprobeReader(program(tmp_path, f"printf '%s' '{answer}'"))
    with pytest.raises(ToolError, match="something else"):
        facts(reader, wave(), "wav")
