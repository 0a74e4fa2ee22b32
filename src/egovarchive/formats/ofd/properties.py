"""Properties of OFD documents: what DocInfo says, and how many pages are listed."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Final

from attrs import evolve

from egovarchive.errors import ToolError
from egovarchive.formats import Facts, Format, Limits, Source, Tool
from egovarchive.formats.ofd.package import OfdPackage
from egovarchive.formats.ofd.part import OfdPart, Role
from egovarchive.formats.ofd.tree import parts
from egovarchive.formats.ofd.validator import VERSION
from egovarchive.formats.ofd.xml import text_of
from egovarchive.formats.zip_audit import LimitError

# xs:date by the standard; real files have times too, and dates without hyphens.
_MOMENT: Final = re.compile(
    r"(\d{4})[-/.]?(\d\d)[-/.]?(\d\d)"
    r"(?:[T ]?(\d\d):?(\d\d):?(\d\d)(?:\.\d+)?)?"
    r"(?:(Z)|([+-])(\d\d):?(\d\d))?"
)


class OfdReader:
    """Reads what OFD documents say of themselves; of several, the first."""

    @property
    def tool(self) -> Tool:
        return Tool("egovarchive.ofd", VERSION)

    @property
    def isolated(self) -> bool:
        return False

    def reads(self, format: Format) -> bool:
        return format.id == "ofd"

    def read(
        self,
        source: Source,
        format: Format,
        limits: Limits,
    ) -> Facts:
        try:
            return _read(source, limits)
        except LimitError as error:
            # It may be right: nothing is said against it.
            raise ToolError(error.message("en"), error.message("zh")) from error


def _read(source: Source, limits: Limits) -> Facts:
    facts, pages = Facts(), 0
    read: set[str] = set()
    for part in parts(OfdPackage.open(source, limits), {Role.DOCUMENT}):
        if isinstance(part, OfdPart):
            read.add(part.name)
            if part.role is Role.OFD:
                facts = _facts(part)
            else:
                pages += sum(1 for _ in part.content.right_in("Pages", "Page"))
        elif part.name not in read:
            # How many pages it lists is not known, and so not how many there are.
            raise part.error
    return evolve(facts, pages=pages)


def _facts(part: OfdPart) -> Facts:
    information = next(part.content.right_in("DocBody", "DocInfo"), None)
    names = (text_of(information, name) for name in ("Creator", "CreatorVersion"))
    return Facts(
        application=" ".join(name for name in names if name) or None,
        title=text_of(information, "Title") or None,
        created=moment(text_of(information, "CreationDate")),
        modified=moment(text_of(information, "ModDate")),
    )


def moment(text: str) -> datetime | None:
    """
    Return the date or moment *text*, without a zone if it has none; None if it is none.

    >>> moment("2025-03-17"), moment("someday")
    (datetime.datetime(2025, 3, 17, 0, 0), None)
    """
    found = _MOMENT.fullmatch(text)
    if not found:
        return None
    numbers = [int(number) for number in found.groups()[:6] if number]
    zone = None
    if found[7]:
        zone = timezone.utc
    elif found[8]:
        offset = timedelta(hours=int(found[9]), minutes=int(found[10]))
        try:
            zone = timezone(-offset if found[8] == "-" else offset)
        except ValueError:
            return None
    try:
        year, month, day, *time = numbers
        hour, minute, second = time or (0, 0, 0)
        return datetime(year, month, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        return None
