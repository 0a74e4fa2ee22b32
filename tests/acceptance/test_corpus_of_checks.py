"""Each check passes what is right, and catches what is wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from acceptance.mutation import OnceTools
from acceptance.sample_reports import outcomes, sample_reports
from archive.office import TODAY
from checks.extras import needs_extras
from corpus import checks as corpus
from corpus.files import (
    BEYOND_LIMITS,
    NO_RECORDS,
    TABLES,
    TOLD_AS_ANOTHER,
    CorpusFile,
    written,
)
from egovarchive.checks import CHECKS, Finding, Outcome, Report, Stage, run
from egovarchive.checks.place import subject_at
from egovarchive.checks.table import ALL_CHECKS
from egovarchive.formats.toolbox import Toolbox
from egovarchive.formats.tools import installed_tools
from egovarchive.profiles.gbt42727_2023 import GBT42727_2023

pytestmark = needs_extras

BAD = {Outcome.FAILED, Outcome.WARNED}
# What does not pass in all samples, and fails in none.
IN_PART = {
    "authenticity.content_attributes",  # a program's name, which is informative
    "authenticity.document_signatures",  # one is signed by somebody not known
    "integrity.statutory",  # letters that some cases do not have
    "usability.conformance",  # of PDF: veraPDF may be absent
}


@pytest.fixture(scope="module")
def tools() -> Iterator[Toolbox]:
    with installed_tools() as found:
        yield found


@pytest.fixture(scope="module")
def once(tools: Toolbox) -> Toolbox:
    return OnceTools.of(tools)


def said(report: Report, check: str) -> set[Outcome]:
    return {each.outcome for each in report.findings if each.check == check}


def test_every_check_that_a_program_makes_has_a_valid_and_an_invalid_case() -> None:
    """What only a person can do has neither."""
    made = {check.name for check in ALL_CHECKS if check.run is not None}
    assert set(corpus.EXAMPLES) == made


@pytest.mark.parametrize("check", corpus.EXAMPLES)
def test_a_valid_case_passes_its_check(once: Toolbox, check: str) -> None:
    found = said(corpus.EXAMPLES[check].valid(once), check)
    if check == "usability.conformance":
        found.discard(Outcome.NOT_PERFORMED)  # of PDF: veraPDF may be absent
    assert found == {Outcome.PASSED}


@pytest.mark.parametrize("check", corpus.EXAMPLES)
def test_an_invalid_case_does_not(once: Toolbox, check: str) -> None:
    assert said(corpus.EXAMPLES[check].invalid(once), check) & BAD


@pytest.fixture(scope="module", params=TABLES)
def table(
    request: pytest.FixtureRequest,
    tools: Toolbox,
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[list[CorpusFile], Mapping[str, list[Finding]]]:
    """Return the files of one table, and what one run said of each by its path."""
    folder: Path = tmp_path_factory.mktemp("corpus")
    files = written(request.param, folder)
    found: dict[str, list[Finding]] = defaultdict(list)
    with subject_at(folder, profile=GBT42727_2023, at=TODAY, tools=tools) as subject:
        for finding in run(subject, Stage.ACCESSION).findings:
            found[finding.object].append(finding)
    return files, found


def test_what_is_wrong_with_a_file_is_said_by_the_check_for_it(
    table: tuple[list[CorpusFile], Mapping[str, list[Finding]]],
) -> None:
    files, found = table
    missed = [
        (file.name, file.check, [each.message() for each in found[file.path]])
        for file in files
        if file.check
        and not any(
            each.check == file.check
            and (each.outcome in BAD or (file.open and not _passes(each)))
            for each in found[file.path]
        )
    ]
    assert not missed


def test_a_file_that_is_right_fails_nothing(
    table: tuple[list[CorpusFile], Mapping[str, list[Finding]]],
) -> None:
    files, found = table
    wrong = [
        (file.name, each.message())
        for file in files
        if not file.check
        for each in found[file.path]
        if each.outcome is Outcome.FAILED
    ]
    assert not wrong


def test_all_exceptions_are_files_of_the_corpus(tmp_path: Path) -> None:
    names = {file.name for table in TABLES for file in written(table, tmp_path)}
    assert names >= {*NO_RECORDS, *TOLD_AS_ANOTHER, *BEYOND_LIMITS}


def _passes(finding: Finding) -> bool:
    return finding.outcome is Outcome.PASSED


@pytest.mark.parametrize("stage", [Stage.ARCHIVING, Stage.ACCESSION])
def test_nothing_fails_in_the_sample_cases(tools: Toolbox, stage: Stage) -> None:
    reports = list(sample_reports(tools, stage))
    assert len(reports) == 12
    for report in reports:
        assert report.passed, str(report)
        # Whether a refusal gives its reasons, only a person can read; and whom to
        # trust with documents, nobody has said.
        assert {each.check for each in report.waiting} <= {
            "authenticity.document_signatures",
            "integrity.statutory",
        }
    counts = outcomes(reports)
    assert set(counts) == {check.name for check in CHECKS if stage in check.stages}
    for check, found in counts.items():
        assert not found[Outcome.FAILED], check
        if check not in IN_PART:
            assert found == {Outcome.PASSED: 12}, check
