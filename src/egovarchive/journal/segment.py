"""Segment: what one commit adds to a journal, chained to the segment before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, cast

from attrs import field, frozen

from egovarchive.errors import JournalError
from egovarchive.lifecycle.entry import ROW_KEYS, EntryRow
from egovarchive.records.digest import digests

FORMAT: Final = 1
CHAIN: Final = ("sha256", "sm3")  # digests that chain one segment to the next
MAX_SIZE: Final = 64 << 20  # bytes of one segment
REGISTERED: Final = "registered"


@frozen
class Head:
    """
    The last segment of a journal that somebody has seen.

    Args:
        fonds: Whose journal it is.
        number: Number of the segment; 0 before the first.
        digests: Its digests by algorithm; empty before the first.
    """

    fonds: str
    number: int = 0
    digests: Mapping[str, str] = field(factory=dict, repr=False)


@frozen(kw_only=True)
class Segment:
    """
    One segment of the journal of a fonds.

    It is canonical JSON, one value a line: a heading, then what happened. It holds no
    personal data, so that it may stay for ever.

    Args:
        previous: The head it follows.
        at: When it was written.
        registered: The entries that it registers.
    """

    previous: Head
    at: datetime
    registered: tuple[EntryRow, ...] = field(repr=False)

    @property
    def fonds(self) -> str:
        """Whose journal it belongs to."""
        return self.previous.fonds

    @property
    def number(self) -> int:
        """Its number, from 1 on."""
        return self.previous.number + 1

    def encode(self) -> bytes:
        """Return the segment's bytes; the same for the same segment."""
        heading = {
            "journal": FORMAT,
            "fonds": self.fonds,
            "segment": self.number,
            "previous": dict(self.previous.digests),
            "at": self.at.isoformat(),
        }
        lines = [_dumps(heading)]
        lines.extend(_dumps({"event": REGISTERED, **row}) for row in self.registered)
        lines.append("")
        return "\n".join(lines).encode()

    @classmethod
    def decode(cls, data: bytes, previous: Head) -> Segment:
        """
        Read what `encode` wrote.

        Raises:
            JournalError: It is broken, it does not follow *previous*, or a newer
                version of this library wrote it.
        """
        place = f"journal of {previous.fonds}, segment {previous.number + 1}"
        try:
            heading, *events = map(json.loads, data.decode().splitlines())
            at = datetime.fromisoformat(heading["at"])
            expected = {
                "journal": FORMAT,
                "fonds": previous.fonds,
                "segment": previous.number + 1,
                "previous": dict(previous.digests),
            }
            for name, value in expected.items():
                if heading[name] != value:
                    raise _broken(place, f"{name} is {heading[name]!r}, not {value!r}")
            rows = tuple(_row(event, place) for event in events)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise _broken(place, f"{type(error).__name__}: {error}") from None
        return cls(previous=previous, at=at, registered=rows)


def head_of(segment: Segment, data: bytes) -> Head:
    """Return the head that *segment* is, whose bytes are *data*."""
    return Head(segment.fonds, segment.number, digests(data, CHAIN))


def _row(event: dict[str, Any], place: str) -> EntryRow:
    kind = event.pop("event")
    if kind != REGISTERED:
        raise _broken(place, f"unknown event {kind!r}: written by a newer version?")
    if event.keys() != ROW_KEYS:
        raise _broken(place, f"the entry has {sorted(event.keys() ^ ROW_KEYS)} amiss")
    return cast(EntryRow, event)


def _dumps(value: Mapping[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _broken(place: str, reason: str) -> JournalError:
    return JournalError(f"{place}: {reason}", f"{place}（登记簿）：{reason}")
