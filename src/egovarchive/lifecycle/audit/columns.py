"""Columns 列: what an audit needs to know of many records, column by column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import attrs
from attrs import field, frozen

from egovarchive.errors import InvalidValueError
from egovarchive.lifecycle.audit.days import FIRST, LAST, NEVER, day_of
from egovarchive.lifecycle.audit.row import LEGACY, Row, code_of
from egovarchive.lifecycle.state import State
from egovarchive.records.retention import MOST_YEARS

STATES: Final = tuple(State)
_MOST_ITEMS: Final = 999_999_999
_MOST_YEAR: Final = 9999
_PIECE: Final = 1 << 16  # records
_DAYS: Final = Row._fields[8:14]
_DATELESS: Final = frozenset(_DAYS[2:])  # those that may hold `NEVER`


def _view(column: object) -> memoryview:
    try:
        return memoryview(column)  # type: ignore[arg-type]
    except TypeError:
        kind = type(column).__name__
        raise _wrong(
            f"a column is an array of numbers, not a {kind}", f"列应为数组，不是 {kind}"
        ) from None


def _texts(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(texts)


def _states(states: Iterable[State]) -> tuple[State, ...]:
    return tuple(states)


@frozen
class _Form:
    """An attrs validator: one dimension, numbers of one of some formats."""

    formats: str

    def __call__(
        self, _: object, attribute: attrs.Attribute[Any], value: memoryview
    ) -> None:
        plain = value.ndim == 1 and value.c_contiguous
        if not plain or value.format not in tuple(self.formats):
            found = f"{value.format!r} x {value.ndim}"
            raise _wrong(
                f"a column of {self.formats[0]!r} is needed, not {found}",
                f"须为 {self.formats[0]!r} 型一维数组，不是 {found}",
                attribute.name,
            )


@frozen(eq=False)
class Texts:
    """
    A column of texts, each text written once.

    Args:
        codes: For each record the place of its text, int32.
        texts: The texts.

    Raises:
        InvalidValueError: *codes* has another form, or names a place that *texts* has
            not, or a text is there twice.
    """

    codes: memoryview = field(converter=_view, validator=_Form("i"), repr=False)
    texts: tuple[str, ...] = field(converter=_texts)

    def __attrs_post_init__(self) -> None:
        _check_range(self.codes, 0, len(self.texts) - 1, "codes")
        if len({*self.texts}) < len(self.texts):
            raise _wrong("a text is there twice", "同一文本出现两次", "texts")

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, record: int) -> str:
        return self.texts[self.codes[record]]


@frozen(kw_only=True, eq=False)
class Columns:
    """
    Records, column by column: about 50 bytes a record.

    A column is anything with the buffer protocol (an ``array.array``, a numpy array),
    and is not copied: who changes it afterwards changes what was checked. Days are
    days since 1970-01-01, `NEVER` where there is none. See `Row` for what each is.

    Args:
        series: Series 类别号 with their fonds.
        item: Item numbers, int32.
        item_code: Item codes.
        unit: Offices or units.
        year: Years, int16.
        period: Years of retention, int16; 0: permanent, -1: legacy.
        schedule: Versions of the retention schedule.
        state: Places in *states*, int8.
        concluded_on: Days, int32, as all days.
        registered_on: Days.
        transfer_due_on: Days, or `NEVER`.
        statutory_transfer_on: Days, or `NEVER`.
        retention_ends_on: Days, or `NEVER`.
        custody_ends_on: Days, or `NEVER`.
        sealed: 0 or 1, uint8 or bool.
        on_hold: 0 or 1, uint8 or bool.
        states: The states that *state* is told in.

    Raises:
        InvalidValueError: A column has another form or length, or a value out of its
            range.
    """

    series: Texts
    item: memoryview = field(converter=_view, validator=_Form("i"), repr=False)
    item_code: Texts
    unit: Texts
    year: memoryview = field(converter=_view, validator=_Form("h"), repr=False)
    period: memoryview = field(converter=_view, validator=_Form("h"), repr=False)
    schedule: Texts
    state: memoryview = field(converter=_view, validator=_Form("b"), repr=False)
    concluded_on: memoryview = field(converter=_view, validator=_Form("i"), repr=False)
    registered_on: memoryview = field(converter=_view, validator=_Form("i"), repr=False)
    transfer_due_on: memoryview = field(
        converter=_view, validator=_Form("i"), repr=False
    )
    statutory_transfer_on: memoryview = field(
        converter=_view, validator=_Form("i"), repr=False
    )
    retention_ends_on: memoryview = field(
        converter=_view, validator=_Form("i"), repr=False
    )
    custody_ends_on: memoryview = field(
        converter=_view, validator=_Form("i"), repr=False
    )
    sealed: memoryview = field(converter=_view, validator=_Form("B?"), repr=False)
    on_hold: memoryview = field(converter=_view, validator=_Form("B?"), repr=False)
    states: tuple[State, ...] = field(default=STATES, converter=_states, repr=False)

    def __attrs_post_init__(self) -> None:
        ranges: dict[str, tuple[int, int]] = {
            "item": (1, _MOST_ITEMS),
            "year": (1, _MOST_YEAR),
            "period": (LEGACY, MOST_YEARS),
            "state": (0, len(self.states) - 1),
            "sealed": (0, 1),
            "on_hold": (0, 1),
        }
        for name in Row._fields:
            column = getattr(self, name)
            if len(column) != len(self):
                raise _wrong(
                    f"{len(column)} records, where others have {len(self)}",
                    f"有 {len(column)} 条记录，其他列有 {len(self)} 条",
                    name,
                )
            if not isinstance(column, Texts):
                least, most = ranges.get(name, (FIRST, LAST))
                _check_range(column, least, most, name)

    @classmethod
    def of_rows(cls, rows: Iterable[Sequence[object]]) -> Columns:
        """
        Return the columns of *rows*: tuples in the order of `Row`.

        Raises:
            InvalidValueError: A row has another form; its number is told, from 0 on.
        """
        from egovarchive.lifecycle.audit.row_reader import (  # noqa: PLC0415
            columns_of,
        )

        return cls(**columns_of(rows))

    def __len__(self) -> int:
        return len(self.item)

    def __getitem__(self, record: int) -> Row:
        """Return *record* with its dates as dates, and its period in years."""
        told = {name: getattr(self, name)[record] for name in Row._fields}
        told["state"] = self.states[told["state"]].value
        for name in _DAYS:
            told[name] = day_of(told[name])
        for name in ("sealed", "on_hold"):
            told[name] = bool(told[name])
        return Row(**told)

    def __iter__(self) -> Iterator[Row]:
        return (self[record] for record in range(len(self)))

    def code(self, record: int) -> str:
        """Return the archival code 档号 of *record*."""
        return code_of(self.series[record], self.item[record])


def _check_range(numbers: memoryview, least: int, most: int, name: str) -> None:
    if not len(numbers):
        return
    low, high = _extent(numbers, dateless=name in _DATELESS)
    if low < least or high > most:
        bad = low if low < least else high
        raise _wrong(
            f"{bad} does not lie between {least} and {most}",
            f"{bad} 不在 {least} 至 {most} 之间",
            name,
        )


def _extent(numbers: memoryview, *, dateless: bool) -> tuple[int, int]:
    """Return the least and the greatest of *numbers*; *dateless*: but for `NEVER`."""
    try:
        import numpy as np  # noqa: PLC0415 - an extra
    except ImportError:
        kept = {*numbers} - {NEVER} if dateless else numbers
        return min(kept, default=FIRST), max(kept, default=FIRST)
    array = np.asarray(numbers)
    # Pieces stay in the cache for both questions.
    pieces = [array[at : at + _PIECE] for at in range(0, len(array), _PIECE)]
    if dateless:
        pieces = [piece[piece != NEVER] for piece in pieces]
    low = [int(piece.min()) for piece in pieces if len(piece)]
    high = [int(piece.max()) for piece in pieces if len(piece)]
    return min(low, default=FIRST), max(high, default=FIRST)


def _wrong(en: str, zh: str, place: str = "") -> InvalidValueError:
    return InvalidValueError(en, zh, rule="columns of an audit", place=place)
