"""
The `openssl` command line and we accept each other's SM2, with the signer id said.

OpenSSL takes an empty id where none is given, and in 3.0 its `cms` command takes no
other: there it accepts what was signed with the empty one.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from egovarchive.errors import SignatureInvalidError
from egovarchive.signing.certificates import Certificate, read_pem
from egovarchive.signing.cms import sign_messages
from egovarchive.signing.keys import KeySigner
from egovarchive.signing.public_key import PublicKey
from egovarchive.signing.sm2 import DEFAULT_ID, PublicPoint
from egovarchive.signing.sm2_key import Sm2PublicKey
from egovarchive.signing.trust import TrustStore
from signing.authority import AT
from signing.sm2_authority import sm2_family, sm2_signer_of

MESSAGE = "清单\r\nmanifest-sm3.txt\n\x00".encode()
ROOT, MIDDLE, LEAF = sm2_family()
PUBLIC = Sm2PublicKey(PublicPoint.read(LEAF.key.info))
USUAL = f"distid:{DEFAULT_ID.decode()}"
OTHER = "distid:someone"
ATTIME = str(int(AT.timestamp()))


def has_sm2() -> bool:
    if shutil.which("openssl") is None:
        return False
    command = ["openssl", "ecparam", "-name", "SM2", "-noout"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


pytestmark = pytest.mark.skipif(
    not has_sm2(), reason="openssl is not installed, or has no SM2"
)


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    (tmp_path / "data").write_bytes(MESSAGE)
    (tmp_path / "key.pem").write_bytes(LEAF.key_pem)
    (tmp_path / "leaf.pem").write_bytes(LEAF.pem)
    (tmp_path / "middle.pem").write_bytes(MIDDLE.pem)
    (tmp_path / "root.pem").write_bytes(ROOT.pem)
    run(tmp_path, "pkey", "-in", "key.pem", "-pubout", "-out", "public.pem")
    return tmp_path


def openssl(desk: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["openssl", *arguments],
        cwd=desk,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def run(desk: Path, *arguments: str) -> str:
    done = openssl(desk, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


class TestDgst:
    SIGN = ("dgst", "-sm3", "-sign", "key.pem", "-out", "s", "-sigopt")
    VERIFY = ("dgst", "-sm3", "-verify", "public.pem", "-signature", "s")

    def test_it_accepts_ours(self, desk: Path) -> None:
        raw = LEAF.key.sign("sm2-sm3", MESSAGE, signer_id=DEFAULT_ID)
        (desk / "s").write_bytes(raw)
        assert "OK" in run(desk, *self.VERIFY, "-sigopt", USUAL, "data")
        assert openssl(desk, *self.VERIFY, "-sigopt", OTHER, "data").returncode
        assert openssl(desk, *self.VERIFY, "data").returncode

    def test_we_accept_its_own(self, desk: Path) -> None:
        run(desk, *self.SIGN, USUAL, "data")
        signature = (desk / "s").read_bytes()
        PUBLIC.verify(signature, MESSAGE, signer_id=DEFAULT_ID)
        PUBLIC.point.verify(signature, MESSAGE, signer_id=DEFAULT_ID)
        for by in (b"", b"someone"):
            with pytest.raises(SignatureInvalidError, match="does not fit"):
                PUBLIC.verify(signature, MESSAGE, signer_id=by)
        run(desk, *self.SIGN, OTHER, "data")
        PUBLIC.verify((desk / "s").read_bytes(), MESSAGE, signer_id=b"someone")


class TestPkeyutl:
    WITH = ("-rawin", "-digest", "sm3", "-in", "data", "-pkeyopt", USUAL)

    def test_it_accepts_ours(self, desk: Path) -> None:
        raw = LEAF.key.sign("sm2-sm3", MESSAGE, signer_id=DEFAULT_ID)
        (desk / "s").write_bytes(raw)
        key = ("-verify", "-pubin", "-inkey", "public.pem", "-sigfile", "s")
        assert "Success" in run(desk, "pkeyutl", *key, *self.WITH)
        (desk / "data").write_bytes(MESSAGE + b".")
        assert openssl(desk, "pkeyutl", *key, *self.WITH).returncode

    def test_we_accept_its_own(self, desk: Path) -> None:
        key = ("-sign", "-inkey", "key.pem", "-out", "s")
        run(desk, "pkeyutl", *key, *self.WITH)
        PUBLIC.verify((desk / "s").read_bytes(), MESSAGE, signer_id=DEFAULT_ID)


class TestCertificates:
    @pytest.mark.parametrize(
        ("trusted", "judged"), [("root", "middle"), ("middle", "leaf")]
    )
    def test_it_accepts_our_path(self, desk: Path, trusted: str, judged: str) -> None:
        """Step by step: the id is told to it for the last certificate alone."""
        path = ("-partial_chain", "-CAfile", f"{trusted}.pem", f"{judged}.pem")
        at = ("-attime", ATTIME)
        assert "OK" in run(desk, "verify", "-vfyopt", USUAL, *at, *path)
        assert openssl(desk, "verify", "-vfyopt", OTHER, *at, *path).returncode

    def test_it_accepts_our_self_signed_one(self, desk: Path) -> None:
        signer = KeySigner.self_signed("某市行政审批局", at=AT, algorithm="sm2-sm3")
        (desk / "own.pem").write_bytes(signer.certificate_pem())
        text = run(desk, "x509", "-in", "own.pem", "-noout", "-text")
        for expected in ("SM2-with-SM3", "CA:FALSE", "Digital Signature"):
            assert expected in text
        own = Certificate.parse(signer.certificate)
        (desk / "signed").write_bytes(own.signed)
        (desk / "s").write_bytes(own.signature)
        run(desk, "x509", "-in", "own.pem", "-noout", "-pubkey", "-out", "public.pem")
        assert "OK" in run(desk, *TestDgst.VERIFY, "-sigopt", USUAL, "signed")

    def test_we_accept_its_path(self, desk: Path) -> None:
        root = ("-x509", "-newkey", "sm2", "-noenc", "-keyout", "rk", "-out", "r.pem")
        run(desk, "req", *root, "-sm3", "-sigopt", USUAL, "-subj", "/CN=root")
        request = ("-new", "-key", "key.pem", "-out", "l.csr", "-subj", "/CN=leaf")
        run(desk, "req", *request, "-sm3", "-sigopt", USUAL)
        (desk / "ext").write_text("keyUsage=digitalSignature\n")
        issuer = ("-CA", "r.pem", "-CAkey", "rk", "-CAcreateserial", "-extfile", "ext")
        how = ("-sm3", "-sigopt", USUAL, "-vfyopt", USUAL, "-days", "9")
        run(desk, "x509", "-req", "-in", "l.csr", *issuer, *how, "-out", "l.pem")
        [root_der] = read_pem((desk / "r.pem").read_bytes())
        [leaf_der] = read_pem((desk / "l.pem").read_bytes())
        signer = KeySigner(LEAF.key, [leaf_der])
        at = Certificate.parse(leaf_der).not_before
        [made] = sign_messages(signer, [MESSAGE], at=at)
        verified = TrustStore([root_der]).verify(made, MESSAGE, at=at)
        assert verified.path == (leaf_der, root_der)

    def test_it_reads_our_keys(self, desk: Path) -> None:
        run(desk, "pkey", "-pubin", "-in", "public.pem", "-outform", "DER", "-out", "p")
        assert PublicKey.read((desk / "p").read_bytes()).kind == "sm2"


class TestCms:
    """What version 3.0 can judge: all but the signature with the usual id."""

    VERIFY = ("cms", "-verify", "-binary", "-inform", "DER", "-in", "x.p7s")
    FILES = ("-content", "data", "-CAfile", "root.pem", "-purpose", "any")

    def test_it_reads_ours(self, desk: Path) -> None:
        [made] = sign_messages(sm2_signer_of(LEAF, MIDDLE), [MESSAGE], at=AT)
        (desk / "x.p7s").write_bytes(made)
        shown = run(
            desk, "cms", "-cmsout", "-print", "-inform", "DER", "-in", "x.p7s", "-noout"
        )
        for expected in ("sm3", "SM2-with-SM3", "id-smime-aa-signingCertificateV2"):
            assert expected in shown

    def test_it_accepts_ours_signed_with_the_id_it_takes(self, desk: Path) -> None:
        signer = sm2_signer_of(LEAF, MIDDLE, signer_id=b"")
        [made] = sign_messages(signer, [MESSAGE], at=AT, signer_id=b"")
        (desk / "x.p7s").write_bytes(made)
        # The certificates are signed with the usual id, so they are left out here.
        run(desk, *self.VERIFY, *self.FILES, "-noverify", "-out", "out")
        assert (desk / "out").read_bytes() == MESSAGE
        (desk / "data").write_bytes(MESSAGE + b".")
        done = openssl(desk, *self.VERIFY, *self.FILES, "-noverify")
        assert done.returncode
