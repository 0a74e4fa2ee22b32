"""Row reader: rows in, columns out."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from attrs import field, frozen

from egovarchive.errors import InvalidValueError
from egovarchive.lifecycle.audit.columns import STATES, Texts
from egovarchive.lifecycle.audit.days import DayNumbers
from egovarchive.lifecycle.audit.row import PeriodYears, Row
from egovarchive.records.identifiers.quoting import quoted

_BATCH: Final = 1 << 13  # rows
_LONGEST: Final = 500  # characters
_RULE: Final = "rows of an audit"
_TEXTS: Final = frozenset({"series", "item_code", "unit", "schedule"})
_NUMBERS: Final = {"item": "i", "year": "h", "sealed": "B", "on_hold": "B"}


def columns_of(rows: Iterable[Sequence[object]]) -> dict[str, Any]:
    """
    Return the columns of *rows*, by the names of `Row`.

    Raises:
        InvalidValueError: A row has another form; its number is told, from 0 on.
    """
    columns = _new_columns()
    rest, done = iter(rows), 0
    while batch := list(islice(rest, _BATCH)):
        try:
            for column, values in zip(columns, zip(*batch, strict=True), strict=True):
                column.add(values)
        except _BAD as error:
            raise _first_bad(batch, done) or _wrong(str(error)) from error
        done += len(batch)
    return {
        name: column.told() for name, column in zip(Row._fields, columns, strict=True)
    }


class _Places(dict[object, int]):
    """The place of each text, in the order in which they came."""

    def __missing__(self, text: object) -> int:
        if not isinstance(text, str) or len(text) > _LONGEST:
            raise _wrong(f"a text of at most {_LONGEST} characters, not {text!r}")
        place = self[text] = len(self)
        return place


class _StatePlaces(dict[object, int]):
    """The place of each state, by its value."""

    def __missing__(self, state: object) -> int:
        known = ", ".join(map(str, self))
        raise _wrong(f"{state!r} is none of {known}")


@frozen
class _Column:
    """A column that grows; *known* tells the number of what is no number."""

    values: array[int]
    known: Mapping[object, int] | None = field(default=None)

    def add(self, values: Sequence[object]) -> None:
        if self.known is None:
            # It refuses fractions, and numbers that are too great for it.
            self.values.extend(values)  # type: ignore[arg-type]
        else:
            self.values.extend(map(self.known.__getitem__, values))

    def told(self) -> Any:
        if isinstance(self.known, _Places):
            return Texts(self.values, tuple(map(str, list(self.known))))
        return self.values


def _new_columns() -> list[_Column]:
    days, states = DayNumbers(), _StatePlaces()
    states.update((state.value, place) for place, state in enumerate(STATES))
    known = {"period": ("h", PeriodYears()), "state": ("b", states)}
    return [
        _Column(array("i"), _Places())
        if name in _TEXTS
        else _Column(array(_NUMBERS[name]))
        if name in _NUMBERS
        else _Column(array(known[name][0]), known[name][1])
        if name in known
        else _Column(array("i"), days)
        for name in Row._fields
    ]


_BAD: Final = (InvalidValueError, TypeError, ValueError, OverflowError)


def _first_bad(batch: Sequence[Sequence[object]], done: int) -> Exception | None:
    """Return what is wrong with the first bad row of *batch*, and where it stands."""
    columns = _new_columns()
    for number, row in enumerate(batch, start=done):
        place = f"rows[{number}]"
        if len(row) != len(columns):
            return _wrong(f"no row of {len(columns)} values").within(place)
        for name, column, value in zip(Row._fields, columns, row, strict=True):
            try:
                column.add((value,))
            except InvalidValueError as error:  # noqa: PERF203 - one batch, once
                return error.within(f"{place}.{name}")
            except _BAD as error:
                return _wrong(f"{value!r}: {error}").within(f"{place}.{name}")
    return None


def _wrong(what: str) -> InvalidValueError:
    shown = quoted(what)
    return InvalidValueError(
        f"not a row of an audit: {shown}", f"不是审计所需的行：{shown}", rule=_RULE
    )
