"""
Documents in compound files: Word, Excel, PowerPoint 97–2003, and those of Kingsoft.

These formats have no checksums: a changed byte in a stream is often not seen. What is
looked at are chains, main streams, the records they are made of, and what is in them.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from typing import Final

from attrs import define, frozen

from egovarchive.errors import FormatError
from egovarchive.formats.aspect import Aspect
from egovarchive.formats.biff import Workbook
from egovarchive.formats.compound import Compound, CompoundEntry, EntryKind
from egovarchive.formats.compound_end import used_and_covered
from egovarchive.formats.findings import Findings, shown
from egovarchive.formats.format import Format
from egovarchive.formats.limits import Limits
from egovarchive.formats.observation import Observation, Tool
from egovarchive.formats.ppt_records import Presentation
from egovarchive.formats.source import Source
from egovarchive.formats.zip_files import closed

TOOL: Final = Tool("egovarchive.ole", "1")

_ALL: Final = frozenset({
    Aspect.COMPLETE, Aspect.READABLE, Aspect.BOUNDED, Aspect.UNENCRYPTED,
    Aspect.PASSIVE, Aspect.EMBEDDED,
})  # fmt: skip
_MAIN: Final[Mapping[str, tuple[str, ...]]] = {
    "doc": ("WordDocument",),
    "wps": ("WordDocument",),
    "xls": ("Workbook", "Book"),
    "et": ("Workbook", "Book"),
    "ppt": ("PowerPoint Document",),
    "dps": ("PowerPoint Document",),
    "ole": (),
}
_MOST_STREAMS: Final = 1000  # that are read to their ends
_MOST_ENTRIES: Final = 10_000  # among which a stream is looked for
_LARGEST: Final = 256 << 20  # bytes of one stream
_MACROS: Final = frozenset({"macros", "_vba_project_cur", "_vba_project", "vba"})
_OBJECTS: Final = re.compile(r"(?:objectpool/|mbd)[^/]*$", re.IGNORECASE)
_LOCKED: Final = frozenset({"encryptedpackage", "\tdrmcontent", "encryptedsummary"})
# Fields stand in the text of Word, in one or two bytes a character.
_DDE: Final = re.compile(rb"\x13\0? ?\0?D\0?D\0?E\0?(?:A\0?U\0?T\0?O\0?)? ")
_LINKS: Final = re.compile(
    rb"\x13\0? ?\0?(?:I\0?N\0?C\0?L\0?U\0?D\0?E\0?(?:P\0?I\0?C\0?T\0?U\0?R\0?E|T\0?E\0?"
    rb"X\0?T)|L\0?I\0?N\0?K|D\0?A\0?T\0?A\0?B\0?A\0?S\0?E)\0? "
)


@define
class _Document:
    """A compound file that is looked at."""

    compound: Compound
    found: Findings
    limits: Limits

    def main(self, format: Format) -> bytes | None:
        """Return its main stream; None if there is none, or it cannot be read."""
        for name in _MAIN[format.id]:
            if self.compound.find(name) is not None:
                try:
                    return self.compound.read(name, _LARGEST)
                except FormatError:
                    return None  # named with all the others
        if _MAIN[format.id]:
            name = _MAIN[format.id][0]
            self.found.failed(
                Aspect.COMPLETE, f"it has no stream {name}", f"缺少流 {name}"
            )
        return None


@frozen
class CompoundValidator:
    """Looks at documents of Word, Excel, PowerPoint and WPS in compound files."""

    isolated: bool = False

    @property
    def tool(self) -> Tool:
        """Who it is."""
        return TOOL

    def answers(self, format: Format) -> frozenset[Aspect]:
        """Return what it looks at; links out of unknown kinds of files are not."""
        if format.id not in _MAIN:
            return frozenset()
        return _ALL if format.id == "ole" else _ALL | {Aspect.SELF_CONTAINED}

    def validate(
        self, source: Source, format: Format, limits: Limits
    ) -> Iterator[Observation]:
        """Yield what is to be said of *source*."""
        found = Findings(limits.findings)
        try:
            compound = Compound.open(source, limits)
        except FormatError as error:
            found.refused(Aspect.COMPLETE, error)
            found.refused(Aspect.READABLE, error)
            closed(found, self.answers(format))
        else:
            document = _Document(compound, found, limits)
            _streams(document)
            _bounds(source, found)
            _names(document)
            data = document.main(format)
            if data is not None:
                _LOOKS[_MAIN[format.id][0]](document, data)
        yield from found


def _streams(document: _Document) -> None:
    """Read all streams: a file that was cut off lacks the ends of some."""
    compound, found = document.compound, document.found
    streams = [each for each in compound.entries if each.kind is EntryKind.STREAM]
    total = sum(stream.size for stream in streams)
    if total > compound.source.size:
        found.failed(
            Aspect.COMPLETE,
            f"its streams have {total} bytes, the file only {compound.source.size}",
            f"各流共 {total} 字节，而文件只有 {compound.source.size} 字节",
        )
        return
    most = _MOST_STREAMS if len(compound.entries) <= _MOST_ENTRIES else 0
    if len(streams) > most:
        found.not_performed(
            Aspect.READABLE,
            f"of {len(streams)} streams, {most} were read",
            f"共 {len(streams)} 个流，只读取了 {most} 个",
        )
    for stream in streams[:most]:
        _stream(document, stream)


def _stream(document: _Document, stream: CompoundEntry) -> None:
    found = document.found
    if stream.size > _LARGEST:
        found.not_performed(
            Aspect.READABLE,
            f"of {stream.size} bytes, {_LARGEST} are read",
            f"共 {stream.size} 字节，只读取 {_LARGEST} 字节",
            shown(stream.path),
        )
    try:
        document.compound.read(stream.path, _LARGEST)
    except FormatError as error:
        found.refused(Aspect.COMPLETE, error, shown(stream.path))
        found.refused(Aspect.READABLE, error, shown(stream.path))


def _bounds(source: Source, found: Findings) -> None:
    used, covered = used_and_covered(source)
    more = source.size - used
    if more < 0:
        # Nothing that is needed may be missing: streams seldom fill their sectors.
        found.warned(
            Aspect.COMPLETE,
            f"its last sector lacks {-more} bytes",
            f"最后一个扇区缺少 {-more} 字节",
        )
    if more <= 0:
        return
    # Programs leave sectors that are not used any more; never part of one.
    whole = source.size <= covered and not source.size % 512
    note = found.warned if whole else found.failed
    note(
        Aspect.BOUNDED,
        f"{more} bytes stand after its end",
        f"结尾之后有 {more} 字节",
    )


def _names(document: _Document) -> None:
    found = document.found
    for entry in document.compound.entries:
        *folders, name = entry.path.casefold().split("/")
        if name in _LOCKED:
            found.failed(
                Aspect.UNENCRYPTED, "is encrypted", "已加密", shown(entry.path)
            )
        if name in _MACROS and not _MACROS.intersection(folders):
            found.failed(
                Aspect.PASSIVE, "a VBA macro project", "VBA 宏工程", shown(entry.path)
            )
        if _OBJECTS.search(entry.path) or name == "\x01ole10native":
            found.warned(
                Aspect.EMBEDDED, "a file is embedded", "含嵌入文件", shown(entry.path)
            )


def _word(document: _Document, data: bytes) -> None:
    """[MS-DOC] 2.5: the file information block, and the table stream it needs."""
    found = document.found
    if len(data) < 32 or data[:2] not in {b"\xec\xa5", b"\xdc\xa5", b"\x9b\xa5"}:
        found.failed(
            Aspect.READABLE,
            "its main stream does not start as a text of Word does",
            "主文档流的文件头不是 Word 格式",
        )
        return
    version, flags = struct.unpack_from("<H", data, 2)[0], data[11]
    if flags & 1:
        found.failed(Aspect.UNENCRYPTED, "is encrypted", "已加密", "WordDocument")
        return
    # Word 6 and 95 have all in one stream.
    if version >= 0xC1:
        _word_table(document, data, "1Table" if flags & 2 else "0Table")
    if _DDE.search(data):
        found.failed(
            Aspect.PASSIVE,
            "asks another program for data (DDE)",
            "通过 DDE 调用其他程序",
            "WordDocument",
        )
    if _LINKS.search(data):
        found.failed(
            Aspect.SELF_CONTAINED,
            "fields take pictures or text from other files",
            "域引用其他文件的图片或文字",
            "WordDocument",
        )


def _word_table(document: _Document, data: bytes, name: str) -> None:
    table = document.compound.find(name)
    if table is None:
        document.found.failed(
            Aspect.COMPLETE, f"it has no stream {name}", f"缺少流 {name}"
        )
    elif len(data) >= 0x1AA:
        # Where its pieces of text are listed.
        start, size = struct.unpack_from("<2I", data, 0x1A2)
        if start + size > table.size:
            document.found.failed(
                Aspect.COMPLETE,
                f"its text should end at byte {start + size} of {name},"
                f" which has {table.size}",
                f"文字列表应止于 {name} 第 {start + size} 字节，该流只有"
                f" {table.size} 字节",
            )


def _excel(document: _Document, data: bytes) -> None:
    found = document.found
    book = Workbook.of(data)
    if not book.whole:
        found.failed(
            Aspect.READABLE,
            "its records do not end where they should",
            "工作簿记录不完整",
            "Workbook",
        )
    if book.encrypted:
        found.failed(Aspect.UNENCRYPTED, "is encrypted", "已加密", "Workbook")
        for aspect in (Aspect.PASSIVE, Aspect.SELF_CONTAINED):
            found.not_performed(aspect, "is encrypted", "已加密", "Workbook")
    if book.macro_sheets:
        found.failed(
            Aspect.PASSIVE,
            f"{book.macro_sheets} Excel 4.0 macro sheets",
            f"{book.macro_sheets} 个 Excel 4.0 宏表",
        )
    if book.dde:
        found.failed(
            Aspect.PASSIVE,
            f"{book.dde} links to other programs (DDE or OLE)",
            f"{book.dde} 个 DDE 或 OLE 链接",
        )
    if book.outside:
        found.failed(
            Aspect.SELF_CONTAINED,
            f"it takes values from {book.outside} other workbooks",
            f"引用 {book.outside} 个外部工作簿",
        )


def _powerpoint(document: _Document, data: bytes) -> None:
    found = document.found
    try:
        user = document.compound.read("Current User", 64)
    except FormatError:
        user = b""
        found.failed(
            Aspect.COMPLETE, "it has no stream Current User", "缺少流 Current User"
        )
    # [MS-PPT] 2.3.2: the token of a document that is encrypted.
    if user[12:16] == b"\xdf\xc4\xd1\xf3":
        found.failed(Aspect.UNENCRYPTED, "is encrypted", "已加密", "Current User")
        for aspect in (Aspect.PASSIVE, Aspect.SELF_CONTAINED, Aspect.EMBEDDED):
            found.not_performed(aspect, "is encrypted", "已加密")
        return
    slides = Presentation.of(data, document.limits.entries)
    if not slides.whole or not slides.documents:
        found.failed(
            Aspect.READABLE,
            "its records do not end where they should, or none is the document",
            "演示文稿记录不完整",
            "PowerPoint Document",
        )
    if slides.macros:
        found.failed(Aspect.PASSIVE, "a VBA macro project", "VBA 宏工程")
    if slides.controls:
        found.failed(
            Aspect.PASSIVE,
            f"{slides.controls} ActiveX controls",
            f"{slides.controls} 个 ActiveX 控件",
        )
    if slides.embedded:
        found.warned(
            Aspect.EMBEDDED,
            f"{slides.embedded} files are embedded",
            f"含 {slides.embedded} 个嵌入文件",
        )
    if slides.outside:
        found.failed(
            Aspect.SELF_CONTAINED,
            f"{slides.outside} linked objects, sounds or films",
            f"{slides.outside} 个链接的对象、声音或影片",
        )


_LOOKS: Final = {
    "WordDocument": _word,
    "Workbook": _excel,
    "PowerPoint Document": _powerpoint,
}
