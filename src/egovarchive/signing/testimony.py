"""Testimony 撤销证据: when a list or reply speaks for a certificate, and against it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain

from attrs import field, frozen

from egovarchive.errors import SignatureInvalidError

from . import RevocationEvidence
from .certificates import Certificate
from .crl import Revoked

# RFC 3161, 4: an authority that stopped for these has not lost its key.
_KEY_IN_GOOD_HANDS = frozenset(
    {"affiliationChanged", "superseded", "cessationOfOperation"}
)


@frozen
class Word:
    """
    That a certificate had not been taken back.

    Args:
        made_at: When what says so was made.
        reasons: For which reasons, bits of ReasonFlags.
        evidence: What says so.
    """

    made_at: datetime
    reasons: frozenset[int]
    evidence: RevocationEvidence = field(repr=False)


def speaks_at(
    at: datetime,
    certificate: Certificate,
    made_at: datetime,
    next_at: datetime,
    keeps_expired_since: datetime | None,
) -> bool:
    """
    Return whether a list or reply says how *certificate* stood *at* that moment.

    Args:
        at: The moment that was proved.
        certificate: Whose standing it is.
        made_at: When the list or reply was made.
        next_at: When the next one was due.
        keeps_expired_since: It knows certificates that expired after this; None: it
            may have dropped what had expired.
    """
    if made_at <= at:
        return at <= next_at
    # RFC 5280, 3.3: who is on a list stays on it until one list after it expired.
    return made_at <= certificate.not_after or (
        keeps_expired_since is not None and keeps_expired_since <= certificate.not_after
    )


def check_after(
    certificate: Certificate,
    revoked: Revoked,
    at: datetime,
    *,
    stamped_at: datetime | None,
) -> None:
    """
    Return if *certificate* was *revoked* only after that moment.

    Args:
        certificate: Whose revocation it is.
        revoked: The revocation.
        at: The moment that was proved.
        stamped_at: A time-stamp authority's own word, which counts in place of *at*
            where it was revoked for a reason that leaves its key in good hands.

    Raises:
        SignatureInvalidError: It was not.
    """
    if stamped_at is not None and revoked.reason in _KEY_IN_GOOD_HANDS:
        at = stamped_at
    if revoked.since <= at:
        raise SignatureInvalidError(
            f"the certificate of {certificate.subject_text!r} was revoked at "
            f"{revoked.at.isoformat()} ({revoked.reason}), as of "
            f"{revoked.since.isoformat()}: not after {at.isoformat()}",
            f"{certificate.subject_text!r} 的证书于 {revoked.at.isoformat()} 被撤销"
            f"（{revoked.reason}），自 {revoked.since.isoformat()} 起无效，"
            f"不晚于 {at.isoformat()}",
        )


def joined(found: Sequence[RevocationEvidence], *, good: bool) -> RevocationEvidence:
    """Return all that *found* rests on, each once, as *good* or as unknown."""
    return RevocationEvidence(
        outcome="good" if good else "unknown",
        crls=_once(each.crls for each in found),
        ocsp=_once(each.ocsp for each in found),
        certificates=_once(each.certificates for each in found),
    )


def _once(found: Iterable[tuple[bytes, ...]]) -> tuple[bytes, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(found)))
