"""`openssl ts` asks us and accepts our tokens; we ask it and accept its own."""

from __future__ import annotations

import shutil
import subprocess
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from attrs import evolve

from egovarchive.errors import (
    AlgorithmUnsupportedError,
    SignatureInvalidError,
    TimestampError,
    TimestampRefusedError,
)
from egovarchive.records.digest import hexdigest
from egovarchive.signing.certificates import write_pem
from egovarchive.signing.timestamps.imprint import Imprint
from egovarchive.signing.timestamps.request import TimestampRequest
from egovarchive.signing.timestamps.response import TimestampResponse, accepted_token
from egovarchive.signing.timestamps.signed_info import SignedInfo
from egovarchive.signing.timestamps.token import verify_token
from egovarchive.testing.timestamps import Fault, TestAuthority

pytestmark = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="openssl is not installed"
)

CONTENT = "归档信息包\r\n\x00".encode()
ALGORITHMS = ["sha256", "sm3", "sha384", "sha512"]
TOLERANCE = timedelta(minutes=5)
CONFIG = """
[tsa]
default_tsa = own
[own]
serial = serial
signer_cert = tsa.pem
certs = root.pem
signer_key = key.pem
signer_digest = sha256
default_policy = 2.999.1
other_policies = 2.999.2
digests = sha256, sha384, sha512, sm3
accuracy = secs:1, millisecs:500, microsecs:100
clock_precision_digits = 6
ordering = yes
tsa_name = yes
ess_cert_id_chain = {chain}
ess_cert_id_alg = {binding}
"""


def now() -> datetime:
    return datetime.now(timezone.utc)


def digest_by(algorithm: str) -> bytes:
    return bytes.fromhex(hexdigest(algorithm, CONTENT))


@pytest.fixture(scope="module", params=["ecdsa-p256-sha256", "rsa-pkcs1-sha256"])
def authority(request: pytest.FixtureRequest) -> TestAuthority:
    return TestAuthority(algorithm=request.param)


@pytest.fixture
def desk(tmp_path: Path, authority: TestAuthority) -> Path:
    (tmp_path / "data").write_bytes(CONTENT)
    (tmp_path / "root.pem").write_bytes(write_pem([authority.root]))
    (tmp_path / "tsa.pem").write_bytes(write_pem([authority.certificate]))
    (tmp_path / "key.pem").write_bytes(authority.key_pem)
    (tmp_path / "serial").write_text("0A\n")
    return tmp_path


def openssl(desk: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["openssl", "ts", *arguments],
        cwd=desk,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def verify(desk: Path, *what: str) -> subprocess.CompletedProcess[str]:
    return openssl(desk, "-verify", "-in", "r.tsr", "-CAfile", "root.pem", *what)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_it_asks_and_accepts_ours(
    desk: Path, authority: TestAuthority, algorithm: str
) -> None:
    options = ["-cert", "-tspolicy", "2.999.5"]
    run = openssl(
        desk, "-query", "-data", "data", f"-{algorithm}", *options, "-out", "q.tsq"
    )
    assert run.returncode == 0, run.stderr
    query = (desk / "q.tsq").read_bytes()
    asked = TimestampRequest.parse(query)
    assert asked.imprint == Imprint(algorithm, digest_by(algorithm))
    assert asked.policy == "2.999.5"
    assert asked.wants_certificate
    assert asked.der == query, "we write what it writes"

    (desk / "r.tsr").write_bytes(authority.reply(query))
    for what in (["-queryfile", "q.tsq"], ["-data", "data"]):
        run = verify(desk, *what)
        assert run.returncode == 0, run.stderr
        assert "Verification: OK" in run.stdout
    (desk / "data").write_bytes(CONTENT + b".")
    assert verify(desk, "-data", "data").returncode != 0
    shown = openssl(desk, "-reply", "-in", "r.tsr", "-text").stdout
    assert "Policy OID: 2.999.5" in shown
    assert "Status: Granted." in shown


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_it_accepts_the_token_alone(
    desk: Path, authority: TestAuthority, algorithm: str
) -> None:
    token = authority.stamp(digest_by(algorithm), algorithm)
    (desk / "r.tsr").write_bytes(token)
    run = verify(desk, "-token_in", "-digest", digest_by(algorithm).hex())
    assert run.returncode == 0, run.stderr
    assert verify(desk, "-token_in", "-digest", "00" * 32).returncode != 0


@pytest.mark.parametrize("binding", [1, 2])
def test_it_accepts_both_bindings(desk: Path, binding: int) -> None:
    authority = TestAuthority(binding=binding)
    (desk / "root.pem").write_bytes(write_pem([authority.root]))
    request = TimestampRequest(imprint=Imprint("sha256", digest_by("sha256")))
    (desk / "r.tsr").write_bytes(authority.reply(request.der))
    run = verify(desk, "-data", "data")
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize(
    "fault",
    [
        Fault.WRONG_NONCE,
        Fault.NO_NONCE,
        Fault.WRONG_IMPRINT,
        Fault.WRONG_ALGORITHM,
        Fault.WRONG_POLICY,
        Fault.ALTERED,
        Fault.BAD_SIGNATURE,
        Fault.NO_BINDING,
        Fault.WRONG_BINDING,
        Fault.NO_ATTRIBUTES,
        Fault.TWO_SIGNERS,
        Fault.NO_PURPOSE,
        Fault.NOT_CRITICAL,
        Fault.MORE_PURPOSES,
        Fault.EXPIRED,
        Fault.UNKNOWN,
        Fault.REJECTED,
        Fault.NO_TOKEN,
    ],
    ids=str,
)
def test_it_refuses_what_we_refuse(
    desk: Path, authority: TestAuthority, fault: Fault
) -> None:
    request = TimestampRequest(
        imprint=Imprint("sha256", digest_by("sha256")), nonce=77, policy="2.999.5"
    )
    (desk / "q.tsq").write_bytes(request.der)
    answer = authority.reply(request.der, fault)
    (desk / "r.tsr").write_bytes(answer)
    assert verify(desk, "-queryfile", "q.tsq").returncode != 0
    with pytest.raises(TimestampError):
        accepted_token(
            answer, request, trust=authority.trust, at=now(), tolerance=TOLERANCE
        )


def test_it_accepts_the_signature_of_an_sm2_authority(tmp_path: Path) -> None:
    """`openssl ts` before 3.5 knows no signer's id, and cannot verify the token."""
    try:
        authority = TestAuthority(algorithm="sm2-sm3")
    except AlgorithmUnsupportedError as error:
        pytest.skip(str(error))
    info = SignedInfo.parse(authority.stamp(digest_by("sm3"), "sm3"))
    (tmp_path / "tsa.pem").write_bytes(write_pem([authority.certificate]))
    (tmp_path / "signed").write_bytes(info.signed)
    (tmp_path / "signature").write_bytes(info.signature)
    for command in (
        ["x509", "-in", "tsa.pem", "-pubkey", "-noout", "-out", "key.pem"],
        [
            *["dgst", "-sm3", "-sigopt", "distid:1234567812345678"],
            *["-verify", "key.pem", "-signature", "signature", "signed"],
        ],
    ):
        run = subprocess.run(
            ["openssl", *command],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert run.returncode == 0, run.stderr
    assert "Verified OK" in run.stdout


def answered_by_openssl(
    desk: Path,
    request: TimestampRequest,
    *,
    binding: str = "sha256",
    chain: str = "no",
) -> bytes:
    (desk / "tsa.cnf").write_text(CONFIG.format(binding=binding, chain=chain))
    (desk / "q.tsq").write_bytes(request.der)
    run = openssl(
        desk, "-reply", "-config", "tsa.cnf", "-queryfile", "q.tsq", "-out", "r.tsr"
    )
    assert (desk / "r.tsr").exists(), run.stderr
    return (desk / "r.tsr").read_bytes()


@pytest.mark.parametrize(
    ("algorithm", "binding", "chain"),
    [
        *((algorithm, "sha256", "no") for algorithm in ALGORITHMS),
        ("sha256", "sha1", "no"),
        ("sm3", "sha1", "yes"),
        ("sm3", "sha512", "no"),
        ("sha256", "sha256", "yes"),
    ],
)
def test_we_ask_and_accept_its_own(
    desk: Path, authority: TestAuthority, algorithm: str, binding: str, chain: str
) -> None:
    request = TimestampRequest(
        imprint=Imprint(algorithm, digest_by(algorithm)), nonce=2**63 + 5
    )
    answer = answered_by_openssl(desk, request, binding=binding, chain=chain)
    at = now()
    token = accepted_token(
        answer, request, trust=authority.trust, at=at, tolerance=TOLERANCE
    )
    verified = verify_token(
        token,
        digest_by(algorithm),
        algorithm,
        trust=authority.trust,
        at=at,
        nonce=2**63 + 5,
        policies={"2.999.1"},
    )
    assert verified.accuracy == timedelta(seconds=1, microseconds=500_100)
    assert verified.ordering
    assert verified.certificate == authority.certificate
    assert abs(verified.gen_time - at) < timedelta(minutes=1)
    with pytest.raises(SignatureInvalidError):
        verify_token(token, bytes(32), "sha256", trust=authority.trust, at=at)


def test_it_answers_without_certificates_too(
    desk: Path, authority: TestAuthority
) -> None:
    request = TimestampRequest(
        imprint=Imprint("sm3", digest_by("sm3")), nonce=5, wants_certificate=False
    )
    answer = answered_by_openssl(desk, request)
    with pytest.raises(TimestampError, match="0 certificates"):
        accepted_token(
            answer, request, trust=authority.trust, at=now(), tolerance=TOLERANCE
        )


def test_it_says_no(desk: Path, authority: TestAuthority) -> None:
    request = TimestampRequest(imprint=Imprint("sha256", digest_by("sha256")))
    unknown = evolve(request, policy="2.999.66")
    answer = answered_by_openssl(desk, unknown)
    with pytest.raises(TimestampRefusedError, match="unacceptedPolicy"):
        accepted_token(
            answer, unknown, trust=authority.trust, at=now(), tolerance=TOLERANCE
        )
    assert TimestampResponse.parse(answer).token is None
