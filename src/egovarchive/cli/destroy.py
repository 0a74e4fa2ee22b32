"""`destroy`: lists are made, approved, struck from, executed and certified."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from egovarchive.archive.destruction.destruction_status import DestructionStatus
from egovarchive.cli.appraise import needed
from egovarchive.cli.columns import pairs
from egovarchive.cli.key_options import add_authorities, add_key, add_tsa
from egovarchive.cli.language import Say
from egovarchive.cli.opening import code_of, needed_signer, open_archive, signing
from egovarchive.cli.problems import FINE
from egovarchive.cli.screen import Screen
from egovarchive.cli.usage import Parser
from egovarchive.errors import InvalidValueError

ACTS: Final = ("list", "approve", "strike", "status", "execute", "certificate")


def add_destroy(command: Callable[..., Parser], say: Say) -> None:
    """Add the command `destroy`."""
    parser = command(
        "destroy",
        "Destroy what an appraisal gave up: list, approve, execute before witnesses.",
        "销毁经鉴定不再保存的电子档案：编制清册、批准、监销、出具证明。",
    )
    parser.arguments.add_argument(
        "act",
        metavar="ACT",
        choices=ACTS,
        help=say("one of: ", "操作，可为：") + ", ".join(ACTS),
    )
    parser.arguments.add_argument(
        "list",
        metavar="LIST",
        nargs="?",
        help=say("the id of the list", "销毁清册标识"),
    )

    def add(name: str, metavar: str, en: str, zh: str, *, many: bool = False) -> None:
        parser.options.add_argument(
            name,
            metavar=metavar,
            action="append" if many else "store",
            help=say(en, zh),
        )

    parser.options.add_argument(
        "--purge",
        action="store_true",
        help=say(
            "list own copies of what was transferred, after custody",
            "列入移交后保管期已过的本单位副本",
        ),
    )
    add(
        "--code",
        "CODE",
        "list or strike this record; may be repeated (default for list: all)",
        "列入或移出该档号，可重复（编制清册时缺省为全部）",
        many=True,
    )
    add("--by", "NAME", "who lists, approves or strikes", "经办人或批准人")
    add("--role", "ROLE", "as what somebody approves", "批准人职务")
    add("--opinion", "TEXT", "what who approves says", "批准意见")
    add("--reason", "TEXT", "why a record is struck off", "移出清册的理由")
    add("--witness", "NAME", "who watches; twice", "监销人，须给出两次", many=True)
    add("--method", "TEXT", "how it is destroyed", "销毁方式")
    add(
        "--copy",
        "DIR",
        "store of a copy to delete from as well; may be repeated",
        "须一并删除的副本存储文件夹，可重复",
        many=True,
    )
    add("--to", "DIR", "where to write a certificate", "证明写入的文件夹")
    add_key(parser, say)
    add_tsa(parser, say)
    add_authorities(parser, say)


def run(args: Namespace, screen: Screen) -> int:
    """Do what *args* name; return the exit code."""
    return _ACTS[args.act](args, screen)


def _list_id(args: Namespace) -> str:
    if not args.list:
        raise InvalidValueError(
            "name the list: its id",
            "须指明销毁清册标识",
            rule="which list",
            place="LIST",
        )
    return str(args.list)


def _list(args: Namespace, screen: Screen) -> int:
    codes = [code_of(text) for text in args.code] if args.code else None
    destruction = open_archive(args).destruction
    made = destruction.list(codes, purge=args.purge, by=needed(args, "by"))
    return _told(destruction.status(made.id), screen)


def _approve(args: Namespace, screen: Screen) -> int:
    destruction, number = open_archive(args).destruction, _list_id(args)
    given = {name: needed(args, name) for name in ("by", "role", "opinion")}
    destruction.approve(number, **given)
    return _told(destruction.status(number), screen)


def _strike(args: Namespace, screen: Screen) -> int:
    destruction, number = open_archive(args).destruction, _list_id(args)
    codes = [code_of(text) for text in args.code or ()]
    if not codes:
        needed(args, "code")
    given = {name: needed(args, name) for name in ("by", "reason")}
    destruction.strike(number, codes, **given)
    return _told(destruction.status(number), screen)


def _status(args: Namespace, screen: Screen) -> int:
    destruction = open_archive(args).destruction
    found = [destruction.status(args.list)] if args.list else destruction.lists()
    for status in found:
        _told(status, screen)
    return FINE


def _execute(args: Namespace, screen: Screen) -> int:
    from egovarchive.cli.sealing import TSA, opened  # noqa: PLC0415 - cryptography
    from egovarchive.storage.files import FileStorage  # noqa: PLC0415

    number, method = _list_id(args), needed(args, "method")
    copies = [Path(each) for each in args.copy or ()]
    for place in copies:
        # Of a folder that is not there, the certificate would say: nothing is left.
        if not place.is_dir():
            raise InvalidValueError(
                f"{str(place)!r} is no folder",
                f"{str(place)!r} 不是文件夹",
                rule="copies of an archive",
                place="--copy",
            )
    with signing(args, screen) as signer:
        # Without an authority, when is the agency's word: the certificate says so.
        asks = bool(args.tsa or os.environ.get(TSA))
        archive = opened(args, signer=needed_signer(signer), asks=asks)
        with screen.progress("destroying", "正在销毁"):
            archive.destruction.execute(
                number,
                witnesses=args.witness or (),
                method=method,
                copies=[FileStorage(place) for place in copies],
            )
    return _told(archive.destruction.status(number), screen)


def _certificate(args: Namespace, screen: Screen) -> int:
    from egovarchive.cli.sealing import opened  # noqa: PLC0415 - cryptography

    archive = opened(args, asks=False)
    folder = needed(args, "to")
    archive.destruction.export_certificate(_list_id(args), folder)
    if screen.as_json:
        screen.value({"list": args.list, "folder": folder})
    else:
        screen.line(
            screen.say(f"The certificate is in {folder}.", f"销毁证明在 {folder}。")
        )
    return FINE


def _told(status: DestructionStatus, screen: Screen) -> int:
    row = status.row()
    if screen.as_json:
        screen.value(row)
        return FINE
    say, agreement = screen.say, status.agreement
    held = "；".join(f"{c} ({'、'.join(n)})" for c, n in status.held.items())
    screen.lines(
        pairs(
            [
                (say("list", "清册"), status.list.id),
                (say("kind", "类别"), status.list.kind.label(screen.lang)),
                (say("listed by", "编制人"), status.list.listed_by),
                (say("records", "件数"), str(len(status.list.records))),
                (say("waiting", "待销毁"), str(len(status.waiting))),
                (say("being destroyed", "销毁中"), str(len(status.destroying))),
                (say("destroyed", "已销毁"), str(len(status.destroyed))),
                (say("struck off", "已移出"), str(len(status.struck))),
                (say("on hold", "被冻结"), held or "-"),
                (say("approved by", "批准人"), "、".join(agreement.approvers) or "-"),
                (say("witnesses", "监销人"), "、".join(agreement.witnesses) or "-"),
                (say("certificate", "证明"), agreement.certificate or "-"),
            ]
        )
    )
    return FINE


_ACTS: Final[Mapping[str, Callable[[Namespace, Screen], int]]] = {
    "list": _list,
    "approve": _approve,
    "strike": _strike,
    "status": _status,
    "execute": _execute,
    "certificate": _certificate,
}
