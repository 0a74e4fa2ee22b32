"""Which algorithms and keys are accepted, and that nothing else is."""

from __future__ import annotations

import pytest
from asn1crypto import algos  # type: ignore[import-untyped]
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa, x25519
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from egovarchive.errors import AlgorithmUnsupportedError, SignatureInvalidError
from egovarchive.records.digest import hexdigest
from egovarchive.signing import der, private_key
from egovarchive.signing.algorithms import (
    ALGORITHMS,
    algorithm_named,
    digest_named,
    message_algorithm_named,
)
from egovarchive.signing.private_key import PrivateKey
from egovarchive.signing.public_key import PublicKey
from egovarchive.signing.sm2 import DEFAULT_ID
from signing.authority import key_of
from signing.sm2_authority import sm2_key


def info(key: PublicKeyTypes) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def rsa_info(modulus: int, exponent: int) -> bytes:
    key = der.sequence(der.integer(modulus), der.integer(exponent))
    identifier = der.algorithm_identifier("1.2.840.113549.1.1.1", null=True)
    return der.sequence(identifier, der.write(der.BIT_STRING, b"\x00" + key))


# Those that the oracle does not know; `openssl` and others judge them.
NEWER = {"sm2-sm3", "ml-dsa-65"}


@pytest.mark.parametrize("name", sorted(set(ALGORITHMS) - NEWER))
def test_identifiers_agree_with_the_oracle(name: str) -> None:
    algorithm = ALGORITHMS[name]
    signed = algos.SignedDigestAlgorithm.load(algorithm.identifier)
    digest = algos.DigestAlgorithm.load(algorithm.digest_identifier)
    assert digest["algorithm"].native == algorithm.digest
    if name == "ed25519":
        assert signed["algorithm"].native == "ed25519"
    else:
        assert signed.hash_algo == algorithm.digest
        assert signed.signature_algo == {"rsa": "rsassa_pkcs1v15"}.get(
            algorithm.kind, "ecdsa"
        )


@pytest.mark.parametrize("name", ALGORITHMS)
def test_each_is_found_by_its_identifier(name: str) -> None:
    algorithm = ALGORITHMS[name]
    assert algorithm_named(algorithm.identifier, algorithm.kind) is algorithm
    assert digest_named(algorithm.digest_identifier) == algorithm.digest
    found = message_algorithm_named(
        algorithm.identifier, algorithm.kind, algorithm.digest
    )
    assert found is algorithm
    assert algorithm.digest_of(b"x").hex() == hexdigest(algorithm.digest, b"x")


@pytest.mark.parametrize("null", [True, False])
def test_a_plain_rsa_identifier_takes_the_digest_named_apart(*, null: bool) -> None:
    plain = der.algorithm_identifier("1.2.840.113549.1.1.1", null=null)
    found = message_algorithm_named(plain, "rsa", "sha384")
    assert found.name == "rsa-pkcs1-sha384"
    with pytest.raises(SignatureInvalidError):
        algorithm_named(plain, "rsa")


def test_a_plain_rsa_identifier_with_sm3_is_refused() -> None:
    plain = der.algorithm_identifier("1.2.840.113549.1.1.1", null=True)
    with pytest.raises(SignatureInvalidError, match="is not accepted"):
        message_algorithm_named(plain, "rsa", "sm3")


class TestSm2:
    """GM/T 0006—2012; and what is met beside it."""

    def test_what_is_written_is_the_identifier_of_the_standard(self) -> None:
        written = ALGORITHMS["sm2-sm3"].identifier
        assert written == der.algorithm_identifier("1.2.156.10197.1.501")

    @pytest.mark.parametrize("null", [True, False])
    @pytest.mark.parametrize("dotted", ["1.2.156.10197.1.501", "1.2.156.10197.501"])
    def test_both_spellings_are_read(self, dotted: str, *, null: bool) -> None:
        identifier = der.algorithm_identifier(dotted, null=null)
        assert algorithm_named(identifier, "sm2") is ALGORITHMS["sm2-sm3"]
        for kind in ("p256", "rsa", "ed25519"):
            with pytest.raises(SignatureInvalidError, match="is not accepted"):
                algorithm_named(identifier, kind)

    @pytest.mark.parametrize("null", [True, False])
    def test_the_name_of_the_curve_may_stand_in_a_message_alone(
        self, *, null: bool
    ) -> None:
        plain = der.algorithm_identifier("1.2.156.10197.1.301.1", null=null)
        found = message_algorithm_named(plain, "sm2", "sm3")
        assert found is ALGORITHMS["sm2-sm3"]
        with pytest.raises(SignatureInvalidError, match="is not accepted"):
            algorithm_named(plain, "sm2")
        with pytest.raises(SignatureInvalidError, match="is not accepted"):
            message_algorithm_named(plain, "p256", "sha256")
        with pytest.raises(SignatureInvalidError, match="needs sm3"):
            message_algorithm_named(plain, "sm2", "sha256")

    def test_an_sm2_key_takes_no_other_algorithm(self) -> None:
        for name, algorithm in ALGORITHMS.items():
            if name != "sm2-sm3":
                with pytest.raises(SignatureInvalidError, match="is not accepted"):
                    algorithm_named(algorithm.identifier, "sm2")

    def test_its_key_is_read(self) -> None:
        key = PublicKey.read(sm2_key().info)
        assert (key.kind, key.bits) == ("sm2", 256)
        assert key.algorithms() == ("sm2-sm3",)
        assert key == PublicKey.read(sm2_key().info)
        assert key != PublicKey.read(sm2_key(1).info)

    def test_one_beside_the_curve_is_refused(self) -> None:
        good = sm2_key().info
        with pytest.raises(SignatureInvalidError, match="not on the SM2 curve"):
            PublicKey.read(good[:-1] + bytes([good[-1] ^ 1]))

    def test_whose_signature_it_is_matters(self) -> None:
        key, algorithm = sm2_key(), ALGORITHMS["sm2-sm3"]
        public = PublicKey.read(key.info)
        signature = key.sign("sm2-sm3", b"x", signer_id=DEFAULT_ID)
        public.verify(algorithm, signature, b"x")
        public.verify(algorithm, signature, b"x", signer_id=DEFAULT_ID)
        with pytest.raises(SignatureInvalidError, match="does not fit"):
            public.verify(algorithm, signature, b"x", signer_id=b"")


@pytest.mark.parametrize(
    ("dotted", "name"),
    [
        ("1.2.840.113549.1.1.4", "MD5"),
        ("1.2.840.113549.1.1.5", "SHA-1"),
        ("1.2.840.10045.4.1", "SHA-1"),
    ],
)
def test_weak_ones_are_refused_by_name(dotted: str, name: str) -> None:
    for kind in ("rsa", "p256"):
        with pytest.raises(SignatureInvalidError, match=f"{name} is too weak"):
            algorithm_named(der.algorithm_identifier(dotted, null=True), kind)


def test_unknown_ones_are_refused() -> None:
    with pytest.raises(SignatureInvalidError, match=r"1\.2\.3 is not accepted"):
        digest_named(der.algorithm_identifier("1.2.3"))


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("rsa3072", "rsa-pkcs1-sha256 rsa-pkcs1-sha384 rsa-pkcs1-sha512"),
        ("p256", "ecdsa-p256-sha256"),
        ("p384", "ecdsa-p384-sha384"),
        ("ed25519", "ed25519"),
    ],
)
def test_good_keys_may_sign(kind: str, names: str) -> None:
    key = PublicKey.read(info(key_of(kind).public_key()))
    assert key.algorithms() == tuple(names.split())


def test_an_rsa_key_of_2048_bits_may_verify_and_not_sign() -> None:
    key = PublicKey.read(info(key_of("rsa2048").public_key()))
    with pytest.raises(AlgorithmUnsupportedError, match="2048 bits may not sign"):
        key.algorithms()


@pytest.mark.parametrize(
    ("source", "why"),
    [
        (info(key_of("rsa1024").public_key()), "1024 bits is not accepted"),
        (rsa_info((1 << 8200) + 1, 65_537), "8201 bits is not accepted"),
        (rsa_info((1 << 2047) + 1, 3), "bad public exponent"),
        (rsa_info((1 << 2047) + 1, (1 << 70) + 1), "bad public exponent"),
        (info(key_of("k256").public_key()), "1.2.840.10045.2.1 is not accepted"),
        (info(x25519.X25519PrivateKey.generate().public_key()), "1.3.101.110"),
        (info(dsa.generate_private_key(2048).public_key()), "1.2.840.10040.4.1"),
    ],
    ids=["short", "long", "three", "endless", "curve", "x25519", "dsa"],
)
def test_other_keys_are_refused(source: bytes, why: str) -> None:
    with pytest.raises(SignatureInvalidError) as caught:
        PublicKey.read(source)
    assert why in str(caught.value)


def test_a_point_beside_the_curve_is_refused() -> None:
    good = info(ec.generate_private_key(ec.SECP256R1()).public_key())
    with pytest.raises(SignatureInvalidError, match="not a usable public key"):
        PublicKey.read(good[:-1] + bytes([good[-1] ^ 1]))


def test_a_key_verifies_only_what_is_for_it() -> None:
    key = PublicKey.read(info(key_of("p256").public_key()))
    with pytest.raises(SignatureInvalidError, match="needs a key of kind 'ed25519'"):
        key.verify(ALGORITHMS["ed25519"], b"", b"")


def test_its_repr_is_short() -> None:
    key = key_of("rsa3072")
    assert isinstance(key, rsa.RSAPrivateKey)
    assert repr(PublicKey.read(info(key.public_key()))) == (
        "PublicKey(kind='rsa', bits=3072)"
    )


class TestMlDsa:
    """FIPS 204, where `cryptography` has it."""

    @pytest.fixture
    def key(self) -> PrivateKey:
        try:
            return PrivateKey.generate("ml-dsa-65")
        except AlgorithmUnsupportedError as error:
            pytest.skip(str(error))

    def test_its_key_is_read(self, key: PrivateKey) -> None:
        public = PublicKey.read(key.info)
        assert (public.kind, public.bits) == ("mldsa65", 15_616)
        assert public.algorithms() == ("ml-dsa-65",)

    def test_what_it_signs_verifies(self, key: PrivateKey) -> None:
        public, algorithm = PublicKey.read(key.info), ALGORITHMS["ml-dsa-65"]
        signature = key.sign("ml-dsa-65", b"x", signer_id=DEFAULT_ID)
        public.verify(algorithm, signature, b"x")
        with pytest.raises(SignatureInvalidError, match="does not fit"):
            public.verify(algorithm, signature, b"y")

    def test_a_key_cut_short_is_refused(self, key: PrivateKey) -> None:
        content = der.read(key.info)
        identifier, (octets, _) = content.take().raw, content.take_bits()
        short = der.write(der.BIT_STRING, b"\x00", octets[:-1])
        with pytest.raises(SignatureInvalidError, match="not a usable public key"):
            PublicKey.read(der.sequence(identifier, short))


def test_without_ml_dsa_no_key_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(private_key, "_ML_DSA", ())
    with pytest.raises(AlgorithmUnsupportedError, match="cryptography 47"):
        PrivateKey.generate("ml-dsa-65")
