"""Whether two ways to say a thing say the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.checks import likeness
from egovarchive.formats.table import FORMATS

NUMBERS = st.floats(0, 1e9).map(lambda value: f"{value:.3f}")


@given(NUMBERS)
def test_a_number_is_like_itself(text: str) -> None:
    for same in (likeness.numbers, likeness.durations, likeness.resolutions):
        assert same(text, (text,))


@given(st.text(max_size=30), st.text(max_size=30))
def test_anything_may_be_compared(declared: str, found: str) -> None:
    for same in (
        likeness.names,
        likeness.numbers,
        likeness.durations,
        likeness.resolutions,
        likeness.versions,
        likeness.programs,
        likeness.compressions,
        likeness.colours,
    ):
        assert same(declared, (found,)) in {True, False, None}
    assert likeness.formats(declared, ("pdf",)) in {True, False, None}
    there = ("2025-05-01T09:00:00",)
    assert likeness.moments(declared, there) in {True, False, None}


@pytest.mark.parametrize("text", ["", "三", "1,654", "1e3", "-1", "inf", "9" * 16, "١"])
def test_what_is_no_number_cannot_be_compared(text: str) -> None:
    assert likeness.numbers(text, ("1",)) is None
    assert likeness.durations(text, ("1",)) is None
    assert likeness.resolutions(text, ("1",)) is None


@pytest.mark.parametrize(
    ("declared", "found", "same"),
    [
        ("10", "10.2", True),
        ("10", "10.21", False),
        ("100", "102", True),
        ("100", "102.05", False),
        ("0.2", "0", True),
        ("3600", "3528", False),
        ("3600", "3530", True),
    ],
)
def test_durations_may_differ_by_two_per_cent(
    declared: str, found: str, *, same: bool
) -> None:
    assert likeness.durations(declared, (found,)) is same


@pytest.mark.parametrize(
    ("declared", "found", "same"),
    [
        ("300", "300.0", True),
        ("300", "299.99", True),  # 118.11 per centimetre
        ("300", "301.5", False),
    ],
)
def test_resolutions_may_be_rounded(declared: str, found: str, *, same: bool) -> None:
    assert likeness.resolutions(declared, (found,)) is same


@pytest.mark.parametrize(
    ("declared", "found", "same"),
    [
        ("LibreOffice Writer 7.4", "LibreOffice/7.4.7.2$Linux_X86_64", True),
        ("LibreOffice Writer 7.4", "Writer / LibreOffice 7.4", True),
        ("LibreOffice 7.1", "LibreOffice/7.10.2", False),
        ("LibreOffice", "OpenOffice Writer", False),
        ("WPS Office 12.1", "WPS Office_12.1.0.15712_F1E327BC", True),
        ("WPS Office 11.8", "WPS Office_12.1.0.15712_F1E327BC", False),
        ("WPS 文字", "WPS Office", True),
        ("WPS Office", "Microsoft Office Word 16.0000", False),
        ("Microsoft Word 2019", "Microsoft Office Word 16.0000", True),
        ("Microsoft Office", "Microsoft Office Word", True),
        ("Microsoft Word", "Microsoft Excel", False),
        ("Ａcrobat", "Adobe acrobat", True),
        ("扫描仪", "Pillow", False),
        ("7", "8", False),
    ],
)
def test_a_program_has_several_names(declared: str, found: str, *, same: bool) -> None:
    assert likeness.programs(declared, (found,)) is same


@pytest.mark.parametrize(
    ("declared", "found", "same"),
    [
        ("2025-05-01T09:00:00+08:00", "2025-05-01T09:00:59", True),
        ("2025-05-01T09:00:00+08:00", "2025-05-01T09:01:00", False),
        ("2025-05-01T09:00:00+08:00", "2025-05-01T01:00:00+00:00", True),
        # Local time, called UTC.
        ("2025-05-01T09:00:00+08:00", "2025-05-01T09:00:00+00:00", True),
        ("2025-05-01T09:00:00+08:00", "2025-05-01T10:00:00+00:00", False),
        ("2025-05-01 09:00", "2025-05-01T09:00:00", True),
        ("2025-05-01T01:00:00+00:00", "2025-05-01T09:00:00", True),
        # Only a day is told.
        ("2025-05-01T23:59:00+08:00", "2025-05-01T00:00:00", True),
        ("2025-05-02T00:00:00+08:00", "2025-05-01T00:00:00", False),
        ("2025-05-01T12:00:00+08:00", "2025-05-01T00:00:00+08:00", False),
        ("2025-05-01", "2025-05-01T00:00:00", None),
        ("昨天", "2025-05-01T00:00:00", None),
        ("2025-05-01T09:00:00+08:00", "0001-01-01T00:00:00+14:00", None),
        ("0001-01-01T00:00:00+14:00", "2025-05-01T09:00:00", None),
    ],
)
def test_moments_are_told_with_and_without_a_zone(
    declared: str, found: str, *, same: bool | None
) -> None:
    assert likeness.moments(declared, (found,)) is same


@pytest.mark.parametrize(
    ("declared", "found", "same"),
    [
        ("PDF 1.7", ("1.7",), True),
        ("PDF 1.7", ("1.4",), False),
        ("PDF 1.7", ("1.4", "1.7", "fmt/276"), True),
        ("PDF", ("1.4",), None),
        ("PDF 1.7", (), None),
        ("PDF 1.7", ("2007 onwards",), None),
        ("fmt/18", ("1.7", "fmt/276"), False),
        ("fmt/276", ("1.7", "fmt/276"), True),
        ("fmt/276", ("1.7",), None),
    ],
)
def test_a_version_is_compared_where_both_tell_one(
    declared: str, found: tuple[str, ...], *, same: bool | None
) -> None:
    assert likeness.versions(declared, found) is same


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_is_like_itself_under_all_its_names(name: str) -> None:
    form = FORMATS[name]
    for called in (name, form.en, form.zh, form.mime, *form.extensions):
        assert likeness.formats(called, (name,)) is True
        assert likeness.formats(called.upper(), (name,)) is True


@pytest.mark.parametrize(
    ("declared", "found", "same"),
    [
        ("doc", "docx", False),
        ("docx", "doc", False),
        ("wps", "docx", True),  # Kingsoft's own name for it
        ("zip", "docx", True),  # what holds it
        ("txt", "xml", True),
        ("jpeg", "png", False),
        ("电子文档", "docx", None),
    ],
)
def test_formats_are_told_apart_as_far_as_that_is_sure(
    declared: str, found: str, *, same: bool | None
) -> None:
    assert likeness.formats(declared, (found,)) is same


@pytest.mark.parametrize(
    ("declared", "found", "same"),
    [
        ("CCITT G4", "ccitt4", True),
        ("ccitt-group-4", "ccitt4", True),
        ("JPG", "jpeg", True),
        ("未压缩", "none", True),
        ("JPEG", "jpeg2000", False),
        ("JPEG", "33333", None),
        ("有损压缩", "jpeg", None),
    ],
)
def test_a_compression_has_several_names(
    declared: str, found: str, *, same: bool | None
) -> None:
    assert likeness.compressions(declared, (found,)) is same


def test_colours_are_those_of_the_metadata() -> None:
    assert likeness.colours("黑白二值", ("bitonal",)) is True
    assert likeness.colours("彩色", ("bitonal",)) is False
    assert likeness.colours("多彩", ("bitonal",)) is None
    assert likeness.colours("彩色", ("cmyk",)) is None
