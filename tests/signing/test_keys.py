"""A key and its certificate, and that they make a signer only together."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dsa, x25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from egovarchive.errors import (
    AlgorithmUnsupportedError,
    InvalidValueError,
    SigningError,
)
from egovarchive.signing import Signer, SignRequest, Verifier, der, private_key
from egovarchive.signing.certificates import Certificate, write_pem
from egovarchive.signing.cms import sign_messages
from egovarchive.signing.keys import KeySigner
from egovarchive.signing.trust import TrustStore
from egovarchive.testing.signing import SignerContract
from signing.authority import AT, Issued, family, issue, signer_of, store_of
from signing.sm2_authority import sm2_family, sm2_signer_of, sm2_store_of

MLDSA = bool(private_key._ML_DSA)

KINDS = ["p256", "rsa3072", "ed25519", "p384"]
ALGORITHMS = ["ecdsa-p256-sha256", "rsa-pkcs1-sha256", "ed25519", "sm2-sm3"]
if MLDSA:
    ALGORITHMS.append("ml-dsa-65")


class TestContract(SignerContract):
    @pytest.fixture(params=KINDS)
    def family(self, request: pytest.FixtureRequest) -> tuple[Issued, Issued, Issued]:
        return family(request.param)

    @pytest.fixture
    def signer(self, family: tuple[Issued, Issued, Issued]) -> Signer:
        root, middle, leaf = family
        return signer_of(leaf, middle, root)

    @pytest.fixture
    def verifier(self, family: tuple[Issued, Issued, Issued]) -> Verifier:
        return store_of(family[0])


class TestContractOfSm2(SignerContract):
    @pytest.fixture
    def signer(self) -> Signer:
        root, middle, leaf = sm2_family()
        return sm2_signer_of(leaf, middle, root)

    @pytest.fixture
    def verifier(self) -> Verifier:
        return sm2_store_of(sm2_family()[0])


class TestContractOfASelfSignedKey(SignerContract):
    @pytest.fixture(params=ALGORITHMS)
    def signer(self, request: pytest.FixtureRequest) -> Signer:
        return KeySigner.self_signed("测试", at=AT, algorithm=request.param)

    @pytest.fixture
    def verifier(self, signer: Signer) -> Verifier:
        return TrustStore([signer.certificate])


def encrypted(issued: Issued, password: bytes) -> bytes:
    return issued.key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password)
    )


LEAF = family()[2]


def test_an_encrypted_key_opens_with_its_password() -> None:
    signer = KeySigner.from_pem(
        encrypted(LEAF, b"secret"), LEAF.pem, password=b"secret"
    )
    assert signer.certificate == LEAF.der


def test_an_encrypted_key_without_its_password_is_refused() -> None:
    with pytest.raises(SigningError, match="encrypted, and no password was given"):
        KeySigner.from_pem(encrypted(LEAF, b"secret"), LEAF.pem)


def test_a_wrong_password_is_refused_and_not_repeated() -> None:
    with pytest.raises(SigningError, match="the password is wrong") as caught:
        KeySigner.from_pem(encrypted(LEAF, b"secret"), LEAF.pem, password=b"secreT")
    assert "secre" not in f"{caught.value!r}{caught.value.message('zh')}"


def test_a_password_for_a_clear_key_is_refused() -> None:
    with pytest.raises(SigningError, match="is not encrypted"):
        KeySigner.from_pem(LEAF.key_pem, LEAF.pem, password=b"secret")


@pytest.mark.parametrize("pem", [b"", b"nonsense", LEAF.pem, LEAF.key_pem[:-40]])
def test_something_else_than_a_key_is_refused(pem: bytes) -> None:
    with pytest.raises(SigningError, match="not PEM, or damaged"):
        KeySigner.from_pem(pem, LEAF.pem)


def test_something_else_than_a_certificate_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="no whole certificate"):
        KeySigner.from_pem(LEAF.key_pem, LEAF.key_pem)


def test_another_certificate_is_refused() -> None:
    with pytest.raises(SigningError, match="not that of the certificate of 'CN=运营"):
        KeySigner.from_pem(LEAF.key_pem, issue("运营", number=2).pem)


def test_a_chain_in_the_wrong_order_is_refused() -> None:
    with pytest.raises(SigningError):
        KeySigner.from_pem(LEAF.key_pem, family()[1].pem + LEAF.pem)


def test_a_key_of_another_kind_than_the_certificate_is_refused() -> None:
    with pytest.raises(SigningError, match="is not that of the certificate"):
        KeySigner.from_pem(family("ed25519")[2].key_pem, LEAF.pem)


def test_a_certificate_that_is_not_for_signing_is_refused() -> None:
    leaf = issue("机关", bits=["key_encipherment"])
    with pytest.raises(SigningError, match="keyUsage"):
        signer_of(leaf)


@pytest.mark.parametrize("kind", ["rsa2048", "rsa1024", "k256"])
def test_a_weak_or_unknown_key_is_refused(kind: str) -> None:
    with pytest.raises(SigningError):
        signer_of(issue("机关", kind=kind))


def test_an_rsa_key_of_2048_bits_is_refused_by_policy() -> None:
    with pytest.raises(AlgorithmUnsupportedError, match="at least 3072"):
        signer_of(issue("机关", kind="rsa2048"))


@pytest.mark.parametrize(
    "key", [x25519.X25519PrivateKey.generate(), dsa.generate_private_key(2048)]
)
def test_a_key_that_cannot_sign_records_is_refused(
    key: x25519.X25519PrivateKey | dsa.DSAPrivateKey,
) -> None:
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(AlgorithmUnsupportedError, match="do not sign records"):
        KeySigner.from_pem(pem, LEAF.pem)


def test_a_key_of_a_curve_that_is_not_known_is_refused() -> None:
    """That of GOST R 34.10, named by 1.2.643.2.2.35.1."""
    curve = der.sequence(der.oid("1.2.840.10045.2.1"), der.oid("1.2.643.2.2.35.1"))
    inner = der.sequence(der.integer(1), der.octets(bytes(31) + b"\x01"))
    key = der.sequence(der.integer(0), curve, der.octets(inner))
    pem = write_pem([key]).replace(b"CERTIFICATE", b"PRIVATE KEY")
    # Older versions of `cryptography` do not tell it from a damaged one.
    with pytest.raises(SigningError, match=r"of an unknown kind|damaged"):
        KeySigner.from_pem(pem, LEAF.pem)


def test_an_unknown_algorithm_is_refused_before_anything_is_signed() -> None:
    requests = [
        SignRequest(id=name, algorithm=name, message=b"")
        for name in ("ecdsa-p256-sha256", "rsa-pkcs1-sha256")
    ]
    with pytest.raises(AlgorithmUnsupportedError, match="'rsa-pkcs1-sha256' was asked"):
        signer_of(LEAF).sign_many(requests)


def test_time_that_is_over_is_an_error() -> None:
    request = SignRequest(id="1", algorithm="ecdsa-p256-sha256", message=b"")
    with pytest.raises(SigningError, match="0 of 1 were signed when 0 seconds"):
        signer_of(LEAF).sign_many([request], timeout=0)


def test_neither_repr_nor_str_shows_the_key() -> None:
    signer = signer_of(LEAF)
    expected = "KeySigner('CN=某市行政审批局', 'ecdsa-p256-sha256')"
    assert (repr(signer), str(signer)) == (expected, expected)


class TestFiles:
    @pytest.fixture
    def paths(self, tmp_path: Path) -> tuple[Path, Path]:
        key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
        key.write_bytes(encrypted(LEAF, b"secret"))
        certificate.write_bytes(LEAF.pem + family()[1].pem)
        return key, certificate

    def test_a_signer_is_read(self, paths: tuple[Path, Path]) -> None:
        key, certificate = paths
        signer = KeySigner.from_files(str(key), certificate, password=b"secret")
        assert signer.certificate == LEAF.der
        assert signer.chain == (family()[1].der,)

    def test_a_missing_file_is_named(self, paths: tuple[Path, Path]) -> None:
        key, certificate = paths
        certificate.unlink()
        with pytest.raises(SigningError, match=r"certificate\.pem.*No such file"):
            KeySigner.from_files(key, certificate, password=b"secret")

    def test_a_folder_is_no_file(self, paths: tuple[Path, Path]) -> None:
        with pytest.raises(SigningError, match="Is a directory"):
            KeySigner.from_files(paths[0].parent, paths[1])

    def test_a_file_without_a_certificate_is_named(
        self, paths: tuple[Path, Path]
    ) -> None:
        key, certificate = paths
        certificate.write_bytes(b"nonsense")
        with pytest.raises(InvalidValueError) as caught:
            KeySigner.from_files(key, certificate, password=b"secret")
        assert caught.value.place == str(certificate)

    def test_a_file_without_end_is_not_read(self, paths: tuple[Path, Path]) -> None:
        with pytest.raises(SigningError, match="over 1000000 bytes"):
            KeySigner.from_files("/dev/zero", paths[1])


class TestSelfSigned:
    @pytest.mark.parametrize("algorithm", ALGORITHMS)
    @pytest.mark.parametrize("password", [None, b"secret"])
    def test_it_is_saved_and_read_again(
        self, algorithm: str, password: bytes | None
    ) -> None:
        signer = KeySigner.self_signed("某市", at=AT, algorithm=algorithm)
        again = KeySigner.from_pem(
            signer.private_pem(password), signer.certificate_pem(), password=password
        )
        assert again.certificate == signer.certificate
        assert again.algorithms[0] == algorithm
        [signature] = sign_messages(again, [b"x"], at=AT)
        TrustStore([signer.certificate]).verify(signature, b"x", at=AT)

    def test_its_certificate_is_for_signing_alone(self) -> None:
        signer = KeySigner.self_signed("某市", at=AT, years=3)
        found = x509.load_der_x509_certificate(signer.certificate)
        usage = found.extensions.get_extension_for_class(x509.KeyUsage).value
        constraints = found.extensions.get_extension_for_class(x509.BasicConstraints)
        assert usage.digital_signature
        assert not usage.key_cert_sign
        assert not constraints.value.ca
        assert found.not_valid_before_utc == AT
        assert found.not_valid_after_utc == AT.replace(year=2029)
        assert found.subject.rfc4514_string() == "CN=某市"

    def test_29_february_ends_on_the_28th(self) -> None:
        at = datetime(2028, 2, 29, tzinfo=timezone.utc)
        signer = KeySigner.self_signed("某市", at=at, years=1)
        found = x509.load_der_x509_certificate(signer.certificate)
        assert found.not_valid_after_utc == datetime(2029, 2, 28, tzinfo=timezone.utc)

    def test_a_moment_of_any_zone_is_the_same_moment(self) -> None:
        at = AT.astimezone(timezone(timedelta(hours=8))) + timedelta(microseconds=5)
        signer = KeySigner.self_signed("某市", at=at)
        found = x509.load_der_x509_certificate(signer.certificate)
        assert found.not_valid_before_utc == AT

    def test_two_are_never_the_same(self) -> None:
        first, second = (KeySigner.self_signed("某市", at=AT) for _ in range(2))
        assert first.certificate != second.certificate
        assert first.private_pem() != second.private_pem()

    @pytest.mark.parametrize("name", ["", "a" * 65, "长" * 22])
    def test_a_name_of_another_length_is_refused(self, name: str) -> None:
        with pytest.raises(InvalidValueError, match="octets in UTF-8, not 1 to"):
            KeySigner.self_signed(name, at=AT)

    def test_a_name_that_is_no_text_is_refused(self) -> None:
        with pytest.raises(InvalidValueError, match="is no text"):
            KeySigner.self_signed("\ud800", at=AT)

    def test_the_longest_name_is_taken(self) -> None:
        signer = KeySigner.self_signed("长" * 21, at=AT)
        assert Certificate.parse(signer.certificate).subject_text == "CN=" + "长" * 21

    @pytest.mark.parametrize("years", [0, -1, 9_000, 10**12])
    def test_a_time_that_cannot_be_is_refused(self, years: int) -> None:
        with pytest.raises(InvalidValueError, match="cannot be valid for"):
            KeySigner.self_signed("某市", at=AT, years=years)

    def test_a_moment_without_a_zone_is_refused(self) -> None:
        with pytest.raises(InvalidValueError, match="no time zone"):
            KeySigner.self_signed("某市", at=AT.replace(tzinfo=None))

    def test_another_algorithm_is_refused(self) -> None:
        with pytest.raises(InvalidValueError, match="no key is made for 'rsa-md5'"):
            KeySigner.self_signed("某市", at=AT, algorithm="rsa-md5")

    def test_without_ml_dsa_it_is_refused(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(private_key, "_ML_DSA", ())
        with pytest.raises(AlgorithmUnsupportedError, match="cryptography 47"):
            KeySigner.self_signed("某市", at=AT, algorithm="ml-dsa-65")

    def test_an_empty_password_is_refused(self) -> None:
        for algorithm in ("ecdsa-p256-sha256", "sm2-sm3"):
            signer = KeySigner.self_signed("某市", at=AT, algorithm=algorithm)
            with pytest.raises(InvalidValueError, match="password cannot be used"):
                signer.private_pem(b"")
