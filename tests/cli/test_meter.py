"""Progress: seen on a terminal, and never in what is piped on."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli.office import Ended, alter, environment, spawn
from egovarchive.cli.meter import Counter

WITHOUT_RICH = (
    "import sys; sys.modules['rich'] = None;"
    "from egovarchive.__main__ import main; sys.exit(main(sys.argv[1:]))"
)
_ESCAPE = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]")


def on_terminal(
    *arguments: str, program: tuple[str, ...] = ("-m", "egovarchive"), out: bool = False
) -> Ended:
    """Run the command line with stderr, and stdout if *out*, on a terminal."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, *program, *arguments],
        stdout=theirs if out else subprocess.PIPE,
        stderr=theirs,
        env=environment(TERM="xterm-256color"),
    ) as process:
        os.close(theirs)
        piped = b"" if process.stdout is None else process.stdout.read()
        shown = bytearray()
        while chunk := _read(ours):
            shown += chunk
        process.wait(60)
    os.close(ours)
    return Ended(process.returncode, piped.decode(), shown.decode())


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:  # Linux tells the end of a terminal this way
        return b""


def test_a_bar_is_shown_and_not_piped(archive: Path) -> None:
    done = on_terminal("verify", "--archive", str(archive))
    assert done.code == 0
    assert "checking" in done.err
    assert "\x1b" in done.err
    assert "\x1b" not in done.out
    assert done.out == spawn("verify", "--archive", str(archive)).out


def test_results_stand_clear_of_the_bar(archive: Path) -> None:
    row = spawn("list", "--archive", str(archive), "--json").rows[0]
    alter(archive / "store" / row["key"])
    done = on_terminal("verify", "--archive", str(archive), "--lang", "zh", out=True)
    assert done.code == 1
    lines = [
        _ESCAPE.sub(b"", line.encode()).decode().strip("\r")
        for line in done.err.split("\n")
    ]
    assert any(line.endswith(f"{row['code']}  未通过") for line in lines)
    assert lines[-2] == "检测 12 件：通过 11 件，未通过 1 件。"


def test_json_on_a_terminal_is_not_wrapped(archive: Path) -> None:
    done = on_terminal("list", "--archive", str(archive), "--json", out=True)
    assert len(Ended(0, done.err.replace("\r", ""), "").rows) == 12


def test_without_rich_a_count_is_shown(archive: Path) -> None:
    program = ("-c", WITHOUT_RICH)
    done = on_terminal("verify", "--archive", str(archive), program=program)
    assert done.code == 0
    assert done.out == spawn("verify", "--archive", str(archive)).out
    # What remains on the line at the end is nothing.
    assert done.err.endswith("\r\x1b[K")


def test_the_demonstration_is_coloured_on_a_terminal_only(tmp_path: Path) -> None:
    done = on_terminal("demo", str(tmp_path / "a"), out=True)
    assert done.code == 0
    assert "\x1b[32m" in done.err, "passed is green"
    plain = on_terminal(
        "demo", str(tmp_path / "b"), program=("-c", WITHOUT_RICH), out=True
    )
    assert "\x1b" not in plain.err
    assert "\x1b" not in spawn("demo", str(tmp_path / "c")).out


def test_elsewhere_nothing_is_shown(archive: Path) -> None:
    assert spawn("verify", "--archive", str(archive)).err == ""


def test_a_count_is_written_over_itself(capsys: pytest.CaptureFixture[str]) -> None:
    counter = Counter("checking", 3)
    for _ in range(3):
        time.sleep(0.11)
        counter.advance()
    counter.write("a result", sys.stdout)
    out, err = capsys.readouterr()
    assert out == "a result\n"
    assert err.split("\r\x1b[K") == ["", *(f"checking {n}/3" for n in (1, 2, 3)), ""]
