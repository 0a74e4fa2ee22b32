"""The JSON Schemas, the page, the values and the reader agree."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from egovarchive.errors import InvalidValueError
from egovarchive.lifecycle.dialogue.forms import (
    MAX_FILES,
    MAX_RECORDS,
    MAX_WHOLE,
    Words,
)
from egovarchive.lifecycle.dialogue.notice import MAX_VOLUMES, TransferNotice, Volume
from egovarchive.lifecycle.dialogue.offer import Offer, OfferReply, Opinion
from egovarchive.lifecycle.dialogue.reason import BEFORE_SENDING, Ground, Reason
from egovarchive.lifecycle.dialogue.receipt import Receipt
from egovarchive.lifecycle.dialogue.received import (
    FileFate,
    Holding,
    ReceivedFile,
    ReceivedRecord,
    RecordFate,
)
from egovarchive.lifecycle.dialogue.signed_message import READERS, Message
from egovarchive.lifecycle.dialogue.transfer_list import ListedRecord, TransferList
from egovarchive.records.digest import ALGORITHMS
from egovarchive.records.term import Term
from egovarchive.records.text import Text
from egovarchive.testing.strategies.dialogue import messages, transfer_lists
from lifecycle.dialogue.said import transfer_list
from lifecycle.dialogue.test_wire import ALL, HOSTILE, canonical, changed, places

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"
PAGE = (REFERENCE / "transfer-messages.md").read_text("utf-8")
SCHEMAS: dict[str, dict[str, Any]] = {
    name: json.loads((REFERENCE / f"transfer-{name}.schema.json").read_text("utf-8"))
    for name in ("list", "offer", "reply", "notice", "receipt")
}
VALIDATORS = {name: Draft202012Validator(each) for name, each in SCHEMAS.items()}
CLASSES: list[tuple[str, str, type[attrs.AttrsInstance], set[str]]] = [
    ("list", "", TransferList, {"message", "version", "totals"}),
    ("list", "record", ListedRecord, set()),
    ("offer", "", Offer, {"message", "version"}),
    ("offer", "list", TransferList, {"totals"}),
    ("offer", "record", ListedRecord, set()),
    ("reply", "", OfferReply, {"message", "version"}),
    ("reply", "opinion", Opinion, set()),
    ("reply", "reason", Reason, set()),
    ("notice", "", TransferNotice, {"message", "version"}),
    ("notice", "volume", Volume, set()),
    ("receipt", "", Receipt, {"message", "version", "totals"}),
    ("receipt", "record", ReceivedRecord, set()),
    ("receipt", "holding", Holding, set()),
    ("receipt", "reason", Reason, set()),
    ("receipt", "file", ReceivedFile, set()),
]


def objects(schema: Any) -> list[dict[str, Any]]:
    """Return every definition of an object in *schema*."""
    found = []
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            found.append(schema)
        for inner in schema.values():
            found += objects(inner)
    return found


@pytest.mark.parametrize("name", SCHEMAS)
def test_it_is_a_schema(name: str) -> None:
    schema = SCHEMAS[name]
    Draft202012Validator.check_schema(schema)
    used = set(re.findall(r'"#/\$defs/(\w+)"', json.dumps(schema)))
    assert used == set(schema["$defs"])
    for each in objects(schema):
        assert each["additionalProperties"] is False
        assert each["title"] == "首要校验清单的摘要" or each["required"] == list(
            each["properties"]
        )
        for one in each["properties"].values():
            assert one["title"]


@pytest.mark.parametrize(("name", "definition", "cls", "more"), CLASSES)
def test_an_object_has_the_fields_of_its_class(
    name: str, definition: str, cls: type[attrs.AttrsInstance], more: set[str]
) -> None:
    schema = SCHEMAS[name]
    found = schema["$defs"][definition] if definition else schema
    assert set(found["properties"]) == {each.name for each in attrs.fields(cls)} | more
    for each in attrs.fields(cls):
        limit = (
            each.validator.text.limit
            if isinstance(each.validator, Words)
            else each.validator.limit
            if isinstance(each.validator, Text)
            else None
        )
        field = found["properties"][each.name]
        told = field.get("maxLength", field.get("anyOf", [{}])[0].get("maxLength"))
        if each.name not in {"en", "zh"}:  # these have more than one validator
            assert told == limit


@pytest.mark.parametrize(
    ("found", "terms"),
    [
        (SCHEMAS["receipt"]["$defs"]["record"], list(RecordFate)),
        (SCHEMAS["receipt"]["$defs"]["file"], list(FileFate)),
        (SCHEMAS["receipt"]["$defs"]["reason"], list(Ground)),
        (
            SCHEMAS["reply"]["$defs"]["reason"],
            [each for each in Ground if each in BEFORE_SENDING],
        ),
    ],
)
def test_closed_lists_are_the_same(found: dict[str, Any], terms: list[Term]) -> None:
    properties = found["properties"]
    word = properties.get("fate") or properties["ground"]
    assert word["enum"] == [term.value for term in terms]
    assert word["description"] == "；".join(
        f"{each.value}：{each.zh}" for each in terms
    )


def test_limits_are_the_same() -> None:
    text = json.dumps(SCHEMAS)
    assert set(re.findall(r'"maximum": (\d+)', text)) == {str(MAX_WHOLE)}
    assert set(map(int, re.findall(r'"maxItems": (\d+)', text))) == {
        MAX_RECORDS,
        MAX_VOLUMES,
        MAX_FILES,
    }
    digests = SCHEMAS["notice"]["$defs"]["volume"]["properties"]["digests"]
    assert {name: f"^[0-9a-f]{{{length}}}$" for name, length in ALGORITHMS.items()} == {
        name: each["pattern"] for name, each in digests["properties"].items()
    }


def test_what_is_the_same_in_two_schemas_is_the_same() -> None:
    found: dict[str, object] = {}
    for schema in SCHEMAS.values():
        for name, each in schema["$defs"].items():
            if name not in {"reason", "record", "totals"}:
                assert found.setdefault(name, each) == each
    for name in ("record", "totals"):
        assert SCHEMAS["list"]["$defs"][name] == SCHEMAS["offer"]["$defs"][name]


@given(messages)
def test_what_is_written_passes(drawn: Message) -> None:
    VALIDATORS[drawn.kind.value].validate(json.loads(drawn.encode()))


@given(transfer_lists)
def test_a_list_that_is_written_passes(drawn: TransferList) -> None:
    VALIDATORS["list"].validate(json.loads(drawn.encode()))


@pytest.mark.parametrize(
    ("name", "message"),
    [("list", transfer_list()), *((each.kind.value, each) for each in ALL)],
    ids=["list", *(each.kind.value for each in ALL)],
)
def test_what_does_not_pass_is_not_read(
    name: str, message: Message | TransferList
) -> None:
    row = json.loads(message.encode())
    read = (
        TransferList.decode
        if isinstance(message, TransferList)
        else READERS[message.kind]
    )
    for way in places(row):
        if re.search(r"\[[2-9]", "".join(f"[{step}]" for step in way)):
            continue  # the first two of each array will do
        for value in HOSTILE:
            other = changed(row, way, value)
            if not VALIDATORS[name].is_valid(other):
                with pytest.raises(InvalidValueError):
                    read(canonical(other))


def test_the_page_names_every_field_and_word() -> None:
    for _, _, cls, more in CLASSES:
        for name in {each.name for each in attrs.fields(cls)} | more:
            assert f"`{name}`" in PAGE, name
    for term in (*Ground, *RecordFate, *FileFate):
        assert f"`{term.value}` {term.zh}" in PAGE
    for name in SCHEMAS:
        assert f"(transfer-{name}.schema.json)" in PAGE
