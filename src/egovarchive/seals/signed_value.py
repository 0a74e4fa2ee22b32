"""
Signed value 签名值: a raw signature in a document, held against a certificate's key.

Real signatures deviate in form. Tolerated, each with a word about it: an SM2 signature
as r and s side by side instead of DER (GM/T 0009—2012), its numbers padded, or written
without the zero that keeps them positive.
"""

from __future__ import annotations

from egovarchive.errors import SignatureInvalidError
from egovarchive.seals.notes import Notes
from egovarchive.signing import der
from egovarchive.signing.algorithms import (
    Algorithm,
    algorithm_named,
    message_algorithm_named,
)
from egovarchive.signing.certificates import Certificate
from egovarchive.signing.sm2 import write_signature

_NUMBER = 32
_SIDE_BY_SIDE = 2 * _NUMBER


def algorithm_of(identifier: bytes, certificate: Certificate) -> Algorithm:
    """
    Return the algorithm of *identifier*, which stands without a digest beside it.

    Args:
        identifier: An AlgorithmIdentifier, DER.
        certificate: The signer's.

    Raises:
        SignatureInvalidError: It is weak, not accepted, or not for such a key.
    """
    kind = certificate.public_key.kind
    if kind == "sm2":
        return message_algorithm_named(identifier, kind, "sm3")
    return algorithm_named(identifier, kind)


def check_signed(
    certificate: Certificate,
    algorithm: Algorithm,
    signature: bytes,
    message: bytes,
    notes: Notes,
) -> None:
    """
    Return if *signature* over *message* is that of the key of *certificate*.

    Raises:
        SignatureInvalidError: It is not.
    """
    if algorithm.kind == "sm2":
        signature = _strict(signature, notes)
    certificate.public_key.verify(algorithm, signature, message)


def _strict(signature: bytes, notes: Notes) -> bytes:
    """Return an SM2 signature in its one form."""
    if len(signature) == _SIDE_BY_SIDE and not _is_strict(signature):
        notes.odd(
            "its signature is r and s side by side, not DER",
            "签名值为 r、s 直接拼接，未按 DER 编码",
        )
        return write_signature(
            int.from_bytes(signature[:_NUMBER], "big"),
            int.from_bytes(signature[_NUMBER:], "big"),
        )
    numbers = der.read(signature)
    r, s = (
        int.from_bytes(numbers.take(der.INTEGER).value[: _NUMBER + 8], "big")
        for _ in range(2)
    )
    numbers.done()
    strict = write_signature(r, s)
    if strict != signature:
        notes.odd(
            "the numbers of its signature are not strict DER",
            "签名值中的整数未按 DER 规范编码",
        )
    return strict


def _is_strict(signature: bytes) -> bool:
    try:
        numbers = der.read(signature)
        numbers.take_integer()
        numbers.take_integer()
        numbers.done()
    except SignatureInvalidError:
        return False
    return True
