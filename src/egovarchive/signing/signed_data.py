"""
A detached signature 分离式电子签名 as it is read: CMS SignedData (RFC 5652).

In two dialects that differ in their identifiers: that of RFC 5652, and that of GB/T
35275—2017. One signer, and signed attributes: content type, digest of the message,
time of signing, and the digest of the signer's certificate (RFC 5035). Without them
the attributes of one message can be passed off as the content of another, so that a
bare signature is read only where the caller asks for it, and then no message is
accepted that looks like attributes.

Unsigned attributes are let through and mean nothing here. Revocation lists inside a
message are refused, because they would have to be obeyed.
"""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from egovarchive.errors import SignatureInvalidError

from . import Dialect, der
from .algorithms import Algorithm, digest_named, message_algorithm_named
from .certificates import Certificate
from .signed_attributes import (
    CONTENT_TYPE,
    MESSAGE_DIGEST,
    SIGNING_CERTIFICATE_V2,
    SIGNING_TIME,
    SignedAttributes,
    check_no_attributes,
    expect,
    issuer_serial,
)
from .sm2 import DEFAULT_ID

__all__ = [
    "CONTENT_TYPE",
    "DATA",
    "KEY_ID",
    "MAX_CERTIFICATES",
    "MAX_SIZE",
    "MESSAGE_DIGEST",
    "SIGNED_DATA",
    "SIGNING_CERTIFICATE_V2",
    "SIGNING_TIME",
    "SM2_DATA",
    "SM2_SIGNED_DATA",
    "TAG_0",
    "TAG_1",
    "TYPES",
    "SignedData",
    "issuer_serial",
]

DATA = "1.2.840.113549.1.7.1"
SIGNED_DATA = "1.2.840.113549.1.7.2"
# GB/T 35275—2017, 5.
SM2_DATA = "1.2.156.10197.6.1.4.2.1"
SM2_SIGNED_DATA = "1.2.156.10197.6.1.4.2.2"

MAX_SIZE = 1_000_000
MAX_CERTIFICATES = 20

TAG_0, TAG_1, KEY_ID = 0xA0, 0xA1, 0x80

# The type of a message, and of what was signed. A mixture of both is neither.
TYPES: dict[Dialect, tuple[str, str]] = {
    "cades": (SIGNED_DATA, DATA),
    "gbt35275": (SM2_SIGNED_DATA, SM2_DATA),
}


@frozen
class SignedData:
    """
    A parsed detached signature. Nothing is verified yet.

    Args:
        dialect: How it is written down.
        certificates: The element with the embedded certificates, DER.
        signer_id: The element that says which of them is the signer's, DER.
        digest: The digest of the message, a name of `records.digest`.
        attributes: What was signed besides; None: the signature is bare.
        algorithm: AlgorithmIdentifier of the signature, DER.
        signature: The signature itself.
    """

    dialect: Dialect
    certificates: bytes = field(repr=False)
    signer_id: bytes
    digest: str
    attributes: SignedAttributes | None
    algorithm: bytes
    signature: bytes = field(repr=False)

    @classmethod
    def parse(cls, source: bytes, *, bare: bool = False) -> SignedData:
        """
        Return the detached signature that *source*, DER, is.

        Args:
            source: Its bytes.
            bare: Whether one without signed attributes is read too.

        Raises:
            SignatureInvalidError: It is not one of the one form accepted here.
        """
        if len(source) > MAX_SIZE:
            raise SignatureInvalidError(
                f"a signature of {len(source)} bytes; at most {MAX_SIZE} are read",
                f"签名长 {len(source)} 字节，上限为 {MAX_SIZE} 字节",
            )
        whole = der.read(source)
        dialect = _dialect(whole.take_oid())
        tagged = whole.take(TAG_0)
        whole.done()
        body = tagged.take(der.SEQUENCE)
        tagged.done()

        version = body.take_integer()
        outer_digests = body.take_set(der.SEQUENCE)
        content = body.take(der.SEQUENCE)
        expect(
            "type of what was signed",
            "被签内容类型",
            content.take_oid(),
            TYPES[dialect][1],
        )
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
        return cls._of_signer(
            signers[0], version, outer_digests, certificates, dialect, bare=bare
        )

    @classmethod
    def _of_signer(  # noqa: PLR0913
        cls,
        signer: der.Reader,
        outer_version: int,
        outer_digests: list[der.Reader],
        certificates: bytes,
        dialect: Dialect,
        *,
        bare: bool,
    ) -> SignedData:
        version = signer.take_integer()
        signer_id = signer.take()
        # RFC 5652, 5.1 and 5.3: the form of the identifier fixes both versions. GB/T
        # 35275 has 1 for all; libraries that go by the RFC alone write 3 there.
        expected = {der.SEQUENCE: 1, KEY_ID: 3}.get(signer_id.tag)
        outer = {expected, 3} if dialect == "gbt35275" else {expected}
        if version != expected or outer_version not in outer:
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
        tagged = signer.take_if(TAG_0)
        if tagged is None and not bare:
            raise SignatureInvalidError(
                "the signature has no signed attributes, which are required",
                "签名没有签名属性，而签名属性为必需",
            )
        attributes = None
        if tagged is not None:
            attributes = SignedAttributes.read(tagged, TYPES[dialect][1])
        algorithm = signer.take(der.SEQUENCE).raw
        signature = signer.take_octets()
        if signer.more():
            signer.take_set(der.SEQUENCE, tag=TAG_1)
        signer.done()
        return cls(
            dialect,
            certificates,
            signer_id.raw,
            digest,
            attributes,
            algorithm,
            signature,
        )

    @property
    def claimed_at(self) -> datetime | None:
        """When the signer says it signed."""
        return None if self.attributes is None else self.attributes.claimed_at

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

    def check(
        self, certificate: Certificate, message: bytes, *, signer_id: bytes = DEFAULT_ID
    ) -> Algorithm:
        """
        Return how *message* was signed with the key of *certificate*.

        Whose certificate it is, and whether to trust it, is another question.

        Args:
            certificate: The signer's.
            message: The exact bytes that were signed.
            signer_id: Whose an SM2 signature is; other kinds of key have none.

        Raises:
            SignatureInvalidError: It was not.
        """
        key = certificate.public_key
        if self.attributes is not None:
            self.attributes.check(certificate, message, self.digest)
            signed = self.attributes.signed
        else:
            check_no_attributes(message)
            signed = message
        if self.dialect == "gbt35275" and key.kind != "sm2":
            raise SignatureInvalidError(
                f"a message of GB/T 35275 is signed by SM2, not {key.kind!r}",
                f"GB/T 35275 报文应以 SM2 签名，而不是 {key.kind!r}",
            )
        algorithm = message_algorithm_named(self.algorithm, key.kind, self.digest)
        key.verify(algorithm, self.signature, signed, signer_id=signer_id)
        return algorithm


def _dialect(content_type: str) -> Dialect:
    for dialect, (outer, _) in TYPES.items():
        if outer == content_type:
            return dialect
    raise SignatureInvalidError(
        f"the content type is {content_type}, not {SIGNED_DATA} or {SM2_SIGNED_DATA}",
        f"内容类型为 {content_type}，应为 {SIGNED_DATA} 或 {SM2_SIGNED_DATA}",
    )
