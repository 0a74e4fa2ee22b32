"""Event: what happened to a record after it was registered 管理过程信息."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from attrs import field, frozen

from egovarchive.errors import InvalidValueError
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.kind import Of
from egovarchive.records.moment import in_china
from egovarchive.records.term import Term
from egovarchive.records.text import Text, check_text

MAX_DETAILS = 32
MAX_DETAIL = 1000  # characters


class EventKind(Term):
    """What can happen to a record."""

    REVIEWED = "reviewed", "人工审核"


def _details(value: Mapping[str, str]) -> dict[str, str]:
    return dict(sorted(value.items()))


@frozen(kw_only=True)
class Event:
    """
    What happened to a record. It is kept for ever: no personal data of a case.

    Args:
        kind: What happened.
        code: The record.
        at: When; without a zone: in China.
        by: Who did it: an official acting as such, or a system.
        details: What else belongs to it, by name.
    """

    kind: EventKind = field(validator=Of(EventKind))
    code: ArchivalCode = field(validator=Of(ArchivalCode))
    at: datetime = field(converter=in_china)
    by: str = field(validator=Text(100))
    details: Mapping[str, str] = field(factory=dict, converter=_details)

    @details.validator
    def _check(self, _: object, value: Mapping[str, str]) -> None:
        if len(value) > MAX_DETAILS:
            raise InvalidValueError(
                f"{len(value)} details are more than {MAX_DETAILS}",
                f"{len(value)} 项细节，超过 {MAX_DETAILS} 项",
                rule="events",
                place="details",
            )
        for name, text in value.items():
            if not (name.isascii() and name.isidentifier()):
                raise InvalidValueError(
                    f"not a name of a detail: {name!r}",
                    f"不是细节名称：{name!r}",
                    rule="events",
                    place="details",
                )
            try:
                check_text(text, limit=MAX_DETAIL)
            except InvalidValueError as error:
                raise error.within(f"details.{name}") from None
