"""Screen: where a command speaks; results go to stdout, problems to stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from attrs import define, field

from egovarchive.cli.columns import printable
from egovarchive.cli.language import choose
from egovarchive.cli.meter import Meter, Silence, meter
from egovarchive.cli.problems import problems_of
from egovarchive.errors import EgovArchiveError, Language


@define
class Screen:
    """
    Speaks one language, to a reader or (in JSON) to a program.

    Args:
        lang: The language.
        as_json: Whether to a program.
    """

    lang: Language
    as_json: bool = field(default=False, kw_only=True)
    _meter: Meter = field(factory=Silence, init=False)

    def say(self, en: str, zh: str) -> str:
        """Return the text that is in the language spoken."""
        return choose(self.lang, en, zh)

    def line(self, text: str = "") -> None:
        """Write *text* for a reader, as one line."""
        self._meter.write(printable(text), sys.stdout)

    def styled(self, text: str, style: str) -> None:
        """Write *text* as a line, on a terminal in the *style* that rich knows."""
        if not sys.stdout.isatty() or find_spec("rich") is None:
            self.line(text)
            return
        from rich.console import Console  # noqa: PLC0415 - only for who sees it

        Console().print(
            printable(text),
            style=style,
            markup=False,
            highlight=False,
            emoji=False,
            soft_wrap=True,
        )

    def lines(self, texts: Iterable[str]) -> None:
        """Write each of *texts* as a line."""
        for text in texts:
            self.line(text)

    def value(self, value: Mapping[str, object]) -> None:
        """Write *value* for a program: JSON, one object a line."""
        self._meter.write(_json(value), sys.stdout)

    def problem(
        self,
        error: EgovArchiveError,
        *,
        about: str | None = None,
        also: Mapping[str, object] | None = None,
    ) -> None:
        """
        Write what *error* says to stderr: a line for each thing that is wrong.

        Args:
            error: The error.
            about: What a line for a reader begins with; None for the program's name.
            also: What JSON says beside it.
        """
        for each in problems_of(error, self.lang):
            text = (
                _json({**each.row(), **(also or {})})
                if self.as_json
                else printable(f"{about or 'egovarchive'}: {each.line}")
            )
            self._meter.write(text, sys.stderr)

    @contextmanager
    def progress(
        self, en: str, zh: str, total: int | None = None
    ) -> Iterator[Callable[[], None]]:
        """
        Show progress on a terminal; give what counts one more of *total*.

        Args:
            en: What is being done, in English.
            zh: The same in Chinese.
            total: How many there are to do, if known.
        """
        with meter(self.say(en, zh), total) as shown:
            self._meter = shown
            try:
                yield shown.advance
            finally:
                self._meter = Silence()


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
