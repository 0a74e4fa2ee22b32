"""Event: what happened to a record after it was registered 管理过程信息."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from attrs import field, frozen

from egovarchive.errors import InvalidValueError
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.identifiers.quoting import quoted
from egovarchive.records.kind import Of
from egovarchive.records.moment import in_china
from egovarchive.records.term import Term
from egovarchive.records.text import Text, check_text

MAX_DETAIL: Final = 1000  # characters


class EventKind(Term):
    """What can happen to a record, or to a fonds."""

    REVIEWED = "reviewed", "人工审核"


# What belongs to an event of each kind, and the form of each detail. All of it must be
# there and nothing else: a journal is for ever, and so is whatever got into it.
DETAILS: Final[Mapping[EventKind, Mapping[str, re.Pattern[str]]]] = {
    EventKind.REVIEWED: {
        "check": re.compile(".+"),
        # A digest: an object is a path, and applicants put their names into those.
        "finding": re.compile("[0-9a-f]{64}"),
        "outcome": re.compile("passed|warned|failed"),
        "reason": re.compile(".+"),
    },
}


def _details(value: Mapping[str, str]) -> dict[str, str]:
    if not isinstance(value, Mapping):
        shown = quoted(str(value))
        raise _wrong(f"no mapping: {shown}", f"不是映射：{shown}")
    return dict(value)


@frozen(kw_only=True)
class Event:
    """
    What happened to a record, or to a fonds as a whole.

    It is kept for ever, and holds no personal data of a case: *by* is an official, and
    what he says in his own words must not name an applicant.

    Args:
        kind: What happened.
        code: The record; None if it is about the fonds as a whole.
        at: When; without a zone: in China.
        by: Who did it: an official acting as such, or a system.
        details: What else belongs to it, by name: see `DETAILS`.
    """

    kind: EventKind = field(validator=Of(EventKind))
    code: ArchivalCode | None = field(validator=Of(ArchivalCode, optional=True))
    at: datetime = field(converter=in_china)
    by: str = field(validator=Text(100))
    details: Mapping[str, str] = field(factory=dict, converter=_details)

    @details.validator
    def _check(self, _: object, value: Mapping[str, str]) -> None:
        forms = DETAILS[self.kind]
        if amiss := sorted(map(str, value.keys() ^ forms.keys())):
            names = ", ".join(map(quoted, amiss[:5]))
            raise _wrong(f"missing or unknown: {names}", f"缺少或未知的项：{names}")
        for name, form in forms.items():
            text = value[name]
            try:
                check_text(text, limit=MAX_DETAIL)
            except InvalidValueError as error:
                raise error.within(f"details.{name}") from None
            if not form.fullmatch(text):
                shown = quoted(text)
                raise _wrong(f"{name} cannot be {shown}", f"{name} 的值有误：{shown}")


def _wrong(en: str, zh: str) -> InvalidValueError:
    return InvalidValueError(en, zh, rule="details of an event", place="details")
