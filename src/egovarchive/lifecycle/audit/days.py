"""Days as numbers: what columns of dates hold."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from egovarchive.errors import InvalidValueError
from egovarchive.records.identifiers.quoting import quoted

_EPOCH: Final = date(1970, 1, 1).toordinal()
FIRST: Final = date.min.toordinal() - _EPOCH
LAST: Final = date.max.toordinal() - _EPOCH
# No date is later than any: so what has none is never before the day of an audit.
NEVER: Final = 2**31 - 1
_ISO: Final = 10  # characters
_RULE: Final = "legal dates are dates in China"


def number_of(day: date | None) -> int:
    """Return *day* in days since 1970-01-01; `NEVER` for None."""
    return NEVER if day is None else day.toordinal() - _EPOCH


def day_of(number: int) -> date | None:
    """Return the day that `number_of` gives *number* to."""
    return None if number == NEVER else date.fromordinal(number + _EPOCH)


class DayNumbers(dict[object, int]):
    """
    The number of each day that was asked for: a date, an ISO date, or None.

    A column has few days and many rows, and a look-up is faster than a date.
    """

    def __missing__(self, day: object) -> int:
        number = self[day] = number_of(_date_of(day))
        return number


def _date_of(day: object) -> date | None:
    if day is None or (isinstance(day, date) and not isinstance(day, datetime)):
        return day
    # Later versions of Python read other forms too, and a moment has a zone.
    if isinstance(day, str) and len(day) == _ISO and day[4] == day[7] == "-":
        try:
            return date.fromisoformat(day)
        except ValueError:
            pass
    shown = quoted(day) if isinstance(day, str) else quoted(repr(day))
    raise InvalidValueError(f"{shown} is not a date", f"{shown} 不是日期", rule=_RULE)
