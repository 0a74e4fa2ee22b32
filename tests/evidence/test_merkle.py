"""Hash trees: every leaf has a proof, and nothing else has."""

from __future__ import annotations

import hashlib
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import EvidenceError, InvalidValueError
from egovarchive.evidence.merkle import PART, Tree, summit_of
from egovarchive.evidence.nodes import hash_function, node_of, size_of
from egovarchive.records.digest import ALGORITHMS
from evidence.batches import leaves, root_by_hand


def climb(leaf: bytes, proof: tuple[bytes, ...], algorithm: str = "sha256") -> bytes:
    node = leaf
    for value in proof:
        node = node_of((node, value), hash_function(algorithm))
    return node


@given(st.integers(1, 1000))
def test_every_proof_leads_to_the_root(count: int) -> None:
    tree = Tree(leaves(count), "sha256")
    assert len(tree) == count
    assert {climb(tree.leaf(i), tree.proof(i)) for i in range(count)} == {tree.root}
    assert all(len(tree.proof(i)) <= (count - 1).bit_length() for i in range(count))


@given(st.integers(2, 1000), st.data())
def test_no_other_leaf_has_that_proof(count: int, data: st.DataObject) -> None:
    tree = Tree(leaves(count), "sha256")
    index = data.draw(st.integers(0, count - 1))
    other = data.draw(st.integers(0, count - 1).filter(lambda i: i != index))
    proof = tree.proof(index)
    if proof[0] != tree.leaf(other):
        # A neighbour has the same father, by a proof that begins with the other one.
        assert climb(tree.leaf(other), proof) != tree.root
    bit = data.draw(st.integers(0, len(proof) * 256 - 1))
    altered = bytearray(b"".join(proof))
    altered[bit // 8] ^= 1 << bit % 8
    parts = tuple(bytes(altered[at : at + 32]) for at in range(0, len(altered), 32))
    assert climb(tree.leaf(index), parts) != tree.root


@given(st.integers(1, 40))
def test_the_root_is_the_one_made_by_hand(count: int) -> None:
    raw = leaves(count)
    values = [raw[at : at + 32] for at in range(0, len(raw), 32)]
    assert Tree(raw, "sha256").root == root_by_hand(values)


@pytest.mark.parametrize(
    "count", [1, PART - 1, PART, PART + 1, 2 * PART, 3 * PART + 7, 5 * PART + 512]
)
def test_parts_and_their_summit_are_the_same_tree(count: int) -> None:
    raw = leaves(count)
    whole, summit = Tree(raw, "sha256"), Tree(summit_of(raw, "sha256"), "sha256")
    assert summit.root == whole.root
    for index in {0, count // 3, count // 2, count - 1}:
        part = Tree(raw[index // PART * PART * 32 :][: PART * 32], "sha256")
        below = part.proof(index % PART)
        assert below + summit.proof(index // PART) == whole.proof(index)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_each_algorithm_has_its_tree(algorithm: str) -> None:
    tree = Tree(leaves(21, algorithm), algorithm)
    assert len(tree.root) == size_of(algorithm)
    for index in range(21):
        assert climb(tree.leaf(index), tree.proof(index), algorithm) == tree.root


def test_without_sm3_in_python_it_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = Tree(leaves(5, "sm3"), "sm3").root
    monkeypatch.setattr(hashlib, "algorithms_available", {"sha256"})
    assert Tree(leaves(5, "sm3"), "sm3").root == expected


@pytest.mark.parametrize("raw", [b"", bytes(31), bytes(33), leaves(3) + b"x"])
def test_what_is_no_row_of_digests_is_refused(raw: bytes) -> None:
    with pytest.raises(EvidenceError):
        Tree(raw, "sha256")


def test_two_like_leaves_side_by_side_are_refused() -> None:
    raw = leaves(1)
    with pytest.raises(EvidenceError, match="twice"):
        Tree(raw + raw, "sha256")
    with pytest.raises(EvidenceError, match="twice"):
        node_of((raw, leaves(2)[32:], raw), hash_function("sha256"))


def test_an_unknown_algorithm_is_refused() -> None:
    with pytest.raises(InvalidValueError):
        Tree(leaves(1), "md5")


@pytest.mark.parametrize("index", [-1, 3, 1000])
def test_there_is_no_proof_for_no_leaf(index: int) -> None:
    tree = Tree(leaves(3), "sha256")
    for ask in (tree.proof, tree.leaf):
        with pytest.raises(EvidenceError):
            ask(index)


def test_a_summit_needs_little_memory() -> None:
    raw = leaves(50_000)
    tracemalloc.start()
    try:
        summit_of(raw, "sha256")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1_000_000
