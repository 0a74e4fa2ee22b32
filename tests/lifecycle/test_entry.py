"""An entry, and the row of plain texts and numbers that it is kept as."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given

from egovarchive.lifecycle.entry import ROW_KEYS, Entry
from egovarchive.testing.catalog import JournalWriter
from journal.entries import entries_of

ROW = JournalWriter().row(transfer=1)
ENTRY = Entry.of_row(ROW, "某公司食品经营许可")


@given(entries_of())
def test_a_row_tells_all_but_the_title(entry: Entry) -> None:
    row = entry.row()
    again = Entry.of_row(row, entry.title)
    assert again == entry
    assert again.title == entry.title
    assert str(again.code) == str(entry.code)
    assert again.row() == row
    assert Entry.of_row(row).title is None


@given(entries_of())
def test_a_row_is_plain_json(entry: Entry) -> None:
    row = entry.row()
    assert row.keys() == ROW_KEYS
    assert all(type(value) in {str, int, type(None)} for value in row.values())
    assert json.loads(json.dumps(row)) == row


def test_the_title_stands_in_no_row_and_makes_no_difference() -> None:
    assert "title" not in ROW_KEYS
    assert "食品" not in json.dumps(ENTRY.row(), ensure_ascii=False)
    assert evolve(ENTRY, title=None) == ENTRY
    assert hash(ENTRY) == hash(evolve(ENTRY, title="另一题名"))


def test_fonds_and_period_are_those_of_its_code() -> None:
    assert ENTRY.fonds == "J019"
    assert str(ENTRY.retention) == "D30"


def test_it_can_be_sent_to_another_process() -> None:
    sent = pickle.loads(pickle.dumps(ENTRY))  # noqa: S301 - our own bytes
    assert sent == ENTRY
    assert sent.title == ENTRY.title


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("code", "J019"),
        ("concluded_on", "2026-02-30"),
        ("registered_at", "yesterday"),
        ("transfer_due_on", ""),
    ],
)
def test_a_row_that_none_was_made_of_is_refused(name: str, value: Any) -> None:
    row = ROW.copy()
    row[name] = value  # type: ignore[literal-required]
    with pytest.raises(ValueError, match=r".+"):
        Entry.of_row(row)
