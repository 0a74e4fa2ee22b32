"""
SM2 keys SM2 密钥: verified with and signed with by what this machine has.

Verifying takes the system's libcrypto if it knows SM2, and pure Python if not. Signing
takes that libcrypto, or the package `gmssl-pyx` (extra ``sm2``), or is refused: what
handles a secret number is compiled and takes the same time for all of them. Other
packages of a similar name choose the secret of a signature by a generator that can
be foretold, and so give the key away.
"""

from __future__ import annotations

from functools import cached_property
from importlib import import_module
from typing import Protocol, cast

from attrs import field, frozen

from egovarchive.errors import (
    AlgorithmUnsupportedError,
    SignatureInvalidError,
    SigningError,
)

from . import der, libcrypto
from .sm2 import CURVE, KEY_IDENTIFIER, N, PublicPoint, read_signature

_TAG_0, _TAG_1, _TAG_1_PRIMITIVE = 0xA0, 0xA1, 0x81
_CURVE = der.oid(CURVE)
_SECRET_SIZE = 32
_EC_VERSION = der.integer(1)
_PKCS8_VERSION = der.integer(0)


@frozen(slots=False)
class Sm2PublicKey:
    """
    The public half.

    Args:
        point: Where it is on the curve.
    """

    point: PublicPoint

    @classmethod
    def read(cls, info: bytes) -> Sm2PublicKey:
        """
        Return the key of the SubjectPublicKeyInfo *info*, DER.

        Raises:
            SignatureInvalidError: It is not one of an SM2 key.
        """
        return cls(PublicPoint.read(info))

    @cached_property
    def _compiled(self) -> libcrypto.Key | None:
        library = libcrypto.library()
        if library is None:
            return None
        try:
            return library.public_key(self.point.info)
        except SigningError:
            # Whatever it has against the key, the verdict must not depend on it.
            return None

    def verify(self, signature: bytes, message: bytes, *, signer_id: bytes) -> None:
        """
        Return if *signature*, DER, over *message* is this key's and *signer_id*'s.

        Raises:
            SignatureInvalidError: It is not.
            InvalidValueError: *signer_id* is too long.
        """
        # The form is judged here, so that both ways accept the same signatures.
        read_signature(signature)
        digest = self.point.digest(message, signer_id=signer_id)
        key = self.point if self._compiled is None else self._compiled
        if isinstance(key, PublicPoint):
            key.verify_digest(signature, digest)
        else:
            key.verify(signature, digest)


class _Secret(Protocol):
    """A private key as a library holds it."""

    @property
    def info(self) -> bytes: ...

    @property
    def pkcs8(self) -> bytes: ...

    def sign(self, digest: bytes) -> bytes: ...


@frozen(eq=False)
class Sm2PrivateKey:
    """
    The private half, in the memory of this process.

    Args:
        public: The other half.
    """

    public: Sm2PublicKey
    _secret: _Secret = field(repr=False)

    @classmethod
    def generate(cls) -> Sm2PrivateKey:
        """
        Return a new key.

        Raises:
            AlgorithmUnsupportedError: Nothing here can sign with one.
            SigningError: None could be made.
        """
        if (library := libcrypto.library()) is not None:
            return cls._of(library.new_key())
        return cls._of(_GmsslKey.generate())

    @classmethod
    def read(cls, source: bytes) -> Sm2PrivateKey:
        """
        Return the key that *source*, DER, is.

        Args:
            source: An unencrypted PrivateKeyInfo (RFC 5208) or ECPrivateKey (RFC
                5915), which names the curve.

        Raises:
            SigningError: It is not one.
            AlgorithmUnsupportedError: It is of another kind; or nothing here can
                sign with it.
        """
        secret, point = _read_private(source)
        if (library := libcrypto.library()) is not None:
            return cls._of(library.private_key(_pkcs8(secret, point)))
        if point is None:
            raise AlgorithmUnsupportedError(
                "the SM2 key comes without its public half, which needs libcrypto 3.0",
                "SM2 密钥不含公钥部分，需要 libcrypto 3.0 才能使用",
            )
        return cls._of(_GmsslKey(secret, point))

    @classmethod
    def _of(cls, secret: _Secret) -> Sm2PrivateKey:
        return cls(Sm2PublicKey.read(secret.info), secret)

    @property
    def pkcs8(self) -> bytes:
        """The key as an unencrypted PrivateKeyInfo, DER."""
        return self._secret.pkcs8

    def sign(self, message: bytes, *, signer_id: bytes) -> bytes:
        """
        Return a signature, DER, over *message*, as *signer_id*'s.

        Raises:
            SigningError: None could be made.
            InvalidValueError: *signer_id* is too long.
        """
        return self._secret.sign(self.public.point.digest(message, signer_id=signer_id))


def names_sm2(source: bytes) -> bool:
    """Return whether *source*, DER of an unencrypted private key, names the curve."""
    return _CURVE in source


def _read_private(source: bytes) -> tuple[bytes, PublicPoint | None]:
    """Return the secret number and, if it stands there, the public point."""
    try:
        return _read_numbers(_ec_private_key(source))
    except SignatureInvalidError as error:
        raise SigningError(
            f"the private key is damaged: {error}", f"私钥已损坏：{error.message('zh')}"
        ) from None


def _ec_private_key(source: bytes) -> der.Reader:
    """Return the ECPrivateKey in *source*, with its version read."""
    content = der.read(source)
    version = content.take_integer()
    identifier = content.take_if(der.SEQUENCE)
    if identifier is None:
        if not names_sm2(source):
            raise _another_kind()
        return content
    # RFC 5958, 2: version 1 brings the public key along, after attributes.
    if identifier.raw != KEY_IDENTIFIER or version not in {0, 1}:
        raise _another_kind()
    inner = der.read(content.take_octets())
    content.take_if(_TAG_0)
    content.take_if(_TAG_1_PRIMITIVE)
    content.done()
    inner.take_integer()
    return inner


def _read_numbers(content: der.Reader) -> tuple[bytes, PublicPoint | None]:
    secret = content.take_octets()
    named = content.take_if(_TAG_0)
    if named is not None and named.value != _CURVE:
        raise _another_kind()
    point = None
    if (public := content.take_if(_TAG_1)) is not None:
        point = PublicPoint.of(public.take_bits()[0])
        public.done()
    content.done()
    # GB/T 32918.1—2016, 6.1: 1 to n - 2.
    if len(secret) != _SECRET_SIZE or not 0 < int.from_bytes(secret, "big") < N - 1:
        raise SignatureInvalidError("its number is out of range", "私钥数值超出范围")
    return secret, point


def _another_kind() -> AlgorithmUnsupportedError:
    return AlgorithmUnsupportedError("not an SM2 key", "不是 SM2 密钥")


def _pkcs8(secret: bytes, point: PublicPoint | None) -> bytes:
    """Return the PrivateKeyInfo of a key, DER."""
    public = b""
    if point is not None:
        public = der.write(_TAG_1, der.write(der.BIT_STRING, b"\x00", point.octets))
    key = der.sequence(_EC_VERSION, der.octets(secret), public)
    return der.sequence(_PKCS8_VERSION, KEY_IDENTIFIER, der.octets(key))


@frozen(eq=False)
class _GmsslKey:
    """A key that the package `gmssl-pyx` signs with."""

    _number: bytes = field(repr=False)
    _point: PublicPoint

    @classmethod
    def generate(cls) -> _GmsslKey:
        public, number = _gmssl().sm2_key_generate()
        return cls(number, PublicPoint.of(b"\x04" + public))

    @property
    def info(self) -> bytes:
        return self._point.info

    @property
    def pkcs8(self) -> bytes:
        return _pkcs8(self._number, self._point)

    def sign(self, digest: bytes) -> bytes:
        gmssl = _gmssl()
        try:
            return gmssl.sm2_sign_sm3_digest(self._number, digest)
        except gmssl.GmsslInnerError:
            raise SigningError(
                "gmssl-pyx could not sign", "gmssl-pyx 未能签名"
            ) from None


class _Gmssl(Protocol):
    """What is used of the package `gmssl_pyx`."""

    GmsslInnerError: type[Exception]

    def sm2_key_generate(self) -> tuple[bytes, bytes]: ...
    def sm2_sign_sm3_digest(self, private_key: bytes, digest: bytes) -> bytes: ...


def _gmssl() -> _Gmssl:
    try:
        return cast("_Gmssl", import_module("gmssl_pyx"))
    except ImportError:
        raise AlgorithmUnsupportedError(
            "SM2 keys sign with libcrypto 3.0 or later, built with SM2; where the "
            "system has none: pip install 'egovarchive[sm2]'",
            "SM2 签名需要带 SM2 的 libcrypto 3.0 或更高版本；"
            "系统中没有时：pip install 'egovarchive[sm2]'",
        ) from None
