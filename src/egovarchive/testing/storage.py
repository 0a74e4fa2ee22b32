"""
Contract 契约 of storages: what every backend must pass.

Subclass in a test module, and give the fixture ``storage``, a new and empty one
for each test::

    class TestMyStorage(StorageContract, GroupPutContract):
        @pytest.fixture
        def storage(self, tmp_path):
            return MyStorage(tmp_path)

`storage_machine` compares a backend with a dict, step by step. `FaultyStorage` and
`RecordingStorage` stand around a storage in tests of what is built upon it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from egovarchive.errors import AlreadyStoredError, NotStoredError, StorageError
from egovarchive.storage import Storage
from egovarchive.testing.storage_faults import (
    Call,
    FaultyStagingStorage,
    FaultyStorage,
    GroupStorage,
    RecordingStorage,
    StagingStorage,
)
from egovarchive.testing.storage_groups import (
    GroupPutContract,
    StagingContract,
    content,
    race,
)
from egovarchive.testing.storage_model import BrokenError, broken, storage_machine

__all__ = [
    "BAD_KEYS",
    "ODD_KEYS",
    "BrokenError",
    "Call",
    "FaultyStagingStorage",
    "FaultyStorage",
    "GroupPutContract",
    "GroupStorage",
    "RecordingStorage",
    "StagingContract",
    "StagingStorage",
    "StorageContract",
    "broken",
    "storage_machine",
]

BAD_KEYS = (
    "",
    "/",
    "/a",
    "a/",
    "a//b",
    ".",
    "..",
    "a/../b",
    "./a",
    "a/.",
    ".staging/a",
    "a/.hidden",
    "a\\b",
    "a\nb",
    "a\x00b",
    "a\x7f",
    "a\x85b",
    "a\ud800",
    "a" * 256,
    "一" * 86,
    "/".join(["a" * 200] * 6),
)
"""What no storage takes as a key."""

ODD_KEYS = (
    " ",
    " a /b ",
    "%2e%2e/%2f",
    "*?[a]",
    "-rf",
    "C:/a",
    "CON",
    "a" * 255,
    "a..b/c.",
    "café/é",
    "cafe\u0301/e\u0301",
    "一" * 85,
    "全宗/A439·WS·2015/结果文件.zip",
    "~",
    "😀/\u202e",
)
"""What every storage takes as a key, and keeps apart."""

# Each example takes a key of its own, so the one storage of a test serves all;
# and backends share these tests by inheriting them.
examples = settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.differing_executors,
    ],
)


class StorageContract:
    """The four verbs."""

    def test_what_was_put_can_be_got(self, storage: Storage) -> None:
        storage.put("a/b.zip", [b"one", b"", b"two"])
        assert content(storage, "a/b.zip") == b"onetwo"

    def test_chunks_may_come_from_any_iterable_once(self, storage: Storage) -> None:
        storage.put("a", (bytes([n]) for n in range(256)))
        assert content(storage, "a") == bytes(range(256))

    def test_a_buffer_may_be_filled_anew_for_the_next_chunk(
        self, storage: Storage
    ) -> None:
        buffer = bytearray(3)

        def chunks() -> Iterable[memoryview]:
            for word in (b"one", b"two"):
                buffer[:] = word
                yield memoryview(buffer)

        storage.put("a", chunks())  # type: ignore[arg-type]
        assert content(storage, "a") == b"onetwo"

    def test_an_empty_object_is_an_object(self, storage: Storage) -> None:
        storage.put("empty", [])
        assert content(storage, "empty") == b""
        assert content(storage, "empty") == b"".join(storage.get("empty", -5, 5))
        assert list(storage.keys()) == ["empty"]

    def test_a_large_object_streams(self, storage: Storage) -> None:
        chunks = [os.urandom(1 << 16) for _ in range(80)]
        storage.put("large", iter(chunks))
        got = list(storage.get("large"))
        assert b"".join(got) == b"".join(chunks)
        assert max(map(len, got)) <= 1 << 20

    def test_many_small_chunks_are_one_object(self, storage: Storage) -> None:
        storage.put("a", (b"%d," % n for n in range(5000)))
        assert content(storage, "a") == b"".join(b"%d," % n for n in range(5000))

    @examples
    @given(
        chunks=st.lists(st.binary(max_size=50), max_size=5),
        offset=st.integers(-300, 300),
        size=st.none() | st.integers(0, 300),
    )
    def test_a_range_is_a_slice(
        self, storage: Storage, chunks: list[bytes], offset: int, size: int | None
    ) -> None:
        key = f"k{len(list(storage.keys()))}"
        storage.put(key, chunks)
        whole = b"".join(chunks)
        start = max(0, len(whole) + offset) if offset < 0 else offset
        end = None if size is None else start + size
        assert b"".join(storage.get(key, offset, size)) == whole[start:end]

    def test_a_range_of_a_large_object_is_a_slice(self, storage: Storage) -> None:
        whole = os.urandom(3 << 20)
        storage.put("large", [whole])
        got = b"".join(storage.get("large", (1 << 20) - 7, (1 << 20) + 14))
        assert got == whole[(1 << 20) - 7 : (2 << 20) + 7]
        assert b"".join(storage.get("large", -5)) == whole[-5:]

    def test_a_negative_size_is_refused(self, storage: Storage) -> None:
        storage.put("a", [b"abc"])
        with pytest.raises(StorageError, match="-1"):
            storage.get("a", 0, -1)

    def test_a_key_is_written_once(self, storage: Storage) -> None:
        storage.put("a", [b"first"])
        for chunks in ([b"second"], [b"first"], []):
            with pytest.raises(AlreadyStoredError, match="'a'"):
                storage.put("a", chunks)
        assert content(storage, "a") == b"first"

    def test_a_failing_source_passes_and_leaves_nothing(self, storage: Storage) -> None:
        with pytest.raises(BrokenError):
            storage.put("a/b", broken([b"x" * 3_000_000, b"y"]))
        assert list(storage.keys()) == []
        with pytest.raises(NotStoredError):
            storage.get("a/b")
        storage.put("a/b", [b"later"])
        assert content(storage, "a/b") == b"later"

    def test_getting_what_is_not_there_fails_at_the_call(
        self, storage: Storage
    ) -> None:
        storage.put("a/b", [b"x"])
        for key in ("c", "a/c", "a/b/c", "a"):
            with pytest.raises(NotStoredError, match=repr(key)):
                storage.get(key)

    def test_a_reader_may_be_left_early(self, storage: Storage) -> None:
        storage.put("a", [b"x" * (2 << 20)])
        storage.get("a")
        assert next(iter(storage.get("a")))[:1] == b"x"
        assert len(content(storage, "a")) == 2 << 20

    def test_keys_are_sorted_by_code_point(self, storage: Storage) -> None:
        keys = ["a/c", "a-b", "a0", "a/b/z", "a/b-", "Z", "件/二", "件/一", "é", "😀"]
        for key in keys:
            storage.put(key, [key.encode()])
        assert list(storage.keys()) == sorted(keys)

    @pytest.mark.parametrize(
        "prefix", ["a", "a/", "a/b", "a/b/", "件", "件/一", "z", "a//", "/", "../", "."]
    )
    def test_a_prefix_chooses_keys(self, storage: Storage, prefix: str) -> None:
        keys = ["a/c", "a-b", "a0", "a/b/z", "a/b-", "a/bc/d", "Z", "件/二", "件/一"]
        for key in keys:
            storage.put(key, [])
        expected = sorted(key for key in keys if key.startswith(prefix))
        assert list(storage.keys(prefix)) == expected

    def test_an_empty_storage_has_no_keys(self, storage: Storage) -> None:
        assert list(storage.keys()) == []
        assert list(storage.keys("a/")) == []

    def test_odd_names_are_kept_as_they_are(self, storage: Storage) -> None:
        for key in ODD_KEYS:
            storage.put(key, [key.encode()])
        assert list(storage.keys()) == sorted(ODD_KEYS)
        for key in ODD_KEYS:
            assert content(storage, key) == key.encode()

    @pytest.mark.parametrize("key", BAD_KEYS, ids=ascii)
    def test_a_bad_key_is_refused_everywhere(self, storage: Storage, key: str) -> None:
        with pytest.raises(StorageError, match="not a key") as refused:
            storage.put(key, [b"x"])
        assert "键" in refused.value.message("zh")
        for verb in (storage.get, storage.delete):
            with pytest.raises(StorageError, match="not a key"):
                verb(key)
        assert list(storage.keys()) == []

    def test_an_object_beside_its_folder_is_refused_or_kept(
        self, storage: Storage
    ) -> None:
        """Some backends have folders: then this is a clear error, and no loss."""
        for first, second in (("a/b", "a"), ("c", "c/d/e")):
            storage.put(first, [b"first"])
            try:
                storage.put(second, [b"second"])
            except AlreadyStoredError:
                raise
            except StorageError:
                with pytest.raises(NotStoredError):
                    storage.get(second)
            else:
                assert content(storage, second) == b"second"
            assert content(storage, first) == b"first"

    def test_a_deleted_key_is_free_again(self, storage: Storage) -> None:
        storage.put("a/b", [b"first"])
        storage.put("a/c", [b"other"])
        storage.delete("a/b")
        assert list(storage.keys()) == ["a/c"]
        with pytest.raises(NotStoredError):
            storage.get("a/b")
        storage.put("a/b", [b"second"])
        assert content(storage, "a/b") == b"second"

    def test_deleting_what_is_not_there_fails(self, storage: Storage) -> None:
        storage.put("a/b", [b"x"])
        for key in ("c", "a/c", "a/b/c", "a"):
            with pytest.raises(NotStoredError, match=repr(key)):
                storage.delete(key)
        assert list(storage.keys()) == ["a/b"]

    def test_a_race_for_one_key_has_one_winner(self, storage: Storage) -> None:
        for number in range(8):
            key = f"journal/{number}"
            won: list[int] = []

            def contend(who: int, key: str = key, won: list[int] = won) -> None:
                try:
                    storage.put(key, [b"%d" % who] * 100)
                except AlreadyStoredError:
                    # What is there is whole, already now.
                    assert len(set(content(storage, key).decode())) == 1
                else:
                    won.append(who)

            race([lambda who=who: contend(who) for who in range(8)])  # type: ignore[misc]
            assert len(won) == 1
            assert content(storage, key) == b"%d" % won[0] * 100
