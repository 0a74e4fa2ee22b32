"""Toolboxes: the tools that a command looks into files with."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from attrs import evolve

from egovarchive.checks import DEFAULT_POLICY, Policy
from egovarchive.errors import InvalidValueError

if TYPE_CHECKING:
    from egovarchive.formats.toolbox import Toolbox

NONE: Final = "none"
CORE: Final = "core"
INSTALLED: Final = "installed"
TOOLS: Final = (NONE, CORE, INSTALLED)
_SCAN: Final = "security.malware"


@contextmanager
def tools_of(args: Namespace) -> Iterator[Toolbox | None]:
    """
    Yield the tools that *args* ask for, until the end of the work; None for none.

    Raises:
        InvalidValueError: A scanner or plug-ins are asked for, and no tools.
        ToolError: A plug-in cannot be loaded.
    """
    if args.tools == NONE:
        if args.clamd is not None or args.plugins:
            raise InvalidValueError(
                "scanners and plug-ins look into files: "
                f"--tools {CORE}, or {INSTALLED}",
                f"查毒和插件须读取文件内容：--tools {CORE} 或 {INSTALLED}",
                place="--tools",
            )
        yield None
        return
    with _toolbox(args) as tools:
        yield tools


def scanned(args: Namespace, policy: Policy = DEFAULT_POLICY) -> Policy:
    """
    Return *policy*; if *args* name a scanner, one by which nothing passes unscanned.

    A deposit then waits until the scanner can be reached.
    """
    if args.clamd is None:
        return policy
    return evolve(
        policy,
        name=f"{policy.name} +{_SCAN}",
        required=policy.required | {_SCAN},
        wait=True,
    )


def _toolbox(args: Namespace) -> Toolbox:
    from egovarchive.formats.tools import (  # noqa: PLC0415 - loads all readers
        core_tools,
        installed_tools,
    )

    tools = core_tools() if args.tools == CORE else installed_tools()
    if args.plugins:
        from egovarchive.formats.plugins import with_plugins  # noqa: PLC0415 - asked

        tools = with_plugins(tools)
    if args.clamd is not None:
        from egovarchive.formats.malware.clamd import ClamdScanner  # noqa: PLC0415

        tools = tools.with_scanner(ClamdScanner(args.clamd))
    return tools
