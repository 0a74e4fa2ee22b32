"""What records say together: duplicates, gaps, codes that are none."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.metadata.told import outcomes
from egovarchive.checks.metadata.batch import Key, Row, duplicates, gaps
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.outcome import Outcome
from egovarchive.records.retention import RetentionPeriod
from egovarchive.records.series import Series

FAILED, WARNED = Outcome.FAILED, Outcome.WARNED
SERIES = Series("J019", ("ZY", "XK"), 2026, RetentionPeriod(30))
OTHER = Series("J019", ("ZY", "XK"), 2026, RetentionPeriod(10))
NAME = str(SERIES)


def codes(*items: int, series: Series = SERIES) -> list[ArchivalCode]:
    return [ArchivalCode(series, item) for item in items]


def rows() -> list[Row]:
    return [
        Row(f"包{number}.zip", f"{NAME}-{number:04}", f"C-{number}", f"题名{number}")
        for number in range(1, 4)
    ]


def test_different_records_are_no_duplicates() -> None:
    assert list(duplicates(rows())) == []
    empty = [Row(place="a"), Row(place="b")]
    assert list(duplicates(empty)) == []


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        (Row(code=f"{NAME}-0002", place="x"), FAILED),
        (Row(case_number="C-1", place="x"), FAILED),
        (Row(title="题名3", place="x"), WARNED),
    ],
)
def test_a_duplicate_is_told_with_the_one_before_it(row: Row, outcome: Outcome) -> None:
    (fault,) = duplicates([*rows(), row])
    assert outcomes([fault]) == {"x": outcome}
    assert "包" in fault.en


def test_every_repetition_is_told() -> None:
    again = [Row(case_number="1", place=place) for place in ("a", "a", "b")]
    assert [fault.place for fault in duplicates(again)] == ["a", "b"]


def test_only_what_is_asked_for_is_compared() -> None:
    twice = [*rows(), *rows()]
    assert len(list(duplicates(twice))) == 9
    assert len(list(duplicates(twice, keys=[Key.TITLE]))) == 3


def test_the_archive_is_asked_too() -> None:
    def registered(key: Key, value: str) -> str | None:
        return f"{NAME}-0099" if (key, value) == (Key.CASE_NUMBER, "C-2") else None

    (fault,) = duplicates(rows(), registered=registered)
    assert fault.place == "包2.zip"
    assert f"{NAME}-0099" in fault.zh


def test_a_sequence_without_gaps_is_fine_in_any_order() -> None:
    assert list(gaps([])) == []
    assert list(gaps(codes(1, 2, 3))) == []
    assert list(gaps(codes(3, 1, 2))) == []
    assert list(gaps([*codes(2, 1), *codes(1, series=OTHER)])) == []


def test_gaps_are_told_as_ranges() -> None:
    assert [fault.expected for fault in gaps(codes(2, 5, 9, 6))] == ["1", "3–4", "7–8"]
    (fault,) = gaps([*codes(1, 2), *codes(2, series=OTHER)])
    assert outcomes([fault]) == {str(OTHER): FAILED}


def test_a_sequence_begins_at_its_stated_start() -> None:
    assert list(gaps(codes(7, 8), start=7)) == []
    (fault,) = gaps(codes(8), start=7)
    assert fault.expected == "7"
    (fault,) = gaps(codes(6, 7), start=7)
    assert "before the stated start, 7" in fault.en
    both = [*codes(5), *codes(1, series=OTHER)]
    assert list(gaps(both, {SERIES: 5})) == []


def test_a_number_comes_once() -> None:
    found = list(gaps(codes(1, 2, 2, 1)))
    assert [fault.en for fault in found] == [
        "number 2 comes again",
        "number 1 comes again",
    ]


@given(st.lists(st.integers(1, 40), max_size=40), st.integers(1, 20))
def test_what_is_told_is_what_is_missing(items: list[int], start: int) -> None:
    found = list(gaps(codes(*items), start=start))
    missing: set[int] = set()
    for fault in found:
        if "missing" in fault.en:
            first, _, last = fault.expected.partition("–")
            missing |= set(range(int(first), int(last or first) + 1))
    counted = {item for item in items if item >= start}
    assert missing == set(range(start, max(counted, default=0) + 1)) - counted
    again = len([item for item in items if item >= start]) - len(counted)
    assert sum("again" in fault.en for fault in found) == again
    assert sum("before" in fault.en for fault in found) == sum(i < start for i in items)


def test_very_many_codes_need_no_memory() -> None:
    def many() -> Iterator[ArchivalCode]:
        for item in range(1, 30_001):
            yield ArchivalCode(SERIES, item)

    tracemalloc.start()
    try:
        assert list(gaps(many())) == []
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 100_000
