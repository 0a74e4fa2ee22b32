"""`hold` and `release`."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.office import FIRST, Command, Ended
from egovarchive.archive import Archive
from egovarchive.lifecycle.state import State
from egovarchive.testing.lives import path_to

WORDS = ("--reason", "诉讼", "--authority", "某区人民法院", "--by", "王五")


@pytest.fixture
def place(command: Command, archive: Path) -> Place:
    return Place(command, archive)


class Place:
    """Places a hold over what the arguments say."""

    def __init__(self, command: Command, archive: Path) -> None:
        self.command = command
        self.archive = archive

    def __call__(self, *scope: str, number: str = "H-1") -> Ended:
        return self.command("hold", number, "--archive", self.archive, *WORDS, *scope)


@pytest.mark.parametrize(
    ("scope", "count"),
    [
        (("--everything",), 12),
        (("--code", FIRST), 1),
        (("--year", "2025", "--from", "2025-01-01", "--to", "2025-12-31"), None),
        (("--year", "1999"), 0),
        (("--item", "0100190012"), None),
    ],
)
def test_a_hold_is_placed(
    place: Place, command: Command, scope: tuple[str, ...], count: int | None
) -> None:
    (row,) = place(*scope, "--json").rows
    assert set(row) == {"hold", "records", "destroying", "destroyed", "too_late"}
    assert row["hold"] == "H-1"
    assert (row["destroyed"], row["too_late"]) == (0, [])
    if count is not None:
        assert row["records"] == count
    (listed,) = command("hold", "--list", "--archive", place.archive, "--json").rows
    assert listed["hold"] == "H-1"
    assert listed["by"] == "王五"
    assert listed["released"] is None


def test_it_speaks_both_languages(place: Place, command: Command) -> None:
    done = place("--everything")
    assert done.out == "hold H-1 is in force; records it covers now: 12.\n"
    done = place("--everything", "--lang", "zh", number="H-2")
    assert done.out == "冻结 H-2 已生效，现涉及 12 件。\n"
    arguments = ("release", "H-1", "--archive", place.archive, *WORDS)
    assert command(*arguments).out == "hold H-1 is released.\n"
    arguments = ("release", "H-2", "--archive", place.archive, *WORDS)
    assert command(*arguments, "--lang", "zh").out == "冻结 H-2 已解除。\n"
    text = command("hold", "--list", "--archive", place.archive, "--lang", "zh").out
    assert text.startswith("冻结")
    assert "某区人民法院" in text


def test_what_it_came_too_late_for_is_a_finding(place: Place) -> None:
    archive = Archive.open(place.archive)
    entry = archive.entry(FIRST)
    archive._archiving.register.record(path_to(entry, State.DESTROYED))
    archive.close()
    done = place("--code", FIRST, "--json")
    assert done.code == 1
    assert done.rows[0]["too_late"] == [FIRST]
    assert FIRST in place("--code", FIRST, number="H-2").out


def test_releases_are_listed(place: Place, command: Command) -> None:
    place("--everything")
    arguments = ("release", "H-1", "--archive", place.archive, *WORDS, "--json")
    assert command(*arguments).rows == [{"released": "H-1"}]
    (row,) = command("hold", "--list", "--archive", place.archive, "--json").rows
    assert row["released"]["by"] == "王五"
    assert command(*arguments).code == 2, "once"


def test_no_holds_are_said(command: Command, archive: Path) -> None:
    assert command("hold", "--list", "--archive", archive).out == "No holds.\n"


@pytest.mark.parametrize(
    ("arguments", "place"),
    [
        (("hold", "H-1", "--everything", *WORDS[2:]), "--reason"),
        (("hold", "H-1", "--everything", *WORDS[:4]), "--by"),
        (("hold", "--everything", *WORDS), "NUMBER"),
        (("hold", "H-1", *WORDS), "scope"),
        (("hold", "H-1", *WORDS, "--everything", "--year", "2025"), "scope"),
        (("hold", "H-1", *WORDS, "--from", "2025"), "--from"),
        (("hold", "H-1", *WORDS, "--to", "2025-02-30"), "--to"),
        (("hold", "H-1", *WORDS, "--year", "25"), None),
        (("hold", "H-1", *WORDS, "--code", "J019"), None),
        (("hold", "H-1", "--list"), "NUMBER"),
        (("release", "H-1", *WORDS[2:]), "--reason"),
        (("release", "H-9", *WORDS), "number"),
    ],
)
def test_wrong_use_places_nothing(
    command: Command, archive: Path, arguments: tuple[str, ...], place: str | None
) -> None:
    done = command(*arguments, "--archive", archive, "--json", "--lang", "zh")
    assert (done.code, done.out) == (2, "")
    assert done.problems[0]["place"] == place
    assert command("hold", "--list", "--archive", archive, "--json").rows == []


def test_an_unknown_code_is_a_finding(place: Place, command: Command) -> None:
    done = place("--code", FIRST.replace("0001", "0999"), "--json")
    assert (done.code, done.out) == (1, "")
    assert done.problems[0]["error"] == "EntryNotFoundError"
    assert command("hold", "--list", "--archive", place.archive, "--json").rows == []
