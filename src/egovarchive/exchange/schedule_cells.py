"""Cells of a retention schedule 保管期限表 in CSV: lists, conditions, words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from egovarchive.errors import InvalidValueError
from egovarchive.exchange.invalid_file import Findings
from egovarchive.records.case import Decision
from egovarchive.records.identifiers.quoting import quoted
from egovarchive.records.retention_start import RetentionStart
from egovarchive.records.schedule import ScheduleRule

RULE: Final = "retention schedule in CSV"
LISTS: Final = ("required", "optional", "excluded")
LISTS_IF: Final = {f"{name}_if": name for name in LISTS}
_SEPARATOR: Final = re.compile("[;；]")
_COLON: Final = re.compile("[:：]")


def wrong(en: str, zh: str, place: str = "") -> InvalidValueError:
    """Return the error of something in the table at *place*."""
    return InvalidValueError(en, zh, rule=RULE, place=place)


def parts(cell: str) -> list[str]:
    """Return the materials that *cell* lists, parted by semicolons."""
    names = (part.strip() for part in _SEPARATOR.split(cell))
    return [part for part in names if part]


def start_of(cell: str) -> str:
    """Return the word of case JSON for the start in *cell*; as it is, if unknown."""
    return next((start.value for start in RetentionStart if start.zh == cell), cell)


def add_conditional(rule: dict[str, object], name: str, cell: str) -> None:
    """
    Add to *rule*, as JSON has it, what a *cell* says of some cases only.

    ``不予：不予行政许可决定书；送达回证；准予：许可证`` names three materials: what has
    no decision before it is for the one before.

    Raises:
        InvalidValueError: There is no decision where one is needed.
    """
    conditional = rule.setdefault("conditional", [])
    assert isinstance(conditional, list)  # noqa: S101 - nobody else puts it there
    known = {each["when"]["decision"]: each for each in conditional}
    decision = None
    for part in parts(cell):
        before, colon, material = _cut(part)
        if colon:
            decision = _decision(before)
        if decision is None:
            raise wrong(
                f"{quoted(part)} has no decision before it, such as 不予：",
                f"{quoted(part)} 之前没有办理结果，例如“不予：”",
            )
        if not material:
            raise wrong(f"{quoted(part)} names no material", f"{quoted(part)} 未列材料")
        if decision not in known:
            known[decision] = {"when": {"decision": decision}}
            conditional.append(known[decision])
        known[decision].setdefault(LISTS_IF[name], []).append(material)


def _cut(part: str) -> tuple[str, str, str]:
    """Return what stands before the first colon, the colon, and the material."""
    if match := _COLON.search(part):
        return part[: match.start()].strip(), match[0], part[match.end() :].strip()
    return "", "", part


def _decision(word: str) -> str:
    for decision in Decision:
        if word in {decision.zh, decision.value}:
            return str(decision.value)
    names = ", ".join(decision.zh for decision in Decision)
    raise wrong(
        f"{quoted(word)} before a colon is no decision: {names}",
        f"冒号前的 {quoted(word)} 不是办理结果：{names.replace(', ', '、')}",
    )


def cell_of(rule: ScheduleRule, name: str) -> str:
    """
    Return what stands in the column *name* for *rule*.

    Raises:
        InvalidValueError: A cell cannot hold it.
    """
    if name in LISTS:
        return _list_cell(getattr(rule, name))
    if name in LISTS_IF:
        return _conditional_cell(rule, LISTS_IF[name])
    if name == "start":
        # What practice does is not written.
        return "" if rule.start is RetentionStart.CONCLUSION else rule.start.zh
    value = getattr(rule, name)
    return checked("" if value is None else str(value))


def _list_cell(materials: Iterable[str]) -> str:
    findings = Findings()
    found = []
    for i, material in enumerate(materials):
        with findings.at(f"[{i}]"):
            found.append(_one(material))
    findings.settle()
    return "；".join(found)


def _conditional_cell(rule: ScheduleRule, name: str) -> str:
    findings = Findings()
    found = []
    for each in rule.conditional:
        for material in getattr(each, name):
            with findings.at(""):
                if _COLON.search(material):
                    raise wrong(
                        f"{quoted(material)} has a colon, which ends a decision",
                        f"{quoted(material)} 含有冒号，而冒号用于标明办理结果",
                    )
                found.append(f"{each.when.decision.zh}：{_one(material)}")
    findings.settle()
    return "；".join(found)


def _one(material: str) -> str:
    if _SEPARATOR.search(material):
        raise wrong(
            f"{quoted(material)} has a semicolon, which parts materials",
            f"{quoted(material)} 含有分号，而分号用于分隔材料",
        )
    return checked(material)


def checked(value: str) -> str:
    """Return *value*, or raise `InvalidValueError` if a cell would not keep it."""
    if value != value.strip():
        raise wrong(
            f"{quoted(value)} begins or ends with a space",
            f"{quoted(value)} 以空白字符开头或结尾",
        )
    return value
