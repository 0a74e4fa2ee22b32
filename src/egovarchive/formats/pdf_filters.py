"""The filters of PDF (ISO 32000-1, 7.4), undone more strictly than readers do."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from typing import Final

from egovarchive.errors import FormatError
from egovarchive.formats import Limits
from egovarchive.formats.findings import shown
from egovarchive.formats.source import PIECE

_FED: Final = 1 << 16  # bytes
_CHECKSUM: Final = 4  # bytes
_HEX_SPACE: Final = re.compile(rb"[\s\0]+")
_EXTRANEOUS: Final = re.compile(r"(\d+) extraneous bytes")
# Some writers fill up with a few bytes; damage makes the decoder skip many.
_FILLING: Final = 4


class LimitError(FormatError):
    """A stream grows beyond what is decoded here; whether it is whole is not known."""


class OddError(FormatError):
    """A stream breaks a rule, but all of its data is there."""


def inflate(data: bytes, most: int, into: bytearray | None = None) -> int:
    """
    Return how many bytes the zlib stream *data* gives, and append them to *into*.

    Raises:
        LimitError: More than *most*.
        OddError: All is there, but a checksum is missing, or bytes follow.
        FormatError: It is damaged, or ends too early (RFC 1950).
    """
    if not data.strip(b"\0\r\n "):
        return 0
    stream = zlib.decompressobj()
    try:
        size = _run(stream, data, most, into)
    except zlib.error as error:
        raise FormatError(
            f"its compressed data is damaged: {error}", f"压缩数据已损坏：{error}"
        ) from None
    if not stream.eof:
        if _ends_without_checksum(data, most):
            raise OddError(
                "the checksum of its compressed data is missing", "压缩数据缺少校验值"
            )
        raise FormatError(
            f"its compressed data ends too early, after {size} bytes",
            f"压缩数据不完整，仅解出 {size} 字节",
        )
    extra = stream.unused_data.strip(b"\0\r\n ")
    if extra:
        raise OddError("bytes follow its compressed data", "压缩数据之后有多余字节")
    return size


def _run(
    stream: zlib._Decompress, data: bytes, most: int, into: bytearray | None
) -> int:
    size = 0
    # Fed in small steps: what is not used up is copied at each of them.
    for start in range(0, len(data), _FED):
        fed = data[start : start + _FED]
        while fed and not stream.eof:
            got = stream.decompress(fed, PIECE)
            fed = stream.unconsumed_tail
            size += len(got)
            if size > most:
                raise LimitError(
                    f"it grows to more than the {most} bytes that are decoded here",
                    f"解压后超过上限 {most} 字节",
                )
            if into is not None:
                into += got
    return size


def _ends_without_checksum(data: bytes, most: int) -> bool:
    raw = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        _run(raw, data[2:], most, None)
    except zlib.error:
        return False
    return raw.eof and len(raw.unused_data) < _CHECKSUM


def ascii85(data: bytes) -> bytes:
    """
    Return what ASCII85 *data* stands for.

    Raises:
        FormatError: It is damaged.
    """
    text = data.strip(b"\0\t\n\f\r ")
    try:
        return base64.a85decode(text, adobe=True, ignorechars=b"\0\t\n\f\r ")
    except ValueError as error:
        raise FormatError(
            f"its ASCII85 data is damaged: {error}", f"ASCII85 数据已损坏：{error}"
        ) from None


def ascii_hex(data: bytes) -> bytes:
    """
    Return what hexadecimal *data* stands for.

    Raises:
        FormatError: It is damaged.
    """
    text = _HEX_SPACE.sub(b"", data).partition(b">")[0]
    try:
        return binascii.unhexlify(text + b"0" * (len(text) % 2))
    except binascii.Error as error:
        raise FormatError(
            f"its hexadecimal data is damaged: {error}", f"十六进制数据已损坏：{error}"
        ) from None


def decode_jpeg(data: bytes, limits: Limits) -> None:
    """
    Decode JPEG *data*, to the end.

    Raises:
        LimitError: It has too many pixels, is of a kind that cannot be decoded here,
            or there is no decoder.
        OddError: All of it is there, with stray bytes.
        FormatError: It is damaged.
    """
    try:
        import simplejpeg  # type: ignore[import-untyped]  # noqa: PLC0415 - an extra
    except ImportError:
        raise LimitError(
            "its JPEG data was not decoded: pip install 'egovarchive[pdf]'",
            "JPEG 数据未解码：pip install 'egovarchive[pdf]'",
        ) from None
    try:
        height, width, colours, _ = simplejpeg.decode_jpeg_header(data)
        if int(height) * int(width) > limits.pixels:
            raise LimitError(
                f"{width} x {height} pixels are more than are decoded here",
                f"{width}×{height} 像素超出解码上限",
            )
        # Luminance alone: the whole of the entropy-coded data is still read.
        four = colours in {"CMYK", "YCCK"}
        simplejpeg.decode_jpeg(data, colorspace="CMYK" if four else "GRAY")
    except ValueError as error:
        said = shown(str(error))
        if "nsupported" in said:
            raise LimitError(
                f"its JPEG data is of a kind that is not decoded here: {said}",
                f"JPEG 数据类型不支持解码：{said}",
            ) from None
        stray = _EXTRANEOUS.search(said)
        if stray and int(stray[1]) <= _FILLING:
            raise OddError(
                f"its JPEG data has stray bytes: {said}", f"JPEG 数据有多余字节：{said}"
            ) from None
        raise FormatError(
            f"its JPEG data is damaged: {said}", f"JPEG 数据已损坏：{said}"
        ) from None
