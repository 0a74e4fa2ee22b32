"""Event: what happened to a record after it was registered 管理过程信息."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from attrs import field, frozen

from egovarchive.errors import InvalidValueError
from egovarchive.lifecycle.event_kind import (
    DETAILS,
    MAX_DETAIL,
    OF_FONDS,
    OF_RECORD,
    EventKind,
)
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.identifiers.quoting import quoted
from egovarchive.records.kind import Of
from egovarchive.records.moment import in_china
from egovarchive.records.text import Text, check_text

__all__ = ["DETAILS", "MAX_DETAIL", "Event", "EventKind"]


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

    @code.validator
    def _check_code(self, _: object, value: ArchivalCode | None) -> None:
        if self.kind not in (OF_FONDS if value is None else OF_RECORD):
            en, zh = self.kind.label("en"), self.kind.zh
            raise InvalidValueError(
                f"{en} happens to "
                + ("a record, and none is named" if value is None else "a fonds only"),
                f"{zh}" + ("须指明档号" if value is None else "只针对全宗，不针对单件"),
                rule="what an event is about",
                place="code",
            )

    @details.validator
    def _check(self, _: object, value: Mapping[str, str]) -> None:
        forms = DETAILS[self.kind]
        if amiss := sorted(map(str, value.keys() ^ forms.keys())):
            names = ", ".join(map(quoted, amiss[:5]))
            raise _wrong(f"missing or unknown: {names}", f"缺少或未知的项：{names}")
        for name, detail in forms.items():
            text = value[name]
            try:
                check_text(text, limit=detail.most)
            except InvalidValueError as error:
                raise error.within(f"details.{name}") from None
            if not detail.form.fullmatch(text):
                shown = quoted(text)
                raise _wrong(f"{name} cannot be {shown}", f"{name} 的值有误：{shown}")


def _wrong(en: str, zh: str) -> InvalidValueError:
    return InvalidValueError(en, zh, rule="details of an event", place="details")
