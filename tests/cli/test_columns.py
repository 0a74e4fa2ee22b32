from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from egovarchive.cli.columns import (
    PAGE,
    pairs,
    printable,
    size_text,
    table,
    width,
    wrapped,
)

TEXTS = st.text(max_size=40)
CELLS = st.text(
    st.characters(exclude_categories=("C", "Z", "M")) | st.sampled_from("档号·a1"),
    min_size=1,
    max_size=12,
)


@given(TEXTS)
def test_what_is_printed_steers_no_terminal(text: str) -> None:
    shown = printable(text)
    assert not any(
        unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in shown
    )


@given(st.text(st.characters(exclude_categories=("C", "Z")), max_size=40))
def test_what_is_harmless_is_left_as_it_is(text: str) -> None:
    assert printable(text) == text


def test_a_wide_space_and_rare_characters_are_harmless() -> None:
    for text in ("许可证　副本〔2024年〕", "\ue863", "𠮷"):
        assert printable(text) == text


@given(TEXTS, TEXTS)
def test_widths_add_up(one: str, other: str) -> None:
    assert width(one + other) == width(one) + width(other)


def test_widths() -> None:
    assert width("e\u0301") == 1
    assert width("（，") == 4
    assert width("J019-ZY·XK") == 10


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=10))
def test_columns_are_aligned(rows: list[tuple[str, str, str]]) -> None:
    lines = list(table(("one", "二", "three"), rows))
    assert len(lines) == len(rows) + 1
    places = {
        width(line) - width(cells[-1])
        for line, cells in zip(lines[1:], rows, strict=True)
    }
    assert len(places) == 1


def test_no_rows_no_table() -> None:
    assert list(table(("one", "two"), [])) == []


def test_pages_only_grow() -> None:
    rows = [("a", "x")] * PAGE + [("long name", "x")] + [("b", "x")] * PAGE
    lines = list(table(("n", "v"), rows))
    assert len(lines) == len(rows) + 1
    starts = [line.rindex("x") for line in lines[1:]]
    assert starts == sorted(starts)


def test_values_of_pairs_are_aligned() -> None:
    assert list(pairs([("档号", "1"), ("a", "2")])) == ["档号  1", "a     2"]


@given(TEXTS, st.integers(4, 40))
def test_wrapping_loses_nothing_but_space(text: str, places: int) -> None:
    lines = wrapped(text, places)
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(st.text("档号，。a ", max_size=60), st.integers(20, 40))
def test_lines_fit(text: str, places: int) -> None:
    longest = max((len(word) for word in text.replace("，", " ").split()), default=0)
    for line in wrapped(text, places):
        assert width(line) <= places or longest > places // 2 or "，。" in line


@given(st.integers(0, 10**16))
def test_sizes_are_short(size: int) -> None:
    text = size_text(size)
    assert len(text) <= 11
    assert float(text.split()[0]) <= size
