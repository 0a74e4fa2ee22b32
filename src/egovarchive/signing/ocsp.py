"""
Stored OCSP replies 在线证书状态应答 (RFC 6960; GB/T 19713), read strictly.

Only what answers "successful" with a basic reply is read. Nothing is asked over the
network: a reply is one that somebody fetched and kept.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import cached_property

from attrs import field, frozen

from egovarchive.errors import SignatureInvalidError

from . import der
from .algorithms import digest_of
from .certificates import Certificate, take_whole_octets
from .crl import INVALIDITY_DATE, REASON, Revoked, reason_named
from .extensions import Extension, check_understood, read_extensions, time_in

BASIC = "1.3.6.1.5.5.7.48.1.1"
NONCE = "1.3.6.1.5.5.7.48.1.2"
ARCHIVE_CUTOFF = "1.3.6.1.5.5.7.48.1.6"

MAX_OCSP_SIZE = 200_000
MAX_ANSWERS = 100
MAX_CERTIFICATES = 10

# In a CertID a digest only says which certificate is meant, and nearly all say it in
# SHA-1. Whoever finds two issuers with one such digest still needs the right key.
_SHA_1 = "sha1"
_CERT_ID_DIGESTS = {
    "1.3.14.3.2.26": _SHA_1,
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
    "1.2.156.10197.1.401": "sm3",
}
_SUCCESSFUL = b"\x00"
_ENUMERATED = 10
_EXPLICIT_0, _EXPLICIT_1 = 0xA0, 0xA1
_GOOD, _REVOKED, _UNKNOWN = 0x80, 0xA1, 0x82
_BY_NAME, _BY_KEY = 0xA1, 0xA2
_UNDERSTOOD = frozenset({NONCE})
_UNDERSTOOD_IN_ANSWER = frozenset({ARCHIVE_CUTOFF, REASON, INVALIDITY_DATE})


@frozen
class Answer:
    """
    What a reply says of one certificate.

    Args:
        algorithm: The digest by which the issuer is named.
        issuer_name: Digest of the issuer's name.
        issuer_key: Digest of the issuer's key.
        serial: The certificate's serial number, content octets.
        good: Whether the responder knows the certificate, and of no revocation.
        revoked: When and why it was taken back; None: it was not, or is not known.
        this_update: When that was known to be so.
        next_update: When newer news come at the latest; None: at any time.
        cutoff: It still knows certificates that expired after this; None: it may have
            forgotten what has expired.
    """

    algorithm: str
    issuer_name: bytes = field(repr=False)
    issuer_key: bytes = field(repr=False)
    serial: bytes
    good: bool
    revoked: Revoked | None
    this_update: datetime
    next_update: datetime | None
    cutoff: datetime | None

    def is_about(self, certificate: Certificate, issuer: Certificate) -> bool:
        """Return whether *certificate*, issued by *issuer*, is meant."""
        return (
            self.serial == der.read(certificate.serial, der.INTEGER).value
            and self.issuer_name == _digest(self.algorithm, issuer.subject)
            and self.issuer_key == _digest(self.algorithm, key_octets(issuer))
        )


@frozen(kw_only=True, slots=False)
class OcspReply:
    """
    A parsed reply. Nobody vouches for it yet.

    Args:
        der: All of it.
        signed: The part that the responder signed, DER.
        responder: Name of the responder, DER; None: its key is named.
        responder_key: SHA-1 of the responder's key; None: its name is given.
        produced_at: When it was signed.
        answers: What it says.
        signature_algorithm: AlgorithmIdentifier, DER.
        signature: The responder's signature.
        certificates: Certificates inside.
    """

    der: bytes = field(repr=False)
    signed: bytes = field(repr=False, eq=False)
    responder: bytes | None = field(repr=False, eq=False)
    responder_key: bytes | None = field(repr=False, eq=False)
    produced_at: datetime = field(eq=False)
    answers: tuple[Answer, ...] = field(eq=False)
    signature_algorithm: bytes = field(repr=False, eq=False)
    signature: bytes = field(repr=False, eq=False)
    certificates: tuple[Certificate, ...] = field(repr=False, eq=False)

    @classmethod
    def parse(cls, source: bytes) -> OcspReply:
        """
        Return the reply that *source*, DER of an OCSPResponse, is.

        Raises:
            SignatureInvalidError: It is none that answers, not in its one strict form,
                or has what is not understood here.
        """
        if len(source) > MAX_OCSP_SIZE:
            raise SignatureInvalidError(
                f"an OCSP reply of {len(source)} bytes; at most {MAX_OCSP_SIZE}",
                f"OCSP 应答长 {len(source)} 字节，上限为 {MAX_OCSP_SIZE} 字节",
            )
        whole = _basic(source)
        body = whole.take(der.SEQUENCE)
        algorithm = whole.take(der.SEQUENCE).raw
        signature = take_whole_octets(whole)
        certificates = _certificates(whole)
        whole.done()

        # Version 1 is the default, and there is no other: X.690, 11.5.
        chosen = body.take()
        if chosen.tag not in {_BY_NAME, _BY_KEY}:
            raise der.DerError("a responder is not named", "未指明 OCSP 响应者")
        by_name = chosen.tag == _BY_NAME
        named = chosen.take(der.SEQUENCE).raw if by_name else chosen.take_octets()
        chosen.done()
        produced_at = body.take_time()
        answers: list[Answer] = []
        listed = body.take(der.SEQUENCE)
        while listed.more():
            if len(answers) == MAX_ANSWERS:
                raise SignatureInvalidError(
                    f"more than {MAX_ANSWERS} answers in an OCSP reply",
                    f"OCSP 应答中的结果超过 {MAX_ANSWERS} 条",
                )
            answers.append(_answer(listed.take(der.SEQUENCE)))
        check_understood(_extensions(body, _EXPLICIT_1), _UNDERSTOOD)
        body.done()
        return cls(
            der=source,
            signed=body.raw,
            responder=named if by_name else None,
            responder_key=None if by_name else named,
            produced_at=produced_at,
            answers=tuple(answers),
            signature_algorithm=algorithm,
            signature=signature,
            certificates=certificates,
        )

    @cached_property
    def sha256(self) -> bytes:
        """SHA-256 of all of it."""
        return hashlib.sha256(self.der).digest()

    def names(self, certificate: Certificate) -> bool:
        """Return whether *certificate* is that of the responder."""
        if self.responder is not None:
            return certificate.subject == self.responder
        return _digest(_SHA_1, key_octets(certificate)) == self.responder_key


def key_octets(certificate: Certificate) -> bytes:
    """Return the key of *certificate* without its algorithm: what OCSP digests."""
    content = der.read(certificate.key_info)
    content.take(der.SEQUENCE)
    return take_whole_octets(content)


def _digest(name: str, content: bytes) -> bytes:
    if name == _SHA_1:
        return hashlib.sha1(content, usedforsecurity=False).digest()
    return digest_of(name, content)


def _basic(source: bytes) -> der.Reader:
    outer = der.read(source)
    if outer.take(_ENUMERATED).value != _SUCCESSFUL:
        raise SignatureInvalidError(
            "the OCSP reply is that there is none", "OCSP 应答状态不是成功"
        )
    tagged = outer.take(_EXPLICIT_0)
    outer.done()
    reply = tagged.take(der.SEQUENCE)
    tagged.done()
    if reply.take_oid() != BASIC:
        raise SignatureInvalidError(
            "the OCSP reply is not a basic one", "OCSP 应答不是基本应答"
        )
    basic = der.read(reply.take_octets())
    reply.done()
    return basic


def _certificates(whole: der.Reader) -> tuple[Certificate, ...]:
    tagged = whole.take_if(_EXPLICIT_0)
    if tagged is None:
        return ()
    listed = tagged.take(der.SEQUENCE)
    tagged.done()
    found: list[Certificate] = []
    while listed.more():
        if len(found) == MAX_CERTIFICATES:
            raise SignatureInvalidError(
                f"more than {MAX_CERTIFICATES} certificates in an OCSP reply",
                f"OCSP 应答内含证书超过 {MAX_CERTIFICATES} 个",
            )
        found.append(Certificate.parse(listed.take(der.SEQUENCE).raw))
    return tuple(found)


def _extensions(reader: der.Reader, tag: int) -> dict[str, Extension]:
    tagged = reader.take_if(tag)
    if tagged is None:
        return {}
    found = read_extensions(tagged.take(der.SEQUENCE))
    tagged.done()
    return found


def _answer(answer: der.Reader) -> Answer:
    named = answer.take(der.SEQUENCE)
    identifier = named.take(der.SEQUENCE)
    dotted = identifier.take_oid()
    # RFC 4055, 2.1: NULL and nothing mean the same.
    identifier.take_if(der.NULL)
    identifier.done()
    if dotted not in _CERT_ID_DIGESTS:
        raise SignatureInvalidError(
            f"an OCSP reply names a certificate by {dotted}, which is not known",
            f"OCSP 应答以未知算法 {dotted} 标识证书",
        )
    name, key = named.take_octets(), named.take_octets()
    serial = named.take(der.INTEGER).value
    named.done()
    status = answer.take()
    this_update = answer.take_time()
    next_update = None
    if (tagged := answer.take_if(_EXPLICIT_0)) is not None:
        next_update = tagged.take_time()
        tagged.done()
    extensions = _extensions(answer, _EXPLICIT_1)
    answer.done()
    check_understood(extensions, _UNDERSTOOD_IN_ANSWER)
    cutoff = extensions.get(ARCHIVE_CUTOFF)
    return Answer(
        _CERT_ID_DIGESTS[dotted],
        name,
        key,
        serial,
        status.tag == _GOOD,
        _revoked(status, extensions),
        this_update,
        next_update,
        None if cutoff is None else time_in(cutoff),
    )


def _revoked(status: der.Reader, extensions: dict[str, Extension]) -> Revoked | None:
    if status.tag != _REVOKED:
        if status.tag not in {_GOOD, _UNKNOWN} or status.more():
            raise der.DerError("not the status of a certificate", "不是证书状态")
        return None
    moment = status.take_time()
    reason = "unspecified"
    if (tagged := status.take_if(_EXPLICIT_0)) is not None:
        reason = reason_named(tagged.take(_ENUMERATED).value)
        tagged.done()
    status.done()
    since = extensions.get(INVALIDITY_DATE)
    return Revoked(moment, reason, None if since is None else time_in(since))
