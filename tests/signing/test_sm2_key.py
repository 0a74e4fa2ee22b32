"""SM2 keys: one verdict whichever way, and signatures by what the machine has."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import (
    AlgorithmUnsupportedError,
    SignatureInvalidError,
    SigningError,
)
from egovarchive.signing import der, libcrypto, sm2_key
from egovarchive.signing.libcrypto import library
from egovarchive.signing.sm2 import CURVE, DEFAULT_ID, KEY_IDENTIFIER, G, N
from egovarchive.signing.sm2_key import Sm2PrivateKey, Sm2PublicKey, names_sm2

try:
    import gmssl_pyx  # type: ignore[import-untyped, import-not-found, unused-ignore]
except ImportError:
    gmssl_pyx = None

MESSAGE = b"message"
needs_gmssl = pytest.mark.skipif(gmssl_pyx is None, reason="gmssl-pyx is not installed")
needs_libcrypto = pytest.mark.skipif(
    library() is None, reason="the system's libcrypto has no SM2"
)


def without_libcrypto(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libcrypto, "library", lambda: None)


def without_gmssl(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(sm2_key, "import_module", absent)


@pytest.fixture(
    params=[
        pytest.param("libcrypto", marks=needs_libcrypto),
        pytest.param("gmssl-pyx", marks=needs_gmssl),
    ]
)
def backend(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "gmssl-pyx":
        without_libcrypto(monkeypatch)
    return str(request.param)


def test_what_it_signs_verifies(backend: str) -> None:
    key = Sm2PrivateKey.generate()
    assert ("Gmssl" in type(key._secret).__name__) == (backend == "gmssl-pyx")
    for message in (b"", MESSAGE, bytes(100_000)):
        for by in (b"", DEFAULT_ID, "某局".encode()):
            signature = key.sign(message, signer_id=by)
            key.public.verify(signature, message, signer_id=by)
            key.public.point.verify(signature, message, signer_id=by)
            with pytest.raises(SignatureInvalidError):
                key.public.verify(signature, message, signer_id=by + b"x")


def test_it_comes_back(backend: str) -> None:
    key = Sm2PrivateKey.generate()
    again = Sm2PrivateKey.read(key.pkcs8)
    assert again.public == key.public
    assert again.pkcs8 == key.pkcs8
    key.public.verify(
        again.sign(MESSAGE, signer_id=DEFAULT_ID), MESSAGE, signer_id=DEFAULT_ID
    )


def test_its_repr_shows_no_secret(backend: str) -> None:
    key = Sm2PrivateKey.generate()
    assert len(repr(key)) < 100
    assert "secret" not in repr(key)


@needs_gmssl
@needs_libcrypto
def test_each_reads_and_verifies_what_the_other_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ours = Sm2PrivateKey.generate()
    signature = ours.sign(MESSAGE, signer_id=DEFAULT_ID)
    public = ours.public.point.octets[1:]
    assert gmssl_pyx.sm2_verify(public, MESSAGE, signature)
    assert not gmssl_pyx.sm2_verify(public, MESSAGE, signature, signer_id=b"x")
    without_libcrypto(monkeypatch)
    theirs = Sm2PrivateKey.read(ours.pkcs8)
    ours.public.verify(
        theirs.sign(MESSAGE, signer_id=DEFAULT_ID), MESSAGE, signer_id=DEFAULT_ID
    )


def test_without_a_library_nothing_is_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    source = a_key(public=True)
    without_libcrypto(monkeypatch)
    without_gmssl(monkeypatch)
    with pytest.raises(AlgorithmUnsupportedError, match=r"egovarchive\[sm2\]"):
        Sm2PrivateKey.generate()
    with pytest.raises(AlgorithmUnsupportedError, match=r"egovarchive\[sm2\]"):
        Sm2PrivateKey.read(source).sign(b"", signer_id=DEFAULT_ID)


@needs_libcrypto
def test_without_a_library_the_verdicts_are_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key = Sm2PrivateKey.generate()
    chance = random.Random(20_261_123)  # noqa: S311
    good = key.sign(MESSAGE, signer_id=DEFAULT_ID)
    signatures = [good]
    for _ in range(60):
        changed = bytearray(good)
        changed[chance.randrange(len(good))] ^= 1 << chance.randrange(8)
        signatures.append(bytes(changed))

    def accepts(signature: bytes) -> bool:
        public = Sm2PublicKey.read(key.public.point.info)
        try:
            public.verify(signature, MESSAGE, signer_id=DEFAULT_ID)
        except SignatureInvalidError:
            return False
        return True

    compiled = [accepts(each) for each in signatures]
    without_libcrypto(monkeypatch)
    pure = [accepts(each) for each in signatures]
    assert pure == compiled == [True] + [False] * 60


@needs_libcrypto
def test_a_library_that_does_not_take_the_key_does_not_change_the_verdict(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key = Sm2PrivateKey.generate()
    good = key.sign(MESSAGE, signer_id=DEFAULT_ID)

    def refuse(*_: object) -> None:
        raise SigningError("libcrypto: no", "libcrypto：否")

    monkeypatch.setattr(libcrypto.Library, "public_key", refuse)
    public = Sm2PublicKey.read(key.public.point.info)
    public.verify(good, MESSAGE, signer_id=DEFAULT_ID)
    with pytest.raises(SignatureInvalidError):
        public.verify(good, b"", signer_id=DEFAULT_ID)


X, Y = (each.to_bytes(32, "big") for each in G)
# With d = 1 the public point is that of the curve.
PUBLIC = der.write(0xA1, der.write(der.BIT_STRING, b"\x00\x04", X, Y))
P256 = der.sequence(der.oid("1.2.840.10045.2.1"), der.oid("1.2.840.10045.3.1.7"))


def ec_key(number: int = 1, *, size: int = 32, after: bytes = PUBLIC) -> bytes:
    secret = der.octets(number.to_bytes(size, "big"))
    return der.sequence(der.integer(1), secret, after)


def a_key(
    *,
    public: bool = False,
    version: int = 0,
    identifier: bytes = KEY_IDENTIFIER,
    inner: bytes | None = None,
    after: bytes = b"",
) -> bytes:
    inner = ec_key(after=PUBLIC if public else b"") if inner is None else inner
    return der.sequence(der.integer(version), identifier, der.octets(inner), after)


CURVE_NAMED = der.write(0xA0, der.oid(CURVE))

GOOD: dict[str, Callable[[], bytes]] = {
    "with its public half": lambda: a_key(public=True),
    "without": a_key,
    "with the curve inside too": lambda: a_key(
        inner=ec_key(after=CURVE_NAMED + PUBLIC)
    ),
    "with attributes": lambda: a_key(public=True, after=b"\xa0\x00"),
    "version 1": lambda: a_key(
        public=True, version=1, after=der.write(0x81, b"\x00\x04", X, Y)
    ),
    "before PKCS #8": lambda: ec_key(after=CURVE_NAMED + PUBLIC),
}


@needs_libcrypto
@pytest.mark.parametrize("source", GOOD.values(), ids=list(GOOD))
def test_forms_of_a_key_that_are_read(source: Callable[[], bytes]) -> None:
    assert names_sm2(source())
    key = Sm2PrivateKey.read(source())
    assert (key.public.point.x, key.public.point.y) == G


@needs_gmssl
def test_a_key_without_its_public_half_needs_libcrypto(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    without_libcrypto(monkeypatch)
    Sm2PrivateKey.read(a_key(public=True))
    with pytest.raises(AlgorithmUnsupportedError, match="without its public half"):
        Sm2PrivateKey.read(a_key())


BAD: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "damaged"),
    "cut short": (a_key(public=True)[:-1], "damaged"),
    "something after it": (a_key() + b"\x00", "damaged"),
    "something after the number": (
        a_key(inner=ec_key(after=PUBLIC + der.integer(1))),
        "damaged",
    ),
    "zero": (a_key(inner=ec_key(0)), "out of range"),
    "n - 1": (a_key(inner=ec_key(N - 1)), "out of range"),
    "n": (a_key(inner=ec_key(N)), "out of range"),
    "too short a number": (a_key(inner=ec_key(1, size=31)), "out of range"),
    "a point beside the curve": (
        a_key(
            inner=ec_key(
                after=der.write(0xA1, der.write(der.BIT_STRING, b"\x00\x04", X, X))
            )
        ),
        "not on the SM2 curve",
    ),
    "another curve": (a_key(identifier=P256), "not an SM2 key"),
    "another curve inside": (
        a_key(inner=ec_key(after=der.write(0xA0, der.oid("1.2.840.10045.3.1.7")))),
        "not an SM2 key",
    ),
    "another version": (a_key(version=2), "not an SM2 key"),
    "no curve": (ec_key(), "not an SM2 key"),
}


@pytest.mark.parametrize(("source", "why"), BAD.values(), ids=list(BAD))
def test_others_are_refused(source: bytes, why: str) -> None:
    with pytest.raises(SigningError, match=why) as caught:
        Sm2PrivateKey.read(source)
    assert caught.value.message("zh") != str(caught.value)


@given(st.binary(max_size=200))
def test_on_any_bytes_only_its_own_error_leaves(source: bytes) -> None:
    with pytest.raises(SigningError):
        Sm2PrivateKey.read(source)


@needs_libcrypto
def test_on_a_mutated_key_only_its_own_error_leaves() -> None:
    good = Sm2PrivateKey.generate().pkcs8
    for at in range(len(good)):
        for bit in (1, 0x80):
            changed = bytearray(good)
            changed[at] ^= bit
            with suppress(SigningError):
                Sm2PrivateKey.read(bytes(changed)).sign(b"", signer_id=DEFAULT_ID)
