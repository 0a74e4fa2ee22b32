"""Term: one word of a closed list, with its English and its Chinese."""

from __future__ import annotations

import enum

from typing_extensions import Self

from egovarchive.errors import InvalidValueError, Language
from egovarchive.records.identifiers.quoting import quoted


class Term(enum.Enum):
    """
    Base of closed lists of words.

    A member's value is its stable ASCII name, as case JSON writes it; `zh` is the
    word that stands in packages and on forms.

    >>> class Answer(Term):
    ...     YES = "yes", "是"
    >>> Answer("yes").label("zh"), Answer.of_label("是")
    ('是', <Answer.YES: 'yes'>)
    """

    zh: str

    # A member is one object, also in another process; the hash of its name is slower.
    __hash__ = object.__hash__

    # Type checkers take `Answer("yes")`, which looks a member up, for a call of this.
    def __new__(cls, value: str, zh: str = "") -> Self:
        if not zh:
            raise TypeError(f"{cls.__name__} {value!r} has no Chinese word")
        term = object.__new__(cls)
        term._value_ = value
        term.zh = zh
        return term

    def label(self, lang: Language) -> str:
        """Return the word in the language *lang*."""
        return self.zh if lang == "zh" else str(self.value).replace("_", " ")

    @classmethod
    def of_label(cls, zh: str) -> Self:
        """Return the term whose Chinese word is *zh*, or raise `InvalidValueError`."""
        for term in cls:
            if term.zh == zh:
                return term
        known = "、".join(term.zh for term in cls)
        raise InvalidValueError(
            f"{quoted(zh)} is none of {known}",
            f"{quoted(zh)} 不在值域内：{known}",
            rule=f"values of {cls.__name__}",
        )
