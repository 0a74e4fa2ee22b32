"""Records of PowerPoint 97–2003 presentations ([MS-PPT] 2.3.1)."""

from __future__ import annotations

import struct
from typing import Final

from attrs import define

# [MS-PPT] 2.13.24.
_DOCUMENT: Final = 0x03E8
_LISTS: Final = frozenset({_DOCUMENT, 0x03FF, 0x0409, 0x07D0})
_MACROS: Final = 0x0400
_EMBEDDED: Final = 0x0FCC
_CONTROL: Final = 0x0FEE
_OUTSIDE: Final = frozenset({0x0FCE, 0x1006, 0x1007, 0x1010})


@define
class Presentation:
    """
    What the records of a presentation say.

    Args:
        documents: How many document records there are; each saving may add one.
        macros: Whether it has VBA.
        controls: How many ActiveX controls it has.
        embedded: How many files lie in it.
        outside: How many linked objects, sounds and films it has.
        whole: Whether each record ends within the stream.
    """

    documents: int = 0
    macros: bool = False
    controls: int = 0
    embedded: int = 0
    outside: int = 0
    whole: bool = True

    @classmethod
    def of(cls, data: bytes, most: int) -> Presentation:
        """Return what the stream *data* says; *most* records are looked at."""
        found = cls()
        spans = [(0, len(data))]
        while spans and most:
            at, stop = spans.pop()
            while at + 8 <= stop and most:
                most -= 1
                _, kind, size = struct.unpack_from("<HHI", data, at)
                at += 8
                if at + size > stop:
                    found.whole = False
                    break
                found._take(kind, data[at : at + 12])
                if kind in _LISTS:
                    spans.append((at, at + size))
                at += size
        return found

    def _take(self, kind: int, start: bytes) -> None:
        self.documents += kind == _DOCUMENT
        self.controls += kind == _CONTROL
        self.embedded += kind == _EMBEDDED
        self.outside += kind in _OUTSIDE
        if kind == _MACROS and len(start) >= 8:
            self.macros |= bool(struct.unpack_from("<I", start, 4)[0])
