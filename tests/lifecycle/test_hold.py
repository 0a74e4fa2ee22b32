"""A hold covers what its scope says, and its scope is written in one form."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import InvalidValueError
from egovarchive.lifecycle.event import Event, EventKind
from egovarchive.lifecycle.event_kind import MAX_SCOPE
from egovarchive.lifecycle.hold import Hold, Scope, holds_in
from egovarchive.records.archival_code import ArchivalCode
from lifecycle.record import AT, CODE, entry, hold

OTHER = ArchivalCode.parse("J019-ZY·XK·2026·D10-0002")
DAYS = st.dates(date(1900, 1, 1), date(2999, 12, 31))
CODES = st.builds(ArchivalCode, st.just(CODE.series), st.integers(1, 9999))
SCOPES = st.fixed_dictionaries(
    {},
    optional={
        "codes": st.lists(CODES, min_size=1, max_size=5),
        "item_codes": st.lists(
            st.sampled_from(["0100190012", "0100190013"]), min_size=1
        ),
        "years": st.lists(st.integers(1900, 2999), min_size=1, max_size=5),
        "concluded_from": DAYS.filter(lambda day: day.year < 2500),
        "concluded_to": DAYS.filter(lambda day: day.year >= 2500),
    },
).filter(bool)


@given(values=SCOPES)
def test_a_scope_is_written_and_read(values: dict[str, Any]) -> None:
    scope = Scope(**values)
    assert Scope.decode(scope.encode()) == scope
    assert Scope.decode(scope.encode()).encode() == scope.encode()
    # In whatever order it was given.
    turned: dict[str, Any] = {
        n: v[::-1] if isinstance(v, list) else v for n, v in values.items()
    }
    assert Scope(**turned).encode() == scope.encode()


@given(values=SCOPES, number=st.integers(1, 9999), day=DAYS)
def test_a_scope_covers_what_meets_all_of_it(
    values: dict[str, Any], number: int, day: date
) -> None:
    known = entry(ArchivalCode(CODE.series, number), concluded_on=day)
    expected = (
        known.code in values.get("codes", [known.code])
        and known.item_code in values.get("item_codes", [known.item_code])
        and day.year in values.get("years", [day.year])
        and values.get("concluded_from", day) <= day
        and values.get("concluded_to", day) >= day
    )
    assert Scope(**values).covers(known) == expected


def test_everything_is_everything() -> None:
    assert Scope(everything=True).covers(entry())
    assert Scope(everything=True).encode() == '{"everything":true}'


def test_a_day_that_is_named_is_held() -> None:
    day = entry().concluded_on
    assert Scope(concluded_from=day, concluded_to=day).covers(entry())


def test_an_item_code_is_known_however_it_is_typed() -> None:
    code = "12441500196720244T3442199806003"
    scope = Scope(item_codes=[code.lower()])
    assert scope.item_codes == {code}
    assert scope.covers(entry(item_code=code))
    with pytest.raises(InvalidValueError, match=r"item_codes: .*a service item code"):
        Scope(item_codes=["事项"])


def test_a_year_is_that_of_the_conclusion_whatever_its_code_says() -> None:
    # Numbered elsewhere, and received: who numbered it may count years otherwise.
    received = entry(CODE, concluded_on=date(CODE.series.year - 1, 12, 31))
    assert Scope(years=[CODE.series.year - 1]).covers(received)
    assert not Scope(years=[CODE.series.year]).covers(received)


@pytest.mark.parametrize(
    "values", [{"codes": [1]}, {"codes": [None]}, {"years": 2026}, {"years": ["2026"]}]
)
def test_what_is_no_code_or_year_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(InvalidValueError, match=next(iter(values))):
        Scope(**values)


def test_a_hold_without_a_scope_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="scope: None is no Scope"):
        evolve(hold(), scope=None)  # type: ignore[arg-type]


def test_codes_may_be_given_as_text_and_in_any_width() -> None:
    scope = Scope(codes=[str(CODE)])
    assert scope == Scope(codes=[CODE]) == Scope(codes=str(CODE))
    assert scope.covers(entry(ArchivalCode(CODE.series, CODE.item, 6)))
    assert not scope.covers(entry(OTHER))


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({}, "nothing says"),
        ({"codes": []}, "nothing says"),
        ({"everything": True, "years": [2026]}, "and criteria besides"),
        ({"everything": True, "concluded_to": date(2026, 1, 1)}, "besides"),
        (
            {"concluded_from": date(2026, 1, 2), "concluded_to": date(2026, 1, 1)},
            "lies after",
        ),
        ({"codes": ["J019"]}, "not an archival code"),
        ({"item_codes": ["\n"]}, "is empty"),
        ({"years": ["2026"]}, "is no int"),
        ({"years": [True]}, "is no int"),
        ({"everything": 1}, "neither true nor false"),
        ({"item_codes": "0100190012"}, "one text"),
    ],
)
def test_a_scope_that_is_none_is_refused(values: dict[str, Any], reason: str) -> None:
    with pytest.raises(InvalidValueError, match=reason) as refused:
        Scope(**values)
    assert refused.value.message("zh") != refused.value.message("en")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "null",
        "7",
        '{"everything":1}',
        '{"everything": true}',
        '{"everything":true,"more":1}',
        '{"years":2026}',
        '{"years":[2026,2025]}',
        '{"years":["2026"],"codes":7}',
        '{"concluded_from":"20260101"}',
        '{"concluded_from":7}',
        '{"codes":["J019"]}',
        '{"codes":"J019-ZY·XK·2026·D10-0001"}',
        "[" * 100_000,
    ],
)
def test_what_no_scope_is_is_refused(text: str) -> None:
    with pytest.raises(InvalidValueError):
        Scope.decode(text)


def test_a_scope_that_no_journal_takes_is_refused() -> None:
    codes = [ArchivalCode(CODE.series, number) for number in range(1, 50_000)]
    with pytest.raises(InvalidValueError, match="make two holds") as refused:
        Scope(codes=codes).encode()
    assert str(MAX_SCOPE) in refused.value.message("zh")
    assert len(Scope(codes=codes[:30_000]).encode()) < MAX_SCOPE


def released(number: str) -> Event:
    return Event(
        kind=EventKind.HOLD_RELEASED,
        code=None,
        at=AT,
        by="王五",
        details={"hold": number, "reason": "结案", "authority": "某区人民法院"},
    )


def test_what_was_placed_and_not_released_is_in_force() -> None:
    first, second = hold("H-1"), hold("H-2", years=[2025, 2026])
    events = [first.event(), second.event()]
    assert holds_in(events) == {"H-1": first, "H-2": second}
    assert list(holds_in(events)) == ["H-1", "H-2"]
    assert holds_in([*events, released("H-1")]) == {"H-2": second}
    assert holds_in([*events, released("H-9")]) == holds_in(events)
    assert holds_in([]) == {}


def test_a_hold_that_cannot_be_read_stops_everything() -> None:
    event = hold().event()
    bad = Event(
        kind=event.kind,
        code=None,
        at=event.at,
        by=event.by,
        details={**event.details, "scope": json.dumps({"all": True})},
    )
    with pytest.raises(InvalidValueError):
        holds_in([bad])


@pytest.mark.parametrize("name", ["number", "reason", "authority", "placed_by"])
def test_a_hold_says_who_why_and_for_whom(name: str) -> None:
    values: dict[str, Any] = {
        "number": "H-1",
        "reason": "诉讼",
        "authority": "法院",
        "scope": Scope(everything=True),
        "placed_by": "王五",
        "placed_at": AT,
    }

    with pytest.raises(InvalidValueError):
        Hold(**{**values, name: " "})
