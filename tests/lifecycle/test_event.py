"""An event is kept for ever: nothing may get into it that its kind does not have."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given

from egovarchive.errors import InvalidValueError
from egovarchive.lifecycle.event import DETAILS, MAX_DETAIL, Event, EventKind
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.testing.strategies.events import events

REVIEWED: Mapping[str, str] = {
    "check": "usability.scan_quality",
    "finding": "ab" * 32,
    "outcome": "passed",
    "reason": "背面本为空白",
}


ODD: dict[Any, str] = {**REVIEWED, 7: "x"}


def event(**changes: Any) -> Event:
    values: dict[str, Any] = {
        "kind": EventKind.REVIEWED,
        "code": ArchivalCode.parse("J019-ZY·XK·2026·D30-0001"),
        "at": datetime(2026, 11, 23, 9),
        "by": "档案员 07",
        "details": REVIEWED,
    }
    return Event(**{**values, **changes})


def test_it_tells_the_time_in_china() -> None:
    at = datetime(2026, 12, 31, 16, 30, tzinfo=timezone.utc)
    assert event(at=at).at.isoformat() == "2027-01-01T00:30:00+08:00"
    assert event().at.isoformat() == "2026-11-23T09:00:00+08:00"


def test_it_may_be_about_the_fonds() -> None:
    assert event(code=None).code is None


@given(events)
def test_it_can_be_sent(drawn: Event) -> None:
    assert pickle.loads(pickle.dumps(drawn)) == drawn  # noqa: S301 - our own bytes


def test_it_does_not_change_with_what_it_was_made_of() -> None:
    details = dict(REVIEWED)
    made = event(details=details)
    details["reason"] = "另一"
    assert made == event()


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"kind": "reviewed"}, "kind"),
        ({"code": "J019-ZY·XK·2026·D30-0001"}, "code"),
        ({"by": ""}, "by"),
        ({"by": "甲\n乙"}, "by"),
        ({"by": "x" * 101}, "by"),
        ({"by": None}, "by"),
        ({"details": ["check"]}, "details"),
        ({"details": None}, "details"),
        ({"details": {}}, "details"),
        ({"details": {**REVIEWED, "object": "申报文件/001-张三.jpg"}}, "details"),
        ({"details": ODD}, "details"),
    ],
)
def test_what_is_none_of_its_values_is_refused(
    changes: dict[str, Any], place: str
) -> None:
    with pytest.raises(InvalidValueError) as refused:
        event(**changes)
    assert refused.value.place == place
    assert refused.value.message("zh") != refused.value.message()


@pytest.mark.parametrize("name", REVIEWED)
@pytest.mark.parametrize(
    "text", ["", " ", "\t", "a\nb", "\ud800", "\x00", "x" * (MAX_DETAIL + 1), None, 7]
)
def test_a_detail_that_is_no_text_is_refused(name: str, text: Any) -> None:
    with pytest.raises(InvalidValueError) as refused:
        event(details={**REVIEWED, name: text})
    assert refused.value.place == f"details.{name}"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("finding", "AB" * 32),
        ("finding", "ab" * 31),
        ("finding", "ab" * 33),
        ("finding", "申报文件/001-张三身份证.jpg"),
        ("outcome", "needs_review"),
        ("outcome", "not_performed"),
        ("outcome", "Passed"),
        ("outcome", "passed "),
    ],
)
def test_a_detail_in_another_form_is_refused(name: str, text: str) -> None:
    with pytest.raises(InvalidValueError, match=f"{name} cannot be"):
        event(details={**REVIEWED, name: text})


@pytest.mark.parametrize("name", REVIEWED)
def test_no_detail_may_be_missing(name: str) -> None:
    left = {key: value for key, value in REVIEWED.items() if key != name}
    with pytest.raises(InvalidValueError, match=f"missing or unknown: '{name}'"):
        event(details=left)


def test_every_kind_has_its_details() -> None:
    assert set(DETAILS) == set(EventKind)


def test_it_can_be_changed_into_another() -> None:
    assert evolve(event(), by="档案员 08").by == "档案员 08"
