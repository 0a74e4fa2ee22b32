"""`check`: a package, a folder or a file, without an archive."""

from __future__ import annotations

import json
import shutil
import stat
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from cli.office import FIRST, Command, Ended, alter, stored
from egovarchive.checks.report_json import decode_report
from egovarchive.testing import samples

PDF = next(samples.FILES.glob("10-*/*.pdf"))
DOCX = next(samples.FILES.glob("01-*/*.docx"))
PNG = next(samples.FILES.glob("02-*/*.png")).read_bytes()[:500]  # cut off


@pytest.fixture
def package(command: Command, archive: Path, tmp_path: Path) -> Path:
    """Return the package of a record, away from its archive."""
    row = command("show", FIRST, "--archive", archive, "--json").rows[0]
    path = tmp_path / "package.zip"
    shutil.copy(stored(archive, row), path)
    return path


@pytest.fixture
def trust(archive: Path) -> tuple[str, Path]:
    return "--trust", archive / "trust.pem"


def outcomes(done: Ended) -> dict[str, str]:
    return {each["check"]: each["outcome"] for each in done.rows[0]["findings"]}


def test_a_package_passes(
    command: Command, package: Path, trust: tuple[str, Path]
) -> None:
    done = command("check", package, *trust, "--tools", "core")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[0].endswith("  passed")
    assert "authenticity  " in done.out


def test_without_trust_no_signature_is_good(command: Command, package: Path) -> None:
    done = command("check", package, "--tools", "none")
    assert done.code == 1
    assert done.out.splitlines()[0].endswith("  NOT PASSED")
    assert "  authenticity.signature not performed" in done.out
    assert "no trusted certificates were given" in done.out


def test_what_failed_comes_first(
    command: Command, package: Path, trust: tuple[str, Path]
) -> None:
    alter(package)
    done = command("check", package, *trust, "--tools", "core", "--lang", "zh")
    assert done.code == 1
    lines = done.out.splitlines()
    assert lines[0].endswith("  未通过")
    assert lines[1].startswith("  integrity.members 未通过 ")


def test_an_exported_record_is_checked(
    command: Command, archive: Path, tmp_path: Path, trust: tuple[str, Path]
) -> None:
    command("export", FIRST, tmp_path / "out", "--archive", archive)
    done = command("check", tmp_path / "out", *trust, "--tools", "none", "--json")
    assert done.code == 0
    extra = tmp_path / "out" / "extra.txt"
    extra.write_text("more", "utf-8")
    done = command("check", tmp_path / "out", *trust, "--tools", "none", "--json")
    assert done.code == 1
    assert "security.extra_files" in {
        each["check"]
        for each in done.rows[0]["findings"]
        if each["outcome"] == "failed"
    }


def test_a_folder_that_lacks_a_file_is_told(
    command: Command, archive: Path, tmp_path: Path, trust: tuple[str, Path]
) -> None:
    command("export", FIRST, tmp_path / "out", "--archive", archive)
    next((tmp_path / "out").glob("*/*.docx")).unlink()
    done = command("check", tmp_path / "out", *trust, "--tools", "none")
    assert done.code == 1


def test_a_file_passes_if_it_can_be_opened(command: Command, tmp_path: Path) -> None:
    done = command("check", DOCX)
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[0] == f"{DOCX.name}  passed"
    assert "there is no package, only files" in done.out
    cut = tmp_path / "cut.pdf"
    cut.write_bytes(PDF.read_bytes()[:5000])
    done = command("check", cut)
    assert done.code == 1
    assert "  integrity.content failed cut.pdf: " in done.out


def test_a_file_that_nobody_looked_into_has_not_passed(command: Command) -> None:
    done = command("check", PDF, "--tools", "none", "--json")
    assert done.code == 1
    (row,) = done.rows
    assert row["missing"] == [
        *("integrity.content", "usability.format"),
        *("usability.readable", "usability.unencrypted"),
    ]


def test_all_files_of_a_folder_are_named(command: Command, tmp_path: Path) -> None:
    for number in range(30):
        (tmp_path / f"{number:02}.png").write_bytes(PNG)
    done = command("check", tmp_path, "--tools", "core")
    assert done.code == 1
    lines = [line for line in done.out.splitlines() if "content failed" in line]
    assert len(lines) == 21
    assert lines[-1] == "  integrity.content failed: 10 more"
    rows = command("check", tmp_path, "--tools", "core", "--json").rows[0]["findings"]
    failed = [each for each in rows if each["check"] == "integrity.content"]
    assert {each["object"] for each in failed} == {f"{n:02}.png" for n in range(30)}


def test_a_report_is_written_in_each_form(
    command: Command, package: Path, trust: tuple[str, Path], tmp_path: Path
) -> None:
    names = [tmp_path / f"out.{form}" for form in ("html", "JSON", "xml")]
    done = command(
        *("check", package, *trust, "--tools", "core", "--operator", "张三"),
        *(word for name in names for word in ("--report", name)),
    )
    assert done.code == 0
    assert [line for line in done.out.splitlines() if line.startswith("Report: ")] == [
        f"Report: {name}." for name in names
    ]
    html, encoded, xml = names
    assert html.read_text("utf-8").startswith("<!DOCTYPE html>")
    report = decode_report(encoded.read_bytes())
    assert (report.operator, report.policy, report.passed) == ("张三", "default", True)
    assert ET.fromstring(xml.read_bytes()).tag  # noqa: S314 - our own


def test_a_report_that_cannot_be_written_is_told(
    command: Command, tmp_path: Path
) -> None:
    done = command("check", PDF, "--report", tmp_path / "no" / "out.html")
    assert (done.code, done.out) == (3, "")
    assert "cannot write" in done.err


def test_a_schedule_gives_the_scope(
    command: Command, archive: Path, package: Path, trust: tuple[str, Path]
) -> None:
    check = ("check", package, *trust, "--tools", "none", "--json")
    without = command(*check)
    assert outcomes(without)["integrity.materials"] == "not_performed"
    done = command(*check, "--schedule", archive / "schedule.json")
    assert done.code == 0
    assert outcomes(done)["integrity.materials"] == "passed"


def test_a_schedule_that_is_silent_about_the_item_is_a_finding(
    command: Command, archive: Path, package: Path, trust: tuple[str, Path]
) -> None:
    schedule = archive / "schedule.json"
    tree = json.loads(schedule.read_bytes())
    item = command("show", FIRST, "--archive", archive, "--json").rows[0]["item_code"]
    tree["rules"] = [rule for rule in tree["rules"] if rule["item_code"] != item]
    schedule.write_text(json.dumps(tree), "utf-8")
    done = command("check", package, *trust, "--tools", "none", "--schedule", schedule)
    assert done.code == 1
    assert item in done.err


def test_rules_of_the_library_can_be_asked_for(
    command: Command, package: Path, trust: tuple[str, Path], tmp_path: Path
) -> None:
    report = tmp_path / "r.json"
    done = command(
        *("check", package, *trust, "--tools", "core", "--json", "--report", report),
        *("--rules", "stages", "--rules", "statutory", "--rules", "scan"),
        *("--require", "integrity.process", "--lenient", "integrity.process"),
    )
    assert done.code == 0
    assert outcomes(done)["integrity.process"] != "not_performed"
    assert outcomes(done)["integrity.statutory"] != "not_performed"
    name = "default +integrity.process ~integrity.process scan stages statutory"
    assert decode_report(report.read_bytes()).policy == name


def test_what_is_required_and_not_made_is_missing(
    command: Command, package: Path, trust: tuple[str, Path]
) -> None:
    done = command(
        *("check", package, *trust, "--tools", "core", "--json"),
        *("--require", "security.malware"),
    )
    assert done.code == 1
    assert done.rows[0]["missing"] == ["security.malware"]


def test_with_a_scanner_nothing_passes_unscanned(
    command: Command, tmp_path: Path
) -> None:
    nowhere = f"unix:{tmp_path}/clamd"
    done = command("check", PDF, "--clamd", nowhere)
    assert done.code == 1
    assert "security.malware not performed" in done.out


@pytest.mark.parametrize(
    "wrong",
    [
        ("--profile", "another"),
        ("--stage", "never"),
        ("--report", "out.pdf"),
        ("--report", "out"),
        ("--require", "security.everything"),
        ("--lenient", "no.such"),
        ("--clamd", "nowhere"),
        ("--tools", "none", "--clamd", "unix:/run/clamd"),
        ("--tools", "all"),
        ("--archive", "."),
    ],
)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_wrong_use_is_told_in_one_line(
    command: Command, wrong: tuple[str, ...], lang: str
) -> None:
    done = command("check", PDF, *wrong, "--lang", lang)
    assert (done.code, done.out) == (2, "")
    assert done.err.count("\n") == 1


def test_a_wrong_schedule_is_wrong_use(command: Command, tmp_path: Path) -> None:
    schedule = tmp_path / "s.csv"
    schedule.write_text("版本\n", "utf-8")
    assert command("check", PDF, "--schedule", schedule).code == 2
    assert command("check", PDF, "--schedule", tmp_path / "no.csv").code == 3


def test_what_is_not_there_is_told(command: Command, tmp_path: Path) -> None:
    done = command("check", tmp_path / "nothing", "--json")
    assert (done.code, done.out) == (3, "")
    (problem,) = done.problems
    assert "nothing" in problem["message"]


def test_plugins_are_asked_for(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = tmp_path / "site" / "broken_tools-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken-tools\n")
    points = "[egovarchive.validators]\nmine = no_such_module:Mine\n"
    (info / "entry_points.txt").write_text(points)
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    assert command("check", DOCX).code == 0
    done = command("check", DOCX, "--plugins")
    assert (done.code, done.out) == (3, "")
    assert "the plug-in 'mine' of broken-tools" in done.err


def test_an_empty_folder_has_not_passed(command: Command, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for as_json in ([], ["--json"]):
        done = command("check", tmp_path / "empty", "--tools", "core", *as_json)
        assert done.code == 1
        assert "nothing was checked" in done.err


def test_a_hostile_name_does_not_steer_the_terminal(
    command: Command, tmp_path: Path
) -> None:
    (tmp_path / "a\x1b[2J\n.png").write_bytes(PNG)
    done = command("check", tmp_path, "--tools", "core")
    assert done.code == 1
    assert "\x1b" not in done.out
    assert r"a\x1b[2J\n.png" in done.out


def test_a_file_that_may_not_be_read_is_told(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = tmp_path / "locked.txt"
    locked.write_text("text", "utf-8")
    locked.chmod(0)
    if stat.S_IMODE(locked.stat().st_mode) or _may_read(locked):
        pytest.skip("this user may read everything")
    assert command("check", locked, "--tools", "core").code in {1, 3}


def _may_read(path: Path) -> bool:
    try:
        path.read_bytes()
    except PermissionError:
        return False
    return True


@pytest.mark.parametrize("stage", ["archiving", "accession", "preservation"])
def test_each_stage_has_its_checks(command: Command, package: Path, stage: str) -> None:
    done = command("check", package, "--stage", stage, "--tools", "none", "--json")
    assert done.rows[0]["stage"] == stage
    assert ("authenticity.package" in outcomes(done)) == (stage == "preservation")
