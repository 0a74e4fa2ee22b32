"""The options of `check` and `verify`, and those of the tools that look into files."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any, Final

from egovarchive.checks import Stage
from egovarchive.cli.language import Say
from egovarchive.cli.toolboxes import INSTALLED, NONE, TOOLS
from egovarchive.cli.usage import Parser
from egovarchive.profiles.gbt42727_2023 import GBT42727_2023

PROFILES: Final = {GBT42727_2023.name: GBT42727_2023}
RULES: Final = ("stages", "statutory", "scan")

Add = Callable[..., None]


def add_verify(command: Callable[..., Parser], say: Say) -> None:
    """Add the command `verify`."""
    parser = command(
        "verify",
        "Check records and their journal; all, if none is named.",
        "检测电子档案及登记簿；未指明档号时检测全部。",
    )
    parser.arguments.add_argument(
        "codes",
        metavar="CODE",
        nargs="*",
        help=say("archival code of a record", "档号"),
    )
    add = _adder(parser, say)
    add(
        "--sample",
        "check a random part: 0.1 is one in ten",
        "抽检比例：0.1 即十分之一",
        metavar="SHARE",
        type=lambda text: _share(text, say),
    )
    add(
        "--seed",
        "which part: the same seed draws the same records (default: any)",
        "抽样种子：相同种子抽得相同档案（缺省为随机）",
        metavar="N",
        type=lambda text: _seed(text, say),
    )
    add_tools(parser, say, NONE)


def add_check(command: Callable[..., Parser], say: Say) -> None:
    """Add the command `check`."""
    parser = command(
        "check",
        "Check a package, a folder or a file, without an archive.",
        "检测归档信息包、文件夹或单个文件，无需档案库。",
        archive=False,
    )
    parser.arguments.add_argument(
        "path",
        metavar="PATH",
        help=say("a package, a folder or a file", "归档信息包、文件夹或文件"),
    )
    add = _adder(parser, say)
    add(
        "--stage",
        "when this is (default: archiving)",
        "检测阶段（缺省为归档）",
        choices=[stage.value for stage in Stage],
        default=Stage.ARCHIVING.value,
    )
    add(
        "--profile",
        "the form of packages",
        "归档信息包的形式",
        choices=[*PROFILES],
        default=GBT42727_2023.name,
    )
    add(
        "--report",
        "write a report, as the name ends: .html, .json or .xml; may be repeated",
        "写出检测报告，按扩展名 .html、.json 或 .xml；可多次使用",
        metavar="FILE",
        action="append",
        default=[],
    )
    add(
        "--operator",
        "who checks; the report names him",
        "检测人，写入报告",
        metavar="NAME",
        default="",
    )
    add(
        "--trust",
        "certificates to trust; without them no signature is judged",
        "受信任证书；缺省时不检测签名",
        metavar="PEM",
    )
    add(
        "--schedule",
        "the retention schedule, for the scope: what must be there, and must not",
        "保管期限表，用于检测归档范围",
        metavar="FILE",
    )
    add(
        "--rules",
        "go by these rules of the library too; may be repeated",
        "另按本库的这些规则检测；可多次使用",
        choices=RULES,
        action="append",
        default=[],
    )
    add(
        "--require",
        "a check that must be made too, and pass; may be repeated",
        "另行规定的必检项目；可多次使用",
        metavar="NAME",
        action="append",
        default=[],
    )
    add(
        "--lenient",
        "a check whose failures only warn; may be repeated",
        "未通过时仅警告的检测项目；可多次使用",
        metavar="NAME",
        action="append",
        default=[],
    )
    add_tools(parser, say, INSTALLED)


def add_tools(parser: Parser, say: Say, default: str) -> None:
    """Add the options of the tools that look into files."""
    add = _adder(parser, say)
    add(
        "--tools",
        "what looks into files: nothing, the library alone, or also what else is "
        f"installed (default: {default})",
        f"检测文件内容的工具：不检测、仅本库、或全部已安装工具（缺省为 {default}）",
        choices=TOOLS,
        default=default,
    )
    add(
        "--clamd",
        "scan for malware: unix:/path/of/socket, or tcp:host:port",
        "以 clamd 查毒：unix:/套接字路径，或 tcp:主机:端口",
        metavar="ADDRESS",
    )
    add(
        "--plugins",
        "use the tools that other installed packages bring too",
        "同时使用其他已安装软件包提供的工具",
        action="store_true",
    )


def _adder(parser: Parser, say: Say) -> Add:
    def add(name: str, en: str, zh: str, **settings: Any) -> None:
        parser.options.add_argument(name, help=say(en, zh), **settings)

    return add


def _share(text: str, say: Say) -> float:
    try:
        share = float(text)
    except ValueError:
        share = 0.0
    if 0 < share <= 1:
        return share
    raise argparse.ArgumentTypeError(
        say(
            f"not a share above 0, and at most 1: {text!r}",
            f"抽检比例应大于 0、不超过 1，实为 {text!r}",
        )
    )


def _seed(text: str, say: Say) -> int:
    if text.isascii() and text.isdigit() and int(text) < 1 << 63:
        return int(text)
    raise argparse.ArgumentTypeError(
        say(f"not a whole number: {text!r}", f"不是整数：{text!r}")
    )
