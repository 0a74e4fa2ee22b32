"""Case 办件: one application that an agency handled to its end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import Any

import attrs
from attrs import field, frozen

from egovarchive.errors import InvalidValueError
from egovarchive.records.document import Document
from egovarchive.records.item import ServiceItem
from egovarchive.records.kind import Of, strings
from egovarchive.records.moment import a_date
from egovarchive.records.party import Party
from egovarchive.records.step import Step
from egovarchive.records.term import Term
from egovarchive.records.text import Text

MAX_NUMBER_LENGTH = 64
# Beyond these, a date is a slip of the pen, and sums of years would leave the calendar.
EARLIEST, LATEST = date(1900, 1, 1), date(2999, 12, 31)


class Decision(Term):
    """How a case ended 办理结果."""

    GRANTED = "granted", "准予"
    REFUSED = "refused", "不予"
    NOT_ACCEPTED = "not_accepted", "不予受理"
    WITHDRAWN = "withdrawn", "撤回"
    COMPLETED = "completed", "办结"


@frozen(kw_only=True)
class Licence:
    """
    A licence 证照 that a case gave.

    Args:
        name: Name of the licence.
        number: Its number 证照编号, as printed on it.
        identifier: Its electronic licence identifier 电子证照标识, if it has one.
        valid_until: Last day of its validity, if it ends.
    """

    name: str = field(validator=Text(200))
    number: str | None = field(default=None, validator=Text(100, optional=True))
    identifier: str | None = field(default=None, validator=Text(200, optional=True))
    valid_until: date | None = field(default=None, validator=a_date)


@frozen(kw_only=True)
class JointHandling:
    """
    What a case had part in, where several agencies handled one matter 联办.

    Each agency archives its own part (GB/T 42727—2023, chapter 4, as DA/T 85 words it).

    Args:
        number: Number of the joint matter 联办件编号.
        name: Its name, such as 开办企业“一件事”.
        lead: The leading agency 牵头部门.
        parts: Numbers of the other agencies' cases, as far as known.
    """

    number: str = field(validator=Text(MAX_NUMBER_LENGTH))
    name: str = field(validator=Text(200))
    lead: str = field(validator=Text(200))
    parts: tuple[str, ...] = field(
        default=(),
        converter=strings,
        validator=attrs.validators.deep_iterable(Text(MAX_NUMBER_LENGTH)),
    )


def _documents(value: Iterable[Document]) -> tuple[Document, ...]:
    return tuple(value)


def _steps(value: Iterable[Step]) -> tuple[Step, ...]:
    return tuple(value)


def _licences(value: Iterable[Licence]) -> tuple[Licence, ...]:
    return tuple(value)


def _plausible(
    instance: object, attribute: attrs.Attribute[Any], value: date | None
) -> None:
    a_date(instance, attribute, value)
    if value is not None and not EARLIEST <= value <= LATEST:
        raise InvalidValueError(
            f"{value} does not lie between {EARLIEST} and {LATEST}",
            f"{value} 不在 {EARLIEST} 至 {LATEST} 之间",
            rule="plausible dates",
            place=attribute.name,
        )


@frozen(kw_only=True)
class Case:
    """
    A concluded case 办件.

    Args:
        number: Case number 办件编号, unique within the agency: opaque, at most
            64 characters.
        item: The service item it was handled under.
        title: Title 题名.
        applicant: Applicant 申请人.
        concluded_on: Day on which it was concluded 办结日期.
        decision: How it ended 办理结果.
        documents: Its documents, in the order they are to be kept.
        steps: What was done, in order 办理过程.
        agent: Agent 代理人, if there was one.
        accepted_on: Day of acceptance 受理日期; None if it was not accepted.
        decided_on: Day of the decision 决定日期, if it differs or matters.
        licences: Licences that it gave.
        joint: What it had part in, if several agencies handled one matter 联办.
        department: Department in charge 责任处室, if known.
        provincial_number: Number in the province's system, if it has one.
        municipal_number: Number in the city's system, if it has one.
    """

    number: str = field(validator=Text(MAX_NUMBER_LENGTH))
    item: ServiceItem = field(validator=Of(ServiceItem))
    title: str = field(validator=Text(500))
    applicant: Party = field(validator=Of(Party))
    concluded_on: date = field(validator=_plausible)
    decision: Decision = field(validator=Of(Decision))
    documents: tuple[Document, ...] = field(converter=_documents)
    steps: tuple[Step, ...] = field(default=(), converter=_steps)
    agent: Party | None = field(default=None, validator=Of(Party, optional=True))
    accepted_on: date | None = field(default=None, validator=_plausible)
    decided_on: date | None = field(default=None, validator=_plausible)
    licences: tuple[Licence, ...] = field(default=(), converter=_licences)
    joint: JointHandling | None = field(
        default=None, validator=Of(JointHandling, optional=True)
    )
    department: str | None = field(default=None, validator=Text(200, optional=True))
    provincial_number: str | None = field(
        default=None, validator=Text(MAX_NUMBER_LENGTH, optional=True)
    )
    municipal_number: str | None = field(
        default=None, validator=Text(MAX_NUMBER_LENGTH, optional=True)
    )

    @documents.validator
    def _some(self, _: object, value: tuple[Document, ...]) -> None:
        if not value:
            raise InvalidValueError(
                f"case {self.number!r} has no document",
                f"办件 {self.number!r} 没有电子文件",
                rule="国办发〔2023〕26号",
                place="documents",
            )

    def __attrs_post_init__(self) -> None:
        days = [
            (name, day)
            for name in ("accepted_on", "decided_on", "concluded_on")
            if (day := getattr(self, name)) is not None
        ]
        for (earlier, first), (later, second) in pairwise(days):
            if first > second:
                raise InvalidValueError(
                    f"{earlier} {first} lies after {later} {second}",
                    f"{earlier} {first} 晚于 {later} {second}",
                    rule="order of dates",
                    place=earlier,
                )
