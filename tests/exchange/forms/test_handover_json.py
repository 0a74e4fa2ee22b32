"""The handover form as JSON: the same back, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import ContentError
from egovarchive.exchange.forms.handover import (
    ONLINE,
    CarrierDigest,
    HandoverForm,
    Inspections,
    Side,
    differences,
)
from egovarchive.exchange.forms.handover_json import (
    HandoverJsonError,
    dump_handover,
    load_handover,
)
from egovarchive.exchange.source import Limits
from egovarchive.records.digest import Digest
from egovarchive.testing.strategies.texts import texts
from exchange.forms.printed_forms import handover

counts = st.integers(0, 10**18 - 1)
results = st.none() | texts(500, lines=True)
sides = st.builds(
    Side,
    unit=texts(200),
    inspections=st.none()
    | st.builds(
        Inspections,
        accuracy=results,
        integrity=results,
        usability=results,
        security=results,
        carrier=results,
    ),
    filled_by=st.none() | texts(100),
    reviewed_by=st.none() | texts(100),
    on=st.none() | st.dates(),
)
carriers = st.builds(
    CarrierDigest,
    number=texts(200),
    content=texts(500),
    digest=st.binary(min_size=32, max_size=32).map(lambda b: Digest("sm3", b.hex())),
    size=counts,
)
forms = st.builds(
    HandoverForm,
    name=texts(200),
    content=texts(2000, lines=True),
    files=st.none() | counts,
    items=counts,
    size=counts,
    carrier=st.just(ONLINE) | texts(200),
    carriers=st.none() | texts(200),
    sender=sides,
    recipient=sides,
    digests=st.lists(carriers, max_size=3, unique_by=lambda each: each.number),
)


@given(forms)
def test_what_is_written_is_read_back(form: HandoverForm) -> None:
    data = dump_handover(form)
    again = load_handover(data)
    assert again == form
    assert dump_handover(again) == data
    assert not differences(form, again)


def test_the_bytes_are_canonical() -> None:
    data = dump_handover(handover())
    tree = json.loads(data)
    text = json.dumps(tree, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert data == f"{text}\n".encode()
    assert data.startswith(b'{"carrier":"\xe5\x9c\xa8\xe7\xba\xbf"')


@pytest.mark.parametrize(
    ("edit", "place"),
    [
        (lambda t: t.pop("handover_form"), "$.handover_form"),
        (lambda t: t.update(handover_form=2), "$.handover_form"),
        (lambda t: t.update(handover_form=True), "$.handover_form"),
        (lambda t: t.update(stranger=1), "$.stranger"),
        (lambda t: t.update(items="2000"), "$.items"),
        (lambda t: t.update(items=-1), "$.items"),
        (lambda t: t.update(files=None), "$.files"),
        (lambda t: t.pop("size"), "$.size"),
        (lambda t: t["sender"].update(on="2026-02-30"), "$.sender.on"),
        (
            lambda t: t["sender"]["inspections"].update(usability=""),
            "$.sender.inspections.usability",
        ),
        (lambda t: t["digests"][0].update(digest="md5:00"), "$.digests[0].digest"),
        (lambda t: t["digests"].append(t["digests"][0]), "$.digests"),
    ],
)
def test_what_is_no_handover_form_is_refused_with_its_place(
    edit: Callable[[dict[str, Any]], object], place: str
) -> None:
    tree = json.loads(dump_handover(handover()))
    edit(tree)
    with pytest.raises(HandoverJsonError) as caught:
        load_handover(json.dumps(tree).encode())
    assert [error.place for error in caught.value.errors] == [place]


@pytest.mark.parametrize("data", [b"", b"[]", b"\xff", b'{"a":1,"a":2}', b"[" * 99])
def test_what_is_no_object_of_json_is_refused(data: bytes) -> None:
    with pytest.raises(HandoverJsonError):
        load_handover(data)


def test_what_is_too_large_is_refused_and_what_is_absent_too() -> None:
    with pytest.raises(HandoverJsonError, match="more than 10 bytes"):
        load_handover(dump_handover(handover()), limits=Limits(size=10))
    with pytest.raises(ContentError):
        load_handover("absent.json")
