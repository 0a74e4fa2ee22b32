"""Directory 目录文件: one row for each record of a volume, as XML."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from typing import Final, TypeVar

from attrs import frozen
from lxml import etree

from egovarchive.errors import BatchError, InvalidValueError
from egovarchive.exchange.dat93.finding import Finding, Kind
from egovarchive.exchange.dat93.item import Item
from egovarchive.exchange.dat93.layout import DIRECTORY, MAX_FILES
from egovarchive.exchange.dat93.row_texts import RowTexts
from egovarchive.exchange.dat93.written_text import decoded_xml
from egovarchive.records.archival_code import LOOKALIKES, ArchivalCode
from egovarchive.records.document import Classification
from egovarchive.records.identifiers.quoting import quoted
from egovarchive.records.retention import RetentionPeriod
from egovarchive.records.text import check_text

T = TypeVar("T")

MAX_SIZE: Final = 64 << 20  # bytes
HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n<文件目录>\n'.encode()
FOOT: Final = "</文件目录>\n".encode()
_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_PAGES_DIGITS: Final = 9
_MAX_TEXT: Final = 2000  # characters


@frozen(kw_only=True)
class Row:
    """
    What the directory says about one record; None where it breaks its rule.

    Args:
        number: Sequence number 顺序号, from 1 on.
        code: Archival code 档号.
        responsible: Responsible party 责任者.
        title: Title 题名.
        date: Date 日期.
        period: Retention period 保管期限.
        classification: Security classification 密级.
        pages: Pages 页数.
        remark: Remark 备注.
    """

    number: int
    code: ArchivalCode
    responsible: str | None
    title: str | None
    date: date | None
    period: RetentionPeriod | None
    classification: Classification | None
    pages: int | None = None
    remark: str | None = None


def encode_row(item: Item, number: int) -> bytes:
    """Return the row of *item*, the *number*-th of its volume, in UTF-8."""
    texts = {
        "顺序号": str(number),
        "档号": str(item.code),
        "责任者": item.responsible,
        "题名": item.title,
        "日期": f"{item.date:%Y%m%d}",
        "保管期限": item.period.title,
        "密级": item.classification.zh,
        "页数": None if item.pages is None else str(item.pages),
        "备注": item.remark or "",
    }
    lines = [
        f"<{name}>{text.translate(_ESCAPES)}</{name}>"
        for name, text in texts.items()
        if text is not None
    ]
    return "".join(
        ["  <文件>\n", *(f"    {line}\n" for line in lines), "  </文件>\n"]
    ).encode()


def encode(rows: Iterable[bytes]) -> bytes:
    """Return the file 目录文件.XML of *rows*; see `encode_row`."""
    return b"".join([HEAD, *rows, FOOT])


def read_directory(data: bytes) -> tuple[list[Row], list[Finding]]:
    """
    Return the rows of the file 目录文件.XML in *data*, and what is wrong in them.

    A row without an archival code is told, and left out.

    Raises:
        BatchError: It is no well-formed directory, has a DOCTYPE, is too large, or in
            an encoding that batches do not have.
    """
    texts = decoded_xml(data, DIRECTORY)
    # No tree is made of it: a hostile one would take many times its size.
    target = RowTexts(DIRECTORY, MAX_FILES)
    parser = etree.XMLParser(
        target=target,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        encoding="UTF-8",
    )
    try:
        parser.feed(texts.encode())
        parser.close()
    except etree.XMLSyntaxError as error:
        raise BatchError(
            f"{DIRECTORY}: {error}", f"{DIRECTORY} 不是有效的 XML：{error}"
        ) from None
    rows, findings = [], []
    for number, row in enumerate(target.rows, start=1):
        reader = _RowReader(row, number)
        found = reader.row()
        findings += reader.findings
        if found is not None:
            rows.append(found)
    return rows, findings


class _RowReader:
    """Reads the texts of one row; collects what breaks its rule."""

    def __init__(self, texts: dict[str, str], number: int) -> None:
        self._texts = texts
        self._number = number
        self._code = ""
        self.findings: list[Finding] = []

    def row(self) -> Row | None:
        code = self._take("档号", _code)
        if code is None:
            return None
        self._code = str(code)
        text = partial(check_text, limit=_MAX_TEXT)
        self._take("顺序号", self._its_number)
        return Row(
            number=self._number,
            code=code,
            responsible=self._take("责任者", text),
            title=self._take("题名", text),
            date=self._take("日期", _date),
            period=self._take("保管期限", RetentionPeriod.parse),
            classification=self._take("密级", Classification.of_label),
            pages=self._take("页数", _pages, optional=True),
            remark=self._take("备注", text, optional=True),
        )

    def _take(
        self, name: str, read: Callable[[str], T], *, optional: bool = False
    ) -> T | None:
        text = self._texts.get(name, "").strip()
        if not text and optional:
            return None
        try:
            # Of no text, each reader says what is wrong with it.
            return read(text)
        except InvalidValueError as error:
            self.findings.append(
                Finding(
                    kind=Kind.ROW,
                    place=f"{DIRECTORY} row {self._number} {name}",
                    en=error.message(),
                    zh=error.message("zh"),
                    found=text[:120],
                    code=self._code,
                )
            )
            return None

    def _its_number(self, text: str) -> int:
        if text != str(self._number):
            raise InvalidValueError(
                f"{quoted(text)} is not the number of row {self._number}",
                f"{quoted(text)} 不是第 {self._number} 条的顺序号",
            )
        return self._number


def _code(text: str) -> ArchivalCode:
    if text.translate(LOOKALIKES) != text:
        raise InvalidValueError(
            f"{quoted(text)} has a dot that is not U+00B7",
            f"{quoted(text)} 中的间隔号不是 U+00B7",
        )
    return ArchivalCode.parse(text)


def _date(text: str) -> date:
    # Of fromisoformat, Python 3.10 takes the extended form only.
    if len(text) == len("20260101") and text.isascii() and text.isdigit():
        try:
            return date(int(text[:4]), int(text[4:6]), int(text[6:]))
        except ValueError:
            pass
    raise InvalidValueError(
        f"{quoted(text)} is no date like 20260101",
        f"{quoted(text)} 不是 20260101 形式的日期",
    )


def _pages(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _PAGES_DIGITS):
        raise InvalidValueError(
            f"{quoted(text)} is no number of pages", f"{quoted(text)} 不是页数"
        )
    return int(text)
