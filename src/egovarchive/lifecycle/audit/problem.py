"""Problem: what an audit looks for, and the one condition of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final, NamedTuple

import attrs
from attrs import field, frozen

from egovarchive.errors import InvalidValueError
from egovarchive.lifecycle.audit.days import FIRST, NEVER, number_of
from egovarchive.lifecycle.state import State
from egovarchive.records.kind import Of
from egovarchive.records.moment import a_date, years_after
from egovarchive.records.term import Term


class Problem(Term):
    """What an audit looks for."""

    LATE_ONLINE = "late_online", "在线归档逾期"
    LATE_OFFLINE = "late_offline", "离线归档逾期"
    TRANSFER_OVERDUE = "transfer_overdue", "移交逾期"
    TRANSFER_DUE = "transfer_due", "一年内应移交"
    APPRAISAL_OVERDUE = "appraisal_overdue", "期满未鉴定"
    CUSTODY_OVER = "custody_over", "移交后保管期满"
    SCHEDULE_DRIFT = "schedule_drift", "非现行保管期限表"
    SEAL_MISSING = "seal_missing", "未封存"
    ON_HOLD = "on_hold", "冻结"
    NUMBER_GAP = "number_gap", "件号空缺"


# Those of a record; a gap is one of a series.
OF_RECORD: Final = tuple(each for each in Problem if each is not Problem.NUMBER_GAP)
# A record's problems are bits of one number.
BIT: Final[Mapping[Problem, int]] = {
    problem: 1 << place for place, problem in enumerate(OF_RECORD)
}
MOST_FLAGS: Final = 1 << len(OF_RECORD)

GONE: Final = frozenset({State.DESTROYING, State.DESTROYED})
UNAPPRAISED: Final = frozenset({State.HELD, State.OFFERED, State.SENT})
OWN_COPY: Final = frozenset({State.TRANSFERRED})

_MOST_DAYS: Final = 3660


def _days(_: object, __: object, value: int) -> None:
    if not 0 <= value <= _MOST_DAYS:
        raise InvalidValueError(
            f"not a number of days from 0 to {_MOST_DAYS}: {value!r}",
            f"不是 0 至 {_MOST_DAYS} 的天数：{value!r}",
            rule="allowance of an audit",
            place="online_days",
        )


@frozen(kw_only=True)
class Question:
    """
    What is asked of records.

    Args:
        on: The day of the audit, in China.
        schedule: Version of the retention schedule that holds; None: drift is not
            asked for.
        sealed_upto: Last day whose registrations a seal should cover; None: seals are
            not asked for.
        online_days: Days that archiving may take after the day of conclusion. The rule
            says real time and gives no number: what is not the same day is late.
    """

    on: date = field(validator=attrs.validators.and_(Of(date), a_date))
    schedule: str | None
    sealed_upto: date | None = field(validator=a_date)
    online_days: int = field(default=0, validator=_days)

    @property
    def asked(self) -> tuple[Problem, ...]:
        """What is asked for at all."""
        unasked = set()
        if self.schedule is None:
            unasked.add(Problem.SCHEDULE_DRIFT)
        if self.sealed_upto is None:
            unasked.add(Problem.SEAL_MISSING)
        return tuple(problem for problem in Problem if problem not in unasked)


@frozen
class Bounds:
    """A `Question` in numbers, as columns are told in."""

    on: int
    soon: int
    schedule: int
    drift_asked: bool
    sealed_upto: int
    online_days: int

    @classmethod
    def of(cls, question: Question, schedules: tuple[str, ...]) -> Bounds:
        """Return *question* where *schedules* are told by their places."""
        asked = question.schedule
        return cls(
            on=number_of(question.on),
            soon=number_of(_in_a_year(question.on)),
            schedule=schedules.index(asked) if asked in schedules else -1,
            drift_asked=asked is not None,
            sealed_upto=FIRST - 1
            if question.sealed_upto is None
            else number_of(question.sealed_upto),
            online_days=question.online_days,
        )


def _in_a_year(day: date) -> date:
    return date.max if day.year == date.max.year else years_after(day, 1)


class Told(NamedTuple):
    """
    What is told of a record: numbers, or of many: columns of numbers.

    Every value is one or the other, so that one condition serves both.
    """

    here: Any  # it is not gone
    unappraised: Any
    own_copy: Any
    schedule: Any
    concluded_on: Any
    archive_offline: Any
    registered_on: Any
    transfer_due_on: Any
    retention_ends_on: Any
    custody_ends_on: Any
    sealed: Any
    on_hold: Any


def conditions(told: Told, bounds: Bounds) -> Iterator[Any]:
    """
    Yield for each of `OF_RECORD` whether it is so: a truth value, or a column of them.

    What is destroyed, or is just being destroyed, has no problems any more. Where the
    end of custody is known, the archives have accepted the record.
    """
    here, on = told.here, bounds.on
    ours = here & (told.custody_ends_on == NEVER)
    yield here & (told.registered_on > told.concluded_on + bounds.online_days)
    yield here & (told.registered_on > told.archive_offline)
    due = told.transfer_due_on
    yield ours & (due < on)
    yield ours & (due >= on) & (due <= bounds.soon)
    yield ours & told.unappraised & (told.retention_ends_on < on)
    yield told.own_copy & (told.custody_ends_on < on)
    yield ours & (told.schedule != bounds.schedule) & bounds.drift_asked
    yield here & (told.sealed == 0) & (told.registered_on <= bounds.sealed_upto)
    yield here & (told.on_hold != 0)


def pending(told: Told) -> Iterator[Any]:
    """
    Yield whether a record has yet to be transferred, appraised, kept as a copy.

    In the order of `PENDING`; what is yielded is a truth value, or a column of them.
    """
    ours = told.here & (told.custody_ends_on == NEVER)
    yield ours & (told.transfer_due_on != NEVER)
    yield ours & told.unappraised & (told.retention_ends_on != NEVER)
    yield told.own_copy & (told.custody_ends_on != NEVER)
