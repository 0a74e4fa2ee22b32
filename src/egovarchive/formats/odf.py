"""OpenDocument files (ISO/IEC 26300): texts, spreadsheets and presentations."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final, cast
from urllib.parse import unquote

from attrs import define, field, frozen
from lxml import etree

from egovarchive.errors import FormatError
from egovarchive.formats.aspect import Aspect
from egovarchive.formats.findings import Findings, shown
from egovarchive.formats.format import Format
from egovarchive.formats.limits import Limits
from egovarchive.formats.observation import Observation, Tool
from egovarchive.formats.source import Source
from egovarchive.formats.xml_contents import xml_contents
from egovarchive.formats.xml_part import (
    LARGEST,
    attribute,
    elements,
    has_type,
    local,
    parse_with_type,
)
from egovarchive.formats.zip_audit import ZipFile
from egovarchive.formats.zip_contents import children, open_zip
from egovarchive.formats.zip_entry import STORED, ZipEntry
from egovarchive.formats.zip_files import closed
from egovarchive.records.outcome import Outcome

TOOL: Final = Tool("egovarchive.odf", "1")
ODF: Final = frozenset({"odt", "ods", "odp"})

_ASPECTS: Final = frozenset({
    Aspect.COMPLETE, Aspect.READABLE, Aspect.BOUNDED, Aspect.UNENCRYPTED,
    Aspect.SELF_CONTAINED, Aspect.PASSIVE, Aspect.EMBEDDED,
})  # fmt: skip
_MIMETYPE: Final = "mimetype"
_MANIFEST: Final = "META-INF/manifest.xml"
_CONTENT: Final = "content.xml"
_XLINK: Final = "http://www.w3.org/1999/xlink"
_HREF: Final = f"{{{_XLINK}}}href"
_POINTING: Final = etree.XPath("//*[@x:href]", namespaces={"x": _XLINK})
_LINKS: Final = frozenset({"a", "hyperlink", "hlinkshowjump"})
_DDE: Final = frozenset({"dde-source", "dde-connection-decl", "dde-link"})
_LIBRARIES: Final = ("script-lb.xml", "dialog-lb.xml", "script-lc.xml", "dialog-lc.xml")
_FORMULAS: Final = (
    "application/vnd.oasis.opendocument.chart",
    "application/vnd.oasis.opendocument.formula",
)


@define
class _Listed:
    """What the manifest says of one file."""

    name: str
    media_type: str
    encrypted: bool


@define
class _Document:
    """What was found in a document."""

    archive: ZipFile
    found: Findings
    listed: dict[str, _Listed] = field(factory=dict)
    links: int = 0


@frozen
class OdfValidator:
    """Looks at all parts of an OpenDocument."""

    isolated: bool = False

    @property
    def tool(self) -> Tool:
        """Who it is."""
        return TOOL

    def answers(self, format: Format) -> frozenset[Aspect]:
        """Return what it looks at in files of *format*."""
        return _ASPECTS if format.id in ODF else frozenset()

    def validate(
        self, source: Source, format: Format, limits: Limits
    ) -> Iterator[Observation]:
        """Yield what is to be said of *source*."""
        found = Findings(limits.findings)
        archive = open_zip(source, limits, found)
        if archive is None:
            closed(found, _ASPECTS)
        else:
            document = _Document(archive, found)
            _mimetype(document, format)
            _manifest(document)
            _parts(document)
            _programs(document)
            _embedded(document)
            if document.links:
                found.add(
                    Observation(
                        Aspect.SELF_CONTAINED,
                        Outcome.PASSED,
                        f"{document.links} hyperlinks lead outside",
                        f"有 {document.links} 个超链接指向外部",
                    )
                )
        yield from found


def _mimetype(document: _Document, format: Format) -> None:
    """Part 2 §3.3: the first entry, stored, is the media type and nothing else."""
    archive, found = document.archive, document.found
    entry = archive.entry(_MIMETYPE)
    if entry is None:
        found.warned(Aspect.COMPLETE, "this part is missing", "缺少该部件", _MIMETYPE)
        return
    if entry != archive.entries[0] or entry.method != STORED:
        found.warned(
            Aspect.COMPLETE,
            "it should be the first entry, and not compressed",
            "应为首个条目且不压缩",
            _MIMETYPE,
        )
    try:
        kind = archive.read(entry, 1 << 10).decode("ascii", "replace").strip()
    except FormatError:
        return  # named with all the others
    if kind.removesuffix("-template") != format.mime:
        found.failed(
            Aspect.COMPLETE,
            f"should be {format.mime}, but is {kind!r}",
            f"应为 {format.mime}，实为 {kind!r}",
            _MIMETYPE,
        )


def _manifest(document: _Document) -> None:
    """Part 2 §4: all files are listed, and all that is listed is there."""
    archive, found = document.archive, document.found
    for name in (_CONTENT, _MANIFEST):
        if archive.entry(name) is None:
            found.failed(Aspect.COMPLETE, "this part is missing", "缺少该部件", name)
    entry = archive.entry(_MANIFEST)
    if entry is None:
        return
    try:
        root = parse_with_type(archive.read(entry, LARGEST))
    except FormatError:
        return  # named with all the others
    for element in elements(root):
        if local(element) == "file-entry":
            name = attribute(element, "full-path")
            encrypted = any(local(e) == "encryption-data" for e in elements(element))
            kind = attribute(element, "media-type")
            document.listed[name] = _Listed(name, kind, encrypted)
    _against_manifest(document)


def _against_manifest(document: _Document) -> None:
    archive, found = document.archive, document.found
    for listed in document.listed.values():
        if listed.encrypted:
            found.failed(
                Aspect.UNENCRYPTED, "is encrypted", "已加密", shown(listed.name)
            )
        if not listed.name.endswith("/") and archive.entry(listed.name) is None:
            found.failed(
                Aspect.COMPLETE,
                "the manifest lists it, but it is not there",
                "清单中列出，但文件不存在",
                shown(listed.name),
            )
    for entry in archive.entries:
        inside = not entry.is_folder and not entry.name.startswith("META-INF/")
        if inside and entry.name != _MIMETYPE and entry.name not in document.listed:
            found.warned(
                Aspect.COMPLETE,
                "the manifest does not list it",
                "清单中未列出",
                shown(entry.name),
            )


def _is_xml(entry: ZipEntry) -> bool:
    return not entry.is_folder and entry.name.lower().endswith((".xml", ".rdf"))


def _parts(document: _Document) -> None:
    found = document.found
    for entry in document.archive.entries:
        listed = document.listed.get(entry.name)
        if listed is not None and listed.encrypted:
            found.not_performed(
                Aspect.READABLE, "is encrypted", "已加密", shown(entry.name)
            )

    def is_xml(entry: ZipEntry) -> bool:
        listed = document.listed.get(entry.name)
        return _is_xml(entry) and not (listed is not None and listed.encrypted)

    for entry, data in xml_contents(document.archive, found, is_xml):
        _part(document, entry.name, data)


def _part(document: _Document, name: str, data: bytes) -> None:
    found = document.found
    try:
        root = parse_with_type(data)
    except FormatError as error:
        found.refused(Aspect.READABLE, error, shown(name))
        return
    if has_type(root):
        # OpenOffice 1 and 2 wrote them, of one line, into the manifest.
        note = found.failed if b"<!ENTITY" in data else found.warned
        note(
            Aspect.READABLE,
            "it has a document type (DOCTYPE)",
            "含文档类型声明（DOCTYPE）",
            shown(name),
        )
    for element in root.iter("{*}event-listener", *(f"{{*}}{each}" for each in _DDE)):
        _running(document, name, element)
    pointing = cast("list[etree._Element]", _POINTING(root))  # noqa: SLF001 - a type
    for element in pointing:
        _link(document, name, element)


def _running(document: _Document, part: str, element: etree._Element) -> None:
    if local(element) == "event-listener":
        document.found.failed(
            Aspect.PASSIVE,
            f"runs something on {attribute(element, 'event-name')}",
            f"在 {attribute(element, 'event-name')} 时触发脚本",
            shown(part),
        )
    else:
        document.found.failed(
            Aspect.SELF_CONTAINED,
            "takes data from another program (DDE)",
            "通过 DDE 取得数据",
            shown(part),
        )


def _link(document: _Document, part: str, element: etree._Element) -> None:
    href, name = element.get(_HREF, ""), local(element)
    if not href or not _is_outside(href, part):
        return
    if name in _LINKS:
        document.links += 1
    else:
        # Where a document came from does not matter any more.
        found = document.found
        note = found.warned if name in {"template", "auto-reload"} else found.failed
        note(
            Aspect.SELF_CONTAINED,
            f"{name} needs {shown(href)}, which lies outside",
            f"{name} 引用外部资源 {shown(href)}",
            shown(part),
        )


def _is_outside(href: str, part: str) -> bool:
    """Part 2 §3.7: what is relative is within the package, unless it climbs out."""
    if href.startswith("#"):
        return False
    if href.startswith("/") or ":" in href.split("/", maxsplit=1)[0]:
        return True
    place = unquote(href.partition("#")[0])
    path = posixpath.normpath(posixpath.join(posixpath.dirname(part), place))
    return path.startswith("..")


def _programs(document: _Document) -> None:
    for entry in document.archive.entries:
        top, _, rest = entry.name.partition("/")
        if entry.is_folder or rest.endswith(_LIBRARIES):
            continue
        if top == "Basic":
            words = "a Basic macro", "Basic 宏"
        elif top == "Scripts":
            words = "a script", "脚本"
        else:
            continue
        document.found.failed(Aspect.PASSIVE, *words, shown(entry.name))


def _embedded(document: _Document) -> None:
    """Charts and formulas are objects in ODF, too: parts of the document."""
    for listed in document.listed.values():
        kind = listed.media_type
        nested = listed.name != "/" and kind.startswith(
            "application/vnd.oasis.opendocument."
        )
        ole = kind in {"application/vnd.sun.star.oleobject", "application/x-ole-object"}
        if ole or (nested and not kind.startswith(_FORMULAS)):
            document.found.warned(
                Aspect.EMBEDDED, "a file is embedded", "含嵌入文件", shown(listed.name)
            )


@frozen
class OdfOpener:
    """Takes embedded files, pictures and scripts out of OpenDocuments."""

    isolated: bool = False

    @property
    def tool(self) -> Tool:
        """Who it is."""
        return TOOL

    def opens(self, format: Format) -> bool:
        """Say whether it is an OpenDocument."""
        return format.id in ODF

    def children(
        self, source: Source, format: Format, limits: Limits
    ) -> Iterator[Source]:
        """
        Yield each part that is no XML of its own; one lasts until the next.

        Raises:
            FormatError: After the last: one of them cannot be read, or is too large.
        """
        archive = ZipFile.open(source, limits)
        parts = (
            entry
            for entry in archive.entries
            if not entry.is_folder
            and entry.name != _MIMETYPE
            and (not _is_xml(entry) or entry.name.startswith(("Basic/", "Scripts/")))
        )
        yield from children(archive, parts)
