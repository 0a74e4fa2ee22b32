"""Start of retention 保管期限起算: the event after whose year the years are counted."""

from __future__ import annotations

from datetime import date

from egovarchive.errors import InvalidValueError
from egovarchive.records.case import EARLIEST, LATEST, Case
from egovarchive.records.term import Term


class RetentionStart(Term):
    """
    What a period begins after: on 1 January of the year that follows it.

    A case has no day of closing 结案 of its own: it is closed when it is concluded
    办结, so that there is no other term for that.
    """

    CONCLUSION = "conclusion", "办结"
    DECISION = "decision", "决定"
    LICENCE_EXPIRY = "licence_expiry", "证照期满"
    # Refusals and withdrawals of the same item give no licence, and must be archived
    # too: a schedule may say so, but nothing says it in its place.
    LICENCE_EXPIRY_OR_CONCLUSION = (
        "licence_expiry_or_conclusion",
        "证照期满，未发证照的为办结",
    )

    def after(self, case: Case) -> date | None:
        """
        Return the day in *case* that its period begins after; None: its conclusion.

        Raises:
            InvalidValueError: The case does not tell it: it has no day of decision, no
                licence, one that never ends, or one that ended before it was given.
                There is no default: a guess here destroys records too early.
        """
        if self is RetentionStart.DECISION:
            if case.decided_on is None:
                raise self._untold("no day of decision", "没有决定日期", "decided_on")
            return case.decided_on
        if self is RetentionStart.LICENCE_EXPIRY or (
            self is RetentionStart.LICENCE_EXPIRY_OR_CONCLUSION and case.licences
        ):
            return self._last_day(case)
        return None

    def _last_day(self, case: Case) -> date:
        if not case.licences:
            raise self._untold("no licence", "没有证照", "licences")
        days = []
        for number, licence in enumerate(case.licences):
            place, day = f"licences[{number}].valid_until", licence.valid_until
            if day is None:
                raise self._untold(
                    "a licence without a last day", "有证照未载明有效期截止日", place
                )
            # Systems write 9999-12-31 for a licence that never ends.
            if not EARLIEST <= day <= LATEST:
                raise self._untold(
                    f"a licence that ends on {day}",
                    f"有证照的有效期截止日为 {day}",
                    place,
                )
            days.append(day)
        last = max(days)
        if last < case.concluded_on:
            raise self._untold(
                f"no licence that ends after its conclusion on {case.concluded_on}, "
                f"the last on {last}",
                f"没有在办结日期 {case.concluded_on} 之后届满的证照，最晚为 {last}",
                "licences",
            )
        return last

    def _untold(self, en: str, zh: str, place: str) -> InvalidValueError:
        return InvalidValueError(
            f"retention begins after {self.label('en')}, and the case has {en}",
            f"保管期限自“{self.zh}”起算，而该办件{zh}",
            rule="start of retention",
            place=place,
        )
