"""Metadata against the table of its profile."""

from __future__ import annotations

import copy
import time
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.metadata.told import all_samples, outcomes, put, sample, values_of
from egovarchive.checks.metadata.fault import MOST
from egovarchive.checks.metadata.scheme import Examined, examine
from egovarchive.packages.xml import Values
from egovarchive.profiles import Element, Group
from egovarchive.profiles.form import REGION_CODE, Form
from egovarchive.profiles.gbt42727_2023 import GBT42727_2023 as PROFILE
from egovarchive.records.filing import Filing
from egovarchive.records.outcome import Outcome
from egovarchive.testing.strategies.filings import filings

FAILED, WARNED = Outcome.FAILED, Outcome.WARNED
KINDS = tuple(Examined.__annotations__)


def only(kind: str, found: Examined) -> dict[str, Outcome]:
    """Return what is said in *kind*; look that the other kinds say nothing."""
    for other in KINDS:
        assert other == kind or not getattr(found, other), (other, found)
    return outcomes(getattr(found, kind))


def basic_with(path: str, text: str | None) -> Examined:
    basic, _ = sample()
    put(basic, path, text)
    return examine(basic, PROFILE.basic)


def process_with(path: str, text: str | None) -> Examined:
    _, process = sample()
    put(process, path, text)
    return examine(process, PROFILE.process)


def test_nothing_is_wrong_with_the_samples() -> None:
    for basic, process in all_samples():
        assert not examine(basic, PROFILE.basic)
        assert not examine(process, PROFILE.process)


@given(filings)
@settings(max_examples=60, deadline=None)
def test_no_case_that_records_allow_fails(filing: Filing) -> None:
    """What records allow and is odd, such as a bidirectional control, may warn."""
    basic, process = values_of(filing)
    for values, scheme in ((basic, PROFILE.basic), (process, PROFILE.process)):
        found = examine(values, scheme)
        assert not any(getattr(found, kind) for kind in KINDS if kind != "characters")
        assert all(fault.outcome is WARNED for fault in found.characters)


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("title", "title（题名）"),
        ("concluded_on", "concluded_on（办结日期）"),
        ("applicant[0].name", "applicant[0].name（名称）"),
        ("documents[2].name", "documents[2].name（材料名称）"),
        ("documents[1].files[0].size", "documents[1].files[0].size（计算机文件大小）"),
    ],
)
@pytest.mark.parametrize("text", [None, "", " ", "\u3000"])
def test_a_required_element_that_is_missing_or_empty_fails(
    path: str, label: str, text: str | None
) -> None:
    found = basic_with(path, text)
    assert outcomes(found.required) == {label: FAILED}


def test_an_optional_element_may_be_missing_or_empty_but_not_blank() -> None:
    assert not basic_with("department", None)
    assert not basic_with("department", "")
    assert not basic_with("documents[0].code", None)
    assert only("forms", basic_with("department", " ")) == {
        "department（责任处室）": FAILED
    }


def test_a_group_that_must_stand_is_missed() -> None:
    basic, _ = sample()
    del basic.groups["applicant"], basic.groups["documents"]
    assert only("required", examine(basic, PROFILE.basic)) == {
        "applicant（申请人）": FAILED,
        "documents（电子文件）": FAILED,
    }


def test_a_group_that_may_stand_once_does_not_stand_twice() -> None:
    basic, _ = sample()
    basic.groups["applicant"] *= 2
    assert only("forms", examine(basic, PROFILE.basic)) == {
        "applicant（申请人）": FAILED
    }


@pytest.mark.parametrize(
    ("path", "length"),
    [
        ("title", 500),
        ("number", 64),
        ("applicant[0].name", 200),
        ("documents[0].files[0].program", 100),
    ],
)
def test_a_text_may_be_as_long_as_its_element_allows(path: str, length: int) -> None:
    assert not basic_with(path, "长" * length)
    found = basic_with(path, "长" * (length + 1))
    (fault,) = found.lengths
    assert only("lengths", found)
    assert (fault.expected, fault.found) == (str(length), str(length + 1))
    assert len(fault.en) < 200


@pytest.mark.parametrize(
    ("path", "good", "bad"),
    [
        ("concluded_on", "2024-02-29", "2023-02-29"),
        ("concluded_on", "2024-02-29", "2024/02/29"),
        ("concluded_on", "2024-02-29", "2024-2-29"),
        ("concluded_on", "2024-02-29", "2024-02-29\n"),
        ("concluded_on", "2024-02-29", "２０２４-02-29"),
        ("year", "2024", "24"),
        ("fonds", "J019", "j019"),
        ("category", "ZY·XK", "ZY-XK"),
        ("retention", "D30", "D0"),
        ("office", "办公室", "A·B"),
        ("item_code", "0100190012", "0100/1"),
        ("documents[0].files[0].size", "1", "1.0"),
        ("documents[0].files[0].size", "12", "012"),
        (
            "documents[0].files[0].created_at",
            "2025-03-02T20:15:00+08:00",
            "2025-03-02",
        ),
    ],
)
def test_a_text_is_written_as_its_element_is(path: str, good: str, bad: str) -> None:
    assert not basic_with(path, good)
    (place,) = outcomes(basic_with(path, bad).forms)
    assert place.startswith(f"{path}（")


def test_a_step_has_a_moment() -> None:
    assert not process_with("steps[1].at", "2025-03-03 10:05")
    assert only("forms", process_with("steps[1].at", "10:05")) == {
        "steps[1].at（行为时间）": FAILED
    }


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("统一社会信用代码", "91350100M000100Y43", "91350100M000100Y44"),
        ("公民身份号码", "11010519491231002X", "110105194912310021"),
        ("其他证件", "G 123", None),
    ],
)
def test_an_identifier_is_of_its_kind(kind: str, good: str, bad: str | None) -> None:
    basic, _ = sample()
    put(basic, "applicant[0].identifier_kind", kind)
    put(basic, "applicant[0].identifier", good)
    assert not examine(basic, PROFILE.basic)
    if bad is not None:
        put(basic, "applicant[0].identifier", bad)
        assert only("forms", examine(basic, PROFILE.basic)) == {
            "applicant[0].identifier（证件号码）": FAILED
        }


@pytest.mark.parametrize(
    "number", ["110105194912310021", "1101051949123100", "110105194912310021123"]
)
def test_a_personal_number_is_not_told(number: str) -> None:
    basic, _ = sample()
    put(basic, "applicant[0].identifier_kind", "公民身份号码")
    put(basic, "applicant[0].identifier", number)
    (fault,) = examine(basic, PROFILE.basic).forms
    assert "19491231" not in repr(fault)


@pytest.mark.parametrize(
    ("path", "good", "bad"),
    [
        ("decision", "不予", "同意"),
        ("template", "DA/T 22—2015", "DA/T 22-2015"),
        ("documents[0].role", "结果文件", "结果"),
        ("documents[0].classification", "内部", "公开"),
        ("applicant[0].kind", "自然人", "个人"),
    ],
)
def test_a_text_is_on_the_list_of_its_element(path: str, good: str, bad: str) -> None:
    assert not basic_with(path, good)
    found = basic_with(path, bad)
    (fault,) = found.value_lists
    assert only("value_lists", found)
    assert good in fault.expected
    assert bad in fault.found


def test_a_number_lies_in_its_range() -> None:
    basic, _ = sample(4)
    for path, good, bad in (
        ("documents[0].digitised[0].resolution", "300", "100001"),
        ("documents[0].digitised[0].resolution", "1", "0"),
        ("documents[0].files[0].size", "1", "0"),
    ):
        changed = copy.deepcopy(basic)
        put(changed, path, good)
        assert not examine(changed, PROFILE.basic)
        put(changed, path, bad)
        (place,) = only("ranges", examine(changed, PROFILE.basic))
        assert place.startswith(path)


@pytest.mark.parametrize(
    ("character", "outcome"),
    [
        ("\x07", FAILED),
        ("\x7f", FAILED),
        ("\x85", FAILED),
        ("\r", FAILED),
        ("\n", FAILED),
        ("\t", FAILED),
        ("\ufffd", FAILED),
        ("\ufffe", FAILED),
        ("\ufdd0", WARNED),
        ("\U0001ffff", WARNED),
        ("\ue000", WARNED),
        ("\U000f0000", WARNED),
        ("\u202e", WARNED),
        ("\u2066", WARNED),
        ("\u200b", WARNED),
        ("\u200d", WARNED),
        ("\ufeff", WARNED),
        ("\u00ad", WARNED),
        ("\u3164", WARNED),
        ("\u2028", WARNED),
        ("\U000e0041", WARNED),
    ],
)
def test_a_special_character_is_told(character: str, outcome: Outcome) -> None:
    found = basic_with("title", f"题名{character}末")
    assert only("characters", found) == {"title（题名）": outcome}
    (fault,) = found.characters
    assert f"U+{ord(character):04X}" in fault.en
    assert "character 3" in fault.en


@pytest.mark.parametrize(
    "text",
    ["𠮷野家", "全角\u3000空格", "(Ｗ) “引号”—·〔1〕", "葛\U000e0100", "👍\ufe0f", "é"],
)
def test_an_ordinary_text_is_not_told(text: str) -> None:
    assert not basic_with("title", text)


def test_an_opinion_may_run_over_several_lines() -> None:
    assert not process_with("steps[0].opinion", "一、\n\t二、")
    assert process_with("steps[0].opinion", "一、\r\n二、").characters
    assert process_with("steps[0].actor", "张三\n").characters


def test_each_kind_of_character_is_told_once_a_text() -> None:
    found = basic_with("title", "a\u202eb\u202ec\ue000\x00")
    assert [fault.found for fault in found.characters] == ["U+0000", "U+202E", "U+E000"]


def test_very_many_faults_are_counted_and_none_is_lost_behind_warnings() -> None:
    basic, _ = sample()
    document = basic.groups["documents"][0]
    document.texts["name"] = "\ue000"
    worse = copy.deepcopy(document)
    worse.texts["name"] = "\x00"
    basic.groups["documents"] = [document] * (MOST + 10) + [worse]
    *named, rest = examine(basic, PROFILE.basic).characters
    assert len(named) == MOST
    assert rest.outcome is FAILED
    assert rest.en.startswith("11 more")


def test_a_hostile_text_takes_no_longer_than_it_is_long() -> None:
    basic, _ = sample()
    million = "1" * 1_000_000
    put(basic, "applicant[0].identifier_kind", "统一社会信用代码")
    for path in ("applicant[0].identifier", "item_code", "year", "fonds", "retention"):
        put(basic, path, million)
    put(basic, "category", "A·" * 500_000)
    put(basic, "concluded_on", "2" * 1_000_000)
    began = time.process_time()
    found = examine(basic, PROFILE.basic)
    assert time.process_time() - began < 1
    assert len(found.lengths) == 2
    assert len(found.forms) == 5


def test_another_profile_has_other_rules() -> None:
    parts = [
        evolve(part, length=3)
        if isinstance(part, Element) and part.value == "title"
        else part
        for part in PROFILE.basic.parts
    ]
    region = Element(
        "region", "region_code", "行政区划", form=REGION_CODE, required=True
    )
    scheme = evolve(PROFILE.basic, parts=(*parts, region))
    basic, _ = sample()
    found = examine(basic, scheme)
    assert outcomes(found.lengths) == {"title（题名）": FAILED}
    assert outcomes(found.required) == {"region（行政区划）": FAILED}
    basic.texts.update(title="题名", region="990000")
    assert only("forms", examine(basic, scheme)) == {"region（行政区划）": FAILED}
    basic.texts["region"] = "610800"
    assert not examine(basic, scheme)


def test_an_own_form_has_a_pattern() -> None:
    form = Form("eight digits", "8 位数字", pattern="[0-9]{8}")
    scheme = Group("g", "g", "组", [Element("batch", "batch", "批次", form=form)])
    assert not examine(Values({"batch": "20260101"}), scheme)
    (fault,) = examine(Values({"batch": "2026010"}), scheme).forms
    assert "eight digits" in fault.en
    assert "8 位数字" in fault.zh


_TEXTS = st.text(max_size=8) | st.sampled_from(["2026-01-01", "1", "准予", "D30", " "])


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_nothing_that_stands_in_metadata_is_raised(data: Any) -> None:
    basic, process = sample(data.draw(st.integers(0, 4)))
    for values, scheme in ((basic, PROFILE.basic), (process, PROFILE.process)):
        groups = [values]
        for group in groups:
            groups += [each for some in group.groups.values() for each in some]
        for _ in range(5):
            group = data.draw(st.sampled_from(groups))
            if group.texts:
                name = data.draw(st.sampled_from(sorted(group.texts)))
                group.texts[name] = data.draw(_TEXTS)
        for kind in KINDS:
            outcomes(getattr(examine(values, scheme), kind))
