"""Signed attributes 签名属性 (RFC 5652, 5.3): what a signer signs beside a message."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from egovarchive.errors import SignatureInvalidError

from . import der
from .algorithms import digest_named, digest_of
from .certificates import Certificate

CONTENT_TYPE = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
SIGNING_TIME = "1.2.840.113549.1.9.5"
SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"

DIRECTORY_NAME = 0xA4


@frozen
class SignedAttributes:
    """
    What the signer signed besides the message.

    Args:
        message_digest: The digest of the message.
        certificate_digest: The digest of the signer's certificate: name and value.
        issuer_serial: Issuer and serial number of the signer's certificate as the
            signer signed them (IssuerSerial, DER). None: left out.
        claimed_at: When the signer says it signed.
        signed: All attributes as they were signed, DER.
    """

    message_digest: bytes
    certificate_digest: tuple[str, bytes]
    issuer_serial: bytes | None
    claimed_at: datetime | None
    signed: bytes = field(repr=False)

    @classmethod
    def read(cls, attributes: der.Reader, content_type: str) -> SignedAttributes:
        """
        Return those of the element *attributes*, over content of *content_type*.

        Raises:
            SignatureInvalidError: One is missing, twice there, or malformed.
        """
        # RFC 5652, 5.4: what is signed is the attributes tagged as a SET.
        signed = bytes((der.SET,)) + attributes.raw[1:]
        values = read_attributes(signed)
        expect(
            "content-type attribute",
            "内容类型属性",
            only_value(values, CONTENT_TYPE).take_oid(),
            content_type,
        )
        claimed_at = None
        if SIGNING_TIME in values:
            claimed_at = only_value(values, SIGNING_TIME).take_time()
        certificate_digest, issuer_serial = _signing_certificate(
            only_value(values, SIGNING_CERTIFICATE_V2)
        )
        return cls(
            only_value(values, MESSAGE_DIGEST).take_octets(),
            certificate_digest,
            issuer_serial,
            claimed_at,
            signed,
        )

    def check(self, certificate: Certificate, message: bytes, digest: str) -> None:
        """
        Return if they are about *message* and *certificate*.

        Raises:
            SignatureInvalidError: They are not.
        """
        if digest_of(digest, message) != self.message_digest:
            raise SignatureInvalidError(
                "the signature is over another message", "签名所对应的是另一份内容"
            )
        name, value = self.certificate_digest
        if _certificate_digest(certificate, name) != value or (
            self.issuer_serial not in {None, issuer_serial(certificate)}
        ):
            raise SignatureInvalidError(
                "the signer signed for another certificate than the one inside",
                "签名者声明的证书与所附证书不符",
            )


def issuer_serial(certificate: Certificate) -> bytes:
    """Return the IssuerSerial of *certificate*, DER (RFC 5035, 4)."""
    names = der.sequence(der.write(DIRECTORY_NAME, certificate.issuer))
    return der.sequence(names, certificate.serial)


def _certificate_digest(certificate: Certificate, name: str) -> bytes:
    if name == "sha256":
        return certificate.sha256
    return digest_of(name, certificate.der)


def read_attributes(signed: bytes) -> dict[str, list[der.Reader]]:
    """
    Return the values of each attribute in *signed*, a SET, by its identifier.

    Raises:
        SignatureInvalidError: One stands twice, or is malformed.
    """
    attributes: dict[str, list[der.Reader]] = {}
    for attribute in der.Reader.of(signed).take_set(der.SEQUENCE):
        dotted = attribute.take_oid()
        values = attribute.take_set(None)
        attribute.done()
        if dotted in attributes:
            raise SignatureInvalidError(
                f"the signed attribute {dotted} stands twice", f"签名属性 {dotted} 重复"
            )
        attributes[dotted] = values
    return attributes


def only_value(attributes: dict[str, list[der.Reader]], dotted: str) -> der.Reader:
    """
    Return a reader of the one value of the attribute *dotted*.

    Raises:
        SignatureInvalidError: It is missing, or has not exactly one.
    """
    values = attributes.get(dotted, [])
    if len(values) != 1:
        raise SignatureInvalidError(
            f"the signed attribute {dotted} has {len(values)} values; one is required",
            f"签名属性 {dotted} 有 {len(values)} 个值，应为一个",
        )
    return der.Reader.of(values[0].raw)


def _signing_certificate(
    attribute: der.Reader,
) -> tuple[tuple[str, bytes], bytes | None]:
    """Read a SigningCertificateV2 (RFC 5035, 3); its first entry is the signer's."""
    entries = attribute.take(der.SEQUENCE).take(der.SEQUENCE)
    first = entries.take(der.SEQUENCE)
    identifier = first.take_if(der.SEQUENCE)
    name = "sha256" if identifier is None else digest_named(identifier.raw)
    value = first.take_octets()
    named = first.take(der.SEQUENCE).raw if first.more() else None
    first.done()
    return (name, value), named


def expect(what: str, what_zh: str, found: str, wanted: str) -> None:
    """Raise `SignatureInvalidError` if *found*, an identifier, is not *wanted*."""
    if found != wanted:
        raise SignatureInvalidError(
            f"the {what} is {found}, not {wanted}",
            f"{what_zh}为 {found}，应为 {wanted}",
        )


def check_no_attributes(message: bytes) -> None:
    """
    Return if *message*, signed without attributes, cannot be another's attributes.

    Raises:
        SignatureInvalidError: It begins like them: a set, whose first element is a
            sequence, whose first element is an object identifier. Lengths may have
            any form, as not every signer keeps to the strict one.
    """
    at = 0
    for tag in (der.SET, der.SEQUENCE, der.OID):
        if message[at : at + 1] != bytes((tag,)):
            return
        size = message[at + 1] if at + 1 < len(message) else 0
        at += 2 + (size & 0x7F if size & 0x80 else 0)
    raise SignatureInvalidError(
        "what was signed looks like the attributes of another signature",
        "被签名的内容形似另一签名的签名属性",
    )
