"""What signatures in documents prove is kept with the record, and they as they were."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from typing import Any

from archive.office import case, clock, document, new_archive
from checks.told_files import PDF, TOOLS
from egovarchive import Archive
from egovarchive.checks import Policy
from egovarchive.packages.xml import Values
from egovarchive.profiles.gbt42727_2023 import GBT42727_2023
from egovarchive.records.document import File
from seals.sealed_ofd import sealed
from seals.seals import NAME, Making, store
from seals.signed_pdf import pdf
from seals.test_pdf import cades
from signing.authority import AT

MAKING = Making(at=clock() - timedelta(days=1))
SEALED = sealed(MAKING.sign, seal=MAKING.seal())
CASE = case(documents=[document(File("许可证.ofd", SEALED), File("表.pdf", PDF))])


def office(**changes: Any) -> Archive:
    policy = Policy(document_trust=store())
    return new_archive(**{"tools": TOOLS, "policy": policy, **changes})


def told(archive: Archive, code: Any) -> list[list[Values]]:
    """Return the verdicts on each file, as the stored package has them."""
    with closing(archive.package(code)) as package:
        basic, _ = package.metadata()
    return [
        file.groups.get("signatures", [])
        for each in basic.groups["documents"]
        for file in each.groups["files"]
    ]


def test_the_verdict_becomes_metadata() -> None:
    archive = office()
    entry = archive.deposit(CASE)
    [[verdict], unsigned] = told(archive, entry.code)
    assert not unsigned
    texts = verdict.texts
    assert texts["kind"] == "OFD 电子签章"
    assert texts["outcome"] == "通过"
    assert texts["integrity"] == "完整"
    assert texts["signer"] == "CN=某市行政审批局"
    assert texts["seal_name"] == NAME
    assert texts["claimed_at"] == MAKING.at.isoformat()
    assert texts["algorithm"] == "sm2-sm3"
    assert texts["trust"] == "受信任"
    known = {path for path, _ in GBT42727_2023.basic.walk()}
    assert {f"documents.files.signatures.{name}" for name in texts} <= known


def test_the_signed_original_stays_byte_for_byte() -> None:
    archive = office()
    entry = archive.deposit(CASE)
    with closing(archive.package(entry.code)) as package:
        member = package.member("申报文件/001-许可证.ofd")
        assert package.read_at(member, 0, member.size) == SEALED


def test_the_case_reads_back_as_it_was() -> None:
    archive = office()
    entry = archive.deposit(CASE)
    with closing(archive.package(entry.code)) as package:
        assert package.filing().case.documents[0].name == CASE.documents[0].name
        assert len(package.filing().case.documents[0].files) == 2


def test_metadata_with_verdicts_passes_its_checks() -> None:
    archive = office(policy=Policy(), clock=lambda: AT)
    signed = File("表.pdf", pdf(cades, more=""))
    package = archive.pack(case(documents=[document(signed)]))
    with closing(package):
        report = archive.check(package)
    assert report.passed, str(report)


def test_without_tools_nobody_looks() -> None:
    archive = office(tools=None)
    entry = archive.deposit(CASE)
    assert told(archive, entry.code) == [[], []]


def test_the_same_case_gives_the_same_bytes() -> None:
    packages = [office().pack(CASE) for _ in range(2)]
    assert packages[0].manifest == packages[1].manifest
    other = office(policy=Policy()).pack(CASE)
    assert other.manifest != packages[0].manifest, "whom to trust is another answer"
    for package in (*packages, other):
        package.close()


def test_a_file_that_cannot_be_looked_at_is_packed_all_the_same() -> None:
    broken = File("坏.ofd", b"PK\x03\x04" + SEALED[4:200])
    archive = office(tools=TOOLS)
    package = archive.pack(case(documents=[document(broken)]))
    package.close()
