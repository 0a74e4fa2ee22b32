"""PDF (ISO 32000): what its plain bytes tell, without a reader of PDF."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from attrs import frozen

from egovarchive.errors import FormatError
from egovarchive.formats import Format, Limits, Observation, Source, Tool
from egovarchive.formats.aspect import Aspect
from egovarchive.formats.findings import Findings
from egovarchive.formats.source import PIECE

HEADER: Final = b"%PDF-"
_END: Final = b"%%EOF"
# Readers look for the header in the first 1,024 bytes (ISO 32000-1, annex H.3).
_HEAD: Final = 1024
_TAIL: Final = 1 << 16  # bytes
_BLANK: Final = b"\0\t\n\f\r \x1a"
_BOM: Final = b"\xef\xbb\xbf"
_STARTXREF: Final = re.compile(rb"startxref[\s\0]{1,16}(\d{1,15})[\s\0]{1,16}\Z")
_STREAM_OBJECT: Final = re.compile(rb"\d{1,10}\s{1,8}\d{1,10}\s{1,8}obj\b")
_OBJECTS: Final = re.compile(rb"(?:\d{1,10}\s{1,8}\d{1,10}\s{1,8}obj|xref|trailer)\b")
_LINEARIZED: Final = re.compile(rb"/Linearized\b[^>]{0,200}?/L\s{0,8}(\d{1,15})\b")
_ENCRYPT: Final = re.compile(rb"/Encrypt\b")
_VERSION: Final = "1"


@frozen
class PdfValidator:
    """Looks at the header, the end, and the trailer, which is never encrypted."""

    @property
    def tool(self) -> Tool:
        return Tool("egovarchive.pdf", _VERSION)

    @property
    def isolated(self) -> bool:
        return False

    def answers(self, format: Format) -> frozenset[Aspect]:
        if format.id != "pdf":
            return frozenset()
        return frozenset({Aspect.COMPLETE, Aspect.BOUNDED, Aspect.UNENCRYPTED})

    def validate(
        self,
        source: Source,
        format: Format,
        limits: Limits,
    ) -> Iterator[Observation]:
        findings = Findings(limits.findings)
        before = header_offset(source)
        _judge_start(source.read(0, before), findings)
        _judge_length(source, before, findings)
        end = _end(source, findings)
        if end is None:
            findings.not_performed(
                Aspect.UNENCRYPTED,
                "its trailer was not found",
                "未找到文件尾部的 trailer",
            )
        else:
            _judge_references(source, before, end, findings)
        yield from findings


def header_offset(source: Source) -> int:
    """
    Return how many bytes stand before the header of *source*.

    Raises:
        FormatError: It has none where a reader looks for it.
    """
    found = source.read(0, _HEAD + len(HEADER)).find(HEADER)
    if found < 0:
        begin = source.read(0, 8).hex(" ")
        raise FormatError(
            f"expected %PDF- in its first {_HEAD} bytes, found: {begin}",
            f"前 {_HEAD} 字节内应有 %PDF-，实为：{begin}",
        )
    return found


def _judge_start(extra: bytes, findings: Findings) -> None:
    if not extra:
        return
    en = f"expected %PDF- at byte 0, found {len(extra)} bytes before it"
    zh = f"应以 %PDF- 开头，实有前置数据 {len(extra)} 字节"
    if extra.removeprefix(_BOM).strip(_BLANK):
        findings.failed(Aspect.BOUNDED, en, zh)
    else:
        findings.warned(Aspect.BOUNDED, f"{en} (blank)", f"{zh}（空白）")


def _judge_length(source: Source, before: int, findings: Findings) -> None:
    """A linearized file says how long it was made (ISO 32000-1, F.3.3)."""
    found = _LINEARIZED.search(source.read(before, _HEAD))
    if found and int(found[1]) > source.size - before:
        findings.failed(
            Aspect.COMPLETE,
            f"expected {int(found[1])} bytes (linearized), found {source.size}",
            f"应为 {int(found[1])} 字节（线性化），实为 {source.size} 字节",
        )


def _end(source: Source, findings: Findings) -> int | None:
    """Return where the last end mark begins; judge what stands after it."""
    at = _last(source, _END)
    if at is None:
        findings.failed(
            Aspect.COMPLETE,
            "expected %%EOF at its end, found none: it is cut off",
            "结尾应有 %%EOF，实无：文件不完整",
        )
        return None
    start = at + len(_END)
    after = source.read(start, _TAIL)
    extra = after.lstrip(_BLANK)
    if not extra:
        return at
    if _OBJECTS.match(extra):
        findings.failed(
            Aspect.COMPLETE,
            f"expected %%EOF after the objects from byte {start} on, found none: "
            "it is cut off",
            f"自第 {start} 字节起的对象之后应有 %%EOF，实无：文件不完整",
        )
    else:
        findings.failed(
            Aspect.BOUNDED,
            f"expected its end at byte {start}, found {source.size - start} more bytes",
            f"应在第 {start} 字节处结束，实有多余数据 {source.size - start} 字节",
            f"@{start}",
        )
    return at


def _last(source: Source, pattern: bytes) -> int | None:
    """Return where *pattern* is last; a file with much after its end is read once."""
    end, size = source.size, _TAIL
    while end > 0:
        start = max(0, end - size)
        # A pattern that begins here may end in the piece that was read before.
        data = source.read(start, end - start + len(pattern) - 1)
        found = data.rfind(pattern)
        if found >= 0:
            return start + found
        end, size = start, PIECE
    return None


def _judge_references(
    source: Source, before: int, end: int, findings: Findings
) -> None:
    """Follow ``startxref`` to the cross-references, and look at their trailer."""
    found = _STARTXREF.search(source.read(max(0, end - 64), min(64, end)))
    if found is None:
        findings.failed(
            Aspect.COMPLETE,
            "expected startxref and a number before %%EOF, found none",
            "%%EOF 之前应有 startxref 及偏移量，实无",
        )
        findings.not_performed(
            Aspect.UNENCRYPTED, "its trailer was not found", "未找到文件尾部的 trailer"
        )
        return
    trailer = _trailer(source, int(found[1]), end)
    if trailer is None and before:
        # Offsets count from the header in files that something was put before.
        trailer = _trailer(source, int(found[1]) + before, end)
    if trailer is None:
        findings.failed(
            Aspect.COMPLETE,
            f"expected cross-references at byte {int(found[1])}, found none",
            f"第 {int(found[1])} 字节处应为交叉引用表，实无",
        )
        findings.not_performed(
            Aspect.UNENCRYPTED, "its trailer was not found", "未找到文件尾部的 trailer"
        )
    elif _ENCRYPT.search(trailer):
        findings.failed(
            Aspect.UNENCRYPTED,
            "expected no encryption, found /Encrypt in its trailer",
            "应未加密，实际 trailer 中有 /Encrypt",
        )


def _trailer(source: Source, offset: int, end: int) -> bytes | None:
    """Return the trailer of the cross-references at *offset*; None without any."""
    if offset >= end:
        return None
    start = source.read(offset, _TAIL)
    start = start[: end - offset].lstrip(_BLANK)
    if _STREAM_OBJECT.match(start):
        return start.partition(b"stream")[0]
    if not start.startswith(b"xref"):
        return None
    # The table, of 20 bytes an object, may be long: its trailer follows.
    at = offset
    while at < end:
        data = source.read(at, min(PIECE, end - at))
        found = data.find(b"trailer")
        if found >= 0:
            trailer = source.read(at + found, min(_TAIL, end - at - found))
            return trailer.partition(b"startxref")[0]
        at += max(len(data) - len(b"trailer"), 1)
    return None
