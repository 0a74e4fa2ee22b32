"""Keys: from options, the environment, a terminal; never silently absent."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from cli.office import Command, Office, environment, write_keys

PASSWORD = "口令 x"  # noqa: S105 - of a key made for a test


@pytest.fixture
def locked(command: Command, office: Office) -> Office:
    """Return an office with an archive, whose key is encrypted."""
    write_keys(office.folder, PASSWORD.encode())
    office.archive.parent.mkdir(exist_ok=True)
    return office


def test_a_password_from_the_environment_opens_the_key(
    command: Command, locked: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EGOVARCHIVE_KEY_PASSWORD", PASSWORD)
    assert command(*locked.init).code == 0
    assert command(*locked.deposit(locked.case())).code == 0


def test_a_password_that_is_not_needed_is_not_used(
    command: Command, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EGOVARCHIVE_KEY_PASSWORD", PASSWORD)
    assert command(*office.init).code == 0


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_wrong_password_is_told(
    command: Command, locked: Office, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    monkeypatch.setenv("EGOVARCHIVE_KEY_PASSWORD", "wrong")
    done = command(*locked.init, "--lang", lang)
    assert done.code == 3
    assert {"en": "password is wrong", "zh": "口令错误"}[lang] in done.err
    assert not locked.archive.exists()


def test_without_a_terminal_nobody_is_asked(locked: Office) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "egovarchive", *locked.init],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
    )
    assert done.returncode == 3
    assert "EGOVARCHIVE_KEY_PASSWORD" in done.stderr


@pytest.mark.parametrize(
    ("typed", "code"), [(f"{PASSWORD}\n".encode(), 0), (b"no\n", 3), (b"\x04", 3)]
)
def test_on_a_terminal_the_password_is_asked_for(
    locked: Office, typed: bytes, code: int
) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "egovarchive", *locked.init],
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env=environment(),
    ) as process:
        assert process.stderr is not None
        prompt = process.stderr.read(len("Password of"))
        os.write(ours, typed)
        _, err = process.communicate(timeout=60)
    echoed = _all_of(ours, theirs)
    assert prompt == b"Password of"
    assert process.returncode == code, err
    assert PASSWORD.encode() not in echoed + err


def _all_of(ours: int, theirs: int) -> bytes:
    os.set_blocking(ours, False)
    try:
        return os.read(ours, 1000)
    except BlockingIOError:
        return b""
    finally:
        os.close(ours)
        os.close(theirs)


def test_a_key_that_is_not_that_of_the_certificate_is_told(
    command: Command, office: Office, tmp_path: Path
) -> None:
    command(*office.init)
    other = tmp_path / "other"
    other.mkdir()
    key, _ = write_keys(other)
    done = command(*office.deposit(office.case()), "--key", key)
    assert (done.code, done.out) == (3, "")
    assert "the private key is not that of the certificate" in done.err


def test_a_signer_whom_the_archive_does_not_trust_is_refused(
    command: Command, office: Office, tmp_path: Path
) -> None:
    command(*office.init)
    other = tmp_path / "other"
    other.mkdir()
    key, certificate = write_keys(other)
    signing: tuple[str | Path, ...] = ("--key", key, "--certificate", certificate)
    done = command(*office.deposit(office.case()), *signing, "--json")
    assert (done.code, done.out) == (1, "")
    (problem,) = done.problems
    assert problem["error"] == "ChecksFailedError"
    assert problem["rule"] == "authenticity.signature"
    assert command("list", "--archive", office.archive, "--json").rows == []


@pytest.mark.parametrize("which", ["key", "certificate"])
@pytest.mark.parametrize("content", [None, b"", b"no key"])
def test_a_file_that_holds_no_key_is_told(
    command: Command, office: Office, which: str, content: bytes | None
) -> None:
    path: Path = getattr(office, which)
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    done = command(*office.init)
    assert done.code in {2, 3}
    assert done.err.count("\n") == 1
    assert not office.archive.exists()


def test_a_key_without_a_certificate_is_wrong_use(
    command: Command, office: Office
) -> None:
    arguments = office.init[:-2]
    assert arguments[-2] == "--key"
    done = command(*arguments)
    assert done.code == 2
    assert "EGOVARCHIVE_CERTIFICATE" in done.err


def test_a_deposit_without_a_key_is_wrong_use(command: Command, office: Office) -> None:
    command(*office.init)
    done = command("deposit", office.case(), "--archive", office.archive)
    assert done.code == 2
    assert "EGOVARCHIVE_KEY" in done.err
