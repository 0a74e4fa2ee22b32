"""Proof 出证: one folder with all that proves a record, for who has no archive."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from attrs import field, frozen

from egovarchive.archive.archiving import Archiving
from egovarchive.archive.gone import check_kept
from egovarchive.archive.inspection import Inspection
from egovarchive.archive.sealing.exhibit import Exhibit
from egovarchive.archive.sealing.leaves import content_manifest, documents_of
from egovarchive.archive.sealing.proof_page import (
    commands,
    proof_html,
    proof_text,
    trust_text,
)
from egovarchive.archive.sealing.prover import Prover
from egovarchive.archive.sealing.sealed import Proof
from egovarchive.archive.stored import open_whole
from egovarchive.archive.unpack import appear, write_files
from egovarchive.checks.report_html import report_html
from egovarchive.checks.report_json import encode_report
from egovarchive.errors import ArchiveError, EvidenceError, JournalError
from egovarchive.evidence.proof import evidence_of
from egovarchive.evidence.record import EvidenceVerifier
from egovarchive.evidence.record_der import EvidenceRecord
from egovarchive.evidence.seal import Seal, SealState
from egovarchive.evidence.stored_tree import StoredTree
from egovarchive.journal import Head, Segment
from egovarchive.lifecycle.entry import Entry
from egovarchive.packages import Package
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.signing import RevocationEvidence, VerifiedSignature
from egovarchive.signing.certificates import write_pem

SUMS: Final = "SHA256SUMS"
SCRIPT: Final = "verify.sh"


@frozen
class ProofFolder:
    """
    Writes proofs; see `Sealing.export_proof`.

    Args:
        archiving: The archive's backends and rules.
        prover: Finds seals.
        verifier: Verifies evidence; None if no authorities are trusted.
    """

    archiving: Archiving = field(repr=False)
    prover: Prover = field(repr=False)
    verifier: EvidenceVerifier | None = field(repr=False)

    def write(self, code: ArchivalCode, folder: Path) -> Path:
        """Write the proof of *code* into *folder*, whole or not at all; return it."""
        catalog = self.archiving.catalog
        exhibit = self._exhibit(check_kept(catalog, catalog.entry(code)))
        return appear(folder, lambda place: self._fill(place, exhibit))

    def _exhibit(self, entry: Entry) -> Exhibit:
        archiving = self.archiving
        now = archiving.clock()
        package = open_whole(archiving.storage, entry, archiving.profile)
        documents = documents_of(package, entry.row())
        seal = self.prover.find(entry, documents)
        proof = self._proof(entry, seal, now)
        report = archiving.examiner(archiving.tools).examine(entry)
        segments, heads = self._registration(entry, seal)
        return Exhibit(
            at=now,
            entry=entry,
            package=package,
            report=report.reviewed(Inspection(archiving).reviews(entry.code)),
            # A proved time is what certificates are judged at; else there is only now.
            signed=proof.signed_by if proof else self._signed(package, now),
            seal=seal,
            proof=proof,
            evidence=self.prover.record(entry.code) if proof else None,
            segments=segments,
            heads=heads,
        )

    def _proof(self, entry: Entry, seal: Seal | None, now: datetime) -> Proof | None:
        if seal is None or seal.state is not SealState.SEALED:
            return None
        if self.verifier is None:
            raise EvidenceError(
                "this archive was opened without authorities to trust",
                "该档案库未配置受信任的时间戳服务机构，不能核验证据",
            )
        return self.prover.verify(entry.code, now, self.verifier)

    def _signed(self, package: Package, at: datetime) -> VerifiedSignature | None:
        verifier = self.archiving.verifier
        if verifier is None:
            raise ArchiveError(
                "this archive was opened without signers to trust",
                "该档案库未配置受信任的签名者，不能出证",
            )
        if package.signature is None:
            return None
        return verifier.verify(package.signature, package.manifest, at=at)

    def _registration(
        self, entry: Entry, seal: Seal | None
    ) -> tuple[tuple[Segment, ...], tuple[Head, ...]]:
        """Return the segment that registers *entry*, the next, and all their heads."""
        journal = self.archiving.register.projection.journal
        start = Head(journal.fonds)
        if seal is not None:
            mark = seal.statement.after
            start = Head(journal.fonds, mark.number, mark.digests)
        segments: list[Segment] = []
        heads: list[Head] = []
        row = entry.row()
        for segment, head in journal.after(start):
            if segments or row in segment.registered:
                heads.append(head)
                # Its heading is a second witness of the one that registers.
                if len(segments) < 2:  # noqa: PLR2004 - two of them
                    segments.append(segment)
        if not segments:
            raise JournalError(
                f"the journal does not register {entry.code}",
                f"登记簿中没有 {entry.code} 的登记",
            )
        journal.check_complete(heads[-1].number)
        return tuple(segments), tuple(heads)

    def _fill(self, folder: Path, exhibit: Exhibit) -> None:
        with (folder / "package.zip").open("xb") as file:
            file.writelines(exhibit.package.payload())
        (folder / "content").mkdir()
        write_files(exhibit.package, folder / "content")
        if exhibit.evidence is not None:
            self._write_evidence(folder / "evidence", exhibit, exhibit.evidence)
        for name, data in _texts(exhibit):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        # Last of all, over all the others.
        (folder / SUMS).write_bytes(_sums(folder))

    def _write_evidence(
        self, folder: Path, exhibit: Exhibit, record: EvidenceRecord
    ) -> None:
        seal, package = exhibit.seal, exhibit.package
        assert seal is not None  # noqa: S101 - there is no proof without
        assert seal.signature is not None  # noqa: S101 - nor is it sealed without

        def tree(chain: int) -> StoredTree:
            return self.prover.seals.tree(seal, chain)

        folder.mkdir()
        (folder / "record.ers").write_bytes(record.encode())
        registers = exhibit.segments[0].encode()
        segment = evidence_of(seal, [registers], tree)
        (folder / "segment.ers").write_bytes(segment.encode())
        (folder / "seal.json").write_bytes(seal.statement.encode())
        (folder / "seal.json.p7s").write_bytes(seal.signature)
        for born, chain in enumerate(record.chains[1:], start=1):
            algorithm = chain[0].algorithm
            listed = content_manifest(package, algorithm)
            contents = evidence_of(seal, [listed], tree, born=born)
            (folder / f"content-{algorithm}.txt").write_bytes(listed)
            (folder / f"content-{algorithm}.ers").write_bytes(contents.encode())


def _texts(exhibit: Exhibit) -> Iterator[tuple[str, bytes]]:
    """Yield the names and bytes of what is made from *exhibit*."""
    yield "proof.html", proof_html(exhibit).encode()
    yield "proof.txt", proof_text(exhibit).encode()
    yield "report.html", report_html(exhibit.report).encode()
    yield "report.json", encode_report(exhibit.report)
    yield SCRIPT, Path(__file__).with_name("proof_verify.sh").read_bytes()
    yield "verify.txt", commands(exhibit).encode()
    yield "trust/READ-ME.txt", trust_text().encode()
    if exhibit.signers:
        yield "trust/signers.pem", write_pem(exhibit.signers)
    if exhibit.authorities:
        yield "trust/authorities.pem", write_pem(exhibit.authorities)
    if exhibit.certificates:
        yield "certificates.pem", write_pem(exhibit.certificates)
    yield from _revocations("revocation", exhibit.revocations)
    # Apart: the script holds the lists above against signers.
    yield from _revocations(
        "revocation/authorities", exhibit.revocations_of_authorities
    )
    for segment in exhibit.segments:
        yield f"journal/{segment.number:012}.jsonl", segment.encode()
    lines = (
        f"{head.number} {head.digests['sha256']} {head.digests['sm3']}\n"
        for head in exhibit.heads
    )
    yield "journal/digests.txt", "".join(lines).encode()


def _revocations(
    folder: str, known: Sequence[RevocationEvidence]
) -> Iterator[tuple[str, bytes]]:
    """Yield the lists and replies of *known*, each once, as files in *folder*."""
    lists = dict.fromkeys(crl for each in known for crl in each.crls)
    for number, data in enumerate(lists, start=1):
        yield f"{folder}/{number}.crl", data
    replies = dict.fromkeys(reply for each in known for reply in each.ocsp)
    for number, data in enumerate(replies, start=1):
        yield f"{folder}/{number}.ocsp", data


def _sums(folder: Path) -> bytes:
    """Return what ``sha256sum -c`` reads, of all files in *folder*."""
    lines = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest = sha256()
            with path.open("rb") as file:
                while chunk := file.read(1 << 20):
                    digest.update(chunk)
            name = path.relative_to(folder).as_posix()
            lines.append(f"{digest.hexdigest()}  {name}\n")
    return "".join(lines).encode()
