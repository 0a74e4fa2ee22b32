"""An office program reads what is written: LibreOffice, if it is there."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest


def read_by_office(documents: dict[str, bytes], folder: Path) -> dict[str, str]:
    """Return the text of *documents*, by file name; skip if there is no program."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("no soffice: LibreOffice reads the documents")
    for name, data in documents.items():
        (folder / name).write_bytes(data)
    done = subprocess.run(
        [
            office,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            "txt:Text (encoded):UTF8",
            "--outdir",
            str(folder / "out"),
            *(str(folder / name) for name in documents),
        ],
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {
        name: (folder / "out" / name)
        .with_suffix(".txt")
        .read_text(encoding="utf-8-sig")
        for name in documents
    }
