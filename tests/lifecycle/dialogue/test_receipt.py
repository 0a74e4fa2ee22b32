"""A receipt tells the fate of every record and every file, or it is none."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import InvalidValueError, ReceiptError
from egovarchive.lifecycle.dialogue import receipt as room
from egovarchive.lifecycle.dialogue.disagreement import Discord
from egovarchive.lifecycle.dialogue.forms import MAX_FILES, MAX_RECORDS
from egovarchive.lifecycle.dialogue.reason import Ground, Reason
from egovarchive.lifecycle.dialogue.receipt import MOST_TOLD, Receipt
from egovarchive.lifecycle.dialogue.received import (
    FileFate,
    Holding,
    ReceivedRecord,
    RecordFate,
)
from egovarchive.lifecycle.dialogue.transfer_list import TransferList
from egovarchive.lifecycle.dialogue.wire import MAX_VALUES
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.testing.strategies.dialogue import receipts_for, transfer_lists
from lifecycle.dialogue.said import (
    DECLINED,
    accepted,
    code,
    duplicate,
    file,
    receipt,
    rejected,
    reply,
    sha,
    transfer_list,
)


@given(st.data(), transfer_lists)
def test_a_receipt_for_a_batch_fits_it(
    data: st.DataObject, listed: TransferList
) -> None:
    made: Receipt = data.draw(receipts_for(listed))
    made.check_against(listed)
    for record in listed.records:
        found = made.of_record(record.code)
        assert found.package == record.package
        assert not found.is_held or found.fate is not RecordFate.REJECTED
    assert sum(made.counts().values()) == len(listed.records)
    assert sum(made.file_counts().values()) == listed.files


@given(st.data(), transfer_lists)
def test_it_fits_no_other_batch(data: st.DataObject, listed: TransferList) -> None:
    made: Receipt = data.draw(receipts_for(listed))
    with pytest.raises(ReceiptError, match="other batch"):
        made.check_against(evolve(listed, round=listed.round + 1))


@pytest.mark.parametrize(
    ("made", "discord", "item"),
    [
        (receipt(batch="ab" * 32), Discord.OTHER_BATCH, None),
        (receipt(offered="ab" * 32), Discord.OTHER_BATCH, None),
        (receipt(archives="另一档案馆"), Discord.OTHER_ARCHIVES, None),
        (
            receipt(accepted(1), rejected(2), duplicate(3), accepted(4)),
            Discord.UNKNOWN_RECORD,
            4,
        ),
        (receipt(accepted(1), rejected(2)), Discord.LEFT_OUT, 3),
        (
            receipt(accepted(1), rejected(1), rejected(2), duplicate(3)),
            Discord.TWICE,
            1,
        ),
        (
            receipt(accepted(1), rejected(2), rejected(3, package=sha("another"))),
            Discord.OTHER_PACKAGE,
            3,
        ),
        *(
            (
                receipt(accepted(1, files=files), rejected(2), duplicate(3)),
                Discord.NOT_ALL_FILES,
                1,
            )
            for files in (
                [],
                [file(1, 1)],
                [file(1, 1), file(1, 2), file(1, 3)],
                *(
                    [file(1, 1), file(1, 2, fate)]
                    for fate in FileFate
                    if fate is not FileFate.ACCEPTED
                ),
            )
        ),
    ],
)
def test_each_disagreement_is_found(
    made: Receipt, discord: Discord, item: int | None
) -> None:
    (found,) = made.disagreements(transfer_list())
    assert found.discord is discord
    assert found.code == (None if item is None else code(item))
    with pytest.raises(ReceiptError) as refused:
        made.check_against(transfer_list())
    for lang in ("en", "zh"):
        assert found.message(lang) in refused.value.message(lang)
        assert discord.label(lang) in found.message(lang)


def test_all_disagreements_are_found_and_some_of_them_told() -> None:
    items = range(1, MOST_TOLD + 6)
    listed = transfer_list(*items)
    made = receipt(accepted(900), batch=listed.id)
    assert len(made.disagreements(listed)) == len(items) + 1
    with pytest.raises(ReceiptError, match=r"; 6 more$") as refused:
        made.check_against(listed)
    assert refused.value.message("zh").endswith("；另有 6 处")


def test_a_receipt_for_what_was_chosen_fits_that_alone() -> None:
    chosen = reply().accepted(transfer_list())
    assert chosen is not None
    made = receipt(accepted(1), duplicate(3), batch=chosen.id, offered=chosen.offered)
    made.check_against(chosen)
    assert made.dialogue == transfer_list().id
    with pytest.raises(ReceiptError, match=r"other batch; .*0002: left out"):
        made.check_against(transfer_list())


def test_it_says_of_each_record_what_became_of_it() -> None:
    made = receipt()
    assert made.of_record(code(2)) == rejected(2)
    with pytest.raises(ReceiptError, match=r"lists .* 0 times"):
        made.of_record(code(4))
    with pytest.raises(ReceiptError, match=r"lists .* 2 times"):
        receipt(accepted(1), rejected(1)).of_record(code(1))


def test_a_record_is_found_by_another_width() -> None:
    wide = ArchivalCode.parse("J019-ZY·XK·2021·D30-000002")
    assert receipt().of_record(wide) == rejected(2)


def test_a_record_is_held_if_the_very_package_is() -> None:
    assert accepted(1).is_held
    assert duplicate(1).is_held
    assert not rejected(1).is_held
    other = Holding(code=code(1), package=sha("another"))
    assert not duplicate(1, held=other).is_held


def test_totals_count_what_came() -> None:
    made = receipt()
    assert set(made.counts().values()) == {1}
    assert made.file_counts() == {
        FileFate.ACCEPTED: 2,
        FileFate.REJECTED: 1,
        FileFate.DUPLICATE: 2,
        FileFate.MISSING: 1,
        FileFate.ADDED: 1,
    }
    assert made.size == 300 + 400 + 300


def test_files_with_the_same_bytes_are_listed_each() -> None:
    made = accepted(1, files=[file(1, 1), file(1, 1)])
    assert len(made.files) == 2
    receipt(made, rejected(2), duplicate(3)).check_against(transfer_list())


def test_it_speaks_both_languages() -> None:
    said = receipt(accepted(1), accepted(3), rejected(2))
    assert said.message().endswith(": 2 accepted, 1 rejected")
    assert said.message("zh").endswith("：接收 2 件，拒收 1 件")


@pytest.mark.parametrize(
    ("record", "changes", "place"),
    [
        (accepted(1), {"held": None}, "held"),
        (accepted(1), {"reason": DECLINED}, "reason"),
        (
            accepted(1),
            {"held": Holding(code=code(1), package=sha("another"))},
            "held.package",
        ),
        (duplicate(1), {"held": None}, "held"),
        (duplicate(1), {"reason": DECLINED}, "reason"),
        (rejected(1), {"reason": None}, "reason"),
        (rejected(1), {"held": accepted(1).held}, "held"),
        (rejected(1), {"fate": "rejected"}, "fate"),
        (rejected(1), {"package": "ab"}, "package"),
        (rejected(1), {"files": [sha(1)]}, "files[0]"),
        (
            rejected(1),
            {"files": [file(1, 1), evolve(file(1, 1), size=7)]},
            "files[1].size",
        ),
    ],
)
def test_what_is_no_fate_is_refused(
    record: ReceivedRecord, changes: dict[str, Any], place: str
) -> None:
    with pytest.raises(InvalidValueError) as refused:
        evolve(record, **changes)
    assert refused.value.place == place
    assert refused.value.message("zh") != refused.value.message()


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"records": []}, "records"),
        ({"records": [code(1)]}, "records[0]"),
        ({"batch": "ab"}, "batch"),
        ({"offered": "ab"}, "offered"),
        ({"archives": ""}, "archives"),
        ({"by": "\t"}, "by"),
    ],
)
def test_what_is_no_receipt_is_refused(changes: dict[str, Any], place: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        evolve(receipt(), **changes)
    assert refused.value.place == place


def test_it_has_no_more_files_than_can_be_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(room, "MAX_FILES", 6)
    with pytest.raises(InvalidValueError, match="with 7 files"):
        receipt()


def test_what_can_be_sent_can_be_answered() -> None:
    """All that a batch may have, each record with a file too many, and words on it."""
    words = "one, two, three, four, five"
    reason = Reason(ground=Ground.OTHER, en=words, zh=words)

    def values(*records: ReceivedRecord) -> int:
        data = receipt(*records).encode()
        return sum(data.count(each) for each in b",[{")

    bare = [rejected(number, reason=reason, files=[]) for number in (1, 2)]
    more = rejected(2, reason=reason, files=[file(2, 1), file(2, 2)])
    none = values(bare[0])
    of_record = values(*bare) - none
    of_file = (values(bare[0], more) - none - of_record + 1) // 2
    most = none + MAX_RECORDS * of_record + MAX_FILES * of_file
    assert most <= MAX_VALUES
