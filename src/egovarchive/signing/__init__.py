"""Signing 签名: the contracts that a signer backend and a verifier fulfil."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from attrs import field, frozen


@frozen(kw_only=True)
class SignRequest:
    """
    One thing to sign.

    Args:
        id: Idempotency key: the same request asked twice has the same one.
        algorithm: One of the signer's `Signer.algorithms`.
        message: The exact bytes to sign. The signer takes their digest.
    """

    id: str
    algorithm: str
    message: bytes = field(repr=False)


class Signer(Protocol):
    """
    Signs bytes with one key.

    The key may be a file, a device or a service; only the backend knows. Prove a
    new one with `egovarchive.testing.signing.SignerContract`.
    """

    @property
    def certificate(self) -> bytes:
        """The key's X.509 certificate, DER."""
        ...

    @property
    def chain(self) -> tuple[bytes, ...]:
        """The certificates above it, DER, nearest first. Empty if not known."""
        ...

    @property
    def algorithms(self) -> tuple[str, ...]:
        """What this key can sign with, best first: names of `signing.algorithms`."""
        ...

    def sign_many(
        self, requests: Sequence[SignRequest], *, timeout: float | None = None
    ) -> Sequence[bytes]:
        """
        Return one raw signature for each of *requests*, in their order.

        Args:
            requests: What to sign.
            timeout: Seconds to wait for all of them; None waits for ever.

        Raises:
            SigningError: Not all could be signed. None may be used.
        """
        ...


@frozen(kw_only=True)
class VerifiedSignature:
    """
    What a good signature says.

    Args:
        signer: The subject of the signer's certificate (RFC 4514).
        certificate: That certificate, DER.
        path: From it to the trusted certificate, DER, both included.
        algorithm: Name of the signature algorithm.
        claimed_at: When the signer says it signed. Not proved by this.
    """

    signer: str
    certificate: bytes = field(repr=False)
    path: tuple[bytes, ...] = field(repr=False)
    algorithm: str
    claimed_at: datetime | None


class Verifier(Protocol):
    """Decides whether signatures are good, and whose."""

    def verify(
        self, signature: bytes, message: bytes, *, at: datetime
    ) -> VerifiedSignature:
        """
        Return what the detached CMS *signature* over *message* says.

        Args:
            signature: DER of a CMS SignedData without content (RFC 5652).
            message: The exact bytes that were signed.
            at: The moment at which the certificates are judged.

        Raises:
            SignatureInvalidError: It does not verify, or its signer is not
                trusted at that moment.
        """
        ...
