"""Sealer: makes seals, completes them, and renews them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from attrs import field, frozen

from egovarchive.archive.archiving import Archiving
from egovarchive.archive.sealing.pieces import Piece, pieces_of
from egovarchive.archive.sealing.recall import (
    evidence_with,
    latest_of,
    signers_with,
)
from egovarchive.archive.sealing.rehash import Rehasher, covered_by
from egovarchive.archive.sealing.renewal import last_stamp
from egovarchive.archive.sealing.sealed import Rehashed
from egovarchive.errors import JournalError, SigningError, TimestampError
from egovarchive.evidence.nodes import hash_function, size_of
from egovarchive.evidence.record import EvidenceVerifier
from egovarchive.evidence.seal import Seal
from egovarchive.evidence.seals import Seals
from egovarchive.evidence.statement import Mark, Rehash, Statement
from egovarchive.evidence.stored_tree import root_of
from egovarchive.journal import Head, Journal
from egovarchive.records.moment import in_china
from egovarchive.signing import Verifier, cms
from egovarchive.signing.frozen_evidence import Verified, collect
from egovarchive.signing.timestamps import Timestamper
from egovarchive.signing.timestamps.signed_info import SignedInfo

MAX_LEAVES: Final = 1 << 21  # of one seal: 64 MB of digests by SHA-256


@frozen
class Sealer:
    """
    Makes seals of an archive.

    Args:
        archiving: The archive's backends and rules.
        seals: Where seals lie.
        timestamper: Obtains time-stamps.
        verifier: Verifies them before they are stored; None leaves that to
            *timestamper*.
        signers: Verifies the signatures of seals; None leaves them unverified.
    """

    archiving: Archiving
    seals: Seals
    timestamper: Timestamper = field(repr=False)
    verifier: EvidenceVerifier | None = field(repr=False)
    signers: Verifier | None = field(repr=False)

    @classmethod
    def of(
        cls, archiving: Archiving, seals: Seals, verifier: EvidenceVerifier | None
    ) -> Sealer:
        """
        Return the sealer of an archive, which knows what was revoked by now.

        Raises:
            TimestampError: The archive has no time-stamp authority.
            SigningError: The source of revocations has none to give.
        """
        timestamper = archiving.timestamper
        if timestamper is None:
            raise TimestampError(
                "this archive was opened without a time-stamp authority",
                "该档案库未配置时间戳服务机构，不能封存",
            )
        source, signers = archiving.revocations, archiving.verifier
        if source is not None:
            known = [latest_of(source)]
            signers = signers_with(signers, known)
            verifier = verifier and evidence_with(verifier, known)
        return cls(archiving, seals, timestamper, verifier, signers)

    def make(self, algorithm: str, timeout: float | None) -> int | None:
        """
        Make a seal over what is new; return its number, or None if nothing is.

        It is signed, and not time-stamped yet. See `Sealing.seal` for what is raised.
        """
        while True:
            last = max(self.seals.names(), default=0)
            before = self.seals.statement(last) if last else None
            found = self._statement(before, algorithm)
            if found is None:
                return None
            statement, leaves, summit = found
            signature = self._sign(statement.encode(), timeout)
            tree = self.seals.put_tree(
                statement.number, 1, leaves, summit, statement.root
            )
            # Whoever stores its statement has made the seal; who loses looks again.
            if self.seals.put_statement(statement, tree):
                self.seals.put_signature(statement.number, signature)
                return statement.number

    def complete(self, number: int, timeout: float | None) -> None:
        """Sign and time-stamp what of seal *number* is not; see `Sealing.seal`."""
        seal = self.seals.load(number)
        if seal.signature is None:
            signature = self._sign(seal.statement.encode(), timeout)
            self.seals.put_signature(number, signature)
            # Another may have signed meanwhile: what is stored is what is stamped.
            seal = self.seals.load(number)
        for place, chain in enumerate(seal.chains):
            if not chain.tokens:
                self._stamp(seal, place, seal.to_stamp(place), timeout)

    def stamp_again(self, seal: Seal, timeout: float | None) -> None:
        """Give *seal* a time-stamp over its last one (RFC 4998, 5.2)."""
        place = len(seal.stamped) - 1
        chain = seal.chains[place]
        digest = hash_function(chain.algorithm)(chain.tokens[-1])
        self._stamp(seal, place, digest, timeout)

    def rehash(self, seal: Seal, algorithm: str, timeout: float | None) -> Rehashed:
        """Give *seal* a new chain by *algorithm*; see `Sealing.renew_hashes`."""
        rehasher = Rehasher(
            seal, algorithm, self.seals, self._journal, self.archiving.profile
        )
        leaves = rehasher.leaves()
        root, summit = root_of(leaves, algorithm)
        rehash = Rehash(
            statement=seal.id(),
            chain=len(seal.chains) + 1,
            covered=tuple(covered_by(seal)),
            at=self._now(),
            algorithm=algorithm,
            leaves=len(leaves) // size_of(algorithm),
            root=root,
        )
        tree = self.seals.put_tree(seal.number, rehash.chain, leaves, summit, root)
        self.seals.put_rehash(seal, rehash, tree)
        self.complete(seal.number, timeout)
        return rehasher.result

    @property
    def _journal(self) -> Journal:
        return self.archiving.register.projection.journal

    def _statement(
        self, before: Statement | None, algorithm: str
    ) -> tuple[Statement, bytearray, bytes] | None:
        """Return the statement after *before*, with its leaves and their summit."""
        after = Mark() if before is None else before.upto
        self._check_kept(after)
        size = size_of(algorithm)
        leaves = bytearray()
        first: Piece | None = None
        last: Piece | None = None
        for piece in pieces_of(self._journal, after, algorithm, self.archiving.profile):
            if leaves and len(leaves) + len(piece.leaves) > MAX_LEAVES * size:
                break
            leaves += piece.leaves
            first, last = first or piece, piece
        else:
            self._journal.check_complete(last.number if last else after.number)
        if first is None or last is None:
            return None
        root, summit = root_of(leaves, algorithm)
        statement = Statement(
            fonds=self.seals.fonds,
            number=1 if before is None else before.number + 1,
            previous={} if before is None else before.digests(),
            after=after,
            upto=last.mark(),
            since=first.at,
            until=last.at,
            at=self._now(),
            algorithm=algorithm,
            leaves=len(leaves) // size,
            root=root,
        )
        return statement, leaves, summit

    def _check_kept(self, mark: Mark) -> None:
        journal = self._journal
        if not journal.holds(Head(journal.fonds, mark.number, mark.digests)):
            raise JournalError(
                f"journal of {journal.fonds}, segment {mark.number}: it was sealed, "
                "and is altered or gone",
                f"全宗 {journal.fonds} 登记簿第 {mark.number} 段已封存，但被改动或丢失",
            )

    def _sign(self, statement: bytes, timeout: float | None) -> bytes:
        signer = self.archiving.signer
        if signer is None:
            raise SigningError(
                "this archive was opened without a signer",
                "该档案库未配置签名者，不能封存",
            )
        at = self.archiving.clock()
        (signature,) = cms.sign_messages(signer, [statement], at=at, timeout=timeout)
        if self.signers is not None:
            self.signers.verify(signature, statement, at=at)
        return signature

    def _stamp(
        self, seal: Seal, place: int, digest: bytes, timeout: float | None
    ) -> None:
        """Add a time-stamp over *digest* to the chain at *place*, from 0 on."""
        chain = seal.chains[place]
        token = self.timestamper.stamp(digest, chain.algorithm, timeout=timeout)
        verdicts: list[Verified] = []
        if self.verifier is not None:
            verdicts.append(
                self.verifier.verify_token(
                    token, digest, chain.algorithm, at=self.archiving.clock()
                )
            )
        verdicts += self._before(seal, SignedInfo.parse(token).info.gen_time)
        known = [each.revocation for each in verdicts]
        # Certificates come with signatures. What disappears are lists and replies.
        worth = any(each.crls or each.ocsp for each in known)
        self.seals.put_token(
            seal.number,
            place + 1,
            len(chain.tokens) + 1,
            token,
            collect(*verdicts) if worth else None,
        )

    def _before(self, seal: Seal, at: datetime) -> Iterator[Verified]:
        """Yield what a new time-stamp of *at* is over, judged at that moment."""
        if seal.stamped:
            if self.verifier is not None:
                yield last_stamp(seal, self.verifier, at=at)
        elif self.signers is not None and seal.signature is not None:
            yield self.signers.verify(seal.signature, seal.statement.encode(), at=at)

    def _now(self) -> datetime:
        return in_china(self.archiving.clock()).replace(microsecond=0)
