from __future__ import annotations

import shlex
import stat
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from cli.office import FIRST, Command, spawn
from egovarchive.cli import demo
from egovarchive.testing import samples


def test_it_shows_all_in_english(tmp_path: Path) -> None:
    started = time.monotonic()
    done = spawn("demo", cwd=tmp_path)
    took = time.monotonic() - started
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0] == "Archiving 12 concluded cases in egovarchive-demo"
    assert sum(line.startswith("J019-ZY·XK·") for line in lines) >= 24
    assert lines.count("12 of 12 records passed.") == 2
    assert f"{FIRST}  NOT PASSED" in lines
    assert any(
        line.startswith("  integrity.members failed 申报文件/") for line in lines
    )
    assert "transfer: 2030-03-17. Permanent" in done.out
    assert "  12  no scanner is configured (security.malware)" in lines
    assert "For a browser: egovarchive-demo/demo-report.html." in lines
    assert "no reliable electronic signature (可靠的电子签名)" in done.out
    assert took < 10, "promised: 3 seconds, on a machine with nothing else to do"


def test_it_shows_all_in_chinese(command: Command, tmp_path: Path) -> None:
    done = command("--lang", "zh", "demo", tmp_path / "示例")
    assert (done.code, done.err) == (0, "")
    for text in ("归档 12 个办件", "期限", "真实性", "未通过", "下一步", "测试密钥"):
        assert text in done.out
    assert done.out.count("12 件中 12 件通过。") == 2
    assert "passed" not in done.out


def test_it_tells_a_program_the_same(command: Command, tmp_path: Path) -> None:
    done = command("demo", tmp_path / "d", "--json")
    assert (done.code, done.err) == (0, "")
    events = [row["event"] for row in done.rows]
    expected = ["deposited"] * 12 + ["verified"] * 12 + ["altered"]
    assert events == [*expected, *["verified"] * 12, "reported", "next"]
    altered = done.rows[24]
    assert not altered["passed"]
    assert Path(altered["file"]).is_file()
    failed = [each for each in altered["findings"] if each["outcome"] == "failed"]
    assert altered["member"] in {each["object"] for each in failed}


def test_the_commands_that_it_names_work(tmp_path: Path) -> None:
    commands = spawn("demo", "my demo", "--json", cwd=tmp_path).rows[-1]["commands"]
    assert len(commands) == 3
    for text in commands:
        program, dash_m, module, *arguments = shlex.split(text)
        assert (program, dash_m, module) == ("python", "-m", "egovarchive")
        assert spawn(*arguments, cwd=tmp_path).code == 0


def test_what_it_leaves_is_an_archive_with_its_key(
    command: Command, tmp_path: Path
) -> None:
    folder = tmp_path / "d"
    command("demo", folder)
    packages = [path for path in folder.rglob("*.zip") if path.is_file()]
    assert len(packages) == 12
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o444 for path in packages)
    assert stat.S_IMODE((folder / demo.KEY).stat().st_mode) == 0o600
    again = command(
        *("deposit", _sample(), "--archive", folder, "--json"),
        *("--key", folder / demo.KEY, "--certificate", folder / demo.CERTIFICATE),
    )
    assert again.code == 0
    assert again.rows[0]["code"] == FIRST


def test_it_leaves_a_report_for_a_browser(command: Command, tmp_path: Path) -> None:
    done = command("demo", tmp_path / "d", "--json")
    (row,) = [each for each in done.rows if each["event"] == "reported"]
    page = Path(row["report"]).read_text("utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert FIRST in page
    assert "usability.readable" in page


def _sample() -> Path:
    return min(samples.FILES.glob("*/case.json"))


def test_a_folder_with_something_in_it_is_left_alone(
    command: Command, tmp_path: Path
) -> None:
    (tmp_path / "mine").write_text("mine")
    done = command("demo", tmp_path)
    assert done.code == 3
    assert done.err == f"egovarchive: {tmp_path} is not an empty folder\n"
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_it_has_an_archive_of_its_own(command: Command, tmp_path: Path) -> None:
    done = command("--archive", tmp_path / "x", "demo")
    assert done.code == 2
    assert "egovarchive demo DIR" in done.err
    assert not (tmp_path / "x").exists()


def test_an_alteration_that_is_not_found_is_told(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def unaltered(path: Path, offset: int) -> Iterator[None]:
        yield

    monkeypatch.setattr(demo, "_altered", unaltered)
    assert command("demo", tmp_path / "d").code == 1


def test_the_byte_is_put_right_whatever_happens(tmp_path: Path) -> None:
    path = tmp_path / "package"
    path.write_bytes(b"abc")
    path.chmod(0o444)
    with ExitStack() as stack:
        stack.enter_context(pytest.raises(KeyboardInterrupt))
        stack.enter_context(demo._altered(path, 1))
        assert path.read_bytes() == b"a" + bytes([ord("b") ^ 1]) + b"c"
        raise KeyboardInterrupt
    assert path.read_bytes() == b"abc"
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
