"""
Signature algorithms 签名算法: a closed table, and the policy on strength.

Names are the same everywhere: ``"ecdsa-p256-sha256"``. What is not in the tables is
refused, and a message never chooses: its algorithm must fit the signer's key, and
the digest that it names apart must be the one its signature algorithm implies.
"""

from __future__ import annotations

from attrs import field, frozen

from egovarchive.errors import SignatureInvalidError
from egovarchive.records.digest import hexdigest

from . import der, sm2

_RSA = "1.2.840.113549.1.1.1"
_EC = "1.2.840.10045.2.1"
_ED25519 = "1.3.101.112"
# FIPS 204, RFC 9881.
_ML_DSA_65 = "2.16.840.1.101.3.4.3.18"
# GM/T 0006—2012: SM2 with SM3.
_SM2_SM3 = "1.2.156.10197.1.501"
# The same with an arc left out, as some seal libraries have it. Read, never written.
_SM2_SM3_SHORT = "1.2.156.10197.501"
# "SM2-1", signing with a key of the curve: what GB/T 35275 messages name.
_SM2_1 = "1.2.156.10197.1.301.1"

# Curve by kind of key: NIST P-256, P-384, P-521 (RFC 5480, 2.1.1.1).
_CURVES = {
    "p256": "1.2.840.10045.3.1.7",
    "p384": "1.3.132.0.34",
    "p521": "1.3.132.0.35",
}

# AlgorithmIdentifier of a public key, DER, to its kind. Explicit curves are not here.
KINDS = {
    der.algorithm_identifier(_RSA, null=True): "rsa",
    der.algorithm_identifier(_ED25519): "ed25519",
    der.algorithm_identifier(_ML_DSA_65): "mldsa65",
    sm2.KEY_IDENTIFIER: "sm2",
    **{der.sequence(der.oid(_EC), der.oid(o)): kind for kind, o in _CURVES.items()},
}

_DIGESTS = {
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
    "sm3": "1.2.156.10197.1.401",
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


@frozen
class Algorithm:
    """
    One way to sign.

    Args:
        name: As in `Signer.algorithms`.
        kind: The kind of key it needs.
        digest: The digest of the content, a name of `records.digest`.
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
        return digest_of(self.digest, content)


def digest_of(name: str, content: bytes) -> bytes:
    """Return the digest of *content* that has the *name*."""
    return bytes.fromhex(hexdigest(name, content))


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
    # RFC 8419 and RFC 9882: with signed attributes, the content's digest is SHA-512.
    rows += [
        Algorithm(name, kind, "sha512", der.algorithm_identifier(dotted))
        for name, kind, dotted in (
            ("ed25519", "ed25519", _ED25519),
            ("ml-dsa-65", "mldsa65", _ML_DSA_65),
        )
    ]
    rows.append(Algorithm("sm2-sm3", "sm2", "sm3", der.algorithm_identifier(_SM2_SM3)))
    return {row.name: row for row in rows}


ALGORITHMS = _table()

# What a key signs with, best first.
SIGNS_WITH = {
    "rsa": ("rsa-pkcs1-sha256", "rsa-pkcs1-sha384", "rsa-pkcs1-sha512"),
    "p256": ("ecdsa-p256-sha256",),
    "p384": ("ecdsa-p384-sha384",),
    "p521": ("ecdsa-p521-sha512",),
    "ed25519": ("ed25519",),
    "mldsa65": ("ml-dsa-65",),
    "sm2": ("sm2-sm3",),
}

# What a GB/T 35275 message names, where others name the algorithm.
SM2_IN_GBT35275 = der.algorithm_identifier(_SM2_1)

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
    **{
        (der.algorithm_identifier(dotted, null=null), "sm2"): ALGORITHMS["sm2-sm3"]
        for dotted in (_SM2_SM3, _SM2_SM3_SHORT)
        for null in (False, True)
    },
}
# RFC 3370, 3.2: in a CMS message the plain key identifier may stand for them all.
_RSA_PLAIN = {der.algorithm_identifier(_RSA, null=null) for null in (False, True)}
_SM2_PLAIN = {der.algorithm_identifier(_SM2_1, null=null) for null in (False, True)}


def digest_named(identifier: bytes) -> str:
    """
    Return the digest that the AlgorithmIdentifier *identifier* names.

    Raises:
        SignatureInvalidError: It is weak, or not in the table.
    """
    found = _BY_DIGEST_IDENTIFIER.get(identifier)
    if found is None:
        raise refused(identifier)
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
        raise refused(identifier, kind)
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
        # Its digests are those of the table; SM3 is not among them.
        if (found := ALGORITHMS.get(f"rsa-pkcs1-{digest}")) is None:
            raise refused(identifier, kind)
        return found
    if identifier in _SM2_PLAIN and kind == "sm2":
        found = ALGORITHMS["sm2-sm3"]
    else:
        found = algorithm_named(identifier, kind)
    if found.digest != digest:
        raise SignatureInvalidError(
            f"the message names the digest {digest}, {found.name} needs {found.digest}",
            f"报文声明的摘要算法为 {digest}，而 {found.name} 要求 {found.digest}",
        )
    return found


def refused(identifier: bytes, kind: str = "") -> SignatureInvalidError:
    """Return the error that says that *identifier*, DER, is not accepted, and why."""
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
