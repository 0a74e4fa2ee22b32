"""Likeness 一致性: whether what is declared of a file is what was found."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta
from typing import Final

from egovarchive.checks.format_names import formats_called, puid_in
from egovarchive.errors import InvalidValueError
from egovarchive.formats import Identification, Tool
from egovarchive.formats.pronom import disagree
from egovarchive.formats.table import FORMATS
from egovarchive.packages import texts as reading
from egovarchive.records.document import ColourMode
from egovarchive.records.moment import CHINA, in_china

Found = tuple[str, ...]

_DURATION: Final = 0.02  # of it: readers of one file differ by as much
_SHORTEST: Final = 0.2  # seconds
_MINUTE: Final = timedelta(minutes=1)
_DOT: Final = 1.0  # per inch: files tell it per centimetre, too
_LONGEST: Final = 200  # characters
_METADATA: Final = Tool("metadata", "")
_NUMBER: Final = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,6})?")
_VERSION: Final = re.compile(r"[0-9]{1,3}\.[0-9]{1,3}")
_PARTS: Final = re.compile(r"[^\W\d_]+|[0-9]+(?:\.[0-9]+)*")
_YEAR: Final = re.compile("(?:19|20)[0-9]{2}")
# Makers, parts of suites and systems: programs that have these are not yet the same.
_ANY_PROGRAM: Final = (
    "adobe apple build calc com converter for google http https impress kingsoft"
    " library linux macos microsoft office org pdf pro project server system version"
    " win windows writer www 公司 办公软件 金山 软件"
)
# What metadata calls the compressions, without spaces and hyphens.
_COMPRESSIONS: Final = {
    "none": "none uncompressed 无 不压缩 无压缩 未压缩",
    "ccitt-rle": "ccittrle rle mh",
    "ccitt3": "ccitt3 ccittg3 ccittgroup3 g3 group3 t4",
    "ccitt4": "ccitt4 ccittg4 ccittgroup4 g4 group4 t6 mmr",
    "lzw": "lzw",
    "jpeg": "jpeg jpg",
    "deflate": "deflate zip png flate",
    "packbits": "packbits",
    "jpeg2000": "jpeg2000 jp2 j2k",
    "webp": "webp",
}
_ANY: Final = frozenset(_ANY_PROGRAM.split())
_CALLED: Final = {
    name: found for found, names in _COMPRESSIONS.items() for name in names.split()
}


def names(declared: str, found: Found) -> bool:
    """Say whether *declared* is one of the names *found*."""
    return unicodedata.normalize("NFC", declared) in found


def numbers(declared: str, found: Found) -> bool | None:
    """Say whether the numbers are the same; None if one is none."""
    said, there = _number(declared), _number(found[0])
    return None if said is None or there is None else said == there


def durations(declared: str, found: Found) -> bool | None:
    """Say whether the seconds differ by no more than 2 %, or 0.2 s if that is more."""
    said, there = _number(declared), _number(found[0])
    if said is None or there is None:
        return None
    # To the millisecond: floats are not exact.
    return round(abs(said - there) - max(_SHORTEST, _DURATION * there), 3) <= 0


def resolutions(declared: str, found: Found) -> bool | None:
    """Say whether the dots per inch are the same, but for rounding."""
    said, there = _number(declared), _number(found[0])
    return None if said is None or there is None else abs(said - there) < _DOT


def formats(declared: str, found: Found) -> bool | None:
    """
    Say whether *declared* means the format with the id *found* first.

    What holds the other is no other: a Word document is a compound file, too.
    """
    if puid_in(declared) in found[1:]:
        return True
    ids, there = formats_called(declared), FORMATS[found[0]]
    if not ids:
        return None
    one = Identification(tool=_METADATA, format=there)
    return not all(
        disagree(Identification(tool=_METADATA, format=FORMATS[each]), one)
        for each in ids
    )


def versions(declared: str, found: Found) -> bool | None:
    """Say whether the version in *declared*, or its PUID, is one of those *found*."""
    if puid := puid_in(declared):
        puids = [each for each in found if puid_in(each)]
        return puid in puids if puids else None
    told = _VERSION.search(declared)
    versions = [each for each in found if _VERSION.fullmatch(each)]
    return told[0] in versions if told and versions else None


def programs(declared: str, found: Found) -> bool:
    """
    Say whether the two names have a word in common that tells a program.

    Or if one holds the other: `Microsoft Office`. Versions count only if both tell
    one; a year such as 2019 is none.
    """
    said, there = _parts(declared), _parts(found[0])
    words, others = _words(said), _words(there)
    if not ((words & others) - _ANY or words <= others or others <= words):
        return False
    mine, theirs = _versions(said), _versions(there)
    return not (mine and theirs) or any(
        one.startswith(other) or other.startswith(one)
        for one in mine
        for other in theirs
    )


def moments(declared: str, found: Found) -> bool | None:
    """
    Say whether the moments are less than a minute apart.

    Programs write local time and call it UTC, or give no zone at all: it is enough
    that the clocks showed the same. Of midnight without a zone, the day counts.
    """
    there = datetime.fromisoformat(found[0])
    try:
        said, others = in_china(reading.moment(declared)), [in_china(there)]
    except (InvalidValueError, ValueError):
        return None
    if there.tzinfo is None and there == datetime.combine(there, datetime.min.time()):
        return said.date() == there.date()
    others.append(there.replace(tzinfo=CHINA))
    return any(abs(said - other) < _MINUTE for other in others)


def colours(declared: str, found: Found) -> bool | None:
    """Say whether the colour mode is the same; None if it is none of ours."""
    try:
        return ColourMode.of_label(declared) is ColourMode(found[0])
    except ValueError:
        return None


def compressions(declared: str, found: Found) -> bool | None:
    """Say whether the compressions are the same; None if either is not known."""
    called = re.sub(r"[\W_]", "", declared).casefold()
    if called not in _CALLED or found[0] not in _COMPRESSIONS:
        return None
    return _CALLED[called] == found[0]


def _number(text: str) -> float | None:
    return float(text) if _NUMBER.fullmatch(text) else None


def _words(parts: list[str]) -> set[str]:
    return {part for part in parts if not part[0].isdecimal()}


def _versions(parts: list[str]) -> list[str]:
    # With a dot after them: 7.1 is no beginning of 7.10.
    return [
        f"{part}."
        for part in parts
        if part[0].isdecimal() and not _YEAR.fullmatch(part)
    ]


def _parts(text: str) -> list[str]:
    short = text[:_LONGEST]  # a hostile file may have any name for its program
    return _PARTS.findall(unicodedata.normalize("NFKC", short).casefold())
