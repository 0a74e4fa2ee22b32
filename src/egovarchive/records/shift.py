"""Shift 变动: a record whose period or dates another schedule would move."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

from attrs import frozen

from egovarchive.errors import Language
from egovarchive.records.term import Term


class Matter(Term):
    """What another schedule can move."""

    PERIOD = "period", "保管期限"
    TRANSFER = "transfer", "移交"
    STATUTORY_TRANSFER = "statutory_transfer", "法定移交"
    RETENTION_END = "retention_end", "保管期满"


class ShiftRow(TypedDict):
    """One thing that would move, in plain texts."""

    code: str
    item_code: str
    what: str
    old: str | None
    new: str | None


@frozen
class Move:
    """
    One thing that would move.

    Args:
        what: What.
        old: As it is registered: a period's code or a date; None: no date.
        new: As it would be.
        known: Whether that can be told: see `simulate`.
    """

    what: Matter
    old: str | None
    new: str | None
    known: bool = True

    def message(self, lang: Language = "en") -> str:
        """Return it for a reader, in the language *lang*."""
        none, unknown = ("无", "不详") if lang == "zh" else ("none", "unknown")
        new = (self.new or none) if self.known else unknown
        colon = "：" if lang == "zh" else ": "
        return f"{self.what.label(lang)}{colon}{self.old or none} → {new}"


@frozen
class Shift:
    """
    A record that another schedule would move, or is silent about.

    Args:
        code: Its archival code.
        item_code: Its service item.
        moves: What would move; empty if the schedule is silent about its item.
    """

    code: str
    item_code: str
    moves: tuple[Move, ...]

    @property
    def is_silent(self) -> bool:
        """Whether the schedule says nothing of its item."""
        return not self.moves

    def rows(self) -> Iterator[ShiftRow]:
        """Yield a row for each move; one, of ``silent``, if the schedule is so."""
        for move in self.moves:
            yield {
                "code": self.code,
                "item_code": self.item_code,
                "what": move.what.value,
                "old": move.old,
                "new": move.new if move.known else "unknown",
            }
        if self.is_silent:
            yield {
                "code": self.code,
                "item_code": self.item_code,
                "what": "silent",
                "old": None,
                "new": None,
            }
