"""Appraisal: every record gets an opinion, and who approves gave none of them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from archive.retention import (
    EXPIRED,
    LAST_DAY,
    appraise,
    codes_of,
    hold,
    office,
    opinions,
    transfer,
)
from egovarchive import Archive
from egovarchive.errors import (
    ApprovalMissingError,
    InvalidValueError,
    LegalHoldError,
    NotTransferredError,
    RetentionNotExpiredError,
    StateError,
    StorageError,
)
from egovarchive.lifecycle.appraisal import Appraisal, Opinion
from egovarchive.lifecycle.appraisal_list import AppraisalList
from egovarchive.lifecycle.event import EventKind
from egovarchive.lifecycle.hold import Scope
from egovarchive.lifecycle.state import State
from egovarchive.records.retention import PERMANENT, RetentionPeriod


def approve(
    archive: Archive, due: AppraisalList, given: list[Opinion], by: str = "钱七"
) -> Appraisal:
    return archive.appraisal.approve(due, given, by=by, role="分管领导", opinion="同意")


def test_a_record_is_due_from_the_day_after_its_last_day_on() -> None:
    made = office()
    assert not made.archive.appraisal.due(LAST_DAY).records
    due = made.archive.appraisal.due(LAST_DAY + timedelta(days=1))
    assert [record.code for record in due.records] == codes_of(made.archive)
    assert {record.ends_on for record in due.records} == {LAST_DAY}
    assert len(made.archive.appraisal.due(date(2030, 1, 1), limit=2)) == 2


def test_a_list_holds_no_word_of_personal_data_and_reads_back() -> None:
    made = office()
    due = made.archive.appraisal.due(date(2030, 1, 1))
    data = due.encode()
    assert "张三".encode() not in data
    assert "卫生许可".encode() not in data
    again = AppraisalList.decode(data)
    assert (again, again.id) == (due, due.id)
    with pytest.raises(InvalidValueError):
        AppraisalList.decode(data.replace(b"held", b"sent") + b" ")


def test_what_is_kept_longer_counts_from_where_the_old_period_did() -> None:
    made = office(count=2)
    made.clock.now = EXPIRED
    number = appraise(made.archive, retain="D10")
    for code in codes_of(made.archive):
        standing = made.archive.catalog.standing(code)
        assert standing.state is State.HELD
        assert standing.appraisal == number
        assert str(standing.period) == "D10"
        assert standing.retention_ends_on == date(2034, 12, 31)
        assert standing.transfer_due_on is None
    assert made.archive.appraisal.load(number).retained == 2
    assert not made.archive.appraisal.due().records
    kinds = [e.kind for e in made.archive.catalog.events_of_fonds("J019")]
    assert kinds == [EventKind.APPRAISED]


@pytest.mark.parametrize("period", ["D30", "Y"])
def test_what_is_kept_for_thirty_years_must_be_transferred(period: str) -> None:
    made = office(count=1)
    made.clock.now = EXPIRED
    appraise(made.archive, retain=period)
    (code,) = codes_of(made.archive)
    standing = made.archive.catalog.standing(code)
    assert standing.transfer_due_on == date(2029, 5, 20)
    ends = None if period == "Y" else date(2054, 12, 31)
    assert standing.retention_ends_on == ends


def test_each_record_gets_one_opinion() -> None:
    made = office()
    made.clock.now = EXPIRED
    due = made.archive.appraisal.due()
    given = opinions(codes_of(made.archive))
    before = made.archive.head
    for wrong in (given[:2], [*given, given[0]], []):
        with pytest.raises(InvalidValueError, match="opinion"):
            approve(made.archive, due, wrong)
    stranger = opinions(codes_of(office(count=4).archive)[3:])
    with pytest.raises(InvalidValueError, match="not on the list"):
        approve(made.archive, due, [*given, *stranger])
    assert made.archive.head == before


@pytest.mark.parametrize("by", ["李四", " 李 四 ", "李\u200b四"])
def test_who_gave_an_opinion_cannot_approve(by: str) -> None:
    made = office()
    made.clock.now = EXPIRED
    due = made.archive.appraisal.due()
    with pytest.raises(ApprovalMissingError):
        approve(made.archive, due, opinions(codes_of(made.archive)), by)
    assert all(
        made.archive.catalog.standing(code).state is State.HELD
        for code in codes_of(made.archive)
    )


def test_nothing_is_appraised_before_its_period_ends() -> None:
    made = office()
    due = made.archive.appraisal.due(date(2030, 1, 1))
    for retain in (None, "D10"):
        with pytest.raises(RetentionNotExpiredError):
            approve(made.archive, due, opinions(codes_of(made.archive), retain=retain))
    with pytest.raises(RetentionNotExpiredError):
        made.archive.appraisal.due(codes=codes_of(made.archive))


def test_what_is_on_hold_may_wait_and_is_not_given_up() -> None:
    made = office()
    made.clock.now = EXPIRED
    held, *free = codes_of(made.archive)
    hold(made.archive, Scope(codes=[held]))
    due = made.archive.appraisal.due()
    assert [record.holds for record in due.records] == [("法院函1",), (), ()]
    with pytest.raises(LegalHoldError):
        approve(made.archive, due, opinions([held, *free]))
    assert made.archive.catalog.standing(free[0]).state is State.HELD
    approve(made.archive, due, opinions(free))
    assert made.archive.catalog.standing(held).state is State.HELD
    assert made.archive.catalog.standing(free[0]).state is State.PROPOSED
    again = made.archive.appraisal.due()
    approve(made.archive, again, opinions([held], retain="D10"))
    assert made.archive.catalog.standing(held).period == RetentionPeriod(10)


def test_a_period_that_is_over_or_of_old_is_not_given() -> None:
    made = office()
    made.clock.now = EXPIRED
    due = made.archive.appraisal.due()
    with pytest.raises(InvalidValueError, match="would have ended"):
        approve(made.archive, due, opinions(codes_of(made.archive), retain="D1"))
    with pytest.raises(InvalidValueError, match="no longer given"):
        opinions(codes_of(made.archive), retain="长期")


def test_what_must_be_transferred_is_not_given_up() -> None:
    made = office(count=1)
    made.clock.now = EXPIRED
    appraise(made.archive, retain="D30")
    (code,) = codes_of(made.archive)
    made.clock.now = EXPIRED.replace(year=2055)
    due = made.archive.appraisal.due()
    with pytest.raises(NotTransferredError):
        approve(made.archive, due, opinions([code]))
    # Kept longer still, it keeps the date by which it had to go.
    approve(made.archive, due, opinions([code], retain="Y"))
    standing = made.archive.catalog.standing(code)
    assert standing.period == PERMANENT
    assert standing.transfer_due_on == date(2029, 5, 20)


def test_what_was_proposed_may_be_kept_after_all() -> None:
    made = office(count=2)
    made.clock.now = EXPIRED
    appraise(made.archive)
    first, second = codes_of(made.archive)
    assert not made.archive.appraisal.due().records
    due = made.archive.appraisal.due(codes=[str(first)])
    approve(made.archive, due, opinions([first], retain="D10"))
    assert made.archive.catalog.standing(first).state is State.HELD
    assert made.archive.catalog.standing(second).state is State.PROPOSED
    transfer(made.archive, [first], date(2032, 1, 1))
    with pytest.raises(StateError):
        made.archive.appraisal.due(codes=[first])


def test_the_same_appraisal_twice_changes_nothing() -> None:
    made = office()
    made.clock.now = EXPIRED
    due = made.archive.appraisal.due()
    given = opinions(codes_of(made.archive))
    first = approve(made.archive, due, given)
    head = made.archive.head
    assert approve(made.archive, due, given) == first
    assert made.archive.head == head
    assert Appraisal.decode(first.encode()) == first


def test_a_list_of_another_archive_is_refused() -> None:
    made, other = office(), office(count=2)
    made.clock.now = EXPIRED
    foreign = AppraisalList(fonds="J020", on=EXPIRED.date(), records=())
    with pytest.raises(InvalidValueError):
        approve(made.archive, foreign, [])
    assert other.archive.appraisal.due(EXPIRED.date()).id != (
        made.archive.appraisal.due(EXPIRED.date()).id
    )


def test_an_altered_appraisal_is_refused() -> None:
    made = office()
    made.clock.now = EXPIRED
    number = appraise(made.archive)
    key = f"appraisals/J019/{number}.json"
    data = b"".join(made.archive.storage.get(key))
    made.archive.storage.delete(key)
    made.archive.storage.put(key, [data.replace("同意".encode(), "反对".encode())])
    with pytest.raises(StorageError):
        made.archive.appraisal.load(number)
    with pytest.raises(InvalidValueError):
        made.archive.appraisal.load("../x")


def test_words_that_are_kept_for_ever_name_no_resident() -> None:
    with pytest.raises(InvalidValueError, match="personal number"):
        Opinion(
            code=codes_of(office(count=1).archive)[0],
            retain=None,
            reason="身份证 110101199003070038 已核",
            by="李四",
        )
