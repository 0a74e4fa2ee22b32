"""An archive whose clock can be moved, with records that expire; for tests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from attrs import define, frozen

from archive.office import ITEM, SHORT_ITEM, arrangement, case, new_archive, schedule
from egovarchive import Archive, Case
from egovarchive.lifecycle.appraisal import Opinion
from egovarchive.lifecycle.destruction_list import DestructionList
from egovarchive.lifecycle.event import Event, EventKind
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.item import ServiceItem
from egovarchive.records.moment import CHINA
from egovarchive.records.retention import RetentionPeriod
from egovarchive.records.schedule import ScheduleRule
from egovarchive.testing.timestamps import TestAuthority

SHORT = ServiceItem(code=SHORT_ITEM, name="食品经营许可")
# Before today, so that openssl takes what was stamped for past.
STARTED = datetime(2025, 1, 10, 9, 0, tzinfo=CHINA)
EXPIRED = datetime(2026, 3, 1, 9, 0, tzinfo=CHINA)  # one year after 2024 is over
LAST_DAY = date(2025, 12, 31)
DATES: dict[str, Any] = {
    "accepted_on": date(2024, 5, 6),
    "concluded_on": date(2024, 5, 20),
}
BATCH, RECEIPT, APPRAISAL = "a" * 64, "b" * 64, "c" * 64
METHOD = "删除存储对象并核查"
WITNESSES = ("王五", "赵六")


@define
class Clock:
    now: datetime = STARTED

    def __call__(self) -> datetime:
        return self.now


@frozen
class Office:
    """An archive, its clock, and the time-stamp authority that it asks, if any."""

    archive: Archive
    clock: Clock
    authority: TestAuthority | None


def office(
    *, count: int = 3, long: int = 0, stamped: bool = False, **changes: Any
) -> Office:
    """Return an archive with *count* one-year records and *long* thirty-year ones."""
    clock = Clock()
    authority = TestAuthority(clock=clock) if stamped else None
    if authority is not None:
        changes |= {"timestamper": authority, "authorities": (authority.root,)}
    rules = [
        ScheduleRule(item_code=ITEM, period=RetentionPeriod(30)),
        ScheduleRule(item_code=SHORT_ITEM, period=RetentionPeriod(1)),
    ]
    rule = arrangement(schedule=schedule(rules=rules))
    archive = new_archive(**{"clock": clock, "arrangement": rule, **changes})
    given = [short_case(number) for number in range(1, count + 1)]
    given += [case(number, **DATES) for number in range(101, 101 + long)]
    for deposit in archive.deposit_many(given):
        assert deposit.entry is not None, deposit.error
    clock.now += timedelta(minutes=5)
    return Office(archive, clock, authority)


def short_case(number: int) -> Case:
    return case(number, item=SHORT, **DATES)


def codes_of(archive: Archive, period: str = "D1") -> list[ArchivalCode]:
    return [entry.code for entry in archive.entries() if str(entry.retention) == period]


def opinions(
    codes: Iterable[ArchivalCode], *, retain: str | None = None, by: str = "李四"
) -> list[Opinion]:
    period = None if retain is None else RetentionPeriod.parse(retain)
    return [
        Opinion(code=code, retain=period, reason="已无查考价值", by=by)
        for code in codes
    ]


def appraise(archive: Archive, *, retain: str | None = None) -> str:
    """Appraise all that is due; return the appraisal's id."""
    due = archive.appraisal.due()
    given = opinions((record.code for record in due.records), retain=retain)
    done = archive.appraisal.approve(
        due, given, by="钱七", role="分管领导", opinion="同意"
    )
    return done.id


def approve(archive: Archive, list_id: str) -> None:
    for by, role in (("孙八", "档案部门负责人"), ("钱七", "分管领导")):
        archive.destruction.approve(list_id, by=by, role=role, opinion="同意销毁")


def approved_list(made: Office) -> DestructionList:
    """Return the approved list of all that has expired."""
    made.clock.now = EXPIRED
    appraise(made.archive)
    listed = made.archive.destruction.list(by="周九")
    approve(made.archive, listed.id)
    return listed


def transfer(archive: Archive, codes: Sequence[ArchivalCode], custody: date) -> None:
    """Record that the archives have accepted *codes*, as a verified receipt would."""
    at = archive.clock()
    details = {"batch": BATCH, "receipt": RECEIPT}
    ended = {**details, "custody_ends_on": custody.isoformat()}
    record = archive._archiving.register.record
    record([_event(EventKind.SENT, code, at, {"batch": BATCH}) for code in codes])
    record([_event(EventKind.ACCEPTED, code, at, ended) for code in codes])


def hold(archive: Archive, scope: Any, number: str = "法院函1") -> None:
    archive.holds.place(
        number=number, reason="诉讼", authority="某法院", scope=scope, by="周九"
    )


def _event(
    kind: EventKind, code: ArchivalCode, at: datetime, details: dict[str, str]
) -> Event:
    return Event(kind=kind, code=code, at=at, by="系统", details=details)
