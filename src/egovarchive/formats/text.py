"""Plain text and JSON: in which encoding, and whether all of it is text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from attrs import frozen

from egovarchive.errors import FormatError
from egovarchive.formats.aspect import Aspect
from egovarchive.formats.findings import Findings
from egovarchive.formats.format import Format
from egovarchive.formats.limits import Limits
from egovarchive.formats.observation import Observation, Tool
from egovarchive.formats.source import Source, pieces
from egovarchive.formats.text_encoding import Encoding, decoded, guesses, marked

TOOL: Final = Tool("egovarchive.text", "1")

_HEAD: Final = 64 << 10  # bytes
_LARGEST_JSON: Final = 64 << 20  # bytes
_DEEPEST: Final = 200  # objects and lists within each other
_CONTROLS: Final = 0.01  # share of them above which it is no text
# All but tab, line feed, form feed, carriage return, and the end of file of DOS.
_CONTROL: Final = re.compile("[\x01-\x08\x0b\x0e-\x19\x1b-\x1f\x7f-\x9f]")
_ODDITIES: Final = (
    (re.compile("\ufffd"), "U+FFFD, which stands for what was lost", "U+FFFD 替换字符"),
    (re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd]"), "private use", "私用区字符"),
    (
        re.compile("[\u202a-\u202e\u2066-\u2069]"),
        "characters that turn the direction of writing",
        "改变书写方向的字符",
    ),
)
# A string that does not end goes on to the end: none is looked at twice.
_BRACKETS: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*\\?(?:"|\Z)|[][{}]', re.DOTALL)


@frozen
class TextValidator:
    """Looks at all of a text."""

    isolated: bool = False

    @property
    def tool(self) -> Tool:
        """Who it is."""
        return TOOL

    def answers(self, format: Format) -> frozenset[Aspect]:
        """Return what it looks at in plain text and JSON; nothing in other files."""
        if format.id in {"txt", "json"}:
            return frozenset({Aspect.READABLE})
        return frozenset()

    def validate(
        self, source: Source, format: Format, limits: Limits
    ) -> Iterator[Observation]:
        """Yield what is to be said of *source*."""
        found = Findings(limits.findings)
        encoding = _encoding(source, found)
        if encoding is not None and format.id == "json":
            _json(source, encoding, found)
        yield from found


def _encoding(source: Source, found: Findings) -> Encoding | None:
    """Return what all of *source* is in; None if that cannot be told."""
    head = source.read(0, _HEAD)
    mark = marked(head)
    for candidate in [mark] if mark else guesses(head):
        try:
            counts = _counts(source, candidate)
        except FormatError as error:
            if mark:
                found.refused(Aspect.READABLE, error)
                return None
            continue
        _oddities(counts, candidate, found)
        return candidate
    found.failed(
        Aspect.READABLE,
        "its text is in no encoding that is read: UTF-8, UTF-16, GB18030",
        "文字编码应为 UTF-8、UTF-16 或 GB18030，实际都不是",
    )
    return None


def _counts(source: Source, encoding: Encoding) -> Counter[str]:
    counts: Counter[str] = Counter()
    for text in decoded(pieces(source), encoding):
        counts["all"] += len(text)
        counts["nul"] += text.count("\0")
        counts["control"] += len(_CONTROL.findall(text))
        for pattern, en, _ in _ODDITIES:
            counts[en] += len(pattern.findall(text))
    return counts


def _oddities(counts: Counter[str], encoding: Encoding, found: Findings) -> None:
    if counts["nul"]:
        found.failed(
            Aspect.READABLE,
            f"it has {counts['nul']} NUL characters",
            f"含 {counts['nul']} 个 NUL 字符",
        )
    if counts["control"]:
        many = counts["control"] > counts["all"] * _CONTROLS
        note = found.failed if many else found.warned
        note(
            Aspect.READABLE,
            f"it has {counts['control']} control characters",
            f"含 {counts['control']} 个控制字符",
        )
    for _, en, zh in _ODDITIES:
        if counts[en]:
            found.warned(
                Aspect.READABLE,
                f"it has {counts[en]} times {en} (read as {encoding.name})",
                f"含 {counts[en]} 个{zh}（按 {encoding.name} 解码）",
            )


def _json(source: Source, encoding: Encoding, found: Findings) -> None:
    """RFC 8259: UTF-8 without a mark, one value, each name once."""
    import json  # noqa: PLC0415 - heavy

    if source.size > _LARGEST_JSON:
        found.not_performed(
            Aspect.READABLE,
            f"{source.size} bytes, at most {_LARGEST_JSON} are parsed",
            f"共 {source.size} 字节，最多解析 {_LARGEST_JSON} 字节",
        )
        return
    if encoding.name != "utf-8" or encoding.mark:
        found.warned(
            Aspect.READABLE,
            "should be UTF-8 without a byte order mark (RFC 8259 §8.1)",
            "应为不带 BOM 的 UTF-8（RFC 8259 §8.1）",
        )
    text = "".join(decoded(pieces(source), encoding))
    if (deepest := _depth(text)) > _DEEPEST:
        found.not_performed(
            Aspect.READABLE,
            f"{deepest} levels deep, at most {_DEEPEST} are parsed",
            f"嵌套 {deepest} 层，最多解析 {_DEEPEST} 层",
        )
        return
    twice: list[str] = []

    def pairs(items: list[tuple[str, object]]) -> None:
        names = Counter(name for name, _ in items)
        twice.extend(name for name, count in names.items() if count > 1)

    try:
        # Numbers stay text: very long ones take very long.
        json.loads(
            text,
            object_pairs_hook=pairs,
            parse_int=str,
            parse_float=str,
            parse_constant=_no_number,
        )
    except ValueError as error:
        found.failed(Aspect.READABLE, f"not JSON: {error}", f"不是有效的 JSON：{error}")
    for name in twice:
        found.warned(
            Aspect.READABLE, f"a name is there twice: {name!r}", f"名称重复：{name!r}"
        )


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _depth(text: str) -> int:
    depth = deepest = 0
    for bracket in _BRACKETS.finditer(text):
        mark = bracket[0]
        if mark in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif mark in "]}":
            depth -= 1
    return deepest
