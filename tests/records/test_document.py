"""Documents and their files."""

from __future__ import annotations

from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from egovarchive.errors import InvalidValueError
from egovarchive.records.content import FileContent
from egovarchive.records.document import (
    MOST,
    Classification,
    ColourMode,
    Digitisation,
    Document,
    File,
    Provenance,
    Role,
)
from records.cases import document

SCAN: dict[str, Any] = {
    "resolution": 300,
    "colour_mode": ColourMode.COLOUR,
    "verified_by": "王五",
    "verified_on": date(2026, 5, 2),
}


@pytest.mark.parametrize(
    ("role", "provenance"),
    [
        (Role.APPLICATION, Provenance.EVIDENTIARY),
        (Role.PROCEDURE, Provenance.PROCEDURAL),
        (Role.RESULT, Provenance.RESULT),
    ],
)
def test_a_role_suggests_why_a_document_is_archived(
    role: Role, provenance: Provenance
) -> None:
    assert document(role=role).provenance is provenance
    other = document(role=role, provenance=Provenance.PROCEDURAL)
    assert other.provenance is Provenance.PROCEDURAL


def test_nothing_is_secret_unless_stated() -> None:
    assert document().classification is Classification.NONE


def test_files_may_be_given_as_paths(tmp_path: Path) -> None:
    path = tmp_path / "营业执照.jpg"
    one = File.at(path)
    ways: list[Any] = [path, str(path), one, [path], [str(path)], [one], iter([one])]
    for files in ways:
        (file,) = Document(name="营业执照", role=Role.APPLICATION, files=files).files
        assert file.name == "营业执照.jpg"
        assert file.content == FileContent(path)


def test_a_document_without_files_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="'申请表' has no file") as caught:
        document(files=[])
    assert caught.value.place == "files"


@pytest.mark.parametrize("name", ["../a.pdf", "", "con", "a\u202efdp.exe", "名" * 100])
def test_a_bad_file_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        File(name, b"x")
    assert caught.value.place == "name"


def test_a_folder_has_no_file_name() -> None:
    with pytest.raises(InvalidValueError, match="is empty"):
        File.at("/")


def test_a_file_name_becomes_nfc() -> None:
    assert File("e\u0301.pdf", b"x").name == "é.pdf"


def test_moments_are_told_in_china() -> None:
    file = File(
        "a.pdf", b"x", created_at=datetime(2026, 4, 30, 16, tzinfo=timezone.utc)
    )
    assert str(file.created_at) == "2026-05-01 00:00:00+08:00"


def test_files_are_alike_by_what_is_said_of_them() -> None:
    assert File("a.pdf", b"x") == File("a.pdf", b"y")
    assert File("a.pdf", b"x", program="WPS") != File("a.pdf", b"x")


@pytest.mark.parametrize("resolution", [0, -1, 100_001])
def test_an_impossible_resolution_is_refused(resolution: int) -> None:
    with pytest.raises(InvalidValueError, match=f"{resolution} dpi") as caught:
        Digitisation(**{**SCAN, "resolution": resolution})
    assert caught.value.place == "resolution"


def test_paper_was_compared_on_a_day() -> None:
    assert Digitisation(**SCAN).verified_on == date(2026, 5, 2)
    with pytest.raises(InvalidValueError, match="is not a date") as caught:
        Digitisation(**{**SCAN, "verified_on": datetime(2026, 5, 2)})
    assert caught.value.place == "verified_on"


@pytest.mark.parametrize(
    ("name", "limit"), [("name", 200), ("called_from", 200), ("code", 64)]
)
def test_texts_have_their_limits(name: str, limit: int) -> None:
    assert getattr(document(**{name: "字" * limit}), name) == "字" * limit
    for wrong in ("字" * (limit + 1), ""):
        with pytest.raises(InvalidValueError) as caught:
            document(**{name: wrong})
        assert caught.value.place == name


def test_what_is_declared_of_a_file_is_kept() -> None:
    file = File(
        "a.wav",
        b"x",
        modified_at=datetime(2026, 5, 1, 9),
        format="audio/wav",
        pages=1,
        width=2,
        height=3,
        seconds=4,
    )
    assert str(file.modified_at) == "2026-05-01 09:00:00+08:00"
    assert (file.format, file.pages, file.width, file.height) == ("audio/wav", 1, 2, 3)
    assert repr(file.seconds) == "4.0"


@pytest.mark.parametrize(
    "name", ["modified_at", "format", "pages", "width", "height", "seconds"]
)
def test_nothing_need_be_declared_of_a_file(name: str) -> None:
    assert getattr(File("a.pdf", b"x"), name) is None


@pytest.mark.parametrize("name", ["pages", "width", "height"])
@pytest.mark.parametrize("value", [0, -1, MOST + 1, 2.0, True, "3"])
def test_a_file_has_a_whole_number_of_pages_and_pixels(name: str, value: Any) -> None:
    with pytest.raises(InvalidValueError, match="is no whole number from 1") as caught:
        File("a.pdf", b"x", **{name: value})
    assert caught.value.place == name


@pytest.mark.parametrize(
    "value",
    [0, -1, 0.0009, MOST + 1, 10**400, float("nan"), float("inf"), True, "3"],
)
def test_a_file_plays_for_some_time(value: Any) -> None:
    with pytest.raises(InvalidValueError, match="is no duration") as caught:
        File("a.wav", b"x", seconds=value)
    assert caught.value.place == "seconds"


@pytest.mark.parametrize(
    ("told", "kept"), [(2.9876543, 2.988), (0.001, 0.001), (7, 7.0), (MOST, MOST)]
)
def test_a_duration_is_kept_to_the_millisecond(told: float, kept: float) -> None:
    assert File("a.wav", b"x", seconds=told).seconds == kept


@pytest.mark.parametrize("value", ["", " ", "x" * 101, "a\nb"])
def test_a_format_is_told_in_one_line(value: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        File("a.pdf", b"x", format=value)
    assert caught.value.place == "format"
