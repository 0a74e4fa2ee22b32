"""Source 来源: bytes at hand, or the path of a file, read within limits."""

from __future__ import annotations

import os
from pathlib import Path

from attrs import frozen

from egovarchive.errors import InvalidValueError
from egovarchive.exchange.invalid_file import InvalidFileError
from egovarchive.records.content import FileContent

AnyPath = str | os.PathLike[str]


@frozen(kw_only=True)
class Limits:
    """
    What a file may ask of the one who reads it.

    Args:
        size: Most bytes.
        depth: Most objects and arrays of JSON, one within the other.
        values: Most values, or cells; commas within texts are counted with them.
    """

    size: int = 16 * 1024 * 1024
    depth: int = 32
    values: int = 500_000


DEFAULT_LIMITS = Limits()


def bytes_of(source: bytes | AnyPath, limits: Limits) -> bytes:
    """
    Return *source*, or what stands in the file at the path *source*.

    Raises:
        InvalidFileError: It has more bytes than *limits* allow.
        ContentError: It cannot be read.
    """
    if isinstance(source, bytes):
        if len(source) > limits.size:
            raise _too_large(limits)
        return source
    data = bytearray()
    for chunk in FileContent(Path(source)).chunks():
        data += chunk
        if len(data) > limits.size:
            raise _too_large(limits)
    return bytes(data)


def check_values(count: int, limits: Limits) -> None:
    """Raise `InvalidFileError` if *count* values are more than *limits* allow."""
    if count > limits.values:
        raise _beyond(
            f"the file holds more than {limits.values} values",
            f"文件中的值超过 {limits.values} 个",
        )


def _too_large(limits: Limits) -> InvalidFileError:
    return _beyond(
        f"the file has more than {limits.size} bytes", f"文件超过 {limits.size} 字节"
    )


def _beyond(en: str, zh: str) -> InvalidFileError:
    return InvalidFileError([InvalidValueError(en, zh, rule="limits of a file")])
