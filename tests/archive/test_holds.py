"""Holds are placed and released, and nothing that they cover is forgotten."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from archive.later import archive_of, bring, clock, long_ones, short_ones
from archive.office import SHORT_ITEM, archive_in, arrangement, case, new_archive
from egovarchive.archive import Archive
from egovarchive.archive.agenda.holds import NAMED, Placed
from egovarchive.errors import EntryNotFoundError, InvalidValueError, LegalHoldError
from egovarchive.lifecycle.event import Event, EventKind
from egovarchive.lifecycle.guards import check_allowed
from egovarchive.lifecycle.hold import Hold, Scope
from egovarchive.lifecycle.state import State
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.testing.lives import path_to


def place(archive: Archive, number: str = "H-1", **scope: Any) -> Placed:
    return archive.holds.place(
        number=number,
        reason="诉讼",
        authority="某区人民法院〔2040〕1号",
        scope=Scope(**(scope or {"everything": True})),
        by="王五",
    )


def release(archive: Archive, number: str = "H-1") -> Hold:
    return archive.holds.release(
        number, reason="结案", authority="某区人民法院〔2041〕2号", by="赵六"
    )


@pytest.fixture
def archive() -> Archive:
    return archive_of()


def test_a_hold_is_in_force_once_it_is_placed(archive: Archive) -> None:
    placed = place(archive, years=[2026])
    assert placed.records == 5
    assert placed.too_late == ()
    assert archive.holds.in_force() == (placed.hold,)
    assert placed.hold.placed_at == clock()
    assert placed.hold.placed_by == "王五"
    assert placed.message() == "hold H-1 is in force; records it covers now: 5."
    assert placed.message("zh") == "冻结 H-1 已生效，现涉及 5 件。"
    again = new_archive(archive.storage)
    assert list(again.holds.in_force()) == []
    again.refresh()
    assert again.holds.in_force() == (placed.hold,)


@pytest.mark.parametrize(
    ("scope", "count"),
    [
        ({"everything": True}, 5),
        ({"item_codes": [SHORT_ITEM]}, 2),
        ({"concluded_from": date(2026, 3, 7)}, 2),
        ({"concluded_to": date(2026, 3, 6)}, 3),
        ({"years": [2025]}, 0),
        ({"years": [2026], "item_codes": [SHORT_ITEM]}, 2),
    ],
)
def test_it_covers_what_its_scope_says(
    archive: Archive, scope: dict[str, Any], count: int
) -> None:
    placed = place(archive, **scope)
    found = list(archive.holds.records("H-1"))
    assert placed.records == len(found) == count
    assert found == [e for e in archive.entries() if placed.hold.scope.covers(e)]
    for entry in archive.entries():
        expected = (placed.hold,) if entry in found else ()
        assert archive.holds.of(entry.code) == expected
        assert archive.holds.of(str(entry.code)) == expected


def test_records_that_are_named_are_looked_up_and_not_sought(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = [entry.code for entry in archive.entries()][1:3]

    def entries(*_: object, **__: object) -> object:
        raise AssertionError("all entries were read")

    monkeypatch.setattr(type(archive.catalog), "entries", entries)
    placed = place(archive, codes=[str(code) for code in codes])
    assert placed.records == 2
    assert [entry.code for entry in archive.holds.records("H-1")] == codes


def test_a_code_that_is_not_there_places_nothing(archive: Archive) -> None:
    known = next(archive.entries()).code
    other = ArchivalCode(known.series, 999)
    elsewhere = ArchivalCode.parse("J020-ZY·XK·2026·D30-0001")
    for absent in (other, elsewhere):
        with pytest.raises(EntryNotFoundError, match=str(absent)):
            place(archive, codes=[known, absent])
    assert archive.holds.history() == ()


def test_records_of_other_fonds_are_not_held(archive: Archive) -> None:
    other = archive_of(
        1, 0, catalog=archive.catalog, arrangement=arrangement(fonds="J020")
    )
    stranger = next(entry for entry in archive.entries() if entry.fonds == "J020")
    with pytest.raises(EntryNotFoundError, match="J020"):
        place(archive, codes=[stranger.code])
    placed = place(archive)
    assert placed.records == 5
    assert stranger not in list(archive.holds.records("H-1"))
    assert other.holds.in_force() == ()
    bring(other, stranger, State.DESTROYED)
    assert place(archive, "H-2").destroyed == 0


def test_what_comes_later_is_held_too(archive: Archive) -> None:
    assert place(archive, years=[2026]).records == 5
    entry = archive.deposit(case(77))
    assert [hold.number for hold in archive.holds.of(entry.code)] == ["H-1"]


@pytest.mark.parametrize("named", [False, True])
def test_what_it_came_too_late_for_is_told_by_code(
    archive: Archive, *, named: bool
) -> None:
    first, second = short_ones(archive)
    bring(archive, first, State.DESTROYED)
    bring(archive, second, State.DESTROYING)
    bring(archive, long_ones(archive)[0], State.LISTED)
    codes = [entry.code for entry in archive.entries()]
    placed = place(archive, **({"codes": codes} if named else {"years": [2026]}))
    assert (placed.records, placed.destroying, placed.destroyed) == (3, 1, 1)
    assert placed.too_late == (second.code, first.code)
    for lang in ("en", "zh"):
        message = placed.message(lang)
        assert str(first.code) in message
        assert str(second.code) in message
    assert "too late for 2 more (1 being destroyed" in placed.message()
    assert "为时已晚" in placed.message("zh")
    assert "…" not in placed.message()


def test_of_very_many_the_first_are_named() -> None:
    hold = place(archive_of(1, 0)).hold
    codes = [ArchivalCode.parse("J019-ZY·XK·2026·D10-0001")] * NAMED
    placed = Placed(hold=hold, records=0, destroyed=NAMED + 1, too_late=tuple(codes))
    assert placed.message().endswith(", ….")
    assert placed.message("zh").endswith("等。")


def test_a_number_is_used_once(archive: Archive) -> None:
    place(archive)
    with pytest.raises(InvalidValueError, match="H-1 is the number of a hold") as twice:
        place(archive, years=[2026])
    assert "王五" in twice.value.message("en")
    assert "已用于 王五" in twice.value.message("zh")
    release(archive)
    with pytest.raises(InvalidValueError, match="released since") as again:
        place(archive)
    assert "现已解除" in again.value.message("zh")
    assert len(archive.holds.history()) == 1


def test_a_hold_is_released_once(archive: Archive) -> None:
    for number in ("H-1", "H-2"):
        place(archive, number)
    assert release(archive).number == "H-1"
    assert [hold.number for hold in archive.holds.in_force()] == ["H-2"]
    with pytest.raises(InvalidValueError, match="赵六 released it") as refused:
        release(archive)
    assert "已失效" in refused.value.message("zh")
    with pytest.raises(InvalidValueError, match="no hold has the number 'H-9'"):
        release(archive, "H-9")
    with pytest.raises(InvalidValueError, match="H-9"):
        archive.holds.records("H-9")


def test_the_history_tells_of_all(archive: Archive) -> None:
    for number in ("H-1", "H-2"):
        place(archive, number, item_codes=[SHORT_ITEM])
    release(archive, "H-2")
    first, second = archive.holds.history()
    assert (first.hold.number, first.release) == ("H-1", None)
    assert second.hold.number == "H-2"
    assert second.release is not None
    assert second.release.reason == "结案"
    assert second.release.released_by == "赵六"
    assert second.release.released_at == clock()
    # What it covered can still be asked.
    assert len(list(archive.holds.records("H-2"))) == 2


def test_an_empty_word_is_refused(archive: Archive) -> None:
    with pytest.raises(InvalidValueError, match="reason"):
        archive.holds.place(
            number="H-1",
            reason=" ",
            authority="某法院",
            scope=Scope(everything=True),
            by="王五",
        )
    place(archive)
    with pytest.raises(InvalidValueError, match="reason"):
        archive.holds.release("H-1", reason="", authority="某法院", by="王五")
    assert len(archive.holds.in_force()) == 1


def test_what_is_held_may_not_be_destroyed_until_it_is_released(
    archive: Archive,
) -> None:
    acting = archive.holds._acting
    entry = short_ones(archive)[0]

    def ask() -> None:
        check_allowed(
            EventKind.PROPOSED,
            entry,
            acting.standing(entry.code),
            acting.circumstances(),
        )

    ask()
    place(archive, "H-1", codes=[entry.code])
    place(archive, "H-2", item_codes=[SHORT_ITEM])
    with pytest.raises(LegalHoldError, match="H-1、H-2"):
        ask()
    release(archive, "H-1")
    with pytest.raises(LegalHoldError, match="H-2"):
        ask()
    release(archive, "H-2")
    ask()


def test_a_hold_that_another_process_placed_a_moment_ago_counts(
    archive: Archive,
) -> None:
    """Who decides sees all that the journal has, and not what he saw before."""
    other = new_archive(archive.storage, clock=clock)
    other.refresh()
    entry = short_ones(other)[0]
    acting = other.holds._acting
    place(archive, codes=[entry.code])
    assert other.holds.in_force() == ()

    def choose() -> list[Event]:
        acting.check(EventKind.PROPOSED, [entry.code], acting.circumstances())
        return path_to(entry, State.PROPOSED)

    with pytest.raises(LegalHoldError, match="H-1"):
        acting.decide(choose)
    assert other.catalog.standing(entry.code).state is State.HELD


def test_a_rebuilt_catalog_knows_them(tmp_path: Path) -> None:
    archive = archive_in(tmp_path, clock=clock)
    place(archive, years=[2026])
    place(archive, "H-2")
    release(archive, "H-2")
    before = archive.holds.history()
    archive.rebuild()
    assert archive.holds.history() == before
    archive.close()


def test_two_who_place_one_number_do_not_both(archive: Archive) -> None:
    other = new_archive(archive.storage, clock=clock)
    other.refresh()
    place(archive)
    with pytest.raises(InvalidValueError, match="H-1 is the number"):
        place(other, years=[2026])
    assert other.holds.in_force() == archive.holds.in_force()


def test_no_title_gets_into_the_journal(archive: Archive) -> None:
    place(archive, codes=[entry.code for entry in archive.entries()])
    release(archive)
    keys = [key for key in archive.storage.keys() if key.endswith(".jsonl")]  # noqa: SIM118
    text = b"".join(b"".join(archive.storage.get(key)) for key in keys).decode()
    assert "H-1" in text
    for entry in archive.entries():
        assert entry.title
        assert entry.title not in text
    assert "张三" not in text
