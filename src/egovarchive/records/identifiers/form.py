"""The written form of an identifier: which characters stand at which position."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from functools import cached_property
from itertools import groupby
from unicodedata import east_asian_width

from attrs import Attribute, Factory, frozen

from egovarchive.errors import InvalidValueError
from egovarchive.records.identifiers.quoting import quoted

DIGITS = "0123456789"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def upper(text: str) -> str:
    """Return *text* with upper case ASCII letters; as it is, if there are others."""
    # The long s would become an S, the sharp s two: neither is in a code.
    return text.upper() if text.isascii() else text


# With a dictionary: patterns are compiled at first use, to keep the import quick.
@frozen(slots=False, eq=False, repr=False)
class Form:
    """
    The written form of one kind of identifier.

    Args:
        en: What it is called, in English.
        zh: The same in Chinese.
        rule: The standard that gives it its form.
        alphabets: The upper case characters allowed at each position. Lower case
            letters are let through, for the caller to normalise.
        lengths: The lengths allowed, if there are several. The shorter ones end
            within the last run of equal alphabets.
        shown: How a refused value is quoted.
    """

    en: str
    zh: str
    rule: str
    alphabets: tuple[str, ...]
    lengths: Collection[int] = Factory(
        lambda self: (len(self.alphabets),), takes_self=True
    )
    shown: Callable[[str], str] = quoted

    @cached_property
    def _regex(self) -> re.Pattern[str]:
        # Classes are spelled out: \d and IGNORECASE let in other scripts' digits,
        # the long s and the Kelvin sign. Only the last run may be shorter.
        runs = [
            (re.escape(chars + chars.lower()), len(list(run)))
            for chars, run in groupby(self.alphabets)
        ]
        *fixed, (chars, most) = runs
        least = most - (len(self.alphabets) - min(self.lengths))
        head = "".join(f"[{chars}]{{{count}}}" for chars, count in fixed)
        return re.compile(f"{head}[{chars}]{{{least},{most}}}")

    def check(self, text: str) -> None:
        """Raise `InvalidValueError` if *text* has not this form."""
        if self._regex.fullmatch(text) is None or len(text) not in self.lengths:
            raise self._misfit(text)

    def validate(
        self, _instance: object, attribute: Attribute[str], value: str
    ) -> None:
        """Check *value* as an attrs validator does; the error names the attribute."""
        try:
            self.check(value)
        except InvalidValueError as error:
            raise error.within(attribute.name) from None

    def refused(
        self, text: str, en: str, zh: str, *, rule: str = ""
    ) -> InvalidValueError:
        """Return the error that says why *text* is refused, *en* and *zh*."""
        shown = self.shown(text)
        return InvalidValueError(
            f"not {self.en}: {shown}: {en}",
            f"不是{self.zh}：{shown}：{zh}",
            rule=rule or self.rule,
        )

    def _misfit(self, text: str) -> InvalidValueError:
        # What no position takes comes first: a pasted space explains a wrong length.
        anywhere = "".join(self.alphabets)
        for position, character in enumerate(text, 1):
            if not (character.isascii() and character.upper() in anywhere):
                return self._misplaced(text, position, character)
        if len(text) not in self.lengths:
            lengths = self.lengths
            expected = (
                f"{lengths.start}–{lengths.stop - 1}"
                if isinstance(lengths, range)
                else "/".join(map(str, lengths))
            )
            return self.refused(
                text,
                f"length {len(text)}, expected {expected}",
                f"长度为 {len(text)}，应为 {expected}",
            )
        position, character = next(
            (position, character)
            for position, (character, allowed) in enumerate(
                zip(text, self.alphabets, strict=False), 1
            )
            if character.upper() not in allowed
        )
        return self._misplaced(text, position, character)

    def _misplaced(self, text: str, position: int, character: str) -> InvalidValueError:
        if character.isspace():
            en, zh = "is a space", "是空白字符"
        elif east_asian_width(character) == "F":
            en, zh = "is full-width, not ASCII", "是全角字符，应为半角"
        else:
            # Only what cannot be a digit in disguise is repeated in the open.
            shown = f"{character!r} " if character.isascii() else ""
            en, zh = f"{shown}is not allowed there", f" {shown}不可用于此处"
        return self.refused(text, f"character {position} {en}", f"第 {position} 位{zh}")
