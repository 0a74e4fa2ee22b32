"""
Hash trees 散列树 (Merkle trees) over the digests of one batch, as RFC 4998 has them.

Two nodes are joined in ascending order and hashed; who has no neighbour goes up as it
is, so that no leaf counts twice. A leaf is the digest of a manifest and its signature,
or of a journal segment, and never of an object that somebody could choose freely: RFC
4998 marks leaves and inner nodes by nothing, so that the two digests below an inner
node, run together, are bytes that the tree proves like any document.
"""

from __future__ import annotations

from typing import Final

from egovarchive.errors import EvidenceError

from .nodes import HashFunction, hash_function, repeated, size_of

# Leaves below one node of a summit: what is read and hashed again for one proof.
PART: Final = 1024


class Tree:
    """
    The hash tree over some leaves, in memory: about twice their size.

    Args:
        leaves: Digests, one behind the other.
        algorithm: How they were taken, and how nodes are: a name of
            `records.digest.ALGORITHMS`.

    Raises:
        EvidenceError: There is no leaf, the last is cut short, or a leaf stands beside
            its like.
        InvalidValueError: No such algorithm.
    """

    def __init__(self, leaves: bytes | bytearray, algorithm: str) -> None:
        self._size = size_of(algorithm)
        if not leaves or len(leaves) % self._size:
            raise EvidenceError(
                f"{len(leaves)} bytes are no {algorithm} digests",
                f"{len(leaves)} 字节不是一组 {algorithm} 摘要",
            )
        take = hash_function(algorithm)
        self._levels = [bytes(leaves)]
        while len(self._levels[-1]) > self._size:
            self._levels.append(_above(self._levels[-1], self._size, take))

    def __len__(self) -> int:
        return len(self._levels[0]) // self._size

    @property
    def root(self) -> bytes:
        """The one node above all."""
        return self._levels[-1]

    def leaf(self, index: int) -> bytes:
        """Return the leaf at *index*, from 0 on."""
        return self._value(self._levels[0], self._checked(index))

    def proof(self, index: int) -> tuple[bytes, ...]:
        """
        Return what the leaf at *index* is joined with on its way up, in turn.

        Raises:
            EvidenceError: There is no such leaf.
        """
        self._checked(index)
        beside = []
        for level in self._levels[:-1]:
            neighbour = index ^ 1
            if neighbour * self._size < len(level):
                beside.append(self._value(level, neighbour))
            index >>= 1
        return tuple(beside)

    def _value(self, level: bytes, index: int) -> bytes:
        return level[index * self._size : (index + 1) * self._size]

    def _checked(self, index: int) -> int:
        if not 0 <= index < len(self):
            raise EvidenceError(
                f"there is no leaf {index} among {len(self)}",
                f"共 {len(self)} 个叶节点，没有第 {index} 个",
            )
        return index


def summit_of(leaves: bytes | bytearray, algorithm: str) -> bytes:
    """
    Return the nodes above each `PART` of *leaves*, one behind the other.

    The tree over them has the root of the tree over all leaves, since a part is full,
    or the last. A proof is one in its part, and then one in the summit: with both at
    hand, a proof from a million leaves takes two thousand digests.

    Raises:
        EvidenceError: As for `Tree`.
    """
    step = PART * size_of(algorithm)
    return b"".join(
        Tree(leaves[start : start + step], algorithm).root
        for start in range(0, len(leaves), step)
    )


def _above(level: bytes, size: int, take: HashFunction) -> bytes:
    """Return the level above *level*."""
    nodes = []
    pair = 2 * size
    alone = len(level) % pair
    for start in range(0, len(level) - alone, pair):
        left = level[start : start + size]
        right = level[start + size : start + pair]
        if left < right:
            nodes.append(take(left + right))
        elif left > right:
            nodes.append(take(right + left))
        else:
            raise repeated()
    if alone:
        nodes.append(level[-size:])
    return b"".join(nodes)
