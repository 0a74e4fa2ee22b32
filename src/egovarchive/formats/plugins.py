"""Plug-ins: tools that other installed packages bring, by entry points."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Final

from attrs import evolve, frozen

from egovarchive.errors import ToolError
from egovarchive.formats.toolbox import Toolbox


@frozen
class _Contract:
    """What the tools of one *group* of entry points are, and what they must have."""

    group: str
    field: str
    has: tuple[str, ...]


_CONTRACTS: Final = tuple(
    _Contract(f"egovarchive.{field}", field, has)
    for field, has in (
        ("identifiers", ("tool", "identify")),
        ("validators", ("tool", "isolated", "answers", "validate")),
        ("readers", ("tool", "isolated", "reads", "read")),
        ("openers", ("tool", "isolated", "opens", "children")),
        ("scanners", ("scan",)),
        ("renderers", ("tool", "renders", "pages")),
    )
)
GROUPS: Final = tuple(each.group for each in _CONTRACTS)


def with_plugins(toolbox: Toolbox) -> Toolbox:
    """
    Return *toolbox*, and behind its tools those that installed packages bring.

    An entry point in one of `GROUPS` names a class, or a function, that makes a tool
    when it is called without arguments. They come in the order of their packages'
    names. Nothing is loaded unless this is called: it runs code of those packages.

    Raises:
        ToolError: One cannot be loaded, or is no such tool. None is left out in
            silence: what it would have found would be missing.
    """
    more: dict[str, Any] = {
        contract.field: (*getattr(toolbox, contract.field), *_tools(contract))
        for contract in _CONTRACTS
    }
    return evolve(toolbox, **more)


def _tools(contract: _Contract) -> Iterator[Any]:
    for point in sorted(entry_points(group=contract.group), key=_place):
        yield _made(point, contract)


def _place(point: EntryPoint) -> tuple[str, str]:
    return "" if point.dist is None else point.dist.name, point.name


def _made(point: EntryPoint, contract: _Contract) -> Any:
    try:
        tool = point.load()()
        missing = [name for name in contract.has if not hasattr(tool, name)]
    # Whatever code of others trips over while it is loaded: it is named, and raised.
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        raise _broken(point, reason, reason) from error
    if missing:
        names = ", ".join(missing)
        raise _broken(point, f"it has no {names}", f"缺少 {names}")
    return tool


def _broken(point: EntryPoint, en: str, zh: str) -> ToolError:
    package, name = _place(point)
    return ToolError(
        f"the plug-in {name!r} of {package} ({point.group}, {point.value}) "
        f"cannot be loaded: {en}",
        f"{package} 的插件 {name!r}（{point.group}，{point.value}）无法加载：{zh}",
    )
