"""Retention period 保管期限: how long a record is kept."""

from __future__ import annotations

import re

from attrs import field, frozen

from egovarchive.errors import InvalidValueError
from egovarchive.records.identifiers.quoting import quoted
from egovarchive.records.kind import Of

_RULE = "DA/T 13—2022 保管期限代码"
_CODE = re.compile("D([1-9][0-9]?)")
MOST_YEARS = 99
LEGACY = ("长期", "短期")


@frozen
class RetentionPeriod:
    """
    A retention period: permanent 永久, a number of years 定期, or a legacy one.

    Legacy periods 长期 and 短期 have no fixed number of years: they are read from old
    records, and never given to new ones.

    Args:
        years: Years, 1 to 99; None if it is permanent or a legacy period.
        legacy: 长期 or 短期; None otherwise.

    >>> RetentionPeriod.parse("D30"), RetentionPeriod.parse("Y").is_permanent
    (RetentionPeriod.parse('D30'), True)
    """

    years: int | None = field(default=None, validator=Of(int, optional=True))
    legacy: str | None = field(default=None, kw_only=True)

    @years.validator
    def _check_years(self, _: object, value: int | None) -> None:
        if value is None:
            return
        if not 1 <= value <= MOST_YEARS:
            raise InvalidValueError(
                f"{value} is no number of years from 1 to 99",
                f"{value} 不是 1 至 99 的年数",
                rule=_RULE,
            )

    @legacy.validator
    def _check_legacy(self, _: object, value: str | None) -> None:
        if value is not None and (value not in LEGACY or self.years is not None):
            raise InvalidValueError(
                f"{value!r} is no legacy retention period",
                f"{value!r} 不是旧制保管期限",
                rule="国家档案局令第8号",
            )

    @classmethod
    def parse(cls, code: str) -> RetentionPeriod:
        """
        Read a code: ``Y`` (or 永久), ``D`` and the years (or 30年), 长期, 短期.

        Raises:
            InvalidValueError: It is none of these.
        """
        if code in {"Y", "永久"}:
            return PERMANENT
        if code in LEGACY:
            return cls(legacy=code)
        text = f"D{code[:-1]}" if code.endswith("年") else code
        if match := _CODE.fullmatch(text):
            return cls(int(match[1]))
        raise InvalidValueError(
            f"not a retention code: {quoted(code)}",
            f"不是保管期限代码：{quoted(code)}",
            rule=_RULE,
        )

    @property
    def is_permanent(self) -> bool:
        """Whether it never ends."""
        return self.years is None and self.legacy is None

    @property
    def title(self) -> str:
        """The period in Chinese: 永久, 30年, 长期."""
        if self.years is not None:
            return f"{self.years}年"
        return self.legacy or "永久"

    def __str__(self) -> str:
        if self.years is not None:
            return f"D{self.years}"
        return self.legacy or "Y"

    def __repr__(self) -> str:
        return f"RetentionPeriod.parse({str(self)!r})"


PERMANENT = RetentionPeriod()
