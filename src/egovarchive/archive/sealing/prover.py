"""Prover: finds the seal over a record, and what it proves."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from attrs import field, frozen

from egovarchive.archive.archiving import Archiving
from egovarchive.archive.sealing.leaves import content_manifest, documents_of
from egovarchive.archive.sealing.recall import evidence_with, latest_of, signers_with
from egovarchive.archive.sealing.sealed import Proof, Revocation
from egovarchive.archive.stored import open_part
from egovarchive.errors import EvidenceError
from egovarchive.evidence.nodes import hash_function, node_of
from egovarchive.evidence.proof import evidence_of
from egovarchive.evidence.record import EvidenceVerifier
from egovarchive.evidence.record_der import EvidenceRecord
from egovarchive.evidence.seal import Seal, SealState
from egovarchive.evidence.seals import Seals
from egovarchive.evidence.stored_tree import StoredTree
from egovarchive.lifecycle.entry import Entry
from egovarchive.packages import Package
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.signing import VerifiedSignature, Verifier
from egovarchive.signing.timestamps import VerifiedTimestamp


@frozen
class Prover:
    """
    Finds evidence in an archive.

    Args:
        archiving: The archive's backends and rules.
        seals: Where seals lie.
    """

    archiving: Archiving = field(repr=False)
    seals: Seals

    def record(self, code: ArchivalCode) -> EvidenceRecord:
        """Return the evidence record of *code*; see `Sealing.evidence_record`."""
        entry = self.archiving.catalog.entry(code)
        documents = self._documents(entry)[1]
        seal = self._covering(entry, documents)
        return evidence_of(seal, documents, self._trees(seal))

    def verify(
        self, code: ArchivalCode, at: datetime, verifier: EvidenceVerifier
    ) -> Proof:
        """Return what the evidence of *code* proves; see `Sealing.verify`."""
        entry = self.archiving.catalog.entry(code)
        package, documents = self._documents(entry)
        seal = self._covering(entry, documents)
        known = self._known(seal)
        verifier = evidence_with(verifier, known)
        trees = self._trees(seal)
        record = evidence_of(seal, documents, trees)
        stamps = verifier.verify(record, documents, at=at)
        contents = []
        for born, chain in enumerate(record.chains[1:], start=1):
            algorithm = chain[0].algorithm
            listed = [content_manifest(package, algorithm)]
            of_contents = evidence_of(seal, listed, trees, born=born)
            verifier.verify(of_contents, listed, at=at)
            contents.append(algorithm)
        existed_at = stamps[0].gen_time
        signers = self._signers(known)
        assert seal.signature is not None  # noqa: S101 - nothing is sealed without
        sealed_by = signers.verify(
            seal.signature, seal.statement.encode(), at=existed_at
        )
        signed_by = None
        if package.signature is not None:
            signed_by = signers.verify(
                package.signature, package.manifest, at=existed_at
            )
        signatures = [each for each in (signed_by, sealed_by) if each is not None]
        return Proof(
            code=code,
            seal=seal.number,
            existed_at=existed_at,
            stamps=stamps,
            sealed_by=sealed_by,
            signed_by=signed_by,
            revocations=(
                *(_of_signer(each, existed_at) for each in signatures),
                *_of_authorities(stamps, verifier, at),
            ),
            contents=tuple(contents),
        )

    def _documents(self, entry: Entry) -> tuple[Package, list[bytes]]:
        package = open_part(self.archiving.storage, entry, self.archiving.profile)
        return package, documents_of(package, entry.row())

    def _known(self, seal: Seal) -> tuple[bytes, ...]:
        """Return what is known of revocations: what was frozen, and is there now."""
        known = self.seals.frozen(seal)
        source = self.archiving.revocations
        return known if source is None else (*known, latest_of(source))

    def _signers(self, known: Sequence[bytes]) -> Verifier:
        verifier = signers_with(self.archiving.verifier, known)
        if verifier is None:
            raise EvidenceError(
                "this archive was opened without signers to trust",
                "该档案库未配置受信任的签名者，不能核验封存签名",
            )
        return verifier

    def find(self, entry: Entry, documents: Sequence[bytes]) -> Seal | None:
        """
        Return the seal over *documents*, which *entry* registers, pending or not.

        By the times in statements: mostly it is the first that is looked at. As clocks
        are set back now and then, the others come after it. None: there is none yet.
        """
        numbers = sorted(self.seals.names())
        likely = bisect_left(
            numbers, entry.registered_at, key=lambda n: self.seals.statement(n).until
        )
        for number in (*numbers[likely:], *reversed(numbers[:likely])):
            seal = self.seals.load(number)
            algorithm = seal.statement.algorithm
            take = hash_function(algorithm)
            leaf = node_of([take(each) for each in documents], take)
            if self.seals.tree(seal, 0).find(leaf) is not None:
                return seal
        return None

    def _covering(self, entry: Entry, documents: Sequence[bytes]) -> Seal:
        seal = self.find(entry, documents)
        if seal is None:
            raise EvidenceError(
                f"{entry.code} is not sealed: no seal covers it yet",
                f"{entry.code} 尚未封存：没有封存涵盖它",
            )
        if seal.state is SealState.PENDING:
            raise EvidenceError(
                f"{entry.code} is not sealed: seal {seal.number} is "
                f"{seal.state.label('en')}",
                f"{entry.code} 尚未封存：第 {seal.number} 号封存{seal.state.zh}",
            )
        return seal

    def _trees(self, seal: Seal) -> Callable[[int], StoredTree]:
        return lambda chain: self.seals.tree(seal, chain)


def _of_signer(signed: VerifiedSignature, at: datetime) -> Revocation:
    return Revocation(subject=signed.signer, at=at, evidence=signed.revocation)


def _of_authorities(
    stamps: Sequence[VerifiedTimestamp], verifier: EvidenceVerifier, at: datetime
) -> Iterator[Revocation]:
    """Yield what is known of the authorities of *stamps*, the last one judged *at*."""
    moments = [*(stamp.gen_time for stamp in stamps[1:]), at]
    for stamp, moment in zip(stamps, moments, strict=True):
        judged_at, found = moment, stamp.revocation
        if found.outcome == "unknown":
            # Lists that were in force when it stamped say nothing of what came after.
            then = verifier.revocation_of(stamp, stamp.gen_time)
            if then.outcome != "unknown":
                judged_at, found = stamp.gen_time, then
        yield Revocation(subject=stamp.authority, at=judged_at, evidence=found)
