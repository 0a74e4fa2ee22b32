"""
Distribution points 撤销列表分发点 (RFC 5280, 4.2.1.13 and 5.2.5): what a list is about.

A list may be about some certificates and some reasons only. Taken for a whole one, it
would call good what another list revokes.
"""

from __future__ import annotations

from attrs import frozen

from egovarchive.errors import SignatureInvalidError

from . import der
from .certificates import Certificate
from .extensions import Extension, take_flag

DISTRIBUTION_POINTS = "2.5.29.31"

# Bits of ReasonFlags but for the first, which is not in use.
ALL_REASONS = frozenset(range(1, 9))
MAX_POINTS = 32

_POINT, _FULL_NAME, _RELATIVE_NAME = 0xA0, 0xA0, 0xA1
_REASONS, _CRL_ISSUER = 0x81, 0xA2
_USERS, _AUTHORITIES, _SOME_REASONS, _INDIRECT, _ATTRIBUTES = (
    0x81,
    0x82,
    0x83,
    0x84,
    0x85,
)
_DIRECTORY_NAME = 0xA4


@frozen
class Scope:
    """
    What a list is about.

    Args:
        points: Names of its distribution point, each a GeneralName, DER; None: it is
            about certificates of any.
        users: Whether only about certificates that are no CA's.
        authorities: Whether only about certificates of CAs.
        reasons: For which reasons it lists: bits of ReasonFlags.
    """

    points: frozenset[bytes] | None = None
    users: bool = False
    authorities: bool = False
    reasons: frozenset[int] = ALL_REASONS

    @classmethod
    def read(cls, extension: Extension, issuer: bytes) -> Scope:
        """
        Return the scope that an issuing distribution point is.

        Args:
            extension: The issuing distribution point.
            issuer: Name of the list's issuer, DER.

        Raises:
            SignatureInvalidError: It is malformed, or the list is about certificates
                of other issuers or about attribute certificates.
        """
        content = der.read(extension.value)
        points = _take_names(content, issuer)
        users = take_flag(content, _USERS)
        authorities = take_flag(content, _AUTHORITIES)
        reasons = _take_reasons(content, _SOME_REASONS)
        others = take_flag(content, _INDIRECT) or take_flag(content, _ATTRIBUTES)
        content.done()
        if others or (users and authorities):
            raise SignatureInvalidError(
                "the list is about certificates of other issuers, attribute "
                "certificates, or none at all: that is not understood",
                "撤销列表针对其他签发者的证书、属性证书或不针对任何证书，本软件不能处理",
            )
        return cls(points, users, authorities, reasons)

    def reasons_for(self, certificate: Certificate) -> frozenset[int]:
        """
        Return the reasons for which the list would have *certificate*; none: no word.

        Raises:
            SignatureInvalidError: The certificate's distribution points are malformed.
        """
        if (self.users and certificate.is_ca) or (
            self.authorities and not certificate.is_ca
        ):
            return frozenset()
        if self.points is None:
            return self.reasons
        covered: frozenset[int] = frozenset()
        for names, reasons in _points_of(certificate):
            if names & self.points:
                covered |= reasons & self.reasons
        return covered


def _points_of(
    certificate: Certificate,
) -> list[tuple[frozenset[bytes], frozenset[int]]]:
    extension = certificate.extensions.get(DISTRIBUTION_POINTS)
    if extension is None:
        # RFC 5280, 6.3.3: the list then is the one under the issuer's own name.
        own = der.write(_DIRECTORY_NAME, certificate.issuer)
        return [(frozenset({own}), ALL_REASONS)]
    found: list[tuple[frozenset[bytes], frozenset[int]]] = []
    content = der.read(extension.value)
    while content.more():
        point = content.take(der.SEQUENCE)
        names = _take_names(point, certificate.issuer)
        reasons = _take_reasons(point, _REASONS)
        # Another issuer's list is not taken.
        elsewhere = point.take_if(_CRL_ISSUER) is not None
        point.done()
        if len(found) == MAX_POINTS:
            raise SignatureInvalidError(
                "the certificate has too many distribution points",
                "证书的撤销列表分发点过多",
            )
        found.append((frozenset() if elsewhere else names or frozenset(), reasons))
    return found


def _take_names(content: der.Reader, issuer: bytes) -> frozenset[bytes] | None:
    point = content.take_if(_POINT)
    if point is None:
        return None
    chosen = point.take()
    point.done()
    if chosen.tag == _RELATIVE_NAME:
        # One more step below the issuer's name.
        step = der.write(der.SET, chosen.value)
        name = der.sequence(der.read(issuer).value, step)
        return frozenset({der.write(_DIRECTORY_NAME, name)})
    names = set()
    while chosen.tag == _FULL_NAME and chosen.more():
        names.add(chosen.take().raw)
    if not names:
        raise der.DerError("a distribution point has no name", "分发点没有名称")
    return frozenset(names)


def _take_reasons(content: der.Reader, tag: int) -> frozenset[int]:
    found = content.take_if(tag)
    if found is None:
        return ALL_REASONS
    bits = der.Reader.of(der.write(der.BIT_STRING, found.value))
    octets, _ = bits.take_bits()
    return frozenset(
        8 * index + bit
        for index, octet in enumerate(octets[:2])
        for bit in range(8)
        if octet & (0x80 >> bit)
    )
