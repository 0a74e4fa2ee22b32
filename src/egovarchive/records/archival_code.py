"""Archival code 档号 by item 按件 (DA/T 13—2022 "reference code"; DA/T 22—2015)."""

from __future__ import annotations

import re
import warnings

from attrs import field, frozen

from egovarchive.errors import InvalidValueError
from egovarchive.records.identifiers.quoting import quoted
from egovarchive.records.retention import RetentionPeriod
from egovarchive.records.series import Series, Template

_RULE = "DA/T 13—2022, DA/T 22—2015 5.4.2"
WIDTH = 4  # digits of an item number (DA/T 22—2015 5.4.3)

# What people type for the middle dot U+00B7.
LOOKALIKES = str.maketrans(dict.fromkeys("\u30fb\u2022\uff0e\u2027\u22c5", "·"))

_HEAD = (
    r"(?P<fonds>[A-Z0-9]{1,16})-"
    r"(?P<category>[A-Z][A-Z0-9]*(?:·[A-Z0-9]+)*?)"
    r"·(?P<year>[0-9]{4})"
)
_RETENTION = r"(?P<retention>Y|D[1-9][0-9]?|长期|短期)"
_ITEM = r"-(?P<item>[0-9]{3,9})"
_PATTERNS = {
    Template.DAT13_2022: re.compile(
        rf"{_HEAD}·{_RETENTION}(?:·(?P<office>[^·-]+))?{_ITEM}"
    ),
    Template.DAT22_2015: re.compile(
        rf"{_HEAD}-{_RETENTION}(?:-(?P<office>[^·-]+))?{_ITEM}"
    ),
}


class LookalikeWarning(UserWarning):
    """A character that only looks like the middle dot was taken for one."""


@frozen(repr=False)
class ArchivalCode:
    """
    Archival code 档号 of one item.

    Args:
        series: Where it is counted.
        item: Item number 件号, from 1 on.
        width: Digits that the item number is filled up to.

    >>> code = ArchivalCode.parse("A439-WS·2015·D30·003-005")
    >>> code.series.fonds, code.series.year, code.item
    ('A439', 2015, 5)
    >>> str(code)
    'A439-WS·2015·D30·003-005'
    >>> ArchivalCode.parse("Z109-WS·2011-Y-BGS-0001").series.template.zh
    'DA/T 22—2015'
    """

    series: Series
    item: int = field()
    width: int = field(default=WIDTH, eq=False)

    @item.validator
    def _check(self, _: object, value: int) -> None:
        if not 1 <= value <= 999_999_999:  # noqa: PLR2004
            raise InvalidValueError(
                f"not an item number: {value!r}",
                f"不是件号：{value!r}",
                rule=_RULE,
                place="item",
            )

    @width.validator
    def _check_width(self, _: object, value: int) -> None:
        if not 3 <= value <= 9:  # noqa: PLR2004
            raise InvalidValueError(
                f"not a width of item numbers, 3 to 9: {value!r}",
                f"不是件号位数（3 至 9）：{value!r}",
                rule=_RULE,
                place="width",
            )

    @classmethod
    def parse(cls, text: str) -> ArchivalCode:
        """
        Read *text*, in either template; a look-alike of the dot warns.

        Raises:
            InvalidValueError: It is no archival code by item, or it mixes the
                separators of the two templates.
        """
        plain = text.translate(LOOKALIKES)
        found = next(
            (
                (template, match)
                for template, pattern in _PATTERNS.items()
                if (match := pattern.fullmatch(plain))
            ),
            None,
        )
        if found is None:
            raise InvalidValueError(
                f"not an archival code: {quoted(text)}",
                f"不是档号：{quoted(text)}",
                rule=_RULE,
            )
        template, match = found
        if plain != text:
            warnings.warn(
                f"{text!r} is read as {plain!r}", LookalikeWarning, stacklevel=2
            )
        series = Series(
            fonds=match["fonds"],
            category=tuple(match["category"].split("·")),
            year=int(match["year"]),
            retention=RetentionPeriod.parse(match["retention"]),
            office=match["office"],
            template=template,
        )
        return cls(series, int(match["item"]), len(match["item"]))

    def __str__(self) -> str:
        return f"{self.series}-{self.item:0{self.width}}"

    def __repr__(self) -> str:
        return f"ArchivalCode.parse({str(self)!r})"
