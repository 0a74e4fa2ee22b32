"""
What evidence records 证据记录 prove (RFC 4998): making, renewing and verifying them.

A record proves of documents that they were there when its oldest time-stamp was given.
A time-stamp is renewed by one over it before its authority's certificate ends, or its
signature algorithm; a hash algorithm by a new chain over the whole record and over the
documents themselves.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from threading import Lock
from typing import TypeAlias

from attrs import frozen

from egovarchive.errors import EvidenceError, SignatureInvalidError
from egovarchive.signing import RevocationEvidence
from egovarchive.signing.algorithm_policy import DEFAULT_POLICY, AlgorithmPolicy
from egovarchive.signing.certificates import Certificate
from egovarchive.signing.path import Path
from egovarchive.signing.timestamps import VerifiedTimestamp
from egovarchive.signing.timestamps.authority import parsed_certificate
from egovarchive.signing.timestamps.token import verify_token
from egovarchive.signing.trust import TrustStore

from .nodes import HashFunction, hash_function, node_of, size_of
from .record_der import ArchiveTimestamp, EvidenceRecord, sequence_of

# A document: its bytes, or its digests by algorithm, if only those are at hand.
Document: TypeAlias = bytes | Mapping[str, bytes]

# By how much an authority's clock may be before ours. Between two of its tokens, none.
LEEWAY = timedelta(minutes=5)
# Verified tokens kept in memory, some 10 kB each.
CACHED = 256


def renewed_digest(digest: bytes, before: bytes, take: HashFunction) -> bytes:
    """
    Return what a new chain has of a document (RFC 4998, 5.2).

    Args:
        digest: The document's, by the new algorithm.
        before: The ArchiveTimeStampSequence so far, DER.
        take: Takes digests by the new algorithm.
    """
    return take(digest + take(before))


def reduced_tree(
    digests: Sequence[bytes], proof: Sequence[bytes]
) -> tuple[tuple[bytes, ...], ...]:
    """
    Return the reduced hash tree of a leaf (RFC 4998, 4.2).

    Args:
        digests: What the leaf is the node above: of one document, or of a group.
        proof: What the leaf is joined with, in turn: `merkle.Tree.proof`.
    """
    if len(digests) == 1 and proof:
        return ((digests[0], proof[0]), *((value,) for value in proof[1:]))
    return (tuple(digests), *((value,) for value in proof))


def digest_of(document: Document, algorithm: str, take: HashFunction) -> bytes:
    """
    Return the digest of *document* by *algorithm*, as *take* takes them.

    Raises:
        EvidenceError: It is not given, or it is of a size that no document may have.
    """
    if not isinstance(document, bytes):
        digest = document.get(algorithm)
        if digest is None or len(digest) != size_of(algorithm):
            raise EvidenceError(
                f"the {algorithm} digest of a document is needed, and not given",
                f"需要文件的 {algorithm} 摘要，但未提供",
            )
        return digest
    # Two digests run together are what an inner node is the digest of.
    if len(document) == 2 * size_of(algorithm):
        raise EvidenceError(
            f"a document of {len(document)} bytes is not accepted: it may be an inner "
            "node of a hash tree, which looks like a document of that size",
            f"不接受长 {len(document)} 字节的文件：可能是散列树的中间节点，"
            "二者无法区分",
        )
    return take(document)


@frozen
class _Judged:
    """
    A token that was found good.

    Args:
        verified: What it says.
        bits: The size of its authority's key.
        at: The moment at which it was judged.
    """

    verified: VerifiedTimestamp
    bits: int
    at: datetime

    def holds(self, at: datetime) -> bool:
        """Say whether it is good *at* another moment too, without another look."""
        verified = self.verified
        if not verified.gen_time <= at <= verified.expires_at:
            return False
        # Where revocations are known, one of them may lie between the two moments.
        return at <= self.at or verified.revocation.outcome == "unknown"


class EvidenceVerifier:
    """
    Verifies evidence records. Threads may share one.

    Time-stamps that were found good are remembered, as those of one batch are the
    same in the record of each of its documents.

    Args:
        trust: Whose time-stamps are good: authorities, or who vouches for them.
        policy: Which algorithms are acceptable at which time.
    """

    def __init__(
        self, trust: TrustStore, policy: AlgorithmPolicy = DEFAULT_POLICY
    ) -> None:
        self._trust = trust
        self._policy = policy
        self._good: OrderedDict[bytes, _Judged] = OrderedDict()
        self._lock = Lock()

    def with_frozen(self, frozen: Iterable[bytes]) -> EvidenceVerifier:
        """
        Return one that also has what was *frozen*; see `TrustStore.with_frozen`.

        It remembers by itself which time-stamps it found good.
        """
        trust = self._trust
        for each in frozen:
            trust = trust.with_frozen(each)
        return EvidenceVerifier(trust, self._policy)

    def revocation_of(
        self, stamp: VerifiedTimestamp, at: datetime
    ) -> RevocationEvidence:
        """
        Return what is known of whether the authority of *stamp* was revoked.

        Args:
            stamp: What `verify` or `verify_token` returned.
            at: The moment at which that is judged.

        Raises:
            EvidenceError: It was.
        """
        path = Path.of(tuple(map(parsed_certificate, stamp.path)))
        try:
            return self._trust.judge(path, at=at, stamped_at=stamp.gen_time)
        except SignatureInvalidError as error:
            raise EvidenceError(*error.args) from error

    def __repr__(self) -> str:
        return f"EvidenceVerifier({self._trust!r})"

    def verify(
        self,
        record: EvidenceRecord | bytes,
        documents: Sequence[Document],
        *,
        at: datetime,
    ) -> tuple[VerifiedTimestamp, ...]:
        """
        Return the time-stamps that prove that *documents* were there, oldest first.

        The first one's ``gen_time`` is what is proved: all of them existed then.

        Args:
            record: An evidence record, parsed or DER.
            documents: What it is about. If there are several, they must be all of the
                group that the record has.
            at: The moment at which the last time-stamp is judged: now.

        Raises:
            EvidenceError: It does not prove that: it is of other documents, a
                time-stamp does not verify or was not renewed in time, or an algorithm
                ended before.
            InvalidValueError: *at* has no time zone.
        """
        if isinstance(record, bytes):
            record = EvidenceRecord.decode(record)
        if not documents:
            raise EvidenceError("no document is given", "未提供文件")
        stamped = []
        for number, chain in enumerate(record.chains):
            before = sequence_of(record.chains[:number]) if number else None
            stamped += _stamped(chain, documents, before)
        return self._verify_tokens(record, stamped, at)

    def _verify_tokens(
        self, record: EvidenceRecord, stamped: Sequence[bytes], at: datetime
    ) -> tuple[VerifiedTimestamp, ...]:
        """Verify each token at the time of the one after it, the last one *at* now."""
        found: list[VerifiedTimestamp] = []
        leeway = LEEWAY
        left = list(stamped)
        for chain in reversed(record.chains):
            # A chain's digests must hold until the next chain is over its documents.
            self._check_algorithm(chain[0].algorithm, at)
            for each in reversed(chain):
                verified = self.verify_token(
                    each.token, left.pop(), each.algorithm, at=at, leeway=leeway
                )
                found.append(verified)
                at, leeway = verified.gen_time, timedelta()
        return tuple(reversed(found))

    def verify_token(
        self,
        token: bytes,
        digest: bytes,
        algorithm: str,
        *,
        at: datetime,
        leeway: timedelta = LEEWAY,
    ) -> VerifiedTimestamp:
        """
        Return what *token*, over *digest*, says; see `timestamps.token.verify_token`.

        Raises:
            EvidenceError: It does not verify *at* that moment, or how it was signed
                was not accepted any more.
        """
        # Run together they stay apart: the name says how long the digest is.
        key = hashlib.sha256(token).digest() + digest + algorithm.encode()
        known = self._known(key)
        if known is None or not known.holds(at):
            try:
                verified = verify_token(
                    token, digest, algorithm, trust=self._trust, at=at, leeway=leeway
                )
            except SignatureInvalidError as error:
                raise EvidenceError(*error.args) from error
            bits = Certificate.parse(verified.certificate).public_key.bits
            known = _Judged(verified, bits, at)
            self._keep(key, known)
        self._check_algorithm(known.verified.signature_algorithm, at, known.bits)
        return known.verified

    def _check_algorithm(
        self, algorithm: str, at: datetime, bits: int | None = None
    ) -> None:
        try:
            self._policy.check(algorithm, at, bits=bits)
        except SignatureInvalidError as error:
            en, zh = error.args
            raise EvidenceError(
                f"the evidence was not renewed in time: {en}",
                f"证据未及时续期：{zh}",
            ) from error

    def _known(self, key: bytes) -> _Judged | None:
        with self._lock:
            known = self._good.get(key)
            if known is not None:
                self._good.move_to_end(key)
            return known

    def _keep(self, key: bytes, known: _Judged) -> None:
        with self._lock:
            self._good[key] = known
            self._good.move_to_end(key)
            while len(self._good) > CACHED:
                self._good.popitem(last=False)


def _stamped(
    chain: Sequence[ArchiveTimestamp],
    documents: Sequence[Document],
    before: bytes | None,
) -> list[bytes]:
    """Return the digest that each token of *chain* must be over."""
    algorithm = chain[0].algorithm
    take = hash_function(algorithm)
    digests = [digest_of(each, algorithm, take) for each in documents]
    if before is not None:
        digests = [renewed_digest(each, before, take) for each in digests]
    stamped = []
    for each in chain:
        stamped.append(_root(each, digests, take))
        digests = [take(each.token)]
    return stamped


def _root(
    stamp: ArchiveTimestamp, digests: Sequence[bytes], take: HashFunction
) -> bytes:
    """Return the digest that *stamp* has above *digests* (RFC 4998, 4.3)."""
    if stamp.reduced is None:
        if len(digests) != 1:
            raise EvidenceError(
                f"the record is of one document, not {len(digests)}",
                f"证据记录只针对一个文件，而不是 {len(digests)} 个",
            )
        return digests[0]
    first = stamp.reduced[0]
    if not set(digests) <= set(first):
        raise EvidenceError(
            "the record is of other documents: the digests of these are not in it",
            "证据记录针对的是其他文件：其中没有这些文件的摘要",
        )
    if len(digests) > 1 and len(first) != len(digests):
        raise EvidenceError(
            f"the record is of a group of {len(first)}, not {len(digests)}",
            f"证据记录针对一组 {len(first)} 个文件，而不是 {len(digests)} 个",
        )
    node = node_of(first, take)
    for values in stamp.reduced[1:]:
        node = node_of((node, *values), take)
    return node
