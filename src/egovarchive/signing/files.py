"""
Signing keys in files, named by a URI 文件形式的签名密钥.

``file:///etc/keys/key.pem?certificate=/etc/keys/chain.pem``: the signer's certificate
first, then those above it; or ``file:///etc/keys/signer.p12`` (PKCS #12), which holds
both. A password is asked for only if the key is encrypted; PKCS #12 always is.
"""

from __future__ import annotations

from pathlib import Path

from egovarchive.errors import InvalidValueError, SigningError

from . import SecretProvider
from .certificates import MAX_PEM_SIZE, read_pem
from .keys import KeySigner
from .uri import SignerUri, secret_of

_PKCS12 = (".p12", ".pfx")


def open_file_signer(text: str, secrets: SecretProvider) -> KeySigner:
    """
    Return the signer whose key is in the file that the URI *text* names.

    Raises:
        InvalidValueError: The URI is malformed, or a file holds no certificate.
        AuthenticationFailedError: The password is wrong.
        SigningError: As for `KeySigner.from_pem`; or a file cannot be read.
    """
    uri = SignerUri.parse(text)
    uri.check_names("certificate")
    if uri.host not in {"", "localhost"} or not uri.path:
        raise InvalidValueError(
            "a file: URI names a file of this machine",
            "file: 地址须指明本机上的文件",
            place="signer",
        )
    key = read_file(uri.path)
    if uri.path.lower().endswith(_PKCS12):
        uri.check_names()
        return KeySigner.from_pkcs12(key, password=secret_of(secrets, uri, "password"))
    certificates = uri.required("certificate")
    # PEM says so itself (RFC 7468, 11; and the older form before PKCS #8).
    encrypted = b"ENCRYPTED" in key
    password = secret_of(secrets, uri, "password") if encrypted else None
    pem = read_file(certificates)
    try:
        return KeySigner.from_pem(key, pem, password=password)
    except InvalidValueError as error:
        raise error.within(certificates) from None


def read_certificates(path: str) -> tuple[bytes, ...]:
    """
    Return the certificates in the PEM file at *path*, DER, in their order.

    Raises:
        InvalidValueError: There is none in it.
        SigningError: It cannot be read.
    """
    try:
        return read_pem(read_file(path))
    except InvalidValueError as error:
        raise error.within(path) from None


def read_file(path: str) -> bytes:
    """
    Return what stands in the file at *path*.

    Raises:
        SigningError: It cannot be read, or is too large to be a key or certificate.
    """
    try:
        with Path(path).open("rb") as file:
            content = file.read(MAX_PEM_SIZE + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "not a path"
        raise SigningError(
            f"cannot read {path!r}: {why}", f"无法读取 {path!r}：{why}"
        ) from None
    if len(content) > MAX_PEM_SIZE:
        raise SigningError(
            f"{path!r} is no key or certificate: over {MAX_PEM_SIZE} bytes",
            f"{path!r} 不是密钥或证书：超过 {MAX_PEM_SIZE} 字节",
        )
    return content
