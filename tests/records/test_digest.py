"""Digests: published vectors, and which algorithms are refused."""

from __future__ import annotations

import hashlib
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import InvalidValueError
from egovarchive.records import digest
from egovarchive.records.digest import (
    ALGORITHMS,
    Digest,
    check_algorithm,
    check_algorithms,
    digests,
    hasher,
    hexdigest,
)

ABC = b"abc"
ABCD16 = b"abcd" * 16
VECTORS = [
    # GB/T 32905—2016, annex A.
    ("sm3", ABC, "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
    ("sm3", ABCD16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    # FIPS 180-4, as NIST's examples with "abc" and the empty message have them.
    ("sha256", ABC, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ("sha256", b"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    (
        "sha384",
        ABC,
        (
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
            "8086072ba1e7cc2358baeca134c825a7"
        ),
    ),
    (
        "sha512",
        ABC,
        (
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
        ),
    ),
]


@pytest.mark.parametrize(("algorithm", "data", "expected"), VECTORS)
def test_published_vectors(algorithm: str, data: bytes, expected: str) -> None:
    assert hexdigest(algorithm, data) == expected
    assert len(expected) == ALGORITHMS[algorithm]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@given(st.lists(st.binary(max_size=300), max_size=5))
def test_pieces_count_as_their_whole(algorithm: str, pieces: list[bytes]) -> None:
    taken = hasher(algorithm)
    for piece in pieces:
        taken.update(piece)
    assert taken.hexdigest() == hexdigest(algorithm, b"".join(pieces))


@given(st.lists(st.binary(max_size=300), max_size=5))
def test_sm3_is_the_same_without_the_built_in_one(pieces: list[bytes]) -> None:
    taken = digest._Sm3()
    for piece in pieces:
        taken.update(piece)
    assert taken.hexdigest() == hexdigest("sm3", b"".join(pieces))


def test_sm3_needs_no_built_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digest, "_SM3_BUILT_IN", False)
    assert isinstance(hasher("sm3"), digest._Sm3)
    assert hexdigest("sm3", ABC) == VECTORS[0][2]


@pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl")
def test_openssl_agrees_on_sm3() -> None:
    data = bytes(range(256)) * 40
    done = subprocess.run(
        ["openssl", "dgst", "-sm3", "-r"], input=data, capture_output=True, check=True
    )
    assert done.stdout.split()[0].decode() == hexdigest("sm3", data)


@pytest.mark.parametrize("name", ["md5", "sha1", "SM3", "sha3_256", "", "crc32"])
def test_weak_and_unknown_algorithms_are_refused(name: str) -> None:
    for refuse in (check_algorithm, hasher, lambda name: Digest(name, "0" * 64)):
        with pytest.raises(InvalidValueError, match="not a digest algorithm") as caught:
            refuse(name)
        assert "sm3, sha256" in str(caught.value)
    with pytest.raises(InvalidValueError):
        check_algorithms(["sm3", name])


def test_algorithms_are_at_least_one_and_none_twice() -> None:
    assert check_algorithms(iter(["sm3", "sha256"])) == ("sm3", "sha256")
    for wrong in ([], ["sm3", "sm3"]):
        with pytest.raises(InvalidValueError, match="at least one"):
            check_algorithms(wrong)


def test_digests_are_named_by_algorithm() -> None:
    found = digests(ABC, ("sha256", "sm3"))
    assert list(found) == ["sha256", "sm3"]
    assert found["sha256"] == hashlib.sha256(ABC).hexdigest()


@given(st.sampled_from(sorted(ALGORITHMS)), st.binary(max_size=50))
def test_text_and_value_are_the_same_thing(algorithm: str, data: bytes) -> None:
    value = Digest(algorithm, hexdigest(algorithm, data))
    assert Digest.parse(str(value)) == value
    assert Digest.parse(f"{algorithm}:{value.hex.upper()}") == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sha256",
        "sha256:",
        f"sha256:{'0' * 63}",
        f"sha256:{'0' * 65}",
        f"sha512:{'0' * 64}",
        f"sha256:{'g' * 64}",
        f"sha256:{'０' * 64}",
        f"md5:{'0' * 32}",
        "0" * 64,
        f"sm3:{'0' * 1_000_000}",
    ],
    ids=lambda text: text[:20],
)
def test_what_is_no_digest_is_refused(text: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        Digest.parse(text)
    assert caught.value.rule == "GB/T 32905—2016, FIPS 180-4"
    assert len(str(caught.value)) < 400


def test_a_digest_is_kept_in_lower_case() -> None:
    with pytest.raises(InvalidValueError):
        Digest("sha256", "A" * 64)
