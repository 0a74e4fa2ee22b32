"""The keys and certificates of a test authority 测试用时间戳机构, good and bad."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum, auto
from functools import cache

from attrs import frozen

from egovarchive.signing import certificates as x509
from egovarchive.signing import der
from egovarchive.signing.algorithms import ALGORITHMS, Algorithm
from egovarchive.signing.private_key import PrivateKey
from egovarchive.signing.sm2 import DEFAULT_ID
from egovarchive.signing.timestamps.authority import TIME_STAMPING

_E_MAIL = "1.3.6.1.5.5.7.3.4"
_DAY = timedelta(days=1)
_TRUE = der.write(der.BOOLEAN, b"\xff")
_VERSION_3 = der.write(0xA0, der.integer(2))
_UTF8_STRING = 12
# RFC 5280, 4.2.1.3: digitalSignature and nonRepudiation; keyCertSign and cRLSign.
_SIGNS, _ISSUES = b"\x06\xc0", b"\x01\x06"


class Flaw(Enum):
    """What may be wrong with an authority's certificate."""

    NO_PURPOSE = auto()
    NOT_CRITICAL = auto()
    MORE_PURPOSES = auto()
    EXPIRED = auto()
    NOT_YET = auto()
    UNKNOWN = auto()


@frozen
class AuthorityKey:
    """
    What a token is signed with.

    Args:
        certificate: The authority's, DER.
        chain: The certificates above it, DER.
        algorithm: How the key signs.
        sign: Returns the raw signature over bytes.
    """

    certificate: bytes
    chain: tuple[bytes, ...]
    algorithm: Algorithm
    sign: Callable[[bytes], bytes]


class AuthorityKeys:
    """
    A root, and an authority's key, with a certificate for each flaw.

    Args:
        algorithm: With which both sign: a name of `signing.algorithms`.
        at: A moment in which all certificates without flaw are valid: ten years.

    Raises:
        InvalidValueError: No key is made for *algorithm*.
        AlgorithmUnsupportedError: This machine has nothing to sign so.
    """

    def __init__(self, algorithm: str, at: datetime) -> None:
        self._at = at
        self._root_key = _new_key(algorithm, 0)
        self._key = _new_key(algorithm, 1)
        self._algorithm = ALGORITHMS[algorithm]
        self.root = self._certificate("测试根", self._root_key, None)
        self.good = self.flawed(None)

    @property
    def key_pem(self) -> bytes:
        """The authority's private key, PKCS #8 in PEM."""
        return self._key.pem()

    def flawed(self, flaw: Flaw | None) -> AuthorityKey:
        """Return the authority's key, with a certificate that has *flaw*."""
        name = "测试时间戳机构"
        certificate = self._certificate(name, self._key, flaw, purposes=_purposes(flaw))
        return AuthorityKey(certificate, (self.root,), self._algorithm, self._sign)

    def _sign(self, message: bytes) -> bytes:
        name = self._algorithm.name
        return self._key.sign(name, message, signer_id=DEFAULT_ID)

    def _certificate(
        self,
        name: str,
        key: PrivateKey,
        flaw: Flaw | None,
        *,
        purposes: bytes = b"",
    ) -> bytes:
        """Return a certificate by the root, DER, which may be the root's own."""
        is_root = key is self._root_key
        starts, ends = self._at - _DAY, self._at + 3650 * _DAY
        if flaw is Flaw.EXPIRED:
            starts, ends = self._at - 365 * _DAY, self._at - _DAY
        if flaw is Flaw.NOT_YET:
            starts = self._at + _DAY
        constraints = der.sequence(_TRUE if is_root else b"")
        usage = der.write(der.BIT_STRING, _ISSUES if is_root else _SIGNS)
        key_id = der.octets(hashlib.sha256(key.info).digest()[:20])
        identifier = self._algorithm.identifier
        signed = der.sequence(
            _VERSION_3,
            der.integer(1 << 126 | secrets.randbits(126)),
            identifier,
            _name("测试根"),
            der.sequence(der.time(starts), der.time(ends)),
            _name(name),
            key.info,
            der.write(
                0xA3,
                der.sequence(
                    _extension(x509.BASIC_CONSTRAINTS, constraints),
                    _extension(x509.KEY_USAGE, usage),
                    _extension(x509.SUBJECT_KEY_IDENTIFIER, key_id, critical=False),
                    purposes,
                ),
            ),
        )
        issuer = self._root_key
        if flaw is Flaw.UNKNOWN:
            issuer = _new_key(self._algorithm.name, 2)
        signature = issuer.sign(self._algorithm.name, signed, signer_id=DEFAULT_ID)
        return der.sequence(
            signed, identifier, der.write(der.BIT_STRING, b"\x00", signature)
        )


def _purposes(flaw: Flaw | None) -> bytes:
    if flaw is Flaw.NO_PURPOSE:
        return b""
    purposes = [der.oid(TIME_STAMPING)]
    if flaw is Flaw.MORE_PURPOSES:
        purposes.append(der.oid(_E_MAIL))
    return _extension(
        x509.EXTENDED_KEY_USAGE,
        der.sequence(*purposes),
        critical=flaw is not Flaw.NOT_CRITICAL,
    )


# RSA keys are slow to make: all authorities of a process share them.
@cache
def _rsa_key(algorithm: str, number: int) -> PrivateKey:  # noqa: ARG001 - tells apart
    return PrivateKey.generate(algorithm)


def _new_key(algorithm: str, number: int) -> PrivateKey:
    if algorithm.startswith("rsa"):
        return _rsa_key(algorithm, number)
    return PrivateKey.generate(algorithm)


def _name(text: str) -> bytes:
    common_name = der.oid("2.5.4.3"), der.write(_UTF8_STRING, text.encode())
    return der.sequence(der.set_of(der.sequence(*common_name)))


def _extension(dotted: str, value: bytes, *, critical: bool = True) -> bytes:
    flag = _TRUE if critical else b""
    return der.sequence(der.oid(dotted), flag, der.octets(value))
