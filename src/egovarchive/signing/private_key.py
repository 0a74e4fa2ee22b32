"""Private keys 私钥 in the memory of this process: made, signed with, written."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Protocol, TypeAlias, runtime_checkable

from attrs import field, frozen
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from egovarchive.errors import AlgorithmUnsupportedError, InvalidValueError

from . import pbes2
from .algorithms import ALGORITHMS
from .public_key import HASHES, PKCS1, RSA_SIGNING_BITS
from .sm2_key import Sm2PrivateKey

try:
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey
except ImportError:  # before cryptography 47
    _ML_DSA: tuple[type, ...] = ()
else:
    _ML_DSA = (MLDSA65PrivateKey,)


class _Public(Protocol):
    def public_bytes(self, encoding: Encoding, format: PublicFormat) -> bytes: ...  # noqa: A002


@runtime_checkable
class _Plain(Protocol):
    """Ed25519, and ML-DSA-65 where `cryptography` has it: they need no digest."""

    def sign(self, data: bytes, /) -> bytes: ...
    def public_key(self) -> _Public: ...
    def private_bytes(
        self,
        encoding: Encoding,
        format: PrivateFormat,  # noqa: A002
        encryption_algorithm: KeySerializationEncryption,
    ) -> bytes: ...


_Held: TypeAlias = (
    rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | _Plain | Sm2PrivateKey
)


def _ml_dsa() -> _Plain:
    if not _ML_DSA:
        raise AlgorithmUnsupportedError(
            "ML-DSA-65 needs cryptography 47 or later",
            "ML-DSA-65 需要 cryptography 47 或更高版本",
        )
    return MLDSA65PrivateKey.generate()


_GENERATORS: dict[str, Callable[[], _Held]] = {
    "ecdsa-p256-sha256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "rsa-pkcs1-sha256": lambda: rsa.generate_private_key(65_537, RSA_SIGNING_BITS),
    "ed25519": ed25519.Ed25519PrivateKey.generate,
    "ml-dsa-65": _ml_dsa,
    "sm2-sm3": Sm2PrivateKey.generate,
}


@frozen(eq=False)
class PrivateKey:
    """A private key of a kind that may sign records. It is never shown."""

    _held: _Held = field(repr=False)

    @classmethod
    def of(cls, key: object) -> PrivateKey:
        """
        Return *key*, of `cryptography` or of `sm2_key`, as one.

        Raises:
            AlgorithmUnsupportedError: Such keys do not sign records.
        """
        known = (
            rsa.RSAPrivateKey,
            ec.EllipticCurvePrivateKey,
            ed25519.Ed25519PrivateKey,
            Sm2PrivateKey,
        )
        if isinstance(key, known):
            return cls(key)
        if isinstance(key, _ML_DSA) and isinstance(key, _Plain):
            return cls(key)
        raise AlgorithmUnsupportedError(
            f"keys of kind {type(key).__name__} do not sign records",
            f"{type(key).__name__} 类型的密钥不用于签名",
        )

    @classmethod
    def generate(cls, algorithm: str) -> PrivateKey:
        """
        Return a new key that signs with *algorithm*.

        Raises:
            InvalidValueError: None is made for *algorithm*.
            AlgorithmUnsupportedError: This machine has nothing to sign so.
        """
        if algorithm not in _GENERATORS:
            raise InvalidValueError(
                f"no key is made for {algorithm!r}; for {sorted(_GENERATORS)}",
                f"不能为 {algorithm!r} 生成密钥；可选 {sorted(_GENERATORS)}",
                place="algorithm",
            )
        try:
            return cls(_GENERATORS[algorithm]())
        except UnsupportedAlgorithm as error:
            raise AlgorithmUnsupportedError(
                f"no key can be made for {algorithm!r}: {error}",
                f"不能为 {algorithm!r} 生成密钥：{error}",
            ) from None

    @property
    def info(self) -> bytes:
        """The SubjectPublicKeyInfo of its public half, DER."""
        key = self._held
        if isinstance(key, Sm2PrivateKey):
            return key.public.point.info
        form = PublicFormat.SubjectPublicKeyInfo
        return key.public_key().public_bytes(Encoding.DER, form)

    def sign(self, algorithm: str, message: bytes, *, signer_id: bytes) -> bytes:
        """
        Return the raw signature over *message*.

        Args:
            algorithm: Name of one that the key is for.
            message: The exact bytes to sign.
            signer_id: Whose an SM2 signature is; other kinds of key have none.

        Raises:
            SigningError: The library could not.
        """
        key = self._held
        if isinstance(key, Sm2PrivateKey):
            return key.sign(message, signer_id=signer_id)
        digest = ALGORITHMS[algorithm].digest
        if isinstance(key, rsa.RSAPrivateKey):
            return key.sign(message, PKCS1, HASHES[digest])
        if isinstance(key, ec.EllipticCurvePrivateKey):
            return key.sign(message, ec.ECDSA(HASHES[digest]))
        return key.sign(message)

    def pem(self, password: bytes | None = None) -> bytes:
        """
        Return the key, PKCS #8 in PEM.

        Args:
            password: What to encrypt it with. With None it is written in clear:
                whoever reads it can sign.

        Raises:
            InvalidValueError: The password is empty, or too long.
        """
        key = self._held
        try:
            encryption = (
                NoEncryption()
                if password is None
                else BestAvailableEncryption(password)
            )
            if not isinstance(key, Sm2PrivateKey):
                return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)
        except ValueError as error:
            raise InvalidValueError(
                f"the password cannot be used: {error}",
                f"口令不可用：{error}",
                place="password",
            ) from None
        if password is None:
            return _pem("PRIVATE KEY", key.pkcs8)
        return _pem("ENCRYPTED PRIVATE KEY", pbes2.encrypt(key.pkcs8, password))


def _pem(label: str, source: bytes) -> bytes:
    text = base64.b64encode(source).decode()
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    return "\n".join(
        (f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", "")
    ).encode()
