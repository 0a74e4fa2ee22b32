"""Anything on disk can be checked without an archive."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.office import TODAY, case, new_archive, verifier
from checks.subjects import data_of, fresh
from egovarchive.checks import Outcome, Report, Stage, run
from egovarchive.checks.place import subject_at
from egovarchive.errors import FormatError, PackageError
from egovarchive.formats import Limits, Scan, Source, Tool
from egovarchive.formats.toolbox import Toolbox
from egovarchive.formats.tools import core_tools
from egovarchive.profiles.gbt42727_2023 import GBT42727_2023


def checked(path: Path) -> Report:
    with subject_at(
        path, profile=GBT42727_2023, at=TODAY, verifier=verifier()
    ) as subject:
        return run(subject, Stage.ARCHIVING)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with an exported record."""
    archive = new_archive()
    entry = archive.deposit(case())
    return archive.export(entry.code, tmp_path / "out")


def test_a_package_file_is_checked_as_in_an_archive(tmp_path: Path) -> None:
    path = tmp_path / "case.zip"
    path.write_bytes(data_of(fresh()))
    report = checked(path)
    assert report.passed, str(report)
    assert report.package == report.object


def test_an_exported_folder_is_the_same_package(folder: Path) -> None:
    report = checked(folder)
    assert report.passed, str(report)
    assert report.package


def test_a_file_beside_them_is_found(folder: Path) -> None:
    (folder / "结果文件").mkdir(exist_ok=True)
    (folder / "结果文件" / "夹带.exe").write_bytes(b"MZ")
    report = checked(folder)
    [failure] = report.failures
    assert (failure.check, failure.object) == (
        "security.extra_files",
        "结果文件/夹带.exe",
    )


def test_an_altered_file_is_found(folder: Path) -> None:
    [path] = (folder / "申报文件").iterdir()
    path.write_bytes(path.read_bytes() + b" ")
    assert "integrity.members" in {each.check for each in checked(folder).failures}


def test_a_file_that_is_gone_is_an_error_that_names_it(folder: Path) -> None:
    [path] = (folder / "申报文件").iterdir()
    path.unlink()
    with pytest.raises(PackageError, match=path.name):
        checked(folder)


def test_a_link_out_of_the_folder_is_not_followed(folder: Path, tmp_path: Path) -> None:
    [path] = (folder / "申报文件").iterdir()
    outside = tmp_path / "outside"
    outside.write_bytes(path.read_bytes())
    path.unlink()
    path.symlink_to(outside)
    with pytest.raises(PackageError, match="regular file"):
        checked(folder)


def test_other_files_are_checked_for_what_they_are(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.txt").write_bytes("正文".encode())
    (tmp_path / "c.zip").write_bytes(b"PK\3\4 and no more")
    for path in (tmp_path, tmp_path / "a" / "b.txt", tmp_path / "c.zip"):
        report = checked(path)
        assert not report.complete
        said = {each.check: each for each in report.findings}
        assert said["authenticity.signature"].outcome is Outcome.NOT_PERFORMED
        assert "no package" in said["authenticity.signature"].en


def test_nothing_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"gone\.zip"):
        checked(tmp_path / "gone.zip")


class Breaks:
    """A scanner that raises what no scanner should."""

    tool = Tool("breaks", "1")

    def scan(self, source: Source, limits: Limits) -> Scan:
        raise KeyError(source.name)


def test_where_there_is_no_file_no_tool_has_looked(tmp_path: Path) -> None:
    tools = core_tools().with_scanner(Breaks())
    with subject_at(tmp_path, profile=GBT42727_2023, at=TODAY, tools=tools) as subject:
        report = run(subject, Stage.ARCHIVING)
    assert {each.outcome for each in report.findings} == {Outcome.NOT_PERFORMED}


def test_a_scanner_that_breaks_has_not_scanned(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("通知")
    for tools in (core_tools(), Toolbox()):
        with subject_at(
            tmp_path,
            profile=GBT42727_2023,
            at=TODAY,
            tools=tools.with_scanner(Breaks()),
        ) as subject:
            report = run(subject, Stage.ARCHIVING)
        [scan] = [each for each in report.findings if each.check == "security.malware"]
        assert scan.outcome is Outcome.NOT_PERFORMED
        assert "the scanner failed: KeyError" in scan.en
