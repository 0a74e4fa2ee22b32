"""Form 格式: how the text of a metadata element is written."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from attrs import Attribute, field, frozen

from egovarchive.errors import InvalidValueError
from egovarchive.records.identifiers import (
    check_item_code,
    check_region_code,
    check_resident_id,
    check_uscc,
    mask_resident_id,
)
from egovarchive.records.identifiers.quoting import quoted
from egovarchive.records.retention import RetentionPeriod
from egovarchive.records.series import check_category, check_fonds, check_office

Read = Callable[[str], object]


def _regex(_: object, attribute: Attribute[str], value: str) -> None:
    try:
        compiled(value)
    except re.error as error:
        raise InvalidValueError(
            f"not a regular expression: {quoted(value)}: {error}",
            f"不是正则表达式：{quoted(value)}：{error}",
            rule="forms of elements",
            place=attribute.name,
        ) from None


@lru_cache(maxsize=512)
def compiled(pattern: str) -> re.Pattern[str]:
    """Return *pattern*, compiled once."""
    return re.compile(pattern)


@frozen(cache_hash=True)
class Form:
    """
    How the text of an element is written.

    Args:
        en: What is expected, in English: "a date such as 2026-11-23".
        zh: The same in Chinese.
        pattern: Regular expression that the whole text matches; empty for any.
        read: Raises `ValueError` if the text, though it matches, is none.
        number: Whether it is a whole number, which may have a least and a most.
        lines: Whether it may run over several lines.
        shown: How a refused text is quoted.

    >>> DATE.fits("2026-11-23"), DATE.fits("2026-02-30"), DATE.fits("2026/11/23")
    (True, False, False)
    """

    en: str
    zh: str
    pattern: str = field(default="", validator=_regex, kw_only=True)
    read: Read | None = field(default=None, kw_only=True)
    number: bool = field(default=False, kw_only=True)
    lines: bool = field(default=False, kw_only=True)
    shown: Callable[[str], str] = field(default=quoted, kw_only=True)

    @property
    def free(self) -> bool:
        """Whether any text has this form."""
        return not self.pattern and self.read is None

    def fits(self, text: str) -> bool:
        """Return whether *text* has this form."""
        if self.pattern and not compiled(self.pattern).fullmatch(text):
            return False
        if self.read is not None:
            try:
                self.read(text)
            except ValueError:
                return False
        return True


def _forms(
    value: tuple[tuple[str, Form], ...],
) -> tuple[tuple[str, Form], ...]:
    return tuple(value)


@frozen(cache_hash=True)
class FormBy:
    """
    A form that depends on what another element of the group says.

    Args:
        value: Which of our values that element holds.
        forms: The form for each of its texts; any text is free for others.
    """

    value: str
    forms: tuple[tuple[str, Form], ...] = field(converter=_forms)


# Named, as a profile is sent to other processes.
def _masked(text: str) -> str:
    return repr(mask_resident_id(text[:_LONGEST]))


def _category(text: str) -> tuple[str, ...]:
    return check_category(tuple(text.split("·")))


_LONGEST: Final = 18  # characters of an identification number
# The same digits that packages are read with: Python's own readers take more.
_DAY: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

TEXT: Final = Form("text in one line", "单行文本")
LINES: Final = Form("text", "文本", lines=True)
DATE: Final = Form(
    "a date such as 2026-11-23",
    "日期，如 2026-11-23",
    pattern=_DAY,
    read=date.fromisoformat,
)
MOMENT: Final = Form(
    "a moment such as 2026-11-23T09:00:00+08:00",
    "日期时间，如 2026-11-23T09:00:00+08:00",
    pattern=(
        rf"{_DAY}[T ][0-9]{{2}}:[0-9]{{2}}(:[0-9]{{2}}(\.[0-9]{{6}})?)?"
        "([+-][0-9]{2}:[0-9]{2}(:[0-9]{2})?)?"
    ),
    read=datetime.fromisoformat,
)
INTEGER: Final = Form(
    "a whole number", "整数", pattern="0|[1-9][0-9]{0,18}", number=True
)
SECONDS: Final = Form(
    "a number of seconds such as 12.5",
    "秒数，如 12.5",
    pattern=r"(?!0[.0]*$)(0|[1-9][0-9]{0,8})(\.[0-9]{1,3})?",
)
YEAR: Final = Form(
    "a year of four digits", "四位年度", pattern="[1-9][0-9]{3}", number=True
)
USCC: Final = Form("a unified social credit code", "统一社会信用代码", read=check_uscc)
RESIDENT_ID: Final = Form(
    "a citizen identification number",
    "公民身份号码",
    read=check_resident_id,
    shown=_masked,
)
REGION_CODE: Final = Form(
    "a region code of 6, 9 or 12 digits",
    "6、9 或 12 位行政区划代码",
    read=check_region_code,
)
ITEM_CODE: Final = Form("a service item code", "事项编码", read=check_item_code)
FONDS: Final = Form("a fonds number", "全宗号", read=check_fonds)
CATEGORY: Final = Form(
    "category codes",
    "档案门类代码",
    read=_category,
)
OFFICE: Final = Form("an office or subject code", "机构或问题代码", read=check_office)
RETENTION: Final = Form("a retention code", "保管期限代码", read=RetentionPeriod.parse)
