"""The evidence record of one group of documents under a seal."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from egovarchive.errors import EvidenceError

from .nodes import hash_function, node_of
from .record import Document, digest_of, reduced_tree, renewed_digest
from .record_der import ArchiveTimestamp, EvidenceRecord, sequence_of
from .seal import Seal
from .stored_tree import StoredTree


def evidence_of(
    seal: Seal,
    documents: Sequence[Document] | None,
    tree_of: Callable[[int], StoredTree],
    *,
    born: int = 0,
) -> EvidenceRecord:
    """
    Return the evidence record of *documents*, a group that *seal* covers.

    A chain that they are not in, because they could not be read when it was made, is
    left out with all that follow.

    Args:
        seal: The seal.
        documents: The group: all of what its leaf is the node above. None: the seal's
            own statement and signature.
        tree_of: Returns the stored tree of a chain, from 0 on.
        born: The first chain that they are in.

    Raises:
        EvidenceError: They are not under it, the seal has no time-stamp, or a stored
            tree is damaged.
    """
    chains = chains_of(seal, documents, tree_of, born=born)
    if not chains:
        raise EvidenceError(
            f"seal {seal.number} has no time-stamped evidence of that",
            f"第 {seal.number} 号封存没有关于此内容的带时间戳证据",
        )
    return EvidenceRecord(chains)


def chains_of(
    seal: Seal,
    documents: Sequence[Document] | None,
    tree_of: Callable[[int], StoredTree],
    *,
    born: int = 0,
) -> tuple[tuple[ArchiveTimestamp, ...], ...]:
    """Return the chains of that evidence record; none where there is no evidence."""
    stamped = seal.stamped
    chains: list[tuple[ArchiveTimestamp, ...]] = []
    for number in range(born, len(stamped)):
        # What came later is not under the new chain, and proves nothing any more.
        before = [
            chain[:count]
            for chain, count in zip(chains, stamped[number].covered[born:], strict=True)
        ]
        first = _first(seal, number, documents, tree_of, before)
        if first is None:
            break
        algorithm, tokens = stamped[number].algorithm, stamped[number].tokens
        rest = (ArchiveTimestamp.of(algorithm, None, each) for each in tokens[1:])
        chains = [*before, (first, *rest)]
    return tuple(chains)


def _first(
    seal: Seal,
    number: int,
    documents: Sequence[Document] | None,
    tree_of: Callable[[int], StoredTree],
    before: Sequence[Sequence[ArchiveTimestamp]],
) -> ArchiveTimestamp | None:
    """Return the first time-stamp of a chain, or None if they are not in its tree."""
    chain = seal.chains[number]
    algorithm = chain.algorithm
    take = hash_function(algorithm)
    if documents is None:
        digests = seal.own_digests(algorithm)
    else:
        digests = [digest_of(each, algorithm, take) for each in documents]
    if before:
        under = sequence_of(before)
        digests = [renewed_digest(each, under, take) for each in digests]
    if documents is None and not number:
        proof: tuple[bytes, ...] = (chain.root,)
    else:
        tree = tree_of(number)
        index = tree.find(node_of(digests, take))
        if index is None:
            return None
        proof = (*tree.proof(index), *seal.beside(number))
    return ArchiveTimestamp.of(algorithm, reduced_tree(digests, proof), chain.tokens[0])
