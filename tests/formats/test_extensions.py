"""A file's name is held against its content, with what is usual taken into account."""

from __future__ import annotations

import pytest

from egovarchive.formats import Identification, Tool
from egovarchive.formats.extensions import SIBLINGS, extension_of, judge
from egovarchive.formats.table import FORMATS
from egovarchive.records.outcome import Outcome


def found(name: str) -> Identification:
    return Identification(tool=Tool("test", "1"), format=FORMATS.get(name))


@pytest.mark.parametrize(
    ("format_id", "name"),
    [
        ("pdf", "通知.pdf"),
        ("pdf", "通知.PDF"),
        ("pdf", "2024.03.05通知.pdf"),
        ("docx", "a.docx"),
        ("docx", "a.wps"),
        ("doc", "a.wps"),
        ("wps", "a.wps"),
        ("xls", "a.et"),
        ("xlsx", "a.et"),
        ("ppt", "a.dps"),
        ("pptx", "a.dps"),
        ("wma", "a.wma"),
        ("wmv", "a.asf"),
        ("mp4", "a.3gp"),
        ("txt", "a.csv"),
        ("gzip", "a.tar.gz"),
    ],
)
def test_what_is_usual_passes(format_id: str, name: str) -> None:
    assert judge(found(format_id), name) == (Outcome.PASSED, "", "")


@pytest.mark.parametrize(
    ("format_id", "name", "why"),
    [
        ("ole", "a.wps", "not usual"),  # Microsoft Works, or unknown
        ("ole", "a.docx", "not usual"),  # encrypted
        ("docx", "a.doc", "not usual"),
        ("html", "a.xls", "not usual"),
        ("rtf", "a.doc", "not usual"),
        ("mov", "a.mp4", "not usual"),
        ("txt", "a.json", "not usual"),
        ("pdf", "通知", "found none"),
        ("pdf", ".pdf", "found none"),
        ("pdf", "a.", "found none"),
        ("pdf", "关于某某的.通知", "found none"),
        ("pdf", "a.averylongending", "found none"),
        ("pdf", "a.tmp", "says nothing"),
    ],
)
def test_what_is_odd_warns(format_id: str, name: str, why: str) -> None:
    outcome, en, zh = judge(found(format_id), name)
    assert outcome is Outcome.WARNED
    assert why in en
    assert zh


@pytest.mark.parametrize(
    ("format_id", "name", "why"),
    [
        ("png", "a.jpg", "found .jpg (jpeg)"),
        ("exe", "a.pdf", "found .pdf (pdf)"),
        ("zip", "a.ofd", "found .ofd (ofd)"),
        ("pdf", "a.docx", "found .docx (docx)"),
        ("pdf", "通知.pdf.exe", "makes it a program"),
        ("txt", "a.bat", "makes it a program"),
        ("zip", "a.wps", "found .wps (docx, doc, wps)"),
    ],
)
def test_what_is_of_another_format_fails(format_id: str, name: str, why: str) -> None:
    outcome, en, zh = judge(found(format_id), name)
    assert outcome is Outcome.FAILED
    assert why in en
    assert "实为" in zh


def test_what_is_not_known_is_judged_by_its_name_alone() -> None:
    for name, outcome in (
        ("a.pdf", Outcome.FAILED),
        ("a.PNG", Outcome.FAILED),
        ("a.scr", Outcome.FAILED),
        ("a.doc", Outcome.WARNED),  # Word 2, WordPerfect, …
        ("a.bin", Outcome.NOT_PERFORMED),
        ("a", Outcome.NOT_PERFORMED),
    ):
        judged = judge(found(""), name)
        assert judged.outcome is outcome, name
        assert judged.en
        assert judged.zh


def test_every_usual_extension_of_every_format_passes() -> None:
    for form in FORMATS.values():
        for extension in form.extensions:
            assert judge(found(form.id), f"a.{extension}").outcome is Outcome.PASSED
            assert extension_of(f"a.{extension}") == extension


def test_siblings_are_formats_that_exist_and_are_not_usual_anyway() -> None:
    for extension, names in SIBLINGS.items():
        for name in names:
            assert extension not in FORMATS[name].extensions, (extension, name)
