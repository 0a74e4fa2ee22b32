"""What holds for every command: language, encoding, pipes, signals, imports."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cli.office import FIRST, Command, Office, environment, spawn
from egovarchive import __version__

PROGRAM = [sys.executable, "-m", "egovarchive"]
COMMANDS = (
    *("demo", "init", "deposit", "show", "list", "due", "verify", "export"),
    "rebuild",
)


@pytest.mark.parametrize("name", ["", *COMMANDS])
@pytest.mark.parametrize(("lang", "word"), [("en", "usage: "), ("zh", "用法：")])
def test_every_command_has_help_in_both_languages(
    command: Command, name: str, lang: str, word: str
) -> None:
    done = command(*([name] if name else []), "--lang", lang, "--help")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"{word}egovarchive")
    assert "--json" in done.out
    english = [line for line in done.out.splitlines() if " the " in line]
    assert (english == []) == (lang == "zh")


def test_the_version_is_told(command: Command) -> None:
    assert command("--version").out == f"egovarchive {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "en", "zh"),
    [
        ([], "required: COMMAND", "缺少必需的参数：COMMAND"),
        (["perhaps"], "invalid choice: 'perhaps'", "无效的选项 'perhaps'（可选："),
        (["list", "--jso"], "unrecognized arguments: --jso", "无法识别的参数：--jso"),
        (["list", "x"], "unrecognized arguments: x", "无法识别的参数：x"),
        (["list", "--limit"], "expected one argument", "参数 --limit：须有一个值"),
        (["list", "--json=1"], "ignored explicit argument", "该参数不带值：'1'"),
        (["deposit"], "required: CASE.json", "缺少必需的参数：CASE.json"),
        (["due", "--kind", "x"], "argument --kind: invalid", "参数 --kind：无效的选项"),
        (["show", "--lang", "fr"], "argument --lang", "参数 --lang：无效的选项 'fr'"),
    ],
)
def test_wrong_use_is_one_line_in_the_language(
    command: Command,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    en: str,
    zh: str,
) -> None:
    for locale, word in (("C", en), ("zh_CN.UTF-8", zh)):
        monkeypatch.setenv("LC_ALL", locale)
        done = command(*arguments)
        assert (done.code, done.out) == (2, "")
        assert word in done.err
        assert done.err.startswith("egovarchive: ")
        assert done.err.count("\n") == 1
        assert "--help" in done.err


def test_wrong_use_is_told_in_json(command: Command) -> None:
    done = command("show", "--json", "--lang=zh")
    assert done.code == 2
    (problem,) = done.problems
    assert set(problem) == {"error", "message", "place", "rule"}
    assert problem["message"].startswith("缺少必需的参数：CODE")


@pytest.mark.parametrize("where", ["before", "behind"])
def test_options_stand_before_or_behind_the_command(
    command: Command, archive: Path, where: str
) -> None:
    options = ("--archive", archive, "--json", "--lang", "zh")
    order = (*options, "list") if where == "before" else ("list", *options)
    assert len(command(*order).rows) == 12


def test_the_last_one_counts(command: Command, archive: Path, tmp_path: Path) -> None:
    done = command("--archive", tmp_path, "--lang", "en", "list", "--archive", archive)
    assert done.code == 0


@pytest.mark.parametrize(
    ("variables", "word"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "没有档号"),
        ({"LANG": "C", "LC_MESSAGES": "zh_TW.UTF-8"}, "没有档号"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "no record"),
        ({"LC_ALL": "C", "LC_MESSAGES": "zh_CN", "LANG": "zh_CN"}, "no record"),
        ({"LC_ALL": "", "LANG": "zh_CN.GB18030"}, "没有档号"),
        ({"LANG": "en_US.UTF-8"}, "no record"),
    ],
)
def test_the_locale_chooses_the_language(
    command: Command,
    archive: Path,
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    word: str,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    done = command("show", FIRST.replace("0001", "0999"), "--archive", archive)
    assert word in done.err


def test_output_is_utf8_in_the_c_locale(archive: Path) -> None:
    for variables in ({"LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii"}):
        done = spawn("list", "--archive", str(archive), variables=variables)
        assert (done.code, done.err) == (0, "")
        assert "公共场所卫生许可" in done.out
        done = spawn("--lang", "zh", variables=variables)
        assert "缺少必需的参数" in done.err


def test_a_name_that_is_no_text_is_written_out(archive: Path) -> None:
    path = os.fsencode(archive) + b"\xff"
    done = subprocess.run(
        [*PROGRAM, "list", "--archive", path],
        capture_output=True,
        check=False,
        env=environment(),
    )
    assert done.returncode == 3
    assert b"Traceback" not in done.stderr
    assert b"\\udcff" in done.stderr


def test_titles_cannot_steer_the_terminal(command: Command, office: Office) -> None:
    command(*office.init)
    path = office.case(title="许可\u202egnp.exe")
    done = command(*office.deposit(path))
    assert "许可\\u202egnp.exe" in done.out
    assert "\u202e" not in done.out


def test_a_reader_who_leaves_hears_nothing(archive: Path) -> None:
    listing = f"{' '.join(PROGRAM)} list --json --archive {archive}"
    done = subprocess.run(
        ["sh", "-c", f"{listing} | head -1"],
        capture_output=True,
        check=True,
        env=environment(),
    )
    assert done.stdout.count(b"\n") == 1
    assert done.stderr == b""


def test_a_closed_pipe_is_quiet(archive: Path) -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    for arguments in (["list", "--json", "--archive", str(archive)], ["--help"]):
        done = subprocess.run(
            [*PROGRAM, *arguments],
            stdout=theirs,
            stderr=subprocess.PIPE,
            check=False,
            env=environment(),
        )
        assert (done.returncode, done.stderr) == (141, b"")
    os.close(theirs)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_told(archive: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*PROGRAM, "list", "--json", "--archive", str(archive)],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            env=environment(),
        )
    assert done.returncode == 3
    assert done.stderr.count(b"\n") == 1
    assert b"stdout" in done.stderr


def test_ctrl_c_is_quiet() -> None:
    script = (
        "import sys, time; from egovarchive.cli import run;"
        "slow = lambda args, screen: (print('here', flush=True), time.sleep(60));"
        "run.COMMANDS = {**run.COMMANDS, 'list': slow};"
        "from egovarchive.__main__ import main; sys.exit(main(['list']))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"here\n"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, b"", b"")


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["init", "--help"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "egovarchive", *arguments],
        capture_output=True,
        text=True,
        check=True,
        env=environment(),
    )
    loaded = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines()}
    assert "egovarchive.cli.run" in loaded
    heavy = {"cryptography", "sqlite3", "rich", "cattrs", "zipfile", "urllib.request"}
    assert heavy & loaded == set()


def test_results_for_a_program_load_no_rich(archive: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *PROGRAM[1:], "verify", "--json"],
        capture_output=True,
        text=True,
        check=True,
        env=environment(EGOVARCHIVE_ARCHIVE=str(archive)),
    )
    assert "| rich" not in done.stderr
