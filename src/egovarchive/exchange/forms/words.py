"""Words of a form: the same in Chinese and in English, with days and sizes in each."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal

from attrs import field, frozen

from egovarchive.errors import InvalidValueError
from egovarchive.records.retention import RetentionPeriod

FormLanguage = Literal["zh", "en", "both"]

DECIMAL_GB: Final = 10**9
BINARY_GB: Final = 2**30
_BLANK: Final = "\u3000"


@frozen
class Words:
    """
    What is said, in both languages.

    Args:
        zh: In Chinese.
        en: In English.
        name: What follows in either language: the name of a unit or a person.

    >>> Words("单位", "unit").of("both")
    ('单位', 'unit')
    >>> Words("单位", "unit", name="某某市档案馆").of("both")
    ('单位：某某市档案馆', 'unit')
    >>> Words.same("某某市档案馆").of("both")
    ('某某市档案馆', '')
    """

    zh: str
    en: str
    name: str = field(default="", kw_only=True)

    @classmethod
    def same(cls, text: object) -> Words:
        """Return words that are *text* in both languages: a name, a number."""
        return cls(str(text), str(text))

    def of(self, lang: FormLanguage) -> tuple[str, str]:
        """Return what is printed in *lang*, and what is printed smaller beside it."""
        if lang == "en":
            return self.en + f": {self.name}" * bool(self.name), ""
        beside = self.en if lang == "both" and self.en != self.zh else ""
        return self.zh + f"：{self.name}" * bool(self.name), beside


EMPTY: Final = Words("", "")


def day_words(day: date | None) -> Words:
    """
    Return *day* as forms write it; nothing if there is none.

    >>> from datetime import date
    >>> day_words(date(2026, 11, 3))
    Words(zh='2026年11月3日', en='2026-11-03', name='')
    """
    if day is None:
        return EMPTY
    return Words(f"{day.year}年{day.month}月{day.day}日", day.isoformat())


def blank_day() -> Words:
    """Return the room that is left for a day, to be written by hand."""
    return Words(f"{_BLANK * 2}年{_BLANK * 2}月{_BLANK * 2}日", "date: ____-__-__")


def period_words(period: RetentionPeriod) -> Words:
    """
    Return *period* as forms write it.

    >>> period_words(RetentionPeriod(30))
    Words(zh='30年', en='30 years', name='')
    """
    if period.is_permanent:
        return Words(period.title, "permanent")
    if period.years is None:
        return Words.same(period.title)
    return Words(period.title, f"{period.years} year{'s' * (period.years > 1)}")


def in_gigabytes(size: int, gigabyte: int = DECIMAL_GB) -> str:
    """
    Return *size*, in bytes, in GB with three decimals, halves up.

    The form asks for GB with three decimals, and its filling rules do not say which
    GB. Here it is 10⁹ bytes, as carriers are sold and the SI has it; `BINARY_GB`,
    2³⁰ bytes, is for archives that count so.

    Raises:
        InvalidValueError: One of them is no number of bytes.

    >>> in_gigabytes(1_073_741_824), in_gigabytes(1_073_741_824, BINARY_GB)
    ('1.074', '1.000')
    """
    if size < 0 or gigabyte < 1:
        raise InvalidValueError(
            f"no number of bytes: {size} in units of {gigabyte}",
            f"不是字节数：{size}，单位 {gigabyte}",
            rule="sizes",
        )
    # Whole numbers all the way: a large size has more digits than a float.
    thousandths = (2000 * size + gigabyte) // (2 * gigabyte)
    return f"{thousandths // 1000}.{thousandths % 1000:03}"
