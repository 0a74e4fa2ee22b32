"""Destruction certificate 销毁证明: what was destroyed, by whose will, seen by whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from types import MappingProxyType
from typing import Final

from attrs import field, frozen

from egovarchive.lifecycle.agreement import ListApproval
from egovarchive.lifecycle.destruction_list import ListKind
from egovarchive.lifecycle.dialogue.forms import Sha256, Whole, all_of
from egovarchive.lifecycle.dialogue.wire import (
    Row,
    code_of,
    decode,
    each,
    encode,
    members,
    moment_of,
    take,
    term_of,
    text_of,
    text_or_none,
)
from egovarchive.lifecycle.event import Event, EventKind
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.kind import Of, strings
from egovarchive.records.moment import in_china

KIND: Final = "destruction certificate"

# What it does not prove stands in it: who only has the certificate must read that too.
_STATED: Final = (
    "It proves what the agency states and signs, and when; bytes that are gone cannot "
    "be shown."
)
_COPIES: Final = (
    "It speaks of the archive's storage and of as many copies as it names. Backups "
    "elsewhere, copies that others made, prints, and what a medium may still hold "
    "below its file system are not covered."
)
_COPIES_ZH: Final = (
    "本证明仅涉及档案库存储及所载数量的副本，不涉及其他备份、他人复制件、打印件，"
    "以及存储介质在文件系统之下可能残留的数据。"
)
_NAMED: Final = (
    "Names of persons are stated by who used the system, and are not signatures."
)
LIMITS: Final = (
    (_STATED, "本证明证实单位作出并签署的陈述及其时间；已不存在的字节无法出示。"),
    (_COPIES, _COPIES_ZH),
    (_NAMED, "人员姓名由系统使用者填报，并非其本人签名。"),
)


@frozen(kw_only=True)
class DestroyedRecord:
    """
    A record that was destroyed.

    Args:
        code: Its archival code.
        package: Its package's id: SHA-256 of its primary manifest.
        signature: SHA-256 of its signature, in hex; None: it had none.
        size: Size of its package in bytes.
        destroyed_at: When it was seen to be gone.
        tombstone: SHA-256 of its tombstone, in hex.
    """

    code: ArchivalCode = field(validator=Of(ArchivalCode))
    package: str = field(validator=Sha256())
    signature: str | None = field(validator=Sha256(optional=True))
    size: int = field(validator=Whole(0))
    destroyed_at: datetime = field(converter=in_china)
    tombstone: str = field(validator=Sha256())

    def row(self) -> Row:
        """Return it as plain texts and numbers."""
        return {
            "code": str(self.code),
            "package": self.package,
            "signature": self.signature,
            "size": self.size,
            "destroyed_at": self.destroyed_at.isoformat(),
            "tombstone": self.tombstone,
        }

    @classmethod
    def of_row(cls, value: object) -> DestroyedRecord:
        """Return the one that `row` wrote."""
        names = ("code", "package", "signature", "size", "destroyed_at", "tombstone")
        row = members(value, names)
        return cls(
            code=take(row, "code", code_of),
            package=take(row, "package", text_of),
            signature=take(row, "signature", text_or_none),
            size=take(row, "size", _whole),
            destroyed_at=take(row, "destroyed_at", moment_of),
            tombstone=take(row, "tombstone", text_of),
        )


def _records(value: Iterable[DestroyedRecord]) -> tuple[DestroyedRecord, ...]:
    return all_of(DestroyedRecord, value, "records")


def _codes(value: Iterable[ArchivalCode]) -> tuple[ArchivalCode, ...]:
    return all_of(ArchivalCode, value, "struck")


def _approvals(value: Iterable[ListApproval]) -> tuple[ListApproval, ...]:
    return all_of(ListApproval, value, "approvals")


def _frozen(value: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType(dict(value))


@frozen(kw_only=True)
class DestructionCertificate:
    """
    What was destroyed with one list.

    Args:
        fonds: Fonds number 全宗号.
        unit: Fonds constituting unit 立档单位.
        kind: Why.
        list: The list's id, which is the SHA-256 of ``list.json``.
        listed_by: Who made the list.
        listed_at: When.
        approvals: Who approved it.
        witnesses: Who watched 监销人.
        method: How it was done 销毁方式.
        copies: How many other storages were looked into as well.
        begun_at: When it began.
        issued_at: When this was made.
        records: What was destroyed.
        struck: What was struck off the list, and is still there.
        tombstones: SHA-256 of the file of all tombstones, in hex.
        journal: The last journal segment then: number, and digests by algorithm.
    """

    fonds: str
    unit: str
    kind: ListKind = field(validator=Of(ListKind))
    list: str = field(validator=Sha256())
    listed_by: str
    listed_at: datetime = field(converter=in_china)
    approvals: tuple[ListApproval, ...] = field(converter=_approvals)
    witnesses: tuple[str, ...] = field(converter=strings)
    method: str
    copies: int = field(validator=Whole(0))
    begun_at: datetime = field(converter=in_china)
    issued_at: datetime = field(converter=in_china)
    records: tuple[DestroyedRecord, ...] = field(converter=_records, repr=False)
    struck: tuple[ArchivalCode, ...] = field(converter=_codes, repr=False)
    tombstones: str = field(validator=Sha256())
    journal: Mapping[str, str] = field(converter=_frozen, repr=False)

    @property
    def id(self) -> str:
        """SHA-256 of its bytes, in hex."""
        return sha256(self.encode()).hexdigest()

    def event(self, at: datetime, by: str) -> Event:
        """Return the event that tells of it."""
        return Event(
            kind=EventKind.DESTRUCTION_CERTIFIED,
            code=None,
            at=at,
            by=by,
            details={
                "list": self.list,
                "certificate": self.id,
                "records": str(len(self.records)),
            },
        )

    def encode(self) -> bytes:
        """Return the bytes that are signed: canonical JSON."""
        row = {
            "fonds": self.fonds,
            "unit": self.unit,
            "kind": self.kind.value,
            "list": self.list,
            "listed_by": self.listed_by,
            "listed_at": self.listed_at.isoformat(),
            "approvals": [
                {
                    "by": each.by,
                    "role": each.role,
                    "opinion": each.opinion,
                    "at": each.at.isoformat(),
                }
                for each in self.approvals
            ],
            "witnesses": [*self.witnesses],
            "method": self.method,
            "copies": self.copies,
            "begun_at": self.begun_at.isoformat(),
            "issued_at": self.issued_at.isoformat(),
            "records": [record.row() for record in self.records],
            "struck": [str(code) for code in self.struck],
            "tombstones": self.tombstones,
            "journal": dict(self.journal),
            "limits": [{"en": en, "zh": zh} for en, zh in LIMITS],
        }
        return encode(KIND, row)

    @classmethod
    def decode(cls, data: bytes) -> DestructionCertificate:
        """
        Read what `encode` wrote, and nothing else.

        Raises:
            InvalidValueError: It is something else; says where.
        """
        return decode(data, KIND, cls._of_row, cls.encode)

    @classmethod
    def _of_row(cls, value: object) -> DestructionCertificate:
        row = members(value, _NAMES)
        return cls(
            fonds=take(row, "fonds", text_of),
            unit=take(row, "unit", text_of),
            kind=take(row, "kind", term_of(ListKind)),
            list=take(row, "list", text_of),
            listed_by=take(row, "listed_by", text_of),
            listed_at=take(row, "listed_at", moment_of),
            approvals=take(row, "approvals", each(_approval)),
            witnesses=take(row, "witnesses", each(text_of)),
            method=take(row, "method", text_of),
            copies=take(row, "copies", _whole),
            begun_at=take(row, "begun_at", moment_of),
            issued_at=take(row, "issued_at", moment_of),
            records=take(row, "records", each(DestroyedRecord.of_row)),
            struck=take(row, "struck", each(code_of)),
            tombstones=take(row, "tombstones", text_of),
            journal=take(row, "journal", _head),
        )


_NAMES: Final = (
    "fonds",
    "unit",
    "kind",
    "list",
    "listed_by",
    "listed_at",
    "approvals",
    "witnesses",
    "method",
    "copies",
    "begun_at",
    "issued_at",
    "records",
    "struck",
    "tombstones",
    "journal",
    "limits",
)


def _approval(value: object) -> ListApproval:
    row = members(value, ("by", "role", "opinion", "at"))
    return ListApproval(
        by=take(row, "by", text_of),
        role=take(row, "role", text_of),
        opinion=take(row, "opinion", text_of),
        at=take(row, "at", moment_of),
    )


def _head(value: object) -> dict[str, str]:
    row = members(value, ("number", "sha256", "sm3"))
    return {name: text_of(each) for name, each in row.items()}


def _whole(value: object) -> int:
    return value  # type: ignore[return-value]  # its validator looks
