"""Attrs values as JSON objects: all errors at once, each with its place."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pytest
from attrs import field, frozen

from egovarchive.errors import InvalidValueError
from egovarchive.exchange.invalid_file import InvalidFileError
from egovarchive.exchange.json_values import ObjectReader, Source, new_converter
from egovarchive.records.term import Term
from egovarchive.records.text import Text


class Colour(Term):
    """A closed list."""

    RED = "red", "红"


def _names(value: Iterable[str]) -> tuple[str, ...]:
    return tuple(value)


def _each_short(instance: Box, _: object, value: tuple[str, ...]) -> None:
    for name in value:
        if len(name) > 2:
            raise InvalidValueError(f"{name} in {instance.label}", "过长")


@frozen(kw_only=True)
class Lid:
    """What lies in a box."""

    size: int


@frozen(kw_only=True)
class Box:
    """A value of every kind of field."""

    label: str = field(validator=Text(5))
    lids: tuple[Lid, ...]
    colour: Colour | None = None
    names: tuple[str, ...] = field(default=(), converter=_names, validator=_each_short)
    _hidden: int = 0
    weight: int = 1

    def __attrs_post_init__(self) -> None:
        if self.weight == self._hidden:
            raise InvalidValueError("both weigh the same", "重量相同", place="weight")


def read(value: object) -> Box:
    converter = new_converter()
    return ObjectReader(Box, converter.structure)(value, None)


def places(value: object) -> list[str]:
    with pytest.raises(InvalidFileError) as caught:
        read(value)
    return [error.place for error in caught.value.errors]


def test_an_object_becomes_its_value() -> None:
    box = Box(label="a", lids=(Lid(size=3),), colour=Colour.RED, names="b", hidden=2)
    tree = {"label": "a", "lids": [{"size": 3}], "colour": "red", "names": ["b"]}
    assert read(tree | {"hidden": 2}) == box
    written = json.dumps(new_converter().unstructure(box))
    assert json.loads(written) == tree | {"hidden": 2, "weight": 1}


def test_what_is_absent_is_left_out() -> None:
    box = Box(label="a", lids=())
    assert new_converter().unstructure(box) == {"label": "a", "hidden": 0, "weight": 1}


def test_all_errors_come_at_once() -> None:
    assert places(
        {
            "label": "too long",
            "lids": [{"size": 1}, {"size": "2"}, 3, {"siez": 1}],
            "colour": "green",
            "names": ["a", "bbb", "c", "ddd"],
            "_hidden": 3,
            "weight": None,
        }
    ) == [
        "_hidden",
        "lids[1].size",
        "lids[2]",
        "lids[3].siez",
        "lids[3].size",
        "colour",
        "weight",
        "label",
        "names[1]",
        "names[3]",
    ]


def test_a_validator_sees_the_fields_beside_it() -> None:
    with pytest.raises(InvalidFileError, match=r"names\[0\]: long in box"):
        read({"label": "box", "lids": [], "names": ["long"]})
    with pytest.raises(InvalidFileError, match=r"names\[0\]: long in None"):
        read({"lids": [], "names": ["long"]})


def test_a_rule_across_fields_is_applied_when_each_is_right() -> None:
    with pytest.raises(InvalidValueError, match="weight: both weigh the same"):
        read({"label": "a", "lids": [], "weight": 0})
    assert places({"label": "", "lids": [], "weight": 0}) == ["label"]


@pytest.mark.parametrize("value", [None, [], "{}", 1, True])
def test_only_an_object_is_an_object(value: object) -> None:
    with pytest.raises(InvalidValueError, match="expected an object"):
        read(value)


@pytest.mark.parametrize("value", [None, {}, "ab", 1, True])
def test_only_an_array_is_an_array(value: object) -> None:
    with pytest.raises(InvalidFileError, match="names: expected an array"):
        read({"label": "a", "lids": [], "names": value})


def test_many_errors_are_not_looked_for_to_the_end() -> None:
    many = 50_000
    with pytest.raises(InvalidFileError) as caught:
        read({f"x{i}": 1 for i in range(many)} | {"lids": [0] * many})
    assert len(caught.value.errors) == 100
    assert caught.value.more


def test_a_field_may_be_read_from_others() -> None:
    converter = new_converter()
    size = Source(("width", "height"), len)
    reader = ObjectReader(Lid, converter.structure, sources={"size": size})
    assert reader({"width": 1, "height": 2}, None) == Lid(size=2)
    with pytest.raises(InvalidFileError, match="size: unknown name 'size'"):
        reader({"size": 1}, None)
