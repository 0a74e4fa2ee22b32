"""Keys under a password: the forms that are opened, and that a wrong one says so."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import (
    AlgorithmUnsupportedError,
    AuthenticationFailedError,
    SigningError,
)
from egovarchive.signing import der
from egovarchive.signing.pbes2 import decrypt, encrypt
from signing.authority import key_of

PASSWORD = "口令 secret".encode()
KEY = key_of("p256")
INFO = KEY.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())

AES_256_CBC = "2.16.840.1.101.3.4.1.42"
SM4_CBC = "1.2.156.10197.1.104.2"
HMAC_SHA256 = "1.2.840.113549.2.9"
HMAC_SM3 = "1.2.156.10197.1.401.2"
SALT, START = bytes(16), bytes(range(16))


def scheme(
    *,
    name: str = "1.2.840.113549.1.5.13",
    derivation: str = "1.2.840.113549.1.5.12",
    rounds: int = 1000,
    length: bytes = b"",
    digest: str = HMAC_SHA256,
    cipher: str = AES_256_CBC,
    start: bytes = START,
) -> bytes:
    how = der.sequence(
        der.octets(SALT),
        der.integer(rounds),
        length,
        der.algorithm_identifier(digest, null=True),
    )
    parameters = der.sequence(
        der.sequence(der.oid(derivation), how),
        der.sequence(der.oid(cipher), der.octets(start)),
    )
    return der.sequence(der.oid(name), parameters)


def by_cryptography() -> bytes:
    return KEY.private_bytes(
        Encoding.DER, PrivateFormat.PKCS8, BestAvailableEncryption(PASSWORD)
    )


def test_what_is_encrypted_here_is_opened_here_and_elsewhere() -> None:
    made = encrypt(INFO, PASSWORD)
    assert INFO not in made
    assert decrypt(made, PASSWORD) == INFO
    assert load_der_private_key(made, PASSWORD) is not None
    assert encrypt(INFO, PASSWORD) != made


def test_what_cryptography_encrypted_is_opened() -> None:
    assert decrypt(by_cryptography(), PASSWORD) == INFO


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
@pytest.mark.parametrize("digest", ["hmacWithSHA1", "hmacWithSHA256", "hmacWithSHA512"])
@pytest.mark.parametrize("cipher", ["aes-128-cbc", "aes-192-cbc", "sm4-cbc"])
def test_what_openssl_encrypted_is_opened(cipher: str, digest: str) -> None:
    command = ["openssl", "pkcs8", "-topk8", "-inform", "DER", "-outform", "DER"]
    command += ["-v2", cipher, "-v2prf", digest, "-passout", "pass:secret"]
    run = subprocess.run(command, input=INFO, capture_output=True, check=True)
    assert decrypt(run.stdout, b"secret") == INFO


def test_sm4_and_sm3_are_opened() -> None:
    """As libraries of the national algorithms write them by default."""
    key = PBKDF2HMAC(hashes.SM3(), 16, SALT, 1000).derive(PASSWORD)
    encryptor = Cipher(SM4(key), modes.CBC(START)).encryptor()
    padding = 16 - len(INFO) % 16
    data = encryptor.update(INFO + bytes((padding,)) * padding) + encryptor.finalize()
    for length in (b"", der.integer(16)):
        how = scheme(digest=HMAC_SM3, cipher=SM4_CBC, length=length)
        assert decrypt(der.sequence(how, der.octets(data)), PASSWORD) == INFO


@pytest.mark.parametrize("password", [b"", b"secret", PASSWORD + b"."])
def test_a_wrong_password_is_told_and_not_repeated(password: bytes) -> None:
    with pytest.raises(AuthenticationFailedError, match="the password is wrong") as it:
        decrypt(by_cryptography(), password)
    assert not password or password.decode() not in f"{it.value!r}"


UNKNOWN = {
    "an older scheme": (scheme(name="1.2.840.113549.1.5.10"), "1.5.10"),
    "another derivation": (scheme(derivation="1.3.6.1.4.1.11591.4.11"), "11591"),
    "another cipher": (scheme(cipher="1.2.840.113549.3.7"), "1.2.840.113549.3.7"),
    "another digest": (scheme(digest="1.2.840.113549.2.8"), "1.2.840.113549.2.8"),
    "rounds without end": (scheme(rounds=1 << 40), "rounds"),
    "no rounds": (scheme(rounds=0), "rounds"),
    "a key of another size": (scheme(length=der.integer(16)), "key of 16 octets"),
}


@pytest.mark.parametrize(("how", "why"), UNKNOWN.values(), ids=list(UNKNOWN))
def test_other_schemes_are_refused(how: bytes, why: str) -> None:
    source = der.sequence(how, der.octets(bytes(32)))
    with pytest.raises(AlgorithmUnsupportedError, match="not known") as caught:
        decrypt(source, PASSWORD)
    assert why in str(caught.value)


@pytest.mark.parametrize(
    "source",
    [
        b"",
        INFO,
        by_cryptography()[:-1],
        by_cryptography() + b"\x00",
        der.sequence(scheme(start=bytes(8)), der.octets(bytes(32))),
    ],
    ids=["nothing", "clear", "short", "long", "short start"],
)
def test_something_else_is_refused(source: bytes) -> None:
    with pytest.raises(SigningError):
        decrypt(source, PASSWORD)


@pytest.mark.parametrize("size", [0, 15, 33])
def test_data_that_are_not_whole_blocks_are_refused(size: int) -> None:
    with pytest.raises(AuthenticationFailedError):
        decrypt(der.sequence(scheme(), der.octets(bytes(size))), PASSWORD)


@given(st.binary(max_size=300))
def test_on_any_bytes_only_its_own_error_leaves(source: bytes) -> None:
    with pytest.raises(SigningError):
        decrypt(source, PASSWORD)
