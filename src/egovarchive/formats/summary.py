"""Property sets of compound files ([MS-OLEPS]): title, program, dates, pages."""

from __future__ import annotations

import codecs
import struct
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Final

SUMMARY: Final = "\x05SummaryInformation"
DOCUMENT_SUMMARY: Final = "\x05DocumentSummaryInformation"
LARGEST: Final = 1 << 20  # bytes of a property set

CODE_PAGE: Final = 1
TITLE: Final = 2
CREATED: Final = 12
SAVED: Final = 13
PAGES: Final = 14
PROGRAM: Final = 18
SLIDES: Final = 7  # of the document summary

_HEADER: Final = 28  # bytes before the list of sets
_INT16, _INT32, _STRING, _WIDE, _TIME = 2, 3, 30, 31, 64
_START_OF_TIME: Final = datetime(1601, 1, 1, tzinfo=timezone.utc)
_CODE_PAGES: Final = {936: "gb18030", 1200: "utf-16-le", 65001: "utf-8"}
_MOST: Final = 256  # properties; there are about thirty

Value = int | str | datetime


def properties(data: bytes) -> Mapping[int, Value]:
    """
    Return the properties of the first set in *data*, by their numbers.

    What cannot be read is left out: a set of properties is never what a document is.
    """
    try:
        return _properties(data)
    except (struct.error, IndexError):
        return {}


def _properties(data: bytes) -> dict[int, Value]:
    (start,) = struct.unpack_from("<I", data, _HEADER + 16)
    (count,) = struct.unpack_from("<I", data, start + 4)
    places = [
        struct.unpack_from("<2I", data, start + 8 + 8 * number)
        for number in range(min(count, _MOST))
    ]
    raw = {number: start + offset for number, offset in places}
    encoding = "latin-1"
    if CODE_PAGE in raw:
        (page,) = struct.unpack_from("<H", data, raw[CODE_PAGE] + 4)
        encoding = _encoding(page)
    found: dict[int, Value] = {}
    for number, at in raw.items():
        try:
            value = _value(data, at, encoding)
        except (struct.error, OverflowError):
            continue
        if value is not None:
            found[number] = value
    return found


def _encoding(page: int) -> str:
    name = _CODE_PAGES.get(page, f"cp{page}")
    try:
        codecs.lookup(name)
    except LookupError:
        return "latin-1"
    return name


def _value(data: bytes, at: int, encoding: str) -> Value | None:
    (kind,) = struct.unpack_from("<H", data, at)
    if kind == _INT16:
        return int(struct.unpack_from("<h", data, at + 4)[0])
    if kind == _INT32:
        return int(struct.unpack_from("<i", data, at + 4)[0])
    if kind in {_STRING, _WIDE}:
        (size,) = struct.unpack_from("<I", data, at + 4)
        if kind == _WIDE:
            size, encoding = 2 * size, "utf-16-le"
        text = data[at + 8 : at + 8 + size].decode(encoding, "replace")
        return text.partition("\0")[0].strip()
    if kind == _TIME:
        (ticks,) = struct.unpack_from("<Q", data, at + 4)
        return _START_OF_TIME + timedelta(microseconds=ticks // 10) if ticks else None
    return None
