"""veraPDF, by reports in the form it documents, and a script that stands for it."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import ToolError
from egovarchive.formats import DEFAULT_LIMITS, Aspect, BytesSource, Observation
from egovarchive.formats.table import FORMATS
from egovarchive.formats.verapdf import VeraPdfValidator, observations
from egovarchive.records.outcome import Outcome

PDF = FORMATS["pdf"]
SOURCE = BytesSource("决定书", b"%PDF-1.7 ...")


def report(job: str) -> bytes:
    """Return a report on one file, with what *job* says of it."""
    return f"""<?xml version="1.0" encoding="utf-8"?>
<report>
  <buildInformation>
    <releaseDetails id="core" version="1.28.2" buildDate="2025-07-15T16:07:00+03:00"/>
  </buildInformation>
  <jobs><job><item size="12"><name>/tmp/document.pdf</name></item>{job}
    <duration start="1" finish="2">00:00:00.001</duration></job></jobs>
  <batchSummary totalJobs="1" failedToParse="0" encrypted="0" outOfMemory="0"
    veraExceptions="0"></batchSummary>
</report>""".encode()


def verdict(*, profile: str, rules: str = "", compliant: str = "false") -> bytes:
    return report(
        f'<validationReport jobEndStatus="normal" profileName="{profile}" '
        f'isCompliant="{compliant}"><details passedRules="101" '
        f'failedRules="1">{rules}</details></validationReport>'
    )


RULE = """<rule specification="ISO 19005-2:2011" clause="6.6.1" testNumber="1"
  status="failed" failedChecks="2"><description>Launch actions shall not
  be permitted</description><object>PDAction</object><test>S == "GoTo"</test>
  <check status="failed"><context>root/document[0]/OpenAction[0]</context></check>
</rule>"""
UNCLAIMED = """<rule specification="ISO 19005-1:2005" clause="6.7.11" testNumber="1"
  status="failed" failedChecks="1"><description>The PDF/A version shall be specified
  </description><test>containsPDFAIdentification == true</test></rule>"""
CONFORMS = verdict(profile="PDF/A-2B validation profile", compliant="true")
BROKEN = verdict(profile="PDF/A-2B validation profile", rules=RULE)
NO_CLAIM = verdict(profile="PDF/A-1B validation profile", rules=RULE + UNCLAIMED)
NOT_PARSED = report(
    '<taskException type="PARSE" isExecuted="true" isSuccess="false">'
    "<exceptionMessage>Exception: Couldn't parse stream</exceptionMessage>"
    "</taskException>"
)


def told(data: bytes, *, claimed: bool = True) -> list[Observation]:
    return list(observations(data, DEFAULT_LIMITS, claimed=claimed))


def test_a_file_that_conforms_passes_by_name_of_the_profile() -> None:
    (found,) = told(CONFORMS)
    assert (found.aspect, found.outcome) == (Aspect.CONFORMANT, Outcome.PASSED)
    assert "PDF/A-2B" in found.en
    assert "PDF/A-2B" in found.zh


def test_each_rule_that_is_not_kept_is_named() -> None:
    (found,) = told(BROKEN)
    assert found.outcome is Outcome.FAILED
    assert found.en == (
        "ISO 19005-2:2011 6.6.1, test 1: Launch actions shall not be permitted "
        "(not kept 2 times; PDF/A-2B validation profile)"
    )
    assert found.place == "root/document[0]/OpenAction[0]"


def test_a_file_that_claims_nothing_is_warned_of() -> None:
    (found,) = told(NO_CLAIM)
    assert found.outcome is Outcome.WARNED
    assert {one.outcome for one in told(NO_CLAIM, claimed=False)} == {Outcome.FAILED}


def test_not_compliant_without_a_rule_fails_still() -> None:
    (found,) = told(verdict(profile="PDF/A-4 validation profile"))
    assert found.outcome is Outcome.FAILED


def test_many_rules_are_counted() -> None:
    found = told(verdict(profile="P", rules=RULE * 70))
    assert len(found) == DEFAULT_LIMITS.findings + 1


def test_what_it_cannot_parse_was_not_performed() -> None:
    with pytest.raises(ToolError, match="Couldn't parse stream"):
        told(NOT_PARSED)
    with pytest.raises(ToolError, match="did not finish: timeout"):
        told(CONFORMS.replace(b'"normal"', b'"timeout"'))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"garbage",
        b"<report/>",
        b"<other/>",
        b"<!DOCTYPE report>" + CONFORMS.partition(b"?>")[2],
        CONFORMS[:-20],
    ],
)
def test_what_is_no_report_is_no_answer(data: bytes) -> None:
    with pytest.raises(ToolError):
        told(data)


@given(st.integers(0, len(BROKEN) - 1), st.binary(max_size=4))
def test_no_damage_to_a_report_escapes(at: int, noise: bytes) -> None:
    try:
        found = told(BROKEN[:at] + noise + BROKEN[at + len(noise) :])
    except ToolError:
        return
    assert all(one.aspect is Aspect.CONFORMANT for one in found)


def script(folder: Path, body: str) -> VeraPdfValidator:
    """Return the adapter with a Python program in place of veraPDF."""
    program = folder / "verapdf.py"
    program.write_text(
        "import sys, time\n"
        "if '--version' in sys.argv:\n"
        "    print('veraPDF 1.28.2\\nBuilt: Tue Jul 15')\n"
        "    sys.exit()\n"
        f"{body}\n",
        encoding="utf-8",
    )
    return VeraPdfValidator(command=(sys.executable, "-S", str(program)))


def test_it_is_run_on_a_file_whose_name_ends_in_pdf(tmp_path: Path) -> None:
    vera = script(
        tmp_path,
        "path = sys.argv[-1]\n"
        "assert path.endswith('.pdf') and open(path, 'rb').read(5) == b'%PDF-'\n"
        "assert sys.argv[1:3] == ['--flavour', '0']\n"
        f"sys.stdout.buffer.write({CONFORMS!r})\n"
        "sys.exit(0)",
    )
    (found,) = vera.validate(SOURCE, PDF, DEFAULT_LIMITS)
    assert found.outcome is Outcome.PASSED
    assert str(vera.tool) == "veraPDF 1.28.2"
    assert vera.answers(PDF) == {Aspect.CONFORMANT}
    assert not vera.answers(FORMATS["ofd"])
    assert not vera.isolated


def test_it_ends_when_the_time_is_up(tmp_path: Path) -> None:
    vera = script(tmp_path, "time.sleep(60)")
    start = time.monotonic()
    with pytest.raises(ToolError, match=r"within 0\.2 s"):
        list(vera.validate(SOURCE, PDF, evolve(DEFAULT_LIMITS, seconds=0.2)))
    assert time.monotonic() - start < 5


def test_a_flood_of_output_is_no_report(tmp_path: Path) -> None:
    vera = script(tmp_path, "sys.stdout.write('x' * (17 << 20))")
    with pytest.raises(ToolError, match="more than"):
        list(vera.validate(SOURCE, PDF, DEFAULT_LIMITS))


def test_where_it_is_absent_nothing_was_performed() -> None:
    absent = VeraPdfValidator(command=("verapdf-that-is-not-there",))
    with pytest.raises(ToolError, match="cannot be started"):
        list(absent.validate(SOURCE, PDF, DEFAULT_LIMITS))
    assert absent.tool.version == ""
