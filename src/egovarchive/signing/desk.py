"""
Signing where the key is, not where the records are 异地签名: at a desk, at night.

What is to be signed leaves as a `PendingSignature`, a small file; the signature comes
back days later. Between the two nobody has to keep anything in memory, and neither
side sees the other's secrets: the key stays at the desk, and the desk sees digests.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

from attrs import field, frozen

from egovarchive.errors import InvalidValueError, SignatureInvalidError, SigningError

from . import Dialect, SignRequest
from .algorithms import ALGORITHMS
from .cms import Form
from .signed_data import SignedData

MAX_SIZE = 100_000
MAX_NAME = 1_000

_TYPE = "egovarchive pending signature"
_VERSION = 1
_NAMES = frozenset(
    {"type", "version", "package", "algorithm", "certificate_sha256", "id", "to_sign"}
)


@frozen(kw_only=True)
class PendingSignature:
    """
    Something that waits to be signed.

    Args:
        package: Whose signature it will be, such as an electronic record code.
        algorithm: How the key is to sign: a name of `signing.algorithms`.
        certificate_sha256: SHA-256 of the certificate of that key, hexadecimal.
        to_sign: The exact bytes to sign.
    """

    package: str
    algorithm: str
    certificate_sha256: str
    to_sign: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """SHA-256 of the bytes to sign, for eyes to compare, and as request id."""
        return hashlib.sha256(self.to_sign).hexdigest()

    @property
    def request(self) -> SignRequest:
        """The same as a request, for a `Signer` at the desk."""
        return SignRequest(id=self.id, algorithm=self.algorithm, message=self.to_sign)

    def to_json(self) -> bytes:
        """Return it as JSON in UTF-8; `from_json` reads it."""
        members = {
            "type": _TYPE,
            "version": _VERSION,
            "package": self.package,
            "algorithm": self.algorithm,
            "certificate_sha256": self.certificate_sha256,
            "id": self.id,
            "to_sign": base64.b64encode(self.to_sign).decode("ascii"),
        }
        return json.dumps(members, ensure_ascii=False, indent=2).encode() + b"\n"

    @classmethod
    def from_json(cls, source: bytes) -> PendingSignature:
        """
        Return the pending signature that *source* writes.

        Raises:
            InvalidValueError: It is not one, or was altered on the way by accident.
        """
        found = _members(source)
        try:
            to_sign = base64.b64decode(found["to_sign"], validate=True)
        except (binascii.Error, ValueError):
            raise _not_one("to_sign is not base64", "to_sign 不是 base64") from None
        pending = cls(
            package=found["package"],
            algorithm=found["algorithm"],
            certificate_sha256=found["certificate_sha256"],
            to_sign=to_sign,
        )
        if pending.algorithm not in ALGORITHMS or len(pending.package) > MAX_NAME:
            raise _not_one("unknown algorithm, or a long name", "算法未知或名称过长")
        if pending.id != found["id"]:
            raise _not_one("its id is not that of to_sign", "标识与 to_sign 不符")
        return pending


class Desk:
    """
    What is to be known of a key to have it sign elsewhere.

    Args:
        certificate: The signer's, DER.
        chain: The certificates above it, DER; they are put into each signature.
        algorithms: What the key can sign with, best first; None: what suits it.
        dialect: How signatures are to be written down.

    Raises:
        AlgorithmUnsupportedError: The key is weak, or cannot do any of *algorithms*.
        SigningError: A certificate is malformed, or not for signing.
    """

    def __init__(
        self,
        certificate: bytes,
        chain: Sequence[bytes] = (),
        *,
        algorithms: Sequence[str] | None = None,
        dialect: Dialect = "cades",
    ) -> None:
        offered = tuple(ALGORITHMS) if algorithms is None else algorithms
        self._form = Form.of(certificate, chain, offered, dialect)

    def __repr__(self) -> str:
        own = self._form.certificate
        return f"Desk({own.subject_text!r}, {self._form.algorithm.name!r})"

    def prepare(
        self, message: bytes, *, package: str, at: datetime
    ) -> PendingSignature:
        """
        Return what has to be signed, so that *message* is.

        Args:
            message: The exact bytes that the signature will be over.
            package: What to call it; it comes back with `PendingSignature`.
            at: The time of signing to claim: that of now, not of the desk.

        Raises:
            SigningError: The certificate is not valid at that moment.
            InvalidValueError: *at* has no time zone, or the name is too long.
        """
        if len(package) > MAX_NAME:
            raise _not_one("a long name", "名称过长")
        return PendingSignature(
            package=package,
            algorithm=self._form.algorithm.name,
            certificate_sha256=self._form.certificate.sha256.hex(),
            to_sign=self._form.prepare(message, at=at),
        )

    def embed(
        self, pending: PendingSignature, signature: bytes, message: bytes
    ) -> bytes:
        """
        Return the detached signature over *message*, DER, verified.

        Args:
            pending: What `prepare` returned, or `PendingSignature.from_json` of it.
            signature: The raw signature over its bytes, from the desk.
            message: The same as `prepare` was given.

        Raises:
            SigningError: They do not belong together, or it is another key's.
        """
        own = self._form.certificate
        if pending.certificate_sha256 != own.sha256.hex():
            raise SigningError(
                f"{pending.package!r} waits for the signature of another certificate "
                f"than that of {own.subject_text!r}",
                f"{pending.package!r} 等待的是另一证书的签名，"
                f"而不是 {own.subject_text!r} 的证书",
            )
        if pending.algorithm != self._form.algorithm.name:
            raise SigningError(
                f"{pending.package!r} waits for {pending.algorithm}, "
                f"not {self._form.algorithm.name}",
                f"{pending.package!r} 等待 {pending.algorithm} 签名，"
                f"而不是 {self._form.algorithm.name}",
            )
        whole = self._form.embed(pending.to_sign, signature)
        try:
            # It was in other hands: what was signed must still be over this message.
            SignedData.parse(whole).check(own, message)
        except SignatureInvalidError as error:
            raise SigningError(
                f"what came back for {pending.package!r} does not fit: {error}",
                f"{pending.package!r} 的签名不符：{error.message('zh')}",
            ) from error
        return whole


def _members(source: bytes) -> dict[str, str]:
    if len(source) > MAX_SIZE:
        raise _not_one(f"over {MAX_SIZE} bytes", f"超过 {MAX_SIZE} 字节")
    try:
        found = json.loads(source)
    except (ValueError, RecursionError):
        raise _not_one("not JSON", "不是 JSON") from None
    if not isinstance(found, dict) or set(found) != _NAMES:
        raise _not_one("other members than it has", "成员不符")
    if found.pop("type") != _TYPE or found.pop("version") != _VERSION:
        raise _not_one("another type or version", "类型或版本不符")
    if not all(isinstance(value, str) for value in found.values()):
        raise _not_one("a member that is no text", "成员不是文本")
    return found


def _not_one(why: str, why_zh: str) -> InvalidValueError:
    return InvalidValueError(
        f"not a pending signature: {why}", f"不是待签文件：{why_zh}"
    )
