"""
SM2 keys in cryptographic devices 服务器密码机、密码卡 (GM/T 0018): ``sdf:///lib.so?key=1``.

The vendor's library signs e = SM3(Z ‖ M), and Z and SM3 are made here, so that the
signer id is in one place. Devices hold no certificates: they are in a PEM file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from egovarchive.errors import (
    InvalidValueError,
    SignatureInvalidError,
    SigningError,
)

from . import Capabilities, SecretProvider, SignRequest
from .certificates import Certificate
from .files import read_certificates
from .prehash import prehash
from .sdf_device import Device, load
from .sm2 import PublicPoint
from .turns import Turns
from .uri import SignerUri, secret_of

# The number of a key is an unsigned int; a device has some hundreds at most.
_MAX_KEY = 65_535
_NAME = "sm2-sm3"


def open_sdf_signer(text: str, secrets: SecretProvider) -> SdfSigner:
    """
    Return the signer whose key is in the device that the URI *text* names.

    The path is that of the vendor's library; ``key`` is the number of the signing key,
    ``certificate`` a PEM file. Asked for is the ``"pin"``, the access code of the key
    私钥访问控制码; an empty one is for a key that has none.

    Raises:
        InvalidValueError: The URI is malformed, or a file holds no certificate.
        KeyNotFoundError: The device has no such key.
        AuthenticationFailedError: The access code is wrong. It is not tried again.
        SigningError: The device cannot be used, or the key is not the certificate's.
    """
    uri = SignerUri.parse(text)
    uri.check_names("key", "certificate")
    number = uri.required("key")
    if not number.isascii() or not number.isdigit() or not 0 < int(number) <= _MAX_KEY:
        raise InvalidValueError(
            f"not the number of a key: {number!r}",
            f"不是密钥号：{number!r}",
            place="signer",
        )
    if uri.host or not uri.path.startswith("/"):
        # A bare name would be looked for where anybody may have put one.
        raise InvalidValueError(
            "an sdf: URI names a library by its whole path: sdf:///lib.so",
            "sdf: 地址须以绝对路径指明库文件：sdf:///lib.so",
            place="signer",
        )
    return SdfSigner(
        uri.path,
        int(number),
        lambda: secret_of(secrets, uri, "pin"),
        read_certificates(uri.required("certificate")),
    )


class SdfSigner:
    """
    A `Signer` whose key is in an SDF device. Made by `open_sdf_signer`.

    One session is kept open, and opened anew, with the access code asked for again,
    when the device has forgotten it. After a code was refused, none is given any more.

    Args:
        library: Path of the vendor's library.
        key: Number of the signing key in the device.
        pin: Returns the access code.
        certificates: DER, the signer's first.
    """

    def __init__(
        self,
        library: str,
        key: int,
        pin: Callable[[], bytes],
        certificates: Sequence[bytes],
    ) -> None:
        try:
            self._own, *above = (Certificate.parse(each) for each in certificates)
            point = PublicPoint.read(self._own.key_info)
        except SignatureInvalidError as error:
            raise SigningError(*error.args) from error
        self._chain = tuple(each.der for each in above)
        self._key = key
        self._pin = pin
        self._device = Device(load(library))
        self._turns = Turns(self._start, self._sign, lambda: self._device.close(key))
        self._turns.begin()
        try:
            self._check_pair(point)
        except BaseException:
            self.close()
            raise

    @property
    def certificate(self) -> bytes:
        """The key's X.509 certificate, DER."""
        return self._own.der

    @property
    def chain(self) -> tuple[bytes, ...]:
        """The certificates above it, DER, as they stand in the file."""
        return self._chain

    @property
    def algorithms(self) -> tuple[str, ...]:
        """SM2 with SM3, and nothing else."""
        return (_NAME,)

    @property
    def capabilities(self) -> Capabilities:
        """One signature after the other, in a device."""
        return Capabilities(protection="device")

    def __repr__(self) -> str:
        return f"SdfSigner({self._own.subject_text!r}, key={self._key})"

    def close(self) -> None:
        """Close the session and the device."""
        self._turns.close()

    def sign_many(
        self, requests: Sequence[SignRequest], *, timeout: float | None = None
    ) -> list[bytes]:
        """
        Return one raw signature for each of *requests*, in their order.

        Raises:
            AlgorithmUnsupportedError: One asks for something else than SM2 with SM3.
            AuthenticationFailedError: The access code is refused, now or before.
            SignerUnavailableError: Another thread, or the device, is too busy.
            OutcomeUnknownError: The time was over, or the device was lost, midway.
            SigningError: The device will not sign.
        """
        return self._turns.sign_many(requests, self.algorithms, timeout)

    def _start(self) -> None:
        self._device.open(self._key, self._pin())

    def _sign(self, request: SignRequest) -> bytes:
        digest = prehash(self._own, request.algorithm, request.message)
        return self._device.sign(self._key, digest)

    def _check_pair(self, point: PublicPoint) -> None:
        if self._device.public_key(self._key) != point:
            name = self._own.subject_text
            raise SigningError(
                f"key {self._key} of the device is not that of the certificate "
                f"of {name!r}",
                f"设备中的 {self._key} 号密钥与 {name!r} 的证书不符",
            )
