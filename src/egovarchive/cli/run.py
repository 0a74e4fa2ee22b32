"""Run one command: its language, its output, its exit code."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from io import TextIOWrapper
from typing import Final, TextIO

from egovarchive.cli import demo, deposit, init, listing, show, upkeep, verify
from egovarchive.cli.language import language_of
from egovarchive.cli.parser import new_parser
from egovarchive.cli.problems import ENVIRONMENT, exit_code
from egovarchive.cli.screen import Screen
from egovarchive.errors import EgovArchiveError, Language, StorageError

# As a shell tells that a signal ended a command: 128 and its number.
INTERRUPTED: Final = 130
BROKEN_PIPE: Final = 141

COMMANDS: Final[Mapping[str, Callable[[argparse.Namespace, Screen], int]]] = {
    "demo": demo.run,
    "init": init.run,
    "deposit": deposit.run,
    "show": show.run,
    "list": listing.list_entries,
    "verify": verify.run,
    "due": listing.list_due,
    "export": upkeep.export,
    "rebuild": upkeep.rebuild,
}


def run(arguments: Sequence[str]) -> int:
    """Run the command that *arguments* name; return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        _speak_utf8(stream)
    screen = _screen(arguments)
    try:
        code = _run(arguments, screen)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has gone, and may not want to hear of it.
        _silence(sys.stdout)
        return BROKEN_PIPE
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        _silence(sys.stdout)
        reason = error.strerror or str(error)
        screen.problem(StorageError(reason, reason))
        return ENVIRONMENT
    return code


def _run(arguments: Sequence[str], screen: Screen) -> int:
    try:
        args = new_parser(screen.lang).parse_args(arguments)
        return COMMANDS[args.command](args, screen)
    except EgovArchiveError as error:
        screen.problem(error)
        return exit_code(error)
    except SystemExit as done:  # how argparse ends after --help and --version
        return int(done.code or 0)


def _screen(arguments: Sequence[str]) -> Screen:
    """Return the screen: what is wrong with *arguments* must be told in a language."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--lang", nargs="?")
    parser.add_argument("--json", action="store_true")
    known, _ = parser.parse_known_args(arguments)
    lang: Language = language_of(os.environ)
    if known.lang in {"zh", "en"}:
        lang = known.lang
    return Screen(lang, as_json=known.json)


def _speak_utf8(stream: TextIO) -> None:
    # Titles are Chinese under every locale; a name of a file may be no text at all.
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _silence(stream: TextIO) -> None:
    """Lead *stream* to nowhere: Python flushes it once more at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
