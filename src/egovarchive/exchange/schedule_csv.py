"""Retention schedule 保管期限表 as CSV: a table, as spreadsheet programs save it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from attrs import define, field

from egovarchive.exchange.invalid_file import Findings, InvalidFileError
from egovarchive.exchange.json_scalars import unknown
from egovarchive.exchange.schedule_cells import (
    LISTS,
    LISTS_IF,
    add_conditional,
    cell_of,
    checked,
    parts,
    start_of,
    wrong,
)
from egovarchive.exchange.source import Limits, check_values
from egovarchive.records.identifiers.quoting import quoted
from egovarchive.records.schedule import RetentionSchedule, ScheduleRule

# Field of the value, and head in Chinese; either is read, the Chinese is written.
PAIRS: Final = {
    "version": "版本",
    "approved_by": "批准机关",
    "approval_number": "批准文号",
    "effective_on": "生效日期",
    "ends_on": "截止日期",
}
COLUMNS: Final = {
    "item_code": "事项编码",
    "item_name": "事项名称",
    "period": "保管期限",
    "required": "必备材料",
    "source": "依据",
}
# Columns that need not be there, and are written only where a rule has them.
EXTRA_COLUMNS: Final = {
    "start": "起算",
    "optional": "可选材料",
    "excluded": "不归档材料",
    "required_if": "条件必备材料",
    "optional_if": "条件可选材料",
    "excluded_if": "条件不归档材料",
}
_ALL_COLUMNS: Final = {**COLUMNS, **EXTRA_COLUMNS}
_DAYS: Final = frozenset({"effective_on", "ends_on"})
_UNKNOWN: Final = "?"  # what an unknown head stands for
_DELIMITERS: Final = ",;\t"
_BETWEEN_VALUES: Final = "\r\n;；"
# Spreadsheet programs rewrite 2026-01-01 when they save it.
_SLASHED_DATE: Final = re.compile("([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})")
_IN_A_RULE: Final = re.compile(
    r"rules\[([0-9]+)\](?:\.(\w+)(?:\[[0-9]+\]\.(required|optional|excluded))?)?.*"
)


@define
class Table:
    """
    What a table says, not yet judged as a schedule.

    Args:
        tree: The same as the JSON form has it.
        findings: What is wrong with the table itself.
        lines: Line of each pair, by field.
        heads: Heads of pairs and columns as they are written, by field.
        rule_lines: Line on which each rule begins.
    """

    tree: dict[str, object]
    findings: Findings = field(factory=Findings)
    lines: dict[str, int] = field(factory=dict)
    heads: dict[str, str] = field(factory=dict)
    rule_lines: list[int] = field(factory=list)

    def rule_place(self, index: int) -> str:
        """Return where the rule number *index*, from 0 on, stands: ``"line 7"``."""
        return f"line {self.rule_lines[index]}"

    def place(self, place: str) -> str:
        """Return in lines and heads what *place* says in terms of JSON."""
        if match := _IN_A_RULE.fullmatch(place):
            line, name, part = self.rule_place(int(match[1])), match[2], match[3]
            if name == "conditional":
                name = self._column_of(part)
            return f"{line}, {self.heads[name]}" if name else line
        head = self.heads.get(place, PAIRS[place])
        return f"line {self.lines[place]}, {head}" if place in self.lines else head

    def _column_of(self, part: str | None) -> str:
        """Return the column that *part* of conditional materials is in, or any."""
        known = [name for name in LISTS_IF if name in self.heads]
        return f"{part}_if" if part else known[0]


def read_table(data: bytes, limits: Limits) -> Table:
    """
    Return the table in *data*: UTF-8 or GB18030; comma, semicolon or tab.

    Raises:
        InvalidFileError: It is no such text, or holds too much.
    """
    text = _decoded(data)
    delimiter = _delimiter(text)
    check_values(sum(map(text.count, {*_BETWEEN_VALUES, delimiter})), limits)
    rules: list[dict[str, object]] = []
    table = Table({"rules": rules})
    columns: Sequence[str | None] | None = None
    for line, row in _rows(text, delimiter):
        if not any(row) or table.findings.full:
            continue
        if columns is not None:
            table.rule_lines.append(line)
            rules.append(_rule(table, columns, line, row))
        elif not _field(PAIRS, row[0]) and any(
            _field(_ALL_COLUMNS, cell) for cell in row
        ):
            columns = _columns(table, line, row)
        else:
            _take_pair(table, line, row)
    if columns is None:
        table.findings.add(
            wrong(
                f"the line with the heads is missing: {', '.join(COLUMNS.values())}",
                f"缺少表头行：{'、'.join(COLUMNS.values())}",
                f"line {text.count(chr(10)) + 1}",
            )
        )
    return table


def write_table(schedule: RetentionSchedule) -> bytes:
    """
    Return *schedule* as CSV with Chinese heads: UTF-8 with a byte order mark.

    Raises:
        InvalidFileError: A value begins or ends with a space, or a required material
            has a semicolon in its name, which a cell cannot hold.
    """
    findings = Findings()
    out = io.StringIO()
    writer = csv.writer(out)
    for name, head in PAIRS.items():
        if (value := getattr(schedule, name)) is not None:
            with findings.at(name):
                writer.writerow((head, checked(str(value))))
    writer.writerow(())
    rows: list[dict[str, str]] = []
    for i, rule in enumerate(schedule):
        with findings.at(f"rules[{i}]"):
            rows.append(_row(rule))
    names = [*COLUMNS, *(name for name in EXTRA_COLUMNS if any(r[name] for r in rows))]
    writer.writerow(_ALL_COLUMNS[name] for name in names)
    writer.writerows([row[name] for name in names] for row in rows)
    findings.settle()
    return out.getvalue().encode("utf-8-sig")


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _no_table(
            "it is UTF-16: save it as CSV in UTF-8",
            "编码为 UTF-16，请另存为 UTF-8 编码的 CSV",
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        bad = error.start
    try:
        # What spreadsheet programs in China save as plain "CSV".
        return data.decode("gb18030")
    except UnicodeDecodeError as error:
        bad = max(bad, error.start)  # the right one comes further
    raise _no_table(
        f"neither UTF-8 nor GB18030: byte 0x{data[bad]:02X}",
        f"既非 UTF-8 也非 GB18030：字节 0x{data[bad]:02X}",
        line=data.count(b"\n", 0, bad) + 1,
    )


def _delimiter(text: str) -> str:
    first = text.lstrip(" \r\n\t,;").split("\n", 1)[0]
    for delimiter in _DELIMITERS:
        head = first.split(delimiter, 1)[0].strip().strip('"').strip()
        if _field(PAIRS, head) or _field(COLUMNS, head):
            return delimiter
    known = "、".join(PAIRS.values())
    raise _no_table(
        f"it begins with {quoted(first[:40])}, not with one of {known}",
        f"以 {quoted(first[:40])} 开头，应以 {known} 之一开头",
    )


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for row in reader:
            yield line, [cell.strip() for cell in row]
            line = reader.line_num + 1
    except csv.Error as error:
        raise _no_table(
            f"not CSV: {error}", f"不是有效的 CSV：{error}", line=line
        ) from None


def _take_pair(table: Table, line: int, row: Sequence[str]) -> None:
    findings, place = table.findings, f"line {line}"
    head, *values = [cell for cell in row if cell]
    name = _field(PAIRS, row[0])
    if name is None:
        findings.add(unknown(head, PAIRS.values()).within(place))
    elif name in table.lines:
        findings.add(
            wrong(
                f"{head} stands on line {table.lines[name]} already",
                f"{head} 已见于第 {table.lines[name]} 行",
                place,
            )
        )
    else:
        table.lines[name], table.heads[name] = line, head
        if len(values) > 1:
            findings.add(
                wrong(
                    f"more than one value: {quoted(values[1])}",
                    f"多于一个值：{quoted(values[1])}",
                    f"{place}, {head}",
                )
            )
        if values:
            slashed = _SLASHED_DATE.fullmatch(values[0])
            table.tree[name] = (
                f"{slashed[1]}-{slashed[2]:0>2}-{slashed[3]:0>2}"
                if slashed and name in _DAYS
                else values[0]
            )


def _columns(table: Table, line: int, row: Sequence[str]) -> list[str | None]:
    columns: list[str | None] = []
    for number, head in enumerate(row, 1):
        name = _field(_ALL_COLUMNS, head)
        place = f"line {line}, column {number}"
        if head and name is None:
            table.findings.add(unknown(head, _ALL_COLUMNS.values()).within(place))
        elif name in columns and name is not None:
            table.findings.add(wrong(f"{head} stands twice", f"{head} 重复出现", place))
        # Under an unknown head nothing is told: the head was.
        columns.append(name or (_UNKNOWN if head else None))
        if name is not None:
            table.heads[name] = head
    for name, head in COLUMNS.items():
        if name not in columns:
            table.findings.add(
                wrong(f"the head {head} is missing", f"缺少表头 {head}", f"line {line}")
            )
            table.heads[name] = head
    return columns


def _rule(
    table: Table, columns: Sequence[str | None], line: int, row: Sequence[str]
) -> dict[str, object]:
    rule: dict[str, object] = {}
    for number, cell in enumerate(row):
        name = columns[number] if number < len(columns) else None
        if not cell:
            continue
        if name is None:
            table.findings.add(
                wrong(
                    f"{quoted(cell)} stands under no known head",
                    f"{quoted(cell)} 不在任何已知表头之下",
                    f"line {line}, column {number + 1}",
                )
            )
        elif name in LISTS:
            rule[name] = parts(cell)
        elif name in LISTS_IF:
            with table.findings.at(f"line {line}, {table.heads[name]}"):
                add_conditional(rule, name, cell)
        elif name == "start":
            rule[name] = start_of(cell)
        elif name != _UNKNOWN:
            rule[name] = cell
    return rule


def _row(rule: ScheduleRule) -> dict[str, str]:
    findings = Findings()
    row = dict.fromkeys(_ALL_COLUMNS, "")
    for name in _ALL_COLUMNS:
        with findings.at(name):
            row[name] = cell_of(rule, name)
    findings.settle()
    return row


def _field(heads: Mapping[str, str], head: str) -> str | None:
    """Return the field that *head* stands for, in either language."""
    for name, zh in heads.items():
        if head == zh or head.lower() == name:
            return name
    return None


def _no_table(en: str, zh: str, *, line: int = 1) -> InvalidFileError:
    return InvalidFileError([wrong(en, zh, f"line {line}")])
