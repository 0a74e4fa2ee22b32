"""Recall 调用固化数据: verifiers that have what was frozen beside a seal."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from egovarchive.evidence.record import EvidenceVerifier
from egovarchive.signing import Verifier
from egovarchive.signing.trust import TrustStore


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
