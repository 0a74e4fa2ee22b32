"""OpenDocument files."""

from __future__ import annotations

import random

import pytest

from corpus.packaged import INVALID, VALID, entry, kept, odf
from egovarchive.formats import Aspect, BytesSource, Limits, Observation
from egovarchive.formats.odf import OdfOpener, OdfValidator
from egovarchive.formats.table import FORMATS
from egovarchive.records.outcome import Outcome

MINE = ("odt", "ods", "odp")


def objections(data: bytes, kind: str = "odt") -> list[Observation]:
    source = BytesSource(f"a.{kind}", data)
    said = OdfValidator().validate(source, FORMATS[kind], Limits())
    return [each for each in said if each.outcome is not Outcome.PASSED]


@pytest.mark.parametrize("case", [case for case in VALID if case.startswith(MINE)])
def test_a_right_document_passes(case: str) -> None:
    assert not objections(VALID[case](), case[:3])


@pytest.mark.parametrize("case", [case for case in INVALID if case.startswith(MINE)])
def test_a_wrong_document_does_not(case: str) -> None:
    make, aspect = INVALID[case]
    found = [each for each in objections(make(), case[:3]) if each.aspect is aspect]
    assert {each.outcome for each in found} & {Outcome.FAILED, Outcome.WARNED}
    assert all(each.en and each.zh for each in found)


def test_it_answers_all_that_is_asked() -> None:
    for kind in MINE:
        assert OdfValidator().answers(FORMATS[kind]) == FORMATS[kind].asks
    assert not OdfValidator().answers(FORMATS["docx"])


def test_what_is_encrypted_is_not_called_broken() -> None:
    make, _ = INVALID["odt/encrypted"]
    assert {(each.aspect, each.outcome) for each in objections(make())} == {
        (Aspect.UNENCRYPTED, Outcome.FAILED),
        (Aspect.READABLE, Outcome.NOT_PERFORMED),
    }


def test_a_document_type_of_old_programs_is_a_warning() -> None:
    data = odf(
        more={"a.xml": b'<!DOCTYPE a PUBLIC "-//a" "Manifest.dtd"><a/>'},
        listed=entry("a.xml"),
    )
    assert [each.outcome for each in objections(data)] == [Outcome.WARNED]


def test_charts_are_no_embedded_files() -> None:
    chart = entry("Object 1/", "application/vnd.oasis.opendocument.chart")
    assert not objections(odf(listed=chart))


def test_what_lies_within_is_not_outside() -> None:
    body = "".join(
        f'<draw:object xlink:href="{href}"/>'
        for href in ("#a", "./Object 1", "Pictures/a.png", "Pictures/a%3Ab.png")
    )
    assert not objections(odf(body=body))


def test_embedded_files_are_taken_out() -> None:
    make, _ = INVALID["odt/embedded_object"]
    source = BytesSource("a.odt", make())
    (child,) = OdfOpener().children(source, FORMATS["odt"], Limits())
    assert child.name == "Object 1"
    assert OdfOpener().opens(FORMATS["ods"])


def test_mutated_documents_end_with_findings_only() -> None:
    chance = random.Random(20261123)  # noqa: S311 - the same every time
    originals = [odf(), kept("text.odt"), kept("sheets.ods")]
    for _ in range(400):
        data = bytearray(chance.choice(originals))
        for _ in range(chance.randint(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        objections(bytes(data), chance.choice(MINE))
