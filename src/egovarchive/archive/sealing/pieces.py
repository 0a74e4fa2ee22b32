"""Pieces: the leaves that each journal segment adds to a seal."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Final

from attrs import field, frozen

from egovarchive.archive.gone import Gone
from egovarchive.archive.sealing.leaves import (
    Leaf,
    SegmentLeaf,
    leaves_of,
    mark_of,
    stretch,
)
from egovarchive.errors import JournalError, NotStoredError
from egovarchive.evidence.nodes import hash_function, node_of, repeated
from egovarchive.evidence.statement import Mark
from egovarchive.journal import Head, Journal
from egovarchive.journal.segment import CHAIN, MAX_SIZE
from egovarchive.profiles import Profile
from egovarchive.records.archival_code import ArchivalCode
from egovarchive.records.digest import digests, hexdigest
from egovarchive.records.moment import in_china

_REGISTERED: Final = b'"event":"registered"'
# A quotation mark within a text is written with a backslash before it: these names
# stand nowhere else in a line.
_ROW: Final = re.compile(
    rb'"package":"([0-9a-f]{64})",[^\n]*?"signature":(?:"([0-9a-f]{64})"|null),'
)


@frozen
class Piece:
    """
    What one segment adds.

    Args:
        leaves: Its leaves, one behind the other.
        number: The segment's number.
        at: When it was written, as it says.
        mark: Returns the place behind it.
    """

    leaves: bytes = field(repr=False)
    number: int
    at: datetime
    mark: Callable[[], Mark] = field(repr=False)


def pieces_of(
    journal: Journal, after: Mark, algorithm: str, profile: Profile
) -> Iterator[Piece]:
    """
    Yield what each segment behind *after* adds, in order.

    Raises:
        JournalError: A segment is altered.
        PackageError: A package is damaged, if *algorithm* is not SHA-256.
    """
    if algorithm == "sha256":
        return _by_sha256(journal, after)
    return _by_another(journal, after, algorithm, profile)


def _by_another(
    journal: Journal, after: Mark, algorithm: str, profile: Profile
) -> Iterator[Piece]:
    take = hash_function(algorithm)
    gone = Gone(partial(journal.after, Head(journal.fonds)))
    for segment, head in stretch(journal, after):
        leaves = leaves_of(segment, head, journal.storage, profile)
        joined = b"".join(
            node_of(_digests(leaf, algorithm, gone), take) for leaf in leaves
        )
        yield Piece(joined, head.number, segment.at, partial(mark_of, head))


def _digests(leaf: Leaf, algorithm: str, gone: Gone) -> list[bytes]:
    """Return the digests of *leaf*; of a destroyed record, those of what is known."""
    try:
        return leaf.digests(algorithm)
    except NotStoredError:
        if isinstance(leaf, SegmentLeaf):
            raise
        if ArchivalCode.parse(leaf.row["code"]) not in gone.codes():
            raise
        # It was destroyed before it was sealed, and nothing will be proved of it. Its
        # place in the tree is kept: the others are found by theirs.
        known = leaf.digests("sha256")
        return [bytes.fromhex(hexdigest(algorithm, each)) for each in known]


def _by_sha256(journal: Journal, after: Mark) -> Iterator[Piece]:
    """
    Yield the same by SHA-256, five times as fast.

    A seal is over bytes. That they follow each other is checked here, by one of the
    two digests that chain them; that every value in them keeps its rule is checked by
    whoever reads them for what they say.
    """
    number, previous = after.number, after.digests.get("sha256")
    while (data := _read(journal, number + 1)) is not None:
        number += 1
        at = _time_of(data, journal.fonds, number, previous)
        digest = sha256(data)
        yield Piece(
            digest.digest() + _records(data, journal.key(number)),
            number,
            at,
            partial(_mark, number, data),
        )
        previous = digest.hexdigest()


def _records(data: bytes, key: str) -> bytes:
    rows = _ROW.findall(data)
    if len(rows) != data.count(_REGISTERED):
        raise JournalError(
            f"{key}: an entry has no package", f"{key}：存在没有信息包的条目"
        )
    leaves = []
    for package, signature in rows:
        leaf = bytes.fromhex(package.decode())
        if signature:
            other = bytes.fromhex(signature.decode())
            if leaf == other:
                raise repeated()
            joined = leaf + other if leaf < other else other + leaf
            leaf = sha256(joined).digest()
        leaves.append(leaf)
    return b"".join(leaves)


def _time_of(data: bytes, fonds: str, number: int, previous: str | None) -> datetime:
    """Return when a segment was written, if it is the one that must stand there."""
    try:
        heading = json.loads(data[: data.index(b"\n")])
        found = (
            heading["fonds"],
            heading["segment"],
            heading["previous"].get("sha256"),
        )
        at = in_china(datetime.fromisoformat(heading["at"]))
    except (
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        RecursionError,
    ) as error:
        reason = f"{type(error).__name__}: {error}"
        raise _broken(
            fonds, number, f"its heading is broken: {reason}", f"首行已损坏：{reason}"
        ) from None
    if found != (fonds, number, previous) or len(data) > MAX_SIZE:
        raise _broken(
            fonds, number, "it does not follow the one before", "与前一段不相衔接"
        )
    return at


def _read(journal: Journal, number: int) -> bytes | None:
    try:
        chunks = journal.storage.get(journal.key(number), 0, MAX_SIZE + 1)
    except NotStoredError:
        return None
    return b"".join(chunks)


def _mark(number: int, data: bytes) -> Mark:
    return Mark(number=number, digests=digests(data, CHAIN))


def _broken(fonds: str, number: int, en: str, zh: str) -> JournalError:
    return JournalError(
        f"journal of {fonds}, segment {number}: {en}",
        f"全宗 {fonds} 登记簿第 {number} 段：{zh}",
    )
