"""Public keys 公钥 that may be verified with: of a known kind, and strong enough."""

from __future__ import annotations

from typing import Protocol, TypeAlias, runtime_checkable

from attrs import field, frozen
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from egovarchive.errors import AlgorithmUnsupportedError, SignatureInvalidError

from . import der
from .algorithms import KINDS, SIGNS_WITH, Algorithm, refused
from .sm2 import DEFAULT_ID
from .sm2_key import Sm2PublicKey

# Bits. What was signed long ago is still read; what is signed now is kept for decades.
RSA_SIGNING_BITS = 3072
RSA_VERIFYING_BITS = 2048
# Larger ones only serve to keep a verifier busy.
RSA_MAX_BITS = 8192

HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
PKCS1 = padding.PKCS1v15()


# FIPS 204, table 2.
_PLAIN_BITS = {"ed25519": 256, "mldsa65": 8 * 1952}


@runtime_checkable
class _Plain(Protocol):
    """Ed25519, and ML-DSA-65 where `cryptography` has it: they need no digest."""

    def verify(self, signature: bytes, data: bytes, /) -> None: ...


_Loaded: TypeAlias = (
    rsa.RSAPublicKey | ec.EllipticCurvePublicKey | Sm2PublicKey | _Plain
)


@frozen
class PublicKey:
    """
    A public key of a kind and strength that may be verified with.

    Args:
        kind: ``"rsa"``, ``"p256"``, ``"p384"``, ``"p521"``, ``"ed25519"``,
            ``"mldsa65"`` or ``"sm2"``.
        bits: Its size; of ML-DSA-65 the size of its encoding.
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
        kind = KINDS.get(identifier)
        if kind is None:
            raise refused(identifier)
        if kind == "sm2":
            return cls(kind, 256, Sm2PublicKey.read(info))
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
        # The identifier says which kind it is, and was what the loader went by.
        if isinstance(loaded, _Plain) and kind in _PLAIN_BITS:
            return cls(kind, _PLAIN_BITS[kind], loaded)
        raise refused(identifier)

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
        return SIGNS_WITH[self.kind]

    def verify(
        self,
        algorithm: Algorithm,
        signature: bytes,
        message: bytes,
        *,
        signer_id: bytes = DEFAULT_ID,
    ) -> None:
        """
        Return if *signature* over *message* is this key's.

        Args:
            algorithm: How it was signed.
            signature: The raw signature.
            message: The exact bytes that were signed.
            signer_id: Whose an SM2 signature is; other kinds of key have none.

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
        if isinstance(key, Sm2PublicKey):
            key.verify(signature, message, signer_id=signer_id)
            return
        try:
            if isinstance(key, rsa.RSAPublicKey):
                key.verify(signature, message, PKCS1, HASHES[algorithm.digest])
            elif isinstance(key, ec.EllipticCurvePublicKey):
                key.verify(signature, message, ec.ECDSA(HASHES[algorithm.digest]))
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
