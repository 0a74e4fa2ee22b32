"""`show` and `list`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cli.office import FIRST, Command, stored
from egovarchive.cli import opening
from egovarchive.cli.columns import width
from egovarchive.lifecycle.entry import ROW_KEYS
from egovarchive.testing import samples

KEYS = {*ROW_KEYS, "title", "fonds", "retention"}


def test_list_tells_every_record_in_json(command: Command, archive: Path) -> None:
    done = command("list", "--archive", archive, "--json")
    assert (done.code, done.err) == (0, "")
    assert len(done.rows) == 12
    for row in done.rows:
        assert set(row) == KEYS
        assert row["code"].startswith(f"{row['fonds']}-")
        assert row["retention"] in {"Y", "D10", "D30"}
        assert (row["transfer_due_on"] is None) == (row["retention"] == "D10")
        assert stored(archive, row).stat().st_size == row["size"]
    codes = [row["code"] for row in done.rows]
    assert len(set(codes)) == 12


def test_list_gives_pages(command: Command, archive: Path) -> None:
    every = command("list", "--archive", archive, "--json").rows
    pages: list[dict[str, Any]] = []
    after: list[str] = []
    while page := command(
        "list", "--archive", archive, "--json", "--limit", "5", *after
    ).rows:
        assert len(page) <= 5
        pages += page
        after = ["--after", page[-1]["code"]]
    assert pages == every


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_list_aligns_its_columns(command: Command, archive: Path, lang: str) -> None:
    lines = command("list", "--archive", archive, "--lang", lang).out.splitlines()
    head = {"en": "archival code", "zh": "档号"}[lang]
    assert lines[0].startswith(head)
    assert len(lines) == 13
    # The column of titles begins at the same place in every line.
    title = {"en": "title", "zh": "题名"}[lang]
    starts = {width(lines[0][: lines[0].index(title)])}
    for line in lines[1:]:
        starts.add(width(line) - width(line.split("  ")[-1]))
    assert len(starts) == 1


def test_an_empty_archive_says_that_it_is(command: Command, tmp_path: Path) -> None:
    samples.new_archive(tmp_path / "new")
    place = "--archive", tmp_path / "new"
    assert command("list", *place).out == "No records.\n"
    assert command("list", *place, "--lang", "zh").out == "没有电子档案。\n"
    empty = command("list", *place, "--json")
    assert (empty.code, empty.out) == (0, "")
    assert "Nothing is due by" in command("due", *place).out


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_show_tells_all_of_a_record(command: Command, archive: Path, lang: str) -> None:
    done = command("show", FIRST, "--archive", archive, "--lang", lang)
    assert (done.code, done.err) == (0, "")
    row = command("show", FIRST, "--archive", archive, "--json", "--lang", lang).rows[0]
    assert set(row) == {*KEYS, "deadlines", "documents", "members"}
    for text in (row["code"], row["title"], row["case_number"], row["package"]):
        assert text in done.out
    for deadline in row["deadlines"]:
        assert set(deadline) == {"kind", "on", "rule", "source", "inputs"}
        assert deadline["rule"] in done.out
        assert deadline["source"] in done.out
    kinds = [deadline["kind"] for deadline in row["deadlines"]]
    assert len(set(kinds)) == 5
    for document in row["documents"]:
        assert document["name"] in done.out
        assert document["files"]
        for file in document["files"]:
            assert file["name"] in done.out
            assert file["path"] in {member["path"] for member in row["members"]}
    for member in row["members"]:
        assert member["path"] in done.out
        assert member["size"] > 0
        assert set(member["digests"]) >= {"sm3"}


def test_show_knows_look_alikes_of_the_dot(command: Command, archive: Path) -> None:
    done = command("show", FIRST.replace("·", "•"), "--archive", archive, "--json")
    assert done.rows[0]["code"] == FIRST
    assert done.err == ""


@pytest.mark.parametrize("damage", ["gone", "overwritten"])
def test_show_tells_what_is_registered_of_a_damaged_record(
    command: Command, archive: Path, damage: str
) -> None:
    path = stored(
        archive, command("show", FIRST, "--archive", archive, "--json").rows[0]
    )
    path.chmod(0o644)
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(b"x" * path.stat().st_size)
    done = command("show", FIRST, "--archive", archive, "--json")
    assert done.code == 1
    assert set(done.rows[0]) == {*KEYS, "deadlines"}
    expected = "NotStoredError" if damage == "gone" else "UnsafePackageError"
    assert [each["error"] for each in done.problems] == [expected]
    text = command("show", FIRST, "--archive", archive)
    assert FIRST in text.out
    assert text.err.startswith("egovarchive: ")


@pytest.mark.parametrize("name", ["show", "verify"])
def test_an_unknown_code_is_a_finding(
    command: Command, archive: Path, name: str
) -> None:
    unknown = FIRST.replace("0001", "0999")
    done = command(name, unknown, "--archive", archive, "--json")
    assert (done.code, done.out) == (1, "")
    assert [each["error"] for each in done.problems] == ["EntryNotFoundError"]
    assert unknown in done.problems[0]["message"]


@pytest.mark.parametrize("name", ["show", "verify"])
def test_what_is_no_code_is_wrong_use(
    command: Command, archive: Path, name: str
) -> None:
    done = command(name, "J019-x", "--archive", archive, "--json")
    assert (done.code, done.out) == (2, "")
    (problem,) = done.problems
    assert problem["error"] == "InvalidValueError"
    assert "DA/T 13—2022" in problem["rule"]


@pytest.mark.parametrize("limit", ["0", "-1", "x", "1.5", "９"])
def test_a_limit_that_is_none_is_wrong_use(
    command: Command, archive: Path, limit: str
) -> None:
    done = command("list", "--archive", archive, f"--limit={limit}", "--lang", "zh")
    assert (done.code, done.out) == (2, "")
    assert limit in done.err


def test_the_environment_names_the_archive(
    command: Command, archive: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(opening.ARCHIVE, str(archive))
    assert len(command("list", "--json").rows) == 12
    assert command("list", "--archive", tmp_path / "other").code == 3


def test_without_an_archive_it_is_wrong_use(command: Command) -> None:
    for name in (["list"], ["due"], ["verify"], ["rebuild"], ["show", FIRST]):
        done = command(*name)
        assert (done.code, done.out) == (2, "")
        assert "EGOVARCHIVE_ARCHIVE" in done.err


def test_an_archive_that_is_not_there_is_told(command: Command, tmp_path: Path) -> None:
    for name in (["list"], ["due"], ["verify"], ["rebuild"], ["show", FIRST]):
        done = command(*name, "--archive", tmp_path, "--json", "--lang", "zh")
        assert (done.code, done.out) == (3, "")
        (problem,) = done.problems
        assert problem["error"] == "ArchiveError"
        assert problem["message"] == f"{tmp_path} 中没有档案库：缺少 archive.json"


def test_broken_settings_are_told(command: Command, archive: Path) -> None:
    (archive / "archive.json").write_text("{}")
    done = command("list", "--archive", archive)
    assert done.code == 3
    assert str(archive) in done.err
    assert "broken" in done.err


def test_asking_changes_nothing(command: Command, archive: Path) -> None:
    before = _packages(archive)
    command("list", "--archive", archive)
    command("show", FIRST, "--archive", archive)
    command("due", "--archive", archive)
    command("verify", "--archive", archive)
    assert _packages(archive) == before


def _packages(archive: Path) -> dict[str, bytes]:
    return {
        str(path): path.read_bytes()
        for path in sorted((archive / "store").rglob("*"))
        if path.is_file()
    }
