"""
The C interface of cryptographic devices 密码设备应用接口 (GM/T 0018—2023), by ctypes.

Six of its functions are enough to sign with SM2. What they return is turned into
errors of ours, with the function and the value, as operators need them for the
vendor's support.
"""

from __future__ import annotations

import ctypes
from typing import TypeVar

from attrs import define, field

from egovarchive.errors import (
    AlgorithmUnsupportedError,
    AuthenticationFailedError,
    EgovArchiveError,
    KeyNotFoundError,
    SignatureInvalidError,
    SignerUnavailableError,
    SigningError,
)

from .sm2 import DIGEST_SIZE, N, PublicPoint, write_signature
from .turns import LostError

# GM/T 0018—2023, 6.4: ECCref_MAX_LEN for 512 bits; numbers stand at the right.
_MAX_LEN = 64
_BITS = 256

_BASE = 0x01000000
_NO_RIGHT = 0x07
_LOST = frozenset({0x03, 0x06, _NO_RIGHT, 0x10})
_UNAVAILABLE = _LOST | {0x04, 0x05, 0x1C}
_NO_KEY = frozenset({0x08})
_NOT_OFFERED = frozenset({0x02, 0x09, 0x0A})
_DENIED = frozenset({0x18})


class _PublicKey(ctypes.Structure):
    _fields_ = (
        ("bits", ctypes.c_uint),
        ("x", ctypes.c_ubyte * _MAX_LEN),
        ("y", ctypes.c_ubyte * _MAX_LEN),
    )


class _Signature(ctypes.Structure):
    _fields_ = (("r", ctypes.c_ubyte * _MAX_LEN), ("s", ctypes.c_ubyte * _MAX_LEN))


_HANDLE = ctypes.c_void_p
_FUNCTIONS = {
    "SDF_OpenDevice": (ctypes.POINTER(_HANDLE),),
    "SDF_CloseDevice": (_HANDLE,),
    "SDF_OpenSession": (_HANDLE, ctypes.POINTER(_HANDLE)),
    "SDF_CloseSession": (_HANDLE,),
    "SDF_GetPrivateKeyAccessRight": (
        _HANDLE,
        ctypes.c_uint,
        ctypes.c_char_p,
        ctypes.c_uint,
    ),
    "SDF_ReleasePrivateKeyAccessRight": (_HANDLE, ctypes.c_uint),
    "SDF_ExportSignPublicKey_ECC": (
        _HANDLE,
        ctypes.c_uint,
        ctypes.POINTER(_PublicKey),
    ),
    "SDF_InternalSign_ECC": (
        _HANDLE,
        ctypes.c_uint,
        ctypes.c_char_p,
        ctypes.c_uint,
        ctypes.POINTER(_Signature),
    ),
}


@define
class Device:
    """
    A device, and a session with it. One thread at a time.

    Args:
        library: The vendor's library.
    """

    _library: ctypes.CDLL = field(repr=False)
    _device: ctypes.c_void_p = field(factory=_HANDLE, init=False, repr=False)
    _session: ctypes.c_void_p = field(factory=_HANDLE, init=False, repr=False)

    def open(self, key: int, pin: bytes) -> None:
        """
        Open a session, and get the right to use the signing key number *key*.

        Args:
            key: Its number in the device.
            pin: The access code 私钥访问控制码; empty for a key that has none.

        Raises:
            AuthenticationFailedError: The code is refused.
            KeyNotFoundError: There is no such key.
            SignerUnavailableError: The device does not answer.
        """
        try:
            self._open(key, pin)
        except BaseException:
            self.close(key)
            raise

    def _open(self, key: int, pin: bytes) -> None:
        self._do("SDF_OpenDevice", ctypes.byref(self._device))
        self._do("SDF_OpenSession", self._device, ctypes.byref(self._session))
        if pin:
            name = "SDF_GetPrivateKeyAccessRight"
            code = self._call(name, self._session, key, pin, len(pin))
            # Vendors have values of their own for a wrong code. What is not known
            # to be something else is taken for one: trying again may lock the key.
            if code and _plain(code) not in (_UNAVAILABLE - {_NO_RIGHT}) | _NO_KEY:
                raise _error(AuthenticationFailedError, name, code)
            _check(name, code)

    def public_key(self, key: int) -> PublicPoint:
        """
        Return the public half of the signing key number *key*.

        Raises:
            KeyNotFoundError: There is no such key.
            SigningError: It is no SM2 key.
        """
        found = _PublicKey()
        self._do("SDF_ExportSignPublicKey_ECC", self._session, key, ctypes.byref(found))
        try:
            point = PublicPoint(_number(found.x), _number(found.y))
        except SignatureInvalidError as error:
            raise SigningError(
                f"the device returned no SM2 public key: {error}",
                f"设备返回的不是 SM2 公钥：{error.message('zh')}",
            ) from None
        if found.bits != _BITS:
            raise SigningError(
                f"the device returned a public key of {found.bits} bits",
                f"设备返回的公钥长 {found.bits} 位",
            )
        return point

    def sign(self, key: int, digest: bytes) -> bytes:
        """
        Return the signature, DER, of key number *key* over *digest*, which is e.

        Raises:
            LostError: The session is gone.
            SigningError: The device will not, or returns something else.
        """
        if len(digest) != DIGEST_SIZE:
            raise AlgorithmUnsupportedError(
                "an SDF device signs an SM3 digest", "SDF 设备对 SM3 摘要签名"
            )
        made = _Signature()
        name = "SDF_InternalSign_ECC"
        code = self._call(
            name, self._session, key, digest, len(digest), ctypes.byref(made)
        )
        if code and _plain(code) in _LOST:
            # Without the right to the key, a code may have been left out.
            denied = _plain(code) == _NO_RIGHT
            kind = AuthenticationFailedError if denied else SignerUnavailableError
            raise LostError(_error(kind, name, code))
        _check(name, code)
        r, s = _number(made.r), _number(made.s)
        if not (0 < r < N and 0 < s < N):
            raise SigningError(
                "the device returned numbers that are no SM2 signature",
                "设备返回的数值不是 SM2 签名",
            )
        return write_signature(r, s)

    def close(self, key: int) -> None:
        """Give back the right to use *key*, the session and the device."""
        # What these return says nothing that could still be acted upon.
        if self._session.value:
            self._call("SDF_ReleasePrivateKeyAccessRight", self._session, key)
            self._call("SDF_CloseSession", self._session)
        if self._device.value:
            self._call("SDF_CloseDevice", self._device)
        self._session, self._device = _HANDLE(), _HANDLE()

    def _call(self, name: str, *arguments: object) -> int:
        return int(getattr(self._library, name)(*arguments)) & 0xFFFFFFFF

    def _do(self, name: str, *arguments: object) -> None:
        _check(name, self._call(name, *arguments))


def load(path: str) -> ctypes.CDLL:
    """
    Return the vendor's library at *path*.

    Raises:
        SigningError: It cannot be loaded, or is none of GM/T 0018.
    """
    try:
        library = ctypes.CDLL(path)
        for name, arguments in _FUNCTIONS.items():
            function = getattr(library, name)
            function.argtypes = arguments
            function.restype = ctypes.c_int
    except (OSError, AttributeError) as error:
        raise SigningError(
            f"{path!r} cannot be used as an SDF library: {error}",
            f"{path!r} 不能作为 SDF 库使用：{error}",
        ) from None
    return library


def _number(octets: ctypes.Array[ctypes.c_ubyte]) -> int:
    return int.from_bytes(bytes(octets), "big")


def _plain(code: int) -> int:
    """Return *code* without SDR_BASE, which some vendors leave out."""
    return code - _BASE if code >= _BASE else code


def _check(name: str, code: int) -> None:
    if not code:
        return
    plain = _plain(code)
    kind: type[SigningError] = SigningError
    if plain in _UNAVAILABLE:
        kind = SignerUnavailableError
    elif plain in _NO_KEY:
        kind = KeyNotFoundError
    elif plain in _NOT_OFFERED:
        kind = AlgorithmUnsupportedError
    elif plain in _DENIED:
        kind = AuthenticationFailedError
    raise _error(kind, name, code)


_E = TypeVar("_E", bound=EgovArchiveError)


def _error(kind: type[_E], name: str, code: int) -> _E:
    return kind(
        f"the device answered {name} with 0x{code:08X}",
        f"设备对 {name} 返回 0x{code:08X}",
    )
