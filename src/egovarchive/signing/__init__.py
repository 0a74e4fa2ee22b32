"""Signing 签名: the contracts that a signer backend and a verifier fulfil."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal, Protocol, TypeAlias, runtime_checkable

from attrs import field, frozen

# Called with a signer's URI and what is wanted ("pin", "password", "token"), it gives
# the secret. Secrets come no other way, and never stand in the URI.
SecretProvider: TypeAlias = Callable[[str, str], str | bytes]

# How a signature is written down: CMS as CAdES-B-B (RFC 5652, GB/T 25064), or with the
# identifiers of GB/T 35275—2017, which only SM2 keys use.
Dialect: TypeAlias = Literal["cades", "gbt35275"]


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

    The key may be a file, a device or a service; only the backend knows. Threads may
    share a signer. Prove a new one with `egovarchive.testing.signing.SignerContract`.
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
            timeout: Seconds to wait for all of them; None waits for ever. With no
                time at all nothing is signed.

        Raises:
            AlgorithmUnsupportedError: One asks for what the key cannot do.
            AuthenticationFailedError: A PIN or password is refused.
            SignerUnavailableError: Nothing was signed; trying again may help.
            OutcomeUnknownError: Trying again with the same ids is safe.
            SigningError: Not all could be signed. None may be used. Whatever goes
                wrong is one of these; see `egovarchive.errors` for the others.
        """
        ...


@frozen(kw_only=True)
class Capabilities:
    """
    What a backend says of itself.

    Args:
        max_batch: The most requests in one call of `Signer.sign_many`; None: any
            number.
        max_parallel: How many calls at a time it makes use of.
        max_message: The longest message, in bytes; None: any length.
        protection: Where the key is. None: it does not say.
    """

    max_batch: int | None = None
    max_parallel: int = 1
    max_message: int | None = None
    protection: Literal["file", "device", "service"] | None = None


@runtime_checkable
class Capable(Protocol):
    """A signer that declares its limits; `service.SigningService` keeps to them."""

    @property
    def capabilities(self) -> Capabilities:
        """What it says of itself."""
        ...


@runtime_checkable
class Closing(Protocol):
    """A signer that holds a session or connections until it is closed."""

    def close(self) -> None:
        """Let go of them. Doing it twice is fine; signing afterwards is an error."""
        ...


@frozen(kw_only=True)
class RevocationEvidence:
    """
    What is known of whether a path's certificates were taken back, and from what.

    Args:
        outcome: ``"good"``: each of them had not been, at the moment asked for.
            ``"unknown"``: of one at least nothing at hand says so. ``"exempt"``: the
            certificate is trusted by hand, and nobody above it could take it back.
        crls: The lists that say so, DER.
        ocsp: The OCSP replies that say so, DER.
        certificates: Whose signatures on those are, where they are not in the path
            or in a reply, DER.
    """

    outcome: Literal["good", "unknown", "exempt"] = "unknown"
    crls: tuple[bytes, ...] = field(default=(), repr=False)
    ocsp: tuple[bytes, ...] = field(default=(), repr=False)
    certificates: tuple[bytes, ...] = field(default=(), repr=False)


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
        dialect: How the signature is written down.
        bare: Whether it is over the message alone, and so says nothing of when it
            was made and with which certificate.
        revocation: Whether it is known that nobody took the certificates back.
    """

    signer: str
    certificate: bytes = field(repr=False)
    path: tuple[bytes, ...] = field(repr=False)
    algorithm: str
    claimed_at: datetime | None
    dialect: Dialect = "cades"
    bare: bool = False
    revocation: RevocationEvidence = field(factory=RevocationEvidence)


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
