"""Special characters 特殊字符: what a text holds that a reader cannot see or trust."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from attrs import frozen

from egovarchive.records.outcome import Outcome


@frozen
class CharacterKind:
    """
    A kind of character that does not belong into metadata.

    Args:
        characters: The characters, as a set of a regular expression.
        en: What they are called, in English.
        zh: The same in Chinese.
        outcome: What is said of a text that holds one.
    """

    characters: str
    en: str
    zh: str
    outcome: Outcome


# What no record of ours may hold fails. The rest stands in real metadata: rare
# characters of names in the private use area, controls within Uyghur or Tibetan
# text; it may also hide something. A person should know of it.
KINDS: Final = (
    CharacterKind(
        "\x00-\x08\x0b\x0c\r\x0e-\x1f\x7f-\x9f",
        "control character",
        "控制字符",
        Outcome.FAILED,
    ),
    CharacterKind(
        "\ufffd",
        "replacement character, left where a character was lost",
        "替换字符（原字符已丢失）",
        Outcome.FAILED,
    ),
    CharacterKind(
        "\ud800-\udfff\ufffe\uffff",
        "code point that stands for no character",
        "不代表字符的码位",
        Outcome.FAILED,
    ),
    CharacterKind(
        "\ufdd0-\ufdef"
        + "".join(
            f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}"
            for plane in range(1, 17)
        ),
        "noncharacter",
        "非字符码位",
        Outcome.WARNED,
    ),
    CharacterKind(
        "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069",
        "bidirectional control, which may show text otherwise than it is",
        "双向控制字符（可使文字显示与实际不符）",
        Outcome.WARNED,
    ),
    CharacterKind(
        "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065"
        "\u206a-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e00ff",
        "invisible character",
        "不可见字符",
        Outcome.WARNED,
    ),
    CharacterKind(
        "\u2028\u2029", "line or paragraph separator", "行或段落分隔符", Outcome.WARNED
    ),
    CharacterKind(
        "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd",
        "private use character, which other systems show otherwise or not at all",
        "专用区字符（其他系统可能无法显示）",
        Outcome.WARNED,
    ),
)
LINE_BREAK: Final = CharacterKind(
    "\t\n", "tab or line break", "制表符或换行符", Outcome.FAILED
)

_ANY: Final = re.compile(f"[{''.join(kind.characters for kind in KINDS)}]")
_ANY_IN_A_LINE: Final = re.compile(
    f"[{''.join(kind.characters for kind in (*KINDS, LINE_BREAK))}]"
)
_EACH: Final = tuple(
    (re.compile(f"[{kind.characters}]"), kind) for kind in (*KINDS, LINE_BREAK)
)
# Those of them that Python counts as printable.
_PRINTABLE: Final = (
    "\ufffd\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0"
)


def plain(texts: Iterable[str]) -> bool:
    """
    Return whether *texts* surely hold nothing special; False if they may.

    It is asked of all texts together, as almost all of them are fine.
    """
    text = "".join(texts)
    return text.isprintable() and not any(each in text for each in _PRINTABLE)


def special(text: str, *, lines: bool) -> Iterator[tuple[str, CharacterKind]]:
    """
    Yield the first character of each kind in *text* that does not belong there.

    Args:
        text: Any text.
        lines: Whether it may run over several lines.
    """
    if not (_ANY if lines else _ANY_IN_A_LINE).search(text):
        return
    for pattern, kind in _EACH:
        if lines and kind is LINE_BREAK:
            continue
        if found := pattern.search(text):
            yield found[0], kind
