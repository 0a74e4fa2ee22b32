"""The repository stands alone: it names no machine, and no place it was made at."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# Each in two parts: this file is one of those that are read.
FORBIDDEN = [
    "/wo" + "rk/",
    "pypi" + ".org",
    "files.python" + "hosted",
    "deb.deb" + "ian.org",
    "registry.npm" + "js",
    "sha" + "red/",
]
NOT_OURS = {".git", ".venv", "build", "dist", "__pycache__"}


def tracked() -> list[Path]:
    """Return the files of the repository; of an unpacked archive, all there are."""
    if (ROOT / ".git").exists() and shutil.which("git"):
        done = subprocess.run(
            ["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, check=False
        )
        # Git refuses a repository of another user.
        if done.returncode == 0:
            names = done.stdout.decode().split("\0")
            return [ROOT / name for name in names if name and (ROOT / name).is_file()]
    return sorted(_walk(ROOT))


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        hidden = path.name.startswith(".") and path.name != ".ci"
        if path.is_dir():
            if not hidden and path.name not in NOT_OURS:
                yield from _walk(path)
        elif path.suffix != ".pyc":
            yield path


def found_in(files: list[Path], word: str) -> list[str]:
    """Return the places of *files* that hold *word*, in names or in contents."""
    wanted = word.encode()
    places = []
    for path in files:
        name = path.relative_to(ROOT).as_posix()
        if word in name:
            places.append(name)
        for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):
            if wanted in line:
                places.append(f"{name}:{number}")
    return places


@pytest.fixture(scope="module")
def files() -> list[Path]:
    return tracked()


def test_the_files_are_found(files: list[Path]) -> None:
    names = {path.relative_to(ROOT).as_posix() for path in files}
    assert {"pyproject.toml", "README.md", "src/egovarchive/errors.py"} <= names
    assert found_in(files, "egovarchive")


def test_without_git_the_same_files_are_found(files: list[Path]) -> None:
    assert set(files) <= set(_walk(ROOT))


@pytest.mark.parametrize("word", FORBIDDEN)
def test_no_file_names_where_it_was_made(word: str, files: list[Path]) -> None:
    assert not found_in(files, word)
