"""An audit sees all records of an archive as they stand."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from attrs import evolve

from archive.exchange_office import Exchange, new_exchange
from archive.office import (
    SHORT_ITEM,
    archive_in,
    case,
    new_archive,
    schedule,
)
from egovarchive import Archive
from egovarchive.lifecycle.audit.problem import Problem
from egovarchive.lifecycle.hold import Scope
from egovarchive.lifecycle.line import Line
from egovarchive.records.item import ServiceItem
from egovarchive.testing.timestamps import TestAuthority


@pytest.fixture(params=["memory", "disk"])
def both(request: pytest.FixtureRequest, tmp_path: Path) -> Exchange:
    return new_exchange(tmp_path, on_disk=request.param == "disk")


def lines_of(archive: Archive) -> list[Line]:
    return list(archive.catalog.lines(archive.arrangement.fonds))


def check_lines(archive: Archive) -> None:
    """Check that lines say what entries and standings say."""
    lines = {(line.series, line.item): line for line in lines_of(archive)}
    entries = list(archive.entries())
    assert len(lines) == len(entries)
    for entry in entries:
        standing = archive.standing(entry.code)
        line = lines[str(entry.code.series), entry.code.item]
        assert (line.state or "held") == standing.state.value
        assert line.period == str(standing.period)
        assert line.item_code == entry.item_code
        assert line.concluded_on == entry.concluded_on.isoformat()
        assert line.registered_at == entry.registered_at.isoformat()
        assert line.schedule == entry.schedule
        due = standing.transfer_due_on if not standing.transferred else None
        assert line.transfer_due_on == (due and due.isoformat())


def test_what_was_transferred_is_no_longer_overdue(both: Exchange) -> None:
    codes = both.deposit(4)
    late = date(2031, 11, 21)
    assert both.sender.audit(late).problems[Problem.TRANSFER_OVERDUE] == 4
    both.acknowledge(both.receive(both.send(codes[:3])).message)
    check_lines(both.sender)
    check_lines(both.archives)
    audit = both.sender.audit(late)
    assert audit.records == 4
    assert audit.problems[Problem.TRANSFER_OVERDUE] == 1
    [row] = audit.rows(Problem.TRANSFER_OVERDUE)
    assert row["code"] == codes[3]
    assert both.archives.audit(late).problems[Problem.TRANSFER_OVERDUE] == 0
    custody = date(2031, 11, 24)
    assert both.sender.audit(custody).problems[Problem.CUSTODY_OVER] == 3


def test_what_was_received_was_archived_in_time_elsewhere(both: Exchange) -> None:
    codes = both.deposit(2)
    both.clock.go(days=900)
    both.acknowledge(both.receive(both.send(codes)).message)
    today = both.clock.now.date()
    problems = both.archives.audit(today).problems
    assert problems[Problem.LATE_ONLINE] == problems[Problem.LATE_OFFLINE] == 0
    late = both.deposit(1, start=9)
    assert both.sender.audit(today).problems[Problem.LATE_OFFLINE] == len(late)


def test_expired_records_are_to_be_appraised() -> None:
    archive = new_archive()
    short = ServiceItem(code=SHORT_ITEM, name="事项")
    archive.deposit(case(1, item=short))
    archive.deposit(case(2))
    assert archive.audit(date(2036, 12, 31)).problems[Problem.APPRAISAL_OVERDUE] == 0
    audit = archive.audit(date(2037, 1, 1))
    assert audit.problems[Problem.APPRAISAL_OVERDUE] == 1
    assert {tally.name: tally.records for tally in audit.by("period")} == {
        "D10": 1,
        "D30": 1,
    }


@pytest.mark.parametrize(
    ("scope", "held"),
    [
        (Scope(everything=True), 3),
        (Scope(item_codes=[SHORT_ITEM]), 1),
        (Scope(years=[2025]), 1),
        (Scope(concluded_from=date(2026, 1, 1)), 2),
        (Scope(concluded_to=date(2026, 1, 1), years=[2026]), 0),
        (Scope(codes=["J019-ZY·XK·2026·D30-0001"]), 1),
    ],
)
def test_holds_are_seen_as_they_are_elsewhere(scope: Scope, held: int) -> None:
    archive = new_archive()
    archive.deposit(case(1))
    archive.deposit(case(2, item=ServiceItem(code=SHORT_ITEM, name="事项")))
    early = date(2025, 3, 1)
    archive.deposit(case(3, accepted_on=None, concluded_on=early))
    archive.holds.place(
        number="H-1", reason="诉讼", authority="某法院", scope=scope, by="档案员"
    )
    assert archive.audit(date(2026, 11, 23)).problems[Problem.ON_HOLD] == held
    assert sum(scope.covers(entry) for entry in archive.entries()) == held


def test_records_of_an_older_schedule_are_told() -> None:
    archive = new_archive()
    archive.deposit(case(1))
    newer = evolve(archive.arrangement, schedule=schedule("2027"))
    later = evolve(archive, arrangement=newer)
    later.deposit(case(2))
    assert later.audit(date(2026, 11, 23)).problems[Problem.SCHEDULE_DRIFT] == 1


def test_what_is_not_sealed_is_told(tmp_path: Path) -> None:
    today = date(2026, 11, 23)
    plain = new_archive()
    plain.deposit(case(1))
    assert Problem.SEAL_MISSING not in plain.audit(today).problems or (
        plain.audit(today).problems[Problem.SEAL_MISSING] == 0
    )
    authority = TestAuthority(clock=plain.clock)
    archive = archive_in(tmp_path, timestamper=authority, authorities=(authority.root,))
    archive.deposit(case(1))
    assert archive.audit(today).problems[Problem.SEAL_MISSING] == 1
    archive.sealing.seal()
    assert archive.audit(today).problems[Problem.SEAL_MISSING] == 0
    later = evolve(archive, clock=lambda: plain.clock() + timedelta(hours=1))
    later.deposit(case(2))
    assert archive.audit(today).problems[Problem.SEAL_MISSING] == 1


def test_an_empty_archive_has_nothing_amiss() -> None:
    audit = new_archive().audit(date(2026, 11, 23))
    assert audit.records == 0
    assert not any(audit.problems.values())
