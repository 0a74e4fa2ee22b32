"""Observation: what a tool says of one aspect of a file."""

from __future__ import annotations

from attrs import frozen

from egovarchive.formats.aspect import Aspect
from egovarchive.records.outcome import Outcome


@frozen
class Observation:
    """
    What a tool says of one aspect of a file.

    Args:
        aspect: What was asked.
        outcome: The answer.
        en: Why, in English, naming what was expected and found.
        zh: The same in Chinese.
        place: Where in the file: a page, a part, an offset; empty for all of it.
    """

    aspect: Aspect
    outcome: Outcome
    en: str
    zh: str
    place: str = ""


@frozen
class Tool:
    """
    What looked: recorded with every answer, so that it can be asked again.

    Args:
        name: Its name.
        version: Its version.
        data: The version or date of the tables it works with, if it has any.
    """

    name: str
    version: str
    data: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.name, self.version, self.data) if part)
