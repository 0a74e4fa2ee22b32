"""Row 行: what an audit needs to know of one record."""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple

from egovarchive.errors import InvalidValueError
from egovarchive.records.archival_code import WIDTH
from egovarchive.records.identifiers.quoting import quoted
from egovarchive.records.retention import MOST_YEARS, RetentionPeriod

PERMANENT: Final = 0  # what a column of periods holds in place of years
LEGACY: Final = -1


class Row(NamedTuple):
    """
    What an audit needs to know of one record; a plain tuple in this order will do.

    Args:
        series: Series 类别号 with its fonds, as an archival code begins.
        item: Item number 件号.
        item_code: Item code 事项编码.
        unit: Office or fonds-constituting unit it is counted under; may be empty.
        year: Year of the series 年度.
        period: Years of the retention period; 0: permanent, -1: a legacy one. A code
            (``D30``, ``Y``) is understood as well.
        schedule: Version of the retention schedule it was filed under.
        state: Value of its `State`.
        concluded_on: Day on which the case was concluded; days may be ISO dates.
        registered_on: Day, in China, on which the record was registered. Of one that
            was received from elsewhere: the day of its conclusion, for it was archived
            there, and nothing is late here.
        transfer_due_on: Last day for its transfer, extensions counted.
        statutory_transfer_on: General transfer date.
        retention_ends_on: Last day of its retention.
        custody_ends_on: Last day on which the sender keeps its own copy; None as long
            as no receipt was verified.
        sealed: Whether a seal covers it.
        on_hold: Whether a hold lies on it.
    """

    series: str
    item: int
    item_code: str
    unit: str
    year: int
    period: int | str
    schedule: str
    state: str
    concluded_on: date | str
    registered_on: date | str
    transfer_due_on: date | str | None
    statutory_transfer_on: date | str | None
    retention_ends_on: date | str | None
    custody_ends_on: date | str | None
    sealed: bool | int
    on_hold: bool | int


def years_of(period: RetentionPeriod) -> int:
    """Return *period* as a column holds it: its years, `PERMANENT` or `LEGACY`."""
    if period.years is not None:
        return period.years
    return PERMANENT if period.is_permanent else LEGACY


def period_of(years: int) -> str:
    """Return ``Y``, ``D`` and the years, or ``legacy``: what `years_of` was told."""
    if years == LEGACY:
        return "legacy"
    return "Y" if years == PERMANENT else f"D{years}"


def code_of(series: str, item: int) -> str:
    """Return an archival code 档号, filled up to the usual width."""
    return f"{series}-{item:0{WIDTH}}"


class PeriodYears(dict[object, int]):
    """The years of each period that was asked for: by its years, or by its code."""

    def __missing__(self, period: object) -> int:
        if isinstance(period, str):
            years = years_of(RetentionPeriod.parse(period))
        elif isinstance(period, int) and LEGACY <= period <= MOST_YEARS:
            years = period
        else:
            shown = quoted(repr(period))
            raise InvalidValueError(
                f"not a retention period: {shown}",
                f"不是保管期限：{shown}",
                rule="DA/T 13—2022 保管期限代码",
            )
        self[period] = years
        return years
