"""`appraise`: what has expired is listed; opinions on it are approved."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from egovarchive.cli.columns import table
from egovarchive.cli.language import Say
from egovarchive.cli.listing import day_of
from egovarchive.cli.opening import open_archive
from egovarchive.cli.problems import FINE
from egovarchive.cli.screen import Screen
from egovarchive.cli.usage import Parser
from egovarchive.errors import ContentError, InvalidValueError
from egovarchive.lifecycle.appraisal import Opinion
from egovarchive.lifecycle.appraisal_list import AppraisalList
from egovarchive.records.retention import RetentionPeriod

MAX_FILE: Final = 64 << 20  # bytes of a file with opinions
DESTROY: Final = "destroy"
_RULE: Final = "a file with opinions"


def add_appraise(command: Callable[..., Parser], say: Say) -> None:
    """Add the command `appraise`."""
    parser = command(
        "appraise",
        "List what has expired, or approve opinions on it.",
        "列出保管期满的电子档案，或批准鉴定意见。",
    )
    parser.arguments.add_argument(
        "opinions",
        metavar="OPINIONS.json",
        nargs="?",
        help=say(
            "the file that --write made, filled in; without it, the list is shown",
            "由 --write 生成并已填写的文件；不给则显示鉴定清单",
        ),
    )

    def add(name: str, metavar: str, en: str, zh: str) -> None:
        parser.options.add_argument(name, metavar=metavar, help=say(en, zh))

    add(
        "--on",
        "DATE",
        "the day, YYYY-MM-DD (default: today in China)",
        "日期，YYYY-MM-DD（缺省为北京时间今日）",
    )
    add("--write", "FILE", "write a file to fill in", "生成供填写意见的文件")
    add("--by", "NAME", "who approves", "批准人")
    add("--role", "ROLE", "as what", "批准人职务")
    add("--opinion", "TEXT", "what they say", "批准意见")


def run(args: Namespace, screen: Screen) -> int:
    """Show or approve what *args* name; return the exit code."""
    if args.opinions:
        return _approve(args, screen)
    archive = open_archive(args)
    due = archive.appraisal.due(None if args.on is None else day_of(args.on))
    if args.write:
        _write(Path(args.write), due)
    if screen.as_json:
        for record in due.records:
            screen.value(record.row())
        return FINE
    rows = [
        (
            str(record.code),
            str(record.period),
            record.ends_on.isoformat(),
            "、".join(record.holds),
        )
        for record in due.records
    ]
    head = (
        screen.say("code", "档号"),
        screen.say("period", "保管期限"),
        screen.say("ended on", "期满日"),
        screen.say("holds", "冻结"),
    )
    screen.lines(table(head, rows))
    screen.line(
        screen.say(f"To be appraised: {len(rows)}.", f"应鉴定：{len(rows)} 件。")
    )
    return FINE


def _approve(args: Namespace, screen: Screen) -> int:
    given = {name: needed(args, name) for name in ("by", "role", "opinion")}
    due, opinions = _read(Path(args.opinions))
    done = open_archive(args).appraisal.approve(due, opinions, **given)
    proposed = len(done.opinions) - done.retained
    if screen.as_json:
        told = {"appraisal": done.id, "retained": done.retained, "proposed": proposed}
        screen.value(told)
        return FINE
    screen.line(
        screen.say(
            f"Appraisal {done.id}: kept longer {done.retained}, proposed for "
            f"destruction {proposed}.",
            f"鉴定 {done.id}：续存 {done.retained} 件，拟销毁 {proposed} 件。",
        )
    )
    return FINE


def needed(args: Namespace, name: str) -> str:
    """Return the option *name* of *args*, or raise `InvalidValueError`."""
    value = getattr(args, name)
    if not value:
        raise InvalidValueError(
            f"--{name} is needed for this",
            f"此操作须给出 --{name}",
            rule="who acts is named",
            place=f"--{name}",
        )
    return str(value)


def _write(path: Path, due: AppraisalList) -> None:
    lines = [
        {"code": str(record.code), "opinion": "", "reason": "", "by": ""}
        for record in due.records
    ]
    text = json.dumps(
        {"list": due.row(), "opinions": lines}, ensure_ascii=False, indent=1
    )
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(f"{text}\n")
    except OSError as error:
        raise ContentError(
            f"cannot write {str(path)!r}: {error.strerror}",
            f"无法写入 {str(path)!r}：{error.strerror}",
        ) from error


def _read(path: Path) -> tuple[AppraisalList, list[Opinion]]:
    from egovarchive.exchange.invalid_file import Findings  # noqa: PLC0415
    from egovarchive.exchange.strict_json import parse  # noqa: PLC0415

    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
    except OSError as error:
        raise ContentError(
            f"cannot read {str(path)!r}: {error.strerror}",
            f"无法读取 {str(path)!r}：{error.strerror}",
        ) from error
    if len(data) > MAX_FILE:
        raise _wrong(f"larger than {MAX_FILE} bytes", f"超过 {MAX_FILE} 字节", "")
    tree: Any = parse(data)
    if not isinstance(tree, dict) or set(tree) != {"list", "opinions"}:
        raise _wrong("not the file that --write makes", "不是 --write 生成的文件", "")
    if not isinstance(tree["opinions"], list):
        raise _wrong("no array", "不是数组", "opinions")
    due = AppraisalList.of_row(tree["list"])
    findings = Findings()
    opinions: list[Opinion] = []
    for number, each in enumerate(tree["opinions"]):
        with findings.at(f"opinions[{number}]"):
            opinions += _opinion(each, due)
        if findings.full:
            break
    findings.settle()
    return due, opinions


def _opinion(value: Any, due: AppraisalList) -> list[Opinion]:
    names = {"code", "opinion", "reason", "by"}
    if not isinstance(value, dict) or set(value) != names:
        raise _wrong("no opinion", "不是鉴定意见", "")
    if not all(isinstance(each, str) for each in value.values()):
        raise _wrong("a value that is no text", "有的值不是文本", "")
    held = {str(record.code) for record in due.records if record.holds}
    word = value["opinion"]
    if not word and value["code"] in held:
        return []  # it stays as it is as long as it is on hold
    if not word:
        raise _wrong(
            f"fill in {DESTROY!r}, or the new period, such as 'D30' or 'Y'",
            f"请填写 {DESTROY!r} 或重新划定的保管期限，如 'D30'、'Y'",
            "opinion",
        )
    retain = None if word == DESTROY else str(RetentionPeriod.parse(word))
    row = {"code": value["code"], "reason": value["reason"], "by": value["by"]}
    return [Opinion.of_row({**row, "retain": retain})]


def _wrong(en: str, zh: str, place: str) -> InvalidValueError:
    return InvalidValueError(en, zh, rule=_RULE, place=place)
