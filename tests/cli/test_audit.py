"""`audit`: counts for a reader, rows for a program, and an exit code."""

from __future__ import annotations

from pathlib import Path

from cli.office import Command

ON = ("--on", "2031-03-07")
SAMPLES = 12


def test_what_is_overdue_is_counted_and_named(command: Command, archive: Path) -> None:
    done = command("audit", "--archive", archive, *ON, "--json")
    assert (done.code, done.err) == (1, "")
    (counts,) = done.rows
    assert counts["records"] == SAMPLES
    overdue = counts["transfer_overdue"]
    assert overdue > 0
    asked = ("--problem", "transfer_overdue")
    named = command("audit", "--archive", archive, *ON, *asked, "--json")
    assert len(named.rows) == overdue
    assert {row["problem"] for row in named.rows} == {"transfer_overdue"}
    page = command("audit", "--archive", archive, *ON, *asked)
    assert all(row["code"] in page.out for row in named.rows)


def test_numbers_stay_numbers_and_what_is_absent_is_null(
    command: Command, archive: Path
) -> None:
    asked = ("--problem", "transfer_overdue")
    row = command("audit", "--archive", archive, *ON, *asked, "--json").rows[0]
    assert type(row["year"]) is int
    assert type(row["record"]) is int
    assert row["on_hold"] is False
    assert row["last_code"] is None
    assert row["due_on"] == "2030-03-17"
    assert row["days"] > 0
    page = command("audit", "--archive", archive, *ON, *asked, "--lang", "zh").out
    assert "档号" in page
    assert "None" not in page
    assert "False" not in page


def test_it_counts_by_group(command: Command, archive: Path) -> None:
    done = command("audit", "--archive", archive, "--by", "period", "--json")
    assert sum(row["records"] for row in done.rows) == SAMPLES
    page = command("audit", "--archive", archive, "--by", "period", "--lang", "zh")
    assert "保管期限" in page.out
    assert "D30" in page.out


def test_for_a_reader_it_speaks_both_languages(command: Command, archive: Path) -> None:
    assert "transfer overdue" in command("audit", "--archive", archive, *ON).out
    chinese = command("audit", "--archive", archive, *ON, "--lang", "zh")
    assert "移交逾期" in chinese.out


def test_where_no_record_has_it_that_is_told(command: Command, archive: Path) -> None:
    done = command("audit", "--archive", archive, "--problem", "on_hold")
    assert "No record has it." in done.out


def test_a_day_that_is_none_is_refused(command: Command, archive: Path) -> None:
    done = command("audit", "--archive", archive, "--on", "2031-02-30")
    assert done.code == 2
    assert "--on" in done.err
