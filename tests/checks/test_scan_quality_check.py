"""Digitised paper is looked at as a picture of paper; what is not digitised is not."""

from __future__ import annotations

from attrs import evolve

from archive.office import case, new_archive
from checks.subjects import of, subject
from egovarchive.checks import Outcome, Policy, Report, Stage, run
from egovarchive.formats.scan_quality import DEFAULT_RULES
from egovarchive.formats.tools import core_tools
from egovarchive.records.case import Case
from egovarchive.testing import samples

CHECK = "usability.scan_quality"


def report_on(case: Case, policy: Policy) -> Report:
    package = new_archive().pack(case)
    looked = evolve(subject(package), tools=core_tools(), policy=policy, series=None)
    return run(looked, Stage.ARCHIVING)


def scanned() -> Case:
    return next(
        each
        for each in samples.all_cases()
        if any(document.digitised for document in each.documents)
    )


def test_of_digitised_paper_something_is_said() -> None:
    report = _in_its_own_archive(scanned(), Policy(scan=DEFAULT_RULES))
    assert {f.outcome for f in of(report, CHECK)} <= {
        Outcome.PASSED,
        Outcome.WARNED,
        Outcome.NEEDS_REVIEW,
        Outcome.NOT_PERFORMED,
    }
    assert not [f for f in of(report, CHECK) if "no file to ask" in f.en]


def test_without_rules_it_is_not_performed() -> None:
    report = _in_its_own_archive(scanned(), Policy())
    [finding] = of(report, CHECK)
    assert finding.outcome is Outcome.NOT_PERFORMED
    assert "no rules of scan quality" in finding.en


def test_what_was_born_digital_is_not_asked() -> None:
    report = report_on(case(), Policy(scan=DEFAULT_RULES))
    [finding] = of(report, CHECK)
    assert "no file to ask" in finding.en


def _in_its_own_archive(case: Case, policy: Policy) -> Report:
    package = new_archive(arrangement=samples.arrangement()).pack(case)
    looked = evolve(subject(package), tools=core_tools(), policy=policy, series=None)
    return run(looked, Stage.ARCHIVING)
