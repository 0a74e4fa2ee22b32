"""Series 类别号 with its fonds: the place in an archive where items are counted."""

from __future__ import annotations

import re

from attrs import field, frozen

from egovarchive.errors import InvalidValueError
from egovarchive.records.identifiers.quoting import quoted
from egovarchive.records.retention import RetentionPeriod
from egovarchive.records.term import Term

_FONDS = re.compile("[A-Z0-9]{1,16}")
_CATEGORY = re.compile("[A-Z0-9]{1,8}")
# Neither separator of the two templates, nothing that a file name cannot hold.
_OFFICE = re.compile("[0-9A-Za-z\u4e00-\u9fff]{1,32}")
MAX_CATEGORY_LEVELS = 5  # the archival category, and up to four below it


class Template(Term):
    """
    How an archival code is written. The two standards differ in their separators.

    * DA/T 13—2022: ``A439-WS·2015·D30·003-005``
    * DA/T 22—2015: ``Z109-WS·2011-Y-BGS-0001``
    """

    DAT13_2022 = "dat13_2022", "DA/T 13—2022"
    DAT22_2015 = "dat22_2015", "DA/T 22—2015"


def check_fonds(value: str) -> str:
    """Return *value* if it is a fonds number 全宗号: capital letters and digits."""
    if not _FONDS.fullmatch(value):
        raise InvalidValueError(
            f"not a fonds number: {quoted(value)}",
            f"不是全宗号：{quoted(value)}",
            rule="DA/T 13—2022 全宗号",
            place="fonds",
        )
    return value


def check_category(value: tuple[str, ...]) -> tuple[str, ...]:
    """
    Return *value* if it is a category 档案门类代码: a code, and up to four below it.

    The first begins with a letter, which tells it from a year in an archival code.
    """
    if (
        not 1 <= len(value) <= MAX_CATEGORY_LEVELS
        or not all(_CATEGORY.fullmatch(level) for level in value)
        or not value[0][0].isalpha()
    ):
        shown = quoted("·".join(value[: MAX_CATEGORY_LEVELS + 1]))
        raise InvalidValueError(
            f"not a category: {shown}",
            f"不是档案门类代码：{shown}",
            rule="DA/T 13—2022 档案门类代码",
            place="category",
        )
    return value


def check_office(value: str | None) -> str | None:
    """Return *value* if it is an office or subject code 机构/问题代码, or None."""
    if value is not None and not _OFFICE.fullmatch(value):
        raise InvalidValueError(
            f"not an office or subject code: {quoted(value)}",
            f"不是机构或问题代码：{quoted(value)}",
            rule="DA/T 13—2022 机构/问题代码",
            place="office",
        )
    return value


@frozen
class Series:
    """
    Series number 类别号 with its fonds: where item numbers 件号 are counted.

    Args:
        fonds: Fonds number 全宗号, such as ``"J019"``.
        category: Category codes 档案门类代码 and below, such as ``("ZY", "XK")``.
        year: Year of conclusion 年度, four digits.
        retention: Retention period 保管期限.
        office: Office or subject code 机构/问题代码, if the fonds uses one.
        template: How its codes are written.

    >>> str(Series("J019", ("ZY", "XK"), 2026, RetentionPeriod(30)))
    'J019-ZY·XK·2026·D30'
    """

    fonds: str = field(converter=check_fonds)
    category: tuple[str, ...] = field(converter=check_category)
    year: int = field()
    retention: RetentionPeriod
    office: str | None = field(default=None, converter=check_office)
    template: Template = Template.DAT13_2022

    @year.validator
    def _check_year(self, _: object, value: int) -> None:
        if not 1000 <= value <= 9999:  # noqa: PLR2004
            raise InvalidValueError(
                f"not a year of four digits: {value!r}",
                f"不是四位年度：{value!r}",
                rule="DA/T 13—2022 年度",
                place="year",
            )

    def __str__(self) -> str:
        category = "·".join(self.category)
        joint = "·" if self.template is Template.DAT13_2022 else "-"
        parts = [f"{category}·{self.year}", str(self.retention)]
        if self.office is not None:
            parts.append(self.office)
        return f"{self.fonds}-{joint.join(parts)}"
