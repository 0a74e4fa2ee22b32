"""
Seals 封存 of one fonds, as they lie in a storage.

``evidence/J019/000000000007.json`` is the statement of seal 7: whoever stores it has
made that seal. Beside it lie its signature ``.p7s``, for each chain its tree
``.1.<root>.tree`` and its time-stamps ``.1.0001.tst``, what was known of revocations
then ``.1.0001.<digest of the time-stamp>.frozen``, and for later chains what they are
``.2.json``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from hashlib import sha256
from typing import Final

from attrs import frozen

from egovarchive.errors import (
    AlreadyStoredError,
    EvidenceError,
    NotStoredError,
    StorageError,
)
from egovarchive.signing.frozen_evidence import MAX_FROZEN_SIZE
from egovarchive.storage import Storage

from .seal import Chain, Seal
from .statement import Rehash, Statement
from .stored_tree import StoredTree, tree_chunks

ROOT: Final = "evidence"
MAX_STATEMENT: Final = 1 << 16
MAX_SIGNATURE: Final = 1 << 20
MAX_TOKEN: Final = 1 << 18

_STATEMENT, _SIGNATURE = "json", "p7s"
_NAME = re.compile(r"([0-9]{12})\.([0-9a-z.]+)")
_TOKEN = re.compile(r"([1-9][0-9]{0,3})\.([0-9]{4})\.tst")
_REHASH = re.compile(r"([1-9][0-9]{0,3})\.json")


@frozen
class Seals:
    """
    The seals of *fonds* in *storage*: write-once, so that whoever comes first decides.
    """

    storage: Storage
    fonds: str

    def key(self, number: int, name: str = _STATEMENT) -> str:
        """Return what *name* of seal *number* is stored under."""
        return f"{self._folder}{number:012}.{name}"

    @property
    def _folder(self) -> str:
        return f"{ROOT}/{self.fonds}/"

    def names(self) -> dict[int, set[str]]:
        """
        Return what is stored of each seal that was made.

        Raises:
            EvidenceError: One is missing before the last.
        """
        found: dict[int, set[str]] = {}
        for key in self.storage.keys(self._folder):
            if match := _NAME.fullmatch(key[len(self._folder) :]):
                found.setdefault(int(match[1]), set()).add(match[2])
        # A tree without a statement is what was left of a seal that was not made.
        made = {n: names for n, names in found.items() if _STATEMENT in names}
        for number in range(1, max(made, default=0) + 1):
            if number not in made:
                raise EvidenceError(
                    f"{self.key(number)} is missing, and a later seal is there",
                    f"缺少 {self.key(number)}，但存在之后的封存",
                )
        return made

    def names_of(self, number: int) -> set[str]:
        """Return what is stored of seal *number*."""
        start = f"{self._folder}{number:012}."
        return {key[len(start) :] for key in self.storage.keys(start)}

    def statement(self, number: int) -> Statement:
        """
        Return what seal *number* says.

        Raises:
            NotStoredError: There is no such seal.
            EvidenceError: It is altered.
        """
        key = self.key(number)
        statement = Statement.decode(self._read(key, MAX_STATEMENT))
        if (statement.fonds, statement.number) != (self.fonds, number):
            raise _misplaced(key)
        return statement

    def load(self, number: int, names: Iterable[str] | None = None) -> Seal:
        """
        Return seal *number*.

        Args:
            number: Its number.
            names: What is stored of it, if that is known; see `names`.

        Raises:
            EvidenceError: It is altered, or a part is missing.
        """
        there = self.names_of(number) if names is None else set(names)
        statement = self.statement(number)
        signature = None
        if _SIGNATURE in there:
            signature = self._read(self.key(number, _SIGNATURE), MAX_SIGNATURE)
        seal = Seal(
            statement=statement,
            signature=signature,
            chains=(
                Chain(
                    algorithm=statement.algorithm,
                    leaves=statement.leaves,
                    root=statement.root,
                    tokens=self._tokens(number, 1, there),
                ),
            ),
        )
        chains = [*seal.chains]
        numbers = sorted(int(m[1]) for name in there if (m := _REHASH.fullmatch(name)))
        for each in numbers:
            rehash = self._rehash(seal, each, chains)
            chains.append(
                Chain(
                    algorithm=rehash.algorithm,
                    leaves=rehash.leaves,
                    root=rehash.root,
                    tokens=self._tokens(number, each, there),
                    covered=rehash.covered,
                )
            )
        return Seal(statement=statement, signature=signature, chains=tuple(chains))

    def _rehash(self, seal: Seal, number: int, before: Sequence[Chain]) -> Rehash:
        key = self.key(seal.number, f"{number}.json")
        rehash = Rehash.decode(self._read(key, MAX_STATEMENT))
        fits = (
            (rehash.statement, rehash.chain) == (seal.id(), number)
            and number == len(before) + 1
            and len(rehash.covered) == len(before)
            and all(
                1 <= count <= len(chain.tokens)
                for count, chain in zip(rehash.covered, before, strict=True)
            )
        )
        if not fits:
            raise _misplaced(key)
        return rehash

    def _tokens(self, number: int, chain: int, names: set[str]) -> tuple[bytes, ...]:
        there = sorted(
            (int(match[2]), name)
            for name in names
            if (match := _TOKEN.fullmatch(name)) and int(match[1]) == chain
        )
        if [place for place, _ in there] != list(range(1, len(there) + 1)):
            raise EvidenceError(
                f"a time-stamp of seal {number} is missing",
                f"第 {number} 号封存缺少一个时间戳",
            )
        return tuple(self._read(self.key(number, name), MAX_TOKEN) for _, name in there)

    def tree(self, seal: Seal, chain: int) -> StoredTree:
        """Return the stored tree of *chain*, from 0 on, of *seal*."""
        each = seal.chains[chain]
        key = self.key(seal.number, _tree_name(chain + 1, each.root))
        return StoredTree(self.storage, key, each)

    def put_tree(
        self,
        number: int,
        chain: int,
        leaves: bytes | bytearray,
        summit: bytes,
        root: bytes,
    ) -> str:
        """Store a tree, for *chain* from 1 on; return its key."""
        key = self.key(number, _tree_name(chain, root))
        # Named by its root: what is there already is the same.
        with suppress(AlreadyStoredError):
            self.storage.put(key, tree_chunks(leaves, summit))
        return key

    def put_statement(self, statement: Statement, tree: str) -> bool:
        """
        Make the seal that *statement* tells of; return False if its number is taken.

        Then its *tree*, if it is another, is taken back.
        """
        key = self.key(statement.number)
        if self._put_or_same(key, statement.encode()):
            return True
        made = self.statement(statement.number)
        if made.root != statement.root:
            self._forget(tree)
        return False

    def put_rehash(self, seal: Seal, rehash: Rehash, tree: str) -> bool:
        """Begin a new chain of *seal*, as `put_statement` begins the first."""
        key = self.key(seal.number, f"{rehash.chain}.json")
        if self._put_or_same(key, rehash.encode()):
            return True
        if Rehash.decode(self._read(key, MAX_STATEMENT)).root != rehash.root:
            self._forget(tree)
        return False

    def put_signature(self, number: int, signature: bytes) -> None:
        """Store the *signature* of seal *number*, unless it has one."""
        with suppress(AlreadyStoredError):
            self.storage.put(self.key(number, _SIGNATURE), (signature,))

    def put_token(
        self, number: int, chain: int, place: int, token: bytes, frozen: bytes | None
    ) -> None:
        """
        Store a time-stamp, unless another was stored in its place meanwhile.

        Args:
            number: The seal's.
            chain: The chain's, from 1 on.
            place: Its place there, from 1 on.
            token: It.
            frozen: What was known of revocations then; see `frozen`.
        """
        if frozen is not None:
            # First, so that no time-stamp that has some is without it.
            with suppress(AlreadyStoredError):
                key = self.key(number, _frozen_name(chain, place, token))
                self.storage.put(key, (frozen,))
        with suppress(AlreadyStoredError):
            self.storage.put(self.key(number, f"{chain}.{place:04}.tst"), (token,))

    def frozen(self, seal: Seal) -> tuple[bytes, ...]:
        """
        Return what was frozen with the time-stamps of *seal*, oldest first.

        Each is a `signing.frozen_evidence.FrozenEvidence`, as bytes. What was not
        frozen, or is gone, is left out: without it less is known.
        """
        found = []
        for chain, each in enumerate(seal.chains, start=1):
            for place, token in enumerate(each.tokens, start=1):
                key = self.key(seal.number, _frozen_name(chain, place, token))
                with suppress(NotStoredError):
                    found.append(self._read(key, MAX_FROZEN_SIZE))
        return tuple(found)

    def _put_or_same(self, key: str, data: bytes) -> bool:
        """Store *data*, or return whether that is what is there."""
        try:
            self.storage.put(key, (data,))
        except AlreadyStoredError:
            return False
        except StorageError:
            # The reply may have been lost, and what was stored not.
            try:
                kept = self._read(key, MAX_STATEMENT)
            except NotStoredError:
                kept = None
            if kept != data:
                raise
        return True

    def _forget(self, tree: str) -> None:
        # Others who lost the same race may be about to do it too.
        with suppress(StorageError):
            self.storage.delete(tree)

    def _read(self, key: str, limit: int) -> bytes:
        data = b"".join(self.storage.get(key, 0, limit + 1))
        if len(data) > limit:
            raise EvidenceError(
                f"{key} has more than {limit} bytes", f"{key} 超过 {limit} 字节"
            )
        return data


def _tree_name(chain: int, root: bytes) -> str:
    return f"{chain}.{root[:8].hex()}.tree"


def _frozen_name(chain: int, place: int, token: bytes) -> str:
    # Named by its time-stamp: what another left that came too late is not taken for it.
    return f"{chain}.{place:04}.{sha256(token).hexdigest()[:16]}.frozen"


def _misplaced(key: str) -> EvidenceError:
    return EvidenceError(
        f"{key} is not what should stand there", f"{key} 的内容与其位置不符"
    )
