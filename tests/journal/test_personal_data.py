"""A journal is for ever: nothing about a person may stand in it."""

from __future__ import annotations

from datetime import date, datetime

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.office import case, new_archive
from egovarchive import Archive
from egovarchive.checks import Finding, Outcome, Report
from egovarchive.formats.tools import core_tools
from egovarchive.records.case import Case, JointHandling, Licence
from egovarchive.records.document import Document, File, Role
from egovarchive.records.party import Party
from egovarchive.records.step import Step
from egovarchive.testing.strategies.identifiers import resident_ids, usccs
from egovarchive.testing.strategies.texts import texts

MARK = "隐"


def marked(limit: int) -> st.SearchStrategy[str]:
    """Return a strategy of texts that can be told wherever they turn up."""
    return texts(limit - 2).map(lambda text: f"{MARK}{text}{MARK}")


# Born after the case was concluded, nobody is let in.
born = resident_ids.filter(lambda number: str(number)[6:14] < "20261101")
persons = st.builds(Party.natural, marked(200), born)
companies = st.builds(Party.legal, marked(200), usccs)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw a case that tells of persons wherever it can."""
    given_name = draw(marked(40))
    return evolve(
        case(draw(st.integers(1, 999))),
        title=draw(marked(500)),
        applicant=draw(persons | companies),
        agent=draw(st.none() | persons),
        department=draw(marked(200)),
        provincial_number=draw(marked(64)),
        municipal_number=draw(marked(64)),
        documents=[
            Document(
                name=draw(marked(200)),
                role=Role.APPLICATION,
                # Applicants put their names into the names of files.
                files=[File(f"{MARK}的申请表.txt", f"{MARK}{given_name}".encode())],
                called_from=draw(marked(200)),
            )
        ],
        steps=[
            Step(
                code=draw(marked(64)),
                activity=draw(marked(100)),
                actor=draw(marked(100)),
                unit=draw(marked(200)),
                at=datetime(2026, 11, 2, 9),
                opinion=draw(marked(1000)),
                outcome=draw(marked(200)),
                basis=draw(marked(1000)),
            )
        ],
        licences=[
            Licence(
                name=draw(marked(200)),
                number=draw(marked(100)),
                valid_until=date(2031, 11, 20),
            )
        ],
        joint=JointHandling(
            number=draw(marked(64)),
            name=draw(marked(200)),
            lead=draw(marked(200)),
            parts=[draw(marked(64))],
        ),
    )


def journal_of(archive: Archive) -> str:
    keys = list(archive.storage.keys("journal/"))
    return b"".join(b"".join(archive.storage.get(key)) for key in keys).decode()


def waiting_in(report: Report) -> list[Finding]:
    """Return the findings of *report*, as if each waited for a person."""
    return [evolve(each, outcome=Outcome.NEEDS_REVIEW) for each in report.findings]


@settings(max_examples=20)
@given(cases())
def test_a_decision_repeats_nothing_of_what_it_decides(given_case: Case) -> None:
    """*by* and *reason* are an official's own words; a finding is told by a digest."""
    archive = new_archive()
    code = archive.deposit(given_case).code
    inspection = archive.inspection
    found = waiting_in(archive.verify(code, tools=core_tools()))
    assert any(MARK in finding.object for finding in found)
    for finding in found:
        inspection.decide(
            code, finding, by="档案员 07", outcome=Outcome.PASSED, reason="已看原件"
        )
    for finding in waiting_in(inspection.batch()):
        inspection.decide_batch(
            finding, by="档案员 07", outcome=Outcome.WARNED, reason="已看机房"
        )
    journal = journal_of(archive)
    assert journal.count('"event":"reviewed"') > len(found)
    assert MARK not in journal
    for party in (given_case.applicant, given_case.agent):
        assert party is None or str(party.identifier) not in journal


@settings(max_examples=30)
@given(st.lists(cases(), min_size=1, max_size=3, unique_by=lambda c: c.number))
def test_no_word_of_it_stands_there(given_cases: list[Case]) -> None:
    archive = new_archive()
    for deposit in archive.deposit_many(given_cases):
        assert deposit.error is None
    journal = journal_of(archive)
    assert journal.count("registered_at") == len(given_cases)
    assert MARK not in journal
    assert MARK not in "".join(archive.storage.keys())
    for each in given_cases:
        for party in (each.applicant, each.agent):
            assert party is None or str(party.identifier) not in journal
    # Where it does stand: in the packages, and by them in the catalog.
    packages = list(archive.storage.keys("packages/"))
    stored = b"".join(b"".join(archive.storage.get(key)) for key in packages)
    assert MARK in stored.decode(errors="replace")
    assert all(MARK in (entry.title or "") for entry in archive.entries())
