"""Signing keys in files 文件形式的签名密钥 (PEM, PKCS #12)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from egovarchive.errors import (
    AlgorithmUnsupportedError,
    InvalidValueError,
    SignatureInvalidError,
    SigningError,
)

from . import SignRequest
from .certificates import MAX_PEM_SIZE, Certificate, read_pem, write_pem
from .key_files import read_pem_key, read_pkcs12
from .path import check_signs_records
from .private_key import PrivateKey
from .public_key import PublicKey
from .self_signed import self_signed_certificate
from .sm2 import DEFAULT_ID, check_id


class KeySigner:
    """
    A `Signer` whose private key is held in the memory of this process.

    Made by `from_pem`, `from_files`, `from_pkcs12` or `self_signed`. Threads may
    share one.

    Args:
        key: The private key.
        certificates: The signer's certificate, then those above it, DER.
        signer_id: Whose the signatures of an SM2 key are; other keys have none.
            Who verifies must be told if it is not the usual one.
    """

    def __init__(
        self,
        key: PrivateKey,
        certificates: Sequence[bytes],
        *,
        signer_id: bytes = DEFAULT_ID,
    ) -> None:
        try:
            own, *above = (Certificate.parse(each) for each in certificates)
            check_signs_records(own)
            public = PublicKey.read(key.info)
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
        self._signer_id = check_id(signer_id)

    @classmethod
    def from_pem(
        cls,
        key_pem: bytes,
        certificate_pem: bytes,
        *,
        password: bytes | None = None,
        signer_id: bytes = DEFAULT_ID,
    ) -> KeySigner:
        """
        Return the signer with a private key and its certificates.

        Args:
            key_pem: The private key: RSA of 3072 bits or more, NIST P-256, P-384
                or P-521, Ed25519, ML-DSA-65, or SM2.
            certificate_pem: The signer's certificate, then those above it.
            password: What the key is encrypted with; None if it is not.
            signer_id: Whose the signatures of an SM2 key are.

        Raises:
            AlgorithmUnsupportedError: The key is weak or of another kind, or this
                machine has nothing to sign with it.
            AuthenticationFailedError: The password is wrong.
            SigningError: The password is missing or not needed, the key and the first
                certificate are not a pair, or that one is not for signing.
            InvalidValueError: *certificate_pem* holds no certificate, or *signer_id*
                is too long.
        """
        key = read_pem_key(key_pem, password)
        return cls(key, read_pem(certificate_pem), signer_id=signer_id)

    @classmethod
    def from_pkcs12(
        cls,
        source: bytes,
        *,
        password: bytes | None = None,
        signer_id: bytes = DEFAULT_ID,
    ) -> KeySigner:
        """
        Return the signer whose key and certificates are in a PKCS #12 file.

        Args:
            source: The bytes of the file (``.p12``, ``.pfx``).
            password: What it is encrypted with; None if it is not.
            signer_id: Whose the signatures of an SM2 key are.

        Raises:
            AuthenticationFailedError: The password is wrong, or the file is damaged.
            SigningError: There is no key with its certificate in it; otherwise as
                for `from_pem`.
        """
        if len(source) > MAX_PEM_SIZE:
            raise SigningError(
                f"{len(source)} bytes are no PKCS #12 file: over {MAX_PEM_SIZE}",
                f"{len(source)} 字节不是 PKCS #12 文件：超过 {MAX_PEM_SIZE} 字节",
            )
        return cls(*read_pkcs12(source, password), signer_id=signer_id)

    @classmethod
    def from_files(
        cls,
        key_path: str | Path,
        certificate_path: str | Path,
        *,
        password: bytes | None = None,
        signer_id: bytes = DEFAULT_ID,
    ) -> KeySigner:
        """
        Return the signer whose key and certificates are in files.

        Raises:
            SigningError: A file cannot be read, and as for `from_pem`.
            InvalidValueError: The second holds no certificate.
        """
        key = read_pem_key(_read_file(key_path), password)
        pem = _read_file(certificate_path)
        try:
            return cls(key, read_pem(pem), signer_id=signer_id)
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
        signer_id: bytes = DEFAULT_ID,
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
            algorithm: ``"ecdsa-p256-sha256"``, ``"rsa-pkcs1-sha256"``, ``"ed25519"``,
                ``"ml-dsa-65"`` or ``"sm2-sm3"``.
            signer_id: Whose the signatures of an SM2 key are.

        Raises:
            InvalidValueError: A value is outside its range.
            AlgorithmUnsupportedError: This machine has nothing to sign so.
        """
        key = PrivateKey.generate(algorithm)
        made = self_signed_certificate(key, algorithm, common_name, at, years)
        return cls(key, (made,), signer_id=signer_id)

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
            signatures.append(
                self._key.sign(
                    request.algorithm, request.message, signer_id=self._signer_id
                )
            )
        return signatures

    def private_pem(self, password: bytes | None = None) -> bytes:
        """
        Return the private key, PKCS #8 in PEM.

        Args:
            password: What to encrypt it with. With None it is written in clear:
                whoever reads it can sign.

        Raises:
            InvalidValueError: The password is empty, or too long.
        """
        return self._key.pem(password)

    def certificate_pem(self) -> bytes:
        """Return the certificate and those above it in PEM, the signer's first."""
        return write_pem((self._own.der, *self._chain))


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
