"""Hash trees as they lie in a storage: leaves, and behind them the summit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from egovarchive.errors import EvidenceError
from egovarchive.storage import Storage

from .merkle import PART, Tree, summit_of
from .nodes import hash_function, node_of, size_of
from .seal import Chain

_PIECE: Final = 1 << 15  # leaves that are looked through at once


def tree_chunks(leaves: bytes | bytearray, summit: bytes) -> Iterator[bytes]:
    """Yield the bytes of a stored tree."""
    step = 1 << 20
    view = memoryview(leaves)
    for start in range(0, len(leaves), step):
        yield bytes(view[start : start + step])
    yield summit


def root_of(leaves: bytes | bytearray, algorithm: str) -> tuple[bytes, bytes]:
    """Return the root above *leaves*, and the summit that it was made from."""
    summit = summit_of(leaves, algorithm)
    return Tree(summit, algorithm).root, summit


class StoredTree:
    """
    The tree of *chain* that is stored under *key*.

    A proof reads one part and the summit. Whoever asks for leaves in their order
    reads each part once. What was altered there proves nothing: each proof is
    followed to the root. Not for several threads.
    """

    def __init__(self, storage: Storage, key: str, chain: Chain) -> None:
        self._storage = storage
        self._key = key
        self._chain = chain
        self._size = size_of(chain.algorithm)
        self._take = hash_function(chain.algorithm)
        self._next = 0
        self._part_number = -1
        self._part: Tree | None = None
        self._summit: Tree | None = None

    def find(self, leaf: bytes) -> int | None:
        """
        Return the index of *leaf*, or None if it is not there.

        The one behind the leaf that was found last is looked at first.
        """
        near = self._next
        if near < self._chain.leaves and self._part_of(near).leaf(near % PART) == leaf:
            self._next += 1
            return near
        for start in range(0, self._chain.leaves, _PIECE):
            piece = self._read(start, min(_PIECE, self._chain.leaves - start))
            at = piece.find(leaf)
            while at >= 0 and at % self._size:
                at = piece.find(leaf, at + 1)
            if at >= 0:
                found = start + at // self._size
                self._next = found + 1
                return found
        return None

    def proof(self, index: int) -> tuple[bytes, ...]:
        """
        Return what the leaf at *index* is joined with, in turn, up to the root.

        Raises:
            EvidenceError: The tree is damaged: it does not lead there.
        """
        part = self._part_of(index)
        if self._summit is None:
            start = self._chain.leaves
            self._summit = self._tree(start, -(-start // PART))
        proof = (*part.proof(index % PART), *self._summit.proof(index // PART))
        node = part.leaf(index % PART)
        for value in proof:
            node = node_of((node, value), self._take)
        if node != self._chain.root:
            raise EvidenceError(
                f"{self._key} is damaged: leaf {index} does not lead to the root",
                f"{self._key} 已损坏：第 {index} 个叶节点不能导出根",
            )
        return proof

    def _part_of(self, index: int) -> Tree:
        number = index // PART
        if self._part is None or number != self._part_number:
            start = number * PART
            self._part = self._tree(start, min(PART, self._chain.leaves - start))
            self._part_number = number
        return self._part

    def _tree(self, start: int, count: int) -> Tree:
        return Tree(self._read(start, count), self._chain.algorithm)

    def _read(self, start: int, count: int) -> bytes:
        size = self._size
        data = b"".join(self._storage.get(self._key, start * size, count * size))
        if len(data) != count * size:
            raise EvidenceError(
                f"{self._key} is damaged: it ends too early",
                f"{self._key} 已损坏：长度不足",
            )
        return data
