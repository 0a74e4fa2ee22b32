"""A certificate that a key makes for itself 自签名证书."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from dateutil.relativedelta import relativedelta

from egovarchive.errors import InvalidValueError

from .path import aware

PrivateKey: TypeAlias = (
    rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
)

# RFC 5280, appendix A.1, counts characters; some libraries count octets.
MAX_NAME_SIZE = 64

_SIGNING_ONLY = x509.KeyUsage(
    digital_signature=True,
    content_commitment=True,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)


def self_signed_certificate(
    key: PrivateKey, common_name: str, at: datetime, years: int
) -> bytes:
    """
    Return a certificate, DER, that says only that *key* is *common_name*'s.

    It is for signing, and cannot vouch for other certificates.

    Args:
        key: Whose certificate it is, and who signs it.
        common_name: Whom it names, 1 to 64 octets in UTF-8.
        at: From when it is valid, cut to seconds.
        years: For how long.

    Raises:
        InvalidValueError: A value is outside its range.
    """
    _check_name(common_name)
    not_before = aware(at).astimezone(timezone.utc).replace(microsecond=0)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common_name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .serial_number(x509.random_serial_number())
        .not_valid_before(not_before)
        .not_valid_after(_after(not_before, years))
        .public_key(key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_SIGNING_ONLY, critical=True)
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(key.public_key()),
            critical=False,
        )
    )
    hashing = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return builder.sign(key, hashing).public_bytes(Encoding.DER)


def _check_name(common_name: str) -> None:
    try:
        size = len(common_name.encode())
    except UnicodeEncodeError as error:
        raise InvalidValueError(
            f"the name {common_name!r} is no text: {error.reason}",
            f"名称 {common_name!r} 不是文本：{error.reason}",
            place="common_name",
        ) from None
    if not 1 <= size <= MAX_NAME_SIZE:
        raise InvalidValueError(
            f"the name {common_name!r} has {size} octets in UTF-8, "
            f"not 1 to {MAX_NAME_SIZE}",
            f"名称 {common_name!r} 的 UTF-8 长度为 {size} 字节，"
            f"应为 1 至 {MAX_NAME_SIZE}",
            rule="RFC 5280 ub-common-name",
            place="common_name",
        )


def _after(moment: datetime, years: int) -> datetime:
    try:
        # 29 February ends on the 28th of a common year.
        end = moment + relativedelta(years=years)
    except (ValueError, OverflowError) as error:
        raise _no_time(moment, years) from error
    if end <= moment:
        raise _no_time(moment, years)
    return end


def _no_time(moment: datetime, years: int) -> InvalidValueError:
    return InvalidValueError(
        f"a certificate cannot be valid for {years} years from {moment.isoformat()}",
        f"证书有效期不能为自 {moment.isoformat()} 起 {years} 年",
        place="years",
    )
