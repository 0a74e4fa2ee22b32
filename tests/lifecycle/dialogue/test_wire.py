"""A message has one form in bytes, and whatever else comes is refused."""

from __future__ import annotations

import json
import locale
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import InvalidValueError
from egovarchive.lifecycle.dialogue import wire
from egovarchive.lifecycle.dialogue.offer import Offer
from egovarchive.lifecycle.dialogue.receipt import Receipt
from egovarchive.lifecycle.dialogue.signed_message import READERS, Message
from egovarchive.lifecycle.dialogue.transfer_list import TransferList
from egovarchive.testing.strategies.dialogue import messages
from lifecycle.dialogue.said import (
    accepted,
    duplicate,
    notice,
    offer,
    receipt,
    rejected,
    reply,
    transfer_list,
)

Row = dict[str, Any]
ALL: list[Message] = [offer(remark="备注"), reply(), notice(), receipt()]
SAMPLES = [pytest.param(each, id=each.kind.value) for each in ALL]


def canonical(row: object) -> bytes:
    text = json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"{text}\n".encode()


def read(sample: Message, data: bytes) -> Message:
    return READERS[sample.kind](data)


def refused(sample: Message, data: bytes) -> InvalidValueError:
    with pytest.raises(InvalidValueError) as caught:
        read(sample, data)
    assert caught.value.rule
    assert len(str(caught.value)) < 2000
    assert caught.value.message("zh")
    return caught.value


@given(messages)
def test_it_comes_back_as_it_was_written(drawn: Message) -> None:
    data = drawn.encode()
    again = read(drawn, data)
    assert again == drawn
    assert again.encode() == data
    assert again.id == drawn.id
    assert again.dialogue == drawn.dialogue


@pytest.mark.parametrize("sample", SAMPLES)
def test_it_is_canonical_json(sample: Message) -> None:
    data = sample.encode()
    assert canonical(json.loads(data)) == data
    assert data.isascii() is False


@given(st.data(), st.sampled_from(ALL))
def test_a_changed_byte_is_refused_or_makes_another_message(
    data: st.DataObject, sample: Message
) -> None:
    whole = bytearray(sample.encode())
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] ^= data.draw(st.integers(1, 255))
    try:
        again = read(sample, bytes(whole))
    except InvalidValueError:
        return
    assert again.id != sample.id
    assert again.encode() == whole


@pytest.mark.parametrize("sample", SAMPLES)
def test_every_byte_that_is_cut_is_missed(sample: Message) -> None:
    data = sample.encode()
    for end in range(0, len(data), 7):
        refused(sample, data[:end])
    for extra in (b"\n", b" ", b"\0", b"{}"):
        refused(sample, data + extra)
        refused(sample, extra + data)


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize(
    "other",
    [
        lambda data: json.dumps(json.loads(data)).encode(),
        lambda data: json.dumps(json.loads(data), indent=1).encode(),
        lambda data: data.rstrip(b"\n"),
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: data.decode().encode("utf-16"),
        lambda data: data.decode().encode("gb18030"),
        lambda data: data.replace(b'"by"', b'"\\u0062y"'),
        lambda data: data.replace(b'"version":1', b'"version":1.0'),
        lambda data: data.replace(b'"version":1', b'"version":true'),
        lambda data: data.replace(b'"version":1', b'"version":2'),
    ],
)
def test_the_same_in_another_form_is_refused(
    sample: Message, other: Callable[[bytes], bytes]
) -> None:
    data = sample.encode()
    changed = other(data)
    assert changed != data
    refused(sample, changed)


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_message_of_another_kind_is_refused(sample: Message) -> None:
    for other in (*ALL, transfer_list()):
        if other.__class__ is not sample.__class__:
            assert refused(sample, other.encode()).place == "message"


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"null\n",
        b"[]\n",
        b"{}\n",
        b'"offer"\n',
        b"1\n",
        b"NaN\n",
        b"\xff\n",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"9" * 100_000,
        b"\x00" * 100,
    ],
    ids=lambda data: repr(data[:12]),
)
def test_what_is_no_message_is_refused(sample: Message, data: bytes) -> None:
    refused(sample, data)


# Deep enough to be no value, and not so deep that the reader of JSON stops.
DEEP: Any = []
for _ in range(200):
    DEEP = [DEEP]
HOSTILE: list[Any] = [
    None,
    True,
    -1,
    0,
    2**53,
    10**15,
    "",
    " ",
    "x" * 2000,
    "甲\n乙",
    "\x00",
    "\ufffd",
    "\u202e",
    [],
    {},
    [None],
    {"": ""},
    DEEP,
    "2021-02-30",
    "2021-03-04T24:00:00+08:00",
    "2021-03-04T09:00:00Z",
    "J019-ZY\u2022XK\u20222021\u2022D30-0001",
    "A-" + "A\u00b7" * 1000 + "2021\u00b7D30-0001",
]


def places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to each value within *value*."""
    inside = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for name, inner in inside:
        yield (*way, name)
        yield from places(inner, (*way, name))


def changed(row: Row, way: tuple[Any, ...], value: object) -> Row:
    copy: Any = json.loads(json.dumps(row))
    inner = copy
    for name in way[:-1]:
        inner = inner[name]
    inner[way[-1]] = value
    return dict(copy)


@pytest.mark.parametrize("sample", SAMPLES)
def test_every_value_is_looked_at(sample: Message) -> None:
    """It is refused with its place, or it is a message that says just that."""
    row = json.loads(sample.encode())
    for way in places(row):
        for value in HOSTILE:
            data = canonical(changed(row, way, value))
            try:
                again = read(sample, data)
            except InvalidValueError:
                refused(sample, data)
            else:
                assert again.encode() == data


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_name_more_or_less_is_refused(sample: Message) -> None:
    row = json.loads(sample.encode())
    inside = [(), *(way for way in places(row))]
    for way in inside:
        inner: Any = row
        for name in way:
            inner = inner[name]
        if not isinstance(inner, dict):
            continue
        refused(
            sample,
            canonical(
                {**row, "title": "x"}
                if not way
                else changed(row, way, {**inner, "title": "x"})
            ),
        )
        for name in inner:
            less = {key: value for key, value in inner.items() if key != name}
            if way and way[-1] == "digests":
                continue
            refused(sample, canonical(less if not way else changed(row, way, less)))


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_name_that_stands_twice_is_refused(sample: Message) -> None:
    data = sample.encode().decode()
    for match in re.finditer(r'("[a-z_]+":)("[^"]*"|[0-9]+|null)', data):
        twice = f"{data[: match.end()]},{match[0]}{data[match.end() :]}"
        assert "twice" in str(refused(sample, twice.encode()))


def test_numbers_that_json_should_not_have_are_refused() -> None:
    data = receipt().encode()
    for number in (b"NaN", b"Infinity", b"-Infinity", b"1e3", b"1.0", b"9" * 5000):
        error = refused(receipt(), data.replace(b'"size":100', b'"size":' + number))
        assert "whole number" in str(error)


@pytest.mark.parametrize(
    ("sample", "old", "new", "place"),
    [
        (offer(), '"round":1', '"round":0', "listed.round"),
        (offer(), '"size":1002', '"size":0', "listed.records[1].size"),
        (offer(), '"files":6', '"files":7', "listed.totals"),
        (offer(), "D30-0001", "D30·0001", "listed.records[0].code"),
        (offer(), '"2021-03-04"', '"2021-3-4"', "listed.records[0].concluded_on"),
        (offer(), '"period":"D30"', '"period":"D0"', "listed.records[0].period"),
        (offer(), '"by":"李某"', '"by":1', "by"),
        (reply(), '"not_due"', '"late"', "opinions[1].declined.ground"),
        (reply(), '"not_due"', '"malware_found"', "opinions[1].declined"),
        (notice(), '"sm3"', '"md5"', "volumes[0].digests"),
        (notice(), '"number":1', '"number":2', "volumes"),
        (receipt(), '"fate":"missing"', '"fate":"lost"', "records[1].files[0].fate"),
        (receipt(), '"held":null', '"held":7', "records[1].held"),
        (receipt(), '"zh":"缺一个"', '"zh":null', "records[1].reason"),
        (receipt(), '"missing":1', '"missing":2', "totals"),
    ],
)
def test_an_error_says_where(sample: Message, old: str, new: str, place: str) -> None:
    text = sample.encode().decode()
    assert old in text
    error = refused(sample, text.replace(old, new, 1).encode())
    assert re.sub(r"files\[\d\]", "files[0]", error.place) == place


def test_records_out_of_order_are_refused() -> None:
    row = json.loads(transfer_list().encode())
    row["records"].reverse()
    with pytest.raises(InvalidValueError, match="not in the form"):
        TransferList.decode(canonical(row))


def test_the_order_in_which_it_was_told_makes_no_difference() -> None:
    there = receipt(duplicate(3), accepted(1), rejected(2))
    assert there.encode() == receipt().encode()


def test_the_locale_makes_no_difference() -> None:
    before = locale.setlocale(locale.LC_ALL)
    data = [each.encode() for each in ALL]
    try:
        for name in ("C", "C.UTF-8", "POSIX"):
            locale.setlocale(locale.LC_ALL, name)
            assert [each.encode() for each in ALL] == data
            assert [read(one, two) for one, two in zip(ALL, data, strict=True)] == ALL
    finally:
        locale.setlocale(locale.LC_ALL, before)


def test_too_many_bytes_are_neither_read_nor_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = receipt().encode()
    monkeypatch.setattr(wire, "MAX_SIZE", len(data))
    assert Receipt.decode(data) == receipt()
    monkeypatch.setattr(wire, "MAX_SIZE", len(data) - 1)
    refused(receipt(), data)
    with pytest.raises(InvalidValueError, match="larger than"):
        receipt().encode()


def test_too_many_values_are_refused_before_they_are_made() -> None:
    many = b'{"a":[' + b"{}," * wire.MAX_VALUES + b"{}]}\n"
    assert "values" in str(refused(receipt(), many))


def test_a_message_says_what_it_is() -> None:
    row = json.loads(offer().encode())
    assert (row["message"], row["version"]) == ("offer", wire.VERSION)
    assert Offer.decode(offer().encode()).listed == transfer_list()
