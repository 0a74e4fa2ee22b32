"""What the tests of the command line share."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

import egovarchive
from egovarchive.__main__ import main
from egovarchive.records.moment import CHINA
from egovarchive.signing.keys import KeySigner

SOURCE = str(Path(egovarchive.__file__).parents[1])
FIRST = "J019-ZY·XK·2025·D30-0001"
MADE_AT = datetime(2020, 1, 1, tzinfo=CHINA)


@frozen
class Ended:
    """What a command wrote, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Its output, read as JSON Lines."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def problems(self) -> list[dict[str, Any]]:
        """What it wrote to stderr, read as JSON Lines."""
        return [json.loads(line) for line in self.err.splitlines()]


def environment(**variables: str) -> dict[str, str]:
    """Return an environment in English that finds the package, with *variables*."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("EGOVARCHIVE_")}
    for name in ("LC_ALL", "LC_MESSAGES", "COLUMNS", "PYTHONUNBUFFERED"):
        kept.pop(name, None)
    return {**kept, "LANG": "C.UTF-8", "PYTHONPATH": SOURCE, **variables}


def spawn(
    *arguments: str, cwd: Path | None = None, variables: Mapping[str, str] | None = None
) -> Ended:
    """Run the command line in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "egovarchive", *arguments],
        capture_output=True,
        check=False,
        cwd=cwd,
        env=environment(**(variables or {})),
        timeout=60,
    )
    return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())


class Command:
    """The command line in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *arguments: str | Path) -> Ended:
        self.capsys.readouterr()
        code = main([str(each) for each in arguments])
        out, err = self.capsys.readouterr()
        return Ended(code, out, err)


def write_keys(folder: Path, password: bytes | None = None) -> tuple[Path, Path]:
    """Write a key and its certificate into *folder*; return their paths."""
    signer = KeySigner.self_signed("Test", at=MADE_AT, years=40)
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    key.write_bytes(signer.private_pem(password))
    certificate.write_bytes(signer.certificate_pem())
    return key, certificate


def stored(archive: Path, row: Mapping[str, Any]) -> Path:
    """Return the file of the package that *row*, an entry in JSON, names."""
    path = archive / "store" / str(row["key"])
    assert path.is_file()
    return path


def alter(path: Path, offset: int = 3000) -> None:
    """Alter one byte of a package."""
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[offset] ^= 1
    path.write_bytes(data)


def case_row(number: str = "C-1", **changes: Any) -> dict[str, Any]:
    """Return a small case as JSON has it, with *changes*."""
    return {
        "number": number,
        "item": {"code": "0100190013", "name": "公共场所卫生许可"},
        "title": f"某某公司公共场所卫生许可 {number}",
        "applicant": {"kind": "legal", "name": "某某公司"},
        "concluded_on": "2026-03-04",
        "decision": "granted",
        "documents": [
            {
                "name": "申请表",
                "role": "application",
                "files": [{"name": "申请表.txt", "base64": "55Sz6K+35Lmm"}],
            }
        ],
        **changes,
    }


@frozen
class Office:
    """A folder with all that `init` and `deposit` need."""

    folder: Path
    archive: Path
    schedule: Path
    key: Path
    certificate: Path

    @property
    def signing(self) -> tuple[str, ...]:
        return "--key", str(self.key), "--certificate", str(self.certificate)

    @property
    def init(self) -> tuple[str, ...]:
        return (
            *("init", "--archive", str(self.archive), "--schedule", str(self.schedule)),
            *("--fonds", "J019", "--category", "ZY·XK", "--unit", "某某局"),
            *self.signing,
        )

    def deposit(self, *cases: Path) -> tuple[str, ...]:
        paths = map(str, cases)
        return "deposit", *paths, "--archive", str(self.archive), *self.signing

    def case(self, number: str = "C-1", **changes: Any) -> Path:
        """Write a case; return the path of its JSON."""
        path = self.folder / f"{number}.json"
        path.write_text(json.dumps(case_row(number, **changes)), encoding="utf-8")
        return path


SCHEDULE = """版本,2026-1
批准机关,某某省档案局
批准文号,档发〔2026〕1号
生效日期,2026-01-01

事项编码,事项名称,保管期限,必备材料,依据
0100190013,公共场所卫生许可,30年,申请表,
"""
