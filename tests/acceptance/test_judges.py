"""Programs that know nothing of this library accept what it writes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from egovarchive import Archive
from egovarchive.testing import samples

for program in ("openssl", "sha256sum", "unzip"):
    if shutil.which(program) is None:
        pytest.skip(f"needs {program}", allow_module_level=True)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    archive = samples.new_archive(tmp_path_factory.mktemp("judged") / "archive")
    for case in samples.all_cases():
        archive.deposit(case)
    return archive


@pytest.fixture(scope="module")
def folder(archive: Archive) -> Path:
    root = getattr(archive.storage, "root")  # noqa: B009 - a FileStorage, here
    return Path(root).parent


def _run(*command: str, cwd: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, check=False
    )


def test_unzip_accepts_every_package(archive: Archive, folder: Path) -> None:
    for entry in archive.entries():
        done = _run("unzip", "-t", str(folder / "store" / entry.key))
        assert done.returncode == 0, done.stdout


def test_python_reads_every_package(archive: Archive, folder: Path) -> None:
    for entry in archive.entries():
        with zipfile.ZipFile(folder / "store" / entry.key) as package:
            assert package.testzip() is None


def test_sha256sum_accepts_what_was_unzipped(
    archive: Archive, folder: Path, tmp_path: Path
) -> None:
    for number, entry in enumerate(archive.entries()):
        target = tmp_path / str(number)
        with zipfile.ZipFile(folder / "store" / entry.key) as package:
            package.extractall(target)
        done = _run("sha256sum", "-c", "--strict", "manifest-sha256.txt", cwd=target)
        assert done.returncode == 0, done.stdout
        named = _run("sha256sum", "manifest-sm3.txt", cwd=target)
        assert named.stdout.split()[0].decode() == entry.package


def test_openssl_agrees_on_sm3(archive: Archive, tmp_path: Path) -> None:
    for number, entry in enumerate(archive.entries(limit=3)):
        target = archive.export(entry.code, tmp_path / str(number))
        for line in (target / "manifest-sm3.txt").read_text("utf-8").splitlines():
            digest, path = line.split("  ", 1)
            done = _run("openssl", "dgst", "-sm3", "-r", path, cwd=target)
            assert done.stdout.split()[0].decode() == digest


def test_openssl_verifies_the_signature(
    archive: Archive, folder: Path, tmp_path: Path
) -> None:
    for number, entry in enumerate(archive.entries()):
        target = archive.export(entry.code, tmp_path / str(number))
        command = (
            *("openssl", "cms", "-verify", "-binary", "-inform", "DER"),
            *("-in", "manifest-sm3.txt.p7s", "-content", "manifest-sm3.txt"),
            *("-purpose", "any", "-out", "/dev/null", "-CAfile"),
        )
        done = _run(*command, str(folder / "trust.pem"), cwd=target)
        assert done.returncode == 0, done.stderr

        (target / "manifest-sm3.txt").write_bytes(b"other\n")
        done = _run(*command, str(folder / "trust.pem"), cwd=target)
        assert done.returncode != 0


def test_the_journal_is_chained_by_plain_digests(
    archive: Archive, folder: Path
) -> None:
    segments = sorted((folder / "store" / "journal" / "J019").iterdir())
    assert len(segments) == len(samples.all_cases())
    before: dict[str, str] = {}
    for segment in segments:
        heading = json.loads(segment.read_text("utf-8").splitlines()[0])
        assert heading["previous"] == before
        before = {
            name: _run("openssl", "dgst", f"-{name}", "-r", str(segment))
            .stdout.split()[0]
            .decode()
            for name in ("sha256", "sm3")
        }


def test_the_journal_holds_no_personal_data(archive: Archive, folder: Path) -> None:
    segments = (folder / "store" / "journal" / "J019").iterdir()
    text = "\n".join(segment.read_text("utf-8") for segment in segments)
    for case in samples.all_cases():
        parties = [case.applicant, *([case.agent] if case.agent else [])]
        private = [case.title, *(party.name for party in parties)]
        private += [party.identifier for party in parties if party.identifier]
        private += [step.actor for step in case.steps]
        assert [value for value in private if value in text] == []
