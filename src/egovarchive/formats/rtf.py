r"""
Rich Text Format (Microsoft's specification 1.9.1): groups in braces, and control words.

What is looked at: that each group is closed, that binary data (``\bin``) is there to
its end, and what is embedded, linked, or runs.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from datetime import datetime
from time import monotonic
from typing import Final

from attrs import define, frozen

from egovarchive.errors import FormatError, ToolError
from egovarchive.formats.aspect import Aspect
from egovarchive.formats.facts import Facts
from egovarchive.formats.findings import Findings
from egovarchive.formats.format import Format
from egovarchive.formats.limits import Limits
from egovarchive.formats.observation import Observation, Tool
from egovarchive.formats.source import BytesSource, Source

TOOL: Final = Tool("egovarchive.rtf", "1")

_ASPECTS: Final = frozenset({
    Aspect.COMPLETE, Aspect.READABLE, Aspect.BOUNDED, Aspect.UNENCRYPTED,
    Aspect.SELF_CONTAINED, Aspect.PASSIVE, Aspect.EMBEDDED,
})  # fmt: skip
_MAGIC: Final = b"{\\rtf"
_LARGEST: Final = 128 << 20  # bytes
_STEPS: Final = 1 << 16  # between two looks at the clock
_TOKEN: Final = re.compile(
    rb"[{}]|\\(?:bin(\d{1,10}) ?|"
    rb"(objemb|objlink|objautlink|objocx|objupdate|objdata|fldinst|template)"
    rb"(?![a-zA-Z])|.)",
    re.DOTALL,
)
_WORDS: Final = re.compile(rb"\\\*?\\?[a-z]+-?\d* ?|[{}\r\n]")
_FIELD: Final = 512  # bytes of an instruction that are looked at
_DDE: Final = re.compile(rb"\s*DDE(?:AUTO)?\b", re.IGNORECASE)
_LINK: Final = re.compile(
    rb"\s*(?:INCLUDEPICTURE|INCLUDETEXT|LINK|DATABASE|RD)\b", re.IGNORECASE
)
_RUNS: Final = {
    b"objocx": ("an ActiveX control", "ActiveX 控件"),
    b"objupdate": ("an object that updates itself on opening", "打开时自动更新的对象"),
}
_INFO: Final = 64 << 10  # bytes at the start that tell what the text is
_NUMBER: Final = re.compile(rb"\\(yr|mo|dy|hr|min|sec)(\d{1,4})")
_CODE_PAGE: Final = re.compile(rb"\\ansicpg(\d{1,5})")
_PAGES: Final = re.compile(rb"\\nofpages(\d{1,6})")
_PROGRAM: Final = re.compile(rb"\{\\\*\\generator ([^{}\\;]{1,200})")
_CHARACTERS: Final = re.compile(
    rb"\\u(-?\d{1,5}) ?(?:\\'[0-9a-fA-F]{2}|[^\\{}])?|((?:\\'[0-9a-fA-F]{2})+)|"
    rb"\\[a-z]+-?\d* ?|([^\\{}]+)"
)
_DIGITS: Final = re.compile(rb"(?:[0-9a-fA-F]{2})*")
_OBJECT_DATA: Final = re.compile(rb"\\objdata\b([^{}\\]*)(\})?")


@define
class _Walk:
    """Where a walk through a text is."""

    at: int = 0
    depth: int = 0


@frozen
class RtfValidator:
    """Looks at all groups of an RTF text."""

    isolated: bool = False

    @property
    def tool(self) -> Tool:
        """Who it is."""
        return TOOL

    def answers(self, format: Format) -> frozenset[Aspect]:
        """Return what it looks at in RTF files; nothing in others."""
        return _ASPECTS if format.id == "rtf" else frozenset()

    def validate(
        self, source: Source, format: Format, limits: Limits
    ) -> Iterator[Observation]:
        """
        Yield what is to be said of *source*.

        Raises:
            FormatError: It does not start as RTF does.
            ToolError: It is too large.
        """
        data = _bytes(source)
        found = Findings(limits.findings)
        walk = _Walk()
        until = monotonic() + limits.seconds
        while _step(data, walk, found):
            if monotonic() > until:
                words = "took too long", "检测超时"
                for aspect in _ASPECTS:
                    found.not_performed(aspect, *words)
                yield from found
                return
        _ending(data, walk, found)
        yield from found


def _bytes(source: Source) -> bytes:
    if source.size > _LARGEST:
        raise ToolError(
            f"{source.size} bytes, at most {_LARGEST} are read as RTF",
            f"共 {source.size} 字节，RTF 最多读取 {_LARGEST} 字节",
        )
    data = source.read(0, source.size)
    if not data.startswith(_MAGIC):
        raise FormatError(
            "should start with '{\\rtf', but does not", "开头应为“{\\rtf”，实际不是"
        )
    return data


def _step(data: bytes, walk: _Walk, found: Findings) -> bool:
    """Take some steps; say whether there are more to take."""
    for _ in range(_STEPS):
        token = _TOKEN.search(data, walk.at)
        if token is None:
            walk.at = len(data)
            return False
        walk.at = token.end()
        mark = token[0]
        if mark == b"{":
            walk.depth += 1
        elif mark == b"}":
            walk.depth -= 1
            if walk.depth <= 0:
                return False
        elif token[1]:
            walk.at += int(token[1])
            if walk.at > len(data):
                return False
        elif token[2]:
            _word(data, token[2], token.start(), found)
    return True


def _word(data: bytes, word: bytes, at: int, found: Findings) -> None:
    place = str(at)
    if word in _RUNS:
        found.failed(Aspect.PASSIVE, *_RUNS[word], place)
    elif word == b"objemb":
        found.warned(Aspect.EMBEDDED, "a file is embedded", "含嵌入文件", place)
    elif word in {b"objlink", b"objautlink"}:
        found.failed(
            Aspect.SELF_CONTAINED,
            "an object lies in another file",
            "对象链接到其他文件",
            place,
        )
    elif word in {b"fldinst", b"template"}:
        start = at + 1 + len(word)
        text = _WORDS.sub(b"", data[start : start + _FIELD])
        _instruction(word, text.strip(), place, found)


def _instruction(word: bytes, text: bytes, place: str, found: Findings) -> None:
    if word == b"template":
        remote = text.lower().startswith((b"http", b"\\\\", b"file:", b"ftp"))
        note = found.failed if remote else found.warned
        note(
            Aspect.SELF_CONTAINED,
            "its template lies outside",
            "引用外部模板",
            place,
        )
    elif _DDE.match(text):
        found.failed(
            Aspect.PASSIVE,
            "asks another program for data (DDE)",
            "通过 DDE 调用其他程序",
            place,
        )
    elif _LINK.match(text):
        found.failed(
            Aspect.SELF_CONTAINED,
            "a field takes pictures or text from another file",
            "域引用其他文件的图片或文字",
            place,
        )


def _ending(data: bytes, walk: _Walk, found: Findings) -> None:
    if walk.at > len(data):
        found.failed(
            Aspect.COMPLETE,
            f"binary data should end at byte {walk.at}, the file at {len(data)}",
            f"二进制数据应止于第 {walk.at} 字节，文件只有 {len(data)} 字节",
        )
    elif walk.depth > 0:
        found.failed(
            Aspect.COMPLETE,
            f"{walk.depth} groups are not closed: the file is cut off",
            f"有 {walk.depth} 个组未关闭：文件被截断",
        )
    # Word ends its files with a NUL, others with line ends.
    elif rest := data[walk.at :].strip(b"\0 \t\r\n\x1a"):
        found.failed(
            Aspect.BOUNDED,
            f"{len(rest)} bytes stand after its end",
            f"结尾之后有 {len(rest)} 字节",
        )


@frozen
class RtfReader:
    """Reads what an RTF text says of itself."""

    isolated: bool = False

    @property
    def tool(self) -> Tool:
        """Who it is."""
        return TOOL

    def reads(self, format: Format) -> bool:
        """Say whether it is an RTF text."""
        return format.id == "rtf"

    def read(self, source: Source, format: Format, limits: Limits) -> Facts:
        """
        Return title, program, dates and pages.

        Raises:
            FormatError: It does not start as RTF does.
        """
        head = source.read(0, _INFO)
        if not head.startswith(_MAGIC):
            raise FormatError("not an RTF text", "不是 RTF 文档")
        pages = _PAGES.search(head)
        program = _PROGRAM.search(head)
        page = _CODE_PAGE.search(head)
        # Where a title is there twice, the second one has all its characters.
        raw = _group(head, b"{\\*\\ud{\\title") or _group(head, b"{\\title")
        title = _text(raw, f"cp{int(page[1])}" if page else "")
        return Facts(
            pages=int(pages[1]) or None if pages else None,
            application=program[1].decode("ascii", "replace") if program else None,
            title=title or None,
            created=_moment(_group(head, b"{\\creatim")),
            modified=_moment(_group(head, b"{\\revtim")),
        )


def _group(data: bytes, start: bytes) -> bytes:
    """Return what follows *start* up to the end of its group; nothing if not there."""
    at = data.find(start)
    if at < 0:
        return b""
    depth = 0
    for token in _TOKEN.finditer(data, at):
        depth += {b"{": 1, b"}": -1}.get(token[0], 0)
        if not depth:
            return data[at + len(start) : token.start()]
    return b""


def _text(data: bytes, encoding: str) -> str:
    """Return the text of *data*: as it stands, by code page, or by Unicode number."""
    text: list[str] = []
    for found in _CHARACTERS.finditer(data):
        if found[1]:
            text.append(chr(int(found[1]) % 0x10000))
        elif found[2]:
            raw = bytes.fromhex(found[2].replace(b"\\'", b"").decode())
            try:
                text.append(raw.decode(encoding or "latin-1", "replace"))
            except LookupError:
                text.append(raw.decode("latin-1"))
        elif found[3]:
            text.append(found[3].decode("latin-1"))
    joined = "".join(text).encode("utf-16-le", "surrogatepass")
    return joined.decode("utf-16-le", "replace").strip()


def _moment(data: bytes) -> datetime | None:
    parts = {found[1]: int(found[2]) for found in _NUMBER.finditer(data)}
    try:
        return datetime(  # noqa: DTZ001 - RTF knows no zones
            parts[b"yr"],
            parts[b"mo"],
            parts[b"dy"],
            parts.get(b"hr", 0),
            parts.get(b"min", 0),
            parts.get(b"sec", 0),
        )
    except (KeyError, ValueError):
        return None


@frozen
class RtfOpener:
    """Takes embedded objects out of RTF texts."""

    isolated: bool = False

    @property
    def tool(self) -> Tool:
        """Who it is."""
        return TOOL

    def opens(self, format: Format) -> bool:
        """Say whether it is an RTF text."""
        return format.id == "rtf"

    def children(
        self, source: Source, format: Format, limits: Limits
    ) -> Iterator[Source]:
        """
        Yield what each embedded object holds.

        Raises:
            FormatError: It does not start as RTF does, or an object is not written
                in hexadecimal digits only.
            ToolError: It is too large.
        """
        for number, found in enumerate(_OBJECT_DATA.finditer(_bytes(source)), 1):
            digits = b"".join(found[1].split())
            # Readers skip much else in between: that is how malware hides there.
            if not found[2] or not _DIGITS.fullmatch(digits):
                raise FormatError(
                    f"object {number} is not written in hexadecimal digits only",
                    f"第 {number} 个对象不全是十六进制数据",
                )
            data = bytes.fromhex(digits.decode("ascii"))
            yield BytesSource(f"object-{number}", _native(data))


def _native(data: bytes) -> bytes:
    """[MS-OLEDS] 2.2.5: three names, then the data as its program keeps it."""
    at = 8
    try:
        for _ in range(3):
            at += 4 + int(struct.unpack_from("<I", data, at)[0])
        (size,) = struct.unpack_from("<I", data, at)
    except struct.error:
        return data
    return data[at + 4 : at + 4 + size]
