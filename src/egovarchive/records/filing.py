"""Filing: a case with the place it is filed in, before it has a number."""

from __future__ import annotations

from attrs import field, frozen

from egovarchive.records.arrangement import Arrangement
from egovarchive.records.case import Case
from egovarchive.records.series import Series
from egovarchive.records.text import Text


@frozen(kw_only=True)
class Filing:
    """
    What a package says of itself: a case, where it is filed, and by which schedule.

    Args:
        case: The case.
        series: The series it belongs to.
        unit: Fonds constituting unit 立档单位.
        unit_code: Its unified social credit code, if stated.
        schedule: Version of the schedule that gave the period, frozen here.
        approved_by: Body that approved that schedule.
        approval_number: Number of the approval.
    """

    case: Case
    series: Series
    unit: str = field(validator=Text(200))
    unit_code: str | None = field(default=None, validator=Text(64, optional=True))
    schedule: str = field(validator=Text(64))
    approved_by: str = field(validator=Text(200))
    approval_number: str = field(validator=Text(100))

    @classmethod
    def of(cls, case: Case, arrangement: Arrangement) -> Filing:
        """
        Return *case* filed as *arrangement* says.

        Raises:
            InvalidValueError: The schedule is silent about its service item.
        """
        schedule = arrangement.schedule
        return cls(
            case=case,
            series=arrangement.series_of(case),
            unit=arrangement.unit,
            unit_code=arrangement.unit_code,
            schedule=schedule.version,
            approved_by=schedule.approved_by,
            approval_number=schedule.approval_number,
        )

    @property
    def electronic_record_code(self) -> str:
        """
        Electronic record code 电子文件号, the package's own number.

        No national rule for its form was found; this one is ours: fonds, item,
        year, period and case number. It depends on nothing but the case.
        """
        series, case = self.series, self.case
        return (
            f"{series.fonds}-{case.item.code}-{series.year}-{series.retention}"
            f"-{case.number}"
        )
