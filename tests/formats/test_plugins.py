"""Tools that other packages bring are loaded when asked for, and never in silence."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from egovarchive.errors import ToolError
from egovarchive.formats import Aspect, BytesSource, Verdict
from egovarchive.formats.plugins import GROUPS, with_plugins
from egovarchive.formats.table import FORMATS
from egovarchive.formats.toolbox import Toolbox
from egovarchive.formats.tools import core_tools
from egovarchive.records.outcome import Outcome

MODULE = """
from egovarchive.formats import Aspect, Observation, Scan, Tool, Verdict
from egovarchive.records.outcome import Outcome

print("loaded {name}")


class Doubter:
    tool = Tool("{name}", "1")
    isolated = False

    def answers(self, format):
        return frozenset({{Aspect.CONFORMANT}} if format.id == "txt" else ())

    def validate(self, source, format, limits):
        yield Observation(Aspect.CONFORMANT, Outcome.WARNED, "doubtful", "存疑")


class Reader:
    tool = Tool("{name}", "1")


def scanner():
    return Cleaner()


class Cleaner:
    def scan(self, source, limits):
        return Scan(tool=Tool("{name}", "1"), verdict=Verdict.CLEAN)


def broken():
    raise RuntimeError("no licence")
"""
Install = Callable[[str, str], None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Return what installs a package with a name and entry points."""
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)

    def made(name: str, points: str) -> None:
        (tmp_path / f"{name}.py").write_text(MODULE.format(name=name), "utf-8")
        info = tmp_path / f"{name}-1.0.dist-info"
        info.mkdir()
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
        (info / "METADATA").write_text(metadata, "utf-8")
        (info / "entry_points.txt").write_text(points, "utf-8")

    yield made
    for name in set(sys.modules) - before:
        del sys.modules[name]


def test_nothing_is_loaded_unless_asked(
    install: Install, capsys: pytest.CaptureFixture[str]
) -> None:
    install("plugged_a", "[egovarchive.validators]\ndoubter = plugged_a:Doubter\n")
    before = core_tools()
    assert capsys.readouterr().out == ""
    tools = with_plugins(before)
    assert capsys.readouterr().out == "loaded plugged_a\n"
    assert len(tools.validators) == len(before.validators) + 1
    assert tools.validators[:-1] == before.validators


def test_a_plugged_in_tool_works(install: Install) -> None:
    install(
        "plugged_b",
        "[egovarchive.validators]\ndoubter = plugged_b:Doubter\n"
        "[egovarchive.scanners]\nclean = plugged_b:scanner\n",
    )
    tools = with_plugins(core_tools())
    source = BytesSource("a.txt", "文".encode())
    found = tools.validators[-1].validate(source, FORMATS["txt"], tools.limits)
    assert [(each.aspect, each.outcome) for each in found] == [
        (Aspect.CONFORMANT, Outcome.WARNED)
    ]
    ((_, scan),) = tools.scan(source, FORMATS["txt"])
    assert scan.verdict is Verdict.CLEAN


def test_they_come_in_the_order_of_their_packages(install: Install) -> None:
    for name in ("plugged_z", "plugged_c"):
        install(name, f"[egovarchive.validators]\nmine = {name}:Doubter\n")
    tools = with_plugins(Toolbox())
    assert [each.tool.name for each in tools.validators] == ["plugged_c", "plugged_z"]


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("plugged_d:broken", "RuntimeError: no licence"),
        ("plugged_d:nothing", "AttributeError"),
        ("no_such_module:Doubter", "ModuleNotFoundError"),
        ("plugged_d:Reader", "it has no isolated, answers, validate"),
    ],
)
def test_one_that_cannot_be_loaded_is_named(
    install: Install, value: str, why: str
) -> None:
    install("plugged_d", f"[egovarchive.validators]\nmine = {value}\n")
    with pytest.raises(ToolError) as raised:
        with_plugins(core_tools())
    said = raised.value.message("en")
    assert said.startswith("the plug-in 'mine' of plugged_d (egovarchive.validators, ")
    assert why in said
    assert "plugged_d 的插件 'mine'" in raised.value.message("zh")


def test_without_plugins_all_stays_as_it_is() -> None:
    tools = core_tools()
    assert with_plugins(tools) == tools


def test_every_field_of_a_toolbox_has_its_group() -> None:
    fields = {group.removeprefix("egovarchive.") for group in GROUPS}
    assert fields == {
        *("identifiers", "validators", "readers", "openers", "scanners", "renderers")
    }
    assert all(hasattr(Toolbox(), field) for field in fields)
