"""Seals as they are stored: one form, whoever comes first decides."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import EvidenceError, NotStoredError, StorageError
from egovarchive.evidence.merkle import PART, Tree
from egovarchive.evidence.seal import Chain, Seal, SealState
from egovarchive.evidence.seals import MAX_STATEMENT, Seals
from egovarchive.evidence.statement import Mark, Rehash, Statement
from egovarchive.evidence.stored_tree import StoredTree, root_of, tree_chunks
from egovarchive.storage.memory import MemoryStorage
from egovarchive.testing.storage_faults import FaultyStorage, RecordingStorage
from evidence.batches import BEGAN, leaves

DIGEST = "ab" * 32


def statement(**changes: Any) -> Statement:
    values: dict[str, Any] = {
        "fonds": "J019",
        "number": 1,
        "previous": {},
        "after": Mark(),
        "upto": Mark(number=7, digests={"sha256": DIGEST, "sm3": DIGEST}),
        "since": BEGAN,
        "until": BEGAN,
        "at": BEGAN,
        "algorithm": "sha256",
        "leaves": 3,
        "root": bytes(32),
    }
    return Statement(**{**values, **changes})


def rehash(**changes: Any) -> Rehash:
    values: dict[str, Any] = {
        "statement": DIGEST,
        "chain": 2,
        "covered": (1,),
        "at": BEGAN,
        "algorithm": "sha512",
        "leaves": 5,
        "root": bytes(64),
    }
    return Rehash(**{**values, **changes})


class TestStatement:
    """Canonical JSON: the same bytes for the same seal, and no others."""

    def test_round_trip(self) -> None:
        for each in (statement(), statement(number=9, previous={"sha256": DIGEST})):
            assert Statement.decode(each.encode()) == each
        assert Rehash.decode(rehash().encode()) == rehash()

    def test_its_form(self) -> None:
        text = statement().encode().decode()
        assert text.endswith("}\n")
        row = json.loads(text)
        assert list(row) == sorted(row)
        assert row["at"] == "2026-11-23T16:00:00+08:00"
        assert row["upto"] == {"number": 7, "sha256": DIGEST, "sm3": DIGEST}

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("seal", 2),
            ("seal", True),
            ("number", 0),
            ("number", 1.0),
            ("number", True),
            ("number", "1"),
            ("leaves", -1),
            ("leaves", 10**40 + 0.5),
            ("root", "00"),
            ("root", "0" * 63 + "G"),
            ("root", "AB" * 32),
            ("root", None),
            ("algorithm", "md5"),
            ("at", "2026-11-23T16:00:00"),
            ("at", "2026-11-23T08:00:00+00:00"),
            ("at", 5),
            ("after", []),
            ("after", {}),
            ("after", {"number": 0, "sha256": 5}),
            ("upto", {"number": -1}),
            ("previous", None),
            ("previous", ["x"]),
            ("more", 1),
        ],
    )
    def test_other_values_are_refused(self, name: str, value: object) -> None:
        row = {**json.loads(statement().encode()), name: value}
        data = json.dumps(row, sort_keys=True, separators=(",", ":")) + "\n"
        with pytest.raises(EvidenceError):
            Statement.decode(data.encode())

    @pytest.mark.parametrize(
        ("name", "value"),
        [("covered", [0]), ("covered", 1), ("covered", [1.0]), ("chain", 0)],
    )
    def test_so_are_those_of_a_rehash(self, name: str, value: object) -> None:
        row = {**json.loads(rehash().encode()), name: value}
        data = json.dumps(row, sort_keys=True, separators=(",", ":")) + "\n"
        with pytest.raises(EvidenceError):
            Rehash.decode(data.encode())

    def test_left_out_or_spaced(self) -> None:
        good = statement().encode()
        row = json.loads(good)
        for name in row:
            rest = {key: value for key, value in row.items() if key != name}
            data = json.dumps(rest, sort_keys=True, separators=(",", ":")) + "\n"
            with pytest.raises(EvidenceError):
                Statement.decode(data.encode())
        for bad in (good[:-1], good + b"\n", good.replace(b":", b": "), b"[" * 9999):
            with pytest.raises(EvidenceError):
                Statement.decode(bad)

    @given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
    def test_noise(self, noise: bytes) -> None:
        for kind in (Statement, Rehash):
            with pytest.raises(EvidenceError):
                kind.decode(noise)


def stored_tree(count: int, storage: Any = None) -> tuple[StoredTree, Tree, Any]:
    raw = leaves(count)
    root, summit = root_of(raw, "sha256")
    storage = MemoryStorage() if storage is None else storage
    storage.put("tree", tree_chunks(raw, summit))
    chain = Chain(algorithm="sha256", leaves=count, root=root)
    return StoredTree(storage, "tree", chain), Tree(raw, "sha256"), storage


class TestStoredTree:
    """A proof reads a part and the summit, and is followed to the root."""

    @pytest.mark.parametrize("count", [1, 2, PART, PART + 1, 2 * PART + 77])
    def test_it_gives_the_proofs_of_the_tree(self, count: int) -> None:
        stored, tree, _ = stored_tree(count)
        for index in {0, count // 3, count - 1}:
            assert stored.find(tree.leaf(index)) == index
            assert stored.proof(index) == tree.proof(index)
        assert stored.find(bytes(32)) is None

    def test_a_leaf_is_found_by_its_place_only(self) -> None:
        stored, tree, _ = stored_tree(5)
        across = tree.leaf(0)[16:] + tree.leaf(1)[:16]
        assert stored.find(across) is None

    def test_whoever_asks_in_order_reads_each_part_once(self) -> None:
        count = 3 * PART
        recording = RecordingStorage(MemoryStorage())
        stored, tree, _ = stored_tree(count, recording)
        for index in range(count):
            assert stored.find(tree.leaf(index)) == index
            stored.proof(index)
        assert recording.count("get") == 4

    def test_damage_is_noticed(self) -> None:
        stored, tree, storage = stored_tree(PART + 5)
        good = storage._objects["tree"]
        wanted = tree.leaf(3)
        for bad in (
            good[:-1],
            good[:100],
            bytes([good[0] ^ 1]) + good[1:],
            good[:-1] + bytes([good[-1] ^ 1]),
        ):
            storage._objects["tree"] = bad
            fresh = StoredTree(storage, "tree", stored._chain)
            with pytest.raises(EvidenceError, match="damaged"):
                fresh.proof(fresh.find(wanted) or 0)


class TestSeals:
    """Write-once: whoever comes first decides."""

    def seals(self) -> Seals:
        return Seals(MemoryStorage(), "J019")

    def put(self, seals: Seals, made: Statement) -> bool:
        tree = seals.put_tree(made.number, 1, leaves(3), b"", made.root)
        return seals.put_statement(made, tree)

    def test_the_first_is_the_seal(self) -> None:
        seals = self.seals()
        first, second = statement(), statement(root=bytes([1]) * 32)
        assert self.put(seals, first)
        assert not self.put(seals, second)
        assert seals.statement(1) == first
        trees = [key for key in seals.storage.keys("") if key.endswith("tree")]
        assert len(trees) == 1
        assert not self.put(seals, evolve(first, at=datetime(2030, 1, 1)))
        assert [key for key in seals.storage.keys("") if key.endswith("tree")] == trees

    def test_a_lost_reply_does_not_make_two(self) -> None:
        storage = FaultyStorage(
            MemoryStorage(),
            lambda call: call.verb == "put" and call.keys[0].endswith("json"),
            "after",
        )
        assert self.put(Seals(storage, "J019"), statement())

    def test_what_is_not_stored_is_not_made(self) -> None:
        storage = FaultyStorage(
            MemoryStorage(),
            lambda call: call.verb == "put" and call.keys[0].endswith("json"),
        )
        seals = Seals(storage, "J019")
        with pytest.raises(StorageError):
            self.put(seals, statement())
        assert seals.names() == {}

    def test_its_state(self) -> None:
        seals = self.seals()
        self.put(seals, statement())
        assert seals.load(1).state is SealState.PENDING
        with pytest.raises(EvidenceError, match="not signed"):
            seals.load(1).to_stamp(0)
        seals.put_signature(1, b"first")
        seals.put_signature(1, b"second")
        seal = seals.load(1)
        assert (seal.signature, seal.state) == (b"first", SealState.PENDING)
        seals.put_token(1, 1, 1, b"token", b"pem")
        seals.put_token(1, 1, 1, b"other", b"")
        seal = seals.load(1)
        assert seal.state is SealState.SEALED
        assert seal.chains[0].tokens == (b"token",)
        assert seal == seals.load(1, seals.names()[1])

    def test_a_new_chain(self) -> None:
        seals = self.seals()
        self.put(seals, statement())
        seals.put_signature(1, b"signature")
        seals.put_token(1, 1, 1, b"token", b"")
        made = rehash(statement=seals.load(1).id())
        assert seals.put_rehash(seals.load(1), made, "nothing")
        assert not seals.put_rehash(seals.load(1), made, "nothing")
        seal = seals.load(1)
        assert seal.renewing
        assert len(seal.stamped) == 1
        seals.put_token(1, 2, 1, b"token", b"")
        assert not seals.load(1).renewing

    @pytest.mark.parametrize(
        "changes",
        [
            {"statement": "cd" * 32},
            {"chain": 3},
            {"covered": (2,)},
            {"covered": (1, 1)},
            {"covered": ()},
        ],
    )
    def test_a_chain_that_does_not_fit(self, changes: dict[str, Any]) -> None:
        seals = self.seals()
        self.put(seals, statement())
        seals.put_signature(1, b"signature")
        seals.put_token(1, 1, 1, b"token", b"")
        made = rehash(**{"statement": seals.load(1).id(), **changes})
        seals.storage.put(seals.key(1, "2.json"), [made.encode()])
        with pytest.raises(EvidenceError, match="should stand there"):
            seals.load(1)

    def test_what_lies_in_the_wrong_place(self) -> None:
        seals = self.seals()
        seals.storage.put(seals.key(1), [statement(number=2).encode()])
        seals.storage.put(seals.key(2), [statement(fonds="A439").encode()])
        for number in (1, 2):
            with pytest.raises(EvidenceError, match="should stand there"):
                seals.load(number)

    def test_a_time_stamp_that_is_missing(self) -> None:
        seals = self.seals()
        self.put(seals, statement())
        seals.put_token(1, 1, 2, b"token", b"")
        with pytest.raises(EvidenceError, match="missing"):
            seals.load(1)

    def test_a_seal_that_is_missing(self) -> None:
        seals = self.seals()
        self.put(seals, statement(number=2))
        with pytest.raises(EvidenceError, match="missing"):
            seals.names()
        with pytest.raises(NotStoredError):
            seals.load(1)

    def test_too_large(self) -> None:
        seals = self.seals()
        seals.storage.put(seals.key(1), [bytes(MAX_STATEMENT + 1)])
        with pytest.raises(EvidenceError, match="more than"):
            seals.load(1)

    def test_other_files_are_left_alone(self) -> None:
        seals = self.seals()
        seals.storage.put("evidence/J019/README", [b"text"])
        seals.storage.put(f"evidence/J019/{5:012}.1.abcd.tree", [b"left over"])
        assert seals.names() == {}


def test_a_seal_has_an_id() -> None:
    seal = Seal(
        statement=statement(),
        signature=None,
        chains=(Chain(algorithm="sha256", leaves=3, root=bytes(32)),),
    )
    assert len(seal.id()) == 64
    assert not seal.renewing
