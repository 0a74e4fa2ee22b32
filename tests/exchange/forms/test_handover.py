"""The handover form: what it refuses, what it prints, and where two of them differ."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from egovarchive.errors import InvalidValueError
from egovarchive.exchange.forms.form import Grid, Signature
from egovarchive.exchange.forms.handover import (
    CarrierDigest,
    HandoverForm,
    Inspected,
    Inspections,
    Side,
    differences,
)
from egovarchive.exchange.forms.words import BINARY_GB
from egovarchive.records.digest import Digest
from exchange.forms.printed_forms import DAY, SM3, handover


def printed(form: HandoverForm, **options: Any) -> list[list[str]]:
    grid = form.form(**options).parts[0]
    assert isinstance(grid, Grid)
    return [
        ["|".join(line.text for line in cell.lines("zh")) for cell in row]
        for row in grid.rows
    ]


def test_the_fields_stand_in_the_order_of_the_form() -> None:
    labels = [row[0] for row in printed(handover())]
    assert labels == [
        "交接工作名称", "内容描述", "移交电子档案数量", "载体起止顺序号", "检验内容",
        "准确性检验", "完整性检验", "可用性检验", "安全性检验", "载体外观检验",
        "填表人（签名）", "审核人（签名）", "单位（印章）",
    ]  # fmt: skip


def test_the_printed_word_is_accuracy_not_authenticity() -> None:
    assert Inspected.ACCURACY.zh == "准确性检验"
    assert not [each for each in Inspected if "真实" in each.zh]


def test_what_was_not_inspected_never_passes() -> None:
    rows = {row[0]: row[1:] for row in printed(handover())}
    assert rows["完整性检验"] == ["通过", ""]
    assert rows["可用性检验"] == rows["安全性检验"] == ["未检验", ""]
    assert rows["载体外观检验"] == ["不适用（在线移交，无载体）", ""]
    disc = evolve(handover(), carrier="光盘，DVD-R", carriers="1—2")
    rows = {row[0]: row[1:] for row in printed(disc)}
    assert rows["载体外观检验"] == ["未检验", ""]
    assert rows["载体起止顺序号"] == ["1—2", "移交载体类型、规格", "光盘，DVD-R"]


def test_volume_is_in_gigabytes_with_three_decimals_and_says_which() -> None:
    assert printed(handover())[2][3] == "1.235 GB|1,234,567,890 B|(1 GB = 10⁹ B)"
    binary = printed(handover(), gigabyte=BINARY_GB)[2][3]
    assert binary == "1.150 GB|1,234,567,890 B|(1 GB = 2³⁰ B)"


def test_files_and_items_are_both_counted() -> None:
    assert printed(handover())[2][1] == "2000 件"
    assert printed(evolve(handover(), files=12))[2][1] == "12 卷，2000 件"


def test_nobody_signs_on_a_day_who_is_not_known() -> None:
    grid = handover().form().parts[0]
    assert isinstance(grid, Grid)
    days = [
        cell.content.on
        for row in grid.rows
        for cell in row
        if isinstance(cell.content, Signature)
    ]
    assert days == [DAY, None, None, None, DAY, None]


def test_digests_stand_on_a_page_of_their_own_with_their_algorithm() -> None:
    grid = handover().form().parts[1]
    assert isinstance(grid, Grid)
    assert grid.page
    (number, _, digest, size) = grid.rows[1]
    assert [line.text for line in digest.lines("zh")] == ["SM3", SM3.hex]
    assert number.lines("zh")[0].text == "1"
    assert size.lines("zh")[0].text == "0.000"
    assert len(evolve(handover(), digests=()).form().parts) == 1


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"items": -1}, "items"),
        ({"items": True}, "items"),
        ({"items": 10**18}, "items"),
        ({"files": -1}, "files"),
        ({"size": None}, "size"),
        ({"name": ""}, "name"),
        ({"carrier": "\x00"}, "carrier"),
        ({"sender": None}, "sender"),
        ({"digests": [1]}, "digests"),
    ],
)
def test_what_breaks_its_form_is_refused(change: dict[str, Any], place: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        evolve(handover(), **change)
    assert caught.value.place == place


def test_one_carrier_stands_there_once() -> None:
    with pytest.raises(InvalidValueError, match="twice"):
        evolve(handover(), digests=[*handover().digests] * 2)


def test_weak_digests_are_refused() -> None:
    with pytest.raises(InvalidValueError):
        CarrierDigest(number="1", content="a", digest=Digest("md5", "0" * 32), size=1)


def test_what_each_side_writes_is_no_difference() -> None:
    found = evolve(
        handover(),
        recipient=Side(unit="某某市档案馆", inspections=Inspections(), on=DAY),
    )
    assert differences(handover(), found) == ()


def test_what_is_declared_and_what_is_found_are_told_apart() -> None:
    declared = evolve(
        handover(),
        digests=[
            CarrierDigest(number=str(n), content="包", digest=SM3, size=n)
            for n in (1, 2)
        ],
    )
    other = Digest("sm3", "cd" * 32)
    found = evolve(
        declared,
        items=1999,
        files=3,
        size=5,
        sender=Side(unit="别的局"),
        digests=[
            CarrierDigest(number="1", content="包", digest=other, size=7),
            CarrierDigest(number="3", content="包", digest=SM3, size=3),
        ],
    )
    said = [
        (one.place, one.declared, one.found) for one in differences(declared, found)
    ]
    assert said == [
        ("files", "", "3"),
        ("items", "2000", "1999"),
        ("size", "1234567890", "5"),
        ("sender.unit", "某某局", "别的局"),
        ("digests['1'].digest", str(SM3), str(other)),
        ("digests['1'].size", "1", "7"),
        ("digests['2']", "2", ""),
        ("digests['3']", "", "3"),
    ]
    assert all(one.label.zh and one.label.en for one in differences(declared, found))
