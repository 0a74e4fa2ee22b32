"""A certificate that a key makes for itself 自签名证书."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timezone

from dateutil.relativedelta import relativedelta

from egovarchive.errors import InvalidValueError

from . import certificates as x509
from . import der
from .algorithms import ALGORITHMS
from .path import aware
from .private_key import PrivateKey
from .sm2 import DEFAULT_ID

# RFC 5280, appendix A.1, counts characters; some libraries count octets.
MAX_NAME_SIZE = 64

_COMMON_NAME = der.oid("2.5.4.3")
_UTF8_STRING = 12
_EXPLICIT_0, _EXPLICIT_3 = 0xA0, 0xA3
_VERSION_3 = der.write(_EXPLICIT_0, der.integer(2))
_TRUE = der.write(der.BOOLEAN, b"\xff")
# RFC 5280, 4.2.1.3: the bits digitalSignature and nonRepudiation; 6 are not used.
_SIGNING_ONLY = der.write(der.BIT_STRING, b"\x06\xc0")
_SERIAL_BITS = 158


def self_signed_certificate(
    key: PrivateKey, algorithm: str, common_name: str, at: datetime, years: int
) -> bytes:
    """
    Return a certificate, DER, that says only that *key* is *common_name*'s.

    It is for signing, and cannot vouch for other certificates.

    Args:
        key: Whose certificate it is, and who signs it.
        algorithm: Name of what it signs with.
        common_name: Whom it names, 1 to 64 octets in UTF-8.
        at: From when it is valid, cut to seconds.
        years: For how long.

    Raises:
        InvalidValueError: A value is outside its range.
    """
    _check_name(common_name)
    not_before = aware(at).astimezone(timezone.utc).replace(microsecond=0)
    validity = der.time(not_before), der.time(_after(not_before, years))
    text = der.write(_UTF8_STRING, common_name.encode())
    name = der.sequence(der.set_of(der.sequence(_COMMON_NAME, text)))
    identifier = ALGORITHMS[algorithm].identifier
    # RFC 7093, 2: the first 160 bits of SHA-256.
    key_id = hashlib.sha256(key.info).digest()[:20]
    extensions = der.sequence(
        _extension(x509.BASIC_CONSTRAINTS, der.sequence(), critical=True),
        _extension(x509.KEY_USAGE, _SIGNING_ONLY, critical=True),
        _extension(x509.SUBJECT_KEY_IDENTIFIER, der.octets(key_id), critical=False),
    )
    signed = der.sequence(
        _VERSION_3,
        # The top bit set keeps all of one length.
        der.integer(1 << _SERIAL_BITS | secrets.randbits(_SERIAL_BITS)),
        identifier,
        name,
        der.sequence(*validity),
        name,
        key.info,
        der.write(_EXPLICIT_3, extensions),
    )
    # Certificates are always signed as the usual one's (GM/T 0015—2012).
    signature = key.sign(algorithm, signed, signer_id=DEFAULT_ID)
    return der.sequence(
        signed, identifier, der.write(der.BIT_STRING, b"\x00", signature)
    )


def _extension(dotted: str, value: bytes, *, critical: bool) -> bytes:
    flag = _TRUE if critical else b""
    return der.sequence(der.oid(dotted), flag, der.octets(value))


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
