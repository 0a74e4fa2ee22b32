"""
Private keys under a password 口令加密的私钥 (PKCS #8, PBES2 of RFC 8018).

For what `cryptography` cannot open: keys of the SM2 curve, and keys encrypted with
SM4 or under a password digested with SM3. The older schemes are not here.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import BlockCipherAlgorithm, Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES, SM4
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.padding import PKCS7

from egovarchive.errors import (
    AlgorithmUnsupportedError,
    AuthenticationFailedError,
    SignatureInvalidError,
    SigningError,
)

from . import der

_PBES2 = "1.2.840.113549.1.5.13"
_PBKDF2 = "1.2.840.113549.1.5.12"
_AES_256_CBC = "2.16.840.1.101.3.4.1.42"
_HMAC_SHA256 = "1.2.840.113549.2.9"
# RFC 8018, A.2: where nothing is said. Nobody needs collisions of it here.
_HMAC_SHA1 = "1.2.840.113549.2.7"

# Size of the key in octets, and what is made of it.
_CIPHERS: dict[str, tuple[int, Callable[[bytes], BlockCipherAlgorithm]]] = {
    "2.16.840.1.101.3.4.1.2": (16, AES),
    "2.16.840.1.101.3.4.1.22": (24, AES),
    _AES_256_CBC: (32, AES),
    "1.2.156.10197.1.104.2": (16, SM4),
}
_DIGESTS: dict[str, hashes.HashAlgorithm] = {
    _HMAC_SHA1: hashes.SHA1(),  # noqa: S303
    _HMAC_SHA256: hashes.SHA256(),
    "1.2.840.113549.2.10": hashes.SHA384(),
    "1.2.840.113549.2.11": hashes.SHA512(),
    "1.2.156.10197.1.401.2": hashes.SM3(),
}
_BLOCK_BITS = 128
# About a tenth of a second. What is read may ask for a hundred times that.
_ROUNDS = 200_000
_MAX_ROUNDS = 20_000_000


def decrypt(source: bytes, password: bytes) -> bytes:
    """
    Return the PrivateKeyInfo in *source*, an EncryptedPrivateKeyInfo; both DER.

    Raises:
        AuthenticationFailedError: The password is wrong, or the key is damaged.
        AlgorithmUnsupportedError: It is encrypted in a way that is not known here.
        SigningError: It is no encrypted key.
    """
    try:
        content = der.read(source)
        scheme = content.take(der.SEQUENCE)
        data = content.take_octets()
        content.done()
        cipher = _cipher(scheme, password)
    except SignatureInvalidError as error:
        raise SigningError(
            f"the private key is damaged: {error}", f"私钥已损坏：{error.message('zh')}"
        ) from None
    try:
        decryptor, unpadder = cipher.decryptor(), PKCS7(_BLOCK_BITS).unpadder()
        padded = decryptor.update(data) + decryptor.finalize()
        found = unpadder.update(padded) + unpadder.finalize()
        # A wrong password comes this far once in 256 times.
        der.read(found)
    except (ValueError, SignatureInvalidError):
        raise AuthenticationFailedError(
            "the password is wrong, or the private key is damaged",
            "口令错误，或私钥已损坏",
        ) from None
    return found


def encrypt(info: bytes, password: bytes) -> bytes:
    """Return *info*, a PrivateKeyInfo, as an EncryptedPrivateKeyInfo; both DER."""
    salt, start = os.urandom(16), os.urandom(_BLOCK_BITS // 8)
    key = PBKDF2HMAC(hashes.SHA256(), 32, salt, _ROUNDS).derive(password)
    padder = PKCS7(_BLOCK_BITS).padder()
    encryptor = Cipher(AES(key), modes.CBC(start)).encryptor()
    padded = padder.update(info) + padder.finalize()
    derivation = der.sequence(
        der.octets(salt),
        der.integer(_ROUNDS),
        der.algorithm_identifier(_HMAC_SHA256, null=True),
    )
    parameters = der.sequence(
        der.sequence(der.oid(_PBKDF2), derivation),
        der.sequence(der.oid(_AES_256_CBC), der.octets(start)),
    )
    return der.sequence(
        der.sequence(der.oid(_PBES2), parameters),
        der.octets(encryptor.update(padded) + encryptor.finalize()),
    )


def _cipher(scheme: der.Reader, password: bytes) -> Cipher[modes.CBC]:
    _check_named(scheme.take_oid(), _PBES2)
    parameters = scheme.take(der.SEQUENCE)
    derivation, encryption = (
        parameters.take(der.SEQUENCE),
        parameters.take(der.SEQUENCE),
    )
    _check_named(derivation.take_oid(), _PBKDF2)
    how = derivation.take(der.SEQUENCE)
    salt, rounds = how.take_octets(), how.take_integer()
    given = how.take_if(der.INTEGER)
    length = None if given is None else int.from_bytes(given.value, "big")
    digest = how.take(der.SEQUENCE).take_oid() if how.more() else _HMAC_SHA1
    name, start = encryption.take_oid(), encryption.take_octets()
    if digest not in _DIGESTS or name not in _CIPHERS:
        raise _unknown(f"{name}, {digest}")
    size, make = _CIPHERS[name]
    if not 0 < rounds <= _MAX_ROUNDS or length not in {None, size}:
        raise _unknown(f"{rounds} rounds, a key of {length} octets")
    try:
        key = PBKDF2HMAC(_DIGESTS[digest], size, salt, rounds).derive(password)
        return Cipher(make(key), modes.CBC(start))
    except UnsupportedAlgorithm as error:
        raise _unknown(str(error)) from None
    except ValueError:
        raise der.DerError("bad parameters of a cipher", "加密参数不正确") from None


def _check_named(found: str, wanted: str) -> None:
    if found != wanted:
        raise _unknown(found)


def _unknown(what: str) -> AlgorithmUnsupportedError:
    return AlgorithmUnsupportedError(
        f"the private key is encrypted in a way that is not known: {what}",
        f"私钥的加密方式未知：{what}",
    )
