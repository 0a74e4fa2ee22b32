"""EMF: its header, and its records up to the last ([MS-EMF] §2.3)."""

from __future__ import annotations

from typing import Final

from egovarchive.formats.octets import Octets
from egovarchive.formats.walk import PICTURE, Survey, Walk, lost, not_a

_SIGNATURE: Final = b" EMF"
_FIRST, _LAST = 1, 14
_SMALLEST: Final = 8  # bytes: type and size
_ALIGNED: Final = 4  # bytes


class EmfWalk(Walk):
    """Walks the records of EMF files; nothing is drawn."""

    name = "emf"
    formats = frozenset({"emf"})
    aspects = PICTURE

    def walk(self, file: Octets, survey: Survey) -> None:
        if file.integer(0, 4, "little") != _FIRST or file.take(40, 4) != _SIGNATURE:
            raise not_a("EMF", file.peek(0, 44))
        size, records = (file.integer(at, 4, "little") for at in (48, 52))
        at = found = 0
        while True:
            kind, length = (file.integer(at + step, 4, "little") for step in (0, 4))
            if length < _SMALLEST or length % _ALIGNED:
                raise lost("a record", "记录", at, file.peek(at, 8))
            file.take(at + length - 1, 1)
            at, found = at + length, found + 1
            if kind == _LAST:
                break
        if file.integer(at - 4, 4, "little") != length:
            survey.odd(
                "its last record does not repeat its own size",
                "末尾记录未重复其自身大小",
            )
        if size != at:
            survey.odd(
                f"its size should be {size} bytes by its header, but is {at}",
                f"文件头标明 {size} 字节，实为 {at} 字节",
            )
        if records != found:
            survey.odd(
                f"it should have {records} records by its header, but has {found}",
                f"文件头标明 {records} 条记录，实为 {found} 条",
            )
        survey.ends(file, at)
