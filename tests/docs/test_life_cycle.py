"""The diagram of the life cycle is the one that `TRANSITIONS` makes now."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from egovarchive.lifecycle.state import TRANSITIONS, Guard, State

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    path = ROOT / "tools" / "make_life_cycle.py"
    spec = importlib.util.spec_from_file_location("make_life_cycle", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_diagram_and_the_table_are_up_to_date(tool: ModuleType) -> None:
    page = tool.PAGE.read_text(encoding="utf-8")
    assert page.count(tool.BEGIN) == page.count(tool.END) == 1
    assert page == tool.page(page)


def test_every_transition_is_drawn(tool: ModuleType) -> None:
    made = tool.made()
    for (state, kind), transition in TRANSITIONS.items():
        drawn = [
            line
            for line in made.splitlines()
            if line.startswith(f"    {state.value} -->")
            and line.endswith(f": {kind.label('en')} {kind.zh}")
        ]
        # What is struck off goes back to one of two.
        assert len(drawn) == (2 if transition.to is None else 1), (state, kind)
    assert all(state.zh in made for state in State)
    page = tool.PAGE.read_text(encoding="utf-8")
    assert all(f"`{guard.value}`" in page for guard in Guard)
