"""
Private keys in files 密钥文件: PEM (PKCS #8 and before) and PKCS #12.

`cryptography` opens them. What it cannot open is opened here: keys of the SM2 curve,
and PKCS #8 encrypted with SM4 or by SM3. A PKCS #12 file with an SM2 key needs the
system's libcrypto.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    load_der_private_key,
    load_pem_private_key,
    pkcs12,
)

from egovarchive.errors import (
    AlgorithmUnsupportedError,
    AuthenticationFailedError,
    SignatureInvalidError,
    SigningError,
)

from . import libcrypto, pbes2
from .certificates import Certificate
from .private_key import PrivateKey
from .sm2_key import Sm2PrivateKey, names_sm2

_PEM = re.compile(
    rb"-----BEGIN ((?:[A-Z0-9]+ )?PRIVATE KEY)-----"
    rb"([A-Za-z0-9+/=\s]*)-----END \1-----"
)
_ENCRYPTED = b"ENCRYPTED PRIVATE KEY"


def read_pem_key(pem: bytes, password: bytes | None) -> PrivateKey:
    """
    Return the private key in *pem*.

    Args:
        pem: One private key; other blocks beside it are skipped.
        password: What it is encrypted with; None if it is not.

    Raises:
        AuthenticationFailedError: The password is wrong.
        AlgorithmUnsupportedError: The key is of another kind, or encrypted in a
            way that is not known; or nothing here can sign with it.
        SigningError: It is no private key, or a password is missing or not needed.
    """
    try:
        return PrivateKey.of(load_pem_private_key(pem, password))
    except TypeError:
        # This is how a password that is missing, or not needed, is told.
        raise (_no_password() if b"ENCRYPTED" in pem else _not_encrypted()) from None
    except UnsupportedAlgorithm as error:
        return _opened_here(pem, password, _unknown(error))
    except ValueError:
        if password is None:
            why = SigningError(
                "the private key is not PEM, or damaged",
                "私钥不是 PEM 格式或已损坏",
            )
        else:
            why = _wrong_password()
        return _opened_here(pem, password, why)


def _opened_here(
    pem: bytes, password: bytes | None, otherwise: SigningError
) -> PrivateKey:
    """Return the key that `cryptography` could not open, or raise *otherwise*."""
    found = _PEM.search(pem)
    if found is None:
        raise otherwise from None
    label, text = found.groups()
    try:
        source = base64.b64decode(b"".join(text.split()), validate=True)
    except binascii.Error:
        raise otherwise from None
    if label == _ENCRYPTED:
        if password is None:
            raise _no_password()
        try:
            return _read_clear(pbes2.decrypt(source, password))
        except AlgorithmUnsupportedError as error:
            # With a wrong password, that is not the reason.
            wrong = isinstance(otherwise, AuthenticationFailedError)
            raise (otherwise if wrong else error) from None
    if not names_sm2(source):
        raise otherwise from None
    if password is not None:
        raise _not_encrypted()
    return PrivateKey.of(Sm2PrivateKey.read(source))


def _read_clear(info: bytes) -> PrivateKey:
    """Return the key of *info*, an unencrypted PrivateKeyInfo, DER."""
    if names_sm2(info):
        return PrivateKey.of(Sm2PrivateKey.read(info))
    try:
        return PrivateKey.of(load_der_private_key(info, None))
    except UnsupportedAlgorithm as error:
        raise _unknown(error) from None
    except (TypeError, ValueError):
        raise SigningError("the private key is damaged", "私钥已损坏") from None


def read_pkcs12(
    source: bytes, password: bytes | None
) -> tuple[PrivateKey, tuple[bytes, ...]]:
    """
    Return the private key and the certificates in *source*, a PKCS #12 file.

    Args:
        source: Its bytes.
        password: What it is encrypted with; None if it is not.

    Returns:
        The key, and the certificates, DER: its own first, then those above it as
        far as the file has them, nearest first.

    Raises:
        AuthenticationFailedError: The password is wrong, or the file is damaged.
        AlgorithmUnsupportedError: The key is of another kind, or nothing here can
            open the file or sign with the key.
        SigningError: There is no key in it, or no certificate for it.
    """
    _check_text(password)
    try:
        opened = pkcs12.load_pkcs12(source, password)
    except UnsupportedAlgorithm as error:
        return _opened_by_libcrypto(source, password, _unknown(error))
    except ValueError:
        return _opened_by_libcrypto(source, password, _wrong_password())
    if opened.key is None or opened.cert is None:
        raise SigningError(
            "the PKCS #12 file has no private key with its certificate",
            "PKCS #12 文件中没有私钥及其证书",
        )
    own = opened.cert.certificate.public_bytes(Encoding.DER)
    others = [
        each.certificate.public_bytes(Encoding.DER) for each in opened.additional_certs
    ]
    return PrivateKey.of(opened.key), in_order(own, others)


def _opened_by_libcrypto(
    source: bytes, password: bytes | None, otherwise: SigningError
) -> tuple[PrivateKey, tuple[bytes, ...]]:
    library = libcrypto.library()
    if library is None:
        raise otherwise from None
    try:
        info, (own, *others) = library.open_pkcs12(source, password or b"")
    except SigningError:
        raise otherwise from None
    return _read_clear(info), in_order(own, others)


def _check_text(password: bytes | None) -> None:
    # RFC 7292, B.1: a text, which ends at the first zero. Libraries do not survive
    # another.
    try:
        text = (password or b"").decode()
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise _wrong_password()


def in_order(own: bytes, others: Sequence[bytes]) -> tuple[bytes, ...]:
    """
    Return *own* and those of *others* that stand above it, nearest first.

    Raises:
        SigningError: One is malformed.
    """
    try:
        last, left = Certificate.parse(own), [Certificate.parse(o) for o in others]
    except SignatureInvalidError as error:
        raise SigningError(*error.args) from error
    path = [last]
    while last.issuer != last.subject:
        above = [each for each in left if each.subject == last.issuer]
        if len(above) != 1 or above[0] in path:
            break
        last = above[0]
        path.append(last)
    return tuple(each.der for each in path)


def _no_password() -> SigningError:
    return SigningError(
        "the private key is encrypted, and no password was given",
        "私钥已加密，但未提供口令",
    )


def _not_encrypted() -> SigningError:
    return SigningError(
        "a password was given, but the private key is not encrypted",
        "提供了口令，但私钥未加密",
    )


def _wrong_password() -> AuthenticationFailedError:
    return AuthenticationFailedError(
        "the password is wrong, or the private key is damaged",
        "口令错误，或私钥已损坏",
    )


def _unknown(error: UnsupportedAlgorithm) -> AlgorithmUnsupportedError:
    return AlgorithmUnsupportedError(
        f"the private key is of an unknown kind: {error}", f"私钥类型未知：{error}"
    )
