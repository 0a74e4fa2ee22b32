"""Archives other than ZIP, and drawings: walked from their first byte to their last."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
from attrs import evolve

from corpus import archives
from egovarchive.errors import FormatError, ToolError
from egovarchive.formats import DEFAULT_LIMITS, Aspect, BytesSource, Limits
from egovarchive.formats.table import FORMATS
from egovarchive.formats.tools import core_tools
from egovarchive.formats.walk import Walk
from egovarchive.records.outcome import Outcome
from formats.walk_outcomes import mutated, outcomes

BAD = {Outcome.FAILED, Outcome.WARNED, Outcome.NOT_PERFORMED}
NAMES = frozenset(name.partition("/")[0] for name in archives.VALID)
WALKS = {
    each.name: each
    for each in core_tools().validators
    if isinstance(each, Walk) and each.name in NAMES
}


def said(
    name: str, data: bytes, limits: Limits = DEFAULT_LIMITS
) -> dict[Aspect, Outcome]:
    form = name.partition("/")[0]
    return outcomes(WALKS[form], data, form, limits)


def test_each_of_their_formats_has_a_tool() -> None:
    assert set(WALKS) == NAMES


@pytest.mark.parametrize("name", archives.VALID)
def test_what_is_whole_passes(name: str) -> None:
    assert not said(name, archives.VALID[name]())


@pytest.mark.parametrize("name", archives.VALID)
def test_its_content_tells_what_it_is(name: str) -> None:
    source = BytesSource("", archives.VALID[name]())
    found = core_tools().identify(source)[0].format
    assert found is FORMATS[name.partition("/")[0]]


@pytest.mark.parametrize("name", archives.INVALID)
def test_what_is_wrong_is_found(name: str) -> None:
    make, aspect = archives.INVALID[name]
    assert said(name, make()).get(aspect) in BAD


@pytest.mark.parametrize("name", archives.WHOLE)
def test_one_that_is_cut_off_anywhere_is_not_complete(name: str) -> None:
    data = archives.WHOLE[name]()
    # What fills up the last record of a tar file is nobody's loss.
    end = data.rstrip(b"\0") if name.startswith("tar/") else data
    for size in range(40, len(end), 17):
        found = said(name, data[:size])
        assert found.get(Aspect.COMPLETE) in BAD or Aspect.READABLE in found, size


@pytest.mark.parametrize("name", archives.VALID)
def test_hostile_bytes_end_in_a_finding(name: str) -> None:
    form = name.partition("/")[0]
    limits = evolve(DEFAULT_LIMITS, seconds=2, inflated=1 << 20, entries=50)
    for data in mutated(archives.VALID[name](), 150):
        source = BytesSource("", data)
        with suppress(FormatError, ToolError):
            assert len(list(WALKS[form].validate(source, FORMATS[form], limits))) < 200
        with suppress(FormatError, ToolError):
            WALKS[form].read(source, FORMATS[form], limits)


def test_a_bomb_in_gzip_is_left() -> None:
    make, _ = archives.INVALID["gzip/bomb"]
    found = said("gzip", make())
    assert found[Aspect.READABLE] is Outcome.NOT_PERFORMED
    assert found[Aspect.COMPLETE] is Outcome.NOT_PERFORMED


def test_more_than_may_be_inflated_of_all_members_is_left() -> None:
    limits = evolve(DEFAULT_LIMITS, inflated=2000)
    found = said("gzip", archives.gzipped() * 3, limits)
    assert found[Aspect.READABLE] is Outcome.NOT_PERFORMED


def test_more_members_than_are_looked_at_are_left() -> None:
    limits = evolve(DEFAULT_LIMITS, entries=2)
    found = said("tar", archives.tarred("a", "b", "c"), limits)
    assert found[Aspect.COMPLETE] is Outcome.NOT_PERFORMED


def test_a_document_in_a_tar_file_is_no_archive() -> None:
    data = archives.tarred("a.docx").replace(archives.TEXT[:4], b"PK\3\4")
    assert not said("tar", data)
    data = archives.tarred("a.zip").replace(archives.TEXT[:4], b"PK\3\4")
    assert said("tar", data) == {Aspect.EMBEDDED: Outcome.WARNED}


@pytest.mark.parametrize(
    ("name", "program"),
    [("gzip/whole", ("gzip", "-t")), ("tar/whole", ("tar", "-tf"))],
)
def test_programs_of_others_read_them_too(
    tmp_path: Path, name: str, program: tuple[str, ...]
) -> None:
    if shutil.which(program[0]) is None:
        pytest.skip(f"{program[0]} is not installed")
    path = tmp_path / f"a.{name.partition('/')[0].replace('gzip', 'gz')}"
    path.write_bytes(archives.WHOLE[name]())
    done = subprocess.run([*program, str(path)], capture_output=True, check=False)
    assert done.returncode == 0
