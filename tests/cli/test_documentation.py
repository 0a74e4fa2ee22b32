"""The page of the command line says what is there, and its examples run."""

from __future__ import annotations

import argparse
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.office import environment, write_keys
from egovarchive.cli.parser import new_parser
from egovarchive.cli.run import COMMANDS
from egovarchive.errors import Language

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "command-line.md"
_FILE = re.compile(r"^`([\w.]+)`:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"^\[exit code (\d+)\]$")


@pytest.fixture(scope="module")
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def sections(page: str) -> dict[str, str]:
    """Return the part of the page about each command, and what comes before."""
    first, *parts = page.split("\n## `egovarchive ")
    return {"": first} | {
        re.split(r"[ `]", part, maxsplit=1)[0]: part for part in parts
    }


def commands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    (action,) = (
        each for each in parser._actions if isinstance(each, argparse._SubParsersAction)
    )
    return dict(action.choices)


def test_every_command_is_run_and_documented(page: str) -> None:
    assert set(commands(new_parser("en"))) == set(COMMANDS)
    assert set(sections(page)) == {"", *COMMANDS}


def test_every_option_and_argument_is_documented(page: str) -> None:
    parts = sections(page)
    parser = new_parser("en")
    for name, each in {"": parser, **commands(parser)}.items():
        for action in each._actions:
            if isinstance(action, argparse._SubParsersAction):
                continue
            written = parts[""] + parts[name]
            for option in action.option_strings:
                assert re.search(rf"`{option}[ `]", written), (name, option)
            for choice in action.choices or ():
                assert str(choice) in written, (name, choice)
            if not action.option_strings:
                assert str(action.metavar) in parts[name].partition("\n")[0]


def test_every_option_that_is_documented_is_there(page: str) -> None:
    parser = new_parser("en")
    known = {
        option
        for each in (parser, *commands(parser).values())
        for action in each._actions
        for option in action.option_strings
    }
    assert set(re.findall(r"`(--?[a-z][a-z-]*)", page)) <= known


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_option_has_help_in_its_language(lang: Language) -> None:
    parser = new_parser(lang)
    for name, each in commands(parser).items():
        assert each.description, name
        for action in each._actions:
            assert action.help, (name, action)
            chinese = re.search("[\u4e00-\u9fff]", action.help) is not None
            assert chinese == (lang == "zh") or "·" in action.help, action.help


def examples(page: str) -> Iterator[tuple[str, str, int]]:
    """Yield each command line, with what it prints and its exit code."""
    for block in _CONSOLE.findall(page):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            line, _, rest = part.partition("\n")
            lines = rest.splitlines()
            code = 0
            if lines and (match := _CODE.match(lines[-1])):
                code = int(match[1])
                lines.pop()
            yield line, "\n".join(lines), code


def test_the_examples_run(page: str, tmp_path: Path) -> None:
    write_keys(tmp_path)
    for name, text in _FILE.findall(page):
        (tmp_path / name).write_text(text, encoding="utf-8")
    variables = environment()
    count = 0
    for line, expected, code in examples(page):
        program, *arguments = shlex.split(line)
        if program == "export":
            variables |= dict(each.split("=", 1) for each in arguments)
            continue
        assert program == "egovarchive", line
        done = subprocess.run(
            [sys.executable, "-m", "egovarchive", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            cwd=tmp_path,
            env={**variables, "PYTHONUNBUFFERED": "1"},
        )
        shown = done.stdout.decode().rstrip("\n")
        assert matches(expected, shown), f"$ {line}\n{shown}\n--- expected\n{expected}"
        assert done.returncode == code, line
        count += 1
    assert count >= len(COMMANDS)


def matches(expected: str, shown: str) -> bool:
    """Say whether *shown* is as *expected*, where three dots stand for anything."""
    pattern = ".*".join(map(re.escape, expected.split("...")))
    return re.fullmatch(pattern, shown, re.DOTALL) is not None


def test_the_dots_do_not_stand_for_all() -> None:
    assert matches("a ... c", "a b c")
    assert not matches("a ... c", "a b d")
