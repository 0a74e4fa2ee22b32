"""Transfer is put off with consent, to a day that lies ahead."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from archive.later import archive_of, bring, clock, long_ones, short_ones
from egovarchive.archive import Archive
from egovarchive.archive import acting as acting_module
from egovarchive.errors import (
    EgovArchiveError,
    EntryNotFoundError,
    InvalidValueError,
    StateError,
)
from egovarchive.lifecycle.event import EventKind
from egovarchive.lifecycle.state import State
from egovarchive.records.deadlines import DeadlineKind

UNTIL = date(2042, 12, 31)


def extend(archive: Archive, codes: Any, until: date = UNTIL, **changes: str) -> int:
    words = {"authority": "某市档案局", "approval": "某档函〔2040〕3号", "by": "王五"}
    return archive.extend(codes, until=until, **{**words, **changes})


@pytest.fixture
def archive() -> Archive:
    return archive_of()


def test_a_record_is_due_later(archive: Archive) -> None:
    first, *others = long_ones(archive)
    assert extend(archive, str(first.code)) == 1
    standing = archive.catalog.standing(first.code)
    assert (standing.state, standing.transfer_due_on) == (State.HELD, UNTIL)
    assert archive.entry(first.code) == first
    due = archive.catalog.due(DeadlineKind.TRANSFER, date(2042, 12, 30))
    assert list(due) == others
    (event,) = archive.catalog.events(first.code)
    assert (event.kind, event.by) == (EventKind.EXTENDED, "王五")
    assert event.details["approval"] == "某档函〔2040〕3号"


def test_many_are_put_off_at_once(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acting_module, "COMMIT", 2)
    codes = [entry.code for entry in long_ones(archive)]
    before = archive.head.number
    assert extend(archive, [*codes, codes[0]]) == 3
    assert archive.head.number == before + 2
    # Once more is no mistake, and changes nothing.
    assert extend(archive, codes) == 0
    assert archive.head.number == before + 2


def test_what_was_interrupted_goes_on(archive: Archive) -> None:
    codes = [entry.code for entry in long_ones(archive)]
    assert extend(archive, codes[1]) == 1
    assert extend(archive, codes) == 2
    assert extend(archive, codes, date(2043, 6, 30), approval="4号") == 3


@pytest.mark.parametrize(
    ("until", "en", "zh"),
    [
        (date(2040, 1, 9), "has passed: today is 2040-01-10", "早于今天"),
        (date(2031, 3, 6), "has passed", "早于今天"),
        (date(1926, 1, 1), "has passed", "早于今天"),
        (date(2051, 3, 7), "more than 20 years after 2031-03-06", "超过 20 年"),
        (date(9999, 12, 31), "more than 20 years", "超过 20 年"),
    ],
)
def test_a_day_that_is_past_or_absurd_is_refused(
    archive: Archive, until: date, en: str, zh: str
) -> None:
    before = archive.head
    with pytest.raises(InvalidValueError, match=en) as refused:
        extend(archive, [entry.code for entry in long_ones(archive)], until)
    assert zh in refused.value.message("zh")
    assert refused.value.place == "until"
    assert archive.head == before


def test_a_day_that_is_no_later_is_no_extension(archive: Archive) -> None:
    code = long_ones(archive)[0].code
    extend(archive, code)
    for until in (UNTIL, date(2042, 12, 30)):
        with pytest.raises(InvalidValueError, match="is no extension") as refused:
            extend(archive, code, until, approval="another")
        assert "不是延期" in refused.value.message("zh")
    assert extend(archive, code, date(2043, 1, 1), approval="another") == 1


def test_a_moment_is_no_day(archive: Archive) -> None:
    with pytest.raises(InvalidValueError, match="not a date"):
        extend(archive, long_ones(archive)[0].code, clock())


def test_what_need_not_be_transferred_is_not_put_off(archive: Archive) -> None:
    codes = [long_ones(archive)[0].code, short_ones(archive)[0].code]
    before = archive.head
    with pytest.raises(StateError, match="nothing to extend"):
        extend(archive, codes)
    assert archive.head == before, "the good one is not put off either"


@pytest.mark.parametrize("state", [State.SENT, State.TRANSFERRED, State.DESTROYED])
def test_what_was_sent_is_not_put_off(archive: Archive, state: State) -> None:
    entry = long_ones(archive)[0]
    bring(archive, entry, state, transferred=True)
    with pytest.raises(StateError, match=state.label("en")):
        extend(archive, entry.code)


def test_what_was_offered_may_be(archive: Archive) -> None:
    entry = long_ones(archive)[0]
    bring(archive, entry, State.OFFERED)
    assert extend(archive, entry.code) == 1
    assert archive.catalog.standing(entry.code).state is State.OFFERED


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("J019-ZY·XK·2026·D30-0999", EntryNotFoundError),
        ("J019", InvalidValueError),
    ],
)
def test_an_unknown_code_is_refused(
    archive: Archive, code: str, kind: type[EgovArchiveError]
) -> None:
    with pytest.raises(kind):
        extend(archive, [long_ones(archive)[0].code, code])


@pytest.mark.parametrize("name", ["authority", "approval", "by"])
def test_it_needs_a_consent(archive: Archive, name: str) -> None:
    before = archive.head
    with pytest.raises(InvalidValueError):
        extend(archive, long_ones(archive)[0].code, UNTIL, **{name: ""})
    assert archive.head == before


def test_nothing_to_do_is_nothing(archive: Archive) -> None:
    assert extend(archive, []) == 0
