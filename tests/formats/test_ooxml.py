"""Documents of Word, Excel and PowerPoint since 2007."""

from __future__ import annotations

import random
import time

import pytest

from corpus.packaged import INVALID, VALID, docx, kept, rels, word_parts
from corpus.zip_maker import Member, deflated, plain_zip, zip_of
from egovarchive.errors import EgovArchiveError
from egovarchive.formats import Aspect, BytesSource, Limits, Observation
from egovarchive.formats.ooxml import OoxmlOpener, OoxmlValidator
from egovarchive.formats.table import FORMATS
from egovarchive.records.outcome import Outcome

MINE = ("docx", "xlsx", "pptx")


def said(data: bytes, kind: str = "docx") -> list[Observation]:
    return list(
        OoxmlValidator().validate(
            BytesSource(f"a.{kind}", data), FORMATS[kind], Limits()
        )
    )


def objections(data: bytes, kind: str = "docx") -> list[Observation]:
    return [each for each in said(data, kind) if each.outcome is not Outcome.PASSED]


@pytest.mark.parametrize("case", [case for case in VALID if case.startswith(MINE)])
def test_a_right_document_passes(case: str) -> None:
    assert not objections(VALID[case](), case[:4])


@pytest.mark.parametrize("case", [case for case in INVALID if case.startswith(MINE)])
def test_a_wrong_document_does_not(case: str) -> None:
    make, aspect = INVALID[case]
    found = [each for each in objections(make(), case[:4]) if each.aspect is aspect]
    assert {each.outcome for each in found} & {Outcome.FAILED, Outcome.WARNED}
    assert all(each.en and each.zh for each in found)


def test_it_answers_all_that_is_asked() -> None:
    for kind in MINE:
        assert OoxmlValidator().answers(FORMATS[kind]) == FORMATS[kind].asks
    assert not OoxmlValidator().answers(FORMATS["odt"])


def test_hyperlinks_are_counted() -> None:
    (found,) = said(kept("text.docx"))
    assert (found.aspect, found.outcome) == (Aspect.SELF_CONTAINED, Outcome.PASSED)
    assert found.en == "1 hyperlinks lead outside"


def test_what_programs_forget_is_a_warning() -> None:
    parts = {
        **word_parts(),
        "word/_rels/document.xml.rels": rels(
            ("image", "NULL", ""), ("printerSettings", "printerSettings1.bin", "")
        ),
    }
    assert [each.outcome for each in said(plain_zip(parts))] == [Outcome.WARNED] * 2


def test_a_macro_is_named_once() -> None:
    make, _ = INVALID["docx/macros"]
    (found,) = objections(make())
    assert (found.en, found.place) == ("a VBA macro project", "word/vbaProject.bin")


def test_a_document_in_a_code_page_of_its_own_is_read() -> None:
    text = '<?xml version="1.0" encoding="GB18030"?><a>申请表</a>'.encode("gb18030")
    assert not objections(plain_zip({**word_parts(), "word/a.xml": text}))


def test_an_unknown_encoding_is_a_finding() -> None:
    text = b'<?xml version="1.0" encoding="x-klingon"?><a/>'
    (found,) = objections(plain_zip({**word_parts(), "word/a.xml": text}))
    assert found.aspect is Aspect.READABLE


@pytest.mark.parametrize("bomb", [
    b"<!DOCTYPE a [" + b"".join(
        b'<!ENTITY e%d "%s">' % (n + 1, b"&e%d;" % n * 10) for n in range(12)
    ) + b"]><a>&e12;</a>",
    b"<a>" * 100_000,
    b"<a " + b"".join(b'x%d="" ' % n for n in range(20_000)) + b"/>",
])  # fmt: skip
def test_an_xml_bomb_is_a_finding(bomb: bytes) -> None:
    started = time.process_time()
    said(plain_zip({**word_parts(), "word/a.xml": bomb}))
    assert time.process_time() - started < 3


def test_a_part_that_is_too_large_is_not_parsed() -> None:
    size = 65 << 20
    data = zip_of([
        Member(name=b"word/a.xml", method=8, packed=deflated(b"x" * size),
               data=b"x" * size),
        *(Member(name=n.encode(), data=d) for n, d in word_parts().items()),
    ])  # fmt: skip
    source = BytesSource("a.docx", data)
    found = OoxmlValidator().validate(source, FORMATS["docx"], Limits(ratio=2000))
    assert [(each.outcome, each.place) for each in found] == [
        (Outcome.NOT_PERFORMED, "word/a.xml")
    ]


def test_embedded_files_are_taken_out() -> None:
    make, _ = INVALID["docx/embedded_object"]
    source = BytesSource("a.docx", make())
    (child,) = OoxmlOpener().children(source, FORMATS["docx"], Limits())
    assert (child.name, child.read(0, 10)) == ("o.bin", b"x")
    assert not OoxmlOpener().opens(FORMATS["zip"])


def test_damage_is_found() -> None:
    good = kept("text.docx")
    for share in (0.1, 0.5, 0.9, 0.99):
        assert objections(good[: int(len(good) * share)])
    zeroed = bytearray(good)
    zeroed[1000:1500] = bytes(500)
    assert objections(bytes(zeroed))


def test_mutated_documents_end_with_findings_only() -> None:
    chance = random.Random(20261123)  # noqa: S311 - the same every time
    originals = [docx(), kept("text.docx"), kept("sheets.xlsx")]
    for _ in range(400):
        data = bytearray(chance.choice(originals))
        for _ in range(chance.randint(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            said(bytes(data), chance.choice(MINE))
        except EgovArchiveError:
            pytest.fail("findings, not errors")
