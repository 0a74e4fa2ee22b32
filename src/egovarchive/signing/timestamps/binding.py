"""Which certificate a signer signed for: SigningCertificate (RFC 2634, RFC 5035)."""

from __future__ import annotations

import hashlib

from attrs import frozen

from egovarchive.signing import der
from egovarchive.signing.algorithms import digest_named, digest_of
from egovarchive.signing.certificates import Certificate
from egovarchive.signing.signed_attributes import (
    SIGNING_CERTIFICATE_V2,
    issuer_serial,
)

SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12"

# The first version knows no other digest (RFC 2634, 5.4.1).
_SHA1 = "sha1"


@frozen
class CertificateId:
    """
    One certificate, named by its digest.

    Args:
        algorithm: How the digest was taken.
        digest: The digest of all of the certificate.
        issuer_serial: Its IssuerSerial, DER; None: left out.
    """

    algorithm: str
    digest: bytes
    issuer_serial: bytes | None

    def names(self, certificate: Certificate) -> bool:
        """Return whether *certificate* is the one."""
        if self.algorithm == _SHA1:
            # Who could use a second certificate of the same SHA-1 would have to find
            # it for a given one; that is not what SHA-1 is broken for.
            found = hashlib.sha1(certificate.der, usedforsecurity=False).digest()
        elif self.algorithm == "sha256":
            found = certificate.sha256
        else:
            found = digest_of(self.algorithm, certificate.der)
        return found == self.digest and (
            self.issuer_serial in {None, issuer_serial(certificate)}
        )


def read_binding(dotted: str, attribute: der.Reader) -> tuple[CertificateId, ...]:
    """
    Return the certificates that a signed attribute names, the signer's first.

    Args:
        dotted: `SIGNING_CERTIFICATE` or `SIGNING_CERTIFICATE_V2`.
        attribute: Its one value.

    Raises:
        SignatureInvalidError: It is not one, or by a digest not in use.
    """
    content = attribute.take(der.SEQUENCE)
    entries = content.take(der.SEQUENCE)
    if content.more():
        # Policies of the certificates: they say more, and forbid nothing.
        content.take(der.SEQUENCE)
    content.done()
    found = []
    while entries.more():
        found.append(_read(dotted, entries.take(der.SEQUENCE)))
    if not found:
        raise der.DerError("no certificate is named", "未指明任何证书")
    return tuple(found)


def _read(dotted: str, entry: der.Reader) -> CertificateId:
    name = _SHA1
    if dotted == SIGNING_CERTIFICATE_V2:
        identifier = entry.take_if(der.SEQUENCE)
        name = "sha256" if identifier is None else digest_named(identifier.raw)
    digest = entry.take_octets()
    named = entry.take(der.SEQUENCE).raw if entry.more() else None
    entry.done()
    return CertificateId(name, digest, named)
