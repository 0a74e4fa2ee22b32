"""Run one command: its language, its output, its exit code."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from io import TextIOWrapper
from typing import Final, TextIO

from egovarchive.cli import (
    appraise,
    audit,
    check,
    demo,
    deposit,
    destroy,
    due,
    hold,
    init,
    listing,
    receive,
    schedule,
    sealing,
    show,
    transfer,
    upkeep,
    verify,
)
from egovarchive.cli.language import language_of
from egovarchive.cli.parser import new_parser
from egovarchive.cli.problems import ENVIRONMENT, exit_code
from egovarchive.cli.screen import Screen
from egovarchive.errors import EgovArchiveError, Language, StorageError

# As a shell tells that a signal ended a command: 128 and its number.
INTERRUPTED: Final = 130
BROKEN_PIPE: Final = 141

_LANGUAGES: Final[Mapping[str, Language]] = {"en": "en", "zh": "zh"}

COMMANDS: Final[Mapping[str, Callable[[argparse.Namespace, Screen], int]]] = {
    "demo": demo.run,
    "init": init.run,
    "deposit": deposit.run,
    "show": show.run,
    "list": listing.list_entries,
    "verify": verify.run,
    "check": check.run,
    "due": due.run,
    "audit": audit.run,
    "hold": hold.hold,
    "release": hold.release,
    "export": upkeep.export,
    "rebuild": upkeep.rebuild,
    "schedule": schedule.run,
    "seal": sealing.seal,
    "renew": sealing.renew,
    "prove": sealing.prove,
    "transfer": transfer.transfer,
    "receive": receive.run,
    "acknowledge": transfer.acknowledge,
    "appraise": appraise.run,
    "destroy": destroy.run,
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
        place = error.filename or "stdout"
        screen.problem(
            StorageError(f"cannot use {place}: {reason}", f"无法使用 {place}：{reason}")
        )
        return ENVIRONMENT
    return code


def _run(arguments: Sequence[str], screen: Screen) -> int:
    try:
        args = new_parser(screen.lang).parse_args(arguments)
        screen.as_json = args.json
        return COMMANDS[args.command](args, screen)
    except EgovArchiveError as error:
        screen.problem(error)
        return exit_code(error)
    except SystemExit as done:  # how argparse ends after --help and --version
        return int(done.code or 0)


def _screen(arguments: Sequence[str]) -> Screen:
    """Return the screen: what is wrong with *arguments* must be told in a language."""
    lang = language_of(os.environ)
    for before, each in zip(("", *arguments), arguments, strict=False):
        name, _, value = each.partition("=")
        asked = each if before == "--lang" else value if name == "--lang" else ""
        lang = _LANGUAGES.get(asked, lang)
    return Screen(lang, as_json="--json" in arguments)


def _speak_utf8(stream: TextIO) -> None:
    # Titles are Chinese under every locale; a name of a file may be no text at all.
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _silence(stream: TextIO) -> None:
    """Lead *stream* to nowhere: Python flushes it once more at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
