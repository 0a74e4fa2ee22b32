"""`transfer` and `acknowledge`: the sender's side of a transfer."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from egovarchive.cli.key_options import add_key
from egovarchive.cli.language import Say
from egovarchive.cli.listing import day_of
from egovarchive.cli.opening import code_of, needed_signer, open_archive, signing
from egovarchive.cli.problems import FINDINGS, FINE
from egovarchive.cli.screen import Screen
from egovarchive.cli.usage import Parser
from egovarchive.errors import InvalidValueError
from egovarchive.exchange.source import DEFAULT_LIMITS, bytes_of
from egovarchive.lifecycle.hold import Scope
from egovarchive.records.archival_code import ArchivalCode

if TYPE_CHECKING:
    from egovarchive.archive import Archive
    from egovarchive.archive.transfer.outbox import Sent
    from egovarchive.lifecycle.dialogue.transfer_list import TransferList

_MARK: Final = "\ufeff"


def add_transfer(command: Callable[..., Parser], say: Say) -> None:
    """Add the commands `transfer` and `acknowledge`."""
    parser = command(
        "transfer",
        "Send records to the public archives: an offer, or the batch itself.",
        "向档案馆移交电子档案：移交申请，或移交批次。",
    )

    def add(name: str, en: str, zh: str, **settings: Any) -> None:
        parser.options.add_argument(name, help=say(en, zh), **settings)

    add("--on", "what is due by this day", "截至该日应移交的", metavar="DATE")
    add(
        "--item",
        "with --on: of this service item; may be repeated",
        "与 --on 合用：该事项编码的；可多次使用",
        metavar="CODE",
        action="append",
        default=[],
    )
    add(
        "--year",
        "with --on: concluded in this year; may be repeated",
        "与 --on 合用：该年度办结的；可多次使用",
        metavar="YEAR",
        type=int,
        action="append",
        default=[],
    )
    add(
        "--code",
        "this record; may be repeated",
        "该档号；可多次使用",
        metavar="CODE",
        action="append",
        default=[],
    )
    add(
        "--list",
        "the records in this file, an archival code a line",
        "该文件所列的，每行一个档号",
        metavar="FILE",
    )
    add(
        "--reply",
        "what the archives want of an offer: reply-….json",
        "档案馆在进馆意见 reply-….json 中同意接收的",
        metavar="FILE",
    )
    add(
        "--trust",
        "certificates of those who sign for the archives",
        "档案馆签名者的受信任证书",
        metavar="PEM",
    )
    add("--to", "name of the archives", "接收档案馆名称", metavar="NAME")
    add(
        "--out",
        "folder to write into; made if it is absent",
        "写入的文件夹，不存在则新建",
        metavar="DIR",
        required=True,
    )
    add("--by", "who hands over", "移交人", metavar="NAME", required=True)
    add(
        "--offer",
        "only write the signed offer, and wait for the reply",
        "只写出签名的移交申请，等待进馆意见",
        action="store_true",
    )
    add(
        "--medium",
        "type of the carrier; without it, the batch goes online",
        "载体类型、规格；缺省为在线移交",
        metavar="TYPE",
    )
    add(
        "--medium-size",
        "bytes that one carrier holds (default: one volume)",
        "单个载体的容量，字节（缺省为一卷）",
        metavar="BYTES",
        type=int,
    )
    add(
        "--environment",
        "hardware and software that the records need",
        "软硬件环境",
        metavar="TEXT",
    )
    add_key(parser, say)

    taken = command(
        "acknowledge",
        "Take in the archives' receipt: what they accepted is transferred.",
        "确认档案馆的接收回执：已接收的转为已移交。",
    )
    taken.arguments.add_argument(
        "receipt",
        metavar="RECEIPT",
        help=say(
            "receipt-….json, its signature beside it; or the folder they lie in",
            "receipt-….json，签名在同一文件夹；或其所在文件夹",
        ),
    )
    for name, metavar, en, zh in (
        (
            "--trust",
            "PEM",
            "certificates of those who sign for the archives: trust nobody else here",
            "档案馆签名者的受信任证书，不得含其他人的证书",
        ),
        ("--by", "NAME", "who takes it in", "经办人"),
    ):
        taken.options.add_argument(
            name, metavar=metavar, required=True, help=say(en, zh)
        )


def transfer(args: Namespace, screen: Screen) -> int:
    """Offer or send what *args* name; return the exit code."""
    _check(args)
    with signing(args, screen) as signer:
        archive = open_archive(args, signer=needed_signer(signer))
        listed = _listed(args, archive)
        if listed is None:
            return _nothing(args, screen)
        if args.offer:
            from egovarchive.cli.messages import write_message  # noqa: PLC0415

            message = archive.transfers.offer(listed, by=args.by)
            files = write_message(message, Path(args.out))
            return _tell_offer(listed, files, screen)
        with screen.progress("sending", "正在移交"):
            sent = archive.transfers.send(
                listed,
                args.out,
                by=args.by,
                medium=args.medium,
                medium_size=args.medium_size,
                environment=args.environment,
            )
    return _tell_sent(sent, screen)


def _check(args: Namespace) -> None:
    """Raise `InvalidValueError` unless *args* say what is sent, to whom and how."""
    ways = {"--on": args.on, "--code": args.code, "--list": args.list}
    given = [name for name, value in {**ways, "--reply": args.reply}.items() if value]
    if len(given) != 1:
        raise InvalidValueError(
            "say which records: one of --on, --code, --list or --reply",
            "须用 --on、--code、--list 或 --reply 之一指明电子档案",
            rule="which records",
            place=" ".join(given) or "--code",
        )
    if (args.item or args.year) and not args.on:
        raise InvalidValueError(
            "--item and --year choose among what is due: they need --on",
            "--item 和 --year 用于在到期的档案中选择，须与 --on 合用",
            rule="which records",
            place="--item" if args.item else "--year",
        )
    needs = {"--to": args.to} if given != ["--reply"] else {"--trust": args.trust}
    if not args.offer:
        needs["--environment"] = args.environment
    for name, value in needs.items():
        if not value:
            raise InvalidValueError(
                f"{name} is needed here", f"此处须给出 {name}", place=name
            )


def _listed(args: Namespace, archive: Archive) -> TransferList | None:
    transfers = archive.transfers
    if args.reply:
        from egovarchive.cli.messages import read_message, trusted  # noqa: PLC0415
        from egovarchive.lifecycle.dialogue.kind import MessageKind  # noqa: PLC0415

        reply = read_message(args.reply, MessageKind.REPLY)
        return transfers.agree(reply, verifier=trusted(args.trust), by=args.by)
    codes: tuple[ArchivalCode, ...]
    if args.on:
        codes = transfers.due(day_of(args.on), scope=_scope(args))
    elif args.list:
        codes = tuple(_codes_in(args.list))
    else:
        codes = tuple(code_of(text) for text in args.code)
    return transfers.list(codes, recipient=args.to) if codes else None


def _scope(args: Namespace) -> Scope | None:
    if not args.item and not args.year:
        return None
    return Scope(item_codes=args.item, years=args.year)


def _codes_in(path: str) -> Iterator[ArchivalCode]:
    """Yield the code in each line of the file at *path* that is not empty."""
    try:
        text = bytes_of(path, DEFAULT_LIMITS).decode()
    except UnicodeDecodeError:
        raise InvalidValueError("not UTF-8", "不是 UTF-8", place=path) from None
    for number, line in enumerate(text.removeprefix(_MARK).splitlines(), start=1):
        if line.strip():
            try:
                yield code_of(line.strip())
            except InvalidValueError as error:
                raise error.within(f"{path}:{number}") from None


def _nothing(args: Namespace, screen: Screen) -> int:
    if screen.as_json:
        screen.value({"batch": None, "records": 0})
    elif args.reply:
        screen.line(
            screen.say(
                "The archives want none of it; all is held here again.",
                "档案馆均不同意接收，仍由本单位保管。",
            )
        )
    else:
        screen.line(screen.say("There is nothing to send.", "没有应移交的电子档案。"))
    return FINE


def _tell_offer(listed: TransferList, files: tuple[Path, ...], screen: Screen) -> int:
    if screen.as_json:
        screen.value({**_row(listed), "files": [str(path) for path in files]})
        return FINE
    count = len(listed.records)
    screen.line(screen.say(f"Offered records: {count}.", f"已申请移交 {count} 件。"))
    screen.lines(str(path) for path in files)
    return FINE


def _tell_sent(sent: Sent, screen: Screen) -> int:
    listed, volumes = sent.listed, [str(path) for path in sent.volumes]
    files = [str(path) for path in sent.files]
    if screen.as_json:
        screen.value({**_row(listed), "volumes": volumes, "files": files})
        return FINE
    count, number = len(listed.records), len(volumes)
    screen.line(
        screen.say(
            f"Sent records: {count}. Volumes: {number}. They stay here until a receipt "
            "is acknowledged.",
            f"已移交 {count} 件，共 {number} 卷；确认回执之前仍由本单位保管。",
        )
    )
    screen.lines([*volumes, *files])
    return FINE


def _row(listed: TransferList) -> dict[str, object]:
    return {
        "batch": listed.id,
        "round": listed.round,
        "recipient": listed.recipient,
        "records": len(listed.records),
        "size": listed.size,
    }


def acknowledge(args: Namespace, screen: Screen) -> int:
    """Take in the receipt that *args* name; return the exit code."""
    from egovarchive.cli.messages import (  # noqa: PLC0415 - only for who asks
        read_message,
        trusted,
    )
    from egovarchive.lifecycle.dialogue.kind import MessageKind  # noqa: PLC0415

    message = read_message(args.receipt, MessageKind.RECEIPT)
    receipt = open_archive(args).transfers.acknowledge(
        message, verifier=trusted(args.trust), by=args.by
    )
    counts = receipt.counts()
    if screen.as_json:
        fates = {fate.value: count for fate, count in counts.items()}
        screen.value({"batch": receipt.batch, "receipt": message.id, **fates})
    else:
        screen.line(receipt.message(screen.lang))
        for record in receipt.records:
            if record.reason is not None:
                why = record.reason.message(screen.lang)
                screen.line(f"{record.code}  {why}")
    fine = all(record.reason is None for record in receipt.records)
    return FINE if fine else FINDINGS
