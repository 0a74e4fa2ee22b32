"""Without any extra, each file is answered for: what is missing is said."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import egovarchive
from egovarchive.testing import samples

SOURCE = str(Path(egovarchive.__file__).parents[1])
# In a fresh process: what is here imported already would hide what is missing. Extras
# are kept from being found in the same way as if they were not installed.
SCRIPT = """
import json, os, sys
sys.path.insert(0, sys.argv[1])
EXTRAS = {"pikepdf", "simplejpeg", "PIL", "numpy", "pygfried", "pypdfium2", "rich"}


class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in EXTRAS:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None


def found(name):
    return None if name.partition(".")[0] in EXTRAS else real(name)


import importlib.util
sys.meta_path.insert(0, Blocker())
real, importlib.util.find_spec = importlib.util.find_spec, found
os.environ["PATH"] = ""

from egovarchive.formats import FileSource
from egovarchive.formats.tools import core_tools, installed_tools

told = []
if __name__ == "__main__":
    make = {"core": core_tools, "installed": installed_tools}[sys.argv[2]]
    with make() as tools:
        for path in sys.argv[3:]:
            source = FileSource.of(path)
            form = tools.identify(source)[0].format
            for each in tools.validate(source, form):
                told.append([form.id, each.aspect.value, each.outcome.value, each.en])
            for _, facts in tools.facts(source, form):
                told.append([form.id, "facts", type(facts).__name__, str(facts)])
    assert not EXTRAS & set(sys.modules)
    print(json.dumps(told))
"""


def _told(tools: str, *paths: Path) -> list[tuple[str, str, str, str]]:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, SOURCE, tools, *map(str, paths)],
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr.decode()) == (0, "")
    rows: list[Any] = json.loads(done.stdout)
    return [tuple(row) for row in rows]


@pytest.fixture(scope="module")
def files() -> list[Path]:
    return sorted(
        path
        for path in samples.FILES.rglob("*")
        if path.is_file() and path.suffix != ".json"
    )


@pytest.mark.parametrize("tools", ["core", "installed"])
def test_no_file_fails_for_want_of_an_extra(tools: str, files: list[Path]) -> None:
    told = _told(tools, *files)
    assert {row[0] for row in told} > {"pdf", "jpeg", "tiff", "docx", "ofd", "mp4"}
    assert [row for row in told if row[2] == "failed"] == []
    assert [row for row in told if "Traceback" in row[3] or "Error:" in row[3]] == []


@pytest.mark.parametrize(
    ("suffix", "aspect", "why"),
    [
        (".pdf", "readable", "not installed: pip install 'egovarchive[pdf]'"),
        (".jpg", "readable", "not installed: pip install 'egovarchive[image]'"),
        (".mp4", "readable", "the program ffmpeg is not installed"),
    ],
)
def test_what_to_install_is_said(
    files: list[Path], suffix: str, aspect: str, why: str
) -> None:
    path = next(path for path in files if path.suffix == suffix)
    told = {row[1]: row[2:] for row in _told("installed", path)}
    assert told[aspect] == ("not_performed", why)


def test_what_is_not_used_does_not_look(files: list[Path]) -> None:
    path = next(path for path in files if path.suffix == ".pdf")
    told = {row[1]: row[2] for row in _told("core", path)}
    assert told["readable"] == "not_performed"
    assert told["complete"] == "passed"
