"""A transfer list says which records go: one batch, however it was put together."""

from __future__ import annotations

from datetime import date, datetime, timezone
from typing import Any

import pytest
from attrs import evolve, fields
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import InvalidValueError
from egovarchive.lifecycle.dialogue.forms import MAX_WHOLE
from egovarchive.lifecycle.dialogue.transfer_list import ListedRecord, TransferList
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.retention import PERMANENT
from egovarchive.testing.strategies.dialogue import transfer_lists
from lifecycle.dialogue.said import code, listed, transfer_list


@given(transfer_lists)
def test_it_comes_back_as_it_was_written(drawn: TransferList) -> None:
    data = drawn.encode()
    again = TransferList.decode(data)
    assert again == drawn
    assert again.encode() == data
    assert again.id == drawn.id


@given(transfer_lists, st.randoms(use_true_random=False))
def test_the_order_makes_no_other_batch(drawn: TransferList, random: Any) -> None:
    records = list(drawn.records)
    random.shuffle(records)
    assert evolve(drawn, records=records).id == drawn.id


def test_the_same_moment_makes_no_other_batch() -> None:
    there = datetime(2021, 3, 5, 0, tzinfo=timezone.utc)
    assert transfer_list(records=[listed(1, registered_at=there)]) == transfer_list(1)


def test_records_are_in_the_order_of_their_numbers() -> None:
    wide = ArchivalCode.parse("J019-ZY·XK·2021·D30-10000")
    records = [listed(2, code=wide), listed(999), listed(1)]
    made = transfer_list(records=records)
    assert [record.code.item for record in made.records] == [1, 999, 10000]


@pytest.mark.parametrize(
    "changes",
    [
        {"fonds": "J020"},
        {"unit": "另一局"},
        {"recipient": "另一馆"},
        {"round": 2},
        {"offered": "ab" * 32},
    ],
)
def test_another_transfer_is_another_batch(changes: dict[str, Any]) -> None:
    assert set(changes) < {each.name for each in fields(TransferList)}
    if "fonds" in changes:
        other = ArchivalCode.parse("J020-ZY·XK·2021·D30-0001")
        changes = {**changes, "records": [listed(1, code=other)]}
    assert transfer_list(1, **changes).id != transfer_list(1).id


@pytest.mark.parametrize(
    "changes",
    [
        {"code": code(9)},
        {"package": "ab" * 32},
        {"signature": "ab" * 32},
        {"size": 7},
        {"files": 7},
        {"period": PERMANENT, "retention_ends_on": None},
        {"concluded_on": date(2021, 3, 3)},
        {"retention_ends_on": None},
        {"registered_at": datetime(2021, 3, 5, 8, 0, 1)},
    ],
)
def test_another_record_is_another_batch(changes: dict[str, Any]) -> None:
    other = transfer_list(records=[listed(1, **changes)])
    assert other.id != transfer_list(1).id


def test_it_holds_no_personal_data() -> None:
    """Neither a title, nor an applicant, nor a file's name, nor a case number."""
    assert {each.name for each in fields(ListedRecord)} == {
        "code",
        "package",
        "signature",
        "size",
        "files",
        "period",
        "concluded_on",
        "retention_ends_on",
        "registered_at",
    }


def test_a_dialogue_is_named_by_what_was_offered() -> None:
    assert transfer_list().dialogue == transfer_list().id
    assert transfer_list(offered="ab" * 32).dialogue == "ab" * 32


def test_totals_are_those_of_the_records() -> None:
    made = transfer_list()
    assert (made.size, made.files) == (3006, 6)
    assert "3 件，6 个文件，3006 字节" in made.message("zh")
    assert "3 records, 6 files, 3006 bytes" in made.message()


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"fonds": "j019"}, "fonds"),
        ({"fonds": None}, "fonds"),
        ({"fonds": "J020"}, "records[0].code"),
        ({"unit": " "}, "unit"),
        ({"unit": "x" * 201}, "unit"),
        ({"recipient": 7}, "recipient"),
        ({"recipient": "甲\n乙"}, "recipient"),
        ({"round": 0}, "round"),
        ({"round": True}, "round"),
        ({"round": 1.0}, "round"),
        ({"offered": "AB" * 32}, "offered"),
        ({"records": []}, "records"),
        ({"records": [listed(1), listed(1)]}, "records[1].code"),
        ({"records": [listed(1, files=200_000), listed(2, files=1)]}, "records"),
        ({"records": [listed(1), "J019"]}, "records[1]"),
        (
            {"records": [listed(1, size=MAX_WHOLE), listed(2, size=1)]},
            "records",
        ),
    ],
)
def test_what_is_no_list_is_refused(changes: dict[str, Any], place: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        transfer_list(**changes)
    assert refused.value.place == place
    assert refused.value.message("zh") != refused.value.message()


def test_the_same_number_of_another_width_is_the_same_record() -> None:
    wide = ArchivalCode.parse("J019-ZY·XK·2021·D30-000001")
    with pytest.raises(InvalidValueError, match="stands twice"):
        transfer_list(records=[listed(1), listed(1, code=wide)])


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"code": "J019-ZY·XK·2021·D30-0001"}, "code"),
        ({"package": "ab"}, "package"),
        ({"package": None}, "package"),
        ({"package": b"ab" * 32}, "package"),
        ({"signature": "x" * 64}, "signature"),
        ({"size": 0}, "size"),
        ({"size": -1}, "size"),
        ({"size": MAX_WHOLE + 1}, "size"),
        ({"size": 10**5000}, "size"),
        ({"files": 0}, "files"),
        ({"files": "2"}, "files"),
        ({"period": "D30"}, "period"),
        ({"period": PERMANENT}, "retention_ends_on"),
        ({"concluded_on": None}, "concluded_on"),
        ({"concluded_on": datetime(2021, 3, 4)}, "concluded_on"),
        ({"retention_ends_on": datetime(2051, 12, 31)}, "retention_ends_on"),
        ({"retention_ends_on": date(2021, 3, 3)}, "retention_ends_on"),
    ],
)
def test_what_is_no_record_is_refused(changes: dict[str, Any], place: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        listed(1, **changes)
    assert refused.value.place == place
