"""
A detached signature 分离式电子签名 as it is read: CMS SignedData (RFC 5652).

One signer, and always signed attributes: content type, digest of the message, time
of signing, and the digest of the signer's certificate (RFC 5035). Without them the
attributes of one message can be passed off as the content of another.

Unsigned attributes are let through and mean nothing here. Revocation lists inside a
message are refused, because they would have to be obeyed.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from attrs import field, frozen

from egovarchive.errors import SignatureInvalidError

from . import der
from .algorithms import Algorithm, digest_named, message_algorithm_named
from .certificates import Certificate

DATA = "1.2.840.113549.1.7.1"
SIGNED_DATA = "1.2.840.113549.1.7.2"
CONTENT_TYPE = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
SIGNING_TIME = "1.2.840.113549.1.9.5"
SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"

MAX_SIZE = 1_000_000
MAX_CERTIFICATES = 20

TAG_0, TAG_1, KEY_ID, DIRECTORY_NAME = 0xA0, 0xA1, 0x80, 0xA4


@frozen
class SignedData:
    """
    A parsed detached signature. Nothing is verified yet.

    Args:
        certificates: The element with the embedded certificates, DER.
        signer_id: The element that says which of them is the signer's, DER.
        digest: The digest of the message, a name of `hashlib`.
        message_digest: The digest itself.
        certificate_digest: The digest of the signer's certificate: name and value.
        issuer_serial: Issuer and serial number of the signer's certificate as the
            signer signed them (IssuerSerial, DER). None: left out.
        claimed_at: When the signer says it signed.
        signed: The signed attributes as they were signed, DER.
        algorithm: AlgorithmIdentifier of the signature, DER.
        signature: The signature itself.
    """

    certificates: bytes = field(repr=False)
    signer_id: bytes
    digest: str
    message_digest: bytes
    certificate_digest: tuple[str, bytes]
    issuer_serial: bytes | None
    claimed_at: datetime | None
    signed: bytes = field(repr=False)
    algorithm: bytes
    signature: bytes = field(repr=False)

    @classmethod
    def parse(cls, source: bytes) -> SignedData:
        """
        Return the detached signature that *source*, DER, is.

        Raises:
            SignatureInvalidError: It is not one of the one form accepted here.
        """
        if len(source) > MAX_SIZE:
            raise SignatureInvalidError(
                f"a signature of {len(source)} bytes; at most {MAX_SIZE} are read",
                f"签名长 {len(source)} 字节，上限为 {MAX_SIZE} 字节",
            )
        whole = der.read(source)
        _expect("content type", "内容类型", whole.take_oid(), SIGNED_DATA)
        tagged = whole.take(TAG_0)
        whole.done()
        body = tagged.take(der.SEQUENCE)
        tagged.done()

        version = body.take_integer()
        outer_digests = body.take_set(der.SEQUENCE)
        content = body.take(der.SEQUENCE)
        _expect("type of what was signed", "被签内容类型", content.take_oid(), DATA)
        if content.more():
            raise SignatureInvalidError(
                "the signature has the content inside; only detached ones are accepted",
                "签名内含原文；只接受分离式签名",
            )
        certificates = body.take(TAG_0).raw
        if body.take_if(TAG_1) is not None:
            raise SignatureInvalidError(
                "the signature has revocation lists inside, which are not understood",
                "签名内含证书撤销列表，本软件不能处理",
            )
        signers = body.take_set(der.SEQUENCE)
        body.done()
        if len(signers) != 1:
            raise SignatureInvalidError(
                f"{len(signers)} signers; exactly one is accepted",
                f"有 {len(signers)} 个签名者；只接受一个",
            )
        return cls._of_signer(signers[0], version, outer_digests, certificates)

    @classmethod
    def _of_signer(
        cls,
        signer: der.Reader,
        outer_version: int,
        outer_digests: list[der.Reader],
        certificates: bytes,
    ) -> SignedData:
        version = signer.take_integer()
        signer_id = signer.take()
        # RFC 5652, 5.1 and 5.3: the form of the identifier fixes both versions.
        expected = {der.SEQUENCE: 1, KEY_ID: 3}.get(signer_id.tag)
        if (outer_version, version) != (expected, expected):
            raise SignatureInvalidError(
                f"versions {outer_version} and {version} are not those of the message",
                f"版本号 {outer_version}、{version} 与报文形式不符",
            )
        digest_identifier = signer.take(der.SEQUENCE).raw
        if [outer.raw for outer in outer_digests] != [digest_identifier]:
            raise SignatureInvalidError(
                "the message and its signer name different digests",
                "报文与签名者声明的摘要算法不一致",
            )
        digest = digest_named(digest_identifier)
        attributes = signer.take_if(TAG_0)
        if attributes is None:
            raise SignatureInvalidError(
                "the signature has no signed attributes, which are required",
                "签名没有签名属性，而签名属性为必需",
            )
        algorithm = signer.take(der.SEQUENCE).raw
        signature = signer.take_octets()
        if signer.more():
            signer.take_set(der.SEQUENCE, tag=TAG_1)
        signer.done()

        # RFC 5652, 5.4: what is signed is the attributes tagged as a SET.
        signed = bytes((der.SET,)) + attributes.raw[1:]
        values = _attributes(signed)
        _expect(
            "content-type attribute",
            "内容类型属性",
            _only(values, CONTENT_TYPE).take_oid(),
            DATA,
        )
        claimed_at = None
        if SIGNING_TIME in values:
            claimed_at = _only(values, SIGNING_TIME).take_time()
        certificate_digest, issuer_serial = _signing_certificate(
            _only(values, SIGNING_CERTIFICATE_V2)
        )
        return cls(
            certificates,
            signer_id.raw,
            digest,
            _only(values, MESSAGE_DIGEST).take_octets(),
            certificate_digest,
            issuer_serial,
            claimed_at,
            signed,
            algorithm,
            signature,
        )

    def embedded(self) -> tuple[Certificate, ...]:
        """
        Return the certificates inside.

        Raises:
            SignatureInvalidError: One is not a certificate, or there are too many.
        """
        elements = der.Reader.of(self.certificates).take_set(der.SEQUENCE, tag=TAG_0)
        if len(elements) > MAX_CERTIFICATES:
            raise SignatureInvalidError(
                f"{len(elements)} certificates inside; at most {MAX_CERTIFICATES}",
                f"内含 {len(elements)} 个证书，上限为 {MAX_CERTIFICATES} 个",
            )
        return tuple(Certificate.parse(element.raw) for element in elements)

    def signer_of(self, certificates: tuple[Certificate, ...]) -> Certificate:
        """
        Return the signer's among *certificates*.

        Raises:
            SignatureInvalidError: There is not exactly one.
        """
        found = [each for each in certificates if self._names(each)]
        if len(found) != 1:
            raise SignatureInvalidError(
                f"{len(found)} certificates inside are the signer's; one must be",
                f"内含 {len(found)} 个签名者证书，应为一个",
            )
        return found[0]

    def _names(self, certificate: Certificate) -> bool:
        if self.signer_id[0] == KEY_ID:
            key_id = der.read(self.signer_id, KEY_ID).value
            return certificate.subject_key_id == key_id
        return self.signer_id == der.sequence(certificate.issuer, certificate.serial)

    def check(self, certificate: Certificate, message: bytes) -> Algorithm:
        """
        Return how *message* was signed with the key of *certificate*.

        Whose certificate it is, and whether to trust it, is another question.

        Raises:
            SignatureInvalidError: It was not.
        """
        if hashlib.new(self.digest, message).digest() != self.message_digest:
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
        key = certificate.public_key
        algorithm = message_algorithm_named(self.algorithm, key.kind, self.digest)
        key.verify(algorithm, self.signature, self.signed)
        return algorithm


def issuer_serial(certificate: Certificate) -> bytes:
    """Return the IssuerSerial of *certificate*, DER (RFC 5035, 4)."""
    names = der.sequence(der.write(DIRECTORY_NAME, certificate.issuer))
    return der.sequence(names, certificate.serial)


def _certificate_digest(certificate: Certificate, name: str) -> bytes:
    if name == "sha256":
        return certificate.sha256
    return hashlib.new(name, certificate.der).digest()


def _attributes(signed: bytes) -> dict[str, list[der.Reader]]:
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


def _only(attributes: dict[str, list[der.Reader]], dotted: str) -> der.Reader:
    """Return a reader of the one value of an attribute."""
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


def _expect(what: str, what_zh: str, found: str, wanted: str) -> None:
    if found != wanted:
        raise SignatureInvalidError(
            f"the {what} is {found}, not {wanted}",
            f"{what_zh}为 {found}，应为 {wanted}",
        )
