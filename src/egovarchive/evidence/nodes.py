"""Nodes 节点 of hash trees: digests of documents, groups, other nodes (RFC 4998)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TypeAlias

from egovarchive.errors import EvidenceError
from egovarchive.records.digest import ALGORITHMS, check_algorithm, hexdigest

HashFunction: TypeAlias = Callable[[bytes], bytes]


def hash_function(algorithm: str) -> HashFunction:
    """
    Return what takes digests by *algorithm*, a name of `records.digest.ALGORITHMS`.

    Raises:
        InvalidValueError: It is none of them.
    """
    check_algorithm(algorithm)
    if algorithm == "sha256":
        # By the shortest way: trees take millions of digests of 64 bytes.
        sha256 = hashlib.sha256
        return lambda data: sha256(data).digest()
    if algorithm in hashlib.algorithms_available:
        new = hashlib.new
        return lambda data: new(algorithm, data).digest()
    return lambda data: bytes.fromhex(hexdigest(algorithm, data))


def size_of(algorithm: str) -> int:
    """Return how many bytes a digest by *algorithm* has."""
    return ALGORITHMS[check_algorithm(algorithm)] // 2


def node_of(values: Sequence[bytes], take: HashFunction) -> bytes:
    """
    Return the node above *values*: one stands for itself, more are hashed together.

    They are joined in ascending order (RFC 4998, 4.2), so that a proof need not say
    which stands left.

    Args:
        values: At least one.
        take: Takes digests.

    Raises:
        EvidenceError: Two of them are equal: implementations disagree on whether that
            is one value or two, and both readings cannot be true.
    """
    if len(values) == 1:
        return values[0]
    ordered = sorted(values)
    if any(before == after for before, after in pairwise(ordered)):
        raise repeated()
    return take(b"".join(ordered))


def repeated() -> EvidenceError:
    """Return the error of a node that would stand above a value twice."""
    return EvidenceError(
        "a hash tree has the same value twice side by side",
        "散列树中并列出现相同的值",
    )
