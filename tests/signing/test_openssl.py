"""The `openssl` command line accepts what we sign, and we accept what it signs."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from egovarchive.errors import SignatureInvalidError
from egovarchive.signing.cms import sign_messages
from egovarchive.signing.keys import KeySigner
from signing.authority import AT, family, signer_of, store_of

pytestmark = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="openssl is not installed"
)

MESSAGE = "清单\r\nmanifest-sm3.txt\n\x00".encode()
KINDS = ["p256", "rsa3072", "p384"]
SIGN = ["cms", "-sign", "-binary", "-outform", "DER", "-in", "data"]
VERIFY = ["cms", "-verify", "-binary", "-inform", "DER", "-in", "x.p7s"]
VERIFY += ["-content", "data", "-CAfile", "ca.pem", "-purpose", "any", "-out", "out"]
VERIFY += ["-attime", str(int(AT.timestamp()))]


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    (tmp_path / "data").write_bytes(MESSAGE)
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


@pytest.mark.parametrize("more", [[], ["-cades"]], ids=["cms", "cades"])
@pytest.mark.parametrize("kind", KINDS)
def test_it_accepts_ours(desk: Path, kind: str, more: list[str]) -> None:
    root, middle, leaf = family(kind)
    [made] = sign_messages(signer_of(leaf, middle), [MESSAGE], at=AT)
    (desk / "x.p7s").write_bytes(made)
    (desk / "ca.pem").write_bytes(root.pem)
    run = openssl(desk, *VERIFY, *more)
    assert run.returncode == 0, run.stderr
    assert "successful" in run.stderr
    assert (desk / "out").read_bytes() == MESSAGE
    (desk / "data").write_bytes(MESSAGE + b".")
    assert openssl(desk, *VERIFY, *more).returncode != 0


@pytest.mark.parametrize("algorithm", ["ecdsa-p256-sha256", "rsa-pkcs1-sha256"])
def test_it_accepts_ours_of_a_self_signed_key(desk: Path, algorithm: str) -> None:
    signer = KeySigner.self_signed("某市行政审批局", at=AT, algorithm=algorithm)
    [made] = sign_messages(signer, [MESSAGE], at=AT)
    (desk / "x.p7s").write_bytes(made)
    (desk / "ca.pem").write_bytes(signer.certificate_pem())
    run = openssl(desk, *VERIFY, "-cades")
    assert run.returncode == 0, run.stderr


def signed_by_openssl(desk: Path, kind: str, *more: str) -> bytes:
    _, middle, leaf = family(kind)
    (desk / "leaf.pem").write_bytes(leaf.pem)
    (desk / "key.pem").write_bytes(leaf.key_pem)
    (desk / "chain.pem").write_bytes(middle.pem)
    key = ["-signer", "leaf.pem", "-inkey", "key.pem", "-certfile", "chain.pem"]
    run = openssl(desk, *SIGN, *key, "-out", "x.p7s", *more)
    assert run.returncode == 0, run.stderr
    return (desk / "x.p7s").read_bytes()


@pytest.mark.parametrize(
    "more",
    [
        [],
        ["-nosmimecap"],
        ["-keyid"],
        ["-md", "sha384"],
        ["-md", "sha512"],
    ],
    ids=lambda more: " ".join(more) or "plain",
)
@pytest.mark.parametrize("kind", KINDS)
def test_we_accept_its_own(desk: Path, kind: str, more: list[str]) -> None:
    root, middle, leaf = family(kind)
    signature = signed_by_openssl(desk, kind, "-cades", *more)
    verified = store_of(root).verify(signature, MESSAGE, at=AT)
    assert verified.path == (leaf.der, middle.der, root.der)
    assert verified.claimed_at is not None
    with pytest.raises(SignatureInvalidError, match="over another message"):
        store_of(root).verify(signature, MESSAGE + b".", at=AT)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ([], "1.2.840.113549.1.9.16.2.47 has 0 values"),
        (["-noattr"], "no signed attributes"),
        (["-cades", "-nodetach"], "content inside"),
        (["-cades", "-nocerts"], "certificates|tag"),
        (["-cades", "-md", "sha1"], "SHA-1 is too weak"),
        (["-cades", "-stream"], "one short form"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_we_refuse_what_is_less(desk: Path, more: list[str], why: str) -> None:
    signature = signed_by_openssl(desk, "p256", *more)
    with pytest.raises(SignatureInvalidError, match=why):
        store_of(family()[0]).verify(signature, MESSAGE, at=AT)


def test_we_refuse_two_signers(desk: Path) -> None:
    signed_by_openssl(desk, "p256", "-cades")
    _, _, leaf = family("rsa3072")
    (desk / "leaf.pem").write_bytes(leaf.pem)
    (desk / "key.pem").write_bytes(leaf.key_pem)
    run = openssl(
        desk,
        *["cms", "-resign", "-inform", "DER", "-in", "x.p7s", "-outform", "DER"],
        *["-signer", "leaf.pem", "-inkey", "key.pem", "-out", "y.p7s", "-cades"],
    )
    assert run.returncode == 0, run.stderr
    with pytest.raises(SignatureInvalidError, match=r"signers|digests"):
        store_of(family()[0]).verify((desk / "y.p7s").read_bytes(), MESSAGE, at=AT)
