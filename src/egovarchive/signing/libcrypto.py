"""
SM2 by the system's own libcrypto (OpenSSL 3.0 or later), through `ctypes`.

It gets digests and gives signatures: whose signature it is and what is digested is
decided in one place, `sm2.PublicPoint.digest`, and not by the defaults of a library,
which change with its version. Threads may share all of it.
"""

from __future__ import annotations

import ctypes
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import POINTER, byref, c_char_p, c_int, c_long, c_size_t, c_uint, c_void_p
from functools import cache

from attrs import field, frozen

from egovarchive.errors import SignatureInvalidError, SigningError

from .sm2 import DIGEST_SIZE, MAX_SIGNATURE_SIZE

_OLDEST = 3
# Tried after the library that Python itself is linked with.
_NAMES = (
    "libcrypto.so.3",
    "libcrypto.so.4",
    "libcrypto.3.dylib",
    "libcrypto.4.dylib",
    "libcrypto-3-x64.dll",
    "libcrypto-3.dll",
)
_ERROR_SIZE = 256
_MAX_CERTIFICATES = 20

_PROTOTYPES: dict[str, tuple[object, tuple[object, ...]]] = {
    "OPENSSL_sk_num": (c_int, (c_void_p,)),
    "OPENSSL_sk_pop_free": (None, (c_void_p, c_void_p)),
    "OPENSSL_sk_value": (c_void_p, (c_void_p, c_int)),
    "ERR_clear_error": (None, ()),
    "ERR_error_string_n": (None, (ctypes.c_ulong, c_char_p, c_size_t)),
    "ERR_get_error": (ctypes.c_ulong, ()),
    "EVP_PKCS82PKEY": (c_void_p, (c_void_p,)),
    "EVP_PKEY2PKCS8": (c_void_p, (c_void_p,)),
    "EVP_PKEY_CTX_free": (None, (c_void_p,)),
    "EVP_PKEY_CTX_new": (c_void_p, (c_void_p, c_void_p)),
    "EVP_PKEY_Q_keygen": (c_void_p, (c_void_p, c_char_p, c_char_p)),
    "EVP_PKEY_free": (None, (c_void_p,)),
    "EVP_PKEY_is_a": (c_int, (c_void_p, c_char_p)),
    "EVP_PKEY_sign": (
        c_int,
        (c_void_p, c_char_p, POINTER(c_size_t), c_char_p, c_size_t),
    ),
    "EVP_PKEY_sign_init": (c_int, (c_void_p,)),
    "EVP_PKEY_verify": (c_int, (c_void_p, c_char_p, c_size_t, c_char_p, c_size_t)),
    "EVP_PKEY_verify_init": (c_int, (c_void_p,)),
    "PKCS12_free": (None, (c_void_p,)),
    "PKCS12_parse": (
        c_int,
        (c_void_p, c_char_p, *(POINTER(c_void_p),) * 3),
    ),
    "PKCS8_PRIV_KEY_INFO_free": (None, (c_void_p,)),
    "X509_free": (None, (c_void_p,)),
    "d2i_PKCS12": (c_void_p, (c_void_p, POINTER(c_char_p), c_long)),
    "d2i_PKCS8_PRIV_KEY_INFO": (c_void_p, (c_void_p, POINTER(c_char_p), c_long)),
    "d2i_PUBKEY": (c_void_p, (c_void_p, POINTER(c_char_p), c_long)),
    "i2d_PKCS8_PRIV_KEY_INFO": (c_int, (c_void_p, c_void_p)),
    "i2d_PUBKEY": (c_int, (c_void_p, c_void_p)),
    "i2d_X509": (c_int, (c_void_p, c_void_p)),
}


@cache
def library() -> Library | None:
    """Return the system's libcrypto, or None if there is none that knows SM2."""
    for name in (_pythons_own(), *_NAMES):
        if name is None:
            continue
        try:
            loaded = ctypes.CDLL(name)
            # Not there before 3.0.
            major = loaded.OPENSSL_version_major
            major.restype = c_uint
            if major() < _OLDEST:
                continue
            for function, (result, arguments) in _PROTOTYPES.items():
                found = getattr(loaded, function)
                found.restype, found.argtypes = result, arguments
        except (OSError, AttributeError):
            continue
        candidate = Library(loaded)
        if candidate.knows_sm2():
            return candidate
    return None


def _pythons_own() -> str | None:
    # What is looked up in `_hashlib` is looked up in the libcrypto it is linked with
    # too, so no path has to be guessed. Some builds have it all in one file.
    try:
        import _hashlib  # noqa: PLC0415
    except ImportError:
        return None
    return getattr(_hashlib, "__file__", None)


@frozen(eq=False)
class Library:
    """One loaded libcrypto."""

    _c: ctypes.CDLL = field(repr=False)

    def knows_sm2(self) -> bool:
        """Return whether it was built with SM2, and may use it."""
        try:
            self.new_key()
        except SigningError:
            return False
        return True

    def new_key(self) -> Key:
        """
        Return a new SM2 key pair.

        Raises:
            SigningError: The library could not make one.
        """
        return self._key(self._c.EVP_PKEY_Q_keygen(None, None, b"SM2"))

    def private_key(self, pkcs8: bytes) -> Key:
        """
        Return the SM2 key pair of *pkcs8*, an unencrypted PrivateKeyInfo, DER.

        Raises:
            SigningError: It is not one.
        """
        info = self._c.d2i_PKCS8_PRIV_KEY_INFO(None, *_source(pkcs8))
        if not info:
            raise _failed(self._c)
        try:
            return self._key(self._c.EVP_PKCS82PKEY(info))
        finally:
            self._c.PKCS8_PRIV_KEY_INFO_free(info)

    def public_key(self, info: bytes) -> Key:
        """
        Return the SM2 public key of the SubjectPublicKeyInfo *info*, DER.

        Raises:
            SigningError: It is not one.
        """
        return self._key(self._c.d2i_PUBKEY(None, *_source(info)))

    def open_pkcs12(
        self, source: bytes, password: bytes
    ) -> tuple[bytes, tuple[bytes, ...]]:
        """
        Return the private key and the certificates in *source*, a PKCS #12 file.

        Args:
            source: Its bytes.
            password: What it is encrypted with; only up to a zero is looked at.

        Returns:
            The key as an unencrypted PrivateKeyInfo, and the certificates, the
            key's own first; all DER.

        Raises:
            SigningError: It cannot be read, or has no key with a certificate.
        """
        c = self._c
        opened = c.d2i_PKCS12(None, *_source(source))
        if not opened:
            raise _failed(c)
        key, own, others = c_void_p(), c_void_p(), c_void_p()
        try:
            done = c.PKCS12_parse(
                opened, password, byref(key), byref(own), byref(others)
            )
            if done != 1 or key.value is None or own.value is None:
                raise _failed(c)
            count = 0 if others.value is None else c.OPENSSL_sk_num(others)
            pointers = [own.value]
            pointers += [
                c.OPENSSL_sk_value(others, number)
                for number in range(min(count, _MAX_CERTIFICATES))
            ]
            return _pkcs8(c, key.value), tuple(
                _written(c, c.i2d_X509, pointer) for pointer in pointers
            )
        finally:
            c.PKCS12_free(opened)
            c.EVP_PKEY_free(key)
            c.X509_free(own)
            c.OPENSSL_sk_pop_free(others, ctypes.cast(c.X509_free, c_void_p))

    def _key(self, pointer: int | None) -> Key:
        if not pointer:
            raise _failed(self._c)
        key = Key(self._c, pointer)
        weakref.finalize(key, self._c.EVP_PKEY_free, pointer).atexit = False
        if self._c.EVP_PKEY_is_a(pointer, b"SM2") != 1:
            raise SigningError("libcrypto: not an SM2 key", "libcrypto：不是 SM2 密钥")
        return key


@frozen(eq=False, slots=False)
class Key:
    """An SM2 key of a `Library`, which frees it with this object."""

    _c: ctypes.CDLL = field(repr=False)
    _pointer: int = field(repr=False)

    @property
    def info(self) -> bytes:
        """Its SubjectPublicKeyInfo, DER."""
        return _written(self._c, self._c.i2d_PUBKEY, self._pointer)

    @property
    def pkcs8(self) -> bytes:
        """The key pair as an unencrypted PrivateKeyInfo, DER."""
        return _pkcs8(self._c, self._pointer)

    def sign(self, digest: bytes) -> bytes:
        """
        Return a signature, DER, over *digest*, which is e.

        Raises:
            SigningError: This is no private key, or *digest* is not 32 octets.
        """
        c = self._c
        signature = ctypes.create_string_buffer(MAX_SIGNATURE_SIZE)
        size = c_size_t(MAX_SIGNATURE_SIZE)
        with self._context() as context:
            if (
                len(digest) != DIGEST_SIZE
                or c.EVP_PKEY_sign_init(context) != 1
                or c.EVP_PKEY_sign(context, signature, byref(size), digest, len(digest))
                != 1
            ):
                raise _failed(c)
        return signature.raw[: size.value]

    def verify(self, signature: bytes, digest: bytes) -> None:
        """
        Return if *signature*, DER, over *digest*, which is e, is this key's.

        Raises:
            SignatureInvalidError: It is not.
        """
        c = self._c
        with self._context() as context:
            good = (
                len(digest) == DIGEST_SIZE
                and c.EVP_PKEY_verify_init(context) == 1
                and c.EVP_PKEY_verify(
                    context, signature, len(signature), digest, len(digest)
                )
                == 1
            )
            c.ERR_clear_error()
        if not good:
            raise SignatureInvalidError(
                "the signature does not fit the key and what was signed",
                "签名与密钥及被签名的内容不符",
            )

    @contextmanager
    def _context(self) -> Iterator[int]:
        context = self._c.EVP_PKEY_CTX_new(self._pointer, None)
        if not context:
            raise _failed(self._c)
        try:
            yield context
        finally:
            self._c.EVP_PKEY_CTX_free(context)


def _source(source: bytes) -> tuple[object, int]:
    """Return *source* as a reader of the library takes it."""
    return byref(c_char_p(source)), len(source)


def _pkcs8(c: ctypes.CDLL, pointer: int) -> bytes:
    info = c.EVP_PKEY2PKCS8(pointer)
    if not info:
        raise _failed(c)
    try:
        return _written(c, c.i2d_PKCS8_PRIV_KEY_INFO, info)
    finally:
        c.PKCS8_PRIV_KEY_INFO_free(info)


def _written(c: ctypes.CDLL, write: Callable[..., int], pointer: int) -> bytes:
    size = write(pointer, None)
    if size <= 0:
        raise _failed(c)
    target = ctypes.create_string_buffer(size)
    write(pointer, byref(c_void_p(ctypes.addressof(target))))
    return target.raw


def _failed(c: ctypes.CDLL) -> SigningError:
    """Return the error that the library left, and leave none behind."""
    reason = "no reason given"
    if code := c.ERR_get_error():
        text = ctypes.create_string_buffer(_ERROR_SIZE)
        c.ERR_error_string_n(code, text, _ERROR_SIZE)
        reason = text.value.decode("ascii", "replace")
    c.ERR_clear_error()
    return SigningError(f"libcrypto: {reason}", f"libcrypto：{reason}")
