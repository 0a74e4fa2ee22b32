"""说明文件 and 目录文件: what is written is read, and what is hostile is refused."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import BatchError, InvalidValueError
from egovarchive.exchange.dat93 import Item
from egovarchive.exchange.dat93 import directory as directory_
from egovarchive.exchange.dat93.directory import Row, encode, encode_row, read_directory
from egovarchive.exchange.dat93.statement import (
    Statement,
    VolumeNumber,
    read_statement,
)
from egovarchive.packages import Package
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.document import Classification
from egovarchive.records.retention import RetentionPeriod
from egovarchive.records.text import check_text
from egovarchive.testing.strategies.codes import archival_codes
from egovarchive.testing.strategies.retention import periods
from exchange.dat93.batches import description, kinds

CODE = ArchivalCode.parse("J019-ZY·XK·2026·D30-0001")


def unopened() -> Package:
    raise AssertionError


def an_item(**changes: object) -> Item:
    values: dict[str, object] = {
        "code": CODE,
        "open": unopened,
        "title": "某公司<公共>场所&卫生许可",
        "responsible": "某局",
        "date": date(2026, 1, 2),
        "period": RetentionPeriod(30),
    }
    return Item(**{**values, **changes})  # type: ignore[arg-type]


def document(**changes: str | None) -> str:
    fields: dict[str, str | None] = {
        "顺序号": "1",
        "档号": str(CODE),
        "责任者": "某局",
        "题名": "许可",
        "日期": "20260102",
        "保管期限": "30年",
        "密级": "非密",
        "备注": "",
    }
    fields |= changes
    inside = "".join(
        f"<{name}>{text}</{name}>" for name, text in fields.items() if text is not None
    )
    return f"<文件目录><文件>{inside}</文件></文件目录>"


def read_rows(text: str | bytes) -> tuple[list[Row], list[str]]:
    rows, findings = read_directory(text if isinstance(text, bytes) else text.encode())
    return rows, [finding.message("zh") for finding in findings]


def texts(limit: int) -> st.SearchStrategy[str]:
    def usable(text: str) -> bool:
        try:
            return bool(check_text(text, limit=limit)) and text == text.strip()
        except InvalidValueError:
            return False

    return st.text(max_size=30).filter(usable)


@given(
    codes=st.lists(archival_codes, min_size=1, max_size=3),
    title=texts(500),
    remark=st.none() | texts(500),
    period=periods,
    day=st.dates(date(1949, 10, 1), date(2100, 1, 1)),
    pages=st.none() | st.integers(0, 999_999_999),
    classification=st.sampled_from(Classification),
)
def test_rows_come_back(  # noqa: PLR0917 - strategies are arguments
    codes: list[ArchivalCode],
    title: str,
    remark: str | None,
    period: RetentionPeriod,
    day: date,
    pages: int | None,
    classification: Classification,
) -> None:
    items = [
        an_item(
            code=code,
            title=title,
            remark=remark,
            period=period,
            date=day,
            pages=pages,
            classification=classification,
        )
        for code in codes
    ]
    data = encode(encode_row(each, n) for n, each in enumerate(items, start=1))
    rows, findings = read_directory(data)
    assert not findings
    assert [row.code for row in rows] == codes
    for row in rows:
        assert row.title == title
        assert (row.remark, row.period, row.date) == (remark, period, day)
        assert (row.pages, row.classification) == (pages, classification)


@pytest.mark.parametrize(
    ("declared", "codec"),
    [
        ('<?xml version="1.0" encoding="UTF-8"?>', "utf-8"),
        ('<?xml version="1.0" encoding="utf-8"?>', "utf-8-sig"),
        ('<?xml version="1.0" encoding="GB2312"?>', "gbk"),
        ("<?xml version='1.0' encoding='gbk' standalone='yes'?>\n", "gbk"),
        ('<?xml version="1.0" encoding="GB18030"?>', "gb18030"),
        ('<?xml version="1.0"?>', "gb18030"),
        ("", "gb18030"),
        ("", "utf-8-sig"),
    ],
)
def test_encodings_of_practice_are_read(declared: str, codec: str) -> None:
    rows, findings = read_rows((declared + document()).encode(codec))
    assert not findings
    assert rows[0].title == "许可"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'<?xml version="1.0" encoding="UTF-16"?><a/>', "UTF-16"),
        (document().encode("utf-16"), "GB18030"),
        (b'<?xml version="1.0" encoding="UTF-8"?>' + document().encode("gbk"),
         "UTF-8"),
        (b"\xff\xfe\xff", "GB18030"),
        (b"", "目录文件"),
        (b"<a/>", "not 文件目录"),
        ("<文件目录><x/></文件目录>".encode(), "'x'"),
        ("<文件目录><文件><档号>1</档号><档号>1</档号></文件></文件目录>".encode(),
         "twice"),
        ("<文件目录><文件><题名><b/></题名></文件></文件目录>".encode(), "inside"),
        ("<文件目录><文件>".encode(), "目录文件"),
        (document(题名="&x;").encode(), "Entity"),
        (("<文件目录>" + "<文件>" * 300).encode(), "inside"),
        (('<!DOCTYPE a [<!ENTITY x "' + "y" * 99 + '">]>' + document(题名="&x;" * 99))
         .encode(), "DOCTYPE"),
        ((document() + "<!DOCTYPE a>").encode("gb18030"), "DOCTYPE"),
    ],
)  # fmt: skip
def test_what_is_no_directory_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(BatchError, match=said) as error:
        read_directory(data)
    assert error.value.message("zh")


def test_rows_without_end_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directory_, "MAX_FILES", 10)
    with pytest.raises(BatchError, match="one of 10"):
        read_directory(("<文件目录>" + "<文件/>" * 11 + "</文件目录>").encode())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"档号": "J019"}, "不是档号"),
        ({"档号": "J019-ZY•XK•2026•D30-0001"}, "U+00B7"),
        ({"档号": None}, "不是档号"),
        ({"顺序号": "2"}, "顺序号"),
        ({"题名": None}, "为空"),
        ({"题名": "x" * 3000}, "超过"),
        ({"日期": "2026-01-02"}, "20260101"),
        ({"日期": "20260230"}, "20260101"),
        ({"日期": "٢٠٢٦٠١٠٢"}, "20260101"),
        ({"保管期限": "D0"}, "保管期限"),
        ({"密级": "公开吗"}, "不在值域内"),
        ({"页数": "-1"}, "页数"),
        ({"页数": "1" * 5000}, "页数"),
    ],
)
def test_a_row_that_breaks_its_rule_is_told(
    changes: dict[str, str | None], said: str
) -> None:
    rows, findings = read_rows(document(**changes))
    assert len(findings) == 1
    assert said in findings[0]
    assert len(rows) == ("档号" not in changes)


def test_fields_and_comments_of_others_are_passed_over() -> None:
    text = document().replace("<档号>", "<!-- x --><全文 a='1'>…</全文><档号>")
    rows, findings = read_rows(text)
    assert len(rows) == 1
    assert not findings


STATEMENT = description(
    carrier="J019-{}",
    made_by="某局",
    checked_by="某中心",
    carrier_parameters="蓝光 100GB",
).statement(CODE, CODE, 1, VolumeNumber(2, 3))


def test_a_statement_comes_back() -> None:
    found, findings = read_statement(STATEMENT.encode())
    assert not findings
    assert found == STATEMENT
    assert found.texts["载体编号"] == "J019-2"
    assert found.count == 1
    assert found.range == (str(CODE), str(CODE))
    assert found.place == VolumeNumber(2, 3)
    assert found.batch == "J019-2031-01"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_statements_of_practice_are_read(codec: str, end: str) -> None:
    text = STATEMENT.encode().decode().replace("：", ": ").replace(" 至 ", "～")
    found, findings = read_statement(text.replace("\n", end).encode(codec))
    assert not findings
    assert found.unit == "某某市行政审批服务局"
    assert found.range == (str(CODE), str(CODE))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("档案数量：1件", "档案数量：若干"),
        ("档案数量：1件", "档案数量：９件"),
        ("档案数量：1件", "档案数量：" + "9" * 5000),
        ("档案数量：1件\n", ""),
        (" 至 ", " "),
        ("移交单位：", "移交单位：甲\n移交单位："),
        ("软硬件环境：", "软硬件环境：\nx："),
        ("载体顺序号：2", "载体顺序号：4"),
        ("载体数量：3", "载体数量：0"),
    ],
)
def test_a_statement_that_breaks_its_rule_is_told(old: str, new: str) -> None:
    text = STATEMENT.encode().decode()
    assert old in text
    _, findings = read_statement(text.replace(old, new, 1).encode())
    assert kinds(findings) == ["statement"]


def test_a_statement_without_end_is_refused() -> None:
    with pytest.raises(BatchError, match="1000 lines"):
        read_statement(b"\n" * 2000)
    with pytest.raises(BatchError, match="GB18030"):
        read_statement(b"\xff\xff")
    assert Statement({}).count is None
