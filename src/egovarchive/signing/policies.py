"""
Certificate policies 证书策略 along a path (RFC 5280, 6.1), without mappings.

Every policy is acceptable here, and none is asked for. But a certificate of the path
may ask that there is one which holds from the top to the signer.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import define

from egovarchive.errors import SignatureInvalidError

from . import certificates as x509
from . import der
from .certificates import Certificate

ANY = "2.5.29.32.0"
MAX_POLICIES = 100

_EXPLICIT, _INHIBIT_MAPPING = 0x80, 0x81


@define
class _Asked:
    """How many certificates may still follow before something is asked for."""

    policy: int
    no_any: int

    def by(self, certificate: Certificate) -> None:
        """Take in what *certificate* asks of those below it."""
        if certificate.subject != certificate.issuer:
            self.policy = max(self.policy - 1, 0)
            self.no_any = max(self.no_any - 1, 0)
        self.constrain(certificate)

    def constrain(self, certificate: Certificate) -> None:
        explicit, no_any = _explicit(certificate), _no_any(certificate)
        self.policy = self.policy if explicit is None else min(self.policy, explicit)
        self.no_any = self.no_any if no_any is None else min(self.no_any, no_any)


def check_policies(path: Sequence[Certificate]) -> None:
    """
    Return if *path* has the policies that its certificates ask for.

    Args:
        path: The signer's certificate first, the trusted one last.

    Raises:
        SignatureInvalidError: It has not, or an extension is malformed.
    """
    *below, anchor = path
    asked = _Asked(len(path), len(path))
    asked.constrain(anchor)
    # None: all policies still hold.
    held: frozenset[str] | None = None
    for certificate in reversed(below):
        is_last = certificate is below[0]
        named = _named(certificate)
        inner = not is_last and certificate.subject == certificate.issuer
        if named is None:
            held = frozenset()
        elif ANY not in named or not (asked.no_any > 0 or inner):
            held = named - {ANY} if held is None else held & named
        if is_last:
            asked.policy = max(asked.policy - 1, 0)
            if _explicit(certificate) == 0:
                asked.policy = 0
        if asked.policy == 0 and held == frozenset():
            raise SignatureInvalidError(
                f"no policy holds from {anchor.subject_text!r} "
                f"to {certificate.subject_text!r}, and one is asked for",
                f"自 {anchor.subject_text!r} 至 {certificate.subject_text!r} "
                "没有共同的证书策略，而路径要求有",
            )
        asked.by(certificate)


def _named(certificate: Certificate) -> frozenset[str] | None:
    extension = certificate.extensions.get(x509.CERTIFICATE_POLICIES)
    if extension is None:
        return None
    named: set[str] = set()
    content = der.read(extension.value)
    while content.more():
        if len(named) == MAX_POLICIES:
            raise SignatureInvalidError(
                "the certificate has too many policies", "证书策略过多"
            )
        named.add(content.take(der.SEQUENCE).take_oid())
    return frozenset(named)


def _explicit(certificate: Certificate) -> int | None:
    extension = certificate.extensions.get(x509.POLICY_CONSTRAINTS)
    if extension is None:
        return None
    content = der.read(extension.value)
    found = content.take_if(_EXPLICIT)
    # Mappings, which the other number is about, are refused anyway.
    content.take_if(_INHIBIT_MAPPING)
    content.done()
    return None if found is None else _count(der.write(der.INTEGER, found.value))


def _no_any(certificate: Certificate) -> int | None:
    extension = certificate.extensions.get(x509.INHIBIT_ANY_POLICY)
    return None if extension is None else _count(extension.value)


def _count(source: bytes) -> int:
    whole = der.Reader.of(source)
    count = whole.take_integer()
    whole.done()
    if count < 0:
        raise der.DerError("a number of certificates is negative", "证书数量为负")
    return count
