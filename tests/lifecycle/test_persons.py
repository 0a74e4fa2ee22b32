"""Two names are of one person if only their writing differs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import ApprovalMissingError, InvalidValueError
from egovarchive.lifecycle.persons import check_distinct, person

NAMES = st.text("张三李四abcXYZ0123 ", min_size=1, max_size=20).filter(str.strip)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("张三", "张 三"),
        ("张三", "张\u3000三 "),
        ("张三", "张\u200b三"),
        ("Li Na", "LI NA"),
        ("Li Na", "ＬＩ　ＮＡ"),
        ("Straße", "STRASSE"),
        ("钱七（01）", "钱七(01)"),
    ],
)
def test_how_a_name_is_written_does_not_count(one: str, other: str) -> None:
    assert person(one) == person(other)
    with pytest.raises(ApprovalMissingError) as told:
        check_distinct(one, ["李四", other], "approved already", "已批准")
    assert "已批准" in told.value.message("zh")


def test_a_staff_number_tells_two_of_one_name_apart() -> None:
    check_distinct("钱七（01）", ["钱七（02）", "钱七"], "approved", "已批准")


@given(NAMES, st.integers(0, 20))
def test_blanks_and_case_never_make_another_person(name: str, place: int) -> None:
    assert person(name[:place] + " " + name[place:]) == person(name)
    assert person(name.swapcase()) == person(name)
    assert person(person(name)) == person(name)


@pytest.mark.parametrize("name", ["", "  ", "\u200b", "x" * 101, "张\n三", "张\x00三"])
def test_no_name_is_nobody(name: str) -> None:
    with pytest.raises(InvalidValueError):
        person(name)
