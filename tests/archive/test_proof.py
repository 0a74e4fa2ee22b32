"""A proof needs no library: a shell, openssl and the usual tools verify it."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import define, evolve, frozen

from archive.office import MADE_AT, TODAY, case, cases, document, new_archive
from egovarchive import Archive
from egovarchive.checks.report_json import decode_report
from egovarchive.errors import (
    AlgorithmUnsupportedError,
    ArchiveError,
    EgovArchiveError,
    EntryNotFoundError,
    EvidenceError,
)
from egovarchive.evidence.seal import SealState
from egovarchive.records.document import File
from egovarchive.signing.certificates import write_pem
from egovarchive.signing.keys import KeySigner
from egovarchive.signing.trust import TrustStore
from egovarchive.storage.memory import MemoryStorage
from egovarchive.testing.timestamps import Fault, TestAuthority
from signing.authority import signer_of
from signing.revoking import LEAF, MIDDLE, ROOT, crl, entry

NAME = "申请 表 & $(touch x) 'a'.txt"
needed = ["openssl", "sha256sum", "awk", "od", "unzip"]
pytestmark = pytest.mark.skipif(
    not all(shutil.which(name) for name in needed), reason=f"needs {needed}"
)


@define
class Clock:
    now: datetime = TODAY - timedelta(days=10)

    def __call__(self) -> datetime:
        return self.now


@frozen
class Office:
    clock: Clock
    authority: TestAuthority
    archive: Archive


def office(
    algorithm: str = "ecdsa-p256-sha256", stamps: str = "", **changes: Any
) -> Office:
    clock = Clock()
    authority = TestAuthority(clock=clock, algorithm=stamps or "ecdsa-p256-sha256")
    try:
        signer = KeySigner.self_signed(
            "某局测试", at=MADE_AT, years=30, algorithm=algorithm
        )
    except AlgorithmUnsupportedError as error:
        pytest.skip(str(error))
    values: dict[str, Any] = {
        "signer": signer,
        "verifier": TrustStore([signer.certificate]),
        "clock": clock,
        "timestamper": authority,
        "authorities": (authority.root,),
    }
    archive = new_archive(**{**values, **changes})
    hostile = case(
        7, concluded_on=clock().date(), documents=[document(File(NAME, b"seven"))]
    )
    dated = [evolve(each, concluded_on=clock().date()) for each in cases(3)]
    for deposit in archive.deposit_many([*dated, hostile]):
        assert deposit.entry is not None, deposit.error
    clock.now += timedelta(hours=1)
    return Office(clock, authority, archive)


def code_in(made: Office) -> str:
    return str(
        next(e.code for e in made.archive.entries() if e.case_number == "C-000007")
    )


def verify(
    folder: Path, *args: str, shell: str = "sh", **more: Any
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["env", "-i", "PATH=/usr/bin:/bin", shell, str(folder / "verify.sh"), *args],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        **more,
    )


def lines_of(done: subprocess.CompletedProcess[str], word: str) -> list[str]:
    """Return the English of the lines with *word*; segments without their number."""
    found = re.findall(rf"^\S+ {word}  .* \| (.*)$", done.stdout, re.MULTILINE)
    return [re.sub(r"(journal segment) \d+$", r"\1", line) for line in found]


def failures(folder: Path, *args: str) -> list[str]:
    done = verify(folder, *args)
    lines = lines_of(done, "FAILED")
    assert done.returncode == (1 if lines else 0), done.stdout + done.stderr
    assert ("ALL PASSED" in done.stdout) is not bool(lines)
    return lines


def sum_again(folder: Path) -> None:
    """Do what an attacker does: make the checksums of the folder anew."""
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder)}\n"
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "SHA256SUMS"
    ]
    (folder / "SHA256SUMS").write_text("".join(lines))


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the proof of a sealed record, whose evidence was renewed in both ways."""
    made = office()
    made.archive.sealing.seal()
    made.clock.now += timedelta(days=1)
    made.archive.sealing.renew_timestamps()
    made.clock.now += timedelta(days=1)
    made.archive.sealing.renew_hashes("sha512")
    # Another segment, which names the one that registers.
    made.archive.deposit(case(50, concluded_on=made.clock().date()))
    folder = tmp_path_factory.mktemp("proofs") / "出证 1"
    return made.archive.sealing.export_proof(code_in(made), folder)


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


class TestScript:
    """What ``verify.sh`` says, with nothing of ours to run it."""

    @pytest.mark.parametrize("shell", ["dash", "bash"])
    def test_a_renewed_proof_passes(self, sealed: Path, shell: str) -> None:
        if shutil.which(shell) is None:
            pytest.skip(f"no {shell}")
        done = verify(sealed, shell=shell)
        assert (done.returncode, done.stderr) == (0, ""), done.stdout
        assert lines_of(done, "PASSED") == [
            "files of this folder are undamaged (proves no origin)",
            "manifest manifest-sha256.txt",
            "manifest manifest-sm3.txt",
            "exactly the listed files are there",
            "package.zip is the same as content",
            "evidence record: there at Nov 13 03:00:00 2026 GMT at the latest",
            "signature of the seal",
            "evidence over evidence/content-sha512.txt",
            "signature",
            "journal segment",
            "evidence over the registration",
            "journal segment",
        ]
        assert "sealed: yes" in done.stdout

    def test_every_shell_reads_it(self, sealed: Path) -> None:
        for shell in filter(shutil.which, ["sh", "dash", "bash"]):
            subprocess.run([shell, "-n", sealed / "verify.sh"], check=True)

    @pytest.mark.parametrize("algorithm", ["rsa-pkcs1-sha256", "ed25519", "sm2-sm3"])
    def test_each_kind_of_key(self, tmp_path: Path, algorithm: str) -> None:
        made = office(algorithm)
        made.archive.sealing.seal(algorithm="sm3")
        folder = made.archive.sealing.export_proof(code_in(made), tmp_path / "p")
        assert failures(folder) == []
        own = folder / "content" / "manifest-sm3.txt.p7s"
        authorities = str(folder / "trust" / "authorities.pem")
        other = tmp_path / "other.pem"
        stranger = KeySigner.self_signed(
            "某局测试", at=MADE_AT, years=30, algorithm=algorithm
        )
        other.write_bytes(write_pem([stranger.certificate]))
        assert failures(folder, str(other), authorities) == [
            "signature of the seal",
            "signature",
        ]
        flip(own, -5)
        sum_again(folder)
        assert "signature" in failures(folder)

    @pytest.mark.parametrize("algorithm", ["rsa-pkcs1-sha256", "sm2-sm3"])
    def test_each_kind_of_authority(self, tmp_path: Path, algorithm: str) -> None:
        made = office(stamps=algorithm)
        made.archive.sealing.seal()
        folder = made.archive.sealing.export_proof(code_in(made), tmp_path / "p")
        assert failures(folder) == []
        other = tmp_path / "other.pem"
        other.write_bytes(write_pem([TestAuthority(algorithm="ed25519").root]))
        signers = str(folder / "trust" / "signers.pem")
        assert failures(folder, signers, str(other)) == [STAMPS]

    def test_a_certified_key_and_what_was_revoked(self, tmp_path: Path) -> None:
        day, at = timedelta(days=1), Clock().now
        middle_list = crl(ROOT, made_at=at - day, next_at=at + 9 * day)
        taken = entry(LEAF, at + 2 * day)
        later = crl(MIDDLE, taken, made_at=at + 3 * day, next_at=at + 9 * day)
        signer = signer_of(LEAF, MIDDLE)
        trust = TrustStore([ROOT.der], crls=[middle_list, later])
        made = office(signer=signer, verifier=trust)
        made.archive.sealing.seal()
        folder = made.archive.sealing.export_proof(code_in(made), tmp_path / "p")
        lists = sorted((folder / "revocation").glob("*.crl"))
        assert later in [path.read_bytes() for path in lists]
        good = "the signer's certificate was not revoked then"
        done = verify(folder)
        assert done.returncode == 0, done.stdout
        assert good in lines_of(done, "PASSED")
        assert "revocation/" in (folder / "proof.txt").read_text("utf-8")

        before = entry(LEAF, at - 2 * day)
        for path in lists:
            if path.read_bytes() == later:
                path.write_bytes(
                    crl(MIDDLE, before, made_at=at - day, next_at=at + 9 * day)
                )
        sum_again(folder)
        assert failures(folder) == ["the signer's certificate was revoked then"]
        for path in lists:
            flip(path, -5)
        sum_again(folder)
        assert good not in lines_of(verify(folder), "PASSED")

    def test_single_commands_say_the_same(self, sealed: Path, tmp_path: Path) -> None:
        folder = Path(shutil.copytree(sealed, tmp_path / "p"))
        commands = (folder / "verify.txt").read_text("utf-8").splitlines()
        assert sum("openssl ts -verify" in each for each in commands) == 3
        for each in commands:
            done = subprocess.run(
                ["sh", "-c", each], cwd=folder, capture_output=True, check=False
            )
            assert done.returncode == 0, each
            assert b"bad:" not in done.stdout

    def test_certificates_are_looked_for_where_the_caller_is(
        self, sealed: Path, tmp_path: Path
    ) -> None:
        shutil.copy(sealed / "trust" / "signers.pem", tmp_path / "我的.pem")
        done = verify(sealed, "我的.pem", cwd=tmp_path)
        assert done.returncode == 0, done.stdout
        assert verify(sealed, "absent.pem", cwd=tmp_path).returncode == 1


STAMPS = "evidence record or its time-stamps"
SEAL = "signature of the seal"
CONTENTS = "evidence over evidence/content-sha512.txt"
REGISTRATION = "evidence over the registration"
ZIP = "package.zip is the same as content"
SM3, SHA256 = "manifest manifest-sm3.txt", "manifest manifest-sha256.txt"
SEGMENT = "journal segment"


class TestAltered:
    """One bit anywhere fails, and the right line says so."""

    @pytest.mark.parametrize(
        ("changes", "lines"),
        [
            ({f"content/申报文件/001-{NAME}": 2}, [SHA256, SM3, ZIP, CONTENTS]),
            ({"content/manifest-sha256.txt": 3}, [SHA256, SM3, ZIP, CONTENTS]),
            (
                {"content/manifest-sm3.txt": 3},
                [SM3, ZIP, STAMPS, CONTENTS, "signature", SEGMENT],
            ),
            (
                {"content/manifest-sm3.txt.p7s": -5},
                [ZIP, STAMPS, CONTENTS, "signature", SEGMENT],
            ),
            # A digest in the tree; the end of the last time-stamp's signature.
            ({"evidence/record.ers": 75}, [STAMPS]),
            ({"evidence/record.ers": -5, "package.zip": 200}, [ZIP, STAMPS]),
            ({"evidence/record.ers": 400}, [STAMPS]),
            (
                {"evidence/segment.ers": 75, "evidence/seal.json": 20},
                [SEAL, REGISTRATION],
            ),
            (
                {"evidence/seal.json.p7s": -5, "evidence/content-sha512.ers": 75},
                [SEAL, CONTENTS],
            ),
            ({"evidence/content-sha512.txt": 3}, [CONTENTS]),
            ({"journal/0": 20}, [SEGMENT, REGISTRATION, SEGMENT]),
            ({"journal/1": 20}, [SEGMENT]),
            ({"journal/digests.txt": 5}, [SEGMENT]),
        ],
    )
    def test_one_bit(
        self, sealed: Path, tmp_path: Path, changes: dict[str, int], lines: list[str]
    ) -> None:
        folder = Path(shutil.copytree(sealed, tmp_path / "p"))
        segments = sorted((folder / "journal").glob("*.jsonl"))
        for name, at in changes.items():
            place, _, number = name.partition("/")
            segment = place == "journal" and number.isdecimal()
            flip(segments[int(number)] if segment else folder / name, at)
        sum_again(folder)
        assert failures(folder) == lines

    def test_damage_on_the_way(self, sealed: Path, tmp_path: Path) -> None:
        folder = Path(shutil.copytree(sealed, tmp_path / "p"))
        flip(folder / "proof.html", 1000)
        assert failures(folder) == [
            "files of this folder are undamaged (proves no origin)"
        ]

    def test_a_file_added_or_gone(self, sealed: Path, tmp_path: Path) -> None:
        folder = Path(shutil.copytree(sealed, tmp_path / "p"))
        (folder / "content" / "基本信息元数据.xml").unlink()
        (folder / "content" / "x; touch y").write_bytes(b"more")
        sum_again(folder)
        listed = "exactly the listed files are there"
        assert failures(folder) == [SHA256, SM3, listed, ZIP, CONTENTS]

    def test_a_signature_taken_away(self, sealed: Path, tmp_path: Path) -> None:
        folder = Path(shutil.copytree(sealed, tmp_path / "p"))
        (folder / "content" / "manifest-sm3.txt.p7s").unlink()
        shutil.rmtree(folder / "evidence")
        sum_again(folder)
        found = failures(folder)
        assert "there is no signature" in found
        assert SEGMENT in found
        assert "sealed: no" in verify(folder).stdout


class TestExport:
    """The folder is whole or not there, and says what is so."""

    def test_what_is_not_sealed_is_not_called_so(self, tmp_path: Path) -> None:
        made = office()
        folder = made.archive.sealing.export_proof(code_in(made), tmp_path / "new")
        done = verify(folder)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "sealed: no" in done.stdout
        assert not (folder / "evidence").exists()
        assert not (folder / "trust" / "authorities.pem").exists()
        assert "sealed: no; no seal" in (folder / "proof.txt").read_text("utf-8")

        made.authority.misbehave(*[Fault.BUSY] * 3)
        seal = made.archive.sealing.seal()
        assert seal is not None
        assert seal.state is SealState.PENDING
        folder = made.archive.sealing.export_proof(code_in(made), tmp_path / "pending")
        assert not (folder / "evidence").exists()
        for name in ("proof.txt", "proof.html"):
            text = (folder / name).read_text("utf-8")
            assert "待加盖时间戳" in text
            assert "sealed: no (seal 1: pending timestamp)" in text
            assert "sealed: yes" not in text

    def test_what_it_tells(self, sealed: Path) -> None:
        text = (sealed / "proof.txt").read_text("utf-8")
        page = (sealed / "proof.html").read_text("utf-8")
        for told in (
            "某公司公共场所卫生许可7",
            "C-000007",
            "某市行政审批服务局",
            "CN=某局测试",
            "可靠的电子签名",
            "单位自有密钥",
            "evidence/record.ers",
        ):
            assert told in text
            assert told in page
        assert "<script" not in page
        assert "default-src &#x27;none&#x27;" in page or "default-src 'none'" in page
        assert b"BEGIN CERTIFICATE" in (sealed / "trust" / "signers.pem").read_bytes()
        warning = (sealed / "trust" / "READ-ME.txt").read_text("utf-8")
        assert "for convenience only" in warning
        report = decode_report((sealed / "report.json").read_bytes())
        assert report.passed

    def test_a_title_is_text_on_the_page(self, tmp_path: Path) -> None:
        made = office()
        title = "<script>alert(1)</script> & 许可"
        entry = made.archive.deposit(
            case(60, title=title, concluded_on=made.clock().date())
        )
        folder = made.archive.sealing.export_proof(entry.code, tmp_path / "p")
        page = (folder / "proof.html").read_text("utf-8")
        assert "<script" not in page
        assert "&lt;script&gt;" in page

    def test_a_folder_that_is_not_empty_is_refused(self, tmp_path: Path) -> None:
        made = office()
        (tmp_path / "mine").write_bytes(b"x")
        with pytest.raises(ArchiveError, match="not an empty folder"):
            made.archive.sealing.export_proof(code_in(made), tmp_path)
        assert [path.name for path in tmp_path.iterdir()] == ["mine"]

    @pytest.mark.parametrize("kind", ["document", "signature", "journal", "seal"])
    def test_what_does_not_hold_leaves_nothing(self, tmp_path: Path, kind: str) -> None:
        store = MemoryStorage()
        made = office(storage=store)
        made.archive.sealing.seal()
        code = code_in(made)
        entry = made.archive.entry(code)
        begin = {
            "document": entry.key,
            "signature": entry.key,
            "journal": "journal/",
            "seal": "evidence/J019/000000000001.1.0001.tst",
        }[kind]
        key = max(store.keys(begin))
        data = bytearray(b"".join(store.get(key)))
        signature = made.archive.package(code).signature or b""
        at = {
            "document": data.find(b"seven"),
            "signature": data.find(signature) + len(signature) - 5,
        }
        data[at.get(kind, len(data) // 2)] ^= 1
        store.delete(key)
        store.put(key, [bytes(data)])
        with pytest.raises(EgovArchiveError):
            made.archive.sealing.export_proof(code, tmp_path / "p")
        assert list(tmp_path.iterdir()) == []

    def test_it_needs_somebody_to_trust(self, tmp_path: Path) -> None:
        made = office()
        made.archive.sealing.seal()
        for changes, kind in (
            ({"authorities": ()}, EvidenceError),
            ({"verifier": None}, EgovArchiveError),
        ):
            with pytest.raises(kind):
                evolve(made.archive, **changes).sealing.export_proof(
                    code_in(made), tmp_path / "p"
                )
        with pytest.raises(EntryNotFoundError):
            made.archive.sealing.export_proof(
                "J019-ZY·XK·2026·D30-0999", tmp_path / "p"
            )
        assert list(tmp_path.iterdir()) == []
