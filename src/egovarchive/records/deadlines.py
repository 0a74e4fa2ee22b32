"""Deadlines 期限: the dates that follow from a conclusion and a retention period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType

from attrs import field, frozen

from egovarchive.errors import InvalidValueError, Language
from egovarchive.records.case import EARLIEST, LATEST
from egovarchive.records.kind import Of
from egovarchive.records.moment import a_date, years_after
from egovarchive.records.retention import RetentionPeriod
from egovarchive.records.retention_start import RetentionStart
from egovarchive.records.term import Term

TRANSFER_YEARS = 5
CUSTODY_YEARS = 5
# Years; the e-government rule does not transfer what is kept for fewer.
TRANSFERRED_FROM = 30


class Level(Term):
    """Level of an agency, as 档案法实施条例 第二十条 tells them apart."""

    STATE = "state", "中央"
    PROVINCE = "province", "省级"
    CITY = "city", "设区的市级"
    COUNTY = "county", "县级"

    @property
    def statutory_years(self) -> int:
        """Years from formation until general transfer."""
        return 10 if self is Level.COUNTY else 20


class DeadlineKind(Term):
    """What must be done by a date."""

    ARCHIVE_ONLINE = "archive_online", "在线归档"
    ARCHIVE_OFFLINE = "archive_offline", "离线归档"
    TRANSFER = "transfer", "移交"
    STATUTORY_TRANSFER = "statutory_transfer", "法定移交"
    RETENTION_END = "retention_end", "保管期满"
    CUSTODY_END = "custody_end", "移交后保管期满"
    EVIDENCE_RENEWAL = "evidence_renewal", "证据续期"


def _inputs(value: Mapping[str, object]) -> Mapping[str, str]:
    return MappingProxyType({name: str(what) for name, what in value.items()})


_UNKNOWN = "-"
_INPUTS = {
    "concluded_on": "办结日期",
    "formed_on": "形成日期",
    "period": "保管期限",
    "level": "机构层级",
    "decided_on": "决定日期",
    "licence_valid_until": "证照有效期截止日",
    "accepted_on": "接收日期",
}


def _in_chinese(name: str, value: str) -> str:
    if name == "level" and value != _UNKNOWN:
        value = next(level.zh for level in Level if level.value == value)
    return f"{_INPUTS.get(name, name)} {value}"


@frozen
class Deadline:
    """
    A date by which something must be done, and why.

    Args:
        kind: What.
        on: The last day; None if the rule sets none in this case.
        rule: How it is reckoned, in English and Chinese.
        source: What the rule rests on.
        inputs: What it was reckoned from, by name.
    """

    kind: DeadlineKind
    on: date | None
    rule: tuple[str, str] = field(repr=False)
    source: str = field(repr=False)
    inputs: Mapping[str, str] = field(converter=_inputs, repr=False)

    def explain(self, lang: Language = "en") -> str:
        """Return the date with its rule, source and inputs, in one line."""
        if lang == "zh":
            given = "，".join(_in_chinese(*pair) for pair in self.inputs.items())
            when = "无期限" if self.on is None else self.on.isoformat()
            return f"{self.kind.zh}：{when}。{self.rule[1]}（{self.source}；{given}）"
        given = ", ".join(f"{name} {value}" for name, value in self.inputs.items())
        when = "no date" if self.on is None else self.on.isoformat()
        return (
            f"{self.kind.label(lang)}: {when}. {self.rule[0]} ({self.source}; {given})"
        )


def custody_end(accepted_on: date) -> Deadline:
    """
    Return until when the sender keeps its own copy of what was transferred.

    Args:
        accepted_on: Day on which the archives accepted it.
    """
    return Deadline(
        DeadlineKind.CUSTODY_END,
        years_after(accepted_on, CUSTODY_YEARS),
        (
            "Who transferred a record keeps a copy for at least 5 years after that",
            "移交后，移交单位至少继续保管5年",
        ),
        "档发〔2012〕7号",
        {"accepted_on": accepted_on},
    )


_CONCLUSION = RetentionStart.CONCLUSION
_EITHER = RetentionStart.LICENCE_EXPIRY_OR_CONCLUSION
# How the years are counted, and the name of the day in the inputs.
_STARTS = {
    _CONCLUSION: (
        (
            "The years are counted from 1 January after the year of conclusion",
            "自办结次年1月1日起计算",
        ),
        "档案工作通行做法；起算办法可由单位另行规定",
        "concluded_on",
    ),
    RetentionStart.DECISION: (
        (
            "The years are counted from 1 January after the year of the decision",
            "自作出决定次年1月1日起计算",
        ),
        "保管期限表规定的起算办法",
        "decided_on",
    ),
    RetentionStart.LICENCE_EXPIRY: (
        (
            (
                "The years are counted from 1 January after the year in which the "
                "last licence ends"
            ),
            "自证照有效期届满次年1月1日起计算，有多个证照的以最晚者为准",
        ),
        "保管期限表规定的起算办法",
        "licence_valid_until",
    ),
    _EITHER: (
        (
            (
                "The years are counted from 1 January after the year in which the "
                "last licence ends, or of conclusion if no licence was given"
            ),
            (
                "自证照有效期届满次年1月1日起计算，有多个证照的以最晚者为准，"
                "未发证照的自办结次年1月1日起计算"
            ),
        ),
        "保管期限表规定的起算办法",
        "licence_valid_until",
    ),
}


@frozen(kw_only=True)
class Deadlines:
    """
    The dates of one record.

    Args:
        concluded_on: Day on which the case was concluded 办结日期. It is taken for
            the day of formation 形成之日, which no rule defines for a case.
        period: Retention period.
        level: Level of the agency; None leaves the statutory date open.
        start: What the period begins after.
        retention_starts_after: The day of that, as `RetentionStart.after` tells it;
            None if that is the conclusion.

    >>> dates = Deadlines(concluded_on=date(2024, 2, 29), period=RetentionPeriod(30))
    >>> print(dates.transfer.on, dates.retention_end.on)
    2029-02-28 2054-12-31
    """

    concluded_on: date = field(validator=a_date)
    period: RetentionPeriod
    level: Level | None = None
    start: RetentionStart = field(default=_CONCLUSION, validator=Of(RetentionStart))
    retention_starts_after: date | None = field(default=None, validator=a_date)

    @retention_starts_after.validator
    def _check_start(self, _: object, value: date | None) -> None:
        given = value is not None
        if self.start is not _EITHER and given is (self.start is _CONCLUSION):
            raise InvalidValueError(
                f"retention begins after {self.start.label('en')}: "
                + (f"{value} is one day too many" if given else "its day is missing"),
                f"保管期限自“{self.start.zh}”起算："
                + (f"不应另给日期 {value}" if given else "缺少其日期"),
                rule="start of retention",
                place="retention_starts_after",
            )
        if value is not None and not EARLIEST <= value <= LATEST:
            raise InvalidValueError(
                f"{value} does not lie between {EARLIEST} and {LATEST}",
                f"{value} 不在 {EARLIEST} 至 {LATEST} 之间",
                rule="plausible dates",
                place="retention_starts_after",
            )

    def __iter__(self) -> Iterator[Deadline]:
        yield self.archive_online
        yield self.archive_offline
        yield self.transfer
        yield self.statutory_transfer
        yield self.retention_end

    @property
    def archive_online(self) -> Deadline:
        """When a system that archives online must have archived the case."""
        return Deadline(
            DeadlineKind.ARCHIVE_ONLINE,
            self.concluded_on,
            (
                "Online archiving is done in real time: on the day of conclusion",
                "在线归档应实时进行，以办结当日为限",
            ),
            "国办发〔2023〕26号",
            {"concluded_on": self.concluded_on},
        )

    @property
    def archive_offline(self) -> Deadline:
        """The last day for archiving offline."""
        return Deadline(
            DeadlineKind.ARCHIVE_OFFLINE,
            date(self.concluded_on.year + 1, 6, 30),
            (
                "Offline archiving ends with June of the year after conclusion",
                "离线归档应于办结次年6月底前完成",
            ),
            "国办发〔2023〕26号",
            {"concluded_on": self.concluded_on},
        )

    @property
    def transfer(self) -> Deadline:
        """When the record must have been transferred to the public archives."""
        years = self.period.years
        due = self.period.is_permanent or (
            years is not None and years >= TRANSFERRED_FROM
        )
        return Deadline(
            DeadlineKind.TRANSFER,
            years_after(self.concluded_on, TRANSFER_YEARS) if due else None,
            (
                (
                    "Permanent and 30-year records go to the public archives of the "
                    "same level within 5 years of formation; others do not"
                ),
                "保管期限为永久和30年的，自形成之日起5年内向同级国家综合档案馆移交；其他不移交",
            ),
            "陕西省政务服务电子文件归档和电子档案管理实施办法；档发〔2012〕7号",
            {"formed_on": self.concluded_on, "period": self.period},
        )

    @property
    def statutory_transfer(self) -> Deadline:
        """
        The general transfer date of all media.

        From then on, who may see the record is for the archives to decide.
        """
        if self.level is None or self.transfer.on is None:
            on = None
        else:
            on = years_after(self.concluded_on, self.level.statutory_years)
        return Deadline(
            DeadlineKind.STATUTORY_TRANSFER,
            on,
            (
                (
                    "General transfer is 20 years after formation, 10 at county "
                    "level; it needs the agency's level"
                ),
                "一般自形成之日起满20年移交，县级满10年；须已知机构层级",
            ),
            "档案法实施条例 第二十条",
            {
                "formed_on": self.concluded_on,
                "period": self.period,
                "level": self.level.value if self.level else _UNKNOWN,
            },
        )

    @property
    def retention_end(self) -> Deadline:
        """The last day of the retention period; appraisal begins the day after."""
        years, after = self.period.years, self.retention_starts_after
        rule, source, name = _STARTS[self.start]
        inputs: dict[str, object] = {name: after or _UNKNOWN, "period": self.period}
        if after is None:
            after = inputs["concluded_on"] = self.concluded_on
        return Deadline(
            DeadlineKind.RETENTION_END,
            None if years is None else date(after.year + years, 12, 31),
            rule,
            source,
            inputs,
        )
