"""The house stands: imports run downstairs only, and files stay small."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import egovarchive

SOURCE = Path(egovarchive.__file__).parent
TOP = "__init__"
FLOORS: list[set[str]] = [
    {"errors", "version"},
    {"records"},
    {"profiles", "storage", "signing", "formats"},
    {"packages", "evidence", "seals"},
    {"checks", "lifecycle", "exchange"},
    {"journal"},
    {"catalog"},
    {"archive"},
    # Its samples come with an archive to put them in.
    {"testing"},
    {TOP},
    {"cli"},
    {"__main__"},
]
FLOOR_OF = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
MOST_LINES = 400
FILES = sorted(SOURCE.rglob("*.py"))


def name_of(file: Path) -> str:
    """Return the name of the module in *file*, from the top of the package on."""
    parts = list(file.relative_to(SOURCE).with_suffix("").parts)
    if len(parts) > 1 and parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts)


MODULES = {name_of(file): file for file in FILES}


def room_of(module: str) -> str:
    """Return the room that *module* lies in."""
    return module.split(".", maxsplit=1)[0]


def imports_of(text: str, module: str) -> Iterator[tuple[int, str]]:
    """Yield each module of ours that *text* imports, anywhere, with its line."""
    yield from _imports_in(ast.walk(ast.parse(text)), module)


def _imports_in(nodes: Iterable[ast.AST], module: str) -> Iterator[tuple[int, str]]:
    for node in nodes:
        if isinstance(node, ast.Import):
            found = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            start = _above(module, node.level)
            source = f"{start}{node.module}" if node.module else start.rstrip(".")
            found = [f"{source}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in found:
            top, _, rest = name.partition(".")
            if top == "egovarchive":
                yield node.lineno, _known(rest)


def _above(module: str, levels: int) -> str:
    """Return what stands before the dots of an import in *module*, with a dot."""
    if not levels:
        return ""
    parts = ["egovarchive", *module.split(".")]
    if module != TOP and MODULES[module].name == "__init__.py":
        parts.append("__init__")
    return ".".join(parts[:-levels]) + "."


def _known(path: str) -> str:
    """Return the module that *path*, of it or of a name in it, leads to."""
    while path and path not in MODULES:
        path = path.rpartition(".")[0]
    return path or TOP


def imports(module: str) -> list[tuple[int, str]]:
    return list(imports_of(MODULES[module].read_text(encoding="utf-8"), module))


def test_every_room_has_its_floor() -> None:
    assert {room_of(module) for module in MODULES} == set(FLOOR_OF)


@pytest.mark.parametrize("module", MODULES)
def test_imports_run_downstairs(module: str) -> None:
    room = room_of(module)
    wrong = [
        f"{module}:{line} imports {other}"
        for line, other in imports(module)
        if room_of(other) != room and FLOOR_OF[room_of(other)] >= FLOOR_OF[room]
    ]
    assert not wrong


def test_an_import_upstairs_would_be_seen() -> None:
    for source, expected in (
        ("import egovarchive.archive.folder", "archive.folder"),
        ("from egovarchive.catalog import Catalog", "catalog"),
        ("from egovarchive.catalog import sqlite", "catalog.sqlite"),
        ("from egovarchive import archive", "archive"),
        ("from egovarchive import Archive", TOP),
        ("def f():\n    from egovarchive.cli import parser", "cli.parser"),
    ):
        assert [name for _, name in imports_of(source, "errors")] == [expected]
    for source, expected in (
        ("from .xml import Values", "packages.xml"),
        ("from . import xml", "packages.xml"),
        ("from ..archive import Archive", "archive"),
        ("from .. import archive", "archive"),
    ):
        assert [name for _, name in imports_of(source, "packages.read")] == [expected]
    (found,) = imports_of("from .packages import xml", TOP)
    assert found == (1, "packages.xml")
    assert not list(imports_of("import os, egovarchive_other", "errors"))


def test_modules_do_not_wait_for_each_other() -> None:
    """What is imported while a function runs is no circle: all is there by then."""
    graph = {}
    for module, file in MODULES.items():
        body = ast.parse(file.read_text(encoding="utf-8")).body
        graph[module] = {other for _, other in _imports_in(body, module)} - {module}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"these import each other: {' -> '.join(error.args[1])}")


def test_the_errors_import_nothing_of_the_package() -> None:
    assert not imports("errors")


@pytest.mark.parametrize("module", MODULES)
def test_files_stay_small(module: str) -> None:
    lines = MODULES[module].read_text(encoding="utf-8").count("\n")
    assert lines <= MOST_LINES


@pytest.mark.parametrize("module", MODULES)
def test_nothing_is_called_after_nothing(module: str) -> None:
    """A helper lives with its one user, or has a noun."""
    vague = {"utils", "util", "helpers", "helper", "common", "core", "misc", "models"}
    assert not vague & set(module.split("."))


CLOCKS = {("date", "today"), ("datetime", "now"), ("datetime", "today")}
CLOCKS |= {("datetime", "utcnow"), ("time", "time"), ("time", "time_ns")}


@pytest.mark.parametrize(
    "module",
    [name for name in MODULES if FLOOR_OF[room_of(name)] < FLOOR_OF["archive"]],
)
def test_below_the_archive_nobody_asks_what_day_it_is(module: str) -> None:
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    asked = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr) in CLOCKS
    ]
    assert not asked
