"""Segment: what one commit adds to a journal, chained to the segment before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from attrs import field, frozen

from egovarchive.errors import JournalError
from egovarchive.journal.event_line import BEGINNING, decode_event, encode_event
from egovarchive.journal.line import canonical, decode_row, encode_row
from egovarchive.lifecycle.entry import EntryRow
from egovarchive.lifecycle.event import Event
from egovarchive.records.digest import digests
from egovarchive.records.identifiers.quoting import quoted
from egovarchive.records.moment import in_china

FORMAT: Final = 1
CHAIN: Final = ("sha256", "sm3")  # digests that chain one segment to the next
MAX_SIZE: Final = 64 << 20  # bytes of one segment


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
        at: When it was written; without a zone: in China.
        registered: The entries that it registers.
        events: What happened to records, behind them.
    """

    previous: Head
    at: datetime = field(converter=in_china)
    registered: tuple[EntryRow, ...] = field(repr=False)
    events: tuple[Event, ...] = field(default=(), repr=False)

    @property
    def fonds(self) -> str:
        """Whose journal it belongs to."""
        return self.previous.fonds

    @property
    def number(self) -> int:
        """Its number, from 1 on."""
        return self.previous.number + 1

    def encode(self) -> bytes:
        """
        Return the segment's bytes; the same for the same segment.

        Raises:
            JournalError: A text in it is no text: half of a surrogate pair.
        """
        lines = [_heading(self.previous, self.at)]
        lines += map(encode_row, self.registered)
        lines += map(encode_event, self.events)
        lines.append("")
        try:
            return "\n".join(lines).encode()
        except UnicodeEncodeError as error:
            raise _broken(
                self.previous, f"no UTF-8: {error}", f"不能编码为 UTF-8：{error}"
            ) from None

    @classmethod
    def decode(cls, data: bytes, previous: Head) -> Segment:
        """
        Read what `encode` wrote, and nothing else: there is one form of a segment.

        Raises:
            JournalError: It is broken or larger than `MAX_SIZE`, it does not follow
                *previous*, or a newer version of this library wrote it.
        """
        if len(data) > MAX_SIZE:
            raise _broken(
                previous, f"larger than {MAX_SIZE} bytes", f"超过 {MAX_SIZE} 字节"
            )
        try:
            # Not by `splitlines`: to it, some characters of texts end a line too.
            heading, *lines, rest = data.decode().split("\n")
        except UnicodeDecodeError as error:
            raise _broken(
                previous, f"no UTF-8: {error}", f"不是 UTF-8：{error}"
            ) from None
        except ValueError:
            raise _broken(previous, "no line is whole", "没有完整的行") from None
        if rest:
            raise _broken(previous, "its last line is not whole", "末行不完整")
        at = _read_heading(heading, previous)
        rows: list[EntryRow] = []
        events: list[Event] = []
        try:
            for line in lines:
                if events or line.startswith(BEGINNING):
                    events.append(decode_event(line, previous.fonds))
                else:
                    rows.append(decode_row(line, previous.fonds))
        except JournalError as error:
            number, (en, zh) = len(rows) + len(events) + 1, error.args
            raise _broken(
                previous, f"entry {number}: {en}", f"第 {number} 条：{zh}"
            ) from None
        return cls(
            previous=previous, at=at, registered=tuple(rows), events=tuple(events)
        )


def head_of(segment: Segment, data: bytes) -> Head:
    """Return the head that *segment* is, whose bytes are *data*."""
    return Head(segment.fonds, segment.number, digests(data, CHAIN))


def written_at(data: bytes) -> datetime:
    """Return when the segment was written whose bytes are *data*, known to be one."""
    heading, _, _ = data.partition(b"\n")
    return datetime.fromisoformat(json.loads(heading)["at"])


def _heading(previous: Head, at: datetime) -> str:
    return canonical({**_expected(previous), "at": at.isoformat()})


def _expected(previous: Head) -> dict[str, object]:
    """Return what a heading after *previous* holds, its time left out."""
    return {
        "journal": FORMAT,
        "fonds": previous.fonds,
        "segment": previous.number + 1,
        "previous": dict(previous.digests),
    }


def _read_heading(line: str, previous: Head) -> datetime:
    """Return when the segment with the heading *line* was written."""
    try:
        heading = json.loads(line)
        differing = [
            (name, value, heading[name])
            for name, value in _expected(previous).items()
            if heading[name] != value
        ]
        at = in_china(datetime.fromisoformat(heading["at"]))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise _broken(
            previous, f"its heading is broken: {reason}", f"首行已损坏：{reason}"
        ) from None
    for name, value, found in differing:
        shown = quoted(str(found))
        raise _broken(
            previous,
            f"{name} is {shown}, not {value}",
            f"{name} 为 {shown}，应为 {value}",
        )
    if _heading(previous, at) != line:
        raise _broken(
            previous, "its heading is not in canonical form", "首行不是规范形式"
        )
    return at


def _broken(previous: Head, en: str, zh: str) -> JournalError:
    """Return the error of the segment after *previous*."""
    fonds, number = previous.fonds, previous.number + 1
    return JournalError(
        f"journal of {fonds}, segment {number}: {en}",
        f"全宗 {fonds} 登记簿第 {number} 段：{zh}",
    )
