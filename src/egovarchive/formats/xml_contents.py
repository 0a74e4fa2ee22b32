"""What ZIP files of XML parts hold: each entry read to its end, the XML handed on."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from egovarchive.formats.aspect import Aspect
from egovarchive.formats.findings import Findings, shown
from egovarchive.formats.xml_part import LARGEST
from egovarchive.formats.zip_audit import ZipFile
from egovarchive.formats.zip_contents import contents
from egovarchive.formats.zip_entry import ZipEntry


def xml_contents(
    archive: ZipFile, found: Findings, is_xml: Callable[[ZipEntry], bool]
) -> Iterator[tuple[ZipEntry, bytes]]:
    """
    Yield each entry of *archive* that is XML, with its bytes.

    The others are read, too. What cannot be, or is too large to be parsed, is noted in
    *found*, and left out.
    """

    def wanted(entry: ZipEntry) -> int:
        return LARGEST if is_xml(entry) else 0

    for entry, data in contents(archive, found, wanted):
        if not is_xml(entry):
            continue
        if entry.size > LARGEST:
            found.not_performed(
                Aspect.READABLE,
                f"a part of {entry.size} bytes, at most {LARGEST} are parsed",
                f"部件有 {entry.size} 字节，最多解析 {LARGEST} 字节",
                shown(entry.name),
            )
        else:
            yield entry, data
