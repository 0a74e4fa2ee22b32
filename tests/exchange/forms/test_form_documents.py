"""Forms as documents of office programs, judged by readers that did not write them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from egovarchive.exchange.forms.form import Cell, Form, Grid
from egovarchive.exchange.forms.form_docx import form_docx
from egovarchive.exchange.forms.form_odt import form_odt
from egovarchive.exchange.forms.words import Words
from egovarchive.formats import BytesSource, Limits
from egovarchive.formats.odf import OdfValidator
from egovarchive.formats.ooxml import OoxmlValidator
from egovarchive.formats.table import FORMATS
from egovarchive.records.outcome import Outcome
from exchange.forms.office_program import read_by_office
from exchange.forms.printed_forms import appraisal, destruction, handover

KINDS: list[tuple[str, Callable[[Form], bytes], Any]] = [
    ("odt", form_odt, OdfValidator()),
    ("docx", form_docx, OoxmlValidator()),
]
FORMS = {
    "handover": lambda: handover().form(),
    "destruction": lambda: destruction(60).form(),
    "appraisal": lambda: appraisal().form(),
}
EVIL = "]]></a><b>&\u202e\x0b\"'  二空格"


def evil() -> Form:
    words = Words(EVIL, f"{EVIL}\n2", name=EVIL)
    tall = (Cell(words, rows=2), Cell(words))
    grid = Grid((1, 1), [tall, (Cell(words),)], caption=words, page=True)
    return Form(words, [words, grid, grid])


def elements(data: bytes, part: str) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = etree.fromstring(archive.read(part))
    return [etree.QName(element).localname for element in root.iter()]


@pytest.mark.parametrize(("kind", "write", "validator"), KINDS)
@pytest.mark.parametrize("name", [*FORMS, "evil"])
def test_our_own_validators_have_nothing_against_it(
    name: str, kind: str, write: Callable[[Form], bytes], validator: Any
) -> None:
    data = write(evil() if name == "evil" else FORMS[name]())
    said = list(
        validator.validate(BytesSource(f"a.{kind}", data), FORMATS[kind], Limits())
    )
    assert not [each for each in said if each.outcome is not Outcome.PASSED]


@pytest.mark.parametrize(("kind", "write", "validator"), KINDS)
def test_the_same_form_gives_the_same_bytes(
    kind: str, write: Callable[[Form], bytes], validator: Any
) -> None:
    assert write(handover().form()) == write(handover().form())
    with zipfile.ZipFile(io.BytesIO(write(handover().form()))) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
        assert archive.testzip() is None


def test_an_opendocument_begins_with_its_type() -> None:
    data = form_odt(handover().form())
    mark = b"mimetypeapplication/vnd.oasis.opendocument.text"
    assert data[30 : 30 + len(mark)] == mark


def test_heads_are_repeated_in_both() -> None:
    form = destruction().form()
    assert elements(form_odt(form), "content.xml").count("table-header-rows") == 1
    names = elements(form_docx(form), "word/document.xml")
    assert names.count("tblHeader") == 1


def test_an_office_program_reads_the_text(tmp_path: Path) -> None:
    documents = {
        f"{name}-{kind}.{kind}": write(FORMS[name]())
        for kind, write, _ in KINDS
        for name in FORMS
    } | {f"evil-{kind}.{kind}": write(evil()) for kind, write, _ in KINDS}
    texts = read_by_office(documents, tmp_path)
    wanted = {
        "handover": [
            "电子档案移交与接收登记表",
            "1.235 GB",
            "逐件核对 <一致>",
            "未检验",
        ],
        "destruction": ["A439-ZY·2015·D10·001-0060", "监销人（签名）", "已销毁"],
        "appraisal": ["题名一", "鉴定清单", "涉及诉讼", "孙某"],
        "evil": ["]]></a><b>&\\u202e\\u000b\"'  二空格"],
    }
    for name, text in texts.items():
        for words in wanted[name.partition("-")[0]]:
            assert words in text, name
