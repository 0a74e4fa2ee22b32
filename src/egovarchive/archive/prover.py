"""Prover: finds the seal over a record, and what it proves."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from datetime import datetime

from attrs import field, frozen

from egovarchive.archive.archiving import Archiving
from egovarchive.archive.leaves import content_manifest, documents_of
from egovarchive.archive.sealed import Proof
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
from egovarchive.signing import VerifiedSignature


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
        return Proof(
            code=code,
            seal=seal.number,
            existed_at=stamps[0].gen_time,
            stamps=stamps,
            sealed_by=self._sealed_by(seal, stamps[0].gen_time),
            contents=tuple(contents),
        )

    def _documents(self, entry: Entry) -> tuple[Package, list[bytes]]:
        package = open_part(self.archiving.storage, entry, self.archiving.profile)
        return package, documents_of(package, entry.row())

    def _sealed_by(self, seal: Seal, at: datetime) -> VerifiedSignature:
        """Return whose signature *seal* has, judged *at* the moment that is proved."""
        verifier = self.archiving.verifier
        if verifier is None or seal.signature is None:
            raise EvidenceError(
                "this archive was opened without signers to trust",
                "该档案库未配置受信任的签名者，不能核验封存签名",
            )
        return verifier.verify(seal.signature, seal.statement.encode(), at=at)

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
