"""Archives whose records are years old, and in whatever state a test needs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from archive.office import ITEM, SHORT_ITEM, arrangement, case, new_archive
from egovarchive.archive import Archive
from egovarchive.lifecycle.entry import Entry
from egovarchive.lifecycle.event import Event
from egovarchive.lifecycle.state import State
from egovarchive.records.deadlines import Level
from egovarchive.records.item import ServiceItem
from egovarchive.records.moment import CHINA
from egovarchive.testing.lives import path_to

TODAY = date(2040, 1, 10)
CONCLUDED = date(2026, 3, 6)


def clock() -> datetime:
    return datetime(2040, 1, 10, 9, 30, tzinfo=CHINA)


def archive_of(
    count: int = 3, short: int = 2, *, level: Level | None = None, **changes: Any
) -> Archive:
    """
    Return an archive of *count* records of thirty years, and *short* ones of ten.

    Those of thirty are due for transfer from 6 March 2031 on, a day after the other.
    """
    archive = new_archive(
        **{"clock": clock, "arrangement": arrangement(level=level), **changes}
    )
    for number in range(count):
        day = CONCLUDED.replace(day=CONCLUDED.day + number)
        archive.deposit(case(number + 1, accepted_on=day, concluded_on=day))
    for number in range(short):
        item = ServiceItem(code=SHORT_ITEM, name="户外广告设置")
        archive.deposit(
            case(
                1000 + number,
                item=item,
                accepted_on=CONCLUDED,
                concluded_on=CONCLUDED,
            )
        )
    return archive


def long_ones(archive: Archive) -> list[Entry]:
    return [entry for entry in archive.entries() if entry.item_code == ITEM]


def short_ones(archive: Archive) -> list[Entry]:
    return [entry for entry in archive.entries() if entry.item_code == SHORT_ITEM]


def record(archive: Archive, events: Iterable[Event]) -> None:
    """Have *events* happen, whatever guards would say."""
    archive._archiving.register.record(tuple(events))


def bring(
    archive: Archive, entry: Entry, state: State, *, transferred: bool = False
) -> None:
    """Bring the record of *entry*, to which nothing happened, into *state*."""
    record(archive, path_to(entry, state, transferred=transferred))
