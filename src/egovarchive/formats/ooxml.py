"""
Office documents of Word, Excel and PowerPoint since 2007 (ISO/IEC 29500).

A document is a ZIP file of XML parts. All of them are inflated, checked against
their checksums, and parsed; what points out of the package, runs, or is a file of
its own is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from attrs import define, field, frozen
from lxml import etree

from egovarchive.errors import FormatError
from egovarchive.formats.aspect import Aspect
from egovarchive.formats.findings import Findings, shown
from egovarchive.formats.format import Format
from egovarchive.formats.limits import Limits
from egovarchive.formats.observation import Observation, Tool
from egovarchive.formats.opc import (
    ROOT_RELATIONSHIPS,
    TYPES,
    ContentTypes,
    Relationship,
    relationships,
)
from egovarchive.formats.source import Source
from egovarchive.formats.xml_contents import xml_contents
from egovarchive.formats.xml_part import attribute, local, parse
from egovarchive.formats.zip_audit import ZipFile
from egovarchive.formats.zip_contents import children, open_zip
from egovarchive.formats.zip_entry import ZipEntry
from egovarchive.formats.zip_files import closed
from egovarchive.records.outcome import Outcome

TOOL: Final = Tool("egovarchive.ooxml", "1")
OOXML: Final = frozenset({"docx", "xlsx", "pptx"})

_ASPECTS: Final = frozenset({
    Aspect.COMPLETE, Aspect.READABLE, Aspect.BOUNDED, Aspect.UNENCRYPTED,
    Aspect.SELF_CONTAINED, Aspect.PASSIVE, Aspect.EMBEDDED,
})  # fmt: skip
# The content type of the main part; WPS writes the same.
_MAIN: Final[Mapping[str, re.Pattern[str]]] = {
    "docx": re.compile(r"wordprocessingml\.|ms-word\."),
    "xlsx": re.compile(r"spreadsheetml\.|ms-excel\."),
    "pptx": re.compile(r"presentationml\.|ms-powerpoint\."),
}
# Programs leave these out, or point to nothing, and nobody misses them.
_SPARE: Final = frozenset({
    "printerSettings", "calcChain", "thumbnail", "customXml", "customXmlProps",
    "hyperlink", "glossaryDocument", "stylesWithEffects", "extended-properties",
    "core-properties", "custom-properties",
})  # fmt: skip
_RUNS: Final[Mapping[str, tuple[str, str]]] = {
    "vbaProject": ("a VBA macro project", "VBA 宏工程"),
    "xlMacrosheet": ("an Excel 4.0 macro sheet", "Excel 4.0 宏表"),
    "xlIntlMacrosheet": ("an Excel 4.0 macro sheet", "Excel 4.0 宏表"),
    "control": ("an ActiveX control", "ActiveX 控件"),
    "activeXControlBinary": ("an ActiveX control", "ActiveX 控件"),
    "attachedToolbars": ("toolbars that run macros", "带宏工具栏"),
}
_RUNNING_PARTS: Final = (
    (re.compile(r"(?:^|/)vbaProject\.bin$", re.IGNORECASE), _RUNS["vbaProject"]),
    (re.compile(r"^xl/macrosheets/", re.IGNORECASE), _RUNS["xlMacrosheet"]),
    (re.compile(r"/activeX/", re.IGNORECASE), _RUNS["control"]),
)
_EMBEDDED: Final = frozenset({"oleObject", "package"})
_DDE: Final = re.compile(r"\s*DDE(?:AUTO)?\b")


@define
class _Package:
    """What was found in the parts of a document."""

    names: dict[str, str] = field(factory=dict)
    types: ContentTypes | None = None
    arrows: list[Relationship] = field(factory=list)
    dde: list[str] = field(factory=list)


@frozen
class OoxmlValidator:
    """Looks at all parts of a document of Word, Excel or PowerPoint."""

    isolated: bool = False

    @property
    def tool(self) -> Tool:
        """Who it is."""
        return TOOL

    def answers(self, format: Format) -> frozenset[Aspect]:
        """Return what it looks at in files of *format*."""
        return _ASPECTS if format.id in OOXML else frozenset()

    def validate(
        self, source: Source, format: Format, limits: Limits
    ) -> Iterator[Observation]:
        """Yield what is to be said of *source*."""
        found = Findings(limits.findings)
        archive = open_zip(source, limits, found)
        if archive is None:
            closed(found, _ASPECTS)
        else:
            package = _read(archive, found)
            _whole(package, format, found)
            _active(package, found)
            _outside(package, found)
            _embedded(package, found)
        yield from found


def _is_xml(entry: ZipEntry) -> bool:
    # Drawings in VML are often not well-formed, and Office reads them.
    return entry.name.lower().endswith((".xml", ".rels"))


def _read(archive: ZipFile, found: Findings) -> _Package:
    package = _Package()
    for entry in archive.entries:
        if not entry.is_folder:
            package.names.setdefault(entry.name.lower(), entry.name)
    for entry, data in xml_contents(archive, found, _is_xml):
        try:
            root = parse(data)
        except FormatError as error:
            found.refused(Aspect.READABLE, error, shown(entry.name))
        else:
            _take(package, entry.name, root)
    return package


def _take(package: _Package, name: str, root: etree._Element) -> None:
    lower = name.lower()
    if lower == TYPES.lower():
        package.types = ContentTypes.of(root)
    elif lower.endswith(".rels"):
        package.arrows.extend(relationships(name, root))
    elif lower.startswith("xl/externallinks/"):
        if next(root.iter("{*}ddeLink"), None) is not None:
            package.dde.append(name)
    elif lower.startswith("word/") and any(map(_DDE.match, _instructions(root))):
        package.dde.append(name)


def _instructions(root: etree._Element) -> Iterator[str]:
    """Yield the fields of a text: each may be cut into many runs."""
    pieces: list[str] = []
    for element in root.iter("{*}fldSimple", "{*}instrText", "{*}fldChar"):
        name = local(element)
        if name == "fldSimple":
            yield attribute(element, "instr")
        elif name == "instrText":
            pieces.append(element.text or "")
        elif name == "fldChar":
            yield "".join(pieces)
            pieces.clear()


def _whole(package: _Package, format: Format, found: Findings) -> None:
    """Say which parts are missing."""
    for name in (TYPES, ROOT_RELATIONSHIPS):
        if name.lower() not in package.names:
            found.failed(Aspect.COMPLETE, "this part is missing", "缺少该部件", name)
    mains = [a for a in package.arrows if not a.part and a.type == "officeDocument"]
    if not mains and ROOT_RELATIONSHIPS in package.names:
        found.failed(Aspect.COMPLETE, "it names no main part", "未指明主文档部件")
    for arrow in mains:
        kind = package.types[arrow.target] if package.types else ""
        if package.types and not _MAIN[format.id].search(kind):
            found.failed(
                Aspect.COMPLETE,
                f"its main part should be of {format.label('en')}, but is {kind!r}",
                f"主文档部件类型应属于 {format.label('zh')}，实为 {kind!r}",
                shown(arrow.target),
            )
    for arrow in package.arrows:
        if arrow.external or arrow.target.lower() in package.names:
            continue
        spare = arrow.type in _SPARE or arrow.target.rpartition("/")[2] == "NULL"
        found.add(
            Observation(
                Aspect.COMPLETE,
                Outcome.WARNED if spare else Outcome.FAILED,
                f"{shown(arrow.part) or 'the package'} needs a part that is not there"
                f" ({arrow.type})",
                f"{shown(arrow.part) or '文件包'} 引用的部件不存在（{arrow.type}）",
                shown(arrow.target),
            )
        )


def _active(package: _Package, found: Findings) -> None:
    named: set[tuple[str, str]] = set()
    for arrow in package.arrows:
        if arrow.type in _RUNS:
            named.add((_RUNS[arrow.type][0], arrow.target))
            found.failed(Aspect.PASSIVE, *_RUNS[arrow.type], shown(arrow.target))
    for name in package.names.values():
        for pattern, words in _RUNNING_PARTS:
            if pattern.search(name) and (words[0], name) not in named:
                found.failed(Aspect.PASSIVE, *words, shown(name))
    for name in package.dde:
        found.failed(
            Aspect.PASSIVE,
            "asks another program for data (DDE)",
            "通过 DDE 调用其他程序",
            shown(name),
        )


def _outside(package: _Package, found: Findings) -> None:
    links = 0
    for arrow in package.arrows:
        if not arrow.external:
            continue
        if arrow.type == "hyperlink":
            links += 1
            continue
        found.failed(
            Aspect.SELF_CONTAINED,
            f"{shown(arrow.part) or 'the package'} needs {shown(arrow.target)},"
            f" which lies outside ({arrow.type})",
            f"{shown(arrow.part) or '文件包'} 引用外部资源 {shown(arrow.target)}"
            f"（{arrow.type}）",
            shown(arrow.part),
        )
    for name in package.names.values():
        if name.lower() == "xl/connections.xml":
            found.warned(
                Aspect.SELF_CONTAINED,
                "it takes data from outside when asked to",
                "含外部数据连接",
                shown(name),
            )
    if links:
        found.add(
            Observation(
                Aspect.SELF_CONTAINED,
                Outcome.PASSED,
                f"{links} hyperlinks lead outside",
                f"有 {links} 个超链接指向外部",
            )
        )


def embedded_names(names: Mapping[str, str], arrows: list[Relationship]) -> list[str]:
    """Return the parts that are files of their own, of *names* in lower case."""
    inside = [
        a.target.lower() for a in arrows if a.type in _EMBEDDED and not a.external
    ]
    inside += [name for name in names if "/embeddings/" in name]
    return [names[name] for name in dict.fromkeys(inside) if name in names]


def _embedded(package: _Package, found: Findings) -> None:
    for name in embedded_names(package.names, package.arrows):
        found.warned(
            Aspect.EMBEDDED,
            "a file is embedded",
            "含嵌入文件",
            shown(name),
        )


@frozen
class OoxmlOpener:
    """Takes embedded files, pictures and macros out of documents."""

    isolated: bool = False

    @property
    def tool(self) -> Tool:
        """Who it is."""
        return TOOL

    def opens(self, format: Format) -> bool:
        """Say whether it is a document of Word, Excel or PowerPoint."""
        return format.id in OOXML

    def children(
        self, source: Source, format: Format, limits: Limits
    ) -> Iterator[Source]:
        """
        Yield each part that is no XML; one lasts until the next is asked for.

        Raises:
            FormatError: After the last: one of them cannot be read, or is too large.
        """
        archive = ZipFile.open(source, limits)
        parts = (
            entry
            for entry in archive.entries
            if not entry.is_folder and not _is_xml(entry)
        )
        yield from children(archive, parts)
