"""Importing the library loads attrs and lxml, and nothing heavier."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

HEAVY = {
    "asyncio",
    "cattrs",
    "cryptography",
    "hypothesis",
    "jsonschema",
    "pytest",
    "rich",
    "sqlite3",
    "urllib.request",
    "zipfile",
}
ROOMS = [
    "egovarchive",
    "egovarchive.archive",
    "egovarchive.packages",
    "egovarchive.storage",
    "egovarchive.signing",
    "egovarchive.catalog",
    "egovarchive.checks",
    "egovarchive.records.digest",
]


def loaded_by(statement: str) -> set[str]:
    """Return the modules that a new interpreter has after *statement*."""
    # Without `site`, as what it runs in a test environment is not the library's.
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"{statement}\nimport sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


@pytest.mark.parametrize("module", ROOMS)
def test_nothing_heavy_is_loaded_before_it_is_used(module: str) -> None:
    loaded = loaded_by(f"import {module}")
    assert module in loaded
    assert not loaded & HEAVY


def test_something_heavy_would_be_seen() -> None:
    for module in HEAVY:
        assert module in loaded_by(f"import {module}")
