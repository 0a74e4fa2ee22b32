"""How near a deadline is, and why it is the one that holds now."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.lifecycle.basis import deadline_of, stands_as_registered
from egovarchive.lifecycle.duty import NOW_DAYS, SOON_DAYS, Duty, Urgency, last_day
from egovarchive.lifecycle.event import EventKind
from egovarchive.lifecycle.standing import Standing
from egovarchive.lifecycle.state import State
from egovarchive.records.deadlines import DeadlineKind, Level
from egovarchive.testing.lives import life
from lifecycle.record import entry, happened, thirty

TODAY = date(2040, 1, 10)
KINDS = (
    DeadlineKind.TRANSFER,
    DeadlineKind.STATUTORY_TRANSFER,
    DeadlineKind.RETENTION_END,
    DeadlineKind.CUSTODY_END,
)


@pytest.mark.parametrize(
    ("days", "urgency"),
    [
        (-1, Urgency.OVERDUE),
        (0, Urgency.NOW),
        (NOW_DAYS, Urgency.NOW),
        (NOW_DAYS + 1, Urgency.SOON),
        (SOON_DAYS, Urgency.SOON),
        (SOON_DAYS + 1, Urgency.LATER),
    ],
)
def test_the_last_day_is_in_time(days: int, urgency: Urgency) -> None:
    day = TODAY + timedelta(days)
    assert Urgency.of(DeadlineKind.TRANSFER, day, TODAY) is urgency


def test_limits_may_be_others() -> None:
    def of(days: int) -> Urgency:
        day = TODAY + timedelta(days)
        kind = DeadlineKind.RETENTION_END
        return Urgency.of(kind, day, TODAY, now_days=1, soon_days=2)

    assert [of(days) for days in (0, 1, 2, 3)] == [
        Urgency.NOW,
        Urgency.NOW,
        Urgency.SOON,
        Urgency.LATER,
    ]


def test_what_has_no_day_waits_already() -> None:
    kind = DeadlineKind.EVIDENCE_RENEWAL
    assert Urgency.of(kind, None, TODAY) is Urgency.NOW


def test_to_destroy_a_copy_is_never_overdue() -> None:
    kind = DeadlineKind.CUSTODY_END
    assert Urgency.of(kind, date(2000, 1, 1), TODAY) is Urgency.NOW


@given(day=st.dates(), on=st.dates(), kind=st.sampled_from(DeadlineKind))
def test_what_is_due_sooner_is_more_urgent(
    day: date, on: date, kind: DeadlineKind
) -> None:
    order = [*Urgency]
    urgency = order.index(Urgency.of(kind, day, on))
    later = order.index(Urgency.of(kind, last_day(day, 1), on))
    assert later >= urgency


def test_the_calendar_ends() -> None:
    assert last_day(TODAY, 1) == date(2040, 1, 11)
    assert last_day(TODAY, 10**12) == date.max
    assert last_day(date.max, 1) == last_day(TODAY, 9_000_000) == date.max


def test_a_date_that_stands_as_registered_has_its_rule() -> None:
    known = thirty()
    standing = Standing.of(known)
    assert stands_as_registered(known, standing)
    transfer = deadline_of(DeadlineKind.TRANSFER, known, standing)
    assert transfer.on == known.transfer_due_on
    assert "within 5 years" in transfer.explain()
    ends = deadline_of(DeadlineKind.RETENTION_END, known, standing)
    assert "1 January after the year of conclusion" in ends.explain()
    kind = DeadlineKind.STATUTORY_TRANSFER
    by_level = deadline_of(kind, known, standing, level=Level.CITY)
    assert "第二十条" in by_level.source
    # Nobody knows any more of which level the agency was.
    assert "按登记时的保管期限表" in deadline_of(kind, known, standing).explain("zh")


def test_another_start_of_retention_is_told_by_the_schedule() -> None:
    known = entry(retention_ends_on=date(2041, 12, 31))
    ends = deadline_of(DeadlineKind.RETENTION_END, known, Standing.of(known))
    assert ends.on == date(2041, 12, 31)
    assert ends.source == "2026"
    assert "As registered" in ends.explain()


def test_an_extension_names_the_consent() -> None:
    event = happened(
        EventKind.EXTENDED,
        thirty().code,
        until="2033-03-06",
        authority="某市档案局",
        approval="某档函〔2031〕3号",
    )
    standing = Standing.of(thirty(), [event])
    assert not stands_as_registered(thirty(), standing)
    found = deadline_of(DeadlineKind.TRANSFER, thirty(), standing, [event])
    assert found.on == date(2033, 3, 6)
    for lang in ("en", "zh"):
        told = found.explain(lang)
        assert "某市档案局 某档函〔2031〕3号" in told
        assert "2037-01-05" in told
        assert "档案员 07" in told


def test_of_two_extensions_the_last_one_holds() -> None:
    events = [
        happened(
            EventKind.EXTENDED,
            thirty().code,
            until=until,
            authority="某市档案局",
            approval=approval,
        )
        for until, approval in (("2033-03-06", "3号"), ("2035-03-06", "5号"))
    ]
    standing = Standing.of(thirty(), events)
    found = deadline_of(DeadlineKind.TRANSFER, thirty(), standing, events)
    assert found.on == date(2035, 3, 6)
    assert "5号" in found.source
    assert "3号" not in found.source


def test_what_was_kept_longer_says_who_decided_and_when() -> None:
    event = happened(
        EventKind.RETAINED,
        appraisal="a" * 64,
        period="D30",
        retention_ends_on="2066-12-31",
        transfer_due_on="2042-01-05",
        reason="仍有查考价值",
    )
    standing = Standing.of(entry(), [event])
    for kind, day in (
        (DeadlineKind.RETENTION_END, "2066-12-31"),
        (DeadlineKind.TRANSFER, "2042-01-05"),
    ):
        found = deadline_of(kind, entry(), standing, [event])
        assert day in found.explain()
        assert "kept longer" in found.explain()
        assert "重新划定保管期限" in found.explain("zh")
        assert "第二十四条" in found.source
        assert found.inputs["period"] == "D30"


@pytest.mark.parametrize("own", [True, False])
def test_custody_counts_from_the_receipt(*, own: bool) -> None:
    batch = {"batch": "b" * 64}
    ends = "2042-01-05" if own else "2045-06-30"
    events = [
        happened(EventKind.SENT, thirty().code, **batch),
        happened(
            EventKind.ACCEPTED,
            thirty().code,
            **batch,
            receipt="c" * 64,
            custody_ends_on=ends,
        ),
    ]
    standing = Standing.of(thirty(), events)
    found = deadline_of(DeadlineKind.CUSTODY_END, thirty(), standing, events)
    assert found.on == date.fromisoformat(ends)
    assert "至少继续保管5年" in found.explain("zh")
    assert ("accepted_on 2037-01-05" in found.explain()) == own


def test_what_came_from_elsewhere_names_its_sender() -> None:
    event = happened(
        EventKind.RECEIVED,
        batch="b" * 64,
        sender="某市行政审批服务局",
        period="D30",
        retention_ends_on="2060-12-31",
    )
    standing = Standing.of(thirty(), [event])
    found = deadline_of(DeadlineKind.RETENTION_END, thirty(), standing, [event])
    assert found.on == date(2060, 12, 31)
    assert "某市行政审批服务局" in found.explain("zh")


@given(
    turns=st.lists(st.integers(0, 50), max_size=12),
    kind=st.sampled_from(KINDS),
    short=st.booleans(),
)
def test_every_date_that_holds_explains_itself(
    *, turns: list[int], kind: DeadlineKind, short: bool
) -> None:
    known = entry() if short else thirty()
    events = life(known, turns)
    standing = Standing.of(known, events)
    day = standing.due_on(kind)
    found = deadline_of(kind, known, standing, events, level=Level.CITY)
    assert (found.kind, found.on) == (kind, day)
    for lang in ("en", "zh"):
        assert found.source
        assert found.explain(lang)
    if stands_as_registered(known, standing):
        assert found == deadline_of(kind, known, standing, level=Level.CITY) or events


def test_a_duty_tells_its_record_its_urgency_and_its_holds() -> None:
    known = thirty()
    deadline = deadline_of(DeadlineKind.TRANSFER, known, Standing.of(known))
    duty = Duty(
        deadline=deadline,
        urgency=Urgency.OVERDUE,
        unit="某局",
        entry=known,
        state=State.HELD,
        holds=("H-1", "H-2"),
    )
    assert duty.explain().startswith(f"{known.code} (overdue) transfer: 2031-03-06.")
    assert duty.explain().endswith("On hold: H-1, H-2.")
    assert duty.explain("zh").startswith(f"{known.code}（已逾期）移交：2031-03-06。")
    assert duty.explain("zh").endswith("已被冻结：H-1、H-2。")
    assert duty.row() == {
        "kind": "transfer",
        "due_on": "2031-03-06",
        "urgency": "overdue",
        "unit": "某局",
        "office": None,
        "code": str(known.code),
        "seal": None,
        "state": "held",
        "holds": "H-1、H-2",
    }
    assert known.title
    assert known.title not in duty.explain() + str(duty.row())
