"""The commands and their options: docs/reference/command-line.md."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any, Final

from egovarchive import __version__
from egovarchive.cli.appraise import add_appraise
from egovarchive.cli.audit import add_audit
from egovarchive.cli.check_options import add_check, add_tools, add_verify
from egovarchive.cli.destroy import add_destroy
from egovarchive.cli.due import add_due
from egovarchive.cli.hold import add_holds
from egovarchive.cli.key_options import add_key
from egovarchive.cli.language import Say, choose
from egovarchive.cli.receive import add_receive
from egovarchive.cli.schedule import add_schedule
from egovarchive.cli.seal_options import add_sealing
from egovarchive.cli.toolboxes import NONE
from egovarchive.cli.transfer import add_transfer
from egovarchive.cli.usage import Parser
from egovarchive.errors import Language
from egovarchive.records.deadlines import Level
from egovarchive.records.series import Template

PROGRAM: Final = "egovarchive"


def new_parser(lang: Language) -> Parser:
    """Return the parser of the whole command line, in the language *lang*."""

    def say(en: str, zh: str) -> str:
        return choose(lang, en, zh)

    parser = Parser(
        lang=lang,
        prog=PROGRAM,
        description=say(
            "Archive concluded government-service cases as electronic records.",
            "政务服务办件电子文件归档。",
        ),
        epilog=say(
            "Exit codes: 0 fine; 1 findings; 2 wrong use; 3 environment; 130 stopped.",
            "退出码：0 正常；1 检测或归档发现问题；2 用法错误；3 环境故障；130 中断。",
        ),
    )
    parser.options.add_argument(
        "--version",
        action="version",
        version=f"{PROGRAM} {__version__}",
        help=say("show the version and exit", "显示版本并退出"),
    )
    parser.set_defaults(archive=None, json=False, lang=None)
    _add_common(parser, say)
    _add_archive(parser, say)
    commands = parser.add_subparsers(
        title=say("commands", "命令"), dest="command", metavar="COMMAND", required=True
    )

    def command(name: str, en: str, zh: str, *, archive: bool = True) -> Parser:
        text = say(en, zh)
        added: Parser = commands.add_parser(
            name, lang=lang, help=text, description=text
        )
        _add_common(added, say)
        if archive:
            _add_archive(added, say)
        return added

    _add_demo(command, say)
    _add_init(command, say)
    _add_deposit(command, say)
    _add_questions(command, say)
    _add_upkeep(command, say)
    add_audit(command, say)
    add_holds(command, say)
    add_sealing(command, say)
    add_schedule(command, lambda act: _add_place(act, say), say)
    add_transfer(command, say)
    add_receive(command, say)
    add_appraise(command, say)
    add_destroy(command, say)
    return parser


# What stands before the command must not be overwritten by its absence behind it:
# there, what is absent is left out.
def _add_common(parser: Parser, say: Say) -> None:
    parser.options.add_argument(
        "--json",
        action="store_true",
        default=argparse.SUPPRESS,
        help=say("print JSON, one object a line", "输出 JSON，每行一个对象"),
    )
    parser.options.add_argument(
        "--lang",
        choices=("zh", "en"),
        default=argparse.SUPPRESS,
        help=say(
            "speak Chinese or English (default: as the locale says)",
            "输出语言：中文或英文（缺省按系统区域设置）",
        ),
    )


def _add_archive(parser: Parser, say: Say) -> None:
    parser.options.add_argument(
        "--archive",
        metavar="DIR",
        default=argparse.SUPPRESS,
        help=say(
            "folder of the archive (default: the variable EGOVARCHIVE_ARCHIVE)",
            "档案库文件夹（缺省取环境变量 EGOVARCHIVE_ARCHIVE）",
        ),
    )


def _add_place(parser: Parser, say: Say) -> None:
    _add_common(parser, say)
    _add_archive(parser, say)


def _add_demo(command: Callable[..., Parser], say: Say) -> None:
    parser = command(
        "demo",
        "Archive twelve sample cases in DIR, and show what can be done with them.",
        "在 DIR 中归档十二个示例办件，并演示各项功能。",
        archive=False,
    )
    parser.arguments.add_argument(
        "folder",
        metavar="DIR",
        nargs="?",
        default="egovarchive-demo",
        help=say(
            "a folder that does not exist, or is empty (default: egovarchive-demo)",
            "不存在的或空的文件夹（缺省为 egovarchive-demo）",
        ),
    )


def _add_init(command: Callable[..., Parser], say: Say) -> None:
    parser = command("init", "Make an archive.", "新建档案库。")

    def add(name: str, en: str, zh: str, **settings: Any) -> None:
        parser.options.add_argument(name, help=say(en, zh), **settings)

    add("--fonds", "fonds number", "全宗号", required=True)
    add(
        "--category",
        'category codes, such as "ZY·XK"',
        "档案门类代码，如“ZY·XK”",
        required=True,
    )
    add("--unit", "fonds constituting unit", "立档单位", metavar="NAME", required=True)
    add(
        "--schedule",
        "the retention schedule, CSV or JSON",
        "保管期限表，CSV 或 JSON",
        metavar="FILE",
        required=True,
    )
    add(
        "--unit-code",
        "unified social credit code of the unit",
        "立档单位统一社会信用代码",
        metavar="CODE",
    )
    add("--office", "office or subject code", "机构或问题代码")
    add(
        "--level",
        "level of the unit, for the statutory transfer date",
        "机构层级，用于计算法定移交日期",
        choices=[level.value for level in Level],
    )
    add(
        "--template",
        "how archival codes are written (default: dat13_2022)",
        "档号编制式样（缺省为 dat13_2022）",
        choices=[template.value for template in Template],
        default=Template.DAT13_2022.value,
    )
    add_key(parser, say)


def _add_deposit(command: Callable[..., Parser], say: Say) -> None:
    parser = command("deposit", "Archive concluded cases.", "归档办件。")
    parser.arguments.add_argument(
        "cases",
        metavar="CASE.json",
        nargs="+",
        help=say(
            "case JSON; files that it names lie beside it or below",
            "办件 JSON；其所列文件在同一文件夹或其下",
        ),
    )
    add_key(parser, say)
    add_tools(parser, say, NONE)


def _add_questions(command: Callable[..., Parser], say: Say) -> None:
    show = command(
        "show",
        "Show a record: entry, deadlines, documents.",
        "显示一件电子档案：条目、期限、文件。",
    )
    _add_code(show, say)

    listing = command("list", "List the records.", "列出电子档案。")
    listing.options.add_argument(
        "--limit",
        metavar="N",
        type=lambda text: _count(text, say),
        help=say("at most N of them", "至多 N 件"),
    )
    listing.options.add_argument(
        "--after",
        metavar="CODE",
        help=say("begin behind this archival code", "从该档号之后开始"),
    )

    add_due(command, say)


def _add_upkeep(command: Callable[..., Parser], say: Say) -> None:
    add_verify(command, say)
    add_check(command, say)

    export = command(
        "export",
        "Unpack a record into a folder, as anybody may read it.",
        "将一件电子档案解包到文件夹。",
    )
    _add_code(export, say)
    export.arguments.add_argument(
        "folder",
        metavar="DIR",
        help=say("a folder that does not exist, or is empty", "不存在的或空的文件夹"),
    )

    command(
        "rebuild",
        "Make the catalog anew from the journal.",
        "依据登记簿重建目录。",
    )


def _add_code(parser: Parser, say: Say) -> None:
    parser.arguments.add_argument(
        "code", metavar="CODE", help=say("archival code of the record", "档号")
    )


def _count(text: str, say: Say) -> int:
    if text.isascii() and text.isdigit() and 0 < int(text) < 1 << 63:
        return int(text)
    raise argparse.ArgumentTypeError(
        say(
            f"not a whole number from 1 on: {text!r}",
            f"不是从 1 起的整数：{text!r}",
        )
    )
