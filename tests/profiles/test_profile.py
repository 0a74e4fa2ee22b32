"""A profile is a table; a table that could not be written is refused."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from egovarchive.errors import InvalidValueError
from egovarchive.profiles import Element, Group, Profile
from egovarchive.profiles.form import DATE, INTEGER, USCC, FormBy
from egovarchive.profiles.gbt42727_2023 import GBT42727_2023
from egovarchive.records.document import Role

A = Element("a", "a", "甲")
B = Element("b", "b", "乙")


def test_a_group_is_walked_with_its_paths() -> None:
    group = Group("g", "g", "组", [A, Group("h", "h", "组", [B])])
    assert [path for path, _ in group.walk()] == ["a", "h", "h.b"]


def test_a_profile_is_changed_by_making_another() -> None:
    basic = evolve(GBT42727_2023.basic, tag="baseInfo")
    other = evolve(GBT42727_2023, basic=basic)
    assert other.basic.tag == "baseInfo"
    assert GBT42727_2023.basic.tag == "base_info"
    assert other != GBT42727_2023
    assert evolve(GBT42727_2023) == GBT42727_2023
    assert hash(evolve(GBT42727_2023)) == hash(GBT42727_2023)


@pytest.mark.parametrize("tag", ["", "1a", "a b", "a>", "a:b", "-a", "a\n", "a" * 65])
def test_a_tag_is_an_xml_name(tag: str) -> None:
    for make in (lambda: evolve(A, tag=tag), lambda: Group("g", tag, "组", ())):
        with pytest.raises(InvalidValueError, match="XML element") as caught:
            make()
        assert caught.value.place == "tag"


def test_a_tag_may_be_chinese() -> None:
    assert Element("a", "题名", "题名").tag == "题名"


def test_a_title_is_text() -> None:
    with pytest.raises(InvalidValueError):
        evolve(A, title="a\nb")


@pytest.mark.parametrize("twice", [evolve(B, tag="a"), evolve(B, value="a")])
def test_two_parts_of_one_name_are_refused(twice: Element) -> None:
    """The second would be read as the first."""
    with pytest.raises(InvalidValueError, match=r"two parts of one name: \['a'\]"):
        Group("g", "g", "组", (A, twice))


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"length": 0}, "length"),
        ({"values": ["甲", "乙", "甲"]}, "values"),
        ({"values": ["甲乙"], "length": 1}, "values"),
        ({"values": ["今天"], "form": DATE}, "values"),
        ({"least": 1}, "form"),
        ({"least": 1, "form": DATE}, "form"),
        ({"least": 2, "most": 1, "form": INTEGER}, "least"),
    ],
)
def test_rules_of_an_element_that_contradict_each_other_are_refused(
    changes: dict[str, Any], place: str
) -> None:
    with pytest.raises(InvalidValueError, match="a cannot be") as caught:
        evolve(A, **changes)
    assert caught.value.place == place


def test_rules_of_an_element_may_be_given_together() -> None:
    element = evolve(A, form=INTEGER, length=3, least=1, most=999, values=["1", "2"])
    assert element.values == ("1", "2")
    assert evolve(A, form=INTEGER, least=1).most is None


@pytest.mark.parametrize(("least", "most"), [(-1, None), (0, 0), (2, 1)])
def test_a_group_stands_as_often_as_it_can(least: int, most: int | None) -> None:
    with pytest.raises(InvalidValueError, match="g cannot be") as caught:
        Group("g", "g", "组", [A], least=least, most=most)
    assert caught.value.place == "most"


def test_a_form_depends_on_an_element_of_its_group() -> None:
    by = evolve(B, form=FormBy("a", [("甲", USCC)]))  # type: ignore[arg-type]
    assert Group("g", "g", "组", [A, by]).parts == (A, by)
    with pytest.raises(InvalidValueError, match="there is no 'a'"):
        Group("g", "g", "组", [by])


@pytest.mark.parametrize(
    "folders",
    [
        (),
        GBT42727_2023.folders[:2],
        (*GBT42727_2023.folders, GBT42727_2023.folders[0]),
        tuple((role, "文件") for role in Role),
        tuple((role, name) for role, name in zip(Role, ("a", "A", "b"), strict=True)),
        tuple((role, f"{role.value}/x") for role in Role),
        tuple((role, "..") for role in Role),
    ],
)
def test_each_role_has_a_folder_of_its_own(folders: Any) -> None:
    with pytest.raises(InvalidValueError):
        evolve(GBT42727_2023, folders=folders)


@pytest.mark.parametrize("name", ["basic_path", "process_path"])
def test_metadata_stands_under_a_name(name: str) -> None:
    for wrong in ("", "a/b.xml", "..", "con.xml"):
        with pytest.raises(InvalidValueError) as caught:
            evolve(GBT42727_2023, **{name: wrong})  # type: ignore[arg-type]
        assert caught.value.place == name


def test_a_folder_is_found_by_its_role() -> None:
    profile: Profile = GBT42727_2023
    assert profile.folder_of(Role.RESULT) == "结果文件"
