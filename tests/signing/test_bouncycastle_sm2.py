"""BouncyCastle and we accept each other's SM2 messages, in both dialects."""

from __future__ import annotations

import base64
import shutil
import subprocess
from pathlib import Path

import pytest

from egovarchive.errors import SignatureInvalidError
from egovarchive.signing import Dialect
from egovarchive.signing.cms import sign_messages
from signing.authority import AT
from signing.sm2_authority import sm2_family, sm2_signer_of, sm2_store_of

# Debian: default-jdk-headless and libbcpkix-java.
JARS = [Path(f"/usr/share/java/{name}.jar") for name in ("bcprov", "bcpkix", "bcutil")]
JUDGE = Path(__file__).with_name("Sm2Judge.java")

pytestmark = pytest.mark.skipif(
    shutil.which("javac") is None or not all(jar.exists() for jar in JARS),
    reason="a JDK or BouncyCastle is not installed",
)

MESSAGE = "清单\r\nmanifest-sm3.txt\n\x00".encode()
ROOT, MIDDLE, LEAF = sm2_family()
DIALECTS: list[Dialect] = ["cades", "gbt35275"]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder in which the judge has been."""
    folder = tmp_path_factory.mktemp("desk")
    for name, issued in (("root", ROOT), ("middle", MIDDLE), ("leaf", LEAF)):
        (folder / f"{name}.der").write_bytes(issued.der)
    (folder / "data").write_bytes(MESSAGE)
    block = LEAF.key_pem.split(b"-----")[2]
    (folder / "key.der").write_bytes(base64.b64decode(block))
    for dialect in DIALECTS:
        for name, message in (("ours", MESSAGE), ("other", MESSAGE + b".")):
            made = sign(dialect, message)
            (folder / f"{name}-{dialect}.p7s").write_bytes(made)
        signer = sm2_signer_of(LEAF, MIDDLE, signer_id=b"")
        [made] = sign_messages(signer, [MESSAGE], at=AT, dialect=dialect, signer_id=b"")
        (folder / f"another-id-{dialect}.p7s").write_bytes(made)
    path = ":".join(str(jar) for jar in JARS)
    run = subprocess.run(
        ["java", "-cp", path, str(JUDGE), str(folder)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    (folder / "verdicts").write_text(run.stdout)
    return folder


def sign(dialect: Dialect, message: bytes = MESSAGE) -> bytes:
    [made] = sign_messages(
        sm2_signer_of(LEAF, MIDDLE), [message], at=AT, dialect=dialect
    )
    return made


@pytest.fixture(scope="module")
def verdicts(desk: Path) -> dict[str, str]:
    lines = (desk / "verdicts").read_text().splitlines()
    return dict(line.split(" ", 1) for line in lines)


def test_it_accepts_our_certificates(verdicts: dict[str, str]) -> None:
    assert [verdicts[name] for name in ("leaf", "middle")] == ["true", "true"]
    # The root is signed by itself, and not by what it issued.
    assert verdicts["root"] == "false"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_it_accepts_ours(verdicts: dict[str, str], dialect: Dialect) -> None:
    assert verdicts[f"ours-{dialect}.p7s"] == "true"


@pytest.mark.parametrize("name", ["other", "another-id"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_it_refuses_what_we_refuse(
    verdicts: dict[str, str], dialect: Dialect, name: str
) -> None:
    assert verdicts[f"{name}-{dialect}.p7s"] != "true"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_we_accept_its_own(desk: Path, dialect: Dialect) -> None:
    signature = (desk / f"theirs-{dialect}").read_bytes()
    verified = sm2_store_of(ROOT).verify(signature, MESSAGE, at=AT)
    assert verified.dialect == dialect
    assert verified.path == (LEAF.der, MIDDLE.der, ROOT.der)
    assert verified.claimed_at is not None
    with pytest.raises(SignatureInvalidError, match="over another message"):
        sm2_store_of(ROOT).verify(signature, MESSAGE + b".", at=AT)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_we_accept_its_bare_ones_where_asked(desk: Path, dialect: Dialect) -> None:
    signature = (desk / f"theirs-{dialect}-bare").read_bytes()
    verified = sm2_store_of(ROOT, bare=True).verify(signature, MESSAGE, at=AT)
    assert (verified.dialect, verified.bare) == (dialect, True)
    with pytest.raises(SignatureInvalidError, match="no signed attributes"):
        sm2_store_of(ROOT).verify(signature, MESSAGE, at=AT)
    with pytest.raises(SignatureInvalidError, match="does not fit"):
        sm2_store_of(ROOT, bare=True).verify(signature, MESSAGE + b".", at=AT)
