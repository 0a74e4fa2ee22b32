"""
A time-stamp token 时间戳令牌 as it is read (RFC 3161, RFC 5816, GB/T 20520).

It is a CMS SignedData (RFC 5652) with one signer, whose content says what was
stamped and when. Signed attributes are required, among them the one that binds the
signer's certificate. Unsigned ones are let through and mean nothing here; revocation
lists inside are refused, because they would have to be obeyed.
"""

from __future__ import annotations

from collections.abc import Collection

from attrs import field, frozen

from egovarchive.errors import SignatureInvalidError
from egovarchive.signing import der
from egovarchive.signing.algorithms import (
    Algorithm,
    digest_named,
    digest_of,
    message_algorithm_named,
)
from egovarchive.signing.certificates import Certificate
from egovarchive.signing.signed_attributes import (
    CONTENT_TYPE,
    MESSAGE_DIGEST,
    SIGNING_CERTIFICATE_V2,
    expect,
    only_value,
    read_attributes,
)
from egovarchive.signing.signed_data import (
    KEY_ID,
    MAX_CERTIFICATES,
    SIGNED_DATA,
    TAG_0,
    TAG_1,
)
from egovarchive.signing.sm2 import DEFAULT_ID

from .authority import check_named, parsed_certificate
from .binding import SIGNING_CERTIFICATE, CertificateId, read_binding
from .info import TokenInfo, take_number

TST_INFO = "1.2.840.113549.1.9.16.1.4"

MAX_SIZE = 262_144

# RFC 5652, 5.1: version 3, because the content is not plain data.
_VERSION = 3


@frozen
class SignedInfo:
    """
    A parsed token. Nothing is verified yet.

    Args:
        info: What it says.
        content: The same as it was signed, DER.
        certificates: The element with the embedded certificates, DER; it may be empty.
        signer_id: The element that says which certificate is the signer's, DER.
        digest: The digest of the content, a name of `records.digest.ALGORITHMS`.
        message_digest: The digest itself.
        bindings: For each attribute that names the signer's certificate: what it
            names, the signer's first.
        signed: The signed attributes as they were signed, DER.
        algorithm: AlgorithmIdentifier of the signature, DER.
        signature: The signature itself.
    """

    info: TokenInfo
    content: bytes = field(repr=False)
    certificates: bytes = field(repr=False)
    signer_id: bytes = field(repr=False)
    digest: str
    message_digest: bytes = field(repr=False)
    bindings: tuple[tuple[CertificateId, ...], ...] = field(repr=False)
    signed: bytes = field(repr=False)
    algorithm: bytes = field(repr=False)
    signature: bytes = field(repr=False)

    @classmethod
    def parse(cls, source: bytes) -> SignedInfo:
        """
        Return the token that *source*, DER, is.

        Raises:
            SignatureInvalidError: It is not one of the one form accepted here.
        """
        if len(source) > MAX_SIZE:
            raise SignatureInvalidError(
                f"a time-stamp of {len(source)} bytes; at most {MAX_SIZE} are read",
                f"时间戳长 {len(source)} 字节，上限为 {MAX_SIZE} 字节",
            )
        whole = der.read(source)
        expect("content type", "内容类型", whole.take_oid(), SIGNED_DATA)
        tagged = whole.take(TAG_0)
        whole.done()
        body = tagged.take(der.SEQUENCE)
        tagged.done()

        if take_number(body) != _VERSION:
            raise _wrong_version()
        outer_digests = body.take_set(der.SEQUENCE)
        content = _content(body.take(der.SEQUENCE))
        embedded = body.take_if(TAG_0)
        if body.take_if(TAG_1) is not None:
            raise SignatureInvalidError(
                "the time-stamp has revocation lists inside, which are not understood",
                "时间戳内含证书撤销列表，本软件不能处理",
            )
        signers = body.take_set(der.SEQUENCE)
        body.done()
        if len(signers) != 1:
            raise SignatureInvalidError(
                f"the time-stamp has {len(signers)} signers; exactly one is accepted",
                f"时间戳有 {len(signers)} 个签名者；只接受一个",
            )
        certificates = b"" if embedded is None else embedded.raw
        return cls._of_signer(signers[0], outer_digests, content, certificates)

    @classmethod
    def _of_signer(
        cls,
        signer: der.Reader,
        outer_digests: list[der.Reader],
        content: bytes,
        certificates: bytes,
    ) -> SignedInfo:
        version = take_number(signer)
        signer_id = signer.take()
        # RFC 5652, 5.3: the form of the identifier fixes the version.
        if version != {der.SEQUENCE: 1, KEY_ID: 3}.get(signer_id.tag):
            raise _wrong_version()
        digest = digest_named(signer.take(der.SEQUENCE).raw)
        if [digest_named(outer.raw) for outer in outer_digests] != [digest]:
            raise SignatureInvalidError(
                "the time-stamp and its signer name different digests",
                "时间戳与签名者声明的摘要算法不一致",
            )
        attributes = signer.take_if(TAG_0)
        if attributes is None:
            raise SignatureInvalidError(
                "the time-stamp has no signed attributes, which are required",
                "时间戳没有签名属性，而签名属性为必需",
            )
        algorithm = signer.take(der.SEQUENCE).raw
        signature = signer.take_octets()
        if signer.more():
            signer.take_set(der.SEQUENCE, tag=TAG_1)
        signer.done()

        # RFC 5652, 5.4: what is signed is the attributes tagged as a SET.
        signed = bytes((der.SET,)) + attributes.raw[1:]
        values = read_attributes(signed)
        expect(
            "content-type attribute",
            "内容类型属性",
            only_value(values, CONTENT_TYPE).take_oid(),
            TST_INFO,
        )
        bindings = tuple(
            read_binding(dotted, only_value(values, dotted))
            for dotted in (SIGNING_CERTIFICATE, SIGNING_CERTIFICATE_V2)
            if dotted in values
        )
        if not bindings:
            raise SignatureInvalidError(
                "the time-stamp does not bind the certificate of its signer (RFC 5816)",
                "时间戳未绑定签名者证书（RFC 5816）",
            )
        return cls(
            TokenInfo.parse(content),
            content,
            certificates,
            signer_id.raw,
            digest,
            only_value(values, MESSAGE_DIGEST).take_octets(),
            bindings,
            signed,
            algorithm,
            signature,
        )

    def embedded(self) -> tuple[Certificate, ...]:
        """
        Return the certificates inside.

        They may stand in any order: no signature is over them, and `openssl ts` does
        not sort them.

        Raises:
            SignatureInvalidError: One is not a certificate, or there are too many.
        """
        if not self.certificates:
            return ()
        content = der.read(self.certificates, TAG_0)
        found: list[Certificate] = []
        while content.more():
            if len(found) == MAX_CERTIFICATES:
                raise SignatureInvalidError(
                    f"more than {MAX_CERTIFICATES} certificates inside",
                    f"内含证书超过 {MAX_CERTIFICATES} 个",
                )
            found.append(parsed_certificate(content.take(der.SEQUENCE).raw))
        return tuple(found)

    def signer_of(self, certificates: Collection[Certificate]) -> Certificate:
        """
        Return the signer's among *certificates*.

        Raises:
            SignatureInvalidError: There is not exactly one.
        """
        found = {each.der: each for each in certificates if self._names(each)}
        if len(found) != 1:
            raise SignatureInvalidError(
                f"{len(found)} certificates at hand are the authority's; one must be",
                f"有 {len(found)} 个时间戳机构证书，应为一个",
            )
        return next(iter(found.values()))

    def _names(self, certificate: Certificate) -> bool:
        if self.signer_id[0] == KEY_ID:
            key_id = der.read(self.signer_id, KEY_ID).value
            return certificate.subject_key_id == key_id
        return self.signer_id == der.sequence(certificate.issuer, certificate.serial)

    def check(self, certificate: Certificate) -> Algorithm:
        """
        Return how this token was signed with the key of *certificate*.

        Whose certificate it is, and whether to trust it, is another question.

        Raises:
            SignatureInvalidError: It was not.
        """
        if digest_of(self.digest, self.content) != self.message_digest:
            raise SignatureInvalidError(
                "what the time-stamp says was altered", "时间戳内容被改动"
            )
        for binding in self.bindings:
            if not binding[0].names(certificate):
                raise SignatureInvalidError(
                    "the authority signed for another certificate than its own",
                    "时间戳机构声明的证书与其证书不符",
                )
        if self.info.authority is not None:
            check_named(certificate, self.info.authority)
        key = certificate.public_key
        algorithm = message_algorithm_named(self.algorithm, key.kind, self.digest)
        # GM/T 0009—2012, 10: who names no other id signs with the usual one.
        key.verify(algorithm, self.signature, self.signed, signer_id=DEFAULT_ID)
        return algorithm


def _content(element: der.Reader) -> bytes:
    expect("type of what was signed", "被签内容类型", element.take_oid(), TST_INFO)
    tagged = element.take(TAG_0)
    content = tagged.take_octets()
    tagged.done()
    element.done()
    return content


def _wrong_version() -> SignatureInvalidError:
    return SignatureInvalidError(
        "a version in the time-stamp is not the one that its form asks for",
        "时间戳中的版本号与其形式不符",
    )
