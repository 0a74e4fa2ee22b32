"""Auditing 审计: all records of an archive at once, as they stand on a day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import lru_cache

from egovarchive.archive.acting import Acting
from egovarchive.archive.sealing.sealing import Sealing
from egovarchive.lifecycle.audit.audit import Audit, audit
from egovarchive.lifecycle.audit.columns import Columns
from egovarchive.lifecycle.audit.row import Row
from egovarchive.lifecycle.hold import Scope
from egovarchive.lifecycle.line import Line
from egovarchive.lifecycle.state import State
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.series import Series

_HELD = State.HELD.value


def audit_of(acting: Acting, on: date, *, online_days: int, threads: int) -> Audit:
    """Return the audit of an archive *on* that day; see `Archive.audit`."""
    acting.archiving.register.refresh()
    columns = Columns.of_rows(rows_of(acting))
    return audit(
        columns,
        on=on,
        schedule=acting.archiving.arrangement.schedule.version,
        # Without an authority nothing is ever sealed: then it is not asked.
        sealed_upto=None if acting.archiving.timestamper is None else on,
        online_days=online_days,
        threads=threads,
    )


def rows_of(acting: Acting) -> Iterator[Row]:
    """Yield what an audit needs to know of each record of an archive, by `Columns`."""
    archiving = acting.archiving
    until = Sealing(archiving).status().until
    covers = [_covers(hold.scope) for hold in acting.holds().values()]
    unit = archiving.arrangement.unit
    for line in archiving.catalog.lines(acting.fonds):
        series = _series_of(line.series)
        yield Row(
            line.series,
            line.item,
            line.item_code,
            series.office or unit,
            series.year,
            line.period,
            line.schedule,
            line.state or _HELD,
            line.concluded_on,
            # What came from elsewhere was archived there, in time or not.
            line.concluded_on if line.received else line.registered_at[:10],
            line.transfer_due_on,
            line.statutory_transfer_on,
            line.retention_ends_on,
            line.custody_ends_on,
            _is_sealed(line, until),
            any(covered(line) for covered in covers),
        )


def _is_sealed(line: Line, until: datetime | None) -> bool:
    # Both are told in China, so that the texts sort as the moments do.
    return until is not None and line.registered_at <= until.isoformat()


@lru_cache(maxsize=4096)
def _series_of(text: str) -> Series:
    return ArchivalCode.parse(f"{text}-0001").series


def _covers(scope: Scope) -> Callable[[Line], bool]:
    """Return what `Scope.covers` says, of a line: no value is made for each record."""
    codes = {(str(code.series), code.item) for code in scope.codes}
    first = "" if scope.concluded_from is None else scope.concluded_from.isoformat()
    last = "9" if scope.concluded_to is None else scope.concluded_to.isoformat()

    def covers(line: Line) -> bool:
        return (
            (not codes or (line.series, line.item) in codes)
            and (not scope.item_codes or line.item_code in scope.item_codes)
            and (not scope.years or int(line.concluded_on[:4]) in scope.years)
            and first <= line.concluded_on <= last
        )

    return covers
