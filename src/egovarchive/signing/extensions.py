"""Extensions 扩展项 (RFC 5280, 4.2) of certificates, of lists, and of replies."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from attrs import frozen

from egovarchive.errors import SignatureInvalidError

from . import der


@frozen
class Extension:
    """One extension: whether who does not know it must refuse, and its DER value."""

    critical: bool
    value: bytes


def read_extensions(entries: der.Reader) -> dict[str, Extension]:
    """
    Return the extensions that *entries*, a SEQUENCE OF them, holds, by identifier.

    Raises:
        SignatureInvalidError: One is there twice, or not in its one form.
    """
    extensions: dict[str, Extension] = {}
    while entries.more():
        entry = entries.take(der.SEQUENCE)
        dotted = entry.take_oid()
        critical = take_flag(entry)
        value = entry.take_octets()
        entry.done()
        if dotted in extensions:
            raise SignatureInvalidError(
                f"it has the extension {dotted} twice", f"扩展项 {dotted} 重复"
            )
        extensions[dotted] = Extension(critical, value)
    return extensions


def take_flag(reader: der.Reader, tag: int = der.BOOLEAN) -> bool:
    """Return whether the next element of *reader* is a truth value, which is TRUE."""
    # X.690, 11.5: a value that is the default is left out.
    if (flag := reader.take_if(tag)) is None:
        return False
    if flag.value != b"\xff":
        raise der.DerError("a default is written out", "默认值不应写出")
    return True


def check_understood(
    extensions: Mapping[str, Extension], understood: Collection[str]
) -> None:
    """
    Return if all critical *extensions* are *understood*.

    Raises:
        SignatureInvalidError: One is not.
    """
    for dotted, extension in extensions.items():
        if extension.critical and dotted not in understood:
            raise SignatureInvalidError(
                f"the extension {dotted} is critical, and not understood",
                f"扩展项 {dotted} 为关键项，而本软件不能处理",
            )


def time_in(extension: Extension) -> datetime:
    """
    Return the moment that *extension* is.

    Raises:
        SignatureInvalidError: It is none.
    """
    whole = der.Reader.of(extension.value)
    moment = whole.take_time()
    whole.done()
    return moment
