"""X.509 certificates 数字证书 (RFC 5280), as far as signatures on records need them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property

from attrs import field, frozen

from egovarchive.errors import InvalidValueError, SignatureInvalidError

from . import der
from .extensions import Extension, read_extensions, take_flag
from .names import name_text
from .public_key import PublicKey

SUBJECT_KEY_IDENTIFIER = "2.5.29.14"
KEY_USAGE = "2.5.29.15"
SUBJECT_ALTERNATIVE_NAME = "2.5.29.17"
BASIC_CONSTRAINTS = "2.5.29.19"
NAME_CONSTRAINTS = "2.5.29.30"
CERTIFICATE_POLICIES = "2.5.29.32"
POLICY_MAPPINGS = "2.5.29.33"
AUTHORITY_KEY_IDENTIFIER = "2.5.29.35"
POLICY_CONSTRAINTS = "2.5.29.36"
EXTENDED_KEY_USAGE = "2.5.29.37"
INHIBIT_ANY_POLICY = "2.5.29.54"

# Bits of keyUsage (RFC 5280, 4.2.1.3), counted from the front.
DIGITAL_SIGNATURE, NON_REPUDIATION, KEY_CERT_SIGN, CRL_SIGN = 0, 1, 5, 6

MAX_CERTIFICATE_SIZE = 65_536
MAX_PEM_SIZE = 1_000_000

_CONTEXT_0, _CONTEXT_1, _CONTEXT_2 = 0x80, 0x81, 0x82
_EXPLICIT_0, _EXPLICIT_3 = 0xA0, 0xA3
_VERSION_3 = 3
# RFC 5280, 4.1.2.2.
_MAX_SERIAL_OCTETS = 20

_PEM = re.compile(
    rb"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END CERTIFICATE-----"
)


@frozen(kw_only=True, slots=False)
class Certificate:
    """
    A parsed certificate. Nothing in it is judged but its form.

    Args:
        der: All of it.
        signed: The part that the issuer signed (TBSCertificate), DER.
        version: 1 to 3.
        serial: Its serial number as an element, DER.
        issuer: Name of who issued it, DER.
        subject: Name of whose it is, DER.
        not_before: First second in which it is valid.
        not_after: Last second in which it is valid.
        key_info: Its SubjectPublicKeyInfo, DER.
        signature_algorithm: AlgorithmIdentifier of the issuer's signature, DER.
        signature: The issuer's signature.
        extensions: By dotted identifier.
        is_ca: Whether it says that it may issue certificates.
        path_length: How many issuers may stand below it; None: any number.
        key_usage: Numbers of the bits that are set; None: it does not say.
        purposes: Its extended key usages, dotted; None: it does not say.
        subject_key_id: Identifier of its key; None: it does not say.
        authority_key_id: Identifier of its issuer's key; None: it does not say.
    """

    der: bytes = field(repr=False)
    signed: bytes = field(repr=False, eq=False)
    version: int = field(repr=False, eq=False)
    serial: bytes = field(repr=False, eq=False)
    issuer: bytes = field(repr=False, eq=False)
    subject: bytes = field(repr=False, eq=False)
    not_before: datetime = field(eq=False)
    not_after: datetime = field(eq=False)
    key_info: bytes = field(repr=False, eq=False)
    signature_algorithm: bytes = field(repr=False, eq=False)
    signature: bytes = field(repr=False, eq=False)
    extensions: Mapping[str, Extension] = field(repr=False, eq=False)
    is_ca: bool = field(eq=False)
    path_length: int | None = field(repr=False, eq=False)
    key_usage: frozenset[int] | None = field(repr=False, eq=False)
    purposes: frozenset[str] | None = field(repr=False, eq=False)
    subject_key_id: bytes | None = field(repr=False, eq=False)
    authority_key_id: bytes | None = field(repr=False, eq=False)

    @classmethod
    def parse(cls, source: bytes) -> Certificate:
        """
        Return the certificate that *source*, DER, is.

        Raises:
            SignatureInvalidError: It is not one, or not in its one strict form.
        """
        if len(source) > MAX_CERTIFICATE_SIZE:
            raise SignatureInvalidError(
                f"a certificate of {len(source)} bytes; at most {MAX_CERTIFICATE_SIZE}",
                f"证书长 {len(source)} 字节，上限为 {MAX_CERTIFICATE_SIZE} 字节",
            )
        whole = der.read(source)
        body = whole.take(der.SEQUENCE)
        signature_algorithm = whole.take(der.SEQUENCE).raw
        signature = take_whole_octets(whole)
        whole.done()

        version = 1
        if (tagged := body.take_if(_EXPLICIT_0)) is not None:
            version = tagged.take_integer() + 1
            tagged.done()
        serial = body.take(der.INTEGER)
        _check_serial(serial)
        if body.take(der.SEQUENCE).raw != signature_algorithm:
            raise SignatureInvalidError(
                "the certificate names two different signature algorithms",
                "证书内外声明的签名算法不一致",
            )
        issuer = body.take(der.SEQUENCE).raw
        validity = body.take(der.SEQUENCE)
        not_before, not_after = validity.take_time(), validity.take_time()
        validity.done()
        subject = body.take(der.SEQUENCE).raw
        key_info = body.take(der.SEQUENCE).raw
        body.take_if(_CONTEXT_1)
        body.take_if(_CONTEXT_2)
        extensions = _extensions(body)
        body.done()
        if version not in {1, 2, _VERSION_3} or (extensions and version != _VERSION_3):
            raise SignatureInvalidError(
                f"version {version} is not a certificate's, or has no extensions",
                f"证书版本 {version} 不正确，或该版本不得含扩展项",
            )
        is_ca, path_length = _basic_constraints(extensions)
        return cls(
            der=source,
            signed=body.raw,
            version=version,
            serial=serial.raw,
            issuer=issuer,
            subject=subject,
            not_before=not_before,
            not_after=not_after,
            key_info=key_info,
            signature_algorithm=signature_algorithm,
            signature=signature,
            extensions=extensions,
            is_ca=is_ca,
            path_length=path_length,
            key_usage=_key_usage(extensions),
            purposes=_purposes(extensions),
            subject_key_id=_subject_key_id(extensions),
            authority_key_id=_authority_key_id(extensions),
        )

    @cached_property
    def subject_text(self) -> str:
        """Whose it is (RFC 4514)."""
        return name_text(self.subject)

    @cached_property
    def issuer_text(self) -> str:
        """Who issued it (RFC 4514)."""
        return name_text(self.issuer)

    @cached_property
    def public_key(self) -> PublicKey:
        """
        Its key.

        Raises:
            SignatureInvalidError: The key is weak, or not of a known kind.
        """
        return PublicKey.read(self.key_info)

    @cached_property
    def sha256(self) -> bytes:
        """SHA-256 of all of it."""
        return hashlib.sha256(self.der).digest()


def read_pem(pem: bytes) -> tuple[bytes, ...]:
    """
    Return the certificates in *pem*, DER, in their order. Text between is skipped.

    Raises:
        InvalidValueError: There is none, or one is not base64.
    """
    if len(pem) > MAX_PEM_SIZE:
        raise InvalidValueError(
            f"{len(pem)} bytes of PEM; at most {MAX_PEM_SIZE}",
            f"PEM 长 {len(pem)} 字节，上限为 {MAX_PEM_SIZE} 字节",
        )
    blocks = _PEM.findall(pem)
    if not blocks or len(blocks) != pem.count(b"-----BEGIN CERTIFICATE-----"):
        raise InvalidValueError(
            "no whole certificate in PEM form",
            "没有完整的 PEM 格式证书",
            rule="RFC 7468",
        )
    try:
        return tuple(
            base64.b64decode(b"".join(block.split()), validate=True) for block in blocks
        )
    except binascii.Error as error:
        raise InvalidValueError(
            f"a PEM certificate is not base64: {error}",
            f"PEM 证书不是 base64 编码：{error}",
            rule="RFC 7468",
        ) from None


def write_pem(certificates: Sequence[bytes]) -> bytes:
    """Return *certificates*, DER, in PEM, in their order."""
    lines = []
    for certificate in certificates:
        text = base64.b64encode(certificate)
        lines.append(b"-----BEGIN CERTIFICATE-----")
        lines += [text[start : start + 64] for start in range(0, len(text), 64)]
        lines.append(b"-----END CERTIFICATE-----")
    return b"\n".join(lines) + b"\n"


def take_whole_octets(reader: der.Reader) -> bytes:
    """Return the next element of *reader*, a bit string of whole octets."""
    octets, unused = reader.take_bits()
    if unused:
        raise der.DerError("bit string is not whole octets", "位串不是整字节")
    return octets


def _check_serial(serial: der.Reader) -> None:
    octets = len(serial.value)
    # Reading it again as a number is what finds padding.
    number = der.Reader.of(serial.raw).take_integer()
    if number < 0 or octets > _MAX_SERIAL_OCTETS:
        raise SignatureInvalidError(
            "the certificate's serial number is negative or too long",
            "证书序列号为负数或过长",
        )


def _extensions(body: der.Reader) -> dict[str, Extension]:
    tagged = body.take_if(_EXPLICIT_3)
    if tagged is None:
        return {}
    entries = tagged.take(der.SEQUENCE)
    tagged.done()
    return read_extensions(entries)


def _basic_constraints(
    extensions: Mapping[str, Extension],
) -> tuple[bool, int | None]:
    extension = extensions.get(BASIC_CONSTRAINTS)
    if extension is None:
        return False, None
    content = der.read(extension.value)
    is_ca = take_flag(content)
    path_length = content.take_integer() if content.more() else None
    content.done()
    if path_length is not None and (not is_ca or path_length < 0):
        raise SignatureInvalidError(
            "the certificate's path length makes no sense", "证书的路径长度约束不成立"
        )
    return is_ca, path_length


def _key_usage(extensions: Mapping[str, Extension]) -> frozenset[int] | None:
    extension = extensions.get(KEY_USAGE)
    if extension is None:
        return None
    whole = der.Reader.of(extension.value)
    octets, _ = whole.take_bits()
    whole.done()
    return frozenset(
        8 * index + bit
        for index, octet in enumerate(octets[:2])
        for bit in range(8)
        if octet & (0x80 >> bit)
    )


def _purposes(extensions: Mapping[str, Extension]) -> frozenset[str] | None:
    extension = extensions.get(EXTENDED_KEY_USAGE)
    if extension is None:
        return None
    content = der.read(extension.value)
    purposes = set()
    while content.more():
        purposes.add(content.take_oid())
    return frozenset(purposes)


def _subject_key_id(extensions: Mapping[str, Extension]) -> bytes | None:
    extension = extensions.get(SUBJECT_KEY_IDENTIFIER)
    if extension is None:
        return None
    return der.read(extension.value, der.OCTET_STRING).value


def _authority_key_id(extensions: Mapping[str, Extension]) -> bytes | None:
    extension = extensions.get(AUTHORITY_KEY_IDENTIFIER)
    if extension is None:
        return None
    # What follows, issuer and serial number, only helps to find a candidate.
    found = der.read(extension.value).take_if(_CONTEXT_0)
    return None if found is None else found.value
