"""Evidence from the command line: sealed, renewed, proved; never said too early."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path

import pytest
from attrs import frozen

from cli.office import Command, Office
from egovarchive.archive import Archive
from egovarchive.signing.certificates import write_pem
from egovarchive.testing.timestamps import Fault, TestAuthority

CODE = "J019-ZY·XK·2026·D30-0001"


@frozen
class Sealed:
    """An office with one record, and an authority that answers."""

    command: Command
    office: Office
    authority: TestAuthority
    url: str
    trusted: Path

    @property
    def asking(self) -> tuple[str, ...]:
        return "--tsa", self.url, "--authorities", str(self.trusted)

    @property
    def place(self) -> tuple[str, ...]:
        return "--archive", str(self.office.archive)

    def seal(self, *more: str) -> tuple[str, ...]:
        return "seal", *self.place, *self.asking, *self.office.signing, *more


@pytest.fixture
def made(command: Command, office: Office) -> Iterator[Sealed]:
    assert command(*office.init).code == 0
    assert command(*office.deposit(office.case())).code == 0
    authority = TestAuthority()
    trusted = office.folder / "authorities.pem"
    trusted.write_bytes(write_pem([authority.root]))
    with authority.serve() as url:
        yield Sealed(command, office, authority, url, trusted)


def test_what_is_new_is_sealed_and_then_there_is_nothing_new(made: Sealed) -> None:
    done = made.command(*made.seal())
    assert (done.code, done.out) == (0, "Sealed: seal 1.\n")
    done = made.command(*made.seal("--lang", "zh"))
    assert (done.code, done.out) == (0, "没有新增内容可封存。\n")


def test_what_has_no_time_stamp_is_not_called_sealed(made: Sealed) -> None:
    made.authority.misbehave(*repeat(Fault.BUSY, 6))
    done = made.command(*made.seal())
    assert done.code == 3
    assert done.out == "Not sealed yet: seal 1 waits for its time-stamp.\n"
    (row,) = made.command("renew", *made.place, "--list", "--json").rows
    assert (row["seal"], row["kind"]) == (1, "complete")
    (row,) = made.command(*made.seal("--json")).rows
    assert (row["seal"], row["completed"], row["pending"]) == (None, [1], [])


def test_the_variables_name_who_says_when(
    made: Sealed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EGOVARCHIVE_TSA", f"http://127.0.0.1:1/ {made.url}")
    monkeypatch.setenv("EGOVARCHIVE_AUTHORITIES", str(made.trusted))
    monkeypatch.setenv("EGOVARCHIVE_REVOCATIONS", str(made.office.folder))
    done = made.command("seal", *made.place, *made.office.signing)
    assert (done.code, done.out) == (0, "Sealed: seal 1.\n")


@pytest.mark.parametrize("missing", ["--tsa", "--authorities", "--key"])
def test_whoever_is_not_named_is_asked_for(missing: str, made: Sealed) -> None:
    given = [*made.seal()]
    at = given.index(missing)
    del given[at : at + 2]
    done = made.command(*given)
    assert (done.code, done.out) == (2, "")
    assert missing in done.err


class TestRenew:
    def test_what_does_not_end_is_left(self, made: Sealed) -> None:
        made.command(*made.seal())
        done = made.command("renew", *made.place, *made.asking)
        assert done.code == 0
        assert done.out.startswith("New time-stamps: 0. New hash trees: 0.\n")
        done = made.command(
            "renew", *made.place, "--authorities", str(made.trusted), "--list"
        )
        assert done.out == "Nothing is to be done.\n"

    def test_what_ends_is_listed_and_renewed(self, made: Sealed) -> None:
        made.command(*made.seal())
        day = ("--on", "2099-01-01")
        done = made.command("renew", *made.place, *made.asking, *day, "--list")
        assert done.code == 0
        assert "timestamp renewal is due" in done.out
        # The test authority's certificate does not last so long: it is said again.
        done = made.command("renew", *made.place, *made.asking, *day)
        assert done.code == 1
        assert done.out.startswith("New time-stamps: 1.")

    def test_hashes_are_renewed_if_that_is_said(self, made: Sealed) -> None:
        made.command(*made.seal())
        done = made.command(
            "renew", *made.place, *made.asking, "--hashes", "sm3", "--json"
        )
        assert done.code == 0
        assert done.rows[0]["hash_trees"] == 1
        assert done.rows[0]["left_out"] == 0

    def test_a_day_that_is_none_is_refused(self, made: Sealed) -> None:
        done = made.command("renew", *made.place, *made.asking, "--on", "tomorrow")
        assert done.code == 2
        assert "--on" in done.err


class TestProve:
    def test_the_script_in_it_passes(self, made: Sealed) -> None:
        made.command(*made.seal())
        folder = made.office.folder / "proof"
        done = made.command(
            "prove", *made.place, CODE, str(folder), "--authorities", str(made.trusted)
        )
        assert (done.code, done.out) == (0, f"The proof of {CODE} is in {folder}.\n")
        told = subprocess.run(
            ["sh", "verify.sh"], cwd=folder, check=False, capture_output=True
        )
        assert told.returncode == 0

    def test_what_is_not_sealed_is_not_called_so(self, made: Sealed) -> None:
        folder = made.office.folder / "proof"
        done = made.command("prove", *made.place, CODE, str(folder))
        assert done.code == 0
        assert "not sealed yet" in done.out

    def test_evidence_that_nobody_may_judge_proves_nothing(self, made: Sealed) -> None:
        made.command(*made.seal())
        folder = made.office.folder / "proof"
        done = made.command("prove", *made.place, CODE, str(folder))
        assert done.code == 1
        assert "authorities to trust" in done.err
        assert not folder.exists()


class TestASignerByURI:
    def uri(self, office: Office) -> str:
        return f"file://{office.key}?certificate={office.certificate}"

    def test_makes_archives_deposits_and_seals(
        self, made: Sealed, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        office = made.office
        monkeypatch.setenv("EGOVARCHIVE_SIGNER", self.uri(office))
        path = str(office.folder / "other")
        options = [*office.init]
        for name in ("--archive", "--key", "--certificate"):
            at = options.index(name)
            del options[at : at + 2]
        done = made.command(*options, "--archive", path)
        assert done.code == 0
        assert "Trusted certificate: CN=Test." in done.out
        cases = str(office.case("C-2"))
        assert made.command("deposit", cases, "--archive", path).code == 0
        done = made.command("seal", "--archive", path, *made.asking)
        assert (done.code, done.out) == (0, "Sealed: seal 1.\n")
        assert all(report.passed for report in Archive.open(path).verify_all())

    def test_and_a_key_are_too_much(self, made: Sealed) -> None:
        done = made.command(*made.seal("--signer", self.uri(made.office)))
        assert done.code == 2
        assert "both a key and a signer" in done.err

    def test_of_an_unknown_kind_is_refused(self, made: Sealed) -> None:
        given = ["seal", *made.place, *made.asking, "--signer", "cloud:/key"]
        done = made.command(*given)
        assert done.code == 2
        assert "no signer backend for 'cloud'" in done.err

    def test_that_wants_a_secret_takes_it_from_the_environment(
        self, made: Sealed, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from cli.office import write_keys  # noqa: PLC0415 - over the key that is there

        office = made.office
        made.office.key.unlink()
        office.certificate.unlink()
        write_keys(office.folder, b"secret")
        given = [*made.place, *made.asking, "--signer", self.uri(office)]
        monkeypatch.setenv("EGOVARCHIVE_SIGNER_SECRET", "wrong")
        done = made.command("seal", *given)
        assert done.code == 3
        assert "wrong" not in done.err.replace("is wrong", "")
        monkeypatch.setenv("EGOVARCHIVE_SIGNER_SECRET", "secret")
        # The key is another one now, which this archive does not trust.
        assert made.command("seal", *given).code == 1
