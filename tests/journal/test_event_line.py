"""What happened to a record has one line, and each value of it its form."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import JournalError
from egovarchive.journal.event_line import BEGINNING, decode_event, encode_event
from egovarchive.journal.line import encode_row
from egovarchive.lifecycle.event import Event
from egovarchive.testing.catalog import JournalWriter
from egovarchive.testing.strategies.events import events
from journal.entries import entries_of
from journal.test_line import json_values

FONDS = "J019"
WRITER = JournalWriter()
EVENT = WRITER.event("J019-ZY·XK·2026·D30-0001")
LINE = encode_event(EVENT)
VALUES = json.loads(LINE)


def in_form(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def line_with(**changes: Any) -> str:
    """Return the line with *changes*, otherwise in canonical form."""
    values = {**VALUES, **changes}
    return in_form({name: value for name, value in values.items() if value is not ...})


def detailed(**changes: Any) -> str:
    return line_with(details={**VALUES["details"], **changes})


def refused(line: str, match: str) -> None:
    with pytest.raises(JournalError, match=match) as caught:
        decode_event(line, FONDS)
    assert caught.value.message("zh") != caught.value.message()
    assert len(caught.value.message()) < 500


def test_it_is_this() -> None:
    assert (
        '{"at":"2026-11-23T09:00:00+08:00","by":"档案员 07",'
        '"code":"J019-ZY·XK·2026·D30-0001",'
        '"details":{"check":"usability.scan_quality",'
        f'"finding":"{EVENT.details["finding"]}",'
        '"outcome":"passed","reason":"看过 1"},"event":"reviewed"}'
    ) == LINE
    assert line_with() == LINE


def test_it_is_read_as_it_was_written() -> None:
    assert decode_event(LINE, FONDS) == EVENT
    of_fonds = WRITER.event()
    assert decode_event(encode_event(of_fonds), FONDS) == of_fonds
    assert '"code":null' in encode_event(of_fonds)


@given(events)
def test_so_is_any(event: Event) -> None:
    fonds = FONDS if event.code is None else event.code.series.fonds
    line = encode_event(event)
    again = decode_event(line, fonds)
    assert again == event
    assert str(again.code) == str(event.code), "as wide as it was"
    assert encode_event(again) == line


@given(events, entries_of())
def test_it_can_be_told_from_an_entry_by_its_beginning(
    event: Event, entry: Any
) -> None:
    assert encode_event(event).startswith(BEGINNING)
    assert not encode_row(entry.row()).startswith(BEGINNING)


@given(events, st.data())
def test_with_any_character_altered_it_is_another_or_refused(
    event: Event, data: st.DataObject
) -> None:
    fonds = FONDS if event.code is None else event.code.series.fonds
    line = encode_event(event)
    at = data.draw(st.integers(0, len(line) - 1))
    new = data.draw(st.sampled_from(["", " ", "0", "a", '"', "\\", "}", "é", "\ud800"]))
    altered = line[:at] + new + line[at + 1 :]
    try:
        found = decode_event(altered, fonds)
    except JournalError:
        return
    assert encode_event(found) == altered


WRONG: dict[str, list[Any]] = {
    "code": [
        "J020-ZY·XK·2026·D30-0001",
        "J019-ZY·XK·2026·D30-0000",
        "J019-ZY·XK·2026·D30-01",
        "J019-ZY·XK·2026·D030-0001",
        "J019-ZY・XK・2026・D30-0001",
        "J019-ZY•XK•2026•D30-0001",
        "J019-ZY·XK·2026·永久-0001",
        "j019-ZY·XK·2026·D30-0001",
        "J019-ZY·XK·2026·D30-000١",
        "J019",
        "",
        False,
        0,
        [],
    ],
    "at": [
        "2026-11-23T09:00:00",
        "2026-11-23T01:00:00+00:00",
        "2026-11-23T09:00:00Z",
        "2026-11-23 09:00:00+08:00",
        "2026-11-23T25:00:00+08:00",
        "2026-02-30T09:00:00+08:00",
        "2026-11-23T09:00:00.1+08:00",
        "2026-11-23T09:00:00.000000+08:00",
        "2026-11-23T09:00+08:00",
        "0000-11-23T09:00:00+08:00",
        "",
        None,
        7,
        1e400,
    ],
    "by": ["", " ", "a\nb", "x" * 101, None, 7, ["x"], "\ufffd"],
    "details": [None, [], "x", 7, {}, [["check", "x"]]],
}


@pytest.mark.parametrize(
    ("name", "value"),
    [(name, value) for name, values in WRONG.items() for value in values],
    ids=lambda value: ascii(value)[:30],
)
def test_a_value_that_is_none_of_its_kind_is_refused(name: str, value: Any) -> None:
    refused(
        line_with(**{name: value}),
        "cannot be|JSON|not an? |is not|not in|at: |series|character|empty|mapping|"
        "missing",
    )


@pytest.mark.parametrize(
    "details",
    [
        {"finding": "AB" * 32},
        {"outcome": "needs_review"},
        {"reason": ""},
        {"reason": None},
        {"check": 7},
        {"object": "申报文件/001-张三.jpg"},
    ],
)
def test_a_detail_that_its_kind_does_not_have_is_refused(details: Any) -> None:
    refused(detailed(**details), "cannot be|empty|not text|unknown")


@pytest.mark.parametrize("name", sorted(VALUES))
def test_every_value_must_be_there(name: str) -> None:
    refused(line_with(**{name: ...}), f"missing or unknown: '{name}'|unknown event")


def test_no_other_may_be_there() -> None:
    refused(line_with(object="某公司"), "missing or unknown: 'object'")
    refused(line_with(**{f"x{n}": 1 for n in range(1000)}), "missing or unknown")


@pytest.mark.parametrize(
    "kind", ["melted", "Reviewed", "", None, 1, True, [], {}, "x" * 999]
)
def test_another_kind_says_that_a_newer_version_may_have_written_it(kind: Any) -> None:
    refused(line_with(event=kind), "unknown event .*newer version")
    # Whatever else it has.
    refused(line_with(event=kind, to="省档案馆"), "unknown event .*newer version")


def test_an_entry_is_none() -> None:
    refused(encode_row(WRITER.row()), "registered behind an event")


def test_keys_in_another_order_or_twice_are_refused() -> None:
    backwards = dict(sorted(VALUES.items(), reverse=True))
    compact: Any = {"ensure_ascii": False, "separators": (",", ":")}
    refused(json.dumps(backwards, **compact), "not in canonical form")
    for name in VALUES:
        part = json.dumps({name: VALUES[name]}, **compact)[1:-1]
        assert part in LINE
        refused(LINE.replace(part, f"{part},{part}"), "not in canonical form")
    refused(
        LINE.replace('"outcome":', '"outcome":"failed","outcome":'), "canonical form"
    )


def test_the_same_values_in_another_form_are_refused() -> None:
    for old, new in (
        ('":"', '": "'),
        ('{"', '{ "'),
        ("reviewed", "r\\u0065viewed"),
        ("·", "\\u00b7"),
        ('"by":', '"b\\u0079":'),
        ("}", "} "),
        ("}", "}\r"),
        ("passed", "p\\u0061ssed"),
    ):
        assert old in LINE
        refused(LINE.replace(old, new, 1), "canonical|cannot be")


@pytest.mark.parametrize(
    "line",
    ["", "null", "[]", "7", '"reviewed"', "{", "[" * 100_000, "NaN", LINE + LINE],
    ids=lambda line: f"{line[:5]}-{len(line)}",
)
def test_what_is_no_object_is_refused(line: str) -> None:
    refused(line, "no JSON")


@given(name=st.sampled_from(sorted(VALUES)), value=json_values)
def test_what_is_read_is_what_encoding_gives_again(name: str, value: Any) -> None:
    line = line_with(**{name: value})
    try:
        event = decode_event(line, FONDS)
    except JournalError:
        return
    assert encode_event(event) == line
