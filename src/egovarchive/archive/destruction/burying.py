"""Burying 留痕: tombstones are made and kept before a byte goes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING

from attrs import frozen

from egovarchive.archive.destruction.destruction_files import (
    TOMBSTONES,
    DestructionFiles,
    evidence_name,
)
from egovarchive.archive.sealing.leaves import documents_of
from egovarchive.archive.stored import open_part
from egovarchive.errors import NotStoredError, StorageError
from egovarchive.evidence.seal import SealState
from egovarchive.evidence.seals import Seals
from egovarchive.lifecycle.entry import Entry
from egovarchive.lifecycle.tombstone import Tombstone
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.digest import ALGORITHMS, digests

if TYPE_CHECKING:
    from egovarchive.archive.sealing.prover import Prover


@frozen
class Burying:
    """
    Makes the tombstones of one list.

    Args:
        files: Where they are kept.
    """

    files: DestructionFiles

    def tombstones(self, codes: Iterable[ArchivalCode]) -> dict[str, Tombstone]:
        """
        Return tombstones of the records *codes*, by code, all of them durable.

        Those that were kept before are taken; by then bytes may have gone.

        Raises:
            NotStoredError: The package of one is missing: strike it off the list, and
                look for it. What is lost is not destroyed.
            PackageError: It is damaged, or not the one that was registered.
            EvidenceError: A seal was altered.
            StorageError: What was kept before lacks one of them, or was altered.
        """
        wanted = list(codes)
        found = self.files.tombstones()
        if found is None:
            data = self._make(wanted)
            self.files.put(TOMBSTONES, data)
            # What is kept is what counts, whoever was first.
            found = self.files.tombstones() or {}
        for code in wanted:
            tombstone = found.get(str(code))
            if tombstone is None:
                raise StorageError(
                    f"{self.files.key(TOMBSTONES)} has no tombstone of {code}",
                    f"{self.files.key(TOMBSTONES)} 中没有 {code} 的留痕",
                )
            self._check_kept(tombstone)
        return found

    def _make(self, codes: Sequence[ArchivalCode]) -> bytes:
        from egovarchive.archive.sealing.prover import Prover  # noqa: PLC0415 - cryptography

        acting = self.files.acting
        archiving = acting.archiving
        prover = Prover(archiving, Seals(archiving.storage, acting.fonds))
        return b"".join(self._tombstone(code, prover).encode() for code in codes)

    def _tombstone(self, code: ArchivalCode, prover: Prover) -> Tombstone:
        acting = self.files.acting
        entry, standing = acting.entry(code), acting.standing(code)
        documents = self._documents(entry)
        hashes = [digests(each, tuple(ALGORITHMS)) for each in documents]
        return Tombstone(
            entry=entry,
            standing=standing,
            list=self.files.list_id,
            manifest=hashes[0],
            signature=hashes[1] if len(hashes) > 1 else None,
            evidence=self._evidence(entry, documents, prover),
        )

    def _documents(self, entry: Entry) -> list[bytes]:
        archiving = self.files.acting.archiving
        package = open_part(archiving.storage, entry, archiving.profile)
        return documents_of(package, entry.row())

    def _evidence(
        self, entry: Entry, documents: Sequence[bytes], prover: Prover
    ) -> str | None:
        """Keep the evidence record of *entry*; return its digest, or None."""
        seal = prover.find(entry, documents)
        if seal is None or seal.state is not SealState.SEALED:
            return None
        record = prover.record(entry.code).encode()
        digest = sha256(record).hexdigest()
        self.files.acting.keep(self.files.key(evidence_name(digest)), record)
        return digest

    def _check_kept(self, tombstone: Tombstone) -> None:
        """Look that what is kept is of the record that is registered."""
        entry = self.files.acting.entry(tombstone.code)
        signature = tombstone.signature
        told = (
            tombstone.entry,
            tombstone.manifest.get("sha256"),
            None if signature is None else signature.get("sha256"),
        )
        if told != (entry, entry.package, entry.signature):
            raise self.files.altered(TOMBSTONES)
        if tombstone.evidence is None:
            return
        name = evidence_name(tombstone.evidence)
        data = self.files.get(name)
        if data is None or sha256(data).hexdigest() != tombstone.evidence:
            raise self.files.altered(name)


def is_whole(files: DestructionFiles, code: ArchivalCode) -> bool:
    """
    Say whether the package of *code* is still there, and the one that was registered.

    Raises:
        PackageError: Something else is there.
    """
    acting = files.acting
    entry = acting.entry(code)
    try:
        package = open_part(acting.archiving.storage, entry, acting.archiving.profile)
    except NotStoredError:
        return False
    documents_of(package, entry.row())
    return True
