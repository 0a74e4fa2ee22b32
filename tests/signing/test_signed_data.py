"""A detached signature has one form; every other is refused, whoever signed it."""

from __future__ import annotations

import random

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import SignatureInvalidError
from egovarchive.signing import VerifiedSignature, der
from egovarchive.signing.cms import sign_messages
from egovarchive.signing.signed_data import (
    CONTENT_TYPE,
    DATA,
    MAX_SIZE,
    MESSAGE_DIGEST,
    SIGNING_CERTIFICATE_V2,
    SIGNING_TIME,
    SignedData,
)
from signing.authority import AT, Issued, family, issue, signer_of, store_of
from signing.forge import (
    MESSAGE,
    SHA256,
    attribute,
    attributes,
    binding,
    forge,
)

LEAF = issue("某市行政审批局", number=31)
OTHER = issue("另一个机关", number=32)
SIGNED = der.set_of(*attributes(LEAF))
SHA1 = der.algorithm_identifier("1.3.14.3.2.26")
SHA512 = der.algorithm_identifier("2.16.840.1.101.3.4.2.3")


def verify(signature: bytes, message: bytes = MESSAGE) -> VerifiedSignature:
    return store_of(LEAF).verify(signature, message, at=AT)


def signed_with(**changes: bytes | None) -> bytes:
    """Return a signature with other attributes, named by their constant."""
    names = {
        "content_type": CONTENT_TYPE,
        "message_digest": MESSAGE_DIGEST,
        "signing_time": SIGNING_TIME,
        "signing_certificate": SIGNING_CERTIFICATE_V2,
    }
    replace = {names[name]: value for name, value in changes.items()}
    return forge(LEAF, der.set_of(*attributes(LEAF, replace=replace)))


def test_the_forge_makes_good_ones() -> None:
    verified = verify(forge(LEAF, SIGNED))
    assert verified.signer == "CN=某市行政审批局"
    assert verified.claimed_at == AT
    assert verified.path == (LEAF.der,)


def test_the_signer_may_be_named_by_its_key() -> None:
    key_id = der.write(0x80, LEAF.key_id.digest)
    message = forge(LEAF, SIGNED, signer_id=key_id, version=3, signer_version=3)
    assert verify(message).certificate == LEAF.der


def test_the_time_of_signing_may_be_left_out() -> None:
    assert verify(signed_with(signing_time=None)).claimed_at is None


def test_issuer_and_serial_may_be_left_out_of_the_binding() -> None:
    value = attribute(SIGNING_CERTIFICATE_V2, binding(LEAF, named=False))
    assert verify(signed_with(signing_certificate=value)).certificate == LEAF.der


def test_unsigned_attributes_are_let_through() -> None:
    stamp = attribute("1.2.840.113549.1.9.16.2.14", der.sequence())
    message = forge(LEAF, SIGNED, unsigned=der.set_of(stamp, tag=0xA1))
    assert verify(message).certificate == LEAF.der


def test_other_signed_attributes_are_let_through() -> None:
    more = [attribute("1.2.840.113549.1.9.15", der.sequence())]
    signed = der.set_of(*attributes(LEAF, more=more))
    assert verify(forge(LEAF, signed)).certificate == LEAF.der


TWO_TIMES = der.set_of(der.time(AT), der.time(AT.replace(year=2027)))
OVER_ANOTHER = b"\x04\x20" + bytes(32)
KEY_ID = der.write(0x80, LEAF.key_id.digest)

BAD = {
    "another content type": (
        forge(LEAF, SIGNED, content_type="1.2.840.113549.1.7.3"),
        "content type is 1.2.840.113549.1.7.3",
    ),
    "something else than data": (
        forge(LEAF, SIGNED, inner_type=der.oid("1.2.840.113549.1.9.16.1.4")),
        "type of what was signed",
    ),
    "content inside": (
        forge(
            LEAF,
            SIGNED,
            inner_type=der.oid("1.2.840.113549.1.7.1")
            + der.write(0xA0, der.octets(MESSAGE)),
        ),
        "content inside",
    ),
    "version of another form": (forge(LEAF, SIGNED, version=3), "versions 3 and 1"),
    "signer version of another form": (
        forge(LEAF, SIGNED, signer_version=3),
        "versions 1 and 3",
    ),
    "version that cannot be written down": (
        forge(LEAF, SIGNED, version=1 << 20_000),
        "at most 1024",
    ),
    "key identifier with the old version": (
        forge(LEAF, SIGNED, signer_id=KEY_ID),
        "versions 1 and 1",
    ),
    "signer named in a third way": (
        forge(LEAF, SIGNED, signer_id=der.octets(b"x")),
        "versions",
    ),
    "outer digest of another kind": (
        forge(LEAF, SIGNED, outer_digests=der.set_of(SHA512)),
        "different digests",
    ),
    "two outer digests": (
        forge(LEAF, SIGNED, outer_digests=der.set_of(SHA256, SHA512)),
        "different digests",
    ),
    "weak digest": (
        forge(LEAF, SIGNED, outer_digests=der.set_of(SHA1), digest=SHA1),
        "SHA-1 is too weak",
    ),
    "digest that the algorithm does not imply": (
        forge(
            LEAF,
            SIGNED,
            algorithm=der.algorithm_identifier("1.2.840.10045.4.3.4"),
        ),
        "names the digest sha256, ecdsa-p256-sha512 needs sha512",
    ),
    "weak algorithm": (
        forge(LEAF, SIGNED, algorithm=der.algorithm_identifier("1.2.840.10045.4.1")),
        "SHA-1 is too weak",
    ),
    "algorithm of another kind of key": (
        forge(
            LEAF,
            SIGNED,
            algorithm=der.algorithm_identifier("1.2.840.113549.1.1.11", null=True),
        ),
        "1.2.840.113549.1.1.11 with a key of kind 'p256' is not accepted",
    ),
    "algorithm with parameters it does not have": (
        forge(
            LEAF,
            SIGNED,
            algorithm=der.algorithm_identifier("1.2.840.10045.4.3.2", null=True),
        ),
        "not accepted",
    ),
    "no certificate": (forge(LEAF, SIGNED, certificates=b""), "tag"),
    "empty set of certificates": (
        forge(LEAF, SIGNED, certificates=b"\xa0\x00"),
        "0 certificates inside are the signer's",
    ),
    "another's certificate only": (
        forge(LEAF, SIGNED, certificates=der.set_of(OTHER.der, tag=0xA0)),
        "0 certificates inside are the signer's",
    ),
    "unsorted certificates": (
        forge(
            LEAF,
            SIGNED,
            certificates=der.write(0xA0, *sorted([LEAF.der, OTHER.der], reverse=True)),
        ),
        "unsorted",
    ),
    "something else among the certificates": (
        forge(
            LEAF, SIGNED, certificates=der.set_of(LEAF.der, der.integer(1), tag=0xA0)
        ),
        "tag 0x02",
    ),
    "too many certificates": (
        forge(
            LEAF,
            SIGNED,
            certificates=der.set_of(
                LEAF.der, *(der.sequence(der.integer(n)) for n in range(30)), tag=0xA0
            ),
        ),
        "31 certificates inside; at most 20",
    ),
    "revocation lists": (
        forge(LEAF, SIGNED, after_certificates=der.write(0xA1, der.sequence())),
        "revocation lists",
    ),
    "no signer": (forge(LEAF, SIGNED, signers=0), "0 signers"),
    "no signed attributes": (
        forge(LEAF, SIGNED, signed_element=b""),
        "no signed attributes",
    ),
    "attributes unlike those signed": (
        forge(
            LEAF,
            SIGNED,
            signed_element=b"\xa0"
            + der.set_of(
                *attributes(
                    LEAF,
                    more=[attribute("1.2.840.113549.1.9.15", der.sequence())],
                )
            )[1:],
        ),
        "does not fit the key",
    ),
    "unsorted attributes": (
        forge(LEAF, der.write(der.SET, *sorted(attributes(LEAF), reverse=True))),
        "unsorted",
    ),
    "an attribute twice": (
        forge(
            LEAF,
            der.set_of(
                *attributes(
                    LEAF,
                    more=[attribute(MESSAGE_DIGEST, der.octets(bytes(32)))],
                )
            ),
        ),
        "1.2.840.113549.1.9.4 stands twice",
    ),
    "an attribute with two values": (
        signed_with(signing_time=der.sequence(der.oid(SIGNING_TIME), TWO_TIMES)),
        "1.2.840.113549.1.9.5 has 2 values",
    ),
    "an attribute without a value": (
        signed_with(message_digest=attribute(MESSAGE_DIGEST)),
        "1.2.840.113549.1.9.4 has 0 values",
    ),
    "no content type": (signed_with(content_type=None), "1.9.3 has 0 values"),
    "no message digest": (signed_with(message_digest=None), "1.9.4 has 0 values"),
    "no binding to a certificate": (
        signed_with(signing_certificate=None),
        "1.9.16.2.47 has 0 values",
    ),
    "binding to another certificate": (
        signed_with(
            signing_certificate=attribute(SIGNING_CERTIFICATE_V2, binding(OTHER))
        ),
        "another certificate",
    ),
    "binding to another issuer": (
        signed_with(
            signing_certificate=attribute(
                SIGNING_CERTIFICATE_V2,
                der.sequence(
                    der.sequence(
                        der.sequence(
                            der.octets(LEAF.certificate.fingerprint(hashes.SHA256())),
                            der.sequence(der.sequence(), der.integer(1)),
                        )
                    )
                ),
            )
        ),
        "another certificate",
    ),
    "binding by a weak digest": (
        signed_with(
            signing_certificate=attribute(
                SIGNING_CERTIFICATE_V2,
                der.sequence(der.sequence(der.sequence(SHA1, der.octets(bytes(20))))),
            )
        ),
        "SHA-1 is too weak",
    ),
    "another content type in the attributes": (
        signed_with(
            content_type=attribute(CONTENT_TYPE, der.oid("1.2.840.113549.1.7.3"))
        ),
        "content-type attribute",
    ),
    "digest of another message": (
        signed_with(message_digest=attribute(MESSAGE_DIGEST, OVER_ANOTHER)),
        "over another message",
    ),
    "an impossible time": (
        signed_with(
            signing_time=attribute(SIGNING_TIME, der.write(23, b"261323000000Z"))
        ),
        "not a moment",
    ),
    "unsorted unsigned attributes": (
        forge(
            LEAF,
            SIGNED,
            unsigned=der.write(0xA1, attribute(MESSAGE_DIGEST), attribute(DATA)),
        ),
        "unsorted",
    ),
    "something after the signer": (
        forge(LEAF, SIGNED, unsigned=der.integer(1)),
        "tag 0x02",
    ),
}


@pytest.mark.parametrize(
    ("signature", "why"), BAD.values(), ids=[name.replace(" ", "-") for name in BAD]
)
def test_another_form_is_refused(signature: bytes, why: str) -> None:
    with pytest.raises(SignatureInvalidError) as caught:
        verify(signature)
    assert why in str(caught.value)
    assert caught.value.message("zh") != str(caught.value)


def test_two_signers_are_refused() -> None:
    # Signed twice, ECDSA gives two signatures, so the set has two elements.
    with pytest.raises(SignatureInvalidError, match="2 signers"):
        verify(forge(LEAF, SIGNED, signers=2))


def test_two_certificates_that_fit_the_signer_are_refused() -> None:
    same = Issued(LEAF.certificate, LEAF.key)
    twin = issue("孪生", number=31)
    key_id = der.write(0x80, LEAF.key_id.digest)
    message = forge(
        same,
        SIGNED,
        signer_id=key_id,
        version=3,
        signer_version=3,
        certificates=der.set_of(LEAF.der, twin.der, tag=0xA0),
    )
    with pytest.raises(SignatureInvalidError, match="2 certificates inside"):
        verify(message)


def test_attributes_passed_off_as_a_message_are_refused() -> None:
    """CMS without signed attributes cannot tell SIGNED from a message so spelt."""
    forged = forge(LEAF, SIGNED, signed_element=b"")
    with pytest.raises(SignatureInvalidError, match="no signed attributes"):
        verify(forged, SIGNED)


def test_more_than_a_megabyte_is_not_read() -> None:
    with pytest.raises(SignatureInvalidError, match="at most 1000000"):
        verify(bytes(MAX_SIZE + 1))


def test_every_truncation_is_refused() -> None:
    good = forge(LEAF, SIGNED)
    for size in range(len(good)):
        with pytest.raises(SignatureInvalidError):
            verify(good[:size])


@given(st.binary(min_size=1, max_size=20))
def test_padding_is_refused(padding: bytes) -> None:
    good = forge(LEAF, SIGNED)
    for padded in (good + padding, padding + good):
        with pytest.raises(SignatureInvalidError):
            verify(padded)


def test_lengths_in_another_form_are_refused() -> None:
    good = forge(LEAF, SIGNED)
    assert good[:2] == b"\x30\x82"
    with pytest.raises(SignatureInvalidError, match="one short form"):
        verify(b"\x30\x83\x00" + good[2:])
    with pytest.raises(SignatureInvalidError, match="one short form"):
        verify(b"\x30\x80" + good[4:] + b"\x00\x00")


def test_a_padded_ecdsa_signature_is_refused() -> None:
    """The signature is a SEQUENCE of two numbers, and has one form too."""
    leaf_key = LEAF.key
    assert isinstance(leaf_key, ec.EllipticCurvePrivateKey)
    good = forge(LEAF, SIGNED)
    raw = SignedData.parse(good).signature
    first, second = der.read(raw), der.read(raw)
    padded = der.sequence(
        der.write(der.INTEGER, b"\x00" + first.take().value),
        raw[2 + first_size(second) :],
    )
    changed = good.replace(der.octets(raw), der.octets(padded))
    with pytest.raises(SignatureInvalidError):
        verify(changed)


def first_size(content: der.Reader) -> int:
    return len(content.take().raw)


@given(st.binary(max_size=300))
def test_on_any_bytes_only_its_own_error_leaves(source: bytes) -> None:
    with pytest.raises(SignatureInvalidError):
        verify(source)


def mutations(good: bytes, count: int) -> list[bytes]:
    chance = random.Random(20_261_123)  # noqa: S311
    found = []
    for _ in range(count):
        changed = bytearray(good)
        for _ in range(chance.choice((1, 1, 1, 2, 4))):
            at = chance.randrange(len(changed))
            match chance.randrange(5):
                case 0:
                    changed[at] ^= 1 << chance.randrange(8)
                case 1:
                    changed[at] = chance.randrange(256)
                case 2:
                    del changed[at]
                case 3:
                    changed.insert(at, chance.choice((0, 1, 0x30, 0x80, 0xFF)))
                case _:
                    size = chance.randrange(1, 12)
                    to = chance.randrange(len(changed))
                    changed[to : to + size] = changed[at : at + size]
        found.append(bytes(changed))
    return found


def test_no_mutation_in_twenty_thousand_passes_or_breaks_out() -> None:
    root, middle, leaf = family()
    store = store_of(root)
    [good] = sign_messages(signer_of(leaf, middle), [MESSAGE], at=AT)
    store.verify(good, MESSAGE, at=AT)
    for changed in mutations(good, 20_000):
        if changed != good:
            with pytest.raises(SignatureInvalidError):
                store.verify(changed, MESSAGE, at=AT)
