"""What is found in a file is named up to a limit, and counted beyond it."""

from __future__ import annotations

import pytest

from corpus.office import INVALID, VALID
from egovarchive.errors import FormatError
from egovarchive.formats import Aspect, BytesSource, Limits, Observation, Validator
from egovarchive.formats.findings import Findings, shown
from egovarchive.formats.mail import MailValidator
from egovarchive.formats.markup import MarkupValidator
from egovarchive.formats.odf import OdfValidator
from egovarchive.formats.office_compound import CompoundValidator
from egovarchive.formats.ooxml import OoxmlValidator
from egovarchive.formats.rtf import RtfValidator
from egovarchive.formats.table import FORMATS
from egovarchive.formats.text import TextValidator
from egovarchive.formats.zip_files import ZipValidator
from egovarchive.records.outcome import Outcome

VALIDATORS: tuple[Validator, ...] = (
    ZipValidator(),
    OoxmlValidator(),
    OdfValidator(),
    CompoundValidator(),
    RtfValidator(),
    MarkupValidator(),
    TextValidator(),
    MailValidator(),
)


def said(case: str, data: bytes) -> list[Observation]:
    """Return what the one validator of the case's format says of *data*."""
    kind = FORMATS[case.partition("/")[0]]
    (one,) = [each for each in VALIDATORS if each.answers(kind)]
    return list(one.validate(BytesSource("a", data), kind, Limits()))


def test_each_kind_of_finding_is_counted_apart() -> None:
    found = Findings(2)
    assert not found
    for number in range(5):
        found.warned(Aspect.READABLE, f"{number}", f"{number}")
    found.failed(Aspect.READABLE, "bad", "坏")
    found.refused(Aspect.COMPLETE, FormatError("en", "中"), "here")
    found.skipped(Aspect.BOUNDED, FormatError("en", "中"))
    assert found
    assert [(each.outcome, each.en) for each in found] == [
        (Outcome.WARNED, "0"),
        (Outcome.WARNED, "1"),
        (Outcome.FAILED, "bad"),
        (Outcome.FAILED, "en"),
        (Outcome.NOT_PERFORMED, "en"),
        (Outcome.WARNED, "3 more findings"),
    ]
    assert found.has(Aspect.COMPLETE)
    assert not found.has(Aspect.COMPLETE, Outcome.WARNED)


def test_hostile_names_are_shown_harmlessly() -> None:
    assert shown("word/许可.xml") == "word/许可.xml"
    assert shown("a\x1b[2J").isprintable()
    assert len(shown("a" * 10_000)) < 200


@pytest.mark.parametrize("case", VALID)
def test_of_a_right_file_no_tool_says_anything_bad(case: str) -> None:
    found = said(case, VALID[case]())
    assert {each.outcome for each in found} <= {Outcome.PASSED}


@pytest.mark.parametrize("case", INVALID)
def test_of_a_wrong_file_a_tool_says_what_is_wrong(case: str) -> None:
    make, aspect = INVALID[case]
    outcomes = {each.outcome for each in said(case, make()) if each.aspect is aspect}
    assert outcomes & {Outcome.FAILED, Outcome.WARNED}
