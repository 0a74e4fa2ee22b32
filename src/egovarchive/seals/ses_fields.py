"""Fields of seal structures 电子印章数据项, with what real seals do to them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Final

from egovarchive.records.moment import CHINA
from egovarchive.seals.notes import Notes
from egovarchive.seals.verdict import shortened
from egovarchive.signing import der
from egovarchive.signing.der import DerError, Reader

_MOMENT: Final = re.compile(
    rb"(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?(?:[.,]\d{1,9})?"
    rb"(Z|[+-]\d{4})?"
)
# X.680, 41: text in one octet a character, but most write UTF-8 whatever they say.
_BMP: Final = 0x1E
_TEXTS: Final = frozenset({0x0C, 0x12, 0x13, 0x14, 0x16, 0x1A, _BMP})
_LONGEST_MOMENT: Final = 40


def text(reader: Reader) -> str:
    """Return the next element of *reader*, a string of any kind, fit to be shown."""
    element = reader.take()
    if element.tag not in _TEXTS:
        raise DerError(
            f"tag 0x{element.tag:02x} where a text should be",
            f"应为文本，实际标签为 0x{element.tag:02x}",
        )
    encoding = "utf-16-be" if element.tag == _BMP else "utf-8"
    return shortened(element.value[:4096].decode(encoding, "backslashreplace"))


def bits(reader: Reader, what: tuple[str, str], notes: Notes) -> bytes:
    """Return the next element of *reader*, a bit string or, in real life, octets."""
    octets = reader.take_if(der.OCTET_STRING)
    if octets is not None:
        en, zh = what
        notes.odd(
            f"the {en} is an octet string, not a bit string",
            f"{zh}为 OCTET STRING，应为 BIT STRING",
        )
        return octets.value
    value, unused = reader.take_bits()
    if unused:
        raise DerError("bit string is not whole octets", "位串不是整字节")
    return value


def moment(reader: Reader, notes: Notes) -> datetime:
    """
    Return the next element of *reader*, a moment, in UTC.

    Both kinds of time pass for each other, with or without seconds; one that names no
    zone is taken for China's.
    """
    element = reader.take()
    if element.tag not in {der.UTC_TIME, der.GENERALIZED_TIME}:
        raise DerError(
            f"tag 0x{element.tag:02x} where a moment should be",
            f"应为时间，实际标签为 0x{element.tag:02x}",
        )
    return moment_of(element.value, notes)


def moment_of(value: bytes, notes: Notes) -> datetime:
    """
    Return the moment that *value* spells.

    Raises:
        DerError: It spells none.
    """
    found = _MOMENT.fullmatch(value) if len(value) <= _LONGEST_MOMENT else None
    if found is None:
        raise _no_moment(value)
    year, month, day, hour, minute, second, zone = found.groups()
    if len(year) == 2:  # noqa: PLR2004 - RFC 5280, 4.1.2.5.1
        year = (b"19" if year >= b"50" else b"20") + year
    if zone is None:
        notes.odd(
            "a moment names no zone; it was taken for China's",
            "时间未注明时区，按北京时间处理",
        )
    try:
        local = datetime(
            int(year), int(month), int(day), int(hour), int(minute), int(second or 0),
            tzinfo=_zone(zone),
        )  # fmt: skip
        return local.astimezone(timezone.utc)
    except (ValueError, OverflowError):
        raise _no_moment(value) from None


def _zone(text: bytes | None) -> timezone:
    if text is None:
        return CHINA
    if text == b"Z":
        return timezone.utc
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[3:]))
    return timezone(-offset if text[:1] == b"-" else offset)


def _no_moment(value: bytes) -> DerError:
    shown = value[:_LONGEST_MOMENT]
    return DerError(f"not a moment: {shown!r}", f"不是时间：{shown!r}")
