"""Retention schedule 保管期限表 in files: a table that offices edit (CSV), or JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import PurePath
from typing import Literal, NewType

from cattrs import BaseConverter

from egovarchive.errors import InvalidValueError
from egovarchive.exchange.invalid_file import Findings, InvalidFileError
from egovarchive.exchange.json_values import (
    ObjectReader,
    members_of,
    new_converter,
    text_hook,
)
from egovarchive.exchange.schedule_csv import Table, read_table, write_table
from egovarchive.exchange.source import DEFAULT_LIMITS, AnyPath, Limits, bytes_of
from egovarchive.exchange.strict_json import parse
from egovarchive.records.identifiers import check_item_code
from egovarchive.records.identifiers.quoting import quoted
from egovarchive.records.retention import RetentionPeriod
from egovarchive.records.schedule import RetentionSchedule, ScheduleRule

Format = Literal["csv", "json"]

_ItemCode = NewType("_ItemCode", str)
_Rules = NewType("_Rules", tuple[ScheduleRule, ...])


class ScheduleFileError(InvalidFileError):
    """
    A file that is no retention schedule.

    Places are such as ``line 7, 保管期限`` in CSV, ``$.rules[3].period`` in JSON.
    """


def load_schedule(
    source: bytes | AnyPath,
    *,
    format: Format | None = None,  # noqa: A002 - the word that callers look for
    limits: Limits = DEFAULT_LIMITS,
) -> RetentionSchedule:
    """
    Return the retention schedule in *source*.

    Args:
        source: The file as bytes, or its path.
        format: What it is; by default as the path ends, or else as it begins.
        limits: How large it may be.

    Raises:
        ScheduleFileError: It is no schedule; tells all that is wrong with it. No
            period is ever assumed.
        ContentError: It cannot be read.
    """
    try:
        data = bytes_of(source, limits)
        if (format or _format_of(source, data)) == "json":
            return _from_json(data, limits)
        return _from_table(read_table(data, limits))
    except InvalidFileError as error:
        raise ScheduleFileError([error]) from None


def dump_schedule(schedule: RetentionSchedule) -> bytes:
    """Return *schedule* as JSON: UTF-8, indented, what is absent left out."""
    tree = members_of(schedule, _WRITER, without="_rules")
    tree["rules"] = [_WRITER.unstructure(rule) for rule in schedule]
    return f"{json.dumps(tree, ensure_ascii=False, indent=2)}\n".encode()


def dump_schedule_csv(schedule: RetentionSchedule) -> bytes:
    """
    Return *schedule* as a table with Chinese heads, for spreadsheet programs.

    Raises:
        ScheduleFileError: A value cannot stand in a cell: it begins or ends with a
            space, or the name of a material has a semicolon or, if it is conditional,
            a colon.
    """
    try:
        return write_table(schedule)
    except InvalidFileError as error:
        raise ScheduleFileError([error]) from None


def _format_of(source: bytes | AnyPath, data: bytes) -> Format:
    if not isinstance(source, bytes):
        suffix = PurePath(source).suffix.lower()
        if suffix in {".json", ".csv"}:
            return "json" if suffix == ".json" else "csv"
    head = data[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    return "json" if head.startswith(b"{") else "csv"


def _from_json(data: bytes, limits: Limits) -> RetentionSchedule:
    tree = parse(data, limits)
    try:
        return _schedule_of(tree, "$.rules[{}]".format)
    except InvalidValueError as error:
        raise InvalidFileError([error.within("$")]) from None


def _from_table(table: Table) -> RetentionSchedule:
    findings = table.findings
    try:
        schedule = _schedule_of(table.tree, table.rule_place)
    except InvalidValueError as error:
        for each in InvalidFileError([error]).errors:
            en, zh = each.args
            place = table.place(each.place)
            findings.add(InvalidValueError(en, zh, rule=each.rule, place=place))
    findings.settle()
    return schedule


def _schedule_of(tree: object, rule_place: Callable[[int], str]) -> RetentionSchedule:
    converter = new_converter()
    read = converter.structure
    converter.register_structure_hook(RetentionPeriod, text_hook(RetentionPeriod.parse))
    converter.register_structure_hook(_ItemCode, text_hook(check_item_code))
    converter.register_structure_hook(
        ScheduleRule, ObjectReader(ScheduleRule, read, types={"item_code": _ItemCode})
    )

    def rules(value: object, _: object) -> tuple[ScheduleRule, ...]:
        findings = Findings()
        found: tuple[ScheduleRule, ...] = ()
        with findings.at(""):
            found = read(value, tuple[ScheduleRule, ...])
        _look_for_repeats(value, rule_place, findings)
        findings.settle()
        return found

    converter.register_structure_hook(_Rules, rules)
    return ObjectReader(RetentionSchedule, read, types={"_rules": _Rules})(tree, None)


def _look_for_repeats(
    rules: object, rule_place: Callable[[int], str], findings: Findings
) -> None:
    """Add each rule whose item has one already, with the places of both."""
    first: dict[str, int] = {}
    for i, rule in enumerate(rules if isinstance(rules, list) else ()):
        code = rule.get("item_code") if isinstance(rule, dict) else None
        if not isinstance(code, str) or findings.full:
            continue
        other = first.setdefault(_normal(code), i)
        if other != i:
            findings.add(
                InvalidValueError(
                    f"{quoted(code)} has a rule already: {rule_place(other)}",
                    f"{quoted(code)} 已有规定：{rule_place(other)}",
                    rule="one rule an item",
                    place=f"[{i}].item_code",
                )
            )


def _normal(code: str) -> str:
    try:
        return check_item_code(code)
    except InvalidValueError:
        return code  # told where it is read


def _new_writer() -> BaseConverter:
    converter = new_converter()
    converter.register_unstructure_hook(RetentionPeriod, str)
    return converter


_WRITER = _new_writer()
