"""`verify`, `export` and `rebuild`."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from cli.office import FIRST, Command, alter, stored
from egovarchive.catalog.sqlite import SqliteCatalog
from egovarchive.testing import samples

PROPERTIES = {"authenticity", "integrity", "usability", "security"}


def test_all_is_fine(command: Command, archive: Path) -> None:
    done = command("verify", "--archive", archive)
    assert (done.code, done.err) == (0, "")
    assert (
        done.out.splitlines()[-1] == "Records checked: 12. Passed: 12. Not passed: 0."
    )
    assert "NOT PASSED" not in done.out


def test_every_record_has_a_report_in_json(command: Command, archive: Path) -> None:
    done = command("verify", "--archive", archive, "--json")
    assert len({row["code"] for row in done.rows}) == 12
    for row in done.rows:
        assert set(row) == {
            *("code", "passed", "complete", "missing"),
            *("stage", "at", "summary", "findings"),
        }
        assert row["passed"] is True
        assert row["complete"] is False, "nobody looked into the files"
        assert row["missing"] == []
        assert row["stage"] == "preservation"
        assert set(row["summary"]) == PROPERTIES
        assert sum(n for p in row["summary"].values() for n in p.values()) == len(
            row["findings"]
        )
        for finding in row["findings"]:
            assert set(finding) == {
                *("check", "property", "outcome", "object", "en", "zh"),
                *("expected", "found", "tool", "digest"),
            }
            assert finding["property"] in PROPERTIES


def test_named_records_are_checked(command: Command, archive: Path) -> None:
    codes = [
        row["code"] for row in command("list", "--archive", archive, "--json").rows
    ]
    done = command("verify", *codes[:2], "--archive", archive, "--lang", "zh")
    assert done.code == 0
    lines = done.out.splitlines()
    assert [line for line in lines if line.endswith("  通过")] == [
        f"{code}  通过" for code in codes[:2]
    ]
    assert lines[1] == "  未检测且非必检：11 项"
    assert "  22  未配置文件检测工具（" in done.out
    assert lines[-1] == "检测 2 件：通过 2 件，未通过 0 件。"


def test_an_alteration_is_found_and_named(command: Command, archive: Path) -> None:
    row = command("show", FIRST, "--archive", archive, "--json").rows[0]
    alter(stored(archive, row))
    for named in ([], [FIRST]):
        done = command("verify", *named, "--archive", archive)
        assert done.code == 1
        lines = done.out.splitlines()
        assert lines[0] == f"{FIRST}  NOT PASSED"
        assert "integrity.members failed 申报文件/" in lines[1]
        rows = command("verify", *named, "--archive", archive, "--json").rows
        assert [each["code"] for each in rows if not each["passed"]] == [FIRST]
    assert command("verify", "--archive", archive, "--lang", "zh").code == 1


def test_a_lost_package_is_found(command: Command, archive: Path) -> None:
    row = command("show", FIRST, "--archive", archive, "--json").rows[0]
    stored(archive, row).unlink()
    done = command("verify", "--archive", archive)
    assert done.code == 1
    assert row["key"] in done.out


def test_an_unknown_record_does_not_hide_the_others(
    command: Command, archive: Path
) -> None:
    unknown = FIRST.replace("0001", "0999")
    done = command("verify", unknown, FIRST, "--archive", archive)
    assert done.code == 1
    assert done.out.splitlines()[0] == f"{FIRST}  passed"
    assert unknown in done.err


def test_an_altered_journal_is_found(command: Command, archive: Path) -> None:
    segments = sorted((archive / "store" / "journal").rglob("*.jsonl"))
    assert len(segments) == 12
    alter(segments[0], 200)
    done = command("verify", "--archive", archive, "--json")
    assert done.code == 1
    assert [each["error"] for each in done.problems] == ["JournalError"]


def test_a_gap_in_the_journal_is_found(command: Command, archive: Path) -> None:
    segments = sorted((archive / "store" / "journal").rglob("*.jsonl"))
    segments[4].unlink()
    done = command("verify", "--archive", archive, "--json")
    assert done.code == 1
    assert [each["error"] for each in done.problems] == ["JournalError"]


def test_a_journal_that_was_cut_is_found(command: Command, archive: Path) -> None:
    segments = sorted((archive / "store" / "journal").rglob("*.jsonl"))
    segments[-1].unlink()
    done = command("verify", "--archive", archive, "--json")
    assert (done.code, done.out) == (3, "")
    assert [each["error"] for each in done.problems] == ["CatalogMismatchError"]


@pytest.mark.parametrize(
    ("lang", "word"), [("en", "nothing was checked"), ("zh", "未作")]
)
def test_nothing_to_check_is_not_fine(
    command: Command, tmp_path: Path, lang: str, word: str
) -> None:
    samples.new_archive(tmp_path / "new")
    done = command("verify", "--archive", tmp_path / "new", "--lang", lang)
    assert done.code == 1
    assert word in done.out
    done = command("verify", "--archive", tmp_path / "new", "--json")
    assert (done.code, done.out) == (1, "")


def test_files_are_looked_into_if_asked(command: Command, archive: Path) -> None:
    plain = command("verify", FIRST, "--archive", archive, "--json").rows[0]
    core = command("verify", FIRST, "--archive", archive, "--json", "--tools", "core")
    content = {"integrity.content": "passed", "usability.format": "passed"}
    assert core.code == 0
    assert content.items() <= _outcomes(core.rows[0]).items()
    assert {_outcomes(plain)[name] for name in content} == {"not_performed"}


def _outcomes(row: dict[str, Any]) -> dict[str, str]:
    return {each["check"]: each["outcome"] for each in row["findings"]}


def test_why_something_was_not_performed_is_summed_up(
    command: Command, archive: Path
) -> None:
    done = command("verify", "--archive", archive)
    (line,) = [each for each in done.out.splitlines() if each.startswith("  132  ")]
    assert line.startswith("  132  no tools that look at files were given (integrity.")
    assert line.endswith(", 7 more)")


def test_a_sample_is_drawn_again_by_its_seed(command: Command, archive: Path) -> None:
    sample = ("verify", "--archive", archive, "--sample", "0.4")
    drawn = [
        {row["code"] for row in command(*sample, "--seed", "7", "--json").rows}
        for _ in range(2)
    ]
    assert drawn[0] == drawn[1]
    assert 0 < len(drawn[0]) < 12
    done = command(*sample)
    (told,) = [line for line in done.out.splitlines() if line.startswith("Sample")]
    seed = told.removeprefix("Sample: 0.4, seed ").removesuffix(".")
    again = command(*sample, "--seed", seed)
    assert again.out == done.out


@pytest.mark.parametrize(
    "wrong",
    [
        ("--sample", "0"),
        ("--sample", "1.5"),
        ("--sample", "nan"),
        ("--sample", "half"),
        ("--sample", "0.5", "--seed", "-1"),
        ("--sample", "0.5", FIRST),
        ("--seed", "1"),
        ("--clamd", "unix:/run/clamd"),
        ("--plugins",),
        ("--tools", "core", "--clamd", "nowhere"),
    ],
)
def test_a_wrong_sample_or_scanner_is_wrong_use(
    command: Command, archive: Path, wrong: tuple[str, ...]
) -> None:
    done = command("verify", "--archive", archive, *wrong)
    assert (done.code, done.out) == (2, "")
    assert done.err.count("\n") == 1


def test_with_a_scanner_nothing_passes_unscanned(
    command: Command, archive: Path, tmp_path: Path
) -> None:
    nowhere = f"unix:{tmp_path}/clamd"
    done = command(
        *("verify", FIRST, "--archive", archive, "--tools", "core"),
        *("--clamd", nowhere, "--json"),
    )
    assert done.code == 1
    (row,) = done.rows
    assert (row["passed"], row["missing"]) == (False, ["security.malware"])


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_record_is_exported(
    command: Command, archive: Path, tmp_path: Path, lang: str
) -> None:
    folder = tmp_path / "out"
    done = command("export", FIRST, folder, "--archive", archive, "--lang", lang)
    assert (done.code, done.err) == (0, "")
    assert str(folder) in done.out
    row = command("show", FIRST, "--archive", archive, "--json").rows[0]
    for member in row["members"]:
        assert (folder / member["path"]).stat().st_size == member["size"]


def test_an_export_in_json(command: Command, archive: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    done = command("export", FIRST, folder, "--archive", archive, "--json")
    assert done.rows == [{"code": FIRST, "folder": str(folder)}]


def test_an_altered_record_is_not_exported(
    command: Command, archive: Path, tmp_path: Path
) -> None:
    row = command("show", FIRST, "--archive", archive, "--json").rows[0]
    alter(stored(archive, row))
    done = command("export", FIRST, tmp_path / "out", "--archive", archive, "--json")
    assert done.code == 1
    assert [each["error"] for each in done.problems] == ["DigestMismatchError"]
    assert not (tmp_path / "out").exists()


def test_an_export_overwrites_nothing(
    command: Command, archive: Path, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").write_text("mine")
    done = command("export", FIRST, tmp_path / "out", "--archive", archive)
    assert done.code == 3
    assert "not an empty folder" in done.err


def test_the_catalog_is_made_anew(command: Command, archive: Path) -> None:
    before = command("list", "--archive", archive, "--json").rows
    catalog = archive / "catalog.sqlite"
    SqliteCatalog(catalog).clear()
    done = command("rebuild", "--archive", archive)
    assert (done.code, done.err) == (0, "")
    assert done.out == "The catalog was made anew. Entries: 12.\n"
    assert command("list", "--archive", archive, "--json").rows == before
    for path in archive.glob("catalog.sqlite*"):
        path.unlink()
    done = command("rebuild", "--archive", archive, "--json")
    assert done.rows == [{"archive": str(archive), "entries": 12, "set_aside": None}]
    assert command("list", "--archive", archive, "--json").rows == before


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_broken_catalog_is_set_aside(
    command: Command, archive: Path, lang: str
) -> None:
    before = command("list", "--archive", archive, "--json").rows
    for path in archive.glob("catalog.sqlite-*"):
        path.unlink()
    (archive / "catalog.sqlite").write_bytes(b"no database " * 1000)
    assert command("list", "--archive", archive).code == 3
    done = command("rebuild", "--archive", archive, "--lang", lang)
    assert done.code == 0
    assert "catalog.sqlite.old" in done.out
    assert (archive / "catalog.sqlite.old").read_bytes().startswith(b"no database")
    assert command("list", "--archive", archive, "--json").rows == before


def test_the_catalog_of_another_archive_is_set_aside(
    command: Command, archive: Path, tmp_path: Path
) -> None:
    other = samples.new_archive(tmp_path / "other")
    for case in samples.cases(1):
        other.deposit(case)
    assert isinstance(other.catalog, SqliteCatalog)
    other.catalog.close()
    for path in archive.glob("catalog.sqlite*"):
        path.unlink()
    shutil.copy(tmp_path / "other" / "catalog.sqlite", archive)
    listed = command("list", "--archive", archive, "--json")
    assert listed.code == 3
    assert [each["error"] for each in listed.problems] == ["CatalogMismatchError"]
    done = command("rebuild", "--archive", archive, "--json")
    assert done.code == 0
    assert done.rows[0]["entries"] == 12
    assert [each["error"] for each in done.problems] == ["CatalogMismatchError"]
    assert command("verify", "--archive", archive).code == 0
