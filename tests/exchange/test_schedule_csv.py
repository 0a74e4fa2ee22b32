"""Retention schedules as tables."""

from __future__ import annotations

import csv
import io
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from egovarchive.exchange.schedule_files import (
    ScheduleFileError,
    dump_schedule_csv,
    load_schedule,
)
from egovarchive.exchange.source import Limits
from egovarchive.records.case import Decision
from egovarchive.records.materials import ConditionalMaterials, When
from egovarchive.records.retention import PERMANENT, RetentionPeriod
from egovarchive.records.retention_start import RetentionStart
from egovarchive.records.schedule import RetentionSchedule, ScheduleRule
from egovarchive.testing.strategies.retention import schedules

TABLE = """\
版本,2026-1
批准机关,某某市档案馆
批准文号,某档发〔2026〕1号
生效日期,2026-01-01

事项编码,事项名称,保管期限,必备材料,依据
0100190012,食品经营许可,30年,申请表；身份证,《保管期限表》第3条
12441500196720244T3442199806003,,永久,,
"""


def refusal(material: str) -> ConditionalMaterials:
    return ConditionalMaterials(
        when=When(decision=Decision.REFUSED), required=[material]
    )


def refused(table: str | bytes, limits: Limits | None = None) -> ScheduleFileError:
    data = table.encode() if isinstance(table, str) else table
    with pytest.raises(ScheduleFileError) as caught:
        load_schedule(data, format="csv", limits=limits or Limits())
    return caught.value


def errors(table: str) -> list[str]:
    return [str(error) for error in refused(table).errors]


def test_a_table_becomes_a_schedule() -> None:
    schedule = load_schedule(TABLE.encode())
    assert schedule.version == "2026-1"
    assert schedule.approved_by == "某某市档案馆"
    assert schedule.approval_number == "某档发〔2026〕1号"
    assert schedule.effective_on.isoformat() == "2026-01-01"
    assert list(schedule) == [
        ScheduleRule(
            item_code="0100190012",
            item_name="食品经营许可",
            period=RetentionPeriod(30),
            required=("申请表", "身份证"),
            source="《保管期限表》第3条",
        ),
        ScheduleRule(item_code="12441500196720244T3442199806003", period=PERMANENT),
    ]


def _padded(table: str) -> str:
    """As a spreadsheet program saves it: each row as wide as the widest."""
    out = io.StringIO()
    csv.writer(out).writerows(
        row + [""] * (7 - len(row)) for row in csv.reader(io.StringIO(table))
    )
    return out.getvalue()


ENGLISH = {
    "版本": "version",
    "批准机关": "Approved_by",
    "批准文号": "approval_number",
    "生效日期": "EFFECTIVE_ON",
    "事项编码": "item_code",
    "事项名称": "item_name",
    "保管期限": "period",
    "必备材料": "required",
    "依据": "source",
}


def _in_english(table: str) -> str:
    lines = table.splitlines(keepends=True)
    for zh, en in ENGLISH.items():
        lines = [
            line.replace(f"{zh},", f"{en},").replace(f"{zh}\n", f"{en}\n")
            for line in lines
        ]
    return "".join(lines)


@pytest.mark.parametrize(
    "data",
    [
        TABLE.encode("utf-8-sig"),
        TABLE.encode("gb18030"),
        TABLE.replace("\n", "\r\n").encode(),
        TABLE.replace("\n", "\r").encode(),
        TABLE.rstrip("\n").encode(),
        TABLE.replace(",", ";").encode(),
        TABLE.replace(",", "\t").encode(),
        TABLE.replace("申请表；身份证", " 申请表 ; 身份证; ").encode(),
        TABLE.replace("2026-01-01", "2026/1/1").encode(),
        TABLE.replace("30年", "D30").replace("永久", "Y").encode(),
        TABLE.replace("0100190012", '"0100190012"').encode(),
        TABLE.replace("版本", '"版本"').encode(),
        TABLE.replace("0100190012", "\u30000100190012 ").encode(),
        TABLE.replace("12441500196720244T", "12441500196720244t").encode(),
        TABLE.replace("\n\n", "\n").encode(),
        TABLE.replace("\n", "\n\n").encode(),
        _padded(TABLE).encode(),
        _padded(TABLE).replace(",", ";").encode("gb18030"),
        _in_english(TABLE).encode(),
    ],
)
def test_a_table_may_be_saved_in_several_ways(data: bytes) -> None:
    expected = load_schedule(TABLE.encode())
    assert load_schedule(data) == expected
    assert list(load_schedule(data, format="csv")) == list(expected)


def test_columns_stand_in_any_order() -> None:
    table = (
        TABLE.partition("事项编码")[0]
        + "依据,必备材料,保管期限,事项名称,事项编码\n"
        + "第3条,甲,10年,许可,0100190012\n"
    )
    (rule,) = load_schedule(table.encode())
    assert rule == ScheduleRule(
        item_code="0100190012",
        item_name="许可",
        period=RetentionPeriod(10),
        required=["甲"],
        source="第3条",
    )


@pytest.mark.parametrize(
    ("old", "new", "place", "what"),
    [
        ("30年", "", "line 7, 保管期限", "it is missing"),
        ("30年", "长期", "line 7, 保管期限", "a legacy period"),
        ("30年", "30", "line 7, 保管期限", "not a retention code: '30'"),
        ("永久", "D100", "line 8, 保管期限", "not a retention code: 'D100'"),
        ("0100190012", "", "line 7, 事项编码", "it is missing"),
        ("0100190012", "1.00E+8", "line 7, 事项编码", "character 2 '.'"),
        ("T3442", "X3442", "line 8, 事项编码", "the check character is 'X'"),
        ("身份证", "证" * 201, "line 7, 必备材料", "has 201 characters"),
        ("2026-01-01", "2026-02-30", "line 4, 生效日期", "'2026-02-30' is not a day"),
        ("2026-01-01", "2026/13/1", "line 4, 生效日期", "'2026-13-01' is not a day"),
        ("2026-01-01", "46023", "line 4, 生效日期", "'46023' is not a day"),
        ("2026-1", "", "line 1, 版本", "it is missing"),
        ("批准文号,某档发〔2026〕1号\n", "", "批准文号", "it is missing"),
        ("2026-1", "2026-1,x", "line 1, 版本", "more than one value: 'x'"),
        ("生效日期,", "版本,2\n生效日期,", "line 4", "版本 stands on line 1 already"),
        ("\n事项编码", "备注,无\n事项编码", "line 5", "unknown name '备注'; known are"),
        ("第3条", "第3条,多", "line 7, column 6", "'多' stands under no known head"),
        ("依据\n", "依据,备注\n", "line 6, column 6", "unknown name '备注'"),
        ("依据\n", "依据,依据\n", "line 6, column 6", "依据 stands twice"),
    ],
)
def test_each_error_names_line_and_head(
    old: str, new: str, place: str, what: str
) -> None:
    (error,) = refused(TABLE.replace(old, new)).errors
    assert error.place == place
    assert what in str(error)


SCOPE = """\
版本,2026-1
批准机关,某某市档案馆
批准文号,某档发〔2026〕1号
生效日期,2026-01-01

事项编码,事项名称,保管期限,必备材料,依据,可选材料,不归档材料
0100190012,许可,30年,申请表,,照片；录音,草稿
"""


def test_a_table_may_tell_where_the_scope_ends() -> None:
    schedule = load_schedule(SCOPE.encode())
    (rule,) = schedule
    assert rule.optional == ("照片", "录音")
    assert rule.excluded == ("草稿",)
    assert load_schedule(dump_schedule_csv(schedule)) == schedule
    in_english = SCOPE.replace("可选材料", "optional").replace("不归档材料", "Excluded")
    assert load_schedule(in_english.encode()) == schedule


CONDITIONS = """\
版本,2026-1
批准机关,某某市档案馆
批准文号,某档发〔2026〕1号
生效日期,2026-01-01
截止日期,2030/12/31

事项编码,事项名称,保管期限,必备材料,依据,起算,条件必备材料,条件不归档材料
0100190012,许可,30年,申请表,,证照期满，未发证照的为办结,不予：不予行政许可决定书；送达回证;准予：许可证,撤回：照片
0100190013,备案,10年,,,,,
0100190014,年检,10年,,,决定,refused: 通知书,
"""


def test_a_table_may_tell_what_some_cases_need_and_when_years_begin() -> None:
    schedule = load_schedule(CONDITIONS.encode())
    assert schedule.ends_on == date(2030, 12, 31)
    first, second, third = schedule
    assert first.start is RetentionStart.LICENCE_EXPIRY_OR_CONCLUSION
    assert first.conditional == (
        ConditionalMaterials(when=When(decision=Decision.GRANTED), required=["许可证"]),
        ConditionalMaterials(
            when=When(decision=Decision.REFUSED),
            required=["不予行政许可决定书", "送达回证"],
        ),
        ConditionalMaterials(when=When(decision=Decision.WITHDRAWN), excluded=["照片"]),
    )
    assert (second.start, second.conditional) == (RetentionStart.CONCLUSION, ())
    assert third.start is RetentionStart.DECISION
    assert third.scope_for(Decision.REFUSED).required == ("通知书",)
    data = dump_schedule_csv(schedule)
    assert load_schedule(data) == schedule
    assert dump_schedule_csv(load_schedule(data)) == data
    assert "条件可选材料" not in data.decode()
    assert "准予：许可证；不予：不予行政许可决定书；不予：送达回证" in data.decode()


@pytest.mark.parametrize(
    ("old", "new", "place", "what"),
    [
        ("不予：不", "不于：不", "line 8, 条件必备材料", "'不于' before a colon is no"),
        ("不予：不", "不", "line 8, 条件必备材料", "has no decision before it"),
        ("不予：不予行政许可决定书", "不予：", "line 8, 条件必备材料", "names no mat"),
        ("送达回证", "证" * 201, "line 8, 条件必备材料", "has 201 characters"),
        ("撤回：照片", "撤回：" + "照" * 201, "line 8, 条件不归档材料", "201 char"),
        ("撤回：照片", "撤回：申请表", "line 8, 条件必备材料", "withdrawn: within the"),
        ("refused: ", "Refused: ", "line 10, 条件必备材料", "'Refused' before a colon"),
        (",决定,", ",结案,", "line 10, 起算", "'结案' is none of conclusion"),
        ("2030/12/31", "2025-12-31", "line 5, 截止日期", "before it begins"),
        ("2030/12/31", "永久", "line 5, 截止日期", "is not a day"),
        ("条件不归档材料", "条件材料", "line 7, column 8", "unknown name '条件材料'"),
    ],
)
def test_each_error_of_conditions_names_line_and_head(
    old: str, new: str, place: str, what: str
) -> None:
    (error,) = refused(CONDITIONS.replace(old, new, 1)).errors
    assert error.place == place
    assert what in str(error)
    assert error.message("zh") != str(error)


def test_heads_of_conditions_are_read_in_english() -> None:
    table = CONDITIONS
    for zh, en in {
        "截止日期": "ends_on",
        "起算": "start",
        "条件必备材料": "required_if",
        "条件不归档材料": "Excluded_if",
    }.items():
        table = table.replace(zh, en)
    assert load_schedule(table.encode()) == load_schedule(CONDITIONS.encode())


def test_columns_that_no_rule_needs_are_not_written() -> None:
    assert "可选材料" not in dump_schedule_csv(load_schedule(TABLE.encode())).decode()
    only = load_schedule(SCOPE.replace("照片；录音", "").encode())
    head = dump_schedule_csv(only).decode().splitlines()[5]
    assert head.endswith("依据,不归档材料")


def test_what_is_within_the_scope_and_excluded_is_told_with_its_line() -> None:
    (told,) = errors(SCOPE.replace("草稿", "录音"))
    assert told.startswith("line 7, 不归档材料: within the scope and excluded")


def test_a_missing_head_is_no_empty_column() -> None:
    table = TABLE.replace(",必备材料", "").replace(",申请表；身份证", "")
    table = table.replace("永久,,", "永久,")
    assert errors(table) == [
        "line 6: the head 必备材料 is missing (retention schedule in CSV)"
    ]


def test_a_mistyped_head_is_told_with_the_nearest() -> None:
    told = errors(TABLE.replace("保管期限,", "保管年限,"))
    assert (
        "line 6, column 3: unknown name '保管年限'; did you mean '保管期限'?" in told[0]
    )
    assert told[1].startswith("line 6: the head 保管期限 is missing")


def test_an_item_has_one_rule_and_both_lines_are_named() -> None:
    table = TABLE + "0100190012,,10年,,\n\n12441500196720244t3442199806003,,永久,,\n"
    first, second = errors(table)
    assert first.startswith("line 9, 事项编码: '0100190012' has a rule already: line 7")
    assert second.startswith("line 11, 事项编码: '12441500196720244t344219980")
    assert "has a rule already: line 8" in second


def test_all_errors_come_at_once() -> None:
    table = (
        "版本,\n批准机关,馆\n批文,1号\n生效日期,明天\n,,\n"
        "事项编码,事项名称,保管期限,必备材料,依据\n"
        '"甲",许可,D0,,\n'
        '0100190012,"两\n行",永久,,\n'
        "0100190012,,短期,,,x\n"
    )
    assert [error.place for error in refused(table).errors] == [
        "line 3",
        "line 10, column 6",
        "line 1, 版本",
        "批准文号",
        "line 4, 生效日期",
        "line 7, 事项编码",
        "line 7, 保管期限",
        "line 8, 事项名称",
        "line 10, 保管期限",
        "line 10, 事项编码",
    ]
    assert "应为" not in refused(table).message("en")
    assert "缺少该项" in refused(table).message("zh")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "it begins with ''"),
        ("版次,1".encode(), "it begins with '版次,1'"),
        (b"PK\x03\x04xlsx", "it begins with"),
        (TABLE.encode("utf-16"), "it is UTF-16"),
        (b"\x81", "neither UTF-8 nor GB18030: byte 0x81"),
        (TABLE.encode() + b"\n\xff\xff", "line 10: neither UTF-8 nor GB18030"),
        (TABLE.partition("事项编码")[0].encode(), "the line with the heads is missing"),
        (f'{TABLE}1,"open\n'.encode(), "line 9: not CSV: unexpected end of data"),
        (f'{TABLE}1,"a"b,Y,,\n'.encode(), "line 9: not CSV"),
        (f"{TABLE}1,{'x' * 200_000},Y,,\n".encode(), "line 9: not CSV"),
    ],
)
def test_what_is_no_table_is_refused(data: bytes, what: str) -> None:
    assert what in str(refused(data))


def test_cells_are_counted() -> None:
    limits = Limits(values=10)
    assert "more than 10 values" in str(refused(TABLE, limits))
    for many in ("\r" * 600_000, f"1,,Y,{'x;' * 600_000},\n"):
        assert "more than 500000 values" in str(refused(TABLE + many))
    assert "more than 10 bytes" in str(refused(TABLE, Limits(size=10)))


def test_of_many_wrong_rows_some_are_told() -> None:
    error = refused(TABLE + "甲,,D0,,,x\n" * 10_000)
    assert len(error.errors) == 100
    assert error.more


@given(schedules)
def test_a_schedule_that_was_written_is_read_back(schedule: RetentionSchedule) -> None:
    try:
        data = dump_schedule_csv(schedule)
    except ScheduleFileError as error:
        text = str(error)
        assume(not any(it in text for it in ("space", "semicolon", "colon")))
        raise
    assert data.startswith("\ufeff版本,".encode())
    assert load_schedule(data) == schedule
    assert dump_schedule_csv(load_schedule(data)) == data


@pytest.mark.parametrize(
    ("rule", "place"),
    [
        ({"required": ("甲", "乙；丙")}, "rules[0].required[1]"),
        ({"required": ("甲;乙",)}, "rules[0].required[0]"),
        ({"required": ("甲", " 乙")}, "rules[0].required[1]"),
        ({"item_name": "许可 "}, "rules[0].item_name"),
        ({"conditional": [refusal("甲：乙")]}, "rules[0].required_if"),
        ({"conditional": [refusal("甲；乙")]}, "rules[0].required_if"),
    ],
)
def test_what_a_cell_cannot_hold_is_not_written(
    rule: dict[str, object], place: str
) -> None:
    schedule = RetentionSchedule(
        version="1",
        approved_by="馆",
        approval_number="1号",
        effective_on=load_schedule(TABLE.encode()).effective_on,
        rules=[ScheduleRule(item_code="1", period=PERMANENT, **rule)],  # type: ignore[arg-type]
    )
    with pytest.raises(ScheduleFileError) as caught:
        dump_schedule_csv(schedule)
    assert [error.place for error in caught.value.errors] == [place]


@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_no_bytes_give_another_error(data: bytes) -> None:
    refused(data)


@given(st.data())
def test_no_spoilt_table_gives_another_error(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(TABLE)))
    junk = data.draw(st.text(alphabet=',;"\n\r\0x年；', max_size=5))
    with suppress(ScheduleFileError):
        load_schedule(f"{TABLE[:place]}{junk}{TABLE[place + 1 :]}".encode())
