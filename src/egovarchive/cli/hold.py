"""`hold` and `release`: nothing under a hold can be destroyed."""

from __future__ import annotations

import argparse
from argparse import Namespace
from collections.abc import Callable
from datetime import date
from typing import Any

from egovarchive.archive.agenda.holds import HoldStory
from egovarchive.cli.columns import table
from egovarchive.cli.language import Say
from egovarchive.cli.listing import or_none
from egovarchive.cli.opening import code_of, open_archive
from egovarchive.cli.problems import FINDINGS, FINE
from egovarchive.cli.screen import Screen
from egovarchive.cli.usage import Parser
from egovarchive.errors import InvalidValueError
from egovarchive.exchange.json_scalars import date_of
from egovarchive.lifecycle.hold import Scope


def add_holds(command: Callable[..., Parser], say: Say) -> None:
    """Add the commands `hold` and `release`."""
    hold = command(
        "hold",
        "Place a hold over records: nothing under it can be destroyed. Or list them.",
        "设置冻结：被冻结的电子档案不得销毁；或列出各项冻结。",
    )
    hold.arguments.add_argument(
        "number",
        metavar="NUMBER",
        nargs="?",
        help=say(
            "what it is known by, such as the number of a court's letter; used once",
            "冻结编号，如法院函件文号；不得重复使用",
        ),
    )

    def add(name: str, en: str, zh: str, **settings: Any) -> None:
        hold.options.add_argument(name, help=say(en, zh), **settings)

    add(
        "--list",
        "list all holds, released ones too",
        "列出全部冻结，含已解除的",
        action="store_true",
    )
    _add_words(hold, say)
    add(
        "--code",
        "this record; may be repeated",
        "该档号；可多次使用",
        metavar="CODE",
        action="append",
        default=[],
    )
    add(
        "--item",
        "records of this service item; may be repeated",
        "该事项编码的电子档案；可多次使用",
        metavar="ITEM",
        action="append",
        default=[],
    )
    add(
        "--year",
        "records of cases concluded in this year; may be repeated",
        "该年度办结的电子档案；可多次使用",
        metavar="YEAR",
        action="append",
        default=[],
        type=lambda text: _year(text, say),
    )
    add(
        "--from",
        "records of cases concluded on this day or later",
        "自该日起办结的电子档案",
        metavar="DATE",
        dest="concluded_from",
    )
    add(
        "--to",
        "records of cases concluded on this day or earlier",
        "至该日止办结的电子档案",
        metavar="DATE",
        dest="concluded_to",
    )
    add("--everything", "the whole fonds", "整个全宗", action="store_true")

    release = command("release", "Release a hold.", "解除冻结。")
    release.arguments.add_argument(
        "number", metavar="NUMBER", help=say("what it is known by", "冻结编号")
    )
    _add_words(release, say)


def _add_words(parser: Parser, say: Say) -> None:
    for name, en, zh in (
        (
            "reason",
            "why; kept for ever: name no applicant",
            "理由；永久留存，不得写入申请人",
        ),
        ("authority", "who asked for it", "提出机关"),
        ("by", "the official who does it", "经办人"),
    ):
        parser.options.add_argument(f"--{name}", metavar="TEXT", help=say(en, zh))


def hold(args: Namespace, screen: Screen) -> int:
    """Place the hold that *args* describe, or list all; return the exit code."""
    if args.list:
        if args.number is not None:
            raise InvalidValueError(
                f"--list takes no number: {args.number!r}",
                f"--list 不带冻结编号：{args.number!r}",
                place="NUMBER",
            )
        return _list(args, screen)
    words = _words(args)
    scope = Scope(
        codes=[code_of(text) for text in args.code],
        item_codes=args.item,
        years=args.year,
        concluded_from=_day(args.concluded_from, "--from"),
        concluded_to=_day(args.concluded_to, "--to"),
        everything=args.everything,
    )
    number = _given(args.number, "NUMBER")
    placed = open_archive(args).holds.place(number=number, scope=scope, **words)
    if screen.as_json:
        screen.value(
            {
                "hold": number,
                "records": placed.records,
                "destroying": placed.destroying,
                "destroyed": placed.destroyed,
                "too_late": [str(code) for code in placed.too_late],
            }
        )
    else:
        screen.line(placed.message(screen.lang))
    return FINDINGS if placed.too_late else FINE


def release(args: Namespace, screen: Screen) -> int:
    """Release the hold that *args* name; return the exit code."""
    words = _words(args)
    open_archive(args).holds.release(args.number, **words)
    if screen.as_json:
        screen.value({"released": args.number})
    else:
        screen.line(
            screen.say(
                f"hold {args.number} is released.", f"冻结 {args.number} 已解除。"
            )
        )
    return FINE


def _list(args: Namespace, screen: Screen) -> int:
    stories = open_archive(args).holds.history()
    if screen.as_json:
        for story in stories:
            screen.value(_row(story))
        return FINE
    say = screen.say
    head = (
        say("hold", "冻结"),
        say("placed", "设置"),
        say("released", "解除"),
        say("authority", "提出机关"),
        say("reason", "理由"),
        say("scope", "范围"),
    )
    rows = (
        (
            story.hold.number,
            story.hold.placed_at.date().isoformat(),
            "-"
            if story.release is None
            else story.release.released_at.date().isoformat(),
            story.hold.authority,
            story.hold.reason,
            story.hold.scope.encode(),
        )
        for story in stories
    )
    screen.lines(or_none(table(head, rows), say("No holds.", "没有冻结。")))
    return FINE


def _row(story: HoldStory) -> dict[str, object]:
    placed, released = story.hold, story.release
    return {
        "hold": placed.number,
        "reason": placed.reason,
        "authority": placed.authority,
        "by": placed.placed_by,
        "at": placed.placed_at.isoformat(),
        "scope": placed.scope.encode(),
        "released": None
        if released is None
        else {
            "reason": released.reason,
            "authority": released.authority,
            "by": released.released_by,
            "at": released.released_at.isoformat(),
        },
    }


def _words(args: Namespace) -> dict[str, str]:
    return {
        name: _given(getattr(args, name), f"--{name}")
        for name in ("reason", "authority", "by")
    }


def _given(text: str | None, place: str) -> str:
    if text is None:
        raise InvalidValueError(f"{place} is missing", f"缺少 {place}", place=place)
    return text


def _day(text: str | None, place: str) -> date | None:
    try:
        return None if text is None else date_of(text)
    except InvalidValueError as error:
        raise error.within(place) from None


def _year(text: str, say: Say) -> int:
    if text.isascii() and text.isdigit() and len(text) == 4:  # noqa: PLR2004 - digits
        return int(text)
    raise argparse.ArgumentTypeError(
        say(f"not a year: {text!r}", f"不是年份：{text!r}")
    )
