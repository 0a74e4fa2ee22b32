"""Hold 冻结: as long as it is in force, nothing in its scope may be destroyed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final

import attrs
from attrs import field, frozen

from egovarchive.errors import InvalidValueError
from egovarchive.lifecycle.entry import Entry
from egovarchive.lifecycle.event import Event, EventKind
from egovarchive.lifecycle.event_kind import MAX_SCOPE
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.identifiers import check_item_code
from egovarchive.records.kind import Of, strings
from egovarchive.records.moment import a_date, in_china
from egovarchive.records.text import Text, check_text

_RULE: Final = "scope of a hold"


def _codes(value: Iterable[ArchivalCode | str]) -> frozenset[ArchivalCode]:
    return frozenset(
        ArchivalCode.parse(each) if isinstance(each, str) else each
        for each in ((value,) if isinstance(value, str) else value)
    )


def _items(value: Iterable[str]) -> frozenset[str]:
    # In the form that entries have: what is written otherwise would hold nothing.
    try:
        return frozenset(
            check_item_code(check_text(text, limit=64)) for text in strings(value)
        )
    except InvalidValueError as error:
        raise error.within("item_codes") from None


def _years(value: Iterable[int]) -> frozenset[int]:
    try:
        return frozenset(value)
    except TypeError:
        raise InvalidValueError(
            f"several years are expected: {value!r}",
            f"应为多个年份：{value!r}",
            rule="type of the field",
            place="years",
        ) from None


@frozen(kw_only=True)
class Scope:
    """
    What a hold covers: a list of records, or all that a query finds.

    Each criterion that is given must be met. What is registered later and meets them
    is covered too. Nothing given covers nothing, and is refused: to hold a whole fonds,
    say so.

    Args:
        codes: These records.
        item_codes: Records of these service items.
        years: Records of cases concluded in these years.
        concluded_from: Records of cases concluded on this day or later.
        concluded_to: Records of cases concluded on this day or earlier.
        everything: The whole fonds.

    >>> scope = Scope(years=[2025, 2026], concluded_to=date(2026, 6, 30))
    >>> Scope.decode(scope.encode()) == scope
    True
    """

    codes: frozenset[ArchivalCode] = field(
        default=frozenset(),
        converter=_codes,
        validator=attrs.validators.deep_iterable(Of(ArchivalCode)),
    )
    item_codes: frozenset[str] = field(default=frozenset(), converter=_items)
    years: frozenset[int] = field(
        default=frozenset(),
        converter=_years,
        validator=attrs.validators.deep_iterable(Of(int)),
    )
    concluded_from: date | None = field(default=None, validator=a_date)
    concluded_to: date | None = field(default=None, validator=a_date)
    everything: bool = field(default=False)

    @everything.validator
    def _check_whole(self, _: object, value: object) -> None:
        if not isinstance(value, bool):
            raise InvalidValueError(
                f"neither true nor false: {value!r}",
                f"既非真也非假：{value!r}",
                rule=_RULE,
                place="everything",
            )

    def __attrs_post_init__(self) -> None:
        criteria = (self.codes, self.item_codes, self.years)
        dates = (self.concluded_from, self.concluded_to)
        given = any(criteria) or any(day is not None for day in dates)
        if given == self.everything:
            raise InvalidValueError(
                "everything, and criteria besides"
                if given
                else "nothing says what is held",
                "既为全部又另有条件" if given else "未指明冻结范围",
                rule=_RULE,
                place="scope",
            )
        if None not in dates and dates[0] > dates[1]:  # type: ignore[operator]
            raise InvalidValueError(
                f"{dates[0]} lies after {dates[1]}",
                f"{dates[0]} 晚于 {dates[1]}",
                rule=_RULE,
                place="scope",
            )

    def covers(self, entry: Entry) -> bool:
        """Say whether the record of *entry* is held."""
        return not (
            (self.codes and entry.code not in self.codes)
            or (self.item_codes and entry.item_code not in self.item_codes)
            or (self.years and entry.concluded_on.year not in self.years)
            or (self.concluded_from and entry.concluded_on < self.concluded_from)
            or (self.concluded_to and entry.concluded_on > self.concluded_to)
        )

    def encode(self) -> str:
        """
        Return it as JSON, in one form.

        Raises:
            InvalidValueError: It is too large for a journal: make two holds of it.
        """
        values: dict[str, object] = {
            "codes": sorted(map(str, self.codes)),
            "item_codes": sorted(self.item_codes),
            "years": sorted(self.years),
            "concluded_from": self.concluded_from,
            "concluded_to": self.concluded_to,
            "everything": self.everything,
        }
        given = {name: value for name, value in values.items() if value}
        text = json.dumps(given, ensure_ascii=False, separators=(",", ":"), default=str)
        if len(text) > MAX_SCOPE:
            raise InvalidValueError(
                f"{len(text)} characters are more than {MAX_SCOPE}: make two holds",
                f"{len(text)} 个字符，超过 {MAX_SCOPE} 个：请分为两项冻结",
                rule=_RULE,
                place="scope",
            )
        return text

    @classmethod
    def decode(cls, text: str) -> Scope:
        """
        Read what `encode` wrote.

        Raises:
            InvalidValueError: It is nothing that `encode` writes.
        """
        try:
            values: dict[str, Any] = json.loads(text)
            for name in ("concluded_from", "concluded_to"):
                if name in values:
                    values[name] = date.fromisoformat(values[name])
            scope = cls(**values)
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            raise InvalidValueError(
                f"no scope of a hold: {error}", f"不是冻结范围：{error}", rule=_RULE
            ) from None
        if scope.encode() != text:
            raise InvalidValueError(
                "not in the form that is written", "不是规范形式", rule=_RULE
            )
        return scope


@frozen(kw_only=True)
class Hold:
    """
    A hold that is in force.

    Args:
        number: What it is known by, such as the number of a court's letter.
        reason: Why.
        authority: Who asked for it.
        scope: What it covers.
        placed_by: The official who placed it.
        placed_at: When.
    """

    number: str = field(validator=Text(100))
    reason: str = field(validator=Text(1000))
    authority: str = field(validator=Text(1000))
    scope: Scope = field(validator=Of(Scope), repr=False)
    placed_by: str = field(validator=Text(100))
    placed_at: datetime = field(converter=in_china)

    def event(self) -> Event:
        """Return the event that tells of it."""
        return Event(
            kind=EventKind.HOLD_PLACED,
            code=None,
            at=self.placed_at,
            by=self.placed_by,
            details={
                "hold": self.number,
                "reason": self.reason,
                "authority": self.authority,
                "scope": self.scope.encode(),
            },
        )


def holds_in(events: Iterable[Event]) -> Mapping[str, Hold]:
    """
    Return the holds in force after *events* of a fonds, by number, oldest first.

    Raises:
        InvalidValueError: A hold's scope cannot be read: then nothing is sure to be
            free, and nothing may be destroyed.
    """
    holds: dict[str, Hold] = {}
    for event in events:
        details = event.details
        if event.kind is EventKind.HOLD_PLACED:
            holds[details["hold"]] = Hold(
                number=details["hold"],
                reason=details["reason"],
                authority=details["authority"],
                scope=Scope.decode(details["scope"]),
                placed_by=event.by,
                placed_at=event.at,
            )
        elif event.kind is EventKind.HOLD_RELEASED:
            holds.pop(details["hold"], None)
    return holds
