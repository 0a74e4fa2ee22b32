"""Opener of OFD documents: attachments, media, and what no part mentions."""

from __future__ import annotations

from collections.abc import Iterator

from egovarchive.formats import Format, Limits, Source, Tool
from egovarchive.formats.ofd.package import OfdPackage
from egovarchive.formats.ofd.part import OfdPart
from egovarchive.formats.ofd.tree import parts
from egovarchive.formats.ofd.validator import VERSION
from egovarchive.formats.source import BytesSource

# What belongs to the document's own machinery, and is no file to be opened.
_OWN = frozenset({"FontFile", "SignedValue", "BaseLoc", "Profile"})


class OfdOpener:
    """Takes out the files that lie in OFD documents, fonts and signatures aside."""

    @property
    def tool(self) -> Tool:
        return Tool("egovarchive.ofd", VERSION)

    @property
    def isolated(self) -> bool:
        return False

    def opens(self, format: Format) -> bool:
        return format.id == "ofd"

    def children(
        self,
        source: Source,
        format: Format,
        limits: Limits,
    ) -> Iterator[Source]:
        package = OfdPackage.open(source, limits)
        own = set()
        unread = None
        for part in parts(package):
            # A part that is no part is a file like any other.
            if isinstance(part, OfdPart):
                own.add(part.name)
                own |= {
                    link.location.name
                    for link in part.links
                    if link.reference.element in _OWN
                }
            elif not part.name:
                unread = part.error
        for name in package.names:
            if name not in own:
                yield BytesSource(name.rpartition("/")[2], package.read(name))
        if unread is not None:
            raise unread
