"""The names at the top are few, are there, and are those that are documented."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import egovarchive

INIT = Path(egovarchive.__file__)


def _typed_names() -> set[str]:
    """Return the names that type checkers see."""
    tree = ast.parse(INIT.read_text(encoding="utf-8"))
    return {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("egovarchive")
        for alias in node.names
    }


def test_the_top_level_names_are_these() -> None:
    assert egovarchive.__all__ == [
        "PERMANENT",
        "ArchivalCode",
        "Archive",
        "Arrangement",
        "Case",
        "Decision",
        "Document",
        "File",
        "Party",
        "RetentionPeriod",
        "RetentionSchedule",
        "Role",
        "ScheduleRule",
        "ServiceItem",
        "Step",
        "errors",
    ]


def test_type_checkers_see_the_same_names() -> None:
    assert _typed_names() == {*egovarchive.__all__, "__version__"}


@pytest.mark.parametrize("name", egovarchive.__all__)
def test_each_name_is_there_and_is_what_its_module_calls_so(name: str) -> None:
    value = getattr(egovarchive, name)
    assert value is getattr(egovarchive, name)
    assert name in dir(egovarchive)
    if isinstance(value, type):
        assert value.__name__ == name
        assert value.__doc__


def test_another_name_is_not_there() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Manager'"):
        _ = egovarchive.Manager  # type: ignore[attr-defined]


def test_a_star_import_gives_all() -> None:
    script = "from egovarchive import *; Archive, Case, errors.InvalidValueError"
    subprocess.run([sys.executable, "-c", script], check=True)
