"""Deciding: what must be true of events before they are committed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from egovarchive.catalog import Catalog
from egovarchive.errors import ClockError
from egovarchive.journal import Head, Journal
from egovarchive.lifecycle.event import Event
from egovarchive.lifecycle.standing import Standing
from egovarchive.records.archival_code import ArchivalCode

SLACK: Final = timedelta(hours=1)  # by which clocks of several machines may differ


def check_possible(catalog: Catalog, events: Iterable[Event]) -> None:
    """
    Look whether all *events* may happen to their records, one after another.

    Raises:
        EntryNotFoundError: One is of a record that is not there.
        StateError: One may not happen to its record as it stands then.
    """
    moved: dict[ArchivalCode, Standing] = {}
    for event in events:
        if event.code is not None:
            standing = moved.get(event.code) or catalog.standing(event.code)
            moved[event.code] = standing.after(event)


def check_clock(journal: Journal, head: Head, at: datetime) -> None:
    """
    Look whether the moment *at* does not lie before the journal's last segment.

    A clock that was set back would make deadlines, and the order of what happened,
    untrue.

    Raises:
        ClockError: It does.
    """
    written = journal.written_at(head)
    if written is not None and at < written - SLACK:
        raise ClockError(
            f"the clock says {at.isoformat()}, but the journal was written at "
            f"{written.isoformat()}: set it right first",
            f"系统时钟为 {at.isoformat()}，而登记簿最后写于 {written.isoformat()}："
            "请先校正时钟",
        )
