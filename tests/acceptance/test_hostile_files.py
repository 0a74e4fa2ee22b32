"""What a hostile file gets: a finding of the check for it, in time, within limits."""

from __future__ import annotations

import io
import json
import os
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from attrs import evolve, frozen
from lxml import etree

from acceptance.mutation import Victim, victims
from acceptance.watched import can_watch, watched
from archive.office import TODAY, verifier
from checks.extras import needs_extras
from corpus import images, ofd, packaged, pdf
from corpus.forge import listed, manifest_of, zipped
from corpus.hostile import HOSTILE
from egovarchive.checks import Outcome, Report, Stage, run
from egovarchive.checks.place import subject_at
from egovarchive.checks.report_html import report_html
from egovarchive.checks.report_json import decode_report, encode_report
from egovarchive.checks.report_xml import report_xml
from egovarchive.errors import FormatError
from egovarchive.formats import (
    FileSource,
    Identification,
    Identifier,
    Limits,
    Source,
    Tool,
)
from egovarchive.formats.cache import MemoryCache
from egovarchive.formats.toolbox import Toolbox
from egovarchive.formats.tools import core_tools, installed_tools
from egovarchive.packages.manifest import encode
from egovarchive.profiles.gbt42727_2023 import GBT42727_2023
from egovarchive.records.digest import hexdigest

pytestmark = needs_extras

LIMITS = Limits(seconds=10.0, memory=1 << 30)
MOST_TIME = 10.0  # seconds, for all checks of one file: the slowest takes 2
MOST_HERE = 200 << 20  # bytes, above what this process has anyway
MOST_THERE = 400 << 20
OPEN = {Outcome.FAILED, Outcome.WARNED, Outcome.NOT_PERFORMED}


@pytest.fixture(scope="module")
def tools() -> Iterator[Toolbox]:
    with installed_tools(LIMITS) as found:
        yield found


def checked(path: Path, tools: Toolbox) -> Report:
    with subject_at(
        path, profile=GBT42727_2023, at=TODAY, verifier=verifier(), tools=tools
    ) as subject:
        return run(subject, Stage.ACCESSION)


def against(report: Report, name: str) -> set[str]:
    """Return the checks that failed on the file *name*, warned of it, or left it."""
    return {
        finding.check
        for finding in report.findings
        if finding.object == name and finding.outcome in OPEN
    }


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.skipif(not can_watch(), reason="memory cannot be watched here")
def test_is_found_in_time_and_within_the_memory(
    tools: Toolbox, tmp_path: Path, name: str
) -> None:
    hostile, path = HOSTILE[name], tmp_path / name
    path.write_bytes(hostile.make())
    start = time.monotonic()
    with watched() as peaks:
        report = checked(path, tools)
    assert time.monotonic() - start < MOST_TIME
    assert hostile.checks <= against(report, name), str(report)
    assert peaks.here < MOST_HERE
    assert peaks.there < MOST_THERE


def test_all_of_them_together_spoil_nothing_for_a_good_one(
    tools: Toolbox, tmp_path: Path
) -> None:
    for name, hostile in HOSTILE.items():
        (tmp_path / name).write_bytes(hostile.make())
    (tmp_path / "好的.pdf").write_bytes(pdf.plain())
    report = checked(tmp_path, tools)
    assert against(report, "好的.pdf") <= {"usability.conformance"}
    for name, hostile in HOSTILE.items():
        assert hostile.checks <= against(report, name), name


class TestNames:
    def test_that_are_no_utf8_are_told_in_every_report(
        self, tools: Toolbox, tmp_path: Path
    ) -> None:
        raw = "申请表.txt".encode("gbk")
        (tmp_path / os.fsdecode(raw)).write_bytes(b"a\0b")
        report = checked(tmp_path, tools)
        name = os.fsdecode(raw)
        assert "usability.format" in against(report, name)
        assert decode_report(encode_report(report)) == report
        json.loads(encode_report(report))
        etree.fromstring(report_xml(report))
        assert report_html(report).encode("utf-8")


class TestWhatIsNoFile:
    def test_a_pipe_is_not_waited_for(self, tools: Toolbox, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "管道.pdf")
        report = checked(tmp_path, tools)
        assert "usability.readable" in against(report, "管道.pdf")

    def test_a_link_to_nothing_is_one_finding_among_others(
        self, tools: Toolbox, tmp_path: Path
    ) -> None:
        (tmp_path / "断链.pdf").symlink_to(tmp_path / "无")
        (tmp_path / "好的.pdf").write_bytes(pdf.plain())
        report = checked(tmp_path, tools)
        [failed] = report.failures
        assert (failed.check, failed.object) == ("usability.readable", "断链.pdf")

    def test_a_device_is_not_read(self, tools: Toolbox, tmp_path: Path) -> None:
        (tmp_path / "无穷.bin").symlink_to("/dev/zero")
        report = checked(tmp_path, tools)
        assert "usability.readable" in against(report, "无穷.bin")


@frozen
class _Taker:
    """An identifier after which the file is gone, or shorter."""

    real: Identifier
    path: Path
    left: int | None

    @property
    def tool(self) -> Tool:
        return self.real.tool

    def identify(self, source: Source) -> Identification:
        found = self.real.identify(source)
        if self.left is None:
            self.path.unlink(missing_ok=True)
        else:
            os.truncate(self.path, self.left)
        return found


def taking(tools: Toolbox, path: Path, left: int | None) -> Toolbox:
    core, *others = tools.identifiers
    return evolve(tools, identifiers=(_Taker(core, path, left), *others))


VANISHING: dict[str, Callable[[], bytes]] = {
    "a.pdf": pdf.plain,
    "a.ofd": ofd.VALID["ofd/plain"],
    "a.docx": packaged.docx,
    "a.png": images.VALID["png/made"],
    "a.jpg": images.VALID["jpeg/made"],
    "a.tif": images.VALID["tiff/made"],
    "a.xml": lambda: b'<?xml version="1.0"?><r/>',
    "a.txt": ("正文" * 9).encode,
}


class TestAFileThatVanishes:
    @pytest.mark.parametrize("kind", ["core", "installed"])
    @pytest.mark.parametrize("name", VANISHING)
    @pytest.mark.parametrize("left", [None, 0, 10])
    def test_while_it_is_looked_at_cannot_be_read(
        self, tools: Toolbox, tmp_path: Path, name: str, left: int | None, kind: str
    ) -> None:
        path = tmp_path / name
        path.write_bytes(VANISHING[name]())
        whole = tools if kind == "installed" else core_tools()
        report = checked(tmp_path, taking(whole, path, left))
        said = against(report, name)
        assert said & {"usability.readable", "integrity.content"}, str(report)
        assert report.failures

    def test_before_it_is_looked_at_cannot_be_read(
        self, tools: Toolbox, tmp_path: Path
    ) -> None:
        path = tmp_path / "a.pdf"
        path.write_bytes(pdf.plain())
        with subject_at(
            tmp_path, profile=GBT42727_2023, at=TODAY, tools=tools
        ) as subject:
            path.unlink()
            report = run(subject, Stage.ACCESSION)
        assert "usability.readable" in failing(report)


class TestAPackage:
    @pytest.fixture
    def victim(self) -> Victim:
        return victims()[0]

    def test_that_shrinks_while_it_is_checked_fails(
        self, tools: Toolbox, tmp_path: Path, victim: Victim
    ) -> None:
        path = tmp_path / "package.zip"
        path.write_bytes(victim.data)
        with subject_at(
            path, profile=GBT42727_2023, at=TODAY, verifier=verifier(), tools=tools
        ) as subject:
            assert subject.package is not None
            with closing(subject.package):
                os.truncate(path, len(victim.data) // 3)
                report = run(subject, Stage.ACCESSION)
        assert "integrity.members" in failing(report)

    def test_in_a_folder_that_loses_a_file_while_it_is_checked_fails(
        self, tools: Toolbox, tmp_path: Path, victim: Victim
    ) -> None:
        for path, data in unpacked(victim).items():
            place = tmp_path / path
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(data)
        with subject_at(
            tmp_path, profile=GBT42727_2023, at=TODAY, verifier=verifier(), tools=tools
        ) as subject:
            (tmp_path / victim.parts.files[0]).unlink()
            report = run(subject, Stage.ACCESSION)
        failed = failing(report)
        assert failed & {"integrity.members", "usability.readable"}, str(report)


def unpacked(victim: Victim) -> dict[str, bytes]:
    """Return the members of the package of *victim*, all of them, by path."""
    with zipfile.ZipFile(io.BytesIO(victim.data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_source_is_of_a_regular_file_only(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "gone", Path("/dev/null")):
        with pytest.raises(FormatError):
            FileSource.of(path)


class TestTheCache:
    def test_believes_no_manifest_about_what_was_looked_at(
        self, tools: Toolbox
    ) -> None:
        """Who claims the digest of another file gets no answers for it, or of it."""
        victim, keeping = victims()[0], evolve(tools, cache=MemoryCache())
        path = victim.parts.ending(".docx")
        assert path is not None
        macros = packaged.INVALID["docx/macros"][0]()
        bad = victim.parts.stored(path, macros).sealed()
        # A package that says of a harmless file what is true of the bad one.
        *members, _ = listed(victim.parts.entries(), signature=None)
        good = victim.parts.members[path]
        old, new = (hexdigest("sha256", each).encode() for each in (good, macros))
        lies = members[-1].data.replace(old, new)
        assert lies != members[-1].data
        members[-1] = evolve(members[-1], data=lies)
        lines = [(hexdigest("sm3", each.data), each.path.decode()) for each in members]
        members.append(manifest_of("sm3", encode(lines)))
        for _ in range(2):
            lying = victim.report(zipped(members), keeping, Stage.ACCESSION)
            assert "integrity.members" in failing(lying)
            assert "security.active_content" not in failing(lying)
            honest = victim.report(bad, keeping, Stage.ACCESSION)
            assert "security.active_content" in failing(honest)


def failing(report: Report) -> set[str]:
    return {finding.check for finding in report.failures}
