"""A registered entry has one line, and each value of it its type."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import JournalError
from egovarchive.journal.line import decode_row, encode_row
from egovarchive.lifecycle.entry import ROW_KEYS
from egovarchive.testing.catalog import JournalWriter
from journal.entries import entries_of

FONDS = "J019"
ROW = JournalWriter().row(transfer=1, statutory=2, end=3)
LINE = encode_row(ROW)


def line_with(**changes: Any) -> str:
    """Return the line with *changes*, otherwise in canonical form."""
    event = {"event": "registered", **ROW, **changes}
    event = {name: value for name, value in event.items() if value is not ...}
    return json.dumps(event, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def refused(line: str, match: str) -> None:
    with pytest.raises(JournalError, match=match) as caught:
        decode_row(line, FONDS)
    assert caught.value.message("zh") != caught.value.message()
    assert len(caught.value.message()) < 500


def test_it_is_read_as_it_was_written() -> None:
    assert decode_row(LINE, FONDS) == ROW
    assert line_with() == LINE


@given(entries_of())
def test_so_is_any(entry: Any) -> None:
    row = entry.row()
    assert decode_row(encode_row(row), entry.fonds) == row


WRONG: dict[str, list[Any]] = {
    "code": [
        "J020-ZY·XK·2026·D30-0001",
        "J019-ZY·XK·2026·D30-0000",
        "J019-ZY·XK·2026·D30-01",
        "J019-ZY·XK·2026·D30-0000000001",
        "J019-ZY·XK·2026·D30-000١",
        "J019-ZY·XK·2026·D030-0001",
        "J019-ZY·XK·2026·永久-0001",
        "J019-ZY・XK・2026・D30-0001",
        "J019-ZY·XK·26·D30-0001",
        "j019-ZY·XK·2026·D30-0001",
        " J019-ZY·XK·2026·D30-0001",
        "J019-ZY·XK·2026·D30-0001\n",
        "J019-ZY·XK·0026·D30-0001",
        "",
        "-0001",
    ],
    "case_number": ["", "\t", "a\nb", "\x00"],
    "item_code": ["", "\x1f"],
    "schedule": [""],
    "key": [""],
    "concluded_on": ["2026-02-30", "2026-5-2", "20260520", "2026-W01-1", "", None],
    "registered_at": [
        "2026-11-23T09:00:00",
        "2026-11-23T01:00:00+00:00",
        "2026-11-23T09:00:00Z",
        "2026-11-23 09:00:00+08:00",
        "2026-11-23T25:00:00+08:00",
        "2026-11-23T09:00:00.1+08:00",
        "2026-11-23T09:00+08:00",
        None,
    ],
    "transfer_due_on": ["", "2026-02-30", "0000-01-01"],
    "statutory_transfer_on": [0, "2026-13-01"],
    "retention_ends_on": [False, "9999-12-32"],
    "package": ["AB" * 32, "ab" * 31, "ab" * 33, "", None, "gg" * 32],
    "signature": ["", "ab" * 31, 0, False],
    "size": [
        -1,
        1.0,
        1e3,
        True,
        "1",
        None,
        10**18,
        float("nan"),
        float("inf"),
    ],
}


@pytest.mark.parametrize(
    ("name", "value"),
    [(name, value) for name, values in WRONG.items() for value in values],
    ids=lambda value: ascii(value)[:30],
)
def test_a_value_that_is_none_of_its_kind_is_refused(name: str, value: Any) -> None:
    line = line_with(**{name: value})
    refused(line, "cannot be|calendar|not a|day|month|hour|year|no JSON")


def test_a_number_of_a_million_digits_is_refused() -> None:
    refused(LINE.replace('"size":', f'"size":{"9" * 1_000_000}'), "no JSON|size")


@pytest.mark.parametrize("escape", ["\\\\", '\\"', "\\\\x", "x"])
def test_a_long_line_is_read_or_refused_in_little_time(escape: str) -> None:
    """No text makes the form try again and again."""
    line = LINE.replace("C-000001", escape * 300_000)
    began = time.process_time()
    assert len(decode_row(line, FONDS)["case_number"]) >= 300_000
    refused(line[:-1] + " ", "canonical|no JSON")
    refused(line[:-1], "no JSON")
    refused(line.replace('"size"', '"Size"'), "missing")
    assert time.process_time() - began < 10


@pytest.mark.parametrize("name", sorted(ROW_KEYS))
@pytest.mark.parametrize("value", [[], {}, ["x"], {"a": 1}, 1.5, True, 7, float("nan")])
def test_a_value_of_another_type_is_refused(name: str, value: Any) -> None:
    if name == "size" and value == 7 and value is not True:
        assert decode_row(line_with(size=7), FONDS)["size"] == 7
    else:
        refused(line_with(**{name: value}), f"{name} cannot be")


@pytest.mark.parametrize("name", sorted(ROW_KEYS))
def test_every_value_must_be_there(name: str) -> None:
    refused(line_with(**{name: ...}), f"missing or unknown: '{name}'")


def test_no_other_may_be_there() -> None:
    refused(line_with(title="某公司"), "missing or unknown: 'title'")
    refused(line_with(**{f"x{n}": 1 for n in range(1000)}), "missing or unknown")


@pytest.mark.parametrize(
    "event", ["destroyed", "Registered", "", None, 1, [], "x" * 999]
)
def test_another_event_says_that_a_newer_version_may_have_written_it(
    event: Any,
) -> None:
    refused(line_with(event=event), "unknown event .*newer version")


def test_keys_in_another_order_or_twice_are_refused() -> None:
    event = json.loads(LINE)
    backwards = dict(sorted(event.items(), reverse=True))
    compact = {"ensure_ascii": False, "separators": (",", ":")}
    refused(json.dumps(backwards, **compact), "not in canonical form")  # type: ignore[arg-type]
    for name in ROW_KEYS:
        part = json.dumps({name: event[name]}, **compact)[1:-1]  # type: ignore[arg-type]
        assert part in LINE
        refused(LINE.replace(part, f"{part},{part}"), "not in canonical form")
    # Some readers take the first, some the last.
    refused('{"size":1,' + LINE[1:], "not in canonical form")
    refused(LINE[:-1] + ',"size":1}', "not in canonical form")


def test_the_same_values_in_another_form_are_refused() -> None:
    for old, new in (
        ('":"', '": "'),
        ('{"', '{ "'),
        ("C-000001", "\\u0043-000001"),
        ("·", "\\u00b7"),
        ("C-000001", "C-00\\/0001"),
        ("packages/", "packages\\/"),
        ('"size":', '"siz\\u0065":'),
        ("}", "} "),
        ("}", "}\r"),
        ('"size":1001', '"size":1001e0'),
        ('"size":1001', '"size":01001'),
        ('"size":1001', '"size":+1001'),
    ):
        assert old in LINE
        changed = LINE.replace(old, new, 1)
        refused(changed, "canonical|cannot be|no JSON|missing")


@pytest.mark.parametrize(
    "line",
    ["", "null", "[]", "7", '"registered"', "{", "[" * 100_000, "NaN", LINE + LINE],
    ids=lambda line: f"{line[:5]}-{len(line)}",
)
def test_what_is_no_object_is_refused(line: str) -> None:
    refused(line, "no JSON")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)


@given(
    name=st.sampled_from(sorted(ROW_KEYS)),
    value=json_values | st.sampled_from([v for vs in WRONG.values() for v in vs]),
)
def test_what_is_read_is_what_encoding_gives_again(name: str, value: Any) -> None:
    """Whatever stands there: either it is an error, or the line says just that."""
    line = line_with(**{name: value})
    try:
        row = decode_row(line, FONDS)
    except JournalError:
        return
    assert encode_row(row) == line
    assert row[name] == value  # type: ignore[literal-required]
    assert type(row[name]) is type(value)  # type: ignore[literal-required]
