"""BouncyCastle signs and seals; we verify."""

from __future__ import annotations

import base64
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from egovarchive.records.outcome import Outcome
from seals.sealed_ofd import sealed
from seals.seals import people, store
from seals.signed_pdf import pdf
from seals.test_ofd import verdict as ofd_verdict
from seals.test_pdf import LEAF, MIDDLE, OURS
from seals.test_pdf import verdict as pdf_verdict
from signing.authority import AT, store_of
from signing.sm2_authority import Sm2Issued

JARS = [Path("/usr/share/java") / f"bc{name}.jar" for name in ("prov", "util", "pkix")]
needs_java = pytest.mark.skipif(
    shutil.which("java") is None or not all(jar.exists() for jar in JARS),
    reason="needs java and libbcpkix-java",
)
SOURCE = Path(__file__).with_name("Sealer.java")


def bouncy(folder: Path, what: str, algorithm: str) -> Callable[[bytes], bytes]:
    """Return what signs as BouncyCastle does, with the keys in *folder*."""

    def sign(content: bytes) -> bytes:
        (folder / "content").write_bytes(content)
        seconds = str(int(AT.timestamp()))
        subprocess.run(
            [
                *("java", "-cp", ":".join(map(str, JARS)), str(SOURCE)),
                *(what, str(folder), algorithm, seconds),
            ],
            check=True,
            capture_output=True,
        )
        return (folder / "out").read_bytes()

    return sign


def keep(folder: Path, name: str, issued: Sm2Issued) -> None:
    (folder / f"{name}.der").write_bytes(issued.der)
    body = b"".join(issued.key.pem().splitlines()[1:-1])
    (folder / f"{name}.key").write_bytes(base64.b64decode(body))


@needs_java
def test_a_seal_verifies(tmp_path: Path) -> None:
    _, maker, signer = people()
    keep(tmp_path, "maker", maker)
    keep(tmp_path, "signer", signer)
    found = ofd_verdict(sealed(bouncy(tmp_path, "ses", "")))
    assert found.outcome is Outcome.PASSED, found.message("en")
    assert found.seal_name == "某市行政审批局公章"
    assert found.claimed_at == AT


@needs_java
def test_an_sm2_message_verifies(tmp_path: Path) -> None:
    keep(tmp_path, "signer", people()[2])
    made = pdf(bouncy(tmp_path, "cms", "SM3WITHSM2"))
    late = AT.replace(year=AT.year + 1)
    found = pdf_verdict(made, store(), at=late)
    assert found.outcome is Outcome.PASSED, found.message("en")
    assert found.algorithm == "sm2-sm3"
    assert "not strict" in found.message("en"), "it leaves lengths open"


@needs_java
def test_a_p256_message_verifies(tmp_path: Path) -> None:
    (tmp_path / "signer.der").write_bytes(LEAF.der)
    form = Encoding.DER, PrivateFormat.PKCS8, NoEncryption()
    (tmp_path / "signer.key").write_bytes(LEAF.key.private_bytes(*form))
    made = pdf(bouncy(tmp_path, "cms", "SHA256withECDSA"))
    late = AT.replace(year=AT.year + 1)
    found = pdf_verdict(made, store_of(MIDDLE), at=late)
    assert found.outcome is Outcome.PASSED, found.message("en")
    assert pdf_verdict(made, OURS, at=late).outcome is Outcome.NEEDS_REVIEW
