"""Duty 到期事项: what must be done by when, for which record."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, TypedDict

from attrs import field, frozen

from egovarchive.errors import Language
from egovarchive.lifecycle.entry import Entry
from egovarchive.lifecycle.state import State
from egovarchive.records.deadlines import Deadline, DeadlineKind
from egovarchive.records.term import Term

NOW_DAYS: Final = 30
SOON_DAYS: Final = 365
# What may be done from then on, and nobody demands: to destroy one's own copy.
PERMITTED: Final = frozenset({DeadlineKind.CUSTODY_END})


class Urgency(Term):
    """How near a deadline is."""

    OVERDUE = "overdue", "已逾期"
    NOW = "now", "当前到期"
    SOON = "soon", "即将到期"
    LATER = "later", "远期"

    @classmethod
    def of(
        cls,
        kind: DeadlineKind,
        day: date | None,
        on: date,
        *,
        now_days: int = NOW_DAYS,
        soon_days: int = SOON_DAYS,
    ) -> Urgency:
        """
        Return how near *day*, the last one for *kind*, is as seen *on* that day.

        What has no day waits already: it is to be done now. The last day is in time,
        and the day after is not. What is only permitted once its day has passed is
        never overdue.

        Args:
            kind: What must be done.
            day: The last day for it, if there is one.
            on: From which day it is seen.
            now_days: Days until it, at most, that make it a duty of now.
            soon_days: Days until it, at most, that make it a duty of soon.

        >>> today = date(2026, 11, 23)
        >>> Urgency.of(DeadlineKind.TRANSFER, date(2026, 11, 22), today).zh
        '已逾期'
        """
        if day is None:
            return cls.NOW
        if day < on and kind not in PERMITTED:
            return cls.OVERDUE
        days = (day - on).days
        if days <= now_days:
            return cls.NOW
        return cls.SOON if days <= soon_days else cls.LATER


class DutyRow(TypedDict):
    """A duty in plain texts and numbers, without a word of personal data."""

    kind: str
    due_on: str | None
    urgency: str
    unit: str
    office: str | None
    code: str | None
    seal: int | None
    state: str | None
    holds: str


def _code_of(entry: Entry | None) -> str:
    return repr(None if entry is None else entry.code)


@frozen(kw_only=True)
class Duty:
    """
    What must be done by when.

    Args:
        deadline: What, by when, and why. Without a date, it waits already.
        urgency: How near that is.
        unit: Fonds constituting unit 立档单位 whose duty it is.
        entry: The record; None: it is about a seal.
        seal: The number of the seal; None: it is about a record.
        state: Where the record stands.
        holds: The numbers of the holds over it. What is on hold may be transferred,
            and may not be destroyed.
    """

    deadline: Deadline
    urgency: Urgency
    unit: str
    entry: Entry | None = field(default=None, repr=_code_of)
    seal: int | None = None
    state: State | None = None
    holds: tuple[str, ...] = ()

    @property
    def kind(self) -> DeadlineKind:
        """What must be done."""
        return self.deadline.kind

    @property
    def on(self) -> date | None:
        """The last day for it; None: it waits already."""
        return self.deadline.on

    @property
    def office(self) -> str | None:
        """Office or subject code 机构/问题代码, if its archival code has one."""
        return None if self.entry is None else self.entry.code.series.office

    def subject(self, lang: Language = "en") -> str:
        """Return what it is about: an archival code, or the number of a seal."""
        if self.entry is not None:
            return str(self.entry.code)
        return f"第 {self.seal} 号封存" if lang == "zh" else f"seal {self.seal}"

    def explain(self, lang: Language = "en") -> str:
        """Return what it is about, its urgency, its deadline and holds, in one line."""
        urgency = self.urgency.label(lang)
        if lang == "zh":
            held = f"已被冻结：{'、'.join(self.holds)}。" if self.holds else ""
            return (
                f"{self.subject(lang)}（{urgency}）{self.deadline.explain(lang)}{held}"
            )
        held = f" On hold: {', '.join(self.holds)}." if self.holds else ""
        return f"{self.subject(lang)} ({urgency}) {self.deadline.explain(lang)}{held}"

    def row(self) -> DutyRow:
        """Return it as plain texts and numbers."""
        return {
            "kind": self.kind.value,
            "due_on": None if self.on is None else self.on.isoformat(),
            "urgency": self.urgency.value,
            "unit": self.unit,
            "office": self.office,
            "code": None if self.entry is None else str(self.entry.code),
            "seal": self.seal,
            "state": None if self.state is None else self.state.value,
            "holds": "、".join(self.holds),
        }


def last_day(on: date, days: int) -> date:
    """Return the day so many *days* after *on*; the last of the calendar at most."""
    return on + timedelta(min(days, (date.max - on).days))
