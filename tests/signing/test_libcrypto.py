"""libcrypto gives the same verdicts as pure Python, and leaves nothing behind."""

from __future__ import annotations

import ctypes
import gc
import json
import random
import resource
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from egovarchive.errors import SignatureInvalidError, SigningError
from egovarchive.signing import libcrypto
from egovarchive.signing.libcrypto import Key, Library, library
from egovarchive.signing.sm2 import N, PublicPoint, write_signature

VECTORS = json.loads((Path(__file__).parent / "sm2_edge_vectors.json").read_text())
POINT = PublicPoint.of(bytes.fromhex(VECTORS["pub"]))
DIGEST = bytes(range(32))

pytestmark = pytest.mark.skipif(
    library() is None, reason="the system's libcrypto has no SM2"
)


@pytest.fixture
def found() -> Library:
    loaded = library()
    assert loaded is not None
    return loaded


@pytest.fixture
def key(found: Library) -> Key:
    return found.new_key()


def accepts(key: Key | PublicPoint, signature: bytes, digest: bytes) -> bool:
    try:
        if isinstance(key, Key):
            key.verify(signature, digest)
        else:
            key.verify_digest(signature, digest)
    except SignatureInvalidError:
        return False
    return True


def errors_left(found: Library) -> int:
    peek = found._c.ERR_peek_error
    peek.restype = ctypes.c_ulong
    return int(peek())


@pytest.mark.parametrize(
    "vector", VECTORS["tests"], ids=[each["name"] for each in VECTORS["tests"]]
)
def test_edges(found: Library, vector: dict[str, Any]) -> None:
    signature = write_signature(int(vector["r"], 16), int(vector["s"], 16))
    digest = bytes.fromhex(vector["e"])
    key = found.public_key(POINT.info)
    assert accepts(key, signature, digest) == vector["valid"]
    assert accepts(POINT, signature, digest) == vector["valid"]
    assert not errors_left(found)


def test_both_agree_on_good_ones_and_on_altered_ones(found: Library) -> None:
    chance = random.Random(20_261_123)  # noqa: S311
    for _ in range(40):
        key = found.new_key()
        point = PublicPoint.read(key.info)
        digest = chance.randbytes(32)
        good = key.sign(digest)
        assert accepts(key, good, digest)
        assert accepts(point, good, digest)
        for _ in range(5):
            changed = bytearray(good)
            changed[chance.randrange(len(good))] ^= 1 << chance.randrange(8)
            signature = bytes(changed)
            assert accepts(key, signature, digest) == accepts(point, signature, digest)
        r, s = chance.randrange(1, N), chance.randrange(1, N)
        assert not accepts(key, write_signature(r, s), digest)
        assert not accepts(point, write_signature(r, s), digest)


def test_a_key_comes_back(found: Library, key: Key) -> None:
    again = found.private_key(key.pkcs8)
    assert (again.info, again.pkcs8) == (key.info, key.pkcs8)
    key.verify(again.sign(DIGEST), DIGEST)


def test_a_signature_is_never_the_same(key: Key) -> None:
    assert key.sign(DIGEST) != key.sign(DIGEST)


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_a_digest_of_another_size_is_refused(
    found: Library, key: Key, size: int
) -> None:
    with pytest.raises(SigningError, match="libcrypto"):
        key.sign(bytes(size))
    with pytest.raises(SignatureInvalidError):
        key.verify(key.sign(DIGEST), bytes(size))
    assert not errors_left(found)


def test_a_public_key_does_not_sign(found: Library, key: Key) -> None:
    with pytest.raises(SigningError, match="libcrypto"):
        found.public_key(key.info).sign(DIGEST)
    assert not errors_left(found)


@pytest.mark.parametrize("source", [b"", b"nonsense", POINT.info, bytes(1000)])
def test_something_else_than_a_key_is_refused(found: Library, source: bytes) -> None:
    with pytest.raises(SigningError, match="libcrypto"):
        found.private_key(source)
    with pytest.raises(SigningError, match="libcrypto"):
        found.open_pkcs12(source, b"secret")
    if source != POINT.info:
        with pytest.raises(SigningError, match="libcrypto"):
            found.public_key(source)
    assert not errors_left(found)


def test_neither_repr_shows_the_key(key: Key) -> None:
    assert repr(key) == "Key()"


def test_threads_share_a_key(key: Key) -> None:
    good = key.sign(DIGEST)

    def work(number: int) -> int:
        digest = number.to_bytes(32, "big")
        for _ in range(20):
            key.verify(key.sign(digest), digest)
            assert not accepts(key, good, digest)
            key.verify(good, DIGEST)
        return number

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, range(8))) == list(range(8))


def test_nothing_is_left_in_memory(found: Library, key: Key) -> None:
    pkcs8, info = key.pkcs8, key.info
    good = key.sign(DIGEST)

    def work(rounds: int) -> int:
        for _ in range(rounds):
            again = found.private_key(pkcs8)
            again.sign(DIGEST)
            assert not accepts(found.public_key(info), good, bytes(32))
            with pytest.raises(SigningError):
                found.private_key(info)
        gc.collect()
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    before = work(200)
    # A context of 100 bytes left in each round would be seen.
    assert work(1500) - before < 500


class TestFindingIt:
    @pytest.fixture(autouse=True)
    def forgotten(self) -> Iterator[None]:
        library.cache_clear()
        yield
        library.cache_clear()

    def test_pythons_own_comes_first(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(libcrypto, "_NAMES", ())
        if libcrypto._pythons_own() is not None:
            assert library() is not None

    def test_a_python_without_one_of_its_own_looks_further(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(libcrypto, "_pythons_own", lambda: None)
        monkeypatch.setattr(libcrypto, "_NAMES", ("no-such-library", "libc.so.6"))
        assert library() is None

    def test_one_that_is_too_old_is_passed_over(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(libcrypto, "_OLDEST", 1000)
        assert library() is None

    def test_one_without_sm2_is_passed_over(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(Library, "knows_sm2", lambda _: False)
        assert library() is None
