"""The `openssl` command line makes lists and replies that we judge, and judges ours."""

from __future__ import annotations

import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import pytest

from egovarchive.errors import SignatureInvalidError
from egovarchive.signing.certificates import Certificate
from egovarchive.signing.crl import RevocationList
from egovarchive.signing.ocsp import OcspReply
from egovarchive.signing.path import find_path
from egovarchive.signing.revocation import Revocations
from egovarchive.signing.sm2 import DEFAULT_ID
from signing.authority import AT
from signing.revoking import EARLIER, LATER, LEAF, MIDDLE, ROOT, crl, entry, responder
from signing.sm2_authority import issue_sm2, sm2_family

pytestmark = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="openssl is not installed"
)

CONFIG = """
[ca]
default_ca = own
[own]
database = index.txt
crlnumber = number
default_md = {digest}
default_crl_days = 30
crl_extensions = extensions
[extensions]
authorityKeyIdentifier = keyid
"""


def moment(at: datetime) -> str:
    return f"{at:%y%m%d%H%M%SZ}"


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    (tmp_path / "openssl.cnf").write_text(CONFIG.format(digest="sha256"))
    (tmp_path / "number").write_text("0A\n")
    (tmp_path / "index.txt").write_text("")
    (tmp_path / "ca.pem").write_bytes(MIDDLE.pem)
    (tmp_path / "ca.key").write_bytes(MIDDLE.key_pem)
    (tmp_path / "leaf.pem").write_bytes(LEAF.pem)
    return tmp_path


def openssl(desk: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["openssl", *arguments],
        cwd=desk,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def list_by_openssl(desk: Path, *more: str) -> bytes:
    """Return a list in force around `AT`, made by ``openssl ca``."""
    arguments = ["ca", "-config", "openssl.cnf", "-gencrl", "-out", "own.pem"]
    arguments += ["-cert", "ca.pem", "-keyfile", "ca.key"]
    arguments += ["-crl_lastupdate", moment(EARLIER), "-crl_nextupdate", moment(LATER)]
    openssl(desk, *arguments, *more)
    openssl(desk, "crl", "-in", "own.pem", "-outform", "DER", "-out", "own.crl")
    return (desk / "own.crl").read_bytes()


def index(desk: Path, serial: int, *, revoked: str = "") -> None:
    number = f"{serial:x}"
    row = [
        "R" if revoked else "V",
        "350101000000Z",
        revoked,
        number.zfill(len(number) + len(number) % 2).upper(),
        "unknown",
        "/CN=x",
    ]
    (desk / "index.txt").write_text("\t".join(row) + "\n")


def outcome(*, crls: list[bytes], ocsp: list[bytes]) -> str:
    anchors = [Certificate.parse(ROOT.der)]
    pool = [Certificate.parse(MIDDLE.der)]
    path = find_path(Certificate.parse(LEAF.der), pool, anchors, at=AT)
    judged = Revocations([crl(ROOT), *crls], ocsp).judge(path, pool=pool, at=AT)
    return judged.outcome


def test_its_lists_are_read_and_judged(desk: Path) -> None:
    own = list_by_openssl(desk)
    assert RevocationList.parse(own).number == 10
    assert outcome(crls=[own], ocsp=[]) == "good"


@pytest.mark.parametrize(
    ("revoked", "reason"),
    [
        (moment(EARLIER), "unspecified"),
        (f"{moment(EARLIER)},superseded", "superseded"),
        (f"{moment(LATER)},keyTime,{EARLIER:%Y%m%d%H%M%SZ}", "keyCompromise"),
    ],
)
def test_what_its_lists_revoke_is_refused(
    desk: Path, revoked: str, reason: str
) -> None:
    index(desk, LEAF.certificate.serial_number, revoked=revoked)
    with pytest.raises(SignatureInvalidError, match=reason):
        outcome(crls=[list_by_openssl(desk)], ocsp=[])


def test_it_accepts_the_lists_of_our_tests(
    desk: Path,
) -> None:
    """What the other tests are made of is what others take for lists."""
    for name, own in (
        ("good", crl(MIDDLE)),
        ("bad", crl(MIDDLE, entry(LEAF, EARLIER))),
    ):
        (desk / f"{name}.crl").write_bytes(own)
        shown = ["crl", "-inform", "DER", "-in", f"{name}.crl", "-out", f"{name}.pem"]
        assert "verify OK" in openssl(desk, *shown, "-CAfile", "ca.pem")


@pytest.mark.parametrize("delegated", [False, True], ids=["issuer", "delegated"])
@pytest.mark.parametrize("revoked", [False, True], ids=["good", "revoked"])
def test_its_replies_are_read_and_judged(
    desk: Path, *, delegated: bool, revoked: bool
) -> None:
    by = responder(MIDDLE) if delegated else MIDDLE
    (desk / "by.pem").write_bytes(by.pem)
    (desk / "by.key").write_bytes(by.key_pem)
    index(
        desk,
        LEAF.certificate.serial_number,
        revoked=f"{moment(EARLIER)},keyCompromise" if revoked else "",
    )
    asked = ["ocsp", "-issuer", "ca.pem", "-cert", "leaf.pem", "-reqout", "asked.der"]
    openssl(desk, *asked)
    answer = ["ocsp", "-index", "index.txt", "-CA", "ca.pem", "-reqin", "asked.der"]
    answer += ["-rsigner", "by.pem", "-rkey", "by.key", "-respout", "reply.der"]
    openssl(desk, *answer, "-ndays", "3650")
    own = (desk / "reply.der").read_bytes()
    [found] = OcspReply.parse(own).answers
    assert found.good is not revoked
    # It is made now, whenever that is, and speaks for what was before.
    if OcspReply.parse(own).produced_at < AT:
        pytest.skip("the clock of this machine is before the moment of the tests")
    if not revoked:
        assert outcome(crls=[], ocsp=[own]) == "good"
        return
    with pytest.raises(SignatureInvalidError, match="keyCompromise"):
        outcome(crls=[], ocsp=[own])


def test_its_lists_signed_with_sm2_are_judged_alike(desk: Path) -> None:
    root = sm2_family()[0]
    leaf = issue_sm2("机关", root, number=4)
    (desk / "openssl.cnf").write_text(CONFIG.format(digest="sm3"))
    (desk / "ca.pem").write_bytes(root.pem)
    (desk / "ca.key").write_bytes(root.key_pem)
    own = list_by_openssl(desk, "-sigopt", f"distid:{DEFAULT_ID.decode()}")
    anchors = [Certificate.parse(root.der)]
    path = find_path(Certificate.parse(leaf.der), [], anchors, at=AT)
    judged = Revocations([own]).judge(path, at=AT)
    assert (judged.outcome, judged.crls) == ("good", (own,))
