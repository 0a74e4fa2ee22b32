"""Statements 封存说明: what a seal says, and what the renewal of its hashes says."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, TypeVar

from attrs import field, frozen

from egovarchive.errors import EvidenceError
from egovarchive.records.digest import check_algorithm, digests
from egovarchive.records.moment import in_china

from .nodes import size_of

FORMAT: Final = 1
CHAIN: Final = ("sha256", "sm3")  # digests that chain one statement to the next

T = TypeVar("T")

_MALFORMED = (ValueError, LookupError, TypeError, AttributeError, RecursionError)


@frozen(kw_only=True)
class Mark:
    """
    A place in a journal: behind a segment.

    Args:
        number: The segment's number; 0 before the first.
        digests: Its digests by algorithm; empty before the first.
    """

    number: int = 0
    digests: Mapping[str, str] = field(factory=dict, repr=False)


@frozen(kw_only=True)
class Statement:
    """
    What a seal says, and what is signed.

    Args:
        fonds: Whose journal it is.
        number: The seal's number, from 1 on.
        previous: Digests of the statement before, by algorithm; empty before the first.
        after: Where the stretch begins: the mark that the seal before ended with.
        upto: Where it ends.
        since: When its first segment was written, as the journal says.
        until: When its last one was.
        at: When the seal was made, as the archive's clock said.
        algorithm: How digests were taken.
        leaves: How many leaves the hash tree has.
        root: The root above them.
    """

    fonds: str
    number: int
    previous: Mapping[str, str] = field(repr=False)
    after: Mark
    upto: Mark
    since: datetime = field(converter=in_china, repr=False)
    until: datetime = field(converter=in_china, repr=False)
    at: datetime = field(converter=in_china)
    algorithm: str = field(converter=check_algorithm)
    leaves: int
    root: bytes = field(repr=False)

    def encode(self) -> bytes:
        """Return the bytes that are signed: canonical JSON, the same for the same."""
        return _canonical(
            {
                "after": _of_mark(self.after),
                "algorithm": self.algorithm,
                "at": self.at.isoformat(),
                "fonds": self.fonds,
                "leaves": self.leaves,
                "previous": dict(self.previous),
                "root": self.root.hex(),
                "seal": FORMAT,
                "number": self.number,
                "since": self.since.isoformat(),
                "until": self.until.isoformat(),
                "upto": _of_mark(self.upto),
            }
        )

    @classmethod
    def decode(cls, data: bytes) -> Statement:
        """
        Read what `encode` wrote, and nothing else.

        Raises:
            EvidenceError: It is something else, or of a newer version.
        """
        return _decoded(data, cls._of_row, cls.encode)

    @classmethod
    def _of_row(cls, row: Mapping[str, Any]) -> Statement:
        return cls(
            fonds=row["fonds"],
            number=_whole(row["number"]),
            previous=_texts(row["previous"]),
            after=_mark(row["after"]),
            upto=_mark(row["upto"]),
            since=datetime.fromisoformat(row["since"]),
            until=datetime.fromisoformat(row["until"]),
            at=datetime.fromisoformat(row["at"]),
            algorithm=row["algorithm"],
            leaves=_whole(row["leaves"]),
            root=_root(row),
        )

    def digests(self) -> dict[str, str]:
        """Return what the next statement names this one by."""
        return digests(self.encode(), CHAIN)


@frozen(kw_only=True)
class Rehash:
    """
    What the renewal of a seal's hashes says.

    Args:
        statement: SHA-256 of the seal's statement, in hex.
        chain: The number of the new chain; the first one that a seal has is 1.
        covered: How many time-stamps of each chain before it are under it.
        at: When it was made, as the archive's clock said.
        algorithm: How digests were taken.
        leaves: How many leaves the new hash tree has.
        root: The root above them.
    """

    statement: str = field(repr=False)
    chain: int
    covered: tuple[int, ...]
    at: datetime = field(converter=in_china)
    algorithm: str = field(converter=check_algorithm)
    leaves: int
    root: bytes = field(repr=False)

    def encode(self) -> bytes:
        """Return it as canonical JSON."""
        return _canonical(
            {
                "algorithm": self.algorithm,
                "at": self.at.isoformat(),
                "chain": self.chain,
                "covered": list(self.covered),
                "leaves": self.leaves,
                "root": self.root.hex(),
                "seal": FORMAT,
                "statement": self.statement,
            }
        )

    @classmethod
    def decode(cls, data: bytes) -> Rehash:
        """Read what `encode` wrote; raise `EvidenceError` at anything else."""
        return _decoded(data, cls._of_row, cls.encode)

    @classmethod
    def _of_row(cls, row: Mapping[str, Any]) -> Rehash:
        return cls(
            statement=row["statement"],
            chain=_whole(row["chain"]),
            covered=tuple(_whole(each) for each in row["covered"]),
            at=datetime.fromisoformat(row["at"]),
            algorithm=row["algorithm"],
            leaves=_whole(row["leaves"]),
            root=_root(row),
        )


def _of_mark(mark: Mark) -> dict[str, object]:
    return {"number": mark.number, **mark.digests}


def _mark(row: Mapping[str, Any]) -> Mark:
    others = {name: value for name, value in row.items() if name != "number"}
    return Mark(number=_whole(row["number"], least=0), digests=_texts(others))


def _texts(value: Mapping[str, Any]) -> dict[str, str]:
    if not all(isinstance(each, str) for each in value.values()):
        raise TypeError("a digest is no text")
    return dict(value)


def _whole(value: object, *, least: int = 1) -> int:
    # Truth values are numbers to Python, and 1.0 is 1.
    if type(value) is not int or value < least:
        raise ValueError(f"no whole number from {least} on: {value!r:.40}")
    return value


def _root(row: Mapping[str, Any]) -> bytes:
    root = bytes.fromhex(row["root"])
    if len(root) != size_of(row["algorithm"]):
        raise ValueError("the root is not a digest by the algorithm")
    return root


def _canonical(row: Mapping[str, object]) -> bytes:
    text = json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"{text}\n".encode()


def _decoded(
    data: bytes, build: Callable[[Mapping[str, Any]], T], encode: Callable[[T], bytes]
) -> T:
    try:
        row = json.loads(data)
        made = build(row)
        # There is one form: whatever differs, in a value or between, is another text.
        same = row["seal"] == FORMAT and encode(made) == data
    except (
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        RecursionError,
    ) as error:
        raise EvidenceError(
            f"not a seal's: {type(error).__name__}: {error}",
            f"不是封存说明：{type(error).__name__}: {error}",
        ) from None
    if not same:
        raise EvidenceError(
            "not a seal's, or of a newer version, or altered",
            "不是封存说明，或由更新的版本写成，或被改动",
        )
    return made
