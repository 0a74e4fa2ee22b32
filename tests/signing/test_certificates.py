"""RFC 5280, 4: what a certificate says, and that it says it in one form."""

from __future__ import annotations

import random
from contextlib import suppress

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import InvalidValueError, SignatureInvalidError
from egovarchive.signing import der
from egovarchive.signing.certificates import Certificate, read_pem, write_pem
from signing.authority import NOT_AFTER, NOT_BEFORE, Issued, family, issue

EXTENDED = issue(
    "某市行政审批局",
    family()[1],
    bits=["digital_signature", "content_commitment", "decipher_only", "key_agreement"],
    extra=[
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), False),
        (x509.SubjectAlternativeName([x509.DNSName("example.invalid")]), True),
    ],
)


@pytest.mark.parametrize("kind", ["p256", "p384", "rsa3072", "ed25519"])
def test_it_says_what_the_oracle_says(kind: str) -> None:
    for issued in family(kind):
        oracle = issued.certificate
        ours = Certificate.parse(issued.der)
        assert ours.signed == oracle.tbs_certificate_bytes
        assert ours.signature == oracle.signature
        assert der.Reader.of(ours.serial).take_integer() == oracle.serial_number
        assert ours.issuer == oracle.issuer.public_bytes()
        assert ours.subject == oracle.subject.public_bytes()
        assert ours.subject_text == oracle.subject.rfc4514_string()
        assert ours.issuer_text == oracle.issuer.rfc4514_string()
        assert (ours.not_before, ours.not_after) == (NOT_BEFORE, NOT_AFTER)
        assert ours.sha256 == oracle.fingerprint(hashes.SHA256())
        assert ours.version == 3
        assert set(ours.extensions) == {e.oid.dotted_string for e in oracle.extensions}
        assert ours.subject_key_id == issued.key_id.digest


def test_extensions_are_read() -> None:
    found = Certificate.parse(EXTENDED.der)
    assert found.key_usage == frozenset({0, 1, 4, 8})
    assert found.purposes == frozenset({"1.3.6.1.5.5.7.3.4"})
    assert found.extensions["2.5.29.17"].critical
    assert not found.is_ca
    assert found.authority_key_id == family()[1].key_id.digest


def test_path_length_is_read() -> None:
    constraints = x509.BasicConstraints(ca=True, path_length=3)
    found = Certificate.parse(issue("CA", ca=True, constraints=constraints).der)
    assert (found.is_ca, found.path_length) == (True, 3)


def rebuilt(issued: Issued, *, replace: dict[int, bytes]) -> bytes:
    """Return a certificate with other fields; its signature no longer fits."""
    whole = der.read(issued.der)
    body = whole.take(der.SEQUENCE)
    rest = [whole.take().raw, whole.take().raw]
    fields = []
    while body.more():
        fields.append(body.take().raw)
    parts = [replace.get(number, part) for number, part in enumerate(fields)]
    return der.sequence(der.sequence(*parts), *rest)


VERSION, SERIAL, ALGORITHM, _, VALIDITY, _, _, EXTENSIONS = range(8)


def extension(dotted: str, value: bytes, flag: bytes = b"") -> bytes:
    return der.sequence(der.oid(dotted), flag, der.octets(value))


def extensions(*each: bytes) -> dict[int, bytes]:
    return {EXTENSIONS: der.write(0xA3, der.sequence(*each))}


CONSTRAINTS, USAGE = "2.5.29.19", "2.5.29.15"
BAD: dict[str, tuple[dict[int, bytes], str]] = {
    "negative serial": ({SERIAL: b"\x02\x01\x80"}, "serial number is negative"),
    "padded serial": ({SERIAL: b"\x02\x02\x00\x01"}, "empty or padded"),
    "endless serial": ({SERIAL: der.integer(1 << 160)}, "too long"),
    "another algorithm inside": (
        {ALGORITHM: der.algorithm_identifier("1.2.840.10045.4.3.3")},
        "two different signature algorithms",
    ),
    "version 4": ({VERSION: der.write(0xA0, der.integer(3))}, "version 4"),
    "extensions in version 2": (
        {VERSION: der.write(0xA0, der.integer(1))},
        "version 2",
    ),
    "impossible time": (
        {VALIDITY: der.sequence(der.write(23, b"250230000000Z"), b"\x17\x00")},
        "not a moment",
    ),
    "extension twice": (
        extensions(*[extension("2.5.29.14", der.octets(b"x"))] * 2),
        "2.5.29.14 twice",
    ),
    "default written out": (
        extensions(extension("2.5.29.14", der.octets(b"x"), b"\x01\x01\x00")),
        "default is written out",
    ),
    "false CA written out": (
        extensions(extension(CONSTRAINTS, der.sequence(b"\x01\x01\x00"))),
        "default is written out",
    ),
    "negative path length": (
        extensions(
            extension(CONSTRAINTS, der.sequence(b"\x01\x01\xff", b"\x02\x01\xff"))
        ),
        "path length makes no sense",
    ),
    "path length of no CA": (
        extensions(extension(CONSTRAINTS, der.sequence(der.integer(1)))),
        "path length makes no sense",
    ),
    "something after the usage": (
        extensions(extension(USAGE, b"\x03\x02\x07\x80\x00")),
        "too many",
    ),
    "something else for a usage": (
        extensions(extension(USAGE, der.integer(1))),
        "expected 0x03",
    ),
}


@pytest.mark.parametrize(
    ("replace", "why"), BAD.values(), ids=[name.replace(" ", "-") for name in BAD]
)
def test_a_bad_form_is_refused(replace: dict[int, bytes], why: str) -> None:
    with pytest.raises(SignatureInvalidError) as caught:
        Certificate.parse(rebuilt(family()[2], replace=replace))
    assert why in str(caught.value)


def test_rebuilding_alone_changes_nothing() -> None:
    assert rebuilt(family()[2], replace={}) == family()[2].der


def test_size_is_bounded() -> None:
    with pytest.raises(SignatureInvalidError, match="at most 65536"):
        Certificate.parse(bytes(65_537))


def test_on_any_change_only_its_own_error_leaves() -> None:
    chance = random.Random(42)  # noqa: S311
    for _ in range(5_000):
        changed = bytearray(EXTENDED.der)
        changed[chance.randrange(len(changed))] = chance.randrange(256)
        with suppress(SignatureInvalidError):
            found = Certificate.parse(bytes(changed))
            assert found.subject_text.isprintable()
            _ = found.public_key


def test_pem_gives_the_same_back_in_order() -> None:
    ders = tuple(issued.der for issued in family())
    assert read_pem(write_pem(ders)) == ders
    assert write_pem(ders) == b"".join(issued.pem for issued in family())


def test_text_around_pem_is_skipped() -> None:
    leaf = family()[2]
    pem = b"subject=CN\r\n" + leaf.pem.replace(b"\n", b"\r\n") + b"the end"
    assert read_pem(pem) == (leaf.der,)


@pytest.mark.parametrize(
    ("pem", "why"),
    [
        (b"", "no whole certificate"),
        (b"-----BEGIN PRIVATE KEY-----", "no whole certificate"),
        (family()[2].pem[:-10], "no whole certificate"),
        (family()[2].pem + family()[1].pem[:-10], "no whole certificate"),
        (
            b"-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----",
            "not base64",
        ),
        (bytes(1_000_001), "at most 1000000"),
    ],
    ids=["empty", "key", "cut", "second-cut", "base64", "long"],
)
def test_bad_pem_is_refused(pem: bytes, why: str) -> None:
    with pytest.raises(InvalidValueError, match=why):
        read_pem(pem)


@given(st.binary(max_size=200))
def test_on_any_pem_only_its_own_error_leaves(content: bytes) -> None:
    pem = b"-----BEGIN CERTIFICATE-----" + content + b"-----END CERTIFICATE-----"
    with suppress(InvalidValueError):
        assert len(read_pem(pem)) >= 1
