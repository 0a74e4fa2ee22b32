"""Pages made from tables are those that the tables make now."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


def _tool() -> ModuleType:
    path = ROOT / "tools" / "make_reference.py"
    spec = importlib.util.spec_from_file_location("make_reference", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "name", ["checks.md", "errors.md", "formats.md", "metadata.md", "ofd-a.md"]
)
def test_a_generated_page_is_up_to_date(name: str) -> None:
    tool = _tool()
    page = (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8")
    assert page == tool.PAGES[name]()


def test_every_generated_page_is_in_the_index() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    assert all(f"(reference/{name})" in index for name in _tool().PAGES)


def test_every_link_between_documents_leads_somewhere() -> None:
    broken = []
    for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        text = path.read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
            if "://" not in target and not (path.parent / target).exists():
                broken.append(f"{path.name} → {target}")  # noqa: PERF401 - plainer
    assert broken == []
