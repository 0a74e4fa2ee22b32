"""Revocation lists and OCSP replies, good and bad, made by `cryptography`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from egovarchive.signing import der
from signing.authority import AT, Extensions, Issued, family, issue
from signing.sm2_authority import SM2_SM3, Sm2Issued

ROOT, MIDDLE, LEAF = family()
DAY = timedelta(days=1)
EARLIER, LATER = AT - DAY, AT + DAY


def entry(
    revoked: Issued,
    at: datetime,
    reason: x509.ReasonFlags | None = None,
    *,
    invalid_since: datetime | None = None,
    extra: Extensions = (),
) -> x509.RevokedCertificate:
    builder = (
        x509.RevokedCertificateBuilder()
        .serial_number(revoked.certificate.serial_number)
        .revocation_date(at)
    )
    if reason is not None:
        builder = builder.add_extension(x509.CRLReason(reason), critical=False)
    if invalid_since is not None:
        builder = builder.add_extension(
            x509.InvalidityDate(invalid_since), critical=False
        )
    for value, critical in extra:
        builder = builder.add_extension(value, critical=critical)
    return builder.build()


def crl(
    by: Issued,
    *entries: x509.RevokedCertificate,
    made_at: datetime = EARLIER,
    next_at: datetime = LATER,
    extra: Extensions = (),
    key_id: bool = True,
    signed_by: Issued | None = None,
) -> bytes:
    """Return a list of *by*, DER, by default the one in force at `AT`."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(by.certificate.subject)
        .last_update(made_at)
        .next_update(next_at)
        .add_extension(x509.CRLNumber(7), critical=False)
    )
    if key_id:
        public = by.key.public_key()
        builder = builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False
        )
    for value, critical in extra:
        builder = builder.add_extension(value, critical=critical)
    for each in entries:
        builder = builder.add_revoked_certificate(each)
    key = (signed_by or by).key
    hashing = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return builder.sign(key, hashing).public_bytes(Encoding.DER)


def point(
    *,
    names: Sequence[str] | None = None,
    users: bool = False,
    authorities: bool = False,
    reasons: frozenset[x509.ReasonFlags] | None = None,
    indirect: bool = False,
    attributes: bool = False,
) -> tuple[x509.IssuingDistributionPoint, bool]:
    full = None
    if names is not None:
        full = [x509.UniformResourceIdentifier(name) for name in names]
    return (
        x509.IssuingDistributionPoint(
            full_name=full,
            relative_name=None,
            only_contains_user_certs=users,
            only_contains_ca_certs=authorities,
            only_some_reasons=reasons,
            indirect_crl=indirect,
            only_contains_attribute_certs=attributes,
        ),
        True,
    )


def responder(by: Issued, **changes: object) -> Issued:
    extra: Extensions = [
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), False),
        (x509.OCSPNoCheck(), False),
    ]
    return issue("OCSP 响应者", by, **{"number": 20, "extra": extra, **changes})  # type: ignore[arg-type]


def reply(
    by: Issued,
    about: Issued = LEAF,
    issuer: Issued = MIDDLE,
    *,
    made_at: datetime = EARLIER,
    next_at: datetime | None = LATER,
    produced_at: datetime | None = None,
    revoked_at: datetime | None = None,
    reason: x509.ReasonFlags | None = None,
    unknown: bool = False,
    by_name: bool = False,
    embedded: bool = True,
    digest: hashes.SHA1 | hashes.SHA256 = hashes.SHA1(),  # noqa: B008, S303
    extra: Extensions = (),
) -> bytes:
    """Return a reply of *by*, DER, by default the latest at `AT` and good."""
    status = ocsp.OCSPCertStatus.GOOD
    if unknown:
        status = ocsp.OCSPCertStatus.UNKNOWN
    if revoked_at is not None:
        status = ocsp.OCSPCertStatus.REVOKED
    encoding = (
        ocsp.OCSPResponderEncoding.NAME if by_name else ocsp.OCSPResponderEncoding.HASH
    )
    builder = (
        ocsp.OCSPResponseBuilder()
        .add_response(
            cert=about.certificate,
            issuer=issuer.certificate,
            algorithm=digest,
            cert_status=status,
            this_update=made_at,
            next_update=next_at,
            revocation_time=revoked_at,
            revocation_reason=reason,
        )
        .responder_id(encoding, by.certificate)
    )
    if embedded:
        builder = builder.certificates([by.certificate])
    for value, critical in extra:
        builder = builder.add_extension(value, critical=critical)
    whole = builder.sign(by.key, hashes.SHA256()).public_bytes(Encoding.DER)
    # The builder takes the time of day; what was produced when is said here.
    return produced(whole, by, produced_at or made_at)


def produced(source: bytes, by: Issued, at: datetime) -> bytes:
    """Return the reply *source* as one that *by* produced *at* that time."""
    outer = der.read(source)
    status = outer.take().raw
    inner = outer.take(0xA0).take(der.SEQUENCE)
    kind = inner.take(der.OID).raw
    basic = der.read(inner.take_octets())
    body = basic.take(der.SEQUENCE)
    named = body.take().raw
    body.take()
    moment = der.write(der.GENERALIZED_TIME, at.strftime("%Y%m%d%H%M%SZ").encode())
    rest = b""
    while body.more():
        rest += body.take().raw
    signed = der.sequence(named, moment, rest)
    algorithm = basic.take(der.SEQUENCE).raw
    basic.take(der.BIT_STRING)
    after = b""
    while basic.more():
        after += basic.take().raw
    raw = signed_with(by, signed)
    whole = der.sequence(
        signed, algorithm, der.write(der.BIT_STRING, b"\x00", raw), after
    )
    return der.sequence(status, der.write(0xA0, der.sequence(kind, der.octets(whole))))


def signed_with(by: Issued, signed: bytes) -> bytes:
    assert isinstance(by.key, ec.EllipticCurvePrivateKey)
    return by.key.sign(signed, ec.ECDSA(hashes.SHA256()))


def sm2_crl(
    by: Sm2Issued, *entries: x509.RevokedCertificate, **changes: object
) -> bytes:
    """Return a list signed with SM2, DER: one of `crl` with the key exchanged."""
    mould = crl(by.mould, *entries, **changes)  # type: ignore[arg-type]
    body = der.read(der.read(mould).take(der.SEQUENCE).raw)
    version = body.take().raw
    body.take()
    rest = b""
    while body.more():
        rest += body.take().raw
    signed = der.sequence(version, SM2_SM3, rest)
    raw = by.key.sign("sm2-sm3", signed, signer_id=b"1234567812345678")
    return der.sequence(signed, SM2_SM3, der.write(der.BIT_STRING, b"\x00", raw))
