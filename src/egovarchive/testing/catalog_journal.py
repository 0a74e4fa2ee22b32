"""Journals made up for tests of catalogs: segments with rows of any kind, chained."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from hashlib import sha256

from attrs import define, field

from egovarchive.journal import Head, Segment
from egovarchive.journal.segment import head_of
from egovarchive.lifecycle.entry import Entry, EntryRow
from egovarchive.lifecycle.event import Event, EventKind
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.moment import CHINA
from egovarchive.records.retention import PERMANENT, RetentionPeriod
from egovarchive.records.series import Series, Template

FONDS = "J019"
FIRST = date(2026, 5, 20)
WRITTEN = datetime(2026, 11, 23, 9, tzinfo=CHINA)

Step = tuple[Segment, Head]


def series_of(number: int = 0, fonds: str = FONDS) -> Series:
    """Return one of four series; as they are written, they do not sort by number."""
    kinds = (
        Series(fonds, ("ZY", "XK"), 2026, RetentionPeriod(30)),
        Series(fonds, ("ZY", "XK"), 2025, PERMANENT),
        Series(
            fonds, ("ZY",), 2026, RetentionPeriod(10), "办公室", Template.DAT22_2015
        ),
        Series(fonds, ("ZY", "XK"), 2026, RetentionPeriod(10)),
    )
    return kinds[number % len(kinds)]


@define
class JournalWriter:
    """
    Writes the journal of *fonds*, as an archive would.

    Args:
        fonds: The fonds.
        salt: What makes its packages others than those of other journals.
        steps: The segments written so far, each with its head.
    """

    fonds: str = FONDS
    salt: str = ""
    steps: list[Step] = field(factory=list)
    _items: dict[Series, int] = field(factory=dict)
    _cases: int = 0
    _events: int = 0

    @property
    def head(self) -> Head:
        """The last segment written."""
        return self.steps[-1][1] if self.steps else Head(self.fonds)

    @property
    def rows(self) -> list[EntryRow]:
        """All rows written, in order."""
        return [row for segment, _ in self.steps for row in segment.registered]

    def row(  # noqa: PLR0913 - each with its name
        self,
        series: Series | None = None,
        *,
        transfer: int | None = None,
        statutory: int | None = None,
        end: int | None = None,
        case: str | None = None,
        item: int | None = None,
    ) -> EntryRow:
        """
        Return a row with the next item number, and the next case number.

        Args:
            series: The series; by default the first of `series_of`.
            transfer: Days from 20 May 2026 to each of its deadlines; None if it has
                none of the kind.
            statutory: The same.
            end: The same.
            case: Another case number.
            item: Another item number.
        """
        where = series_of(0, self.fonds) if series is None else series
        number = self._items.get(where, 0) + 1 if item is None else item
        self._items[where] = max(number, self._items.get(where, 0))
        self._cases += 1
        name = f"C-{self._cases:06}" if case is None else case
        package = sha256(f"{self.fonds} {self.salt} {self._cases}".encode()).hexdigest()
        return Entry(
            code=ArchivalCode(where, number),
            case_number=name,
            item_code="0100190012",
            concluded_on=FIRST,
            registered_at=WRITTEN,
            schedule="2026",
            transfer_due_on=_day(transfer),
            statutory_transfer_on=_day(statutory),
            retention_ends_on=_day(end),
            package=package,
            key=f"packages/{self.fonds}/2026/05/{package}.zip",
            size=1000 + self._cases,
            signature=None if self._cases % 5 == 0 else package[::-1],
        ).row()

    def event(self, code: ArchivalCode | str | None = None) -> Event:
        """Return what next happened to *code*; without one, to the fonds."""
        self._events += 1
        finding = sha256(f"{self.salt} {self._events}".encode()).hexdigest()
        return Event(
            kind=EventKind.REVIEWED,
            code=ArchivalCode.parse(code) if isinstance(code, str) else code,
            at=WRITTEN,
            by="档案员 07",
            details={
                "check": "usability.scan_quality",
                "finding": finding,
                "outcome": "passed",
                "reason": f"看过 {self._events}",
            },
        )

    def draft(self, rows: Iterable[EntryRow], events: Iterable[Event] = ()) -> Step:
        """Return the segment that would come next, and write nothing."""
        segment = Segment(
            previous=self.head,
            at=WRITTEN,
            registered=tuple(rows),
            events=tuple(events),
        )
        return segment, head_of(segment, segment.encode())

    def write(self, *rows: EntryRow, events: Iterable[Event] = ()) -> Step:
        """Write the segment of *rows* and *events*; return it, with its head."""
        self.steps.append(self.draft(rows, events))
        return self.steps[-1]

    def write_plain(self, *sizes: int) -> list[Step]:
        """Write segments of so many plain rows each; return them."""
        return [self.write(*[self.row() for _ in range(size)]) for size in sizes]


def _day(days: int | None) -> date | None:
    return None if days is None else FIRST + timedelta(days=days)
