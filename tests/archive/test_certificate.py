"""A destruction certificate needs no library: a shell and openssl verify it."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from attrs import evolve

from archive.retention import (
    METHOD,
    STARTED,
    WITNESSES,
    Office,
    approved_list,
    office,
)
from egovarchive.errors import (
    AlgorithmUnsupportedError,
    ArchiveError,
    StateError,
    StorageError,
)
from egovarchive.signing.certificates import write_pem
from egovarchive.signing.keys import KeySigner
from egovarchive.signing.trust import TrustStore

needed = ["openssl", "sha256sum", "awk", "od"]
pytestmark = pytest.mark.skipif(
    not all(shutil.which(name) for name in needed), reason=f"needs {needed}"
)


def certified(made: Office, folder: Path, *, struck: int = 0) -> Path:
    listed = approved_list(made)
    if struck:
        made.archive.destruction.strike(
            listed.id, listed.codes[:struck], by="周九", reason="续查"
        )
    made.archive.destruction.execute(listed.id, witnesses=WITNESSES, method=METHOD)
    return made.archive.destruction.export_certificate(listed.id, folder)


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the certificate of sealed records, whose evidence was renewed."""
    made = office(stamped=True)
    made.archive.sealing.seal()
    made.clock.now += timedelta(days=1)
    made.archive.sealing.renew_timestamps()
    made.archive.sealing.renew_hashes("sha512")
    return certified(made, tmp_path_factory.mktemp("certificate") / "sealed", struck=1)


def run(folder: Path, *args: str) -> tuple[int, str]:
    done = subprocess.run(
        ["env", "-i", "PATH=/usr/bin:/bin", "sh", str(folder / "verify.sh"), *args],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


def failures(folder: Path) -> set[str]:
    code, said = run(folder)
    found = set(re.findall(r"^\S+ FAILED  .* \| (.*)$", said, re.MULTILINE))
    assert code == (1 if found else 0), said
    return found


def sum_again(folder: Path) -> None:
    """Do what an attacker does: make the checksums of the folder anew."""
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder)}\n"
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "SHA256SUMS"
    ]
    (folder / "SHA256SUMS").write_text("".join(lines))


def test_a_shell_and_openssl_verify_it(sealed: Path) -> None:
    code, said = run(sealed)
    assert code == 0, said
    assert "tombstones and their evidence records: 2" in said
    assert "time-stamp over the certificate: Mar  1 01:00:00 2026 GMT" in said
    assert "2 / 3" in said
    assert "not sealed" not in said
    given = (str(sealed / "trust/signers.pem"), str(sealed / "trust/authorities.pem"))
    code, said = run(sealed, *given)
    assert code == 0
    assert "enclosed certificates" not in said


def test_openssl_alone_verifies_the_signature_and_the_time(sealed: Path) -> None:
    cms = "openssl cms -verify -binary -inform DER -purpose any -out /dev/null"
    stamp = "openssl ts -verify -token_in -CAfile trust/authorities.pem"
    content = "-content certificate.json"
    for command in (
        f"{cms} -CAfile trust/signers.pem -in certificate.json.p7s {content}",
        f"{stamp} -data certificate.json.p7s -in certificate.json.p7s.tst",
        f"{stamp} -data list.json -in list.json.tst",
        "sha256sum -c --quiet SHA256SUMS",
    ):
        subprocess.run(command.split(), cwd=sealed, check=True, capture_output=True)


def _flip(path: Path) -> None:
    data = path.read_bytes()
    middle = len(data) // 2
    path.write_bytes(data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :])


def _replace(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def _drop_a_line(folder: Path) -> None:
    path = folder / "tombstones.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))


def _swap_evidence(folder: Path) -> None:
    one, two, *_ = sorted((folder / "evidence").iterdir())
    data = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(data)


SIGNED = "signature of the certificate"
LISTED = "the list is the one that the certificate names"
STONES = "the tombstones are those that the certificate names"


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        (_replace("certificate.json", "王五", "吴五"), SIGNED),
        (_replace("certificate.json", '"copies":0', '"copies":9'), SIGNED),
        (_replace("list.json", "周九", "吴九"), LISTED),
        (_replace("tombstones.jsonl", '"D1"', '"D9"'), STONES),
        (_replace("tombstones.jsonl", "C-000002", "C-000009"), STONES),
        (_drop_a_line, "each destroyed record has its tombstone"),
        (_swap_evidence, "tombstones and their evidence records: 0"),
        (lambda folder: _flip(folder / "certificate.json.p7s"), SIGNED),
        (lambda folder: _flip(folder / "list.json.p7s"), "signature of the list"),
        (
            lambda folder: _flip(folder / "list.json.tst"),
            "time-stamp over the list:",
        ),
        (
            lambda folder: _flip(folder / "certificate.json.p7s.tst"),
            "time-stamp over the certificate:",
        ),
    ],
)
def test_what_was_altered_is_seen(
    sealed: Path, tmp_path: Path, change: Callable[[Path], None], seen: str
) -> None:
    folder = tmp_path / "altered"
    shutil.copytree(sealed, folder)
    change(folder)
    sum_again(folder)
    found = failures(folder)
    assert any(each.startswith(seen) for each in found), found


def test_what_was_damaged_on_the_way_is_seen(sealed: Path, tmp_path: Path) -> None:
    folder = tmp_path / "damaged"
    shutil.copytree(sealed, folder)
    with (folder / "certificate.txt").open("a") as file:
        file.write("\n")
    assert failures(folder) == {"files of this folder are undamaged (proves no origin)"}


def test_somebody_elses_certificate_is_refused(sealed: Path, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    shutil.copytree(sealed, folder)
    other = KeySigner.self_signed("别人", at=STARTED)
    (folder / "trust/signers.pem").write_bytes(write_pem([other.certificate]))
    sum_again(folder)
    assert failures(folder) == {SIGNED, "signature of the list"}


def test_what_was_not_sealed_is_said_not_to_be(tmp_path: Path) -> None:
    folder = certified(office(count=2), tmp_path / "plain")
    code, said = run(folder)
    assert code == 0, said
    assert "not sealed: 2" in said
    assert "when is the agency's word only" in said
    assert not (folder / "evidence").exists()


@pytest.mark.parametrize("algorithm", ["sm2-sm3", "ed25519"])
def test_signatures_of_every_kind_are_verified(tmp_path: Path, algorithm: str) -> None:
    try:
        signer = KeySigner.self_signed("某局", at=STARTED, years=9, algorithm=algorithm)
    except AlgorithmUnsupportedError as error:
        pytest.skip(str(error))
    made = office(
        count=1, signer=signer, verifier=TrustStore([signer.certificate]), stamped=True
    )
    made.archive.sealing.seal()
    assert not failures(certified(made, tmp_path / "kind"))


def test_the_page_says_in_both_languages_what_it_does_not_prove(sealed: Path) -> None:
    for name in ("certificate.html", "certificate.txt"):
        text = (sealed / name).read_text(encoding="utf-8")
        for words in ("Backups elsewhere", "其他备份", "王五、赵六", "移出清册"):
            assert words in text, name
    page = (sealed / "certificate.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "default-src 'none'" in page


def test_what_does_not_hold_is_not_exported(tmp_path: Path) -> None:
    made = office(count=1)
    listed = approved_list(made)
    export = made.archive.destruction.export_certificate
    with pytest.raises(StateError):
        export(listed.id, tmp_path / "early")
    made.archive.destruction.execute(listed.id, witnesses=WITNESSES, method=METHOD)
    blind = evolve(made.archive, verifier=None)
    with pytest.raises(ArchiveError):
        blind.destruction.export_certificate(listed.id, tmp_path / "blind")
    (tmp_path / "full").mkdir()
    (tmp_path / "full/x").touch()
    with pytest.raises(ArchiveError):
        export(listed.id, tmp_path / "full")
    (key,) = (
        k
        for k in made.archive.storage.keys("")
        if k.endswith(".jsonl") and "tombstones" in k
    )
    data = b"".join(made.archive.storage.get(key))
    made.archive.storage.delete(key)
    made.archive.storage.put(key, [data.replace(b"C-000001", b"C-000002")])
    with pytest.raises(StorageError):
        export(listed.id, tmp_path / "altered")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["full"]
