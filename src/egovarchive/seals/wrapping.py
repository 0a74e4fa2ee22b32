"""
Wrapping 外层编码: the one structure that a signature file should be, out of what it is.

Tolerated, each with a word about it: base64 instead of bytes, an octet string around
the whole, some bytes of a vendor's before it, zeros or blanks after it, and encodings
that are not strict. What is inside is strict afterwards (X.690).
"""

from __future__ import annotations

import base64
import binascii
from typing import Final

from egovarchive.errors import SignatureInvalidError
from egovarchive.seals import ber
from egovarchive.seals.notes import Notes
from egovarchive.signing import der

_BLANK: Final = b"\0\t\n\f\r "
_HEADER: Final = 64  # bytes of a vendor's own that are looked past
_LONG: Final = b"\x30\x82"
_BASE64: Final = b"MI"  # how a long SEQUENCE starts


def unwrapped(source: bytes, notes: Notes) -> bytes:
    """
    Return the SEQUENCE in *source*, in strict form.

    Raises:
        SignatureInvalidError: There is none.
    """
    data = source
    if data.lstrip()[:2] == _BASE64:
        data = _decoded(data, notes)
    if data[:1] == bytes((der.OCTET_STRING,)):
        notes.odd(
            "the whole stands in an octet string", "整个结构被包在 OCTET STRING 中"
        )
        data = ber.split(data)[0]
        data = der.read(data, der.OCTET_STRING).value
    if data[:1] != bytes((der.SEQUENCE,)):
        data = _past_header(data, notes)
    strict, rest = ber.split(data)
    if rest.strip(_BLANK):
        notes.odd(
            f"{len(rest)} bytes stand after its end", f"结构之后多出 {len(rest)} 字节"
        )
    if not data.startswith(strict):
        notes.odd(
            "its encoding is not strict (DER)", "编码不符合 DER 规范，已按 BER 读取"
        )
    return strict


def _decoded(data: bytes, notes: Notes) -> bytes:
    try:
        decoded = base64.b64decode(b"".join(data.split()), validate=True)
    except binascii.Error:
        raise SignatureInvalidError(
            "neither a DER structure nor base64 of one", "既非 DER 结构，也非其 base64"
        ) from None
    notes.odd("it stands in base64", "以 base64 编码存放")
    return decoded


def _past_header(data: bytes, notes: Notes) -> bytes:
    start = data.find(_LONG, 0, _HEADER)
    if start < 0:
        raise SignatureInvalidError(
            f"expected a DER structure, found: {data[:8].hex(' ')}",
            f"应为 DER 结构，实为：{data[:8].hex(' ')}",
        )
    notes.odd(
        f"{start} bytes of unknown meaning stand before it",
        f"结构之前有 {start} 个含义不明的字节",
    )
    return data[start:]
