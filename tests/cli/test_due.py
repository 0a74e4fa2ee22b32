"""`due`: what must be done by a day, and what is on hold."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest

from cli.office import FIRST, Command
from egovarchive.archive import Archive
from egovarchive.lifecycle.entry import ROW_KEYS

KEYS = {*ROW_KEYS, "title", "fonds", "retention"}
OWN = {"kind", "due_on", "urgency", "state", "holds", "explanation"}


@pytest.mark.parametrize("on", ["2030-03-16", "2030-03-17", "2035-12-31", "2045-06-06"])
def test_due_lists_what_is_due_by_a_day(
    command: Command, archive: Path, on: str
) -> None:
    every = command("list", "--archive", archive, "--json").rows
    for kind, name in (
        ("transfer", "transfer_due_on"),
        ("statutory_transfer", "statutory_transfer_on"),
        ("retention_end", "retention_ends_on"),
    ):
        arguments = ("due", "--archive", archive, "--on", on, "--kind", kind)
        rows = command(*arguments, "--json").rows
        expected = {r["code"] for r in every if r[name] and r[name] <= on}
        assert {row["code"] for row in rows} == expected
        assert {row["kind"] for row in rows} <= {kind}
        for row in rows:
            assert row["due_on"] == row[name]
            assert row["urgency"] == ("now" if row["due_on"] == on else "overdue")
            assert row["due_on"] in row["explanation"]
            assert (row["state"], row["holds"]) == ("held", [])
            assert set(row) == KEYS | OWN
        days = [row["due_on"] for row in rows]
        assert days == sorted(days)


def test_due_lists_all_kinds_by_day(command: Command, archive: Path) -> None:
    rows = command("due", "--archive", archive, "--on", "2045-06-06", "--json").rows
    assert {row["kind"] for row in rows} == {
        "transfer",
        "statutory_transfer",
        "retention_end",
    }
    days = [row["due_on"] for row in rows]
    assert days == sorted(days)


def test_due_counts(command: Command, archive: Path) -> None:
    arguments = ("due", "--archive", archive, "--on", "2030-06-08", "--counts")
    rows = command(*arguments, "--json").rows
    assert [(r["what"], r["urgency"], r["count"]) for r in rows] == [
        ("transfer", "overdue", 2)
    ]
    assert rows[0]["unit"]
    done = command(*arguments, "--within", "365", "--lang", "zh")
    assert done.out.startswith("2030-06-08 工作清单，截至 2031-06-08\n移交　已逾期")
    refused = command(*arguments, "--kind", "transfer")
    assert (refused.code, refused.out) == (2, "")
    assert "--kind: --counts counts all kinds: 'transfer'" in refused.err


def test_due_looks_ahead(command: Command, archive: Path) -> None:
    arguments = ("due", "--archive", archive, "--on", "2030-02-10", "--json")
    assert command(*arguments).rows == []
    (row,) = command(*arguments, "--within", "35").rows
    assert (row["code"], row["urgency"]) == (FIRST, "soon")


@pytest.mark.parametrize(("lang", "word"), [("en", "overdue"), ("zh", "已逾期")])
def test_due_in_words(command: Command, archive: Path, lang: str, word: str) -> None:
    arguments = ("due", "--archive", archive, "--on", "2030-03-18", "--lang", lang)
    head, *lines = command(*arguments).out.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith(word)
    assert FIRST in lines[0]
    assert head


def test_nothing_due_is_said(command: Command, archive: Path) -> None:
    arguments = ("due", "--archive", archive, "--on", "2026-11-23")
    assert command(*arguments).out == "Nothing is due by 2026-11-23.\n"
    assert (
        command(*arguments, "--within", "7", "--lang", "zh").out
        == "自 2026-11-23 起 7 天内没有到期事项。\n"
    )


def test_due_names_the_holds(command: Command, archive: Path) -> None:
    words = ("--reason", "诉讼", "--authority", "某法院", "--by", "王五")
    command("hold", "H-1", "--archive", archive, "--code", FIRST, *words)
    arguments = ("due", "--archive", archive, "--on", "2030-03-17")
    (row,) = command(*arguments, "--json").rows
    assert row["holds"] == ["H-1"]
    assert "H-1" in command(*arguments).out


def test_due_today_is_today_in_china(
    command: Command, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def open_archive(args: object) -> Archive:
        # In China it is the 17th already.
        now = datetime(2030, 3, 16, 16, 0, tzinfo=timezone.utc)
        return Archive.open(archive, clock=lambda: now)

    monkeypatch.setattr("egovarchive.cli.due.open_archive", open_archive)
    rows = command("due", "--json").rows
    assert [row["code"] for row in rows] == [FIRST]


@pytest.mark.parametrize("on", ["2030-02-30", "20300317", "tomorrow", "2030-W11-1"])
def test_a_day_that_is_none_is_wrong_use(
    command: Command, archive: Path, on: str
) -> None:
    done = command("due", "--archive", archive, "--on", on, "--json")
    assert (done.code, done.out) == (2, "")
    assert done.problems[0]["place"] == "--on"
    assert on in done.problems[0]["message"]


@pytest.mark.parametrize("days", ["-1", "x", "1.5", "９", "9999999999"])
def test_days_that_are_none_are_wrong_use(
    command: Command, archive: Path, days: str
) -> None:
    done = command("due", "--archive", archive, f"--within={days}", "--lang", "zh")
    assert (done.code, done.out) == (2, "")
    assert "不是天数" in done.err
