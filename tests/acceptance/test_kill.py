"""Killed at any moment, an archive has every case it acknowledged, and none half."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from egovarchive import Archive
from egovarchive.testing import samples

CASES = 200
LONGEST = 0.5  # seconds: about as long as the deposits take
KILLS = int(os.environ.get("EGOVARCHIVE_KILLS", "8"))

DEPOSIT = f"""
import sys
from egovarchive import Archive
from egovarchive.signing.keys import KeySigner
from egovarchive.testing import samples

folder = sys.argv[1]
signer = KeySigner.from_files(folder + "/key.pem", folder + "/certificate.pem")
archive = Archive.open(folder + "/archive", signer=signer)
print("ready", flush=True)
for deposit in archive.deposit_many(samples.cases({CASES}, files=2, size=3000)):
    if deposit.error is not None:
        raise deposit.error
    print(deposit.case.number, deposit.entry.code, flush=True)
"""


def _prepare(folder: Path) -> None:
    signer = samples.signer()
    (folder / "key.pem").write_bytes(signer.private_pem())
    (folder / "certificate.pem").write_bytes(signer.certificate_pem())
    Archive.create(folder / "archive", arrangement=samples.arrangement(), signer=signer)


def _run(folder: Path, *, kill_after: float | None) -> dict[str, str]:
    """Run the deposits, killed after so many seconds; return what was acknowledged."""
    script = [sys.executable, "-c", DEPOSIT, str(folder)]
    with subprocess.Popen(script, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        if kill_after is not None:
            time.sleep(kill_after)
            process.send_signal(signal.SIGKILL)
        lines = process.stdout.read().splitlines(keepends=True)
    if kill_after is None:
        assert process.returncode == 0
    # A line without its end was being written when the end came.
    whole = [line.partition(" ") for line in lines if line.endswith("\n")]
    return {number: code.strip() for number, _, code in whole}


@pytest.mark.parametrize("moment", range(KILLS))
def test_whoever_is_killed_loses_nothing_acknowledged(
    moment: int, tmp_path: Path
) -> None:
    _prepare(tmp_path)
    chance = random.Random(20261123 + moment)  # noqa: S311 - moments, not secrets
    acknowledged = _run(tmp_path, kill_after=chance.uniform(0, LONGEST))

    archive = Archive.open(tmp_path / "archive")
    entries = {entry.case_number: str(entry.code) for entry in archive.entries()}
    assert acknowledged.items() <= entries.items()
    reports = list(archive.verify_all())
    assert len(reports) == len(entries)
    assert all(report.passed for report in reports)

    # A retry of all gives the same codes.
    found = _run(tmp_path, kill_after=None)
    assert len(found) == CASES
    assert entries.items() <= found.items()

    # Numbers have no gaps, packages no strays, the staging folder nothing.
    archive = Archive.open(tmp_path / "archive")
    items: dict[str, list[int]] = {}
    for entry in archive.entries():
        items.setdefault(str(entry.code.series), []).append(entry.code.item)
    for series, numbers in items.items():
        assert numbers == list(range(1, len(numbers) + 1)), series
    kept = {entry.key for entry in archive.entries()}
    assert set(archive.storage.keys("packages/")) == kept
    staging = tmp_path / "archive" / "store" / ".staging"
    assert not staging.exists() or list(staging.iterdir()) == []

    before = [(entry, entry.title) for entry in archive.entries()]
    assert archive.rebuild() == CASES
    assert [(entry, entry.title) for entry in archive.entries()] == before
