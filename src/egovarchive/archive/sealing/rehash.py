"""Renewal of hashes 散列续期: all that a seal covers is read again (RFC 4998, 5.2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from attrs import define, field

from egovarchive.archive.sealing.leaves import (
    RecordLeaf,
    content_manifest,
    documents_of,
    leaves_of,
    stretch,
)
from egovarchive.archive.sealing.sealed import Rehashed
from egovarchive.errors import PackageError, StorageError
from egovarchive.evidence.nodes import HashFunction, hash_function, node_of
from egovarchive.evidence.proof import chains_of
from egovarchive.evidence.record import renewed_digest
from egovarchive.evidence.record_der import sequence_of
from egovarchive.evidence.seal import Seal
from egovarchive.evidence.seals import Seals
from egovarchive.evidence.stored_tree import StoredTree
from egovarchive.journal import Journal
from egovarchive.profiles import Profile

NAMED: Final = 20  # records that are named of those left out


@define
class Rehasher:
    """
    Makes the leaves of a new chain of *seal* by *algorithm*.

    Args:
        seal: It has a time-stamp.
        algorithm: The new one.
        seals: Where it lies.
        journal: What it covers.
        profile: The form of packages.
    """

    seal: Seal
    algorithm: str
    seals: Seals
    journal: Journal
    profile: Profile
    left_out: int = field(default=0, init=False)
    codes: list[str] = field(factory=list, init=False)
    _trees: dict[int, StoredTree] = field(factory=dict, init=False)

    def leaves(self) -> bytearray:
        """
        Return the leaves, in their order.

        Raises:
            JournalError: The journal is not the one that was sealed.
            EvidenceError: A stored tree is damaged.
        """
        take = hash_function(self.algorithm)
        leaves = bytearray(self._own(take))
        statement = self.seal.statement
        for segment, head in stretch(self.journal, statement.after, statement.upto):
            for leaf in leaves_of(segment, head, self.journal.storage, self.profile):
                if isinstance(leaf, RecordLeaf):
                    leaves += self._of_record(leaf, take)
                else:
                    leaves += self._renewed(leaf.documents(), 0, take)
        return leaves

    @property
    def result(self) -> Rehashed:
        """What could not be read."""
        return Rehashed(
            seal=self.seal.number, left_out=self.left_out, codes=tuple(self.codes)
        )

    def _own(self, take: HashFunction) -> bytes:
        """Return the leaf of the statement and its signature."""
        before = self._before(None, 0)
        digests = self.seal.own_digests(self.algorithm)
        return node_of([renewed_digest(each, before, take) for each in digests], take)

    def _of_record(self, leaf: RecordLeaf, take: HashFunction) -> bytes:
        try:
            package = leaf.package()
            documents = documents_of(package, leaf.row)
            manifests = [
                content_manifest(package, chain.algorithm)
                for chain in self.seal.stamped[1:]
            ]
            new = content_manifest(package, self.algorithm)
        except (PackageError, StorageError):
            # `Archive.verify` tells what is wrong with it.
            self._leave_out(leaf)
            return b""
        made = [self._renewed(documents, 0, take)]
        made += [
            self._renewed([each], born, take)
            for born, each in enumerate(manifests, start=1)
        ]
        if not all(made):
            self._leave_out(leaf)
            return b""
        return b"".join((*made, take(new)))

    def _renewed(
        self, documents: Sequence[bytes], born: int, take: HashFunction
    ) -> bytes:
        """Return the new leaf of *documents*; nothing if the last chain lacks them."""
        before = self._before(documents, born)
        if not before:
            return b""
        return node_of(
            [renewed_digest(take(each), before, take) for each in documents], take
        )

    def _before(self, documents: Sequence[bytes] | None, born: int) -> bytes:
        """Return the evidence so far, DER; nothing if it does not go to the end."""
        chains = chains_of(self.seal, documents, self._tree, born=born)
        whole = len(chains) == len(self.seal.stamped) - born
        return sequence_of(chains) if whole else b""

    def _tree(self, chain: int) -> StoredTree:
        if chain not in self._trees:
            self._trees[chain] = self.seals.tree(self.seal, chain)
        return self._trees[chain]

    def _leave_out(self, leaf: RecordLeaf) -> None:
        self.left_out += 1
        if len(self.codes) < NAMED:
            self.codes.append(leaf.row["code"])


def covered_by(seal: Seal) -> Iterator[int]:
    """Yield how many time-stamps of each chain of *seal* a new one is over."""
    *before, last = seal.stamped
    yield from last.covered[: len(before)]
    yield len(last.tokens)
