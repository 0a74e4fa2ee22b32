"""Plausibility 合理性: dates in their order, none of the future, parts that agree."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from itertools import pairwise
from typing import Final, TypeVar

from attrs import frozen

from egovarchive.checks.metadata.fault import MOST, Fault, bounded
from egovarchive.packages import texts as reading
from egovarchive.packages.xml import Values
from egovarchive.records.case import EARLIEST, LATEST, Decision
from egovarchive.records.identifiers import ImplementingCode, check_resident_id
from egovarchive.records.identifiers.quoting import quoted
from egovarchive.records.item import IMPLEMENTING_CODE_LENGTH
from egovarchive.records.moment import in_china
from egovarchive.records.outcome import Outcome
from egovarchive.records.party import IdentifierKind

T = TypeVar("T")

# What a clock that was never set says is 1970, and no file system is older.
_FIRST_FILES: Final = date(1980, 1, 1)
# What is rightly done after a case was concluded.
_AFTERWARDS: Final = re.compile(
    "送达|领取|领证|取件|颁证|颁发|发证|制证|出证|邮寄|寄送|归档|移交|评价|回访"
    "|公示|公开|公告|告知|通知|备案|缴费|监管|复议|诉讼"
)
_TITLES: Final = {
    "accepted_on": "受理日期",
    "decided_on": "决定日期",
    "concluded_on": "办结日期",
}
# The day that a step of exactly this name must lie on, if there is such a step.
_DAYS_OF_STEPS: Final = {
    "受理": "accepted_on",
    "决定": "decided_on",
    "办结": "concluded_on",
}
_WITHOUT_LICENCE: Final = frozenset(
    {Decision.REFUSED.zh, Decision.NOT_ACCEPTED.zh, Decision.WITHDRAWN.zh}
)


def examine(
    basic: Values, process: Values, *, on: date, most: int = MOST
) -> tuple[Fault, ...]:
    """
    Return what cannot be, or hardly be, in *basic* and *process* metadata.

    A value that is missing or cannot be read is passed over: the table of the
    profile tells of it (`scheme.examine`).

    Args:
        basic: Basic metadata, as texts.
        process: Process metadata, as texts.
        on: The day on which it is looked at, in China: what is later is future.
        most: Faults that are named; the rest is counted.
    """
    days = _Days.of(basic)
    return bounded(_faults(basic, process, days, on), most)


@frozen
class _Days:
    """The days of a case, as far as they can be read."""

    accepted_on: date | None
    decided_on: date | None
    concluded_on: date | None

    @classmethod
    def of(cls, basic: Values) -> _Days:
        return cls(*(_day(basic, name) for name in _TITLES))

    def told(self) -> list[tuple[str, date]]:
        """Return those that are told, in the order in which they must lie."""
        return [
            (name, day) for name in _TITLES if (day := getattr(self, name)) is not None
        ]


def _faults(basic: Values, process: Values, days: _Days, on: date) -> Iterator[Fault]:
    yield from _case_days(days, on)
    yield from _record(basic, days)
    yield from _born(basic, days)
    yield from _licences(basic, days)
    yield from _steps(process, days, on)
    for number, document in enumerate(basic.groups.get("documents", ())):
        yield from _document(document, f"documents[{number}].", on)


def _case_days(days: _Days, on: date) -> Iterator[Fault]:
    told = days.told()
    for name, day in told:
        place = f"{name}（{_TITLES[name]}）"
        if not EARLIEST <= day <= LATEST:
            yield _failed(
                place,
                f"{day} does not lie between {EARLIEST} and {LATEST}",
                f"{day} 不在 {EARLIEST} 至 {LATEST} 之间",
                f"{EARLIEST}–{LATEST}",
                day,
            )
        if day > on:
            yield _future(place, day, on)
    for (earlier, first), (later, second) in pairwise(told):
        if first > second:
            yield _failed(
                f"{earlier}（{_TITLES[earlier]}）",
                f"{first} lies after {later} {second}",
                f"{first} 晚于{_TITLES[later]} {second}",
                f"≤ {second}",
                first,
            )


def _record(basic: Values, days: _Days) -> Iterator[Fault]:
    """What the record's own numbers say of each other."""
    text = basic.texts.get
    year, concluded_on = text("year", ""), days.concluded_on
    if year and concluded_on is not None and year != f"{concluded_on.year:04}":
        yield _failed(
            "year（年度）",
            f"{quoted(year)} is not the year of conclusion, {concluded_on.year}",
            f"{quoted(year)} 与办结年度 {concluded_on.year} 不一致",
            str(concluded_on.year),
            quoted(year),
        )
    parts = [text(name) for name in ("fonds", "item_code", "year", "retention")]
    code, number = text("electronic_record_code"), text("number")
    if code and number and all(parts):
        own = "-".join([*(part for part in parts if part), number])
        if code != own:
            # The form of this code is ours: another's may be another.
            yield _odd(
                "electronic_record_code（电子文件号）",
                f"{quoted(code)} is not made of fonds, item, year, period and case: "
                f"{quoted(own)}",
                f"{quoted(code)} 与全宗号、事项编码、年度、保管期限、办件编号不一致："
                f"{quoted(own)}",
                quoted(own),
                quoted(code),
            )
    item, basic_code = text("item_code", ""), text("item_basic_code")
    if basic_code and len(item) == IMPLEMENTING_CODE_LENGTH:
        parsed = _read(item, ImplementingCode.parse)
        if parsed is not None and parsed.basic_code != basic_code:
            yield _failed(
                "item_basic_code（基本编码）",
                f"{quoted(basic_code)} is not the basic code in {quoted(item)}",
                f"{quoted(basic_code)} 与实施编码 {quoted(item)} 中的基本编码不一致",
                quoted(parsed.basic_code),
                quoted(basic_code),
            )


def _born(basic: Values, days: _Days) -> Iterator[Fault]:
    if days.concluded_on is None:
        return
    for who in ("applicant", "agent"):
        for number, party in enumerate(basic.groups.get(who, ())):
            text = party.texts.get
            if text("identifier_kind") != IdentifierKind.RESIDENT_ID.zh:
                continue
            # Only what is right in itself: what is not, the table tells.
            identifier = _read(text("identifier", ""), check_resident_id)
            if identifier and identifier[6:14] > f"{days.concluded_on:%Y%m%d}":
                yield _failed(
                    f"{who}[{number}].identifier（证件号码）",
                    f"the person was born after the conclusion, {days.concluded_on}",
                    f"证件号码中的出生日期晚于办结日期 {days.concluded_on}",
                    f"≤ {days.concluded_on}",
                    "",
                )


def _licences(basic: Values, days: _Days) -> Iterator[Fault]:
    text = basic.texts.get
    licences = basic.groups.get("licences", ())
    if licences and text("decision") in _WITHOUT_LICENCE:
        yield _odd(
            "licences（证照）",
            f"a case that ended with {text('decision')} gave a licence",
            f"办理结果为“{text('decision')}”，却有结果证照",
            "0",
            len(licences),
        )
    if text("decision") == Decision.NOT_ACCEPTED.zh and days.accepted_on is not None:
        yield _odd(
            "accepted_on（受理日期）",
            "a case that was not accepted has a day of acceptance",
            "办理结果为“不予受理”，却有受理日期",
            "",
            days.accepted_on,
        )
    from_on = days.decided_on or days.concluded_on
    for number, licence in enumerate(licences):
        until = _day(licence, "valid_until")
        if until is not None and from_on is not None and until < from_on:
            yield _odd(
                f"licences[{number}].valid_until（有效期至）",
                f"{until} lies before the decision, {from_on}",
                f"{until} 早于决定或办结日期 {from_on}",
                f"≥ {from_on}",
                until,
            )


def _steps(process: Values, days: _Days, on: date) -> Iterator[Fault]:
    before: datetime | None = None
    named: dict[str, list[date]] = {}
    for number, step in enumerate(process.groups.get("steps", ())):
        at = _moment(step, "at")
        if at is None:
            continue
        place = f"steps[{number}].at（行为时间）"
        activity = step.texts.get("activity", "")
        named.setdefault(activity, []).append(at.date())
        if at.date() > on:
            yield _future(place, at.date(), on)
        if before is not None and at < before:
            yield _odd(
                place,
                f"{at} lies before the step that stands before it, {before}",
                f"{at} 早于前一环节 {before}",
                f"≥ {before}",
                at,
            )
        before = at
        end = days.concluded_on
        if end is not None and at.date() > end and not _AFTERWARDS.search(activity):
            yield _odd(
                place,
                f"{quoted(activity)} was done on {at.date()}, after the conclusion, "
                f"{end}",
                f"{quoted(activity)}（{at.date()}）晚于办结日期 {end}",
                f"≤ {end}",
                at.date(),
            )
    for activity, name in _DAYS_OF_STEPS.items():
        day = getattr(days, name)
        if day is not None and activity in named and day not in named[activity]:
            on_days = "、".join(map(str, named[activity][:3]))
            yield _odd(
                f"{name}（{_TITLES[name]}）",
                f"{day}, but the step {activity} was done on {on_days}",
                f"{day} 与“{activity}”环节的日期 {on_days} 不一致",
                on_days,
                day,
            )


def _document(document: Values, place: str, on: date) -> Iterator[Fault]:
    made: list[date] = []
    for number, file in enumerate(document.groups.get("files", ())):
        at = _moment(file, "created_at")
        if at is None:
            continue
        made.append(at.date())
        here = f"{place}files[{number}].created_at（形成时间）"
        if at.date() > on:
            yield _future(here, at.date(), on)
        if at.date() < _FIRST_FILES:
            yield _odd(
                here,
                f"{at.date()} is before {_FIRST_FILES}: a clock that was not set",
                f"{at.date()} 早于 {_FIRST_FILES}，疑为未设置的时钟",
                f"≥ {_FIRST_FILES}",
                at.date(),
            )
    for number, scan in enumerate(document.groups.get("digitised", ())):
        verified_on = _day(scan, "verified_on")
        if verified_on is None:
            continue
        here = f"{place}digitised[{number}].verified_on（核验日期）"
        if verified_on > on:
            yield _future(here, verified_on, on)
        if made and verified_on < min(made):
            yield _odd(
                here,
                f"{verified_on} lies before the first file was made, {min(made)}",
                f"{verified_on} 早于文件形成日期 {min(made)}",
                f"≥ {min(made)}",
                verified_on,
            )


def _day(values: Values, name: str) -> date | None:
    return _read(values.texts.get(name, ""), reading.day)


def _moment(values: Values, name: str) -> datetime | None:
    return _read(
        values.texts.get(name, ""), lambda text: in_china(reading.moment(text))
    )


def _read(text: str, how: Callable[[str], T]) -> T | None:
    if not text:
        return None
    try:
        return how(text)
    except ValueError:
        return None


def _future(place: str, day: date, on: date) -> Fault:
    return _failed(
        place,
        f"{day} is in the future of {on}",
        f"{day} 晚于检测日期 {on}",
        f"≤ {on}",
        day,
    )


def _failed(place: str, en: str, zh: str, expected: str, found: object) -> Fault:
    return Fault(Outcome.FAILED, place, en, zh, expected, str(found))


def _odd(place: str, en: str, zh: str, expected: str, found: object) -> Fault:
    return Fault(Outcome.WARNED, place, en, zh, expected, str(found))
