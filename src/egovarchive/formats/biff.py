"""Records of Excel 97–2003 workbooks ([MS-XLS] 2.3): what runs or lies outside."""

from __future__ import annotations

import struct
from typing import Final

from attrs import define, field

_FILE_PASS, _SHEET, _SUP_BOOK, _EOF = 0x2F, 0x85, 0x1AE, 0x0A
_STARTS: Final = frozenset({0x009, 0x209, 0x409, 0x809})  # BOF, of each version
_MACRO_SHEET: Final = 1
_SELF, _ADD_IN = 0x0401, 0x3A01  # not the length of a name, but a kind


@define
class Workbook:
    """
    What the records of a workbook say.

    Args:
        sheets: How many sheets it lists.
        macro_sheets: How many of them are Excel 4.0 macros.
        encrypted: Whether a password is needed to read it.
        outside: How many other workbooks it takes values from.
        dde: How many links to other programs it has.
        end: Where its records end; -1 if they end in the middle of one.
        depth: How many starts have no end.
    """

    sheets: int = 0
    macro_sheets: int = 0
    encrypted: bool = False
    outside: int = 0
    dde: int = 0
    end: int = 0
    depth: int = 0
    _started: bool = field(default=False, init=False)

    @classmethod
    def of(cls, data: bytes) -> Workbook:
        """Return what the stream *data* says."""
        book = cls()
        at = 0
        padding = len(data.rstrip(b"\0"))
        while at < padding and at + 4 <= len(data):
            kind, size = struct.unpack_from("<HH", data, at)
            if at + 4 + size > len(data):
                book.end = -1
                return book
            book._take(kind, data[at + 4 : at + 4 + size])
            at += 4 + size
        book.end = at
        return book

    def _take(self, kind: int, data: bytes) -> None:
        if kind in _STARTS:
            self.depth += 1
            self._started = True
        elif kind == _EOF:
            self.depth -= 1
        elif kind == _FILE_PASS:
            self.encrypted = True
        elif self.encrypted:
            return
        elif kind == _SHEET and len(data) > 5:
            self.sheets += 1
            self.macro_sheets += data[5] == _MACRO_SHEET
        elif kind == _SUP_BOOK and len(data) >= 4:
            tabs, name = struct.unpack_from("<HH", data)
            if name not in {_SELF, _ADD_IN}:
                self.dde += not tabs
                self.outside += bool(tabs)

    @property
    def whole(self) -> bool:
        """Whether it starts as it should, and all that starts ends."""
        return self._started and self.end >= 0 and not self.depth
