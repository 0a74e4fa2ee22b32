"""Appraisal 鉴定: what became of each record of an appraisal list, and who agreed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from hashlib import sha256
from typing import Final

from attrs import field, frozen, validators

from egovarchive.errors import InvalidValueError, RetentionNotExpiredError
from egovarchive.lifecycle.appraisal_list import AppraisalList
from egovarchive.lifecycle.dialogue.forms import Words, all_of
from egovarchive.lifecycle.dialogue.wire import (
    Row,
    code_of,
    decode,
    each,
    encode,
    members,
    optional,
    period_of,
    take,
    text_of,
)
from egovarchive.lifecycle.entry import Entry
from egovarchive.lifecycle.event import Event, EventKind
from egovarchive.lifecycle.event_kind import NONE
from egovarchive.lifecycle.persons import MAX_NAME, check_distinct
from egovarchive.lifecycle.standing import Standing
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.deadlines import Deadlines
from egovarchive.records.kind import Of
from egovarchive.records.moment import date_in_china
from egovarchive.records.retention import RetentionPeriod
from egovarchive.records.text import Text

KIND: Final = "appraisal"
# 档案法实施条例 第二十四条: what is kept gets a new period, and is marked with it.
_RULE: Final = "档案法实施条例 第二十四条"


@frozen(kw_only=True)
class Opinion:
    """
    What one person thinks of one record.

    It is kept for ever: *reason* must not name an applicant.

    Args:
        code: The record.
        retain: The period for which it is kept from now on 重新划定的保管期限; None:
            it is destroyed.
        reason: Why.
        by: Who thinks so.
    """

    code: ArchivalCode = field(validator=Of(ArchivalCode))
    retain: RetentionPeriod | None = field(validator=Of(RetentionPeriod, optional=True))
    reason: str = field(validator=validators.and_(Text(1000), Words(1000)))
    by: str = field(validator=Text(MAX_NAME))

    @retain.validator
    def _check(self, _: object, value: RetentionPeriod | None) -> None:
        if value is not None and value.legacy is not None:
            raise InvalidValueError(
                f"{value.legacy} is read from old records, and no longer given",
                f"{value.legacy} 为旧制保管期限，不得再划定",
                rule="国家档案局令第8号",
                place="retain",
            )

    def row(self) -> Row:
        """Return it as plain texts."""
        return {
            "code": str(self.code),
            "retain": None if self.retain is None else str(self.retain),
            "reason": self.reason,
            "by": self.by,
        }

    @classmethod
    def of_row(cls, value: object) -> Opinion:
        """Return the one that `row` wrote; raise `InvalidValueError` at all else."""
        row = members(value, ("code", "retain", "reason", "by"))
        return cls(
            code=take(row, "code", code_of),
            retain=take(row, "retain", optional(period_of)),
            reason=take(row, "reason", text_of),
            by=take(row, "by", text_of),
        )


def _opinions(value: Iterable[Opinion]) -> tuple[Opinion, ...]:
    return all_of(Opinion, value, "opinions")


@frozen(kw_only=True)
class Appraisal:
    """
    An appraisal list with an opinion on each record, approved.

    A record on hold may be left without an opinion: it stays as it is.

    Args:
        list: What was appraised.
        opinions: One for each record.
        approved_by: The leader in charge 分管领导, who gave none of the opinions.
        role: As what they approve.
        opinion: What they say.

    Raises:
        InvalidValueError: A record has no opinion or two, or one is of another record.
        ApprovalMissingError: Who approves gave one of the opinions.
    """

    list: AppraisalList = field(validator=Of(AppraisalList))
    opinions: tuple[Opinion, ...] = field(converter=_opinions, repr=False)
    approved_by: str = field(validator=Text(MAX_NAME))
    role: str = field(validator=Text(MAX_NAME))
    opinion: str = field(validator=validators.and_(Text(1000), Words(1000)))

    def __attrs_post_init__(self) -> None:
        left = {record.code: record for record in self.list.records}
        for number, opinion in enumerate(self.opinions):
            if left.pop(opinion.code, None) is None:
                raise InvalidValueError(
                    f"{opinion.code} is not on the list, or has an opinion already",
                    f"{opinion.code} 不在清单中，或已有意见",
                    rule="逐件审查",
                    place=f"opinions[{number}]",
                )
        missing = [str(record.code) for record in left.values() if not record.holds]
        if missing or not self.opinions:
            shown = "、".join(missing[:5])
            raise InvalidValueError(
                f"records without an opinion: {len(missing)} ({shown})",
                f"尚无鉴定意见的档案：{len(missing)} 件（{shown}）",
                rule="逐件审查",
                place="opinions",
            )
        appraisers = {opinion.by for opinion in self.opinions}
        check_distinct(
            self.approved_by,
            sorted(appraisers),
            "gave an opinion on one of the records, and cannot approve them",
            "已对其中档案提出鉴定意见，不能批准",
        )

    @property
    def id(self) -> str:
        """SHA-256 of its bytes, in hex."""
        return sha256(self.encode()).hexdigest()

    @property
    def retained(self) -> int:
        """How many are kept longer."""
        return sum(opinion.retain is not None for opinion in self.opinions)

    def event(self, at: datetime) -> Event:
        """Return the event that tells of it."""
        return Event(
            kind=EventKind.APPRAISED,
            code=None,
            at=at,
            by=self.approved_by,
            details={
                "appraisal": self.id,
                "retained": str(self.retained),
                "proposed": str(len(self.opinions) - self.retained),
                "opinion": self.opinion,
            },
        )

    def encode(self) -> bytes:
        """Return it as canonical JSON: the same appraisal, the same bytes."""
        row = {
            "list": self.list.row(),
            "opinions": [opinion.row() for opinion in self.opinions],
            "approved_by": self.approved_by,
            "role": self.role,
            "opinion": self.opinion,
        }
        return encode(KIND, row)

    @classmethod
    def decode(cls, data: bytes) -> Appraisal:
        """
        Read what `encode` wrote, and nothing else.

        Raises:
            InvalidValueError: It is something else; says where.
            ApprovalMissingError: Who approves gave one of the opinions.
        """
        return decode(data, KIND, cls._of_row, cls.encode)

    @classmethod
    def _of_row(cls, value: object) -> Appraisal:
        names = ("list", "opinions", "approved_by", "role", "opinion")
        row = members(value, names)
        return cls(
            list=take(row, "list", AppraisalList.of_row),
            opinions=take(row, "opinions", each(Opinion.of_row)),
            approved_by=take(row, "approved_by", text_of),
            role=take(row, "role", text_of),
            opinion=take(row, "opinion", text_of),
        )


def kept_until(
    ends_on: date, old: RetentionPeriod, new: RetentionPeriod
) -> date | None:
    """
    Return the last day of a *new* period; None if it is permanent.

    It is counted from where the *old* one was, which ended on *ends_on*: to set a
    period anew 重新划定 does not make the record younger.

    Raises:
        InvalidValueError: *old* has no number of years.

    >>> kept_until(date(2036, 12, 31), RetentionPeriod(10), RetentionPeriod(30))
    datetime.date(2056, 12, 31)
    """
    if old.years is None:
        raise InvalidValueError(
            f"a period of {old} has no end", f"{old.title}没有期满之日", rule=_RULE
        )
    if new.years is None:
        return None
    return date(ends_on.year - old.years + new.years, 12, 31)


def event_of(  # noqa: PLR0913 - each with its name
    opinion: Opinion,
    entry: Entry,
    standing: Standing,
    *,
    appraisal: str,
    at: datetime,
    by: str,
) -> Event:
    """
    Return the event that *opinion* leads to, once it is approved.

    What is kept for 30 years or for ever from now on, and came from nowhere else, must
    be transferred: five years after its formation, which may be over.

    Args:
        opinion: What is thought of the record.
        entry: What is registered of it.
        standing: Where it stands.
        appraisal: The id of the appraisal.
        at: The moment.
        by: Who approved.

    Raises:
        InvalidValueError: The new period would have ended too.
    """
    details = {"appraisal": appraisal, "reason": opinion.reason}
    kind = EventKind.PROPOSED
    if opinion.retain is not None:
        kind = EventKind.RETAINED
        details |= _retained(opinion.retain, entry, standing, at)
    return Event(kind=kind, code=entry.code, at=at, by=by, details=details)


def _retained(
    period: RetentionPeriod, entry: Entry, standing: Standing, at: datetime
) -> dict[str, str]:
    if standing.retention_ends_on is None:
        raise RetentionNotExpiredError(
            f"{entry.code} has no retention that could have ended",
            f"{entry.code} 没有会期满的保管期限",
        )
    ends_on = kept_until(standing.retention_ends_on, standing.period, period)
    if ends_on is not None and ends_on < date_in_china(at):
        raise InvalidValueError(
            f"{entry.code}: {period} would have ended on {ends_on}; periods count "
            "from where the first one did",
            f"{entry.code}：改为{period.title}也已于 {ends_on} 期满；"
            "重新划定的期限仍自原起算日计算",
            rule=_RULE,
            place="retain",
        )
    due_on = standing.transfer_due_on
    if due_on is None and standing.received is None and not standing.transferred:
        dates = Deadlines(concluded_on=entry.concluded_on, period=period)
        due_on = dates.transfer.on
    return {
        "period": str(period),
        "retention_ends_on": _text(ends_on),
        "transfer_due_on": _text(due_on),
    }


def _text(day: date | None) -> str:
    return NONE if day is None else day.isoformat()
