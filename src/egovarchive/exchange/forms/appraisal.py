"""Appraisal report 鉴定工作报告, with the appraisal list 鉴定清单 it rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from attrs import field, frozen, validators

from egovarchive.errors import InvalidValueError
from egovarchive.exchange.forms.form import (
    Cell,
    Form,
    Grid,
    Mark,
    Signature,
    heads,
    signatures,
)
from egovarchive.exchange.forms.listed import (
    Approval,
    Listed,
    cells,
    distinct,
    has_titles,
    labels,
    no_repeats,
    widths,
)
from egovarchive.exchange.forms.words import EMPTY, Words, day_words, period_words
from egovarchive.records.kind import Of
from egovarchive.records.moment import a_date
from egovarchive.records.retention import RetentionPeriod
from egovarchive.records.term import Term
from egovarchive.records.text import Text

_RULE: Final = "档案法实施条例 第二十四条"
_TITLE: Final = Words("电子档案鉴定工作报告", "Appraisal report of electronic records")
_LIST: Final = Words("鉴定清单", "Appraisal list")


class Opinion(Term):
    """What the appraisal of one record comes to."""

    KEEP = "keep", "续存"
    DESTROY = "destroy", "销毁"


@frozen
class AppraisalRow:
    """
    One line of the list: records are appraised one by one.

    Args:
        record: Which record.
        opinion: Whether it is kept longer.
        new_period: 重新划定的保管期限, if it is kept.
        reason: Why.
    """

    record: Listed = field(validator=Of(Listed))
    opinion: Opinion = field(validator=Of(Opinion), kw_only=True)
    new_period: RetentionPeriod | None = field(
        default=None, validator=Of(RetentionPeriod, optional=True), kw_only=True
    )
    reason: str = field(validator=Text(500), kw_only=True)

    @new_period.validator
    def _check(self, _: Any, value: RetentionPeriod | None) -> None:
        if (self.opinion is Opinion.KEEP) is (value is None):
            raise _refused(
                "what is kept has a new period, what is destroyed has none",
                "续存的须重新划定保管期限，销毁的没有保管期限",
                "new_period",
            )
        if value is not None and value.legacy is not None:
            raise _refused(
                f"{value} is no longer given to records",
                f"不得再划定为{value}",
                "new_period",
            )


@frozen
class Member:
    """
    A member of the appraisal team 鉴定小组.

    Args:
        name: Who.
        role: From where: 档案部门, 业务部门.
    """

    name: str = field(validator=Text(100))
    role: str = field(validator=Text(100))


def _members(value: Iterable[Member]) -> tuple[Member, ...]:
    return tuple(value)


def _rows(value: Iterable[AppraisalRow]) -> tuple[AppraisalRow, ...]:
    return tuple(value)


def _approvals(value: Iterable[Approval]) -> tuple[Approval, ...]:
    return tuple(value)


@frozen(kw_only=True)
class AppraisalForm:
    """
    Appraisal report 鉴定工作报告 with its list 鉴定清单.

    Args:
        unit: 单位.
        number: Number of the report.
        appraised_on: When.
        members: 鉴定小组, each person once.
        summary: 鉴定情况: scope and how it was done.
        rows: The records, at least one.
        approvals: Who agreed.
    """

    unit: str = field(validator=Text(200))
    number: str = field(validator=Text(100))
    appraised_on: date = field(validator=validators.and_(Of(date), a_date))
    members: tuple[Member, ...] = field(
        converter=_members, validator=validators.deep_iterable(Of(Member))
    )
    summary: str = field(validator=Text(5000, lines=True))
    rows: tuple[AppraisalRow, ...] = field(
        converter=_rows,
        validator=validators.deep_iterable(Of(AppraisalRow)),
        repr=False,
    )
    approvals: tuple[Approval, ...] = field(
        default=(),
        converter=_approvals,
        validator=validators.deep_iterable(Of(Approval)),
    )

    @members.validator
    def _check_members(self, _: Any, value: tuple[Member, ...]) -> None:
        if not value:
            raise _refused("nobody appraised", "没有鉴定小组成员", "members")
        distinct((each.name for each in value), "members")

    @rows.validator
    def _check_rows(self, _: Any, value: tuple[AppraisalRow, ...]) -> None:
        if not value:
            raise _refused("it lists no record", "清单中没有档案", "rows")
        no_repeats([row.record for row in value])

    @approvals.validator
    def _check_approvals(self, _: Any, value: tuple[Approval, ...]) -> None:
        distinct((each.name for each in value), "approvals")

    def totals(self) -> dict[Opinion, int]:
        """Return how many records each opinion is about."""
        counts = Counter(row.opinion for row in self.rows)
        return {opinion: counts[opinion] for opinion in Opinion}

    def form(self) -> Form:
        """Return it as it is printed: the report, its signatures, and the list."""
        team = [
            Signature(Words.same(each.role), name=each.name) for each in self.members
        ]
        agreed = [each.signature() for each in self.approvals] or [
            Signature(Words("批准人", "approved by"))
        ]
        seal = Signature(Words("单位", "unit"), name=self.unit, mark=Mark.SEAL)
        agreed.append(seal)
        return Form(
            _TITLE,
            [
                self._report(),
                signatures(
                    team,
                    across=min(3, len(team)),
                    caption=Words("鉴定小组", "Appraisal team"),
                ),
                signatures(
                    agreed,
                    across=min(3, len(agreed)),
                    caption=Words("批准", "Approval"),
                ),
                self._list(),
            ],
            landscape=True,
        )

    def _report(self) -> Grid:
        def wide(label: Words, value: Words) -> tuple[Cell, ...]:
            return Cell(label, head=True), Cell(value, columns=3)

        return Grid(
            (3, 10, 3, 10),
            [
                wide(Words("单位", "unit"), Words.same(self.unit)),
                (
                    Cell(Words("报告编号", "number"), head=True),
                    Cell(Words.same(self.number)),
                    Cell(Words("鉴定日期", "appraised on"), head=True),
                    Cell(day_words(self.appraised_on)),
                ),
                wide(Words("鉴定情况", "summary"), Words.same(self.summary)),
                wide(Words("鉴定结果", "result"), self._result()),
            ],
        )

    def _result(self) -> Words:
        totals = self.totals()
        kept = Counter(row.new_period for row in self.rows if row.new_period)
        periods = [(period_words(period), kept[period]) for period in kept]
        zh = "、".join(f"{words.zh} {count} 件" for words, count in periods)
        en = ", ".join(f"{words.en}: {count}" for words, count in periods)
        keep, destroy = totals[Opinion.KEEP], totals[Opinion.DESTROY]
        return Words(
            f"共鉴定 {len(self.rows)} 件：续存 {keep} 件"
            + f"（{zh}）" * bool(zh)
            + f"，拟销毁 {destroy} 件",
            f"{len(self.rows)} appraised: {keep} to be kept"
            + f" ({en})" * bool(en)
            + f", {destroy} to be destroyed",
        )

    def _list(self) -> Grid:
        titles = has_titles(row.record for row in self.rows)
        head = heads(
            *labels(titles=titles),
            Words("鉴定意见", "opinion"),
            Words("新保管期限", "new period"),
            Words("理由", "reason"),
        )
        lines = (
            (
                *cells(number, row.record, titles=titles),
                Cell(Words(row.opinion.zh, row.opinion.label("en"))),
                Cell(period_words(row.new_period) if row.new_period else EMPTY),
                Cell(Words.same(row.reason)),
            )
            for number, row in enumerate(self.rows, start=1)
        )
        return Grid(
            (*widths(titles=titles), 4, 5, 7),
            [head, *lines],
            repeated=1,
            caption=_LIST,
            page=True,
        )


def _refused(en: str, zh: str, place: str) -> InvalidValueError:
    return InvalidValueError(en, zh, rule=_RULE, place=place)
