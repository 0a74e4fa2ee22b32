"""Signing keys in files 文件形式的签名密钥 (PEM)."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from egovarchive.errors import (
    AlgorithmUnsupportedError,
    InvalidValueError,
    SignatureInvalidError,
    SigningError,
)

from . import SignRequest
from .algorithms import ALGORITHMS, RSA_SIGNING_BITS, PublicKey
from .certificates import MAX_PEM_SIZE, Certificate, read_pem, write_pem
from .path import check_signs_records
from .self_signed import PrivateKey, self_signed_certificate

_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_PKCS1 = padding.PKCS1v15()

_GENERATORS: dict[str, Callable[[], PrivateKey]] = {
    "ecdsa-p256-sha256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "rsa-pkcs1-sha256": lambda: rsa.generate_private_key(65_537, RSA_SIGNING_BITS),
    "ed25519": ed25519.Ed25519PrivateKey.generate,
}


class KeySigner:
    """
    A `Signer` whose private key is held in the memory of this process.

    Made by `from_pem`, `from_files` or `self_signed`. Threads may share one.
    """

    def __init__(self, key: PrivateKey, certificates: Sequence[bytes]) -> None:
        try:
            own, *above = (Certificate.parse(each) for each in certificates)
            check_signs_records(own)
            public = PublicKey.read(
                key.public_key().public_bytes(
                    Encoding.DER, PublicFormat.SubjectPublicKeyInfo
                )
            )
        except SignatureInvalidError as error:
            raise SigningError(*error.args) from error
        if public != own.public_key:
            raise SigningError(
                f"the private key is not that of the certificate of "
                f"{own.subject_text!r}; the signer's certificate must come first",
                f"私钥与 {own.subject_text!r} 的证书不匹配；签名者证书应排在首位",
            )
        self._key = key
        self._own = own
        self._chain = tuple(certificate.der for certificate in above)
        self._algorithms = public.algorithms()

    @classmethod
    def from_pem(
        cls, key_pem: bytes, certificate_pem: bytes, *, password: bytes | None = None
    ) -> KeySigner:
        """
        Return the signer with a private key and its certificates.

        Args:
            key_pem: The private key: RSA of 3072 bits or more, NIST P-256, P-384
                or P-521, or Ed25519.
            certificate_pem: The signer's certificate, then those above it.
            password: What the key is encrypted with; None if it is not.

        Raises:
            AlgorithmUnsupportedError: The key is weak or of another kind.
            SigningError: The password is wrong or missing, the key and the first
                certificate are not a pair, or that one is not for signing.
            InvalidValueError: *certificate_pem* holds no certificate.
        """
        return cls(_load_key(key_pem, password), read_pem(certificate_pem))

    @classmethod
    def from_files(
        cls,
        key_path: str | Path,
        certificate_path: str | Path,
        *,
        password: bytes | None = None,
    ) -> KeySigner:
        """
        Return the signer whose key and certificates are in files.

        Raises:
            SigningError: A file cannot be read, and as for `from_pem`.
            InvalidValueError: The second holds no certificate.
        """
        key = _load_key(_read_file(key_path), password)
        pem = _read_file(certificate_path)
        try:
            return cls(key, read_pem(pem))
        except InvalidValueError as error:
            raise error.within(str(certificate_path)) from None

    @classmethod
    def self_signed(
        cls,
        common_name: str,
        *,
        at: datetime,
        years: int = 10,
        algorithm: str = "ecdsa-p256-sha256",
    ) -> KeySigner:
        """
        Return a signer with a new key, and a certificate that it made itself.

        For tests and demonstrations. What such a key signs cannot be altered
        unnoticed, but it is no reliable electronic signature 可靠的电子签名
        (电子签名法 art. 13): in government, certificates come from a licensed
        electronic certification service (商用密码管理条例 art. 24, 30).

        Args:
            common_name: Whom the certificate names; 1 to 64 octets in UTF-8, that is
                at most 21 Chinese characters.
            at: From when it is valid.
            years: For how long.
            algorithm: ``"ecdsa-p256-sha256"``, ``"rsa-pkcs1-sha256"``, ``"ed25519"``.

        Raises:
            InvalidValueError: A value is outside its range.
        """
        if algorithm not in _GENERATORS:
            raise InvalidValueError(
                f"no key is made for {algorithm!r}; for {sorted(_GENERATORS)}",
                f"不能为 {algorithm!r} 生成密钥；可选 {sorted(_GENERATORS)}",
                place="algorithm",
            )
        key = _GENERATORS[algorithm]()
        return cls(key, (self_signed_certificate(key, common_name, at, years),))

    @property
    def certificate(self) -> bytes:
        """The key's X.509 certificate, DER."""
        return self._own.der

    @property
    def chain(self) -> tuple[bytes, ...]:
        """The certificates above it, DER, as they were given."""
        return self._chain

    @property
    def algorithms(self) -> tuple[str, ...]:
        """What this key can sign with, best first."""
        return self._algorithms

    def __repr__(self) -> str:
        return f"KeySigner({self._own.subject_text!r}, {self._algorithms[0]!r})"

    def sign_many(
        self, requests: Sequence[SignRequest], *, timeout: float | None = None
    ) -> list[bytes]:
        """
        Return one raw signature for each of *requests*, in their order.

        Raises:
            AlgorithmUnsupportedError: One asks for what this key cannot do.
            SigningError: The *timeout*, in seconds, was over before all were done.
        """
        for request in requests:
            if request.algorithm not in self._algorithms:
                raise AlgorithmUnsupportedError(
                    f"{request.algorithm!r} was asked for; "
                    f"this key signs with {list(self._algorithms)}",
                    f"请求的算法为 {request.algorithm!r}；"
                    f"此密钥可用 {list(self._algorithms)}",
                )
        ends_at = None if timeout is None else time.monotonic() + timeout
        signatures: list[bytes] = []
        for request in requests:
            if ends_at is not None and time.monotonic() >= ends_at:
                raise SigningError(
                    f"{len(signatures)} of {len(requests)} were signed "
                    f"when {timeout} seconds were over",
                    f"{timeout} 秒内只签署了 {len(requests)} 个中的 "
                    f"{len(signatures)} 个",
                )
            signatures.append(self._sign(request))
        return signatures

    def _sign(self, request: SignRequest) -> bytes:
        key = self._key
        hashing = _HASHES[ALGORITHMS[request.algorithm].digest]
        if isinstance(key, rsa.RSAPrivateKey):
            return key.sign(request.message, _PKCS1, hashing)
        if isinstance(key, ec.EllipticCurvePrivateKey):
            return key.sign(request.message, ec.ECDSA(hashing))
        return key.sign(request.message)

    def private_pem(self, password: bytes | None = None) -> bytes:
        """
        Return the private key, PKCS #8 in PEM.

        Args:
            password: What to encrypt it with. With None it is written in clear:
                whoever reads it can sign.

        Raises:
            InvalidValueError: The password is empty, or too long.
        """
        try:
            encryption = (
                NoEncryption()
                if password is None
                else BestAvailableEncryption(password)
            )
            return self._key.private_bytes(
                Encoding.PEM, PrivateFormat.PKCS8, encryption
            )
        except ValueError as error:
            raise InvalidValueError(
                f"the password cannot be used: {error}",
                f"口令不可用：{error}",
                place="password",
            ) from None

    def certificate_pem(self) -> bytes:
        """Return the certificate and those above it in PEM, the signer's first."""
        return write_pem((self._own.der, *self._chain))


def _load_key(pem: bytes, password: bytes | None) -> PrivateKey:
    try:
        key = load_pem_private_key(pem, password)
    except TypeError:
        # This is how a password that is missing, or not needed, is told.
        if password is None:
            raise SigningError(
                "the private key is encrypted, and no password was given",
                "私钥已加密，但未提供口令",
            ) from None
        raise SigningError(
            "a password was given, but the private key is not encrypted",
            "提供了口令，但私钥未加密",
        ) from None
    except UnsupportedAlgorithm as error:
        raise AlgorithmUnsupportedError(
            f"the private key is of an unknown kind: {error}",
            f"私钥类型未知：{error}",
        ) from None
    except ValueError:
        if password is None:
            raise SigningError(
                "the private key is not PEM, or damaged", "私钥不是 PEM 格式或已损坏"
            ) from None
        raise SigningError(
            "the password is wrong, or the private key is damaged",
            "口令错误，或私钥已损坏",
        ) from None
    if isinstance(
        key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
    ):
        return key
    raise AlgorithmUnsupportedError(
        f"keys of kind {type(key).__name__} do not sign records",
        f"{type(key).__name__} 类型的密钥不用于签名",
    )


def _read_file(path: str | Path) -> bytes:
    try:
        with Path(path).open("rb") as file:
            content = file.read(MAX_PEM_SIZE + 1)
    except OSError as error:
        raise SigningError(
            f"cannot read {str(path)!r}: {error.strerror}",
            f"无法读取 {str(path)!r}：{error.strerror}",
        ) from error
    if len(content) > MAX_PEM_SIZE:
        raise SigningError(
            f"{str(path)!r} is no key or certificate: over {MAX_PEM_SIZE} bytes",
            f"{str(path)!r} 不是密钥或证书：超过 {MAX_PEM_SIZE} 字节",
        )
    return content
