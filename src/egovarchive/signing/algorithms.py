"""
Signature algorithms 签名算法: a closed table, and the policy on strength.

Names are the same everywhere: ``"ecdsa-p256-sha256"``. What is not in the tables is
refused, and a message never chooses: its algorithm must fit the signer's key, and
the digest that it names apart must be the one its signature algorithm implies.
"""

from __future__ import annotations

import hashlib
from typing import TypeAlias

from attrs import field, frozen
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from egovarchive.errors import AlgorithmUnsupportedError, SignatureInvalidError

from . import der

# Bits. What was signed long ago is still read; what is signed now is kept for decades.
RSA_SIGNING_BITS = 3072
RSA_VERIFYING_BITS = 2048
# Larger ones only serve to keep a verifier busy.
RSA_MAX_BITS = 8192

_RSA = "1.2.840.113549.1.1.1"
_EC = "1.2.840.10045.2.1"
_ED25519 = "1.3.101.112"

# Curve by kind of key: NIST P-256, P-384, P-521 (RFC 5480, 2.1.1.1).
_CURVES = {
    "p256": "1.2.840.10045.3.1.7",
    "p384": "1.3.132.0.34",
    "p521": "1.3.132.0.35",
}

# AlgorithmIdentifier of a public key, DER, to its kind. Explicit curves are not here.
_KINDS = {
    der.algorithm_identifier(_RSA, null=True): "rsa",
    der.algorithm_identifier(_ED25519): "ed25519",
    **{der.sequence(der.oid(_EC), der.oid(o)): kind for kind, o in _CURVES.items()},
}

_DIGESTS = {
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
_RSA_WITH = {
    "sha256": "1.2.840.113549.1.1.11",
    "sha384": "1.2.840.113549.1.1.12",
    "sha512": "1.2.840.113549.1.1.13",
}
_ECDSA_WITH = {
    "sha256": "1.2.840.10045.4.3.2",
    "sha384": "1.2.840.10045.4.3.3",
    "sha512": "1.2.840.10045.4.3.4",
}

# Known, so that the error can say why; refused like everything else outside the tables.
_WEAK = {
    "1.2.840.113549.2.5": "MD5",
    "1.3.14.3.2.26": "SHA-1",
    "1.2.840.113549.1.1.2": "MD2",
    "1.2.840.113549.1.1.4": "MD5",
    "1.2.840.113549.1.1.5": "SHA-1",
    "1.3.14.3.2.29": "SHA-1",
    "1.2.840.10040.4.3": "SHA-1",
    "1.2.840.10045.4.1": "SHA-1",
}

_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_PKCS1 = padding.PKCS1v15()

_Loaded: TypeAlias = (
    rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey
)


@frozen
class Algorithm:
    """
    One way to sign.

    Args:
        name: As in `Signer.algorithms`.
        kind: The kind of key it needs.
        digest: The digest of the content, a name of `hashlib`.
        identifier: Its AlgorithmIdentifier as we write it, DER.
    """

    name: str
    kind: str
    digest: str
    identifier: bytes = field(repr=False)

    @property
    def digest_identifier(self) -> bytes:
        """AlgorithmIdentifier of the digest as we write it, DER (RFC 5754, 2)."""
        return der.algorithm_identifier(_DIGESTS[self.digest])

    def digest_of(self, content: bytes) -> bytes:
        """Return the digest of *content*."""
        return hashlib.new(self.digest, content).digest()


def _table() -> dict[str, Algorithm]:
    rows = [
        Algorithm(
            f"rsa-pkcs1-{digest}",
            "rsa",
            digest,
            der.algorithm_identifier(dotted, null=True),
        )
        for digest, dotted in _RSA_WITH.items()
    ]
    rows += [
        Algorithm(
            f"ecdsa-{kind}-{digest}", kind, digest, der.algorithm_identifier(dotted)
        )
        for kind in _CURVES
        for digest, dotted in _ECDSA_WITH.items()
    ]
    # RFC 8419: with signed attributes, the content's digest is SHA-512.
    rows.append(
        Algorithm("ed25519", "ed25519", "sha512", der.algorithm_identifier(_ED25519))
    )
    return {row.name: row for row in rows}


ALGORITHMS = _table()

# What a key signs with, best first.
_SIGNS_WITH = {
    "rsa": ("rsa-pkcs1-sha256", "rsa-pkcs1-sha384", "rsa-pkcs1-sha512"),
    "p256": ("ecdsa-p256-sha256",),
    "p384": ("ecdsa-p384-sha384",),
    "p521": ("ecdsa-p521-sha512",),
    "ed25519": ("ed25519",),
}

# RFC 4055, 5 and RFC 5754, 2: NULL and nothing mean the same here when read.
_BY_DIGEST_IDENTIFIER = {
    der.algorithm_identifier(dotted, null=null): digest
    for digest, dotted in _DIGESTS.items()
    for null in (False, True)
}
_BY_IDENTIFIER = {
    **{(a.identifier, a.kind): a for a in ALGORITHMS.values()},
    **{
        (der.algorithm_identifier(dotted), "rsa"): ALGORITHMS[f"rsa-pkcs1-{digest}"]
        for digest, dotted in _RSA_WITH.items()
    },
}
# RFC 3370, 3.2: in a CMS message the plain key identifier may stand for them all.
_RSA_PLAIN = {der.algorithm_identifier(_RSA, null=null) for null in (False, True)}


def digest_named(identifier: bytes) -> str:
    """
    Return the digest that the AlgorithmIdentifier *identifier* names.

    Raises:
        SignatureInvalidError: It is weak, or not in the table.
    """
    found = _BY_DIGEST_IDENTIFIER.get(identifier)
    if found is None:
        raise _refused(identifier)
    return found


def algorithm_named(identifier: bytes, kind: str) -> Algorithm:
    """
    Return the algorithm of *identifier*, which signed a certificate.

    Args:
        identifier: An AlgorithmIdentifier, DER.
        kind: The kind of the key that signed.

    Raises:
        SignatureInvalidError: It is weak, not in the table, or not for such a key.
    """
    found = _BY_IDENTIFIER.get((identifier, kind))
    if found is None:
        raise _refused(identifier, kind)
    return found


def message_algorithm_named(identifier: bytes, kind: str, digest: str) -> Algorithm:
    """
    Return the algorithm of *identifier*, which signed a CMS message.

    Args:
        identifier: An AlgorithmIdentifier, DER.
        kind: The kind of the key that signed.
        digest: The digest that the message names apart.

    Raises:
        SignatureInvalidError: As `algorithm_named`, or the two disagree.
    """
    if identifier in _RSA_PLAIN and kind == "rsa":
        return ALGORITHMS[f"rsa-pkcs1-{digest}"]
    found = algorithm_named(identifier, kind)
    if found.digest != digest:
        raise SignatureInvalidError(
            f"the message names the digest {digest}, {found.name} needs {found.digest}",
            f"报文声明的摘要算法为 {digest}，而 {found.name} 要求 {found.digest}",
        )
    return found


def _refused(identifier: bytes, kind: str = "") -> SignatureInvalidError:
    dotted = der.read(identifier).take_oid()
    if dotted in _WEAK:
        return SignatureInvalidError(
            f"{_WEAK[dotted]} is too weak for a signature ({dotted})",
            f"{_WEAK[dotted]} 强度不足，不得用于签名（{dotted}）",
        )
    key = f" with a key of kind {kind!r}" if kind else ""
    key_zh = f"（密钥类型 {kind!r}）" if kind else ""
    return SignatureInvalidError(
        f"algorithm {dotted}{key} is not accepted", f"不接受算法 {dotted}{key_zh}"
    )


@frozen
class PublicKey:
    """
    A public key of a kind and strength that may be verified with.

    Args:
        kind: ``"rsa"``, ``"p256"``, ``"p384"``, ``"p521"`` or ``"ed25519"``.
        bits: Its size.
    """

    kind: str
    bits: int
    _loaded: _Loaded = field(repr=False)

    @classmethod
    def read(cls, info: bytes) -> PublicKey:
        """
        Return the key of the SubjectPublicKeyInfo *info*, DER.

        Raises:
            SignatureInvalidError: It is not one, weak, or of an unknown kind.
        """
        identifier = der.read(info).take(der.SEQUENCE).raw
        kind = _KINDS.get(identifier)
        if kind is None:
            raise _refused(identifier)
        try:
            loaded = load_der_public_key(info)
        except (ValueError, UnsupportedAlgorithm) as error:
            raise SignatureInvalidError(
                f"not a usable public key: {error}", f"公钥不可用：{error}"
            ) from None
        if isinstance(loaded, rsa.RSAPublicKey):
            _check_rsa(loaded)
            return cls(kind, loaded.key_size, loaded)
        if isinstance(loaded, ec.EllipticCurvePublicKey):
            return cls(kind, loaded.key_size, loaded)
        if isinstance(loaded, ed25519.Ed25519PublicKey):
            return cls(kind, 256, loaded)
        raise _refused(identifier)

    def algorithms(self) -> tuple[str, ...]:
        """
        Return the names of what the private half may sign with, best first.

        Raises:
            AlgorithmUnsupportedError: It is strong enough to verify old
                signatures with, and too weak to make new ones.
        """
        if self.kind == "rsa" and self.bits < RSA_SIGNING_BITS:
            raise AlgorithmUnsupportedError(
                f"an RSA key of {self.bits} bits may not sign: "
                f"at least {RSA_SIGNING_BITS} are needed",
                f"{self.bits} 位的 RSA 密钥不得用于签名："
                f"至少需要 {RSA_SIGNING_BITS} 位",
            )
        return _SIGNS_WITH[self.kind]

    def verify(self, algorithm: Algorithm, signature: bytes, message: bytes) -> None:
        """
        Return if *signature* over *message* is this key's.

        Raises:
            SignatureInvalidError: It is not, or the key is not for *algorithm*.
        """
        key = self._loaded
        if algorithm.kind != self.kind:
            raise SignatureInvalidError(
                f"{algorithm.name} needs a key of kind {algorithm.kind!r}, "
                f"not {self.kind!r}",
                f"{algorithm.name} 需要 {algorithm.kind!r} 类型的密钥，"
                f"而不是 {self.kind!r}",
            )
        hashing = _HASHES[algorithm.digest]
        try:
            if isinstance(key, rsa.RSAPublicKey):
                key.verify(signature, message, _PKCS1, hashing)
            elif isinstance(key, ec.EllipticCurvePublicKey):
                key.verify(signature, message, ec.ECDSA(hashing))
            else:
                key.verify(signature, message)
        except InvalidSignature:
            raise SignatureInvalidError(
                "the signature does not fit the key and what was signed",
                "签名与密钥及被签名的内容不符",
            ) from None


def _check_rsa(key: rsa.RSAPublicKey) -> None:
    exponent = key.public_numbers().e
    if not RSA_VERIFYING_BITS <= key.key_size <= RSA_MAX_BITS:
        raise SignatureInvalidError(
            f"an RSA key of {key.key_size} bits is not accepted: "
            f"{RSA_VERIFYING_BITS} to {RSA_MAX_BITS} are",
            f"不接受 {key.key_size} 位的 RSA 密钥："
            f"应为 {RSA_VERIFYING_BITS} 至 {RSA_MAX_BITS} 位",
        )
    # FIPS 186-5, A.1.1: at least 65,537. A long one only costs time.
    if exponent < 65_537 or exponent.bit_length() > 64:  # noqa: PLR2004
        raise SignatureInvalidError(
            "the RSA key has a bad public exponent", "RSA 密钥的公开指数不合要求"
        )
