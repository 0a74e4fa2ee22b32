"""Seal 封存: one signature and one time-stamp over a stretch of a journal."""

from __future__ import annotations

from hashlib import sha256

from attrs import field, frozen

from egovarchive.errors import EvidenceError
from egovarchive.records.term import Term

from .nodes import hash_function, node_of
from .statement import Statement


class SealState(Term):
    """How far a seal has got."""

    # Signed or not: as long as no authority said when, nobody can prove when.
    PENDING = "pending_timestamp", "待加盖时间戳"
    SEALED = "sealed", "已封存"


@frozen(kw_only=True)
class Chain:
    """
    Time-stamps over one hash tree, and then each over the one before.

    Args:
        algorithm: The tree's, and that of what the time-stamps are over.
        leaves: How many leaves the tree has.
        root: The root above them.
        tokens: The time-stamps, oldest first; none: it is pending.
        covered: How many time-stamps of each chain before it are under it.
    """

    algorithm: str
    leaves: int
    root: bytes = field(repr=False)
    tokens: tuple[bytes, ...] = field(default=(), repr=False)
    covered: tuple[int, ...] = ()


@frozen(kw_only=True)
class Seal:
    """
    A seal, as far as it is made.

    Args:
        statement: What it says.
        signature: Detached CMS over the statement's bytes, DER; None: there is none
            yet.
        chains: The hash trees and their time-stamps, the first one first.
    """

    statement: Statement
    signature: bytes | None = field(repr=False)
    chains: tuple[Chain, ...] = field(repr=False)

    @property
    def number(self) -> int:
        """Its number, from 1 on."""
        return self.statement.number

    @property
    def state(self) -> SealState:
        """How far it has got."""
        whole = self.signature is not None and self.chains[0].tokens
        return SealState.SEALED if whole else SealState.PENDING

    @property
    def renewing(self) -> bool:
        """Whether a renewal of its hashes waits for its time-stamp."""
        return len(self.chains) > 1 and not self.chains[-1].tokens

    @property
    def stamped(self) -> tuple[Chain, ...]:
        """Its chains that have a time-stamp."""
        return tuple(chain for chain in self.chains if chain.tokens)

    def own_digests(self, algorithm: str) -> list[bytes]:
        """
        Return the digests of the statement and its signature, by *algorithm*.

        Raises:
            EvidenceError: It is not signed yet.
        """
        if self.signature is None:
            raise EvidenceError(
                f"seal {self.number} is not signed yet",
                f"第 {self.number} 号封存尚未签名",
            )
        take = hash_function(algorithm)
        return [take(self.statement.encode()), take(self.signature)]

    def beside(self, chain: int) -> tuple[bytes, ...]:
        """
        Return what the root of *chain*, from 0 on, is joined with to be stamped.

        In the first one that is the node above the statement and its signature: so
        the time-stamp also says when was signed. Later trees have it as a leaf.
        """
        if chain:
            return ()
        algorithm = self.chains[0].algorithm
        take = hash_function(algorithm)
        return (node_of(self.own_digests(algorithm), take),)

    def to_stamp(self, chain: int) -> bytes:
        """Return the digest that the first time-stamp of *chain* is over."""
        each = self.chains[chain]
        values = (each.root, *self.beside(chain))
        return node_of(values, hash_function(each.algorithm))

    def id(self) -> str:
        """Return SHA-256 of its statement, in hex."""
        return sha256(self.statement.encode()).hexdigest()
