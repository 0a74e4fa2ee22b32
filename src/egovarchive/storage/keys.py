"""Key 键: the name of a stored object, a relative POSIX path of plain segments."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from egovarchive.errors import StorageError

MAX_KEY_BYTES = 1024
MAX_SEGMENT_BYTES = 255

# What nearly every key looks like, and is seen to be at one glance.
_PLAIN = re.compile(r"[\w-][\w.-]*(?:/[\w-][\w.-]*)*", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")

_Segments = Sequence[str]
_Rule = tuple[Callable[[str, _Segments], bool], str, str]

# The first rule broken is the one that is named.
_RULES: Sequence[_Rule] = (
    (lambda key, _: key == "", "a key is not empty", "键不得为空"),
    (
        lambda key, _: _SURROGATE.search(key) is not None,
        "a key is valid Unicode, without lone surrogates",
        "键须为有效的 Unicode 文本",
    ),
    (
        lambda key, _: _CONTROL.search(key) is not None,
        "a key has no control characters",
        "键不得含控制字符",
    ),
    (lambda key, _: "\\" in key, "a key has no backslash", "键不得含反斜杠"),
    (
        lambda key, _: key.startswith("/") or key.endswith("/"),
        "a key neither starts nor ends with a slash",
        "键首尾不得为斜杠",
    ),
    (
        lambda _, segments: "" in segments,
        "no segment of a key is empty",
        "键的各段不得为空",
    ),
    (
        lambda _, segments: any(segment.startswith(".") for segment in segments),
        "no segment of a key starts with a dot",
        "键的各段不得以点号开头",
    ),
    (
        lambda _, segments: any(
            len(segment.encode()) > MAX_SEGMENT_BYTES for segment in segments
        ),
        f"no segment of a key is over {MAX_SEGMENT_BYTES} bytes of UTF-8",
        f"键的各段不得超过 {MAX_SEGMENT_BYTES} 字节（UTF-8）",
    ),
    (
        lambda key, _: len(key.encode()) > MAX_KEY_BYTES,
        f"a key is not over {MAX_KEY_BYTES} bytes of UTF-8",
        f"键不得超过 {MAX_KEY_BYTES} 字节（UTF-8）",
    ),
)


def check_key(key: str) -> str:
    """
    Return *key* if it may name an object in any storage.

    >>> check_key("packages/A439/2026/11/0f.zip")
    'packages/A439/2026/11/0f.zip'

    Raises:
        StorageError: It may not; the key and the broken rule are named.
    """
    broken = _broken_rule(key)
    if broken is None:
        return key
    en, zh = broken
    raise StorageError(f"not a key: {key!r} ({en})", f"不是有效的键：{key!r}（{zh}）")


def is_key(text: str) -> bool:
    """Return whether *text* may name an object in any storage."""
    return _broken_rule(text) is None


def _broken_rule(key: str) -> tuple[str, str] | None:
    if len(key) <= MAX_SEGMENT_BYTES and _PLAIN.fullmatch(key):
        return None
    segments = key.split("/")
    for breaks, en, zh in _RULES:
        if breaks(key, segments):
            return en, zh
    return None
