"""What office documents say of themselves."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import datetime, timezone

import pytest

from corpus.packaged import VALID, docx, kept, word_parts
from corpus.zip_maker import plain_zip
from egovarchive.errors import EgovArchiveError, FormatError
from egovarchive.formats import BytesSource, Facts, Limits
from egovarchive.formats.office_facts import OdfReader, OoxmlReader
from egovarchive.formats.table import FORMATS


def facts(data: bytes, kind: str) -> Facts:
    reader = OoxmlReader() if kind.endswith("x") else OdfReader()
    assert reader.reads(FORMATS[kind])
    return reader.read(BytesSource(f"a.{kind}", data), FORMATS[kind], Limits())


@pytest.mark.parametrize("name", ["sheets.xlsx", "sheets.ods"])
def test_a_workbook_tells_its_sheets_and_dates(name: str) -> None:
    found = facts(kept(name), name.partition(".")[2])
    assert found.pages == 2
    assert found.title == "缴费测算表"
    assert found.application is not None
    assert found.application.startswith("LibreOffice/")
    assert found.created is not None
    assert found.created.replace(tzinfo=None) == datetime(2026, 3, 2, 9, 30)
    assert found.modified is not None
    assert found.modified.replace(tzinfo=None) == datetime(2026, 3, 2, 10, 15)


def test_a_text_tells_its_pages_if_its_program_did() -> None:
    assert facts(kept("text.odt"), "odt").pages == 1
    assert facts(kept("text.docx"), "docx").pages is None


def test_moments_of_ooxml_have_a_zone() -> None:
    assert facts(kept("text.docx"), "docx").created == datetime(
        2026, 3, 2, 9, 30, tzinfo=timezone.utc
    )


def test_slides_are_counted() -> None:
    assert facts(VALID["pptx/smallest"](), "pptx").pages == 1
    assert facts(VALID["odp/smallest"](), "odp").pages == 2


def test_a_document_that_says_nothing_has_no_facts() -> None:
    assert facts(docx(), "docx") == Facts()


def test_what_is_no_document_is_refused() -> None:
    for kind in ("docx", "odt"):
        with pytest.raises(FormatError):
            facts(plain_zip({"a": b"b"}), kind)
    with pytest.raises(FormatError):
        facts(plain_zip({**word_parts(), "_rels/.rels": b"<"}), "docx")


def test_mutated_documents_raise_only_what_is_meant() -> None:
    chance = random.Random(20261123)  # noqa: S311 - the same every time
    originals = {"docx": kept("text.docx"), "ods": kept("sheets.ods")}
    for _ in range(300):
        kind, good = chance.choice(list(originals.items()))
        data = bytearray(good)
        for _ in range(3):
            data[chance.randrange(len(data))] = chance.randrange(256)
        with suppress(EgovArchiveError):
            facts(bytes(data), kind)
