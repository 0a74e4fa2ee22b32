"""Text 文字: what a metadata value and a file name may hold."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

import attrs

from egovarchive.errors import InvalidValueError

# Common file systems allow 255 bytes for one name; a package puts a number before it.
MAX_NAME_BYTES = 240

# XML 1.0 cannot carry these; U+FFFD says that something was lost already.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffd-\uffff]"
)
_LINE_BREAKS = re.compile("[\t\n\r]")
# Bidirectional controls make a name read otherwise than it is.
_UNSAFE_IN_NAMES = re.compile(
    '[<>:"|?*\\\\/\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]'
)
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul"}
    | {f"{port}{n}" for port in ("com", "lpt") for n in "123456789¹²³"}
)
_NAME_RULE = "file names in a package"


def check_text(value: str, *, limit: int, lines: bool = False) -> str:
    """
    Return *value* if it may stand in metadata.

    Args:
        value: Not blank, without control characters and U+FFFD.
        limit: Most characters it may have.
        lines: Whether it may run over several lines.

    Raises:
        InvalidValueError: It may not; says which character, or what length.
    """
    if not isinstance(value, str):
        raise InvalidValueError(
            f"{value!r} is not text", f"{value!r} 不是文本", rule="text"
        )
    if not value or value.isspace():
        raise InvalidValueError("it is empty", "内容为空", rule="text")
    if len(value) > limit:
        raise InvalidValueError(
            f"{value[:20]!r}… has {len(value)} characters, more than {limit}",
            f"{value[:20]!r}… 有 {len(value)} 个字符，超过 {limit} 个",
            rule="text length",
        )
    found = _FORBIDDEN.search(value) or (None if lines else _LINE_BREAKS.search(value))
    if found or (lines and "\r" in value):
        bad = ord(found[0]) if found else 0x0D
        raise InvalidValueError(
            f"{value[:40]!r} holds the character U+{bad:04X}",
            f"{value[:40]!r} 含有字符 U+{bad:04X}",
            rule="characters of text",
        )
    return value


def check_name(value: str, *, limit: int = MAX_NAME_BYTES) -> str:
    """
    Return *value*, in Unicode form NFC, if a file in a package may have this name.

    Args:
        value: Any text.
        limit: Most bytes it may have, in UTF-8.

    Raises:
        InvalidValueError: It leaves its folder, hides something, or some common
            file system cannot hold it.
    """
    if not isinstance(value, str):
        raise InvalidValueError(
            f"the file name {value!r} is not text",
            f"文件名 {value!r} 不是文本",
            rule=_NAME_RULE,
        )
    return _clean_name(value, limit)


# The same folders and forms stand in every package of an agency.
@lru_cache(maxsize=4096)
def _clean_name(value: str, limit: int) -> str:
    if not value or value.isspace():
        raise _bad_name(value, "is empty", "为空")
    name = unicodedata.normalize("NFC", value)
    found = _UNSAFE_IN_NAMES.search(name) or _FORBIDDEN.search(name)
    if found:
        raise _bad_name(
            value,
            f"holds the character U+{ord(found[0]):04X}",
            f"含有字符 U+{ord(found[0]):04X}",
        )
    if name in {".", ".."} or name[-1] in ". " or name[0] == " ":
        raise _bad_name(
            value,
            "begins with a space, or ends with a dot or space",
            "以空格开头，或以点或空格结尾",
        )
    if name.split(".")[0].rstrip(" ").lower() in _DEVICES:
        raise _bad_name(value, "is the name of a device", "是设备名")
    size = len(name.encode())
    if size > limit:
        raise _bad_name(
            value,
            f"has {size} bytes, more than {limit}",
            f"有 {size} 字节，超过 {limit} 字节",
        )
    return name


@lru_cache(maxsize=4096)
def fold(name: str) -> str:
    """
    Return what *name* becomes where case and form do not count.

    Names that fold alike collide in some file systems.
    """
    if name.isascii():
        return name.lower()
    # Folding case takes some letters apart: they are put together again.
    folded = unicodedata.normalize("NFKC", name).casefold()
    return unicodedata.normalize("NFKC", folded)


class Text:
    """An attrs validator: a required or optional text of at most *limit* characters."""

    __slots__ = ("limit", "lines", "optional")

    def __init__(
        self, limit: int, *, optional: bool = False, lines: bool = False
    ) -> None:
        self.limit = limit
        self.optional = optional
        self.lines = lines

    def __call__(
        self, _: object, attribute: attrs.Attribute[Any], value: str | None
    ) -> None:
        if value is None and self.optional:
            return
        try:
            check_text(value, limit=self.limit, lines=self.lines)  # type: ignore[arg-type]
        except InvalidValueError as error:
            raise error.within(attribute.name) from None


def _bad_name(value: str, en: str, zh: str) -> InvalidValueError:
    shown = value if len(value) <= 60 else f"{value[:60]}…"  # noqa: PLR2004
    return InvalidValueError(
        f"the file name {shown!r} {en}", f"文件名 {shown!r} {zh}", rule=_NAME_RULE
    )
