"""
Message 签名报文: CMS (RFC 5652) and GB/T 35275—2017, as documents carry them.

Documents are signed by programs of every age. So more is read here than
`signing.signed_data` accepts: other orders of certificates, no binding of the signer's
certificate, revocation data inside, and the content itself or its digest. What is
signed is never more than that content: attributes that would be taken for content, and
the other way round, are refused.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Final

from attrs import field, frozen

from egovarchive.errors import SignatureInvalidError
from egovarchive.seals.notes import Notes
from egovarchive.seals.ses_fields import moment_of
from egovarchive.seals.wrapping import unwrapped
from egovarchive.signing import der
from egovarchive.signing.algorithms import digest_of
from egovarchive.signing.certificates import Certificate
from egovarchive.signing.der import Reader
from egovarchive.signing.signed_data import (
    CONTENT_TYPE,
    DATA,
    KEY_ID,
    MAX_CERTIFICATES,
    MESSAGE_DIGEST,
    SIGNED_DATA,
    SIGNING_CERTIFICATE_V2,
    SIGNING_TIME,
    SM2_DATA,
    SM2_SIGNED_DATA,
    TAG_0,
    TAG_1,
)
from egovarchive.signing.timestamps.binding import (
    SIGNING_CERTIFICATE,
    CertificateId,
    read_binding,
)

_FORMS: Final = {SIGNED_DATA: "CMS (RFC 5652)", SM2_SIGNED_DATA: "GB/T 35275—2017"}
_CONTENTS: Final = {SIGNED_DATA: DATA, SM2_SIGNED_DATA: SM2_DATA}
# RFC 3161, appendix A; ISO 32000-1, 12.8.3.3.2.
_TIMESTAMP: Final = "1.2.840.113549.1.9.16.2.14"
_REVOCATION: Final = "1.2.840.113583.1.1.8"
_MOST_ATTRIBUTES: Final = 64

Attributes = dict[str, list[bytes]]


@frozen(kw_only=True)
class SignedMessage:
    """
    A parsed message. Nothing is verified yet.

    Args:
        form: The standard it follows.
        content: What it has inside, and was signed; None if that is elsewhere.
        certificates: Those inside, DER.
        signer_id: The element that says which one is the signer's, DER.
        digest: AlgorithmIdentifier of the digest, DER.
        attributes: The signed attributes as they were signed, DER; None without any.
        message_digest: The digest of the content, as signed; None without attributes.
        bindings: What the signer signed about their certificate.
        claimed_at: When the signer says they signed.
        algorithm: AlgorithmIdentifier of the signature, DER.
        signature: The signature.
        timestamp: A time-stamp token over the signature, DER.
        has_revocation: Whether revocation data is inside.
    """

    form: str
    content: bytes | None = field(repr=False)
    certificates: tuple[bytes, ...] = field(repr=False)
    signer_id: bytes = field(repr=False)
    digest: bytes = field(repr=False)
    attributes: bytes | None = field(repr=False)
    message_digest: bytes | None = field(repr=False)
    bindings: tuple[CertificateId, ...] = field(repr=False)
    claimed_at: datetime | None
    algorithm: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    timestamp: bytes | None = field(repr=False)
    has_revocation: bool

    def signer_of(self, certificates: tuple[Certificate, ...]) -> Certificate:
        """
        Return the signer's among *certificates*.

        Raises:
            SignatureInvalidError: There is not exactly one.
        """
        found = {each.der: each for each in certificates if self._names(each)}
        if len(found) != 1:
            raise SignatureInvalidError(
                f"{len(found)} certificates inside are the signer's; one must be",
                f"内含 {len(found)} 个签名者证书，应为一个",
            )
        return next(iter(found.values()))

    def _names(self, certificate: Certificate) -> bool:
        if self.signer_id[0] == KEY_ID:
            key_id = der.read(self.signer_id, KEY_ID).value
            return certificate.subject_key_id == key_id
        return self.signer_id == der.sequence(certificate.issuer, certificate.serial)

    def check_binding(self, certificate: Certificate) -> None:
        """
        Return unless the signer signed for another certificate than *certificate*.

        Raises:
            SignatureInvalidError: They did.
        """
        if any(not each.names(certificate) for each in self.bindings):
            raise SignatureInvalidError(
                "the signer signed for another certificate than the one inside",
                "签名者声明的证书与所附证书不符",
            )


def is_message(structure: bytes) -> bool:
    """Return whether *structure*, strict DER, may be such a message."""
    content = der.read(structure)
    return content.value[:1] == bytes((der.OID,))


def read_message(source: bytes, notes: Notes) -> SignedMessage:
    """
    Return the message that *source* is.

    Raises:
        SignatureInvalidError: It is none, or has not one signer.
    """
    whole = der.read(unwrapped(source, notes))
    kind = whole.take_oid()
    if kind not in _FORMS:
        raise SignatureInvalidError(
            f"a structure of type {kind} is no signature", f"类型 {kind} 不是签名数据"
        )
    tagged = whole.take(TAG_0)
    whole.done()
    body = tagged.take(der.SEQUENCE)
    tagged.done()
    body.take_integer()
    body.take(der.SET)
    content = _content(body.take(der.SEQUENCE), kind, notes)
    certificates = _certificates(body.take_if(TAG_0))
    lists = body.take_if(TAG_1)
    signers = body.take(der.SET)
    body.done()
    signer = signers.take(der.SEQUENCE)
    if signers.more():
        raise SignatureInvalidError(
            "it has more than one signer", "有多个签名者；只处理一个"
        )
    return _of_signer(signer, kind, content, certificates, lists is not None)


def _of_signer(
    signer: Reader,
    kind: str,
    content: bytes | None,
    certificates: tuple[bytes, ...],
    has_lists: bool,  # noqa: FBT001 - said by name above
) -> SignedMessage:
    signer.take_integer()
    signer_id = signer.take()
    digest = signer.take(der.SEQUENCE).raw
    element = signer.take_if(TAG_0)
    algorithm = signer.take(der.SEQUENCE).raw
    signature = signer.take_octets()
    unsigned = signer.take_if(TAG_1)
    signer.done()

    attributes, values = None, Attributes()
    message_digest = claimed_at = None
    if element is not None:
        # RFC 5652, 5.4: what is signed is the attributes tagged as a SET.
        attributes = bytes((der.SET,)) + element.raw[1:]
        values = _attributes(element)
        message_digest = Reader.of(_only(values, MESSAGE_DIGEST)).take_octets()
        _check_type(values, kind)
        if SIGNING_TIME in values:
            claimed_at = _moment(_only(values, SIGNING_TIME))
    others = _attributes(unsigned) if unsigned is not None else Attributes()
    return SignedMessage(
        form=_FORMS[kind],
        content=content,
        certificates=certificates,
        signer_id=signer_id.raw,
        digest=digest,
        attributes=attributes,
        message_digest=message_digest,
        bindings=_bindings(values),
        claimed_at=claimed_at,
        algorithm=algorithm,
        signature=signature,
        timestamp=_only(others, _TIMESTAMP) if _TIMESTAMP in others else None,
        has_revocation=has_lists or _REVOCATION in values,
    )


def digest_of_content(name: str, content: bytes) -> bytes:
    """Return the digest *name* of *content*; ``sha1`` is known as well."""
    if name == "sha1":
        return hashlib.sha1(content, usedforsecurity=False).digest()
    return digest_of(name, content)


def _content(element: Reader, kind: str, notes: Notes) -> bytes | None:
    found = element.take_oid()
    if found not in _CONTENTS.values():
        raise SignatureInvalidError(
            f"content of type {found} is not a document's", f"内容类型 {found} 不是文件"
        )
    if found != _CONTENTS[kind]:
        notes.odd(
            "it mixes the object identifiers of two standards",
            "混用了两种标准的对象标识符",
        )
    tagged = element.take_if(TAG_0)
    element.done()
    if tagged is None:
        return None
    content = tagged.take_octets()
    tagged.done()
    return content


def _certificates(element: Reader | None) -> tuple[bytes, ...]:
    found: list[bytes] = []
    while element is not None and element.more():
        # Of other kinds than X.509 nothing is known, and nothing follows from them.
        each = element.take()
        if each.tag == der.SEQUENCE:
            found.append(each.raw)
        if len(found) > MAX_CERTIFICATES:
            raise SignatureInvalidError(
                f"more than {MAX_CERTIFICATES} certificates inside",
                f"内含证书超过 {MAX_CERTIFICATES} 个",
            )
    return tuple(found)


def _attributes(element: Reader) -> Attributes:
    found: Attributes = {}
    while element.more():
        attribute = element.take(der.SEQUENCE)
        dotted = attribute.take_oid()
        values = attribute.take(der.SET)
        attribute.done()
        if dotted in found or len(found) >= _MOST_ATTRIBUTES:
            raise SignatureInvalidError(
                f"the attribute {dotted} stands twice, or there are too many",
                f"属性 {dotted} 重复，或属性过多",
            )
        found[dotted] = []
        while values.more():
            found[dotted].append(values.take().raw)
    return found


def _only(attributes: Attributes, dotted: str) -> bytes:
    values = attributes.get(dotted, [])
    if len(values) != 1:
        raise SignatureInvalidError(
            f"the attribute {dotted} has {len(values)} values; one is required",
            f"属性 {dotted} 有 {len(values)} 个值，应为一个",
        )
    return values[0]


def _check_type(values: Attributes, kind: str) -> None:
    if CONTENT_TYPE not in values:
        # GB/T 35275 messages leave it out at times; what was signed is not in doubt.
        if kind == SM2_SIGNED_DATA:
            return
        raise SignatureInvalidError(
            "the content-type attribute is missing", "缺少内容类型属性"
        )
    found = Reader.of(_only(values, CONTENT_TYPE)).take_oid()
    if found not in _CONTENTS.values():
        raise SignatureInvalidError(
            f"content of type {found} was signed, which is no document",
            f"被签名的内容类型为 {found}，不是文件",
        )


def _bindings(values: Attributes) -> tuple[CertificateId, ...]:
    return tuple(
        read_binding(dotted, Reader.of(_only(values, dotted)))[0]
        for dotted in (SIGNING_CERTIFICATE, SIGNING_CERTIFICATE_V2)
        if dotted in values
    )


def _moment(value: bytes) -> datetime:
    element = Reader.of(value).take()
    if element.tag not in {der.UTC_TIME, der.GENERALIZED_TIME}:
        raise SignatureInvalidError(
            "the signing time is no moment", "签名时间不是时间类型"
        )
    return moment_of(element.value, Notes())
