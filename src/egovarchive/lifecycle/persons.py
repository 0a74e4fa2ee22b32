"""Persons 经办人: whether two names are of two persons 不同的人."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from egovarchive.errors import ApprovalMissingError
from egovarchive.records.identifiers.quoting import quoted
from egovarchive.records.text import check_text, fold

MAX_NAME = 100  # characters


def person(name: str) -> str:
    """
    Return what *name* is compared by: without case, width, blanks and what is unseen.

    "张 三", "张三" and "张三" with a zero-width blank are one. Two persons who really
    bear one name are told apart by their staff numbers, as part of the name.

    Raises:
        InvalidValueError: It is empty, too long, or holds control characters.

    >>> person("Ｌi Na") == person("LI  NA"), person("张三") == person("张四")
    (True, False)
    """
    found = fold(check_text(name, limit=MAX_NAME))
    # Category Z is blanks, C what is not seen at all.
    kept = "".join(c for c in found if unicodedata.category(c)[0] not in "ZC")
    return check_text(kept, limit=MAX_NAME * 20)


def check_distinct(name: str, others: Iterable[str], en: str, zh: str) -> None:
    """
    Raise unless *name* is of another person than each of *others*.

    Args:
        name: Who is about to act.
        others: Who may not be that person.
        en: Why not: what the others did, in English, such as "listed the records".
        zh: The same in Chinese.

    Raises:
        ApprovalMissingError: It is one of them.
    """
    found = person(name)
    for other in others:
        if person(other) == found:
            raise ApprovalMissingError(
                f"{quoted(name)} {en}: this takes another person",
                f"{quoted(name)} {zh}，须由另一人办理",
            )
