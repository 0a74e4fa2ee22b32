"""Keys in files of every form, and certificates in their order."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    NoEncryption,
    pkcs12,
)

from egovarchive.errors import (
    AlgorithmUnsupportedError,
    AuthenticationFailedError,
    SigningError,
)
from egovarchive.signing import der, libcrypto
from egovarchive.signing.certificates import write_pem
from egovarchive.signing.cms import sign_messages
from egovarchive.signing.key_files import in_order, read_pem_key
from egovarchive.signing.keys import KeySigner
from egovarchive.signing.sm2 import CURVE, G, PublicPoint
from egovarchive.signing.sm2_key import Sm2PrivateKey
from signing.authority import AT, family, issue, store_of
from signing.sm2_authority import sm2_family, sm2_store_of

needs_openssl = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="openssl is not installed"
)

ROOT, MIDDLE, LEAF = sm2_family()
SECRET = "pass:secret"  # noqa: S105


def openssl(*arguments: str, source: bytes = b"", at: Path | None = None) -> bytes:
    run = subprocess.run(
        ["openssl", *arguments],
        input=source,
        capture_output=True,
        timeout=60,
        check=True,
        cwd=at,
    )
    return run.stdout


class TestSm2Pem:
    """Keys of the SM2 curve, which `cryptography` does not open."""

    def test_what_is_written_is_read(self) -> None:
        for password in (None, b"secret"):
            pem = LEAF.key.pem(password)
            assert (b"ENCRYPTED" in pem) == (password is not None)
            assert read_pem_key(pem, password).info == LEAF.key.info

    @needs_openssl
    def test_openssl_reads_what_is_written(self) -> None:
        clear = openssl("pkey", "-pubout", "-outform", "DER", source=LEAF.key_pem)
        assert clear == LEAF.key.info
        pem = LEAF.key.pem(b"secret")
        opened = openssl(
            "pkey", "-passin", SECRET, "-pubout", "-outform", "DER", source=pem
        )
        assert opened == LEAF.key.info

    @needs_openssl
    @pytest.mark.parametrize("cipher", ["aes-256-cbc", "sm4-cbc"])
    def test_what_openssl_encrypted_is_read(self, cipher: str) -> None:
        pem = openssl(
            "pkcs8", "-topk8", "-v2", cipher, "-passout", SECRET, source=LEAF.key_pem
        )
        assert read_pem_key(pem, b"secret").info == LEAF.key.info
        with pytest.raises(AuthenticationFailedError, match="password is wrong"):
            read_pem_key(pem, b"secreT")
        with pytest.raises(SigningError, match="no password was given"):
            read_pem_key(pem, None)

    @needs_openssl
    def test_parameters_before_the_key_are_skipped(self) -> None:
        made = openssl("ecparam", "-name", "SM2", "-genkey")
        assert b"PARAMETERS" in made
        info = openssl("pkey", "-pubout", "-outform", "DER", source=made)
        assert read_pem_key(made, None).info == info

    def test_the_form_before_pkcs8_is_read(self) -> None:
        """RFC 5915: the curve stands inside."""
        secret, curve = der.octets(bytes(31) + b"\x01"), der.oid(CURVE)
        key = der.sequence(der.integer(1), secret, der.write(0xA0, curve))
        pem = write_pem([key]).replace(b"CERTIFICATE", b"EC PRIVATE KEY")
        assert PublicPoint.read(read_pem_key(pem, None).info) == PublicPoint(*G)

    def test_a_password_that_is_not_needed_is_refused(self) -> None:
        with pytest.raises(SigningError, match="is not encrypted"):
            read_pem_key(LEAF.key_pem, b"secret")

    def test_a_damaged_one_is_refused(self) -> None:
        lines = LEAF.key_pem.splitlines()
        damaged = b"\n".join([lines[0], lines[1][:40], *lines[2:]])
        with pytest.raises(SigningError, match="damaged"):
            read_pem_key(damaged, None)

    def test_one_that_is_not_base64_is_refused(self) -> None:
        with pytest.raises(SigningError, match="not PEM, or damaged"):
            read_pem_key(LEAF.key_pem.replace(b"MIG", b"MI="), None)

    def test_without_a_library_it_says_what_is_needed(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def absent(_: Sm2PrivateKey) -> None:
            raise AlgorithmUnsupportedError("needs libcrypto", "需要 libcrypto")

        monkeypatch.setattr(Sm2PrivateKey, "read", absent)
        with pytest.raises(AlgorithmUnsupportedError, match="needs libcrypto"):
            read_pem_key(LEAF.key_pem, None)


@needs_openssl
def test_another_key_encrypted_with_sm4_is_read() -> None:
    _, _, leaf = family()
    pem = openssl(
        "pkcs8", "-topk8", "-v2", "sm4-cbc", "-passout", SECRET, source=leaf.key_pem
    )
    signer = KeySigner.from_pem(pem, leaf.pem, password=b"secret")
    assert signer.certificate == leaf.der


@needs_openssl
def test_an_older_scheme_with_a_wrong_password_is_told_as_that() -> None:
    pem = openssl(
        *["pkcs8", "-topk8", "-v1", "PBE-SHA1-3DES", "-passout", SECRET],
        source=LEAF.key_pem,
    )
    with pytest.raises(AuthenticationFailedError, match="password is wrong"):
        read_pem_key(pem, b"secreT")
    with pytest.raises(AlgorithmUnsupportedError, match="way that is not known"):
        read_pem_key(pem, b"secret")


class TestPkcs12:
    @pytest.mark.parametrize("kind", ["p256", "rsa3072", "ed25519"])
    def test_key_and_chain_are_read(self, kind: str) -> None:
        root, middle, leaf = family(kind)
        source = pkcs12.serialize_key_and_certificates(
            b"key",
            leaf.key,
            leaf.certificate,
            [root.certificate, middle.certificate],
            BestAvailableEncryption(b"secret"),
        )
        signer = KeySigner.from_pkcs12(source, password=b"secret")
        assert signer.certificate == leaf.der
        assert signer.chain == (middle.der, root.der)
        [made] = sign_messages(signer, [b"x"], at=AT)
        store_of(root).verify(made, b"x", at=AT)
        with pytest.raises(AuthenticationFailedError, match="password is wrong"):
            KeySigner.from_pkcs12(source, password=b"secreT")

    def test_one_without_a_password_is_read(self) -> None:
        leaf = family()[2]
        source = pkcs12.serialize_key_and_certificates(
            None, leaf.key, leaf.certificate, None, NoEncryption()
        )
        assert KeySigner.from_pkcs12(source).certificate == leaf.der

    def test_one_without_a_key_is_refused(self) -> None:
        source = pkcs12.serialize_key_and_certificates(
            None,
            None,
            None,
            [family()[2].certificate],
            BestAvailableEncryption(b"secret"),
        )
        with pytest.raises(SigningError, match="no private key with its certificate"):
            KeySigner.from_pkcs12(source, password=b"secret")

    @pytest.mark.parametrize("source", [b"", b"nonsense", bytes(2_000_000)])
    def test_something_else_is_refused(self, source: bytes) -> None:
        with pytest.raises(SigningError):
            KeySigner.from_pkcs12(source, password=b"secret")

    def test_a_kind_of_key_that_does_not_sign_records_is_refused(self) -> None:
        leaf = issue("机关", kind="k256")
        source = pkcs12.serialize_key_and_certificates(
            None, leaf.key, leaf.certificate, None, BestAvailableEncryption(b"secret")
        )
        with pytest.raises(SigningError, match=r"1\.2\.840\.10045\.2\.1"):
            KeySigner.from_pkcs12(source, password=b"secret")


@needs_openssl
@pytest.mark.skipif(
    libcrypto.library() is None, reason="the system's libcrypto has no SM2"
)
class TestSm2Pkcs12:
    @pytest.fixture
    def source(self, tmp_path: Path) -> bytes:
        (tmp_path / "key.pem").write_bytes(LEAF.key_pem)
        (tmp_path / "leaf.pem").write_bytes(LEAF.pem)
        (tmp_path / "chain.pem").write_bytes(ROOT.pem + MIDDLE.pem)
        return openssl(
            *["pkcs12", "-export", "-inkey", "key.pem", "-in", "leaf.pem"],
            *["-certfile", "chain.pem", "-passout", SECRET],
            at=tmp_path,
        )

    def test_key_and_chain_are_read(self, source: bytes) -> None:
        signer = KeySigner.from_pkcs12(source, password=b"secret")
        assert signer.certificate == LEAF.der
        assert signer.chain == (MIDDLE.der, ROOT.der)
        [made] = sign_messages(signer, [b"x"], at=AT)
        sm2_store_of(ROOT).verify(made, b"x", at=AT)

    @pytest.mark.parametrize("password", [b"secreT", b"", None, b"secret\x00", b"\xff"])
    def test_a_wrong_password_is_refused(
        self, source: bytes, password: bytes | None
    ) -> None:
        with pytest.raises(AuthenticationFailedError, match="password is wrong"):
            KeySigner.from_pkcs12(source, password=password)

    def test_without_libcrypto_it_is_refused(
        self, source: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(libcrypto, "library", lambda: None)
        with pytest.raises(AlgorithmUnsupportedError, match="unknown kind"):
            KeySigner.from_pkcs12(source, password=b"secret")


class TestOrder:
    CHAIN = family()

    def test_nearest_comes_first(self) -> None:
        root, middle, leaf = self.CHAIN
        for others in ([root, middle], [middle, root]):
            found = in_order(leaf.der, [each.der for each in others])
            assert found == (leaf.der, middle.der, root.der)

    def test_what_does_not_stand_above_is_left_out(self) -> None:
        root, middle, leaf = self.CHAIN
        other = issue("别处", number=9)
        assert in_order(leaf.der, [other.der, root.der]) == (leaf.der,)
        assert in_order(root.der, [middle.der]) == (root.der,)

    def test_a_circle_ends(self) -> None:
        first = issue("甲", number=1, ca=True)
        second = issue("乙", first, number=2, ca=True)
        again = issue("甲", second, number=1, ca=True)
        found = in_order(second.der, [again.der, second.der])
        assert found == (second.der, again.der)

    def test_two_of_one_name_are_not_guessed_between(self) -> None:
        _, middle, leaf = self.CHAIN
        twin = issue("运营 CA", number=5, ca=True)
        assert in_order(leaf.der, [middle.der, twin.der]) == (leaf.der,)

    def test_something_else_is_refused(self) -> None:
        with pytest.raises(SigningError):
            in_order(self.CHAIN[2].der, [b"nonsense"])
