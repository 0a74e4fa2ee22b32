"""Handover form 电子档案移交与接收登记表 on paper."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from egovarchive.exchange.forms.form import (
    Cell,
    Form,
    Grid,
    Mark,
    Signature,
    heads,
    signatures,
    signed,
)
from egovarchive.exchange.forms.handover import (
    ONLINE,
    HandoverForm,
    Inspected,
    Side,
)
from egovarchive.exchange.forms.words import (
    BINARY_GB,
    DECIMAL_GB,
    EMPTY,
    Words,
    in_gigabytes,
)

_TITLE: Final = Words(
    "电子档案移交与接收登记表", "Handover and accession form of electronic records"
)
_DIGESTS: Final = Words("电子档案数字摘要", "Digests of electronic records")
_NOT_PERFORMED: Final = Words("未检验", "not performed")
_NO_CARRIER: Final = Words("不适用（在线移交，无载体）", "not applicable: no carrier")
_ONLINE: Final = Words(ONLINE, "online")
_ENGLISH: Final = {
    Inspected.ACCURACY: "accuracy",
    Inspected.INTEGRITY: "integrity",
    Inspected.USABILITY: "usability",
    Inspected.SECURITY: "security",
    Inspected.CARRIER: "state of the carrier",
}


def printed(form: HandoverForm, gigabyte: int) -> Form:
    """Return *form* as it is printed: see `HandoverForm.form`."""
    parts: list[Grid | Words] = [_register(form, gigabyte)]
    if form.digests:
        parts += _digests(form, gigabyte)
    return Form(_TITLE, parts)


def _register(form: HandoverForm, gigabyte: int) -> Grid:
    return Grid(
        # The first labels stand over the second ones, and both sides are as wide.
        (9, 12, 4, 5, 11),
        [
            _wide(Words("交接工作名称", "name"), Words.same(form.name)),
            _wide(Words("内容描述", "content"), Words.same(form.content)),
            (
                Cell(Words("移交电子档案数量", "number of records"), head=True),
                Cell(_number(form)),
                Cell(Words("移交数据量", "volume"), head=True, columns=2),
                Cell(_volume(form.size, gigabyte)),
            ),
            (
                Cell(Words("载体起止顺序号", "numbers of carriers"), head=True),
                Cell(_carriers(form)),
                Cell(
                    Words("移交载体类型、规格", "type of carrier"), head=True, columns=2
                ),
                Cell(_ONLINE if form.is_online else Words.same(form.carrier)),
            ),
            *_both_sides(form),
        ],
    )


def _wide(label: Words, value: Words) -> tuple[Cell, ...]:
    return Cell(label, head=True), Cell(value, columns=4)


def _both_sides(form: HandoverForm) -> Iterator[tuple[Cell, ...]]:
    sides = form.sender, form.recipient
    sender, recipient = (side.unit for side in sides)
    yield (
        Cell(Words("检验内容", "inspected"), head=True),
        Cell(Words("移交单位", "sender", name=sender), head=True, columns=2),
        Cell(Words("接收单位", "recipient", name=recipient), head=True, columns=2),
    )
    for each in Inspected:
        label = Words(each.zh, _ENGLISH[each])
        results = (_result(side, each, online=form.is_online) for side in sides)
        yield (
            Cell(label, head=True),
            *(Cell(said, columns=2) for said in results),
        )
    for label, name, mark in (
        (Words("填表人", "filled in by"), "filled_by", Mark.SIGNATURE),
        (Words("审核人", "reviewed by"), "reviewed_by", Mark.SIGNATURE),
        (Words("单位", "unit"), "unit", Mark.SEAL),
    ):
        yield (
            Cell(signed(label, mark), head=True),
            *(
                Cell(_place(side, getattr(side, name), mark), columns=2)
                for side in sides
            ),
        )


def _place(side: Side, name: str | None, mark: Mark) -> Signature:
    # Nobody is known to sign on that day whose name is not.
    on = side.on if name else None
    return Signature(name=name or "", on=on, mark=mark)


def _result(side: Side, inspected: Inspected, *, online: bool) -> Words:
    if side.inspections is None:
        return EMPTY
    if (said := side.inspections.of(inspected)) is not None:
        return Words.same(said)
    if online and inspected is Inspected.CARRIER:
        return _NO_CARRIER
    return _NOT_PERFORMED


def _number(form: HandoverForm) -> Words:
    items = Words(f"{form.items} 件", f"{form.items} item{'s' * (form.items != 1)}")
    if form.files is None:
        return items
    files = Words(f"{form.files} 卷", f"{form.files} file{'s' * (form.files != 1)}")
    return Words(f"{files.zh}，{items.zh}", f"{files.en}, {items.en}")


def _volume(size: int, gigabyte: int) -> Words:
    # Small batches are 0.000 GB: the bytes say how much it is.
    said = f"{in_gigabytes(size, gigabyte)} GB"
    return Words.same(f"{said}\n{size:,} B\n(1 GB = {_unit(gigabyte)} B)")


def _unit(gigabyte: int) -> str:
    return {DECIMAL_GB: "10⁹", BINARY_GB: "2³⁰"}.get(gigabyte, f"{gigabyte:,}")


def _carriers(form: HandoverForm) -> Words:
    if form.carriers is not None:
        return Words.same(form.carriers)
    return Words("无", "none") if form.is_online else EMPTY


def _digests(form: HandoverForm, gigabyte: int) -> Iterator[Grid]:
    columns = heads(
        Words("载体（包）编号", "carrier or package"),
        Words("内容说明", "content"),
        Words("数字摘要", "digest"),
        Words("实际容量（GB）", "size (GB)"),
    )
    rows = [
        (
            Cell(Words.same(each.number)),
            Cell(Words.same(each.content)),
            Cell(Words.same(f"{each.digest.algorithm.upper()}\n{each.digest.hex}")),
            Cell(Words.same(in_gigabytes(each.size, gigabyte)), number=True),
        )
        for each in form.digests
    ]
    yield Grid((4, 4, 9, 3), [columns, *rows], repeated=1, caption=_DIGESTS, page=True)
    yield signatures(
        [
            Signature(
                Words("移交单位", "sender"), name=form.sender.unit, mark=Mark.SEAL
            ),
            Signature(
                Words("接收单位", "recipient"),
                name=form.recipient.unit,
                mark=Mark.SEAL,
            ),
        ],
        across=2,
    )
