"""Making time-stamp tokens for tests 制作测试用时间戳令牌 (RFC 3161, RFC 5816)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from attrs import field, frozen

from egovarchive.signing import der
from egovarchive.signing.certificates import Certificate
from egovarchive.signing.signed_attributes import (
    CONTENT_TYPE,
    MESSAGE_DIGEST,
    SIGNING_CERTIFICATE_V2,
    SIGNING_TIME,
    issuer_serial,
)
from egovarchive.signing.signed_data import KEY_ID, SIGNED_DATA, TAG_0
from egovarchive.signing.timestamps.binding import SIGNING_CERTIFICATE
from egovarchive.signing.timestamps.info import TokenInfo
from egovarchive.signing.timestamps.signed_info import TST_INFO
from egovarchive.testing.timestamp_keys import AuthorityKey


@frozen(kw_only=True)
class TokenParts:
    """
    The parts of a token that a test may replace; each is DER.

    Args:
        content: What is signed: a TSTInfo.
        attributes: The signed attributes; none: there is no such element, and the
            content itself is signed.
        sent: The content that is sent; None: the same.
        certificates: Those inside; none: there is no such element.
        signers: How many signers there are.
        version: The version of the message.
        after_certificates: What stands behind these.
        digests: The set of digests that the message names; None: the signer's.
        by_key_id: Whether the signer is named by the identifier of its key.
    """

    content: bytes
    attributes: tuple[bytes, ...]
    sent: bytes | None = None
    certificates: tuple[bytes, ...] = ()
    signers: int = 1
    version: int = 3
    after_certificates: bytes = b""
    digests: bytes | None = None
    by_key_id: bool = False
    key: AuthorityKey = field(repr=False)

    @classmethod
    def of(
        cls,
        info: TokenInfo,
        key: AuthorityKey,
        *,
        binding: int = 2,
        with_certificates: bool = True,
    ) -> TokenParts:
        """
        Return the parts of a good token.

        Args:
            info: What it says.
            key: What it is signed with.
            binding: The version of its SigningCertificate, 1 or 2.
            with_certificates: Whether the authority's certificates are inside.
        """
        content = info.der
        digest = key.algorithm.digest_of(content)
        attributes = (
            attribute(CONTENT_TYPE, der.oid(TST_INFO)),
            attribute(SIGNING_TIME, der.time(info.gen_time)),
            attribute(MESSAGE_DIGEST, der.octets(digest)),
            binding_to(key.certificate, version=binding),
        )
        inside = (key.certificate, *key.chain) if with_certificates else ()
        return cls(content=content, attributes=attributes, certificates=inside, key=key)

    @property
    def der(self) -> bytes:
        """The token that they make."""
        key = self.key
        own = Certificate.parse(key.certificate)
        digest = key.algorithm.digest_identifier
        signed = der.set_of(*self.attributes)
        tagged = bytes((TAG_0,)) + signed[1:]
        message = signed if self.attributes else self.content
        signers = [
            der.sequence(
                der.integer(3 if self.by_key_id else 1),
                _signer_id(own, by_key_id=self.by_key_id),
                digest,
                tagged if self.attributes else b"",
                key.algorithm.identifier,
                der.octets(key.sign(message)),
                # An unsigned attribute tells signers apart: a set repeats nothing.
                _numbered(number),
            )
            for number in range(self.signers)
        ]
        sent = self.content if self.sent is None else self.sent
        body = der.sequence(
            der.integer(self.version),
            der.set_of(digest) if self.digests is None else self.digests,
            der.sequence(der.oid(TST_INFO), der.write(TAG_0, der.octets(sent))),
            der.set_of(*self.certificates, tag=TAG_0) if self.certificates else b"",
            self.after_certificates,
            der.set_of(*signers),
        )
        return der.sequence(der.oid(SIGNED_DATA), der.write(TAG_0, body))


def attribute(dotted: str, *values: bytes) -> bytes:
    """Return an attribute, DER."""
    return der.sequence(der.oid(dotted), der.set_of(*values))


def binding_to(*certificates: bytes, version: int = 2) -> bytes:
    """Return the attribute that binds *certificates*, the signer's first, DER."""
    parsed = [Certificate.parse(each) for each in certificates]
    if version == 1:
        return attribute(
            SIGNING_CERTIFICATE,
            _entries(
                der.sequence(
                    der.octets(hashlib.sha1(each.der, usedforsecurity=False).digest()),
                    issuer_serial(each),
                )
                for each in parsed
            ),
        )
    return attribute(
        SIGNING_CERTIFICATE_V2,
        _entries(
            der.sequence(der.octets(each.sha256), issuer_serial(each))
            for each in parsed
        ),
    )


def _entries(entries: Iterable[bytes]) -> bytes:
    return der.sequence(der.sequence(*entries))


def _signer_id(own: Certificate, *, by_key_id: bool) -> bytes:
    if by_key_id:
        return der.write(KEY_ID, own.subject_key_id or b"")
    return der.sequence(own.issuer, own.serial)


def _numbered(number: int) -> bytes:
    if not number:
        return b""
    return der.set_of(attribute("2.999.1", der.integer(number)), tag=0xA1)
