"""Recall 调用固化数据: verifiers, also with what was frozen beside a seal."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from egovarchive.errors import InvalidValueError, SignatureInvalidError
from egovarchive.evidence.record import EvidenceVerifier
from egovarchive.signing import Verifier
from egovarchive.signing.algorithm_policy import DEFAULT_POLICY, AlgorithmPolicy
from egovarchive.signing.frozen_evidence import FrozenEvidence
from egovarchive.signing.revocation_folder import RevocationSource
from egovarchive.signing.trust import TrustStore


# A verifier remembers good time-stamps; who asks for one is made anew each time.
@lru_cache(maxsize=8)
def verifier_of(
    authorities: tuple[bytes, ...], policy: AlgorithmPolicy | None = None
) -> EvidenceVerifier:
    """Return who trusts *authorities*, DER; None: by the default policy."""
    return EvidenceVerifier(TrustStore(authorities), policy or DEFAULT_POLICY)


def signers_with(verifier: Verifier | None, frozen: Sequence[bytes]) -> Verifier | None:
    """
    Return *verifier* with what is *frozen* at hand.

    A verifier that is no `TrustStore` goes by what it has.

    Raises:
        SignatureInvalidError, InvalidValueError: See `TrustStore.with_frozen`.
    """
    if not frozen or not isinstance(verifier, TrustStore):
        return verifier
    return _store(verifier, tuple(frozen))


def evidence_with(
    verifier: EvidenceVerifier, frozen: Sequence[bytes]
) -> EvidenceVerifier:
    """Return *verifier* with what is *frozen* at hand; see `signers_with`."""
    return _evidence(verifier, tuple(frozen)) if frozen else verifier


def latest_of(source: RevocationSource) -> bytes:
    """
    Return what *source* has now, as it is frozen.

    Raises:
        SigningError: It has none to give.
        InvalidValueError: What it has is no list or reply.
    """
    latest = source.latest()
    encoded = latest.encode()
    try:
        whole = FrozenEvidence.parse(encoded) == latest
    except SignatureInvalidError as error:
        raise InvalidValueError(*error.args, rule="RFC 5280, RFC 6960") from error
    if not whole:
        # An empty file, such as a download that failed, is no list that lacks all.
        raise InvalidValueError(
            "what should be a revocation list or reply is none",
            "应为撤销列表或应答的内容并非撤销列表或应答",
            rule="RFC 5280, RFC 6960",
        )
    return encoded


# Lists may be long, and those of one seal are the same for each of its records.
@lru_cache(maxsize=4)
def _store(store: TrustStore, frozen: tuple[bytes, ...]) -> TrustStore:
    for each in frozen:
        store = store.with_frozen(each)
    return store


@lru_cache(maxsize=4)
def _evidence(
    verifier: EvidenceVerifier, frozen: tuple[bytes, ...]
) -> EvidenceVerifier:
    return verifier.with_frozen(frozen)
