"""Extras: what an audit may use and does not need."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from egovarchive.errors import ToolError


def extra(module: str, name: str) -> Any:
    """
    Return *module*, which the extra *name* brings.

    Raises:
        ToolError: It is not installed.
    """
    try:
        return import_module(module)
    except ImportError:
        package = module.partition(".")[0]
        raise ToolError(
            f"{package} is not installed: pip install 'egovarchive[{name}]'",
            f"未安装 {package}：pip install 'egovarchive[{name}]'",
        ) from None
