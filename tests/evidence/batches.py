"""Batches of documents with evidence records over them, made by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

from attrs import define, field

from egovarchive.evidence.merkle import Tree
from egovarchive.evidence.nodes import hash_function, node_of
from egovarchive.evidence.record import reduced_tree, renewed_digest
from egovarchive.evidence.record_der import (
    ArchiveTimestamp,
    EvidenceRecord,
    sequence_of,
)
from egovarchive.testing.timestamps import TestAuthority

BEGAN = datetime(2026, 11, 23, 8, 0, 0, tzinfo=timezone.utc)
YEAR = timedelta(days=365)


@define
class Clock:
    """A clock that a test sets."""

    now: datetime = BEGAN

    def __call__(self) -> datetime:
        return self.now

    def go(self, by: timedelta) -> None:
        self.now += by


def leaves(count: int, algorithm: str = "sha256", salt: str = "") -> bytes:
    take = hash_function(algorithm)
    return b"".join(take(f"{salt}leaf {number}".encode()) for number in range(count))


def documents(count: int) -> list[bytes]:
    return [f"document {number}\n".encode() for number in range(count)]


@define
class Batch:
    """
    Groups of documents, with one evidence record each, renewed together.

    What `Archive.sealing` does with storage, this does with lists.
    """

    groups: Sequence[Sequence[bytes]]
    clock: Clock = field(factory=Clock)
    algorithm: str = "sha256"
    authority: TestAuthority = field()
    records: list[EvidenceRecord] = field(init=False)

    @authority.default
    def _make_authority(self) -> TestAuthority:
        return TestAuthority(clock=self.clock)

    @records.default
    def _first(self) -> list[EvidenceRecord]:
        take = hash_function(self.algorithm)
        digests = [[take(each) for each in group] for group in self.groups]
        stamps = self._chain(digests, self.algorithm)
        return [EvidenceRecord(((stamp,),)) for stamp in stamps]

    def _chain(
        self, digests: Sequence[Sequence[bytes]], algorithm: str
    ) -> list[ArchiveTimestamp]:
        take = hash_function(algorithm)
        tree = Tree(b"".join(node_of(group, take) for group in digests), algorithm)
        token = self.authority.stamp(tree.root, algorithm)
        return [
            ArchiveTimestamp.of(
                algorithm, reduced_tree(group, tree.proof(index)), token
            )
            for index, group in enumerate(digests)
        ]

    def renew_timestamps(self) -> None:
        last = self.records[0].chains[-1][-1]
        digest = hash_function(last.algorithm)(last.token)
        token = self.authority.stamp(digest, last.algorithm)
        new = ArchiveTimestamp.of(last.algorithm, None, token)
        self.records = [
            EvidenceRecord((*record.chains[:-1], (*record.chains[-1], new)))
            for record in self.records
        ]

    def renew_hashes(self, algorithm: str) -> None:
        take = hash_function(algorithm)
        digests = [
            [
                renewed_digest(take(each), sequence_of(record.chains), take)
                for each in group
            ]
            for group, record in zip(self.groups, self.records, strict=True)
        ]
        self.records = [
            EvidenceRecord((*record.chains, (stamp,)))
            for record, stamp in zip(
                self.records, self._chain(digests, algorithm), strict=True
            )
        ]


def root_by_hand(values: Sequence[bytes]) -> bytes:
    """Return the root over *values*, as short as it can be said."""
    level = list(values)
    while len(level) > 1:
        pairs = [level[at : at + 2] for at in range(0, len(level), 2)]
        level = [
            pair[0]
            if len(pair) == 1
            else hashlib.sha256(b"".join(sorted(pair))).digest()
            for pair in pairs
        ]
    return level[0]
