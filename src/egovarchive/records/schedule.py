"""Retention schedule 保管期限表: which service item is kept how long, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import attrs
from attrs import field, frozen

from egovarchive.errors import InvalidValueError
from egovarchive.records.case import Decision
from egovarchive.records.identifiers import check_item_code
from egovarchive.records.kind import Of, strings
from egovarchive.records.materials import (
    NAMES,
    ConditionalMaterials,
    Scope,
    in_order,
    joined,
)
from egovarchive.records.moment import a_date
from egovarchive.records.retention import RetentionPeriod
from egovarchive.records.retention_start import RetentionStart
from egovarchive.records.text import Text, check_text


def _item_code(value: str) -> str:
    try:
        return check_item_code(check_text(value, limit=64))
    except InvalidValueError as error:
        raise error.within("item_code") from None


def _a_period(
    _: object, attribute: attrs.Attribute[Any], value: RetentionPeriod
) -> None:
    if value.legacy is not None:
        raise InvalidValueError(
            f"{value.legacy} is a legacy period: it may be read, never given",
            f"{value.legacy} 为旧制保管期限，只可读取，不得赋予",
            rule="国家档案局令第8号",
            place=attribute.name,
        )


@frozen(kw_only=True)
class ScheduleRule:
    """
    What a schedule says of one service item.

    Args:
        item_code: Item code 事项编码, in the same normal form as that of a case.
        period: Retention period 保管期限.
        required: Names or codes of the materials that every case of it has 必备材料.
        optional: Those that a case may have 可选材料. Where any is named, the scope
            ends there: what is neither required nor optional is warned of.
        excluded: Those that are not archived 不归档材料.
        conditional: Materials of cases that ended in one way only 条件材料.
        start: What the period begins after 起算; by default as practice has it.
        item_name: Name of the item, for the reader.
        source: What the rule rests on 依据.
    """

    item_code: str = field(converter=_item_code)
    period: RetentionPeriod = field(
        validator=attrs.validators.and_(Of(RetentionPeriod), _a_period)
    )
    required: tuple[str, ...] = field(default=(), converter=strings, validator=NAMES)
    optional: tuple[str, ...] = field(default=(), converter=strings, validator=NAMES)
    excluded: tuple[str, ...] = field(default=(), converter=strings, validator=NAMES)
    conditional: tuple[ConditionalMaterials, ...] = field(
        default=(), converter=in_order
    )
    start: RetentionStart = field(
        default=RetentionStart.CONCLUSION, validator=Of(RetentionStart)
    )
    item_name: str | None = field(default=None, validator=Text(200, optional=True))
    source: str | None = field(default=None, validator=Text(500, optional=True))

    def __attrs_post_init__(self) -> None:
        self.scope_for(None)
        for each in self.conditional:
            self._check_scope(each.when.decision)

    def _check_scope(self, decision: Decision) -> None:
        try:
            self.scope_for(decision)
        except InvalidValueError as error:
            en, zh = error.args
            raise InvalidValueError(
                f"{decision.value}: {en}",
                f"“{decision.zh}”：{zh}",
                rule=error.rule,
                place="conditional",
            ) from None

    def scope_for(self, decision: Decision | None) -> Scope:
        """Return the scope for a case that ended with *decision*; None: unknown."""
        base = Scope(
            required=self.required, optional=self.optional, excluded=self.excluded
        )
        return joined(base, self.conditional, decision)


def _rules(value: Iterable[ScheduleRule]) -> dict[str, ScheduleRule]:
    rules: dict[str, ScheduleRule] = {}
    for rule in value:
        if rule.item_code in rules:
            raise InvalidValueError(
                f"the schedule has two rules for {rule.item_code!r}",
                f"保管期限表对事项 {rule.item_code!r} 有两条规定",
                rule="one rule an item",
                place="rules",
            )
        rules[rule.item_code] = rule
    return rules


@frozen(kw_only=True)
class RetentionSchedule:
    """
    A records retention schedule 保管期限表.

    Args:
        version: Its version, as records name it.
        approved_by: Body that approved it 批准机关 (档案法实施条例 第十九条).
        approval_number: Number of the approval 批准文号.
        effective_on: First day on which it holds 生效日期.
        ends_on: Last day on which it holds 截止日期; None: until it is replaced.
        rules: One rule for each service item.
    """

    version: str = field(validator=Text(64))
    approved_by: str = field(validator=Text(200))
    approval_number: str = field(validator=Text(100))
    effective_on: date = field(validator=a_date)
    ends_on: date | None = field(default=None, validator=a_date)
    _rules: dict[str, ScheduleRule] = field(converter=_rules, repr=False)

    def __attrs_post_init__(self) -> None:
        if self.ends_on is not None and self.ends_on < self.effective_on:
            raise InvalidValueError(
                f"it would end on {self.ends_on}, before it begins on "
                f"{self.effective_on}",
                f"截止日期 {self.ends_on} 早于生效日期 {self.effective_on}",
                rule="order of dates",
                place="ends_on",
            )

    def __iter__(self) -> Iterator[ScheduleRule]:
        return iter(self._rules.values())

    def __len__(self) -> int:
        return len(self._rules)

    def rule_for(self, item_code: str) -> ScheduleRule:
        """
        Return what the schedule says of the service item with *item_code*.

        Raises:
            InvalidValueError: It is silent about this item. There is no default:
                a guess here destroys records.
        """
        try:
            return self._rules[item_code]
        except KeyError:
            raise InvalidValueError(
                f"schedule {self.version} is silent about service item {item_code!r}",
                f"保管期限表 {self.version} 未规定事项 {item_code!r}",
                rule="档案法实施条例 第十九条",
                place="item.code",
            ) from None

    def check_in_force(self, concluded_on: date) -> None:
        """
        Raise `InvalidValueError` if it was not in force on the day *concluded_on*.

        A case is filed under the schedule of the day on which it was concluded.
        """
        if concluded_on < self.effective_on:
            en, zh = f"holds from {self.effective_on}", f"自 {self.effective_on} 起施行"
        elif self.ends_on is not None and concluded_on > self.ends_on:
            en, zh = f"ended on {self.ends_on}", f"施行至 {self.ends_on} 止"
        else:
            return
        raise InvalidValueError(
            f"schedule {self.version} {en}; the case was concluded on {concluded_on}",
            f"保管期限表 {self.version} {zh}，办件于 {concluded_on} 办结",
            rule="schedule in force",
            place="concluded_on",
        )

    def period_for(self, item_code: str) -> RetentionPeriod:
        """Return the period of *item_code*, or raise, as `rule_for` does."""
        return self.rule_for(item_code).period
