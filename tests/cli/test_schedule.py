"""`schedule check`, `diff` and `simulate`."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.later import bring
from cli.office import FIRST, SCHEDULE, Command, Office
from egovarchive import Archive
from egovarchive.lifecycle.state import State
from egovarchive.testing import samples

OLD = samples.FILES / "schedule.csv"
ITEM = "11110000MAXXXXX07L31100000000"


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """Return a schedule with longer periods, which has forgotten the last item."""
    text = OLD.read_text(encoding="utf-8-sig").replace(",D10,", ",D30,")
    lines = [line for line in text.splitlines() if not line.startswith(f"{ITEM}12")]
    path = tmp_path / "new.csv"
    path.write_text("\n".join(lines).replace("2025-1\n", "2027-1\n"), encoding="utf-8")
    return path


def test_a_good_schedule_is_told_in_short(command: Command) -> None:
    done = command("schedule", "check", OLD)
    assert (done.code, done.err) == (0, "")
    assert "service items    15\n" in done.out
    assert "by period        D10: 5, D30: 6, Y: 4\n" in done.out
    (row,) = command("schedule", "check", OLD, "--json").rows
    assert row == {
        "version": "2025-1",
        "approved_by": "某某市档案局（样例）",
        "approval_number": "样例档发〔2024〕1号",
        "effective_on": "2025-01-01",
        "ends_on": None,
        "items": 15,
        "periods": {"D10": 5, "D30": 6, "Y": 4},
    }
    assert "事项数      15" in command("schedule", "check", OLD, "--lang", "zh").out


def test_all_that_is_wrong_is_told_with_its_place(
    command: Command, tmp_path: Path
) -> None:
    path = tmp_path / "wrong.csv"
    text = OLD.read_text(encoding="utf-8").replace(",D10,", ",10,")
    path.write_text(text, encoding="utf-8")
    done = command("schedule", "check", path)
    assert (done.code, done.out) == (2, "")
    assert len(done.err.splitlines()) == 5
    assert done.err.startswith(f"{path}: line 8, 保管期限: not a retention code: '10'")
    problem = command("schedule", "check", path, "--json").problems[0]
    assert problem["error"] == "ScheduleFileError"
    assert problem["place"] == "line 8, 保管期限"
    assert problem["file"] == str(path)


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "missing.csv"),
        ("diff", "missing.csv", str(OLD)),
        ("diff", str(OLD), "missing.csv"),
        ("simulate", "missing.csv"),
    ],
)
def test_a_file_that_is_not_there_is_no_finding(
    command: Command, arguments: tuple[str, ...]
) -> None:
    done = command("schedule", *arguments)
    assert (done.code, done.out) == (3, "")
    assert "missing.csv" in done.err


def test_an_act_is_needed(command: Command) -> None:
    done = command("schedule", "--lang", "zh")
    assert done.code == 2
    assert "缺少必需的参数：ACT" in done.err
    assert command("schedule", "simulate", OLD).code == 2  # no archive is named
    helped = command("schedule", "diff", "--help", "--lang", "zh")
    assert helped.code == 0
    assert "旧表" in helped.out


def test_equal_schedules_have_no_difference(command: Command) -> None:
    assert command("schedule", "diff", OLD, OLD).out == "the schedules are equal\n"
    same = command("schedule", "diff", OLD, OLD, "--json")
    assert (same.code, same.out) == (0, "")


def test_every_difference_is_told(command: Command, new: Path) -> None:
    done = command("schedule", "diff", OLD, new, "--lang", "zh")
    assert done.code == 1
    assert f"删除 {ITEM}12 出版物零售业务经营许可（变更）（30年）\n" in done.out
    assert (
        f"变更 {ITEM}02 人力资源服务许可（设立）\n  保管期限：10年 → 30年" in done.out
    )
    rows = command("schedule", "diff", OLD, new, "--json").rows
    assert [row["change"] for row in rows].count("changed") == 5
    assert rows[-1]["old"] == "D10"


def test_what_was_filed_under_a_schedule_stays_under_it(
    command: Command, archive: Path
) -> None:
    done = command("schedule", "simulate", OLD, "--archive", archive)
    assert (done.code, done.err) == (0, "")
    assert done.out == "Would move: 0. Left out: 0. Unchanged: 12.\n"


def test_what_would_move_is_told_and_nothing_moves(
    command: Command, archive: Path, new: Path
) -> None:
    place = "--archive", archive
    before = command("list", *place, "--json").out
    done = command("schedule", "simulate", new, *place)
    assert done.code == 1
    assert "retention end: 2035-12-31 → 2055-12-31" in done.out
    assert f"the schedule is silent about {ITEM}12" in done.out
    assert done.out.endswith("Would move: 4. Left out: 1. Unchanged: 7.\n")
    chinese = command("schedule", "simulate", new, *place, "--lang", "zh").out
    assert "保管期满：2035-12-31 → 2055-12-31" in chinese
    assert chinese.endswith("变动 4 件，未规定 1 件，不变 7 件。\n")
    assert command("list", *place, "--json").out == before


@pytest.mark.parametrize("state", [State.DESTROYED, State.TRANSFERRED])
def test_what_is_no_longer_here_does_not_move(
    command: Command, archive: Path, new: Path, state: State
) -> None:
    place = "--archive", archive
    rows = command("schedule", "simulate", new, *place, "--json").rows
    opened = Archive.open(archive)
    bring(opened, opened.entry(str(rows[0]["code"])), state)
    opened.close()
    done = command("schedule", "simulate", new, *place)
    assert str(rows[0]["code"]) not in done.out
    assert done.out.endswith("Would move: 3. Left out: 1. Unchanged: 7.\n")


def test_rows_of_a_simulation(command: Command, archive: Path, new: Path) -> None:
    # Options stand before the command or behind it.
    done = command("--archive", archive, "--json", "schedule", "simulate", new)
    assert done.code == 1
    assert len(done.rows) == 4 * 4 + 1
    assert all(
        set(row) == {"code", "item_code", "what", "old", "new"} for row in done.rows
    )
    assert {row["what"] for row in done.rows} == {
        *("period", "retention_end", "transfer", "statutory_transfer"),
        "silent",
    }
    assert FIRST not in {row["code"] for row in done.rows}


LICENCE = {"name": "许可证", "valid_until": "2031-03-03"}


def test_retention_may_begin_with_the_end_of_a_licence(
    command: Command, office: Office
) -> None:
    table = SCHEDULE.replace("依据\n", "依据,起算\n").replace(
        "申请表,\n", "申请表,,证照期满\n"
    )
    office.schedule.write_text(table, encoding="utf-8")
    assert command(*office.init).code == 0
    given = command(*office.deposit(office.case(licences=[LICENCE])), "--json")
    (entry,) = given.rows
    assert entry["retention_ends_on"] == "2061-12-31"
    shown = command("show", entry["code"], "--archive", office.archive)
    assert (
        "retention end: 2061-12-31. As registered, by its schedule (2026-1; period D30)"
    ) in shown.out
    # Nothing is assumed where the case gave no licence.
    refused = command(*office.deposit(office.case("C-2", decision="refused")))
    assert refused.code == 1
    assert "licences: retention begins after licence expiry" in refused.err
    # The same start again; then another, from which nothing can be inferred.
    place = "--archive", office.archive
    assert command("schedule", "simulate", office.schedule, *place).code == 0
    other = table.replace("证照期满", "决定")
    office.schedule.write_text(other, encoding="utf-8")
    told = command("schedule", "simulate", office.schedule, *place)
    assert told.code == 1
    assert "retention end: 2061-12-31 → unknown" in told.out
