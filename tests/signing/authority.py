"""Certificates of every kind, good and bad, made by `cryptography`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from functools import cache
from typing import TypeAlias

from attrs import frozen
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from egovarchive.signing.keys import KeySigner
from egovarchive.signing.trust import TrustStore

Key: TypeAlias = (
    rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
)
Extensions: TypeAlias = Sequence[tuple[x509.ExtensionType, bool]]

_SHA256 = hashes.SHA256()

AT = datetime(2026, 11, 23, 8, 30, 5, tzinfo=timezone.utc)
NOT_BEFORE = datetime(2025, 1, 1, tzinfo=timezone.utc)
NOT_AFTER = datetime(2035, 1, 1, tzinfo=timezone.utc)


@cache
def key_of(kind: str, number: int = 0) -> Key:
    """Return key *number* of *kind*; RSA keys are slow to make, so they are kept."""
    match kind:
        case "rsa2048" | "rsa3072" | "rsa1024":
            return rsa.generate_private_key(65_537, int(kind[3:]))
        case "p256":
            return ec.generate_private_key(ec.SECP256R1())
        case "p384":
            return ec.generate_private_key(ec.SECP384R1())
        case "k256":
            return ec.generate_private_key(ec.SECP256K1())
    return ed25519.Ed25519PrivateKey.generate()


def usage(*bits: str) -> x509.KeyUsage:
    names = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: name in bits for name in names})


@frozen
class Issued:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: Key

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @property
    def key_id(self) -> x509.SubjectKeyIdentifier:
        return x509.SubjectKeyIdentifier.from_public_key(self.key.public_key())


def issue(
    name: str,
    by: Issued | None = None,
    *,
    kind: str = "p256",
    number: int = 0,
    ca: bool = False,
    constraints: x509.BasicConstraints | None = None,
    bits: Sequence[str] | None = None,
    extra: Extensions = (),
    without: Sequence[type[x509.ExtensionType]] = (),
    not_before: datetime = NOT_BEFORE,
    not_after: datetime = NOT_AFTER,
    issuer_key: Key | None = None,
    digest: hashes.SHA224 | hashes.SHA256 | hashes.SHA384 = _SHA256,
    subject: x509.Name | None = None,
) -> Issued:
    """Return a certificate for *name*, by default one that a path accepts."""
    key = key_of(kind, number)
    own_name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    signing_key = issuer_key or (by.key if by else key)
    if bits is None:
        bits = ["key_cert_sign", "crl_sign"] if ca else ["digital_signature"]
    extensions: list[tuple[x509.ExtensionType, bool]] = [
        (constraints or x509.BasicConstraints(ca=ca, path_length=None), True),
        (usage(*bits), True),
        (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
    ]
    if by is not None:
        extensions.append(
            (
                x509.AuthorityKeyIdentifier.from_issuer_public_key(by.key.public_key()),
                False,
            )
        )
    replaced = (*without, *(type(value) for value, _ in extra))
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject if subject is not None else own_name)
        .issuer_name(by.certificate.subject if by else own_name)
        .serial_number(x509.random_serial_number())
        .not_valid_before(not_before)
        .not_valid_after(not_after)
        .public_key(key.public_key())
    )
    for value, critical in extensions:
        if not isinstance(value, tuple(replaced)):
            builder = builder.add_extension(value, critical=critical)
    for value, critical in extra:
        builder = builder.add_extension(value, critical=critical)
    hashing = None if isinstance(signing_key, ed25519.Ed25519PrivateKey) else digest
    return Issued(builder.sign(signing_key, hashing), key)


def signer_of(leaf: Issued, *above: Issued) -> KeySigner:
    return KeySigner.from_pem(
        leaf.key_pem, b"".join(each.pem for each in (leaf, *above))
    )


def store_of(*anchors: Issued) -> TrustStore:
    return TrustStore([anchor.der for anchor in anchors])


@cache
def family(kind: str = "p256") -> tuple[Issued, Issued, Issued]:
    """Return a root, what it issued, and the signer that this issued, all of *kind*."""
    root = issue("根证书", kind=kind, number=1, ca=True)
    middle = issue("运营 CA", root, kind=kind, number=2, ca=True)
    return root, middle, issue("某市行政审批局", middle, kind=kind, number=3)
