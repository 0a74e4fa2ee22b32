"""Cells of a schedule's table."""

from __future__ import annotations

import pytest

from egovarchive.errors import InvalidValueError
from egovarchive.exchange.schedule_cells import add_conditional, parts, start_of
from egovarchive.records.retention_start import RetentionStart


def added(*cells: tuple[str, str]) -> object:
    rule: dict[str, object] = {}
    for name, cell in cells:
        add_conditional(rule, name, cell)
    return rule["conditional"]


def test_materials_are_parted_by_semicolons_of_both_widths() -> None:
    assert parts(" 甲 ；乙;; 丙，丁 ") == ["甲", "乙", "丙，丁"]
    assert parts("；") == []


def test_a_start_is_known_by_both_its_words() -> None:
    for start in RetentionStart:
        assert start_of(start.zh) == start_of(start.value) == start.value
    assert start_of("结案") == "结案"


def test_columns_add_to_the_same_conditions() -> None:
    expected = [
        {"when": {"decision": "refused"}, "required": ["甲", "乙", "丁"]},
        {"when": {"decision": "granted"}, "required": ["丙"], "excluded": ["戊"]},
    ]
    assert (
        added(
            ("required_if", "不予：甲；乙;准予: 丙；不予：丁"),
            ("excluded_if", "准予：戊"),
        )
        == expected
    )


@pytest.mark.parametrize("cell", ["甲", "甲；不予：乙", "：甲", "不予：", "不：甲"])
def test_no_material_is_without_its_decision(cell: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        added(("required_if", cell))
    assert caught.value.message("zh") != str(caught.value)


def test_what_follows_a_second_colon_belongs_to_the_material() -> None:
    assert added(("optional_if", "不予：附件：一")) == [
        {"when": {"decision": "refused"}, "optional": ["附件：一"]}
    ]
