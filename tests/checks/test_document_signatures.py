"""Signatures that came with the documents are findings, with their evidence."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest
from attrs import evolve

from checks.subjects import of, ran
from checks.told_files import PDF, TOOLS, packed
from corpus.ofd_maker import page
from egovarchive.checks import CHECKS, Finding, Outcome, Policy, Stage
from egovarchive.formats.worker import Worker
from egovarchive.records.document import File
from seals.sealed_ofd import sealed
from seals.seals import Making, store
from seals.signed_pdf import added, pdf
from seals.test_pdf import OURS, cades
from signing.authority import AT

NAME = "authenticity.document_signatures"
SEALED = sealed(Making().sign, seal=Making().seal())


def found(*files: File, trust: Any = None, tools: Any = TOOLS) -> list[Finding]:
    policy = Policy(document_trust=trust)
    with closing(packed(*files)) as package:
        return of(ran(package, tools=tools, policy=policy, at=AT), NAME)


def test_a_good_seal_passes_with_its_evidence() -> None:
    [finding] = found(File("许可证.ofd", SEALED), trust=store())
    assert finding.outcome is Outcome.PASSED, finding.en
    assert finding.object.endswith("许可证.ofd")
    assert finding.found == "CN=某市行政审批局"
    assert finding.digest
    for word in ("sm2-sm3", "sha256:", "2026-11-23T16:30:05+08:00", Making().name):
        assert word in finding.en
        assert word in finding.zh


def test_without_trust_a_person_has_to_look() -> None:
    [finding] = found(File("许可证.ofd", SEALED))
    assert finding.outcome is Outcome.NEEDS_REVIEW
    assert "content: whole" in finding.en


def test_a_changed_document_fails() -> None:
    changed = sealed(Making().sign, after={"Doc_0/Pages/Page_0/Content.xml": page("")})
    [finding] = found(File("许可证.ofd", changed), trust=store())
    assert finding.outcome is Outcome.FAILED


def test_each_signature_of_each_file_is_a_finding() -> None:
    both = sealed(Making().sign, Making().sign)
    files = File("a.ofd", both), File("b.pdf", pdf(cades)), File("c.pdf", PDF)
    findings = found(*files, trust=store())
    assert [each.outcome for each in findings] == [
        Outcome.PASSED,
        Outcome.PASSED,
        Outcome.NEEDS_REVIEW,
        Outcome.PASSED,
    ]
    assert "1 files without a signature" in findings[-1].en


def test_files_without_signatures_pass() -> None:
    [finding] = found(File("c.pdf", PDF))
    assert finding.outcome is Outcome.PASSED
    [finding] = found(File("c.txt", b"text"))
    assert finding.outcome is Outcome.PASSED


def test_a_second_opinion_is_asked_for_where_there_is_a_worker() -> None:
    pytest.importorskip("pyhanko")
    data = added(pdf(cades), b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>")
    with Worker() as worker:
        [finding] = found(
            File("b.pdf", data), trust=OURS, tools=evolve(TOOLS, worker=worker)
        )
    assert "pyHanko" in finding.en
    assert finding.outcome is Outcome.FAILED
    [finding] = found(File("b.pdf", data), trust=OURS)
    assert finding.outcome is Outcome.NEEDS_REVIEW


def test_it_is_made_while_filing() -> None:
    [check] = (each for each in CHECKS if each.name == NAME)
    assert Stage.PRESERVATION not in check.stages
