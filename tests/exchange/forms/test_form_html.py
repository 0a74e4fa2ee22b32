"""Forms as pages."""

from __future__ import annotations

import re

import pytest
from lxml import html

from egovarchive.exchange.forms.form import Cell, Form, Grid
from egovarchive.exchange.forms.form_html import form_html
from egovarchive.exchange.forms.words import Words
from exchange.forms.printed_forms import appraisal, destruction, handover

HARMLESS = {"lang", "charset", "name", "class", "style", "colspan", "rowspan"}
HARMLESS |= {"content", "http-equiv"}
EVIL = "</td><script>alert(1)</script>\u202e\"'&"


def text_of(page: str) -> str:
    return " ".join("".join(map(str, html.fromstring(page).itertext())).split())


def test_a_page_loads_and_runs_nothing() -> None:
    for form in (handover().form(), destruction().form(), appraisal().form()):
        page = form_html(form)
        for element in html.fromstring(page).iter():
            assert element.tag not in {"script", "link", "img", "iframe", "object"}
            assert set(map(str, element.attrib)) <= HARMLESS
        assert "default-src 'none'" in page
        assert "url(" not in page
        assert "@page { size: A4" in page


def test_hostile_text_stays_text() -> None:
    evil = Words(EVIL, EVIL + "2", name=EVIL)
    form = Form(evil, [evil, Grid((1,), [(Cell(evil),)], caption=evil)])
    page = form_html(form)
    assert not list(html.fromstring(page).iter("script"))
    assert "\u202e" not in page
    assert "\\u202e" in page


@pytest.mark.parametrize(
    ("lang", "there", "absent"),
    [
        (
            "zh",
            ["2026年11月23日", "准确性检验"],
            ["2026-11-23", "accuracy", "Handover"],
        ),
        (
            "en",
            ["2026-11-23", "accuracy", "Handover"],
            ["2026年11月", "准确性", "移交单位"],
        ),
        ("both", ["2026年11月23日", "准确性检验", "accuracy", "Handover"], []),
    ],
)
def test_each_language_stands_alone_or_both_together(
    lang: str, there: list[str], absent: list[str]
) -> None:
    text = text_of(form_html(handover().form(), lang))  # type: ignore[arg-type]
    assert all(word in text for word in there)
    assert not [word for word in absent if word in text]


def test_a_long_list_repeats_its_heads_on_each_page() -> None:
    page = form_html(destruction(200).form())
    root = html.fromstring(page)
    (head,) = root.iter("thead")
    assert "档号" in "".join(map(str, head.itertext()))
    body = head.getnext()
    assert body is not None
    assert len(body) == 200
    assert "thead { display: table-header-group; }" in page
    assert "A4 landscape" in page


def test_the_same_form_is_the_same_page() -> None:
    assert form_html(handover().form()) == form_html(handover().form())
    assert not re.search(r"[ \t]+\n", form_html(handover().form()))
