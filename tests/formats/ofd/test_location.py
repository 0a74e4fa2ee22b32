"""Where references lead: kindly read, and never out of the package."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.formats.ofd.location import (
    Fault,
    Location,
    Oddity,
    folded,
    joined,
    locate,
)

NAMES = dict.fromkeys(
    ("OFD.xml", "Doc_0/Document.xml", "Doc_0/Res/图.PNG", "Doc_0/a.xml")
)
KINDRED = {folded(name): name for name in NAMES}


def found(text: str, *folders: str) -> Location:
    return locate(text, folders or ("Doc_0", "", "Doc_0"), NAMES, KINDRED)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Document.xml", "Doc_0/Document.xml"),
        ("./Document.xml", "Doc_0/Document.xml"),
        (" /OFD.xml\n", "OFD.xml"),
        ("../OFD.xml", "OFD.xml"),
        ("/Doc_0//Res/./图.PNG", "Doc_0/Res/图.PNG"),
    ],
)
def test_what_the_standard_allows_is_not_odd(text: str, name: str) -> None:
    assert found(text) == Location(name)


@pytest.mark.parametrize(
    ("text", "oddities"),
    [
        ("Res\\图.PNG", (Oddity.BACKSLASH,)),
        ("Res/图.png", (Oddity.CASE,)),
        ("Doc_0/Res/图.PNG", (Oddity.FOLDER,)),
        ("\\doc_0\\res\\图.png", (Oddity.BACKSLASH, Oddity.CASE)),
    ],
)
def test_what_real_files_have_is_found_and_odd(
    text: str, oddities: tuple[Oddity, ...]
) -> None:
    assert found(text) == Location("Doc_0/Res/图.PNG", oddities=oddities)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", Fault.EMPTY),
        (" \n", Fault.EMPTY),
        ("b.xml", Fault.MISSING),
        ("../../OFD.xml", Fault.OUTSIDE),
        ("/../OFD.xml", Fault.OUTSIDE),
        ("..\\..\\..\\OFD.xml", Fault.OUTSIDE),
        ("a/../../../Doc_0/a.xml", Fault.OUTSIDE),
        ("http://example.org/a.xml", Fault.EXTERNAL),
        ("file:///etc/passwd", Fault.EXTERNAL),
        ("C:\\a.xml", Fault.EXTERNAL),
        ("\\\\host\\share\\a.xml", Fault.EXTERNAL),
        ("//host/share/a.xml", Fault.EXTERNAL),
    ],
)
def test_what_leads_nowhere_says_why(text: str, fault: Fault) -> None:
    assert found(text) == Location(fault=fault)


def test_the_folder_itself_may_not_leave_the_package() -> None:
    assert found("a.xml", "Doc_0/../..").fault is Fault.OUTSIDE


def test_a_name_of_the_package_wins_over_what_looks_like_a_drive() -> None:
    names = {"C:/a.xml": None}
    assert locate("C:/a.xml", [""], names, {}) == Location("C:/a.xml")


@given(st.text("./\\ab", max_size=30), st.text("./ab", max_size=10))
def test_a_path_is_inside_or_nowhere(path: str, folder: str) -> None:
    at = joined(folder, path.replace("\\", "/"))
    assert at is None or not {"", ".", ".."} & set(at.split("/") if at else [])


@given(st.text(max_size=30))
def test_only_names_of_the_package_are_found(text: str) -> None:
    location = found(text)
    assert location.name in NAMES or (not location.name and location.fault)
