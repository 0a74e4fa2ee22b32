"""Extension 延期移交: transfer put off, with consent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from attrs import field, frozen

from egovarchive.archive.acting import Acting
from egovarchive.errors import InvalidValueError
from egovarchive.lifecycle.event import Event, EventKind
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.moment import a_date, years_after

# 档案法实施条例 第二十条: general transfer is 20 years after formation at the latest.
# What is put off by more than all of that is a slip of the pen.
MOST_YEARS: Final = 20
_RULE: Final = "extension of transfer, 档案法实施条例 第二十条"


@frozen(kw_only=True)
class Extension:
    """
    Transfer put off, with the consent of the authority for archives.

    Args:
        until: The new last day for it.
        authority: Who consented.
        approval: Number of the consent.
        by: The official who records it.
    """

    until: date = field(validator=a_date)
    authority: str
    approval: str
    by: str

    def grant(self, acting: Acting, codes: Iterable[ArchivalCode]) -> int:
        """
        Record it for each of *codes*; return for how many it was recorded.

        What has this very extension already is passed over, so that what was
        interrupted is gone on with by asking again. All are looked at before the
        first is recorded.

        Raises:
            InvalidValueError: The new day has passed, does not lie after the present
                one, or lies too far away; or a value breaks its form.
            StateError: A record need not be transferred, or was sent already.
            EntryNotFoundError: There is no such record.
        """
        waiting = self._waiting(acting, dict.fromkeys(codes))

        def choose(part: Sequence[ArchivalCode]) -> Sequence[Event]:
            return [self._event(acting, code) for code in self._waiting(acting, part)]

        acting.decide_in_parts(waiting, choose)
        return len(waiting)

    def _waiting(
        self, acting: Acting, codes: Iterable[ArchivalCode]
    ) -> Sequence[ArchivalCode]:
        """Return those of *codes* that do not have it yet, and may."""
        around = acting.circumstances()
        waiting = []
        for code in codes:
            due = acting.standing(code).transfer_due_on
            if due == self.until and self._told(acting, code):
                continue
            acting.check(EventKind.EXTENDED, (code,), around)
            self._check_day(code, due, around.on)
            waiting.append(code)
        return waiting

    def _told(self, acting: Acting, code: ArchivalCode) -> bool:
        """Say whether this extension is what *code* has its present day from."""
        told = [
            event.details
            for event in acting.archiving.catalog.events(code)
            if event.kind is EventKind.EXTENDED
        ]
        return bool(told) and told[-1] == self._details

    def _check_day(self, code: ArchivalCode, due: date | None, today: date) -> None:
        until = self.until
        if until < today:
            en, zh = (
                f"{until} has passed: today is {today}",
                f"{until} 早于今天 {today}",
            )
        elif due is not None and until <= due:
            en = f"{code} is due on {due}: {until} is no extension"
            zh = f"{code} 的移交期限为 {due}，{until} 不是延期"
        elif due is not None and until > years_after(due, MOST_YEARS):
            en = f"{until} lies more than {MOST_YEARS} years after {due}"
            zh = f"{until} 晚于 {due} 超过 {MOST_YEARS} 年"
        else:
            return
        raise InvalidValueError(en, zh, rule=_RULE, place="until")

    @property
    def _details(self) -> dict[str, str]:
        return {
            "until": self.until.isoformat(),
            "authority": self.authority,
            "approval": self.approval,
        }

    def _event(self, acting: Acting, code: ArchivalCode) -> Event:
        return Event(
            kind=EventKind.EXTENDED,
            code=code,
            at=acting.now(),
            by=self.by,
            details=self._details,
        )
