"""Time-stamps 时间戳 (RFC 3161, GB/T 20520): who says when bytes were there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from attrs import field, frozen

from egovarchive.signing import RevocationEvidence


class Timestamper(Protocol):
    """
    Obtains time-stamps from an authority 时间戳服务机构.

    Only digests leave the house. Prove a new one with
    `egovarchive.testing.timestamps.TimestamperContract`.
    """

    def stamp(
        self, digest: bytes, algorithm: str, *, timeout: float | None = None
    ) -> bytes:
        """
        Return a token 时间戳令牌 over *digest*: a CMS SignedData, DER.

        It has been verified. Asking twice gives two tokens, and does no harm.

        Args:
            digest: The digest of what is to be stamped.
            algorithm: How it was taken: a name of `records.digest.ALGORITHMS`.
            timeout: Seconds for all of it; None: as long as the backend thinks fit.

        Raises:
            TimestampUnavailableError: There is none now; ask again later.
            TimestampRefusedError: The authority will not give it.
            TimestampError: What the authority gave does not verify.
            InvalidValueError: *digest* is not one of *algorithm*.
        """
        ...


@frozen(kw_only=True)
class VerifiedTimestamp:
    """
    What a good token says.

    Args:
        gen_time: When the authority saw the digest, UTC.
        accuracy: By how much that may be wrong, either way; None: it does not say.
        serial: The authority's number of the token.
        policy: The authority's policy, dotted.
        ordering: Whether the authority promises that, of two of its tokens, the
            one with the later time was made later, however close they are.
        algorithm: The digest algorithm of what was stamped.
        digest: The digest that was stamped.
        authority: The subject of the authority's certificate (RFC 4514).
        certificate: That certificate, DER.
        path: From it to the trusted certificate, DER, both included.
        expires_at: The last moment in which all of these are valid.
        signature_algorithm: How the authority signed: a name of
            `signing.algorithms`.
        revocation: Whether it is known that nobody took the certificates back.
    """

    gen_time: datetime
    accuracy: timedelta | None
    serial: int
    policy: str
    ordering: bool
    algorithm: str
    digest: bytes = field(repr=False)
    authority: str
    certificate: bytes = field(repr=False)
    path: tuple[bytes, ...] = field(repr=False)
    expires_at: datetime
    signature_algorithm: str
    revocation: RevocationEvidence = field(factory=RevocationEvidence)
