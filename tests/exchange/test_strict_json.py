"""Strict JSON (RFC 8259)."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.exchange.invalid_file import InvalidFileError
from egovarchive.exchange.source import Limits
from egovarchive.exchange.strict_json import JsonValue, parse, step

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
WHOLE = st.integers(-(10**18) + 1, 10**18 - 1)
SCALARS = st.none() | st.booleans() | WHOLE | TEXTS
VALUES: st.SearchStrategy[JsonValue] = st.recursive(
    SCALARS | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4)
    ),
    max_leaves=20,
)


def refused(data: bytes, limits: Limits | None = None) -> InvalidFileError:
    with pytest.raises(InvalidFileError) as caught:
        parse(data, limits or Limits())
    return caught.value


@given(VALUES)
def test_what_json_writes_is_read_back(value: JsonValue) -> None:
    text = json.dumps(value, ensure_ascii=False)
    assert parse(text.encode()) == value
    assert parse(text.encode("utf-8-sig")) == value


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(InvalidFileError):
        parse(data)


def test_a_name_stands_once_in_one_object() -> None:
    error = refused(b'{"a": 1, "b": [{"c d": 1, "c d": {"e": 2, "e": 2}}], "a": 2}')
    assert [e.place for e in error.errors] == [
        "$.a",
        "$.b[0]['c d']",
        "$.b[0]['c d'].e",
    ]
    assert "'a' stands more than once" in str(error)


@pytest.mark.parametrize(
    "number",
    ["NaN", "Infinity", "-Infinity", "1e999", "1234567890123456789", "9" * 9999],
)
def test_a_number_is_finite_and_fits(number: str) -> None:
    error = refused(f'{{"a": [0, {number}]}}'.encode())
    assert [e.place for e in error.errors] == ["$.a[1]"]
    assert "not finite, or has more than 18 digits" in str(error)


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"", "line 1, column 1"),
        (b'{"a": 1,}', "line 1, column 9"),
        (b'{\n"a": 1\n', "line 3, column 1"),
        (b"[1] 2", "line 1, column 5"),
        (b"{'a': 1}", "line 1, column 2"),
        (b'["a\nb"]', "line 1, column 4"),
        (b"/* */ {}", "line 1, column 1"),
    ],
)
def test_what_is_no_json_is_refused_with_its_place(data: bytes, place: str) -> None:
    (error,) = refused(data).errors
    assert "not JSON" in str(error)
    # Pythons differ by a column about a comma that nothing follows.
    assert error.place.partition(",")[0] == place.partition(",")[0]


@pytest.mark.parametrize(
    ("data", "place", "guess"),
    [
        ('{"a":\n "中文"}'.encode("gb18030"), "line 2", "GBK"),
        ("{}".encode("utf-16"), "line 1", "UTF-16"),
        ("{}".encode("utf-16-be"), "line 1", "control"),
        (b'"\xed\xa0\x80"', "line 1", "GBK"),
    ],
)
def test_what_is_no_utf8_is_refused_with_a_guess(
    data: bytes, place: str, guess: str
) -> None:
    (error,) = refused(data).errors
    if guess == "control":
        assert "not JSON" in str(error)  # its bytes are ASCII, with NUL before each
        return
    assert error.place == place
    assert f"is it {guess}?" in str(error)
    assert f"是否为 {guess}？" in error.message("zh")


def test_depth_is_bounded() -> None:
    limits = Limits(depth=3)
    assert parse(b'[[{"a": 1}]]', limits) == [[{"a": 1}]]
    error = refused(b'[[], [{"a": [1]}]]', limits)
    assert [e.place for e in error.errors] == ["$[1][0].a"]
    assert "more than 3 objects and arrays" in str(error)


@pytest.mark.parametrize("data", [b"[" * 400_000, b"[" * 400_000 + b"]" * 400_000])
def test_no_depth_breaks_the_reader(data: bytes) -> None:
    error = refused(data)
    assert "$" in {e.place[:1] for e in error.errors} or "not JSON" in str(error)


def test_values_are_counted_before_they_are_made() -> None:
    limits = Limits(values=10)
    assert parse(b"[1,2,3,4,5]", limits)
    assert "more than 10 values" in str(refused(b"[" + b"[]," * 9 + b"[]]", limits))


def test_a_thousand_errors_are_not_all_told() -> None:
    error = refused(b"[" + b"NaN," * 1000 + b"NaN]")
    assert len(error.errors) == 100
    assert error.more


def test_odd_names_are_quoted_in_places() -> None:
    assert step("name_1") == ".name_1"
    assert step("") == "['']"
    assert step("a\n") == "['a\\n']"
    assert step("\ud800") == "['\\ud800']"
    assert len(step("x" * 1000)) < 200
