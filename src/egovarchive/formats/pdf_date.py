"""Dates as PDF (ISO 32000-1, 7.9.4) and XMP (ISO 8601) write them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Final

_PDF: Final = re.compile(
    r"(?:D:)?(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?"
    r"(?:(Z)|([+-])(\d\d)'?(\d\d)?'?)?",
    re.ASCII,
)
_XMP: Final = re.compile(
    r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?"
    r"(?:(Z)|([+-])(\d\d):(\d\d))?",
    re.ASCII,
)


def pdf_date(text: str) -> datetime | None:
    """
    Return the moment that *text* names, with a zone if it has one; None if it is none.

    >>> pdf_date("D:20250224163200+08'00'").isoformat()
    '2025-02-24T16:32:00+08:00'
    """
    return _moment(_PDF.match(text.strip()))


def xmp_date(text: str) -> datetime | None:
    """
    Return the moment that *text* names, with a zone if it has one; None if it is none.

    >>> xmp_date("2025-02-24T16:32:00Z").isoformat()
    '2025-02-24T16:32:00+00:00'
    """
    return _moment(_XMP.fullmatch(text.strip()))


def _moment(found: re.Match[str] | None) -> datetime | None:
    if found is None:
        return None
    year, month, day, hour, minute, second, utc, sign, hours, minutes = found.groups()
    zone = None
    if utc:
        zone = timezone.utc
    elif sign:
        offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
        if offset < timedelta(days=1):
            zone = timezone(-offset if sign == "-" else offset)
    try:
        return datetime(
            int(year), int(month or 1), int(day or 1),
            int(hour or 0), int(minute or 0), int(second or 0), tzinfo=zone,
        )  # fmt: skip
    except ValueError:
        return None
