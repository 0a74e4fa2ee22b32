"""Difference of two retention schedules 保管期限表的变更, item by item."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

import attrs
from attrs import frozen

from egovarchive.errors import Language
from egovarchive.records.materials import ConditionalMaterials
from egovarchive.records.retention import RetentionPeriod
from egovarchive.records.retention_start import RetentionStart
from egovarchive.records.schedule import RetentionSchedule, ScheduleRule
from egovarchive.records.term import Term

Value = (
    str
    | date
    | RetentionPeriod
    | RetentionStart
    | tuple[str, ...]
    | tuple[ConditionalMaterials, ...]
    | None
)

HEAD: Final = {
    "version": ("version", "版本"),
    "approved_by": ("approving body", "批准机关"),
    "approval_number": ("approval number", "批准文号"),
    "effective_on": ("first day", "生效日期"),
    "ends_on": ("last day", "截止日期"),
}
FIELDS: Final = {
    "item_name": ("name", "事项名称"),
    "period": ("period", "保管期限"),
    "start": ("counted from", "起算"),
    "required": ("required", "必备材料"),
    "optional": ("optional", "可选材料"),
    "excluded": ("excluded", "不归档材料"),
    "conditional": ("conditional", "条件材料"),
    "source": ("source", "依据"),
}
_NAMES: Final = {**HEAD, **FIELDS}


def shown(value: Value, lang: Language) -> str:
    """Return *value*, of a field of a schedule, for a reader."""
    if value is None or value == ():
        return "（无）" if lang == "zh" else "(none)"
    if isinstance(value, tuple):
        return ("；" if lang == "zh" else "; ").join(_each(value, lang))
    if isinstance(value, Term):
        return value.label(lang)
    if isinstance(value, RetentionPeriod) and lang == "zh":
        return value.title
    return str(value)


def _each(
    value: tuple[str, ...] | tuple[ConditionalMaterials, ...], lang: Language
) -> Iterator[str]:
    for one in value:
        if isinstance(one, str):
            yield one
            continue
        said = one.when.decision.label(lang)
        for name in ("required", "optional", "excluded"):
            for material in getattr(one, name):
                en, zh = FIELDS[name]
                yield (
                    f"{said}：{zh} {material}"
                    if lang == "zh"
                    else (f"if {said}: {en} {material}")
                )


def _plain(value: Value) -> str | list[str] | None:
    """Return *value* as JSON has it."""
    if isinstance(value, tuple):
        return list(_each(value, "en"))
    if isinstance(value, Term):
        return str(value.value)
    return None if value is None else str(value)


@frozen
class FieldChange:
    """
    One field that changed.

    Args:
        name: Its name.
        old: What it was.
        new: What it is.
    """

    name: str
    old: Value
    new: Value

    def message(self, lang: Language = "en") -> str:
        """Return what changed, in the language *lang*."""
        en, zh = _NAMES[self.name]
        old, new = shown(self.old, lang), shown(self.new, lang)
        return f"{zh}：{old} → {new}" if lang == "zh" else f"{en}: {old} → {new}"

    def row(self) -> dict[str, object]:
        """Return it in plain texts, for JSON."""
        return {
            "field": self.name,
            "old": _plain(self.old),
            "new": _plain(self.new),
        }


@frozen
class RuleChange:
    """
    What changed in the rule for one service item.

    Args:
        rule: The rule as it is now.
        fields: The fields that changed, at least one.
    """

    rule: ScheduleRule
    fields: tuple[FieldChange, ...]


@frozen
class ScheduleDiff:
    """
    What is different in two schedules. It is true if anything is.

    The order of items is no difference; that of the materials of one item is.

    Args:
        head: What changed of the schedule as a whole.
        added: Rules for items that the old one does not know, as the new one has them.
        removed: Rules for items that the new one does not know, as the old one has
            them. Cases of these can no longer be archived.
        changed: Rules that changed, in the order of the new one.
    """

    head: tuple[FieldChange, ...]
    added: tuple[ScheduleRule, ...]
    removed: tuple[ScheduleRule, ...]
    changed: tuple[RuleChange, ...]

    @property
    def is_empty(self) -> bool:
        """Whether the two schedules are equal."""
        return not any(attrs.astuple(self, recurse=False))

    def __bool__(self) -> bool:
        return not self.is_empty

    def message(self, lang: Language = "en") -> str:
        """Return all that is different, in the language *lang*: a line for each."""
        return "\n".join(self._lines(lang))

    def _lines(self, lang: Language) -> Iterator[str]:
        zh = lang == "zh"
        if self.is_empty:
            yield "两个保管期限表相同" if zh else "the schedules are equal"
        for change in self.head:
            yield change.message(lang)
        for word, rules in (
            ("新增" if zh else "added", self.added),
            ("删除" if zh else "removed", self.removed),
        ):
            for rule in rules:
                yield f"{word} {_titled(rule)}{_period(rule, lang)}"
        for each in self.changed:
            yield f"{'变更' if zh else 'changed'} {_titled(each.rule)}"
            for change in each.fields:
                yield f"  {change.message(lang)}"

    def rows(self) -> Iterator[dict[str, object]]:
        """Yield each difference in plain texts, for JSON or a table."""
        for change in self.head:
            yield {"change": "head", "item_code": None, **change.row()}
        for word, rules in (("added", self.added), ("removed", self.removed)):
            for rule in rules:
                gone = word == "removed"
                period = str(rule.period)
                yield {
                    "change": word,
                    "item_code": rule.item_code,
                    "field": "period",
                    "old": period if gone else None,
                    "new": None if gone else period,
                }
        for each in self.changed:
            code = each.rule.item_code
            for change in each.fields:
                yield {"change": "changed", "item_code": code, **change.row()}


def diff(old: RetentionSchedule, new: RetentionSchedule) -> ScheduleDiff:
    """Return what is different in *new*, as against *old*."""
    before = {rule.item_code: rule for rule in old}
    after = {rule.item_code: rule for rule in new}
    return ScheduleDiff(
        head=_changes(old, new, HEAD),
        added=tuple(rule for code, rule in after.items() if code not in before),
        removed=tuple(rule for code, rule in before.items() if code not in after),
        changed=tuple(
            RuleChange(rule, fields)
            for code, rule in after.items()
            if code in before and (fields := _changes(before[code], rule, FIELDS))
        ),
    )


def _changes(old: object, new: object, names: Iterable[str]) -> tuple[FieldChange, ...]:
    pairs = ((name, getattr(old, name), getattr(new, name)) for name in names)
    return tuple(FieldChange(*pair) for pair in pairs if pair[1] != pair[2])


def _titled(rule: ScheduleRule) -> str:
    return f"{rule.item_code} {rule.item_name}" if rule.item_name else rule.item_code


def _period(rule: ScheduleRule, lang: Language) -> str:
    period = shown(rule.period, lang)
    return f"（{period}）" if lang == "zh" else f" ({period})"
