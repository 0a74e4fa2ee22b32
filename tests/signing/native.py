"""Small native libraries that behave like devices, compiled from C beside the tests."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest


def build(source: str, folder: Path) -> Path:
    """Return the loadable library made of the C file *source*; skip without gcc."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler")
    made = folder / Path(source).with_suffix(".so").name
    subprocess.run(
        [
            compiler,
            *("-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o", made),
            Path(__file__).with_name(source),
            "-ldl",
        ],
        check=True,
        capture_output=True,
    )
    return made
