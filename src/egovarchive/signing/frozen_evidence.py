"""
Frozen evidence 固化的验证数据: what a verdict on signatures rested on, to be kept.

Certificates, revocation lists and OCSP replies disappear from the network within a few
years. Kept beside a time-stamp, they let a later reader come to the same verdict. The
same set gives the same bytes:

    FrozenEvidence ::= SEQUENCE {
        version      INTEGER (1),
        certificates SET OF Certificate,
        crls         SET OF CertificateList,
        ocsp         SET OF OCSPResponse }
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from attrs import field, frozen

from egovarchive.errors import SignatureInvalidError

from . import RevocationEvidence, der

MAX_FROZEN_SIZE = 64_000_000
MAX_FROZEN = 200

_VERSION = 1


class Verified(Protocol):
    """A verdict that says what it rests on, such as a `VerifiedSignature`."""

    @property
    def path(self) -> tuple[bytes, ...]: ...
    @property
    def revocation(self) -> RevocationEvidence: ...


def _sorted(values: Iterable[bytes]) -> tuple[bytes, ...]:
    return tuple(sorted(set(values)))


@frozen
class FrozenEvidence:
    """
    What verdicts rested on. Nobody vouches for it by itself.

    Args:
        certificates: The certificates of the paths, and of who signed lists, DER.
        crls: Certificate revocation lists, DER.
        ocsp: OCSP replies, DER.
    """

    certificates: tuple[bytes, ...] = field(converter=_sorted, repr=False)
    crls: tuple[bytes, ...] = field(converter=_sorted, repr=False)
    ocsp: tuple[bytes, ...] = field(converter=_sorted, repr=False)

    @classmethod
    def parse(cls, source: bytes) -> FrozenEvidence:
        """
        Return what *source*, of `encode`, holds.

        Raises:
            SignatureInvalidError: It is not in that one form, or too much.
        """
        if len(source) > MAX_FROZEN_SIZE:
            raise SignatureInvalidError(
                f"{len(source)} bytes of frozen evidence; at most {MAX_FROZEN_SIZE}",
                f"固化的验证数据长 {len(source)} 字节，上限为 {MAX_FROZEN_SIZE} 字节",
            )
        whole = der.read(source)
        if whole.take(der.INTEGER).value != bytes((_VERSION,)):
            raise SignatureInvalidError(
                "frozen evidence is not of version 1", "固化的验证数据不是第 1 版"
            )
        found = [
            tuple(each.raw for each in whole.take_set(der.SEQUENCE)) for _ in range(3)
        ]
        whole.done()
        if sum(map(len, found)) > MAX_FROZEN:
            raise SignatureInvalidError(
                f"more than {MAX_FROZEN} parts of frozen evidence",
                f"固化的验证数据超过 {MAX_FROZEN} 项",
            )
        return cls(*found)

    def encode(self) -> bytes:
        """Return it as bytes: the same for the same set."""
        return der.sequence(
            der.integer(_VERSION),
            der.set_of(*self.certificates),
            der.set_of(*self.crls),
            der.set_of(*self.ocsp),
        )


def collect(*verified: Verified) -> bytes:
    """Return what the verdicts *verified* rest on, as bytes to keep."""
    return FrozenEvidence(
        (
            certificate
            for each in verified
            for certificate in (*each.path, *each.revocation.certificates)
        ),
        (crl for each in verified for crl in each.revocation.crls),
        (reply for each in verified for reply in each.revocation.ocsp),
    ).encode()
