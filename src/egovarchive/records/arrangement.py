"""Arrangement 整理: how one agency files its cases in one fonds 全宗."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import field, frozen

from egovarchive.errors import InvalidValueError
from egovarchive.records.case import Case
from egovarchive.records.deadlines import Deadlines, Level
from egovarchive.records.identifiers import check_uscc
from egovarchive.records.schedule import RetentionSchedule, ScheduleRule
from egovarchive.records.series import (
    Series,
    Template,
    check_category,
    check_fonds,
    check_office,
)
from egovarchive.records.text import Text


def _category(value: str | Iterable[str]) -> tuple[str, ...]:
    levels = value.split("·") if isinstance(value, str) else value
    return check_category(tuple(levels))


def _uscc(value: str | None) -> str | None:
    try:
        return None if value is None else check_uscc(value)
    except InvalidValueError as error:
        raise error.within("unit_code") from None


@frozen(kw_only=True)
class Arrangement:
    """
    How one agency files its cases in one fonds.

    Args:
        fonds: Fonds number 全宗号.
        unit: Fonds constituting unit 立档单位: the agency's name.
        category: Category codes 档案门类代码, such as ``"ZY·XK"``. DA/T 13—2022 has
            no code of its own for government services.
        schedule: The retention schedule.
        unit_code: The agency's unified social credit code, if it is to be shown.
        office: Office or subject code 机构/问题代码, if the fonds uses one.
        level: Level of the agency, for the statutory transfer date; None leaves
            that date open.
        template: How archival codes are written.

    Two arrangements with the same values file alike.
    """

    fonds: str = field(converter=check_fonds)
    unit: str = field(validator=Text(200))
    category: tuple[str, ...] = field(converter=_category)
    schedule: RetentionSchedule
    unit_code: str | None = field(default=None, converter=_uscc)
    office: str | None = field(default=None, converter=check_office)
    level: Level | None = None
    template: Template = Template.DAT13_2022

    def rule_for(self, case: Case) -> ScheduleRule:
        """
        Return the schedule's rule for the item of *case*.

        Raises:
            InvalidValueError: The schedule is silent about it, or was not in force
                when the case was concluded.
        """
        self.schedule.check_in_force(case.concluded_on)
        return self.schedule.rule_for(case.item.code)

    def series_of(self, case: Case) -> Series:
        """Return the series *case* belongs to; its year is that of the conclusion."""
        return Series(
            fonds=self.fonds,
            category=self.category,
            year=case.concluded_on.year,
            retention=self.rule_for(case).period,
            office=self.office,
            template=self.template,
        )

    def deadlines_of(self, case: Case) -> Deadlines:
        """
        Return the dates by which *case* must be archived, transferred, appraised.

        Raises:
            InvalidValueError: As for `rule_for`; or the case does not tell the day
                that its retention period begins after.
        """
        rule = self.rule_for(case)
        return Deadlines(
            concluded_on=case.concluded_on,
            period=rule.period,
            level=self.level,
            start=rule.start,
            retention_starts_after=rule.start.after(case),
        )
