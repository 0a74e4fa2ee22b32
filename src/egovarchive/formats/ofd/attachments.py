"""Attachments of an OFD document, and files in its package that it does not mention."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from egovarchive.formats.aspect import Aspect
from egovarchive.formats.findings import shown
from egovarchive.formats.observation import Observation
from egovarchive.formats.ofd.package import OfdPackage
from egovarchive.formats.ofd.part import OfdPart
from egovarchive.records.identifiers.quoting import quoted
from egovarchive.records.outcome import Outcome

# Windows and Unix programs, and scripts with an interpreter line.
_PROGRAMS: Final = (b"MZ", b"\x7fELF", b"#!")


def attachment_findings(part: OfdPart, package: OfdPackage) -> Iterator[Observation]:
    """Yield the attachments that *part* lists: they warn, and programs fail."""
    for link in part.linked("FileLoc"):
        name, above = link.location.name, link.element.getparent()
        if not name or above is None:
            continue
        title = quoted(str(above.get("Name", "")))
        yield _file(
            name,
            package,
            f"the attachment {title} of {package.size(name)} bytes",
            f"附件 {title}（{package.size(name)} 字节）",
        )


def stray_findings(
    package: OfdPackage, reached: Collection[str]
) -> Iterator[Observation]:
    """Yield the files that are not among those *reached* from OFD.xml."""
    for name in package.names:
        if name not in reached:
            yield _file(
                name,
                package,
                f"a file of {package.size(name)} bytes that no part mentions",
                f"没有任何部分引用的文件（{package.size(name)} 字节）",
            )


def _file(name: str, package: OfdPackage, en: str, zh: str) -> Observation:
    program = package.head(name).startswith(_PROGRAMS)
    return Observation(
        Aspect.EMBEDDED,
        Outcome.FAILED if program else Outcome.WARNED,
        f"expected no files within, found {en}" + (": a program" if program else ""),
        f"应无嵌入文件，实有{zh}" + ("，为可执行程序" if program else ""),
        shown(name),
    )
