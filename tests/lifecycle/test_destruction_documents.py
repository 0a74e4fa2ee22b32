"""Lists, tombstones and certificates: one form, read back or refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import EgovArchiveError, InvalidValueError
from egovarchive.lifecycle.agreement import ListApproval
from egovarchive.lifecycle.appraisal import kept_until
from egovarchive.lifecycle.certificate import (
    LIMITS,
    DestroyedRecord,
    DestructionCertificate,
)
from egovarchive.lifecycle.destruction_list import (
    DestructionList,
    ListedRecord,
    ListKind,
)
from egovarchive.lifecycle.entry import Entry
from egovarchive.lifecycle.standing import Standing
from egovarchive.lifecycle.tombstone import Tombstone
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.moment import CHINA
from egovarchive.records.retention import PERMANENT, RetentionPeriod

CODE = ArchivalCode.parse("J019-ZY·XK·2024·D1-0001")
AT = datetime(2026, 3, 1, 9, tzinfo=CHINA)
A, B, C = "a" * 64, "b" * 64, "c" * 64

RECORD = ListedRecord(
    code=CODE,
    package=A,
    signature=B,
    size=99,
    period=RetentionPeriod(1),
    ends_on=date(2025, 12, 31),
    grounds=C,
)
LIST = DestructionList(
    fonds="J019",
    unit="某局",
    kind=ListKind.DESTROY,
    records=[RECORD],
    listed_by="周九",
    listed_at=AT,
    after=7,
)
ENTRY = Entry(
    code=CODE,
    case_number="C-1",
    item_code="0100190012",
    concluded_on=date(2024, 5, 20),
    registered_at=AT,
    schedule="2024",
    transfer_due_on=None,
    statutory_transfer_on=None,
    retention_ends_on=date(2025, 12, 31),
    package=A,
    key="packages/J019/2024/05/x.zip",
    size=99,
    signature=None,
)
STONE = Tombstone(
    entry=ENTRY,
    standing=Standing.of(ENTRY),
    list=LIST.id,
    manifest={"sha256": A, "sm3": B},
    signature=None,
    evidence=C,
)
CERTIFICATE = DestructionCertificate(
    fonds="J019",
    unit="某局",
    kind=ListKind.PURGE,
    list=LIST.id,
    listed_by="周九",
    listed_at=AT,
    approvals=[ListApproval(by="孙八", role="局长", opinion="同意", at=AT)],
    witnesses=("王五", "赵六"),
    method="删除",
    copies=0,
    begun_at=AT,
    issued_at=AT,
    records=[
        DestroyedRecord(
            code=CODE,
            package=A,
            signature=None,
            size=99,
            destroyed_at=AT,
            tombstone=STONE.id,
        )
    ],
    struck=(),
    tombstones=B,
    journal={"number": "9", "sha256": A, "sm3": B},
)
DOCUMENTS: list[Any] = [LIST, STONE, CERTIFICATE]
EACH = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: type(d).__name__)


@EACH
def test_it_reads_back_as_it_was_written(document: Any) -> None:
    data = document.encode()
    again = type(document).decode(data)
    assert (again, again.id, again.encode()) == (document, document.id, data)
    assert data.count(b"\n") == 1


def _without(name: str) -> Callable[[dict[str, Any]], None]:
    return lambda tree: tree.pop(name)


@EACH
def test_any_other_form_is_refused(document: Any) -> None:
    tree = json.loads(document.encode())
    text = json.dumps(tree, ensure_ascii=False, sort_keys=True)
    others = [b"", b"{}", b"[]", b"null", text.encode(), document.encode() * 2]
    others += [
        json.dumps({k: v for k, v in tree.items() if k != name}).encode()
        for name in tree
    ]
    others += [json.dumps({**tree, name: 7}).encode() for name in tree]
    others.append(json.dumps({**tree, "more": 1}).encode())
    others.append(b"[" * 100_000)
    for data in others:
        with pytest.raises(InvalidValueError):
            type(document).decode(data)


@EACH
@given(data=st.data())
def test_bytes_that_were_altered_are_another_document_or_none(
    document: Any, data: st.DataObject
) -> None:
    whole = document.encode()
    place = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda b: b != whole[place]))
    altered = whole[:place] + bytes([byte]) + whole[place + 1 :]
    try:
        found = type(document).decode(altered)
    except EgovArchiveError:
        return
    assert found.id != document.id


def test_the_certificate_says_what_it_does_not_prove() -> None:
    text = CERTIFICATE.encode().decode()
    assert all(en in text and zh in text for en, zh in LIMITS)
    shorter = json.loads(text)
    shorter["limits"].pop()
    data = json.dumps(
        shorter, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    with pytest.raises(InvalidValueError):
        DestructionCertificate.decode(f"{data}\n".encode())


def test_a_list_names_records_of_one_fonds_once() -> None:
    for records in ([], [RECORD, RECORD], [evolve(RECORD, code=_stranger())]):
        with pytest.raises(InvalidValueError):
            evolve(LIST, records=records)
    with pytest.raises(InvalidValueError):
        evolve(RECORD, grounds="")
    assert evolve(LIST, after=8).id != LIST.id


def _stranger() -> ArchivalCode:
    return ArchivalCode.parse("J020-ZY·XK·2024·D1-0001")


def test_a_tombstone_holds_digests_only() -> None:
    for wrong in ({"md5": "a" * 32}, {"sha256": "张三"}, {"sha256": A[:-1]}):
        with pytest.raises(InvalidValueError):
            evolve(STONE, manifest=wrong)


@given(st.integers(1, 99), st.integers(1, 99), st.integers(1950, 2100))
def test_a_new_period_counts_from_where_the_old_one_did(
    old: int, new: int, start: int
) -> None:
    ends = date(start + old, 12, 31)
    found = kept_until(ends, RetentionPeriod(old), RetentionPeriod(new))
    assert found == date(start + new, 12, 31)
    assert kept_until(ends, RetentionPeriod(old), PERMANENT) is None
    with pytest.raises(InvalidValueError):
        kept_until(ends, PERMANENT, RetentionPeriod(new))
