"""The JSON Schema, the page about case JSON, the model and the reader agree."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import (  # type: ignore[import-untyped]
    Draft202012Validator,
    FormatChecker,
)

from egovarchive.exchange.case_json import CaseJsonError, dump_case, load_case
from egovarchive.records.case import Case, JointHandling, Licence
from egovarchive.records.content import BytesContent
from egovarchive.records.digest import ALGORITHMS
from egovarchive.records.document import Digitisation, Document, File
from egovarchive.records.item import ServiceItem
from egovarchive.records.party import Party
from egovarchive.records.step import Step
from egovarchive.records.term import Term
from egovarchive.records.text import Text
from egovarchive.testing.strategies.cases import cases

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
SCHEMA: dict[str, Any] = json.loads((REFERENCE / "case.schema.json").read_text("utf-8"))
PAGE = (REFERENCE / "case-json.md").read_text("utf-8")
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=FormatChecker(["date"]))

CLASSES: dict[str, type[attrs.AttrsInstance]] = {
    "": Case,
    "item": ServiceItem,
    "party": Party,
    "document": Document,
    "file": File,
    "digitised": Digitisation,
    "step": Step,
    "licence": Licence,
    "joint": JointHandling,
}
FIELDS = [
    pytest.param(definition, attribute, id=f"{cls.__name__}.{attribute.name}")
    for definition, cls in CLASSES.items()
    for attribute in attrs.fields(cls)
    if attribute.name != "content"
]


def definition_of(name: str) -> dict[str, Any]:
    found: dict[str, Any] = SCHEMA["$defs"][name] if name else SCHEMA
    return found


def names_of(cls: type[attrs.AttrsInstance], *, required: bool = False) -> list[str]:
    """Return the names of the fields of *cls* in JSON."""
    names = []
    for attribute in attrs.fields(cls):
        if attribute.name == "content":
            names += [] if required else ["path", "base64"]
        elif not required or attribute.default is attrs.NOTHING:
            names.append(attribute.name)
    return names


def loads(tree: object) -> bool:
    data = json.dumps(tree).encode()
    try:
        load_case(data, content=lambda _: BytesContent(b"x"))
    except CaseJsonError:
        return False
    return True


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(("definition", "cls"), CLASSES.items())
def test_an_object_has_the_fields_of_its_class(
    definition: str, cls: type[attrs.AttrsInstance]
) -> None:
    found = definition_of(definition)
    assert list(found["properties"]) == names_of(cls)
    assert found["required"] == names_of(cls, required=True)
    assert found["additionalProperties"] is False


def test_every_definition_is_a_class_or_used() -> None:
    used = set(re.findall(r'"#/\$defs/(\w+)"', json.dumps(SCHEMA)))
    assert used == set(SCHEMA["$defs"])


@pytest.mark.parametrize(("definition", "attribute"), FIELDS)
def test_a_field_has_the_type_of_the_model(
    definition: str, attribute: attrs.Attribute[Any]
) -> None:
    found = definition_of(definition)["properties"][attribute.name]
    hint = get_type_hints(CLASSES[definition])[attribute.name]
    if NoneType in get_args(hint):
        (hint,) = (kind for kind in get_args(hint) if kind is not NoneType)
    if get_origin(hint) is tuple:
        assert found["type"] == "array"
        found, hint = found["items"], get_args(hint)[0]
    if hint in CLASSES.values():
        assert CLASSES[found["$ref"].rpartition("/")[2]] is hint
    elif isinstance(hint, type) and issubclass(hint, Term):
        assert found["enum"] == [term.value for term in hint]
        assert found["description"].startswith(
            "；".join(f"{term.value}：{term.zh}" for term in hint)
        )
    elif hint is date:
        assert found["$ref"] in {"#/$defs/date", "#/$defs/caseDate"}
    elif hint is datetime:
        assert found["$ref"] == "#/$defs/moment"
    elif hint in {int, float}:
        assert found["type"] == ("integer" if hint is int else "number")
    else:
        # Texts and digests, and names and codes with a form of their own.
        assert found["$ref"].startswith("#/$defs/")
    if isinstance(attribute.validator, Text):
        kind = "lines" if attribute.validator.lines else "line"
        assert found["$ref"] == f"#/$defs/{kind}"
        assert found["maxLength"] == attribute.validator.limit


def test_every_field_has_a_chinese_title() -> None:
    for definition in ["", *SCHEMA["$defs"]]:
        found = definition_of(definition)
        for one in (found, *found.get("properties", {}).values()):
            assert re.search("[\u4e00-\u9fff]|Base64", one["title"])


def test_digests_are_those_in_use() -> None:
    for algorithm, length in ALGORITHMS.items():
        pattern = SCHEMA["$defs"]["digest"]["pattern"]
        assert re.search(pattern, f"{algorithm}:{'0' * length}")
        assert not re.search(pattern, f"{algorithm}:{'0' * (length - 1)}")
        assert algorithm in SCHEMA["$defs"]["digest"]["description"]


def tables() -> list[dict[str, bool]]:
    """Return the fields of each table of the page, and whether they must be there."""
    found = []
    for section in PAGE.split("\n### ")[1:]:
        rows = re.findall(
            r"^\| (\*\*)?((?:`\w+`(?:, )?)+)(?:\*\*)? \|", section, re.MULTILINE
        )
        found.append(
            {
                name: bool(bold)
                for bold, names in rows
                for name in re.findall(r"\w+", names)
            }
        )
    return found


def test_the_page_tells_every_field() -> None:
    expected = []
    for cls in CLASSES.values():
        required = names_of(cls, required=True)
        expected.append({name: name in required for name in names_of(cls)})
    assert tables() == expected


def test_the_page_tells_every_word() -> None:
    for cls in CLASSES.values():
        for hint in get_type_hints(cls).values():
            for kind in (hint, *get_args(hint)):
                if isinstance(kind, type) and issubclass(kind, Term):
                    for term in kind:
                        assert f"`{term.value}` {term.zh}" in PAGE


def examples() -> Iterator[dict[str, Any]]:
    """Yield the objects of the page, whole ones and those of its doctests."""
    for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL):
        yield json.loads(block)
    for block in re.findall(r"text = '''\n(.*?)\.\.\. '''", PAGE, re.DOTALL):
        yield json.loads(block.replace("... ", ""))


def test_examples_are_valid_to_both() -> None:
    found = list(examples())
    assert len(found) == 2
    for example in found:
        VALIDATOR.validate(example)
        case = load_case(
            json.dumps(example).encode(), content=lambda _: BytesContent(b"x")
        )
        again = json.loads(dump_case(case))
        VALIDATOR.validate(again)


def test_an_example_has_every_field() -> None:
    whole = max(examples(), key=lambda example: len(json.dumps(example)))
    text = json.dumps(whole)
    for cls in CLASSES.values():
        for name in names_of(cls):
            assert f'"{name}": ' in text


@given(cases)
def test_what_is_written_passes_the_schema(case: Case) -> None:
    VALIDATOR.validate(json.loads(dump_case(case)))


Edit = Callable[[dict[str, Any]], object]


def edited(edit: Edit) -> dict[str, Any]:
    tree = max(examples(), key=lambda example: len(json.dumps(example)))
    edit(tree)
    return tree


def set_at(*path: str | int, to: object) -> Edit:
    def edit(tree: Any) -> None:
        for one in path[:-1]:
            tree = tree[one]
        tree[path[-1]] = to

    return edit


def drop(*path: str | int) -> Edit:
    def edit(tree: Any) -> None:
        for one in path[:-1]:
            tree = tree[one]
        del tree[path[-1]]

    return edit


FILE = ("documents", 0, "files", 0)
REFUSED_BY_BOTH = {
    "required": drop("number"),
    "required within": drop("documents", 0, "role"),
    "unknown": set_at("titel", to="x"),
    "unknown within": set_at("documents", 0, "digitised", to={"dpi": 300}),
    "null": set_at("agent", to=None),
    "number for text": set_at("number", to=1),
    "text for number": set_at("documents", 1, "digitised", "resolution", to="300"),
    "resolution zero": set_at("documents", 1, "digitised", "resolution", to=0),
    "true for number": set_at("documents", 1, "digitised", "resolution", to=True),
    "object for array": set_at("steps", to={}),
    "array for object": set_at("item", to=[]),
    "text for object": set_at("applicant", to="x"),
    "blank": set_at("title", to=" \u3000"),
    "empty": set_at("joint", "parts", to=[""]),
    "too long": set_at("number", to="𠀀" * 65),
    "control character": set_at("title", to="a\x85b"),
    "replacement character": set_at("title", to="a\ufffdb"),
    "line break": set_at("title", to="a\nb"),
    "trailing line break": set_at("title", to="a\n"),
    "carriage return": set_at("steps", 0, "opinion", to="a\r\nb"),
    "word": set_at("decision", to="GRANTED"),
    "Chinese word": set_at("documents", 0, "role", to="申请材料"),
    "date": set_at("concluded_on", to="20260304"),
    "month 13": set_at("decided_on", to="2026-13-01"),
    "30 February": set_at("decided_on", to="2026-02-30"),
    "year 1899": set_at("accepted_on", to="1899-12-31"),
    "year 3000": set_at("concluded_on", to="3000-01-01"),
    "year 0": set_at("licences", 0, "valid_until", to="0000-01-01"),
    "moment without T": set_at("steps", 0, "at", to="2026-03-04 10:00:00"),
    "hour 24": set_at("steps", 0, "at", to="2026-03-04T24:00:00"),
    "nanoseconds": set_at("steps", 0, "at", to="2026-03-04T10:00:00.123456789"),
    "no document": set_at("documents", to=[]),
    "no file": set_at("documents", 0, "files", to=[]),
    "neither path nor base64": drop(*FILE, "path"),
    "path and base64": set_at(*FILE, "base64", to="YQ=="),
    "base64 in lines": set_at("documents", 3, "files", 0, "base64", to="YWJj\nYWJj"),
    "base64 of nothing": set_at("documents", 3, "files", 0, "base64", to=""),
    "base64url": set_at("documents", 3, "files", 0, "base64", to="YW-_"),
    "no page": set_at(*FILE, "pages", to=0),
    "half a page": set_at(*FILE, "pages", to=2.5),
    "too many pages": set_at(*FILE, "pages", to=1_000_000_000),
    "pixels as text": set_at(*FILE, "width", to="1654"),
    "no pixel": set_at(*FILE, "height", to=-1),
    "no duration": set_at(*FILE, "seconds", to=0),
    "too short": set_at(*FILE, "seconds", to=0.0009),
    "too long to play": set_at(*FILE, "seconds", to=1e9),
    "true for seconds": set_at(*FILE, "seconds", to=True),
    "format of 101 characters": set_at(*FILE, "format", to="x" * 101),
    "day for a moment": set_at(*FILE, "modified_at", to="2026-03-01"),
    "digest": set_at(*FILE, "digest", to="md5:d41d8cd98f00b204e9800998ecf8427e"),
    "short digest": set_at(*FILE, "digest", to="sha256:00"),
    "slash in name": set_at(*FILE, "name", to="a/b.pdf"),
    "bidi in name": set_at(*FILE, "name", to="a\u202efdp.exe"),
    "device": set_at(*FILE, "name", to="Com1 .tar.gz"),
    "name ends in a dot": set_at(*FILE, "name", to="a."),
    "name begins with a space": set_at(*FILE, "name", to=" a"),
    "blank name": set_at(*FILE, "name", to="\u3000"),
    "item code": set_at("item", "code", to="A/1"),
    "item code of 31": set_at("item", "code", to="-" * 31),
    "identifier without kind": drop("applicant", "identifier_kind"),
    "kind without identifier": drop("applicant", "identifier"),
    "identifier of 17": set_at("agent", "identifier", to="1" * 17),
    "credit code of 17": set_at("applicant", "identifier", to="1" * 17),
    "full-width digit": set_at("agent", "identifier", to="１1010519491231002X"),
}

# What only the reader sees; docs/reference/case-json.md tells it.
REFUSED_BY_THE_READER = {
    "check character of a credit code": set_at(
        "applicant", "identifier", to="91350100M000100Y44"
    ),
    "check character of a resident number": set_at(
        "agent", "identifier", to="110105194912310021"
    ),
    "check character in an item code": set_at(
        "item", "code", to="12441500196720244X3442199806003"
    ),
    "basic code": set_at("item", "basic_code", to="442199806004"),
    "order of dates": set_at("accepted_on", to="2026-03-05"),
    "30 February in a moment": set_at("steps", 0, "at", to="2026-02-30T10:00:00"),
    "name of 243 bytes": set_at(*FILE, "name", to="文" * 81),
    "300.0": set_at("documents", 1, "digitised", "resolution", to=300.0),
    # A surrogate alone is no character, and RFC 8259 leaves open what it means.
    "half a character": set_at("title", to="\ud800"),
    # A base64 text has a length of four times something.
    "base64 cut short": set_at("documents", 3, "files", 0, "base64", to="YWJjYW"),
    # It has no year 0 in China, though one in the zone that it is told in.
    "before the calendar": set_at("steps", 0, "at", to="0001-01-01T00:00:00+14:00"),
}

# Where the caller supplies the content, a path is the caller's affair.
REFUSED_BY_THE_SCHEMA = {
    name: set_at(*FILE, "path", to=path)
    for name, path in {
        "absolute": "/etc/passwd",
        "up": "../a.pdf",
        "up within": "a/../../b.pdf",
        "backslash": "a\\b.pdf",
        "drive": "C:/a.pdf",
        "here": "./a.pdf",
        "empty name": "a//b.pdf",
        "folder": "a/",
        "nothing": "",
        "control character": "a\tb",
    }.items()
}


@pytest.mark.parametrize("name", REFUSED_BY_BOTH)
def test_what_is_invalid_is_refused_by_both(name: str) -> None:
    tree = edited(REFUSED_BY_BOTH[name])
    assert not VALIDATOR.is_valid(tree)
    assert not loads(tree)


@pytest.mark.parametrize("name", REFUSED_BY_THE_READER)
def test_the_reader_sees_more_than_the_schema_can_say(name: str) -> None:
    tree = edited(REFUSED_BY_THE_READER[name])
    assert VALIDATOR.is_valid(tree)
    assert not loads(tree)


@pytest.mark.parametrize("name", REFUSED_BY_THE_SCHEMA)
def test_a_path_out_of_the_folder_is_refused_by_both(name: str, tmp_path: Path) -> None:
    tree = edited(REFUSED_BY_THE_SCHEMA[name])
    assert not VALIDATOR.is_valid(tree)
    assert loads(tree)
    with pytest.raises(CaseJsonError, match="the path"):
        load_case(json.dumps(tree).encode(), folder=tmp_path)


def places(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each container in *tree* with each of its keys."""
    keys = tree if isinstance(tree, dict) else range(len(tree))
    for key in keys:
        yield tree, key
        if isinstance(tree[key], (dict, list)):
            yield from places(tree[key])


SPOILT = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=5),
    st.sampled_from(["granted", "none", "2026-03-04", "2026-03-04T10:00:00Z", "a.pdf"]),
    st.builds(dict),
    st.builds(list),
    st.dictionaries(st.text(max_size=3), st.text(max_size=3), max_size=2),
)


@given(cases, st.data())
def test_what_the_reader_takes_passes_the_schema(
    case: Case, data: st.DataObject
) -> None:
    tree = json.loads(dump_case(case))
    container, key = data.draw(st.sampled_from(list(places(tree))))
    container[key] = data.draw(SPOILT)
    if loads(tree):
        VALIDATOR.validate(tree)
