"""XML, SVG and HTML."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.texts import INVALID, VALID, html, svg
from egovarchive.formats import Aspect, BytesSource, Limits, Observation
from egovarchive.formats.markup import MarkupValidator
from egovarchive.formats.table import FORMATS
from egovarchive.records.outcome import Outcome

MINE = ("xml", "svg", "html")


def said(data: bytes, kind: str) -> list[Observation]:
    source = BytesSource(f"a.{kind}", data)
    return list(MarkupValidator().validate(source, FORMATS[kind], Limits()))


@pytest.mark.parametrize("case", [case for case in VALID if case.startswith(MINE)])
def test_a_right_document_passes(case: str) -> None:
    assert not said(VALID[case](), case.partition("/")[0])


@pytest.mark.parametrize("case", [case for case in INVALID if case.startswith(MINE)])
def test_a_wrong_document_does_not(case: str) -> None:
    make, aspect = INVALID[case]
    found = [
        each for each in said(make(), case.partition("/")[0]) if each.aspect is aspect
    ]
    assert {each.outcome for each in found} & {Outcome.FAILED, Outcome.WARNED}
    assert all(each.en and each.zh for each in found)


def test_it_answers_all_that_is_asked() -> None:
    for kind in MINE:
        assert MarkupValidator().answers(FORMATS[kind]) == FORMATS[kind].asks
    assert not MarkupValidator().answers(FORMATS["txt"])


def test_the_document_type_that_svg_asked_for_is_a_warning() -> None:
    make, _ = INVALID["svg/document_type"]
    assert [each.outcome for each in said(make(), "svg")] == [Outcome.WARNED]
    more = svg(before='<!DOCTYPE svg [<!ENTITY a "b">]>')
    assert [each.outcome for each in said(more, "svg")] == [Outcome.FAILED]


def test_links_to_other_pages_are_no_part_of_a_page() -> None:
    assert not said(
        html(
            '<a href="b.html">x</a><form action="c"></form>',
            '<link rel="alternate" href="feed"><link rel="canonical" href="d">',
        ),
        "html",
    )


def test_a_script_in_a_comment_is_a_warning() -> None:
    (found,) = said(html("<!-- <script>x()</script> -->"), "html")
    assert (found.aspect, found.outcome) == (Aspect.PASSIVE, Outcome.WARNED)


def test_html_that_cannot_be_decoded_is_not_called_passive() -> None:
    make, _ = INVALID["html/not_in_its_encoding"]
    outcomes = {each.aspect: each.outcome for each in said(make(), "html")}
    assert outcomes[Aspect.READABLE] is Outcome.FAILED
    assert outcomes[Aspect.PASSIVE] is Outcome.NOT_PERFORMED


def test_empty_and_shapeless_files_end_with_findings_only() -> None:
    assert not said(b"", "html")
    assert not said(b"plain words", "html")
    assert said(b"", "xml")


def test_a_document_that_is_too_large_is_not_parsed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("egovarchive.formats.markup.LARGEST", 10)
    assert {each.outcome for each in said(html(), "html")} == {Outcome.NOT_PERFORMED}


@pytest.mark.parametrize("bomb", [
    b"<!--" * 500_000,
    b"<html></html>" + b"<!--" * 500_000,
    b"<html></html>" + b"<!-- -->" * 250_000,
    b"<p style='" + b"url(" * 300_000 + b"'>",
    b"<b>" * 300_000,
    b"</html" + b" " * 1_000_000,
    b"<a " + b"x" * 1_000_000,
])  # fmt: skip
@pytest.mark.parametrize("kind", ["html", "svg"])
def test_a_bomb_ends_in_time(kind: str, bomb: bytes) -> None:
    started = time.process_time()
    said(bomb, kind)
    assert time.process_time() - started < 3


@given(st.binary(max_size=300))
def test_any_bytes_end_with_findings_only(data: bytes) -> None:
    for kind in MINE:
        said(data, kind)


def test_mutated_documents_end_with_findings_only() -> None:
    chance = random.Random(20261123)  # noqa: S311 - the same every time
    originals = [
        (case.partition("/")[0], make())
        for case, make in VALID.items()
        if case.startswith(MINE)
    ]
    for _ in range(500):
        kind, good = chance.choice(originals)
        data = bytearray(good)
        for _ in range(4):
            data[chance.randrange(len(data))] = chance.randrange(256)
        said(bytes(data), kind)
