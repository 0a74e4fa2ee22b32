"""Tombstone 销毁留痕: what stays of a destroyed record, none of it personal."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final, TypeAlias, TypeVar, cast

from attrs import field, frozen

from egovarchive.errors import InvalidValueError
from egovarchive.lifecycle.dialogue.forms import Sha256
from egovarchive.lifecycle.dialogue.wire import (
    Row,
    decode,
    encode,
    members,
    optional,
    take,
    text_of,
    text_or_none,
)
from egovarchive.lifecycle.entry import ROW_KEYS, Entry, EntryRow
from egovarchive.lifecycle.standing import Standing, StandingRow
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.digest import ALGORITHMS

KIND: Final = "tombstone"
_HEX: Final = re.compile("[0-9a-f]+")
_STANDING: Final = frozenset(StandingRow.__annotations__)

Digests: TypeAlias = Mapping[str, str]
T = TypeVar("T")


def _digests(value: Mapping[str, str]) -> Digests:
    return MappingProxyType(dict(value))


def _digests_or_none(value: Mapping[str, str] | None) -> Digests | None:
    return None if value is None else _digests(value)


def _check(_: object, attribute: Any, value: Digests | None) -> None:
    for name, digits in (value or {}).items():
        if ALGORITHMS.get(name) != len(digits) or not _HEX.fullmatch(digits):
            raise InvalidValueError(
                f"no digest by {name}",
                f"不是 {name} 摘要",
                rule="digests of a tombstone",
                place=attribute.name,
            )


@frozen(kw_only=True)
class Tombstone:
    """
    What stays of a destroyed record.

    Args:
        entry: What was registered of it.
        standing: Where it stood when its destruction began.
        list: The id of the destruction list.
        manifest: Digests of its package's primary manifest, by algorithm.
        signature: Those of its signature; None: it had none.
        evidence: SHA-256 of its evidence record (RFC 4998), in hex; None: no seal
            covered it, and nobody else proves that it was there.
    """

    entry: Entry
    standing: Standing
    list: str = field(validator=Sha256())
    manifest: Digests = field(converter=_digests, validator=_check)
    signature: Digests | None = field(converter=_digests_or_none, validator=_check)
    evidence: str | None = field(validator=Sha256(optional=True))

    @property
    def code(self) -> ArchivalCode:
        """The record's archival code."""
        return self.entry.code

    @property
    def id(self) -> str:
        """SHA-256 of its bytes, in hex."""
        return sha256(self.encode()).hexdigest()

    def encode(self) -> bytes:
        """Return it as one line of canonical JSON."""
        return encode(
            KIND,
            {
                "registered": self.entry.row(),
                "standing": self.standing.row(),
                "list": self.list,
                "manifest": dict(self.manifest),
                "signature": None if self.signature is None else dict(self.signature),
                "evidence": self.evidence,
            },
        )

    @classmethod
    def decode(cls, data: bytes) -> Tombstone:
        """
        Read what `encode` wrote, and nothing else.

        Raises:
            InvalidValueError: It is something else; says where.
        """
        return decode(data, KIND, cls._of_row, cls.encode)

    @classmethod
    def _of_row(cls, value: object) -> Tombstone:
        names = ("registered", "standing", "list", "manifest", "signature", "evidence")
        row = members(value, names)
        return cls(
            entry=take(row, "registered", _entry_of),
            standing=take(row, "standing", _standing_of),
            list=take(row, "list", text_of),
            manifest=take(row, "manifest", _texts_of),
            signature=take(row, "signature", optional(_texts_of)),
            evidence=take(row, "evidence", text_or_none),
        )


def _entry_of(value: object) -> Entry:
    return _built(lambda: Entry.of_row(cast(EntryRow, members(value, ROW_KEYS))))


def _standing_of(value: object) -> Standing:
    row = members(value, _STANDING)
    return _built(lambda: Standing.of_row(cast(StandingRow, row)))


def _built(build: Callable[[], T]) -> T:
    try:
        return build()
    except InvalidValueError:
        raise
    except (ValueError, TypeError, AttributeError) as error:
        raise InvalidValueError(
            f"not what is written: {error}",
            f"不是规范内容：{error}",
            rule="rows of a tombstone",
        ) from None


def _texts_of(value: object) -> Row:
    row = members(value, value if isinstance(value, dict) else ())
    return {name: text_of(each) for name, each in row.items()}
