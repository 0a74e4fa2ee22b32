"""Detached signatures with one thing wrong, and everything else in order."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from egovarchive.signing import der
from egovarchive.signing.certificates import Certificate
from egovarchive.signing.signed_data import (
    CONTENT_TYPE,
    DATA,
    MESSAGE_DIGEST,
    SIGNED_DATA,
    SIGNING_CERTIFICATE_V2,
    SIGNING_TIME,
    issuer_serial,
)
from signing.authority import AT, Issued

SHA256 = der.algorithm_identifier("2.16.840.1.101.3.4.2.1")
ECDSA = der.algorithm_identifier("1.2.840.10045.4.3.2")
MESSAGE = "受理通知书".encode()


def attribute(dotted: str, *values: bytes) -> bytes:
    return der.sequence(der.oid(dotted), der.set_of(*values))


def binding(by: Issued, *, named: bool = True) -> bytes:
    """Return the SigningCertificateV2 of *by*."""
    certificate = Certificate.parse(by.der)
    entry = der.sequence(
        der.octets(certificate.sha256), issuer_serial(certificate) if named else b""
    )
    return der.sequence(der.sequence(entry))


def attributes(
    by: Issued,
    message: bytes = MESSAGE,
    *,
    replace: dict[str, bytes | None] | None = None,
    more: Sequence[bytes] = (),
) -> list[bytes]:
    """Return the signed attributes; those in *replace* are other ones, or left out."""
    found: dict[str, bytes | None] = {
        CONTENT_TYPE: attribute(CONTENT_TYPE, der.oid(DATA)),
        MESSAGE_DIGEST: attribute(
            MESSAGE_DIGEST, der.octets(hashlib.sha256(message).digest())
        ),
        SIGNING_TIME: attribute(SIGNING_TIME, der.time(AT)),
        SIGNING_CERTIFICATE_V2: attribute(SIGNING_CERTIFICATE_V2, binding(by)),
        **(replace or {}),
    }
    return [*(value for value in found.values() if value is not None), *more]


def forge(
    by: Issued,
    signed: bytes,
    *,
    content_type: str = SIGNED_DATA,
    inner_type: bytes = der.oid(DATA),
    version: int = 1,
    signer_version: int = 1,
    outer_digests: bytes = der.set_of(SHA256),
    digest: bytes = SHA256,
    algorithm: bytes = ECDSA,
    signer_id: bytes | None = None,
    certificates: bytes | None = None,
    after_certificates: bytes = b"",
    signed_element: bytes | None = None,
    unsigned: bytes = b"",
    signers: int = 1,
) -> bytes:
    """
    Return a signature by *by* over *signed*, a SET of attributes.

    What is given replaces the part of that name. `signed_element` is what stands in
    the message in place of *signed*.
    """
    own = Certificate.parse(by.der)
    if signer_id is None:
        signer_id = der.sequence(own.issuer, own.serial)
    if certificates is None:
        certificates = der.set_of(by.der, tag=0xA0)
    if signed_element is None:
        signed_element = b"\xa0" + signed[1:]
    assert isinstance(by.key, ec.EllipticCurvePrivateKey)
    infos = [
        der.sequence(
            der.integer(signer_version),
            signer_id,
            digest,
            signed_element,
            algorithm,
            der.octets(by.key.sign(signed, ec.ECDSA(hashes.SHA256()))),
            unsigned,
        )
        for _ in range(signers)
    ]
    body = der.sequence(
        der.integer(version),
        outer_digests,
        der.sequence(inner_type),
        certificates,
        after_certificates,
        der.set_of(*infos),
    )
    return der.sequence(der.oid(content_type), der.write(0xA0, body))
