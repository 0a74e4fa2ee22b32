"""Usage: an argument parser that speaks Chinese or English."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable
from functools import partial
from typing import Any, Final, NoReturn

from egovarchive.cli.columns import wrapped
from egovarchive.cli.language import choose
from egovarchive.errors import InvalidValueError, Language

_HELP_COLUMN: Final = 26

# What argparse says, whose words differ a little between versions of Python.
_SAYINGS: Final = (
    (r"argument (\S+?): (.*)", "参数 {0}：{1}"),
    (r"the following arguments are required: (.*)", "缺少必需的参数：{0}"),
    (r"unrecognized arguments: (.*)", "无法识别的参数：{0}"),
    (r"expected one argument", "须有一个值"),
    (r"expected at least one argument", "至少须有一个值"),
    (r"invalid choice: (.*?) \(choose from (.*)\)", "无效的选项 {0}（可选：{1}）"),
    (r"ignored explicit argument (.*)", "该参数不带值：{0}"),
)


def in_chinese(saying: str) -> str:
    """
    Return in Chinese what argparse says is wrong; as it is, if it is not known.

    >>> in_chinese("argument --lang: expected one argument")
    '参数 --lang：须有一个值'
    """
    for pattern, zh in _SAYINGS:
        if match := re.fullmatch(pattern, saying, re.DOTALL):
            return zh.format(*map(in_chinese, match.groups()))
    return saying


class HelpPage(argparse.HelpFormatter):
    """Help in the language *lang*, wrapped for characters of double width."""

    def __init__(self, prog: str, *, lang: Language) -> None:
        super().__init__(prog, max_help_position=_HELP_COLUMN)
        self._lang = lang

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        if prefix is None:
            prefix = choose(self._lang, "usage: ", "用法：")
        super().add_usage(usage, actions, groups, prefix)

    def _split_lines(self, text: str, width: int) -> list[str]:
        return wrapped(text, width)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(
            f"{indent}{line}"
            for paragraph in text.split("\n")
            for line in wrapped(paragraph, width - len(indent)) or [""]
        )


class Parser(argparse.ArgumentParser):
    """
    An argument parser in the language *lang*; names are not abbreviated.

    Arguments are added to `arguments` and `options`. What is used wrongly is raised
    as an `InvalidValueError`.
    """

    def __init__(self, *, lang: Language, **settings: Any) -> None:
        super().__init__(
            **settings,
            add_help=False,
            allow_abbrev=False,
            formatter_class=partial(HelpPage, lang=lang),
        )
        self.lang = lang
        self.arguments = self.add_argument_group(choose(lang, "arguments", "参数"))
        self.options = self.add_argument_group(choose(lang, "options", "选项"))
        self.options.add_argument(
            "-h",
            "--help",
            action="help",
            help=choose(lang, "show this help and exit", "显示本帮助并退出"),
        )

    def error(self, message: str) -> NoReturn:
        more = f"{self.prog} --help"
        raise InvalidValueError(
            f"{message}; see {more}", f"{in_chinese(message)}；详见 {more}"
        )
