"""Sealing 封存: evidence over what is archived, renewed for as long as it is kept."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from attrs import field, frozen

from egovarchive.archive.archiving import Archiving
from egovarchive.archive.codes import code_of
from egovarchive.archive.gone import check_kept
from egovarchive.archive.sealing.sealed import (
    Need,
    NeedKind,
    Proof,
    Rehashed,
    SealingStatus,
)
from egovarchive.errors import (
    EvidenceError,
    InvalidValueError,
    SignatureInvalidError,
    TimestampUnavailableError,
)
from egovarchive.evidence.seal import Seal, SealState
from egovarchive.evidence.seals import Seals
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.digest import check_algorithm

if TYPE_CHECKING:
    # What verifies and signs loads cryptography, and is not for who only deposits.
    from egovarchive.archive.sealing.prover import Prover
    from egovarchive.archive.sealing.sealer import Sealer
    from egovarchive.evidence.record import EvidenceVerifier
    from egovarchive.signing.algorithm_policy import AlgorithmPolicy

MONTHS: Final = 12  # before an end, that a renewal is due


@frozen
class Sealing:
    """
    Evidence over an archive; see `Archive.sealing`.

    Args:
        archiving: The archive's backends and rules.
    """

    _archiving: Archiving = field(repr=False)

    def seal(
        self, *, algorithm: str = "sha256", timeout: float | None = None
    ) -> Seal | None:
        """
        Seal all records and journal segments since the last seal; return the new one.

        One hash tree, one signature, one time-stamp, however many they are. If the
        authority gives none now, the seal is pending, and `complete` tries again.
        Returns None if there is nothing new. What two million digests cannot cover
        is left for the next seal.

        Args:
            algorithm: How digests are taken. By another than SHA-256, a part of each
                new package is read.
            timeout: Seconds for the signer, and as many for the authority.

        Raises:
            SigningError: It could not be signed, or the source of revocations has none
                to give. Nothing is sealed.
            InvalidValueError: Likewise: a revocation list is not understood.
            SignatureInvalidError: The signer's certificate is not good. If it was
                revoked before the time-stamp, the seal is pending, and remains so.
            TimestampError: There is no authority, and nothing is sealed; or what it
                gave does not hold: the seal is pending then.
            EvidenceError: As for `TimestampError`, or a seal was altered.
            JournalError: A segment is missing or altered.
            PackageError: A package is damaged (by another algorithm than SHA-256).
            StorageError: It could not be stored. It may be pending.
        """
        sealer = self._sealer()
        number = sealer.make(check_algorithm(algorithm), timeout)
        if number is None:
            return None
        with suppress(TimestampUnavailableError):
            sealer.complete(number, timeout)
        return self._seals.load(number)

    def complete(self, *, timeout: float | None = None) -> tuple[int, ...]:
        """
        Sign and time-stamp what waits for it; return the numbers of those seals.

        Raises:
            TimestampUnavailableError: The authority cannot be reached now, either.
            TimestampError, EvidenceError, SigningError: As for `seal`. Of a seal that
                does not hold, after all others were tried.
        """
        status = self.status()
        done = sorted({*status.pending, *status.renewing})
        if done:
            sealer = self._sealer()
            failed: SignatureInvalidError | EvidenceError | None = None
            for number in done:
                try:
                    sealer.complete(number, timeout)
                except (SignatureInvalidError, EvidenceError) as error:  # noqa: PERF203
                    # One that can never be completed holds up no other.
                    failed = failed or error
            if failed is not None:
                raise failed
        return tuple(done)

    def status(self) -> SealingStatus:
        """
        Return how much of the archive is sealed.

        Raises:
            EvidenceError: A seal is missing or altered.
        """
        pending, renewing = [], []
        sealed, upto, until = 0, 0, None
        for seal in self._all():
            upto = seal.statement.upto.number
            if seal.state is SealState.PENDING:
                pending.append(seal.number)
                continue
            sealed, until = sealed + 1, seal.statement.until
            if seal.renewing:
                renewing.append(seal.number)
        head = self._archiving.register.projection.head.number
        return SealingStatus(
            sealed=sealed,
            pending=tuple(pending),
            renewing=tuple(renewing),
            unsealed=max(0, head - upto),
            until=until,
        )

    def evidence_record(self, code: ArchivalCode | str) -> bytes:
        """
        Return the evidence record of the record *code*, DER (RFC 4998).

        It is over two documents: the package's primary manifest, and its signature.

        Raises:
            EvidenceError: No seal covers it yet, or it is pending.
            EntryNotFoundError: There is no such record.
            RecordDestroyedError: It was destroyed.
            PackageError: The package is damaged.
        """
        return self._prover().record(self._kept(code)).encode()

    def verify(
        self,
        code: ArchivalCode | str,
        at: datetime | None = None,
        *,
        policy: AlgorithmPolicy | None = None,
    ) -> Proof:
        """
        Return what the evidence of the record *code* proves.

        That its files agree with its manifest is what `Archive.verify` tells. Once
        hashes were renewed, they are read here too. The package's signature and the
        seal's are judged at the moment that is proved, with the lists of certificates
        taken back that were frozen then; `Proof.revocations` tells what they say.

        Args:
            code: The record.
            at: When the last time-stamp is judged; None: now.
            policy: Which algorithms are acceptable at which time; None: as in
                `signing.algorithm_policy.DEFAULT_POLICY`.

        Raises:
            EvidenceError: It does not prove anything: the record is not sealed, or
                another; a time-stamp does not verify, or was not renewed in time.
            RecordDestroyedError: It was destroyed.
            SignatureInvalidError: The seal's signature is not good, or the package's,
                or its certificate had been revoked.
            SigningError: The source of revocations has none to give.
        """
        moment = self._archiving.clock() if at is None else at
        verifier = self._verifier(policy)
        return self._prover().verify(self._kept(code), moment, verifier)

    def export_proof(
        self, code: ArchivalCode | str, folder: str | os.PathLike[str]
    ) -> Path:
        """
        Write all that proves the record *code* into *folder* 出证; return it.

        Who has it needs none of our software: ``verify.sh`` in it runs on what comes
        with any system, and a page tells what it proves, and what not. A record that
        is not sealed yet is said to be so.

        Args:
            code: The record.
            folder: A folder that does not exist, or is empty.

        Raises:
            EntryNotFoundError: There is no such record.
            RecordDestroyedError: It was destroyed.
            ArchiveError: The folder is not empty, or cannot be written; or the archive
                was opened without signers to trust.
            DigestMismatchError: A file was altered. Nothing is written.
            SignatureInvalidError: The signature is not good. Nothing is written.
            EvidenceError: The record is sealed, and its evidence does not hold.
            JournalError: The journal is altered.
        """
        from egovarchive.archive.sealing.proof import ProofFolder  # noqa: PLC0415 - heavy

        # Only who is sealed needs authorities.
        verifier = self._verifier() if self._archiving.authorities else None
        proof = ProofFolder(self._archiving, self._prover(), verifier)
        return proof.write(code_of(code), Path(folder))

    def needs_renewal(
        self,
        on: date,
        *,
        months: int = MONTHS,
        policy: AlgorithmPolicy | None = None,
    ) -> tuple[Need, ...]:
        """
        Return what must be renewed, and why, as seen *on* that day.

        Args:
            on: The day.
            months: How long before its evidence ends a seal is named.
            policy: Which algorithms are acceptable at which time; None: as in
                `signing.algorithm_policy.DEFAULT_POLICY`.

        Raises:
            EvidenceError: A time-stamp does not verify, so that nobody can say when.
        """
        from egovarchive.archive.sealing.renewal import needs_of  # noqa: PLC0415 - heavy
        from egovarchive.signing.algorithm_policy import (  # noqa: PLC0415
            DEFAULT_POLICY,
        )

        verifier = self._verifier()
        return tuple(
            need
            for seal in self._all()
            for need in needs_of(seal, verifier, on, months, policy or DEFAULT_POLICY)
        )

    def duties(self, on: date, *, months: int = MONTHS) -> tuple[Need, ...]:
        """
        Return what is to be done for seals, as seen *on* that day, most urgent first.

        What is new and not sealed, what is pending, and what `needs_renewal` names.
        Without authorities to trust nobody can say when evidence ends: then only what
        has no date is named.

        Args:
            on: The day.
            months: How long before its evidence ends a seal is named.

        Raises:
            EvidenceError: A seal is altered, or a time-stamp does not verify.
        """
        status = self.status()
        whole = status.sealed + len(status.pending)
        if self._archiving.authorities:
            needs = self.needs_renewal(on, months=months)
        else:
            waiting = sorted({*status.pending, *status.renewing})
            needs = tuple(Need(seal=n, kind=NeedKind.COMPLETE) for n in waiting)
        if status.unsealed:
            needs = (*needs, Need(seal=whole + 1, kind=NeedKind.SEAL))
        return tuple(sorted(needs, key=lambda need: need.ends_on or date.min))

    def renew_timestamps(
        self, seals: Collection[int] | None = None, *, timeout: float | None = None
    ) -> int:
        """
        Give *seals* new time-stamps, each over the last; return how many have one.

        Nothing that is archived is read.

        Args:
            seals: The numbers of those to renew, as `needs_renewal` names them; None:
                all. Those that are pending are passed over: there is nothing to renew.
            timeout: Seconds for the authority, for each.

        Raises:
            TimestampError: There is no authority, or it gave none.
            EvidenceError: What it gave does not verify.
        """
        sealer = self._sealer()
        count = 0
        for seal in self._chosen(seals):
            sealer.stamp_again(seal, timeout)
            count += 1
        return count

    def renew_hashes(
        self,
        algorithm: str,
        seals: Collection[int] | None = None,
        *,
        timeout: float | None = None,
    ) -> tuple[Rehashed, ...]:
        """
        Give *seals* new hash trees by *algorithm*, over the old ones and all contents.

        All that they cover is read again. Seals that have that algorithm already are
        passed over.

        Args:
            algorithm: The new one.
            seals: The numbers of those to renew; None: all.
            timeout: Seconds for the authority, for each.

        Returns:
            For each seal, which records could not be read, and keep what they have.

        Raises:
            TimestampError: There is no authority, or it gave none: the renewal of
                that seal waits for `complete`, and others were not begun.
            EvidenceError: A seal was altered.
            JournalError: A segment is missing or altered.
        """
        check_algorithm(algorithm)
        sealer = self._sealer()
        done = []
        for seal in self._chosen(seals):
            if seal.renewing:
                sealer.complete(seal.number, timeout)
            elif seal.stamped[-1].algorithm != algorithm:
                done.append(sealer.rehash(seal, algorithm, timeout))
        return tuple(done)

    @property
    def _seals(self) -> Seals:
        return Seals(self._archiving.storage, self._archiving.arrangement.fonds)

    def _all(self) -> Iterator[Seal]:
        seals = self._seals
        for number, names in sorted(seals.names().items()):
            yield seals.load(number, names)

    def _chosen(self, numbers: Collection[int] | None) -> Iterator[Seal]:
        """Yield those of the seals *numbers* that have a time-stamp; None: of all."""
        there = self._seals.names()
        for number in sorted(there if numbers is None else set(numbers)):
            if number not in there:
                raise InvalidValueError(
                    f"there is no seal {number}",
                    f"没有第 {number} 号封存",
                    place="seals",
                )
            seal = self._seals.load(number, there[number])
            if seal.state is SealState.SEALED:
                yield seal

    def _sealer(self) -> Sealer:
        from egovarchive.archive.sealing.sealer import Sealer  # noqa: PLC0415 - heavy

        verifier = self._verifier() if self._archiving.authorities else None
        return Sealer.of(self._archiving, self._seals, verifier)

    def _kept(self, code: ArchivalCode | str) -> ArchivalCode:
        catalog = self._archiving.catalog
        return check_kept(catalog, catalog.entry(code_of(code))).code

    def _prover(self) -> Prover:
        from egovarchive.archive.sealing.prover import Prover  # noqa: PLC0415 - heavy

        return Prover(self._archiving, self._seals)

    def _verifier(self, policy: AlgorithmPolicy | None = None) -> EvidenceVerifier:
        if not self._archiving.authorities:
            raise EvidenceError(
                "this archive was opened without authorities to trust",
                "该档案库未配置受信任的时间戳服务机构，不能核验证据",
            )
        from egovarchive.archive.sealing.recall import verifier_of  # noqa: PLC0415 - heavy

        return verifier_of(self._archiving.authorities, policy)
