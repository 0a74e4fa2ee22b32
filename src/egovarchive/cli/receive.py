"""`receive`: the public archives' side of a transfer."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from egovarchive.cli.check_options import add_tools
from egovarchive.cli.key_options import add_authorities, add_key
from egovarchive.cli.language import Say
from egovarchive.cli.opening import needed_signer, open_archive, signing
from egovarchive.cli.problems import FINDINGS, FINE
from egovarchive.cli.screen import Screen
from egovarchive.cli.sealing import authorities_of, revocations_of
from egovarchive.cli.toolboxes import NONE, scanned, tools_of
from egovarchive.cli.usage import Parser
from egovarchive.errors import BatchError, InvalidValueError

if TYPE_CHECKING:
    from egovarchive.archive.transfer.reception import Reception
    from egovarchive.exchange.forms.handover import HandoverForm

_MOST: Final = 2  # forms that are looked for: more than one is too many
_DIGIT: Final = "[0-9a-f]"
_DIGITS: Final = 16  # of a batch's number, in names of files
_MOST_INSIDE: Final = 10_000  # names in a folder of volumes


def add_receive(command: Callable[..., Parser], say: Say) -> None:
    """Add the command `receive`."""
    parser = command(
        "receive",
        "Take in a batch, and write the signed receipt; or reply to an offer.",
        "接收移交批次并出具签名的接收回执；或答复移交申请。",
    )
    parser.arguments.add_argument(
        "places",
        metavar="PLACE",
        nargs="*",
        help=say(
            "folder or file of a volume, or the folder that all of them lie in",
            "一卷的文件夹或文件，或全部各卷所在的文件夹",
        ),
    )

    def add(name: str, en: str, zh: str, **settings: Any) -> None:
        parser.options.add_argument(name, help=say(en, zh), **settings)

    many: dict[str, Any] = {"action": "append", "default": []}
    add(
        "--archives",
        "name of these archives, as the sender writes it",
        "本馆名称，与移交清单一致",
        metavar="NAME",
        required=True,
    )
    add("--by", "who receives", "接收人", metavar="NAME", required=True)
    add(
        "--out",
        "folder for the receipt, its signature and the form",
        "接收回执、签名和登记表写入的文件夹",
        metavar="DIR",
        required=True,
    )
    add(
        "--partial",
        "take the rest where a volume is missing, or the form says otherwise",
        "缺卷或与登记表不符时，接收其余部分",
        action="store_true",
    )
    add(
        "--reject",
        "reject this record; may be repeated. With words: CODE=GROUND:WORDS",
        "拒收该档号；可多次使用。附说明：档号=理由:说明",
        metavar="CODE=GROUND",
        **many,
    )
    add(
        "--form",
        "the sender's form as JSON (default: the one beside the first volume)",
        "移交单位的登记表 JSON（缺省取首卷旁的）",
        metavar="FILE",
    )
    add(
        "--offer",
        "write a reply to this offer, offer-….json, and receive nothing",
        "答复该移交申请 offer-….json，不接收",
        metavar="FILE",
    )
    add(
        "--decline",
        "do not want this record of the offer; may be repeated",
        "不同意接收申请中的该档号；可多次使用",
        metavar="CODE=GROUND",
        **many,
    )
    add_key(parser, say)
    add_authorities(parser, say)
    add_tools(parser, say, NONE)


def run(args: Namespace, screen: Screen) -> int:
    """Receive or reply as *args* say; return the exit code."""
    from egovarchive.cli.messages import (  # noqa: PLC0415 - only for who asks
        read_message,
        reasons_of,
        write_message,
    )
    from egovarchive.lifecycle.dialogue.kind import MessageKind  # noqa: PLC0415

    _check(args)
    with signing(args, screen) as named, tools_of(args) as tools:
        archive = open_archive(
            args,
            signer=needed_signer(named),
            tools=tools,
            policy=scanned(args),
            authorities=authorities_of(args),
            revocations=revocations_of(args),
        )
        if args.offer:
            message = archive.accession.reply(
                read_message(args.offer, MessageKind.OFFER),
                archives=args.archives,
                by=args.by,
                decline=reasons_of(args.decline, "--decline"),
            )
            return _tell_files(write_message(message, Path(args.out)), screen)
        places = [place for each in args.places for place in _volumes(Path(each))]
        form = _form(args, places)
        with screen.progress("receiving", "正在接收"):
            reception = archive.accession.receive(
                places,
                archives=args.archives,
                by=args.by,
                reject=reasons_of(args.reject, "--reject"),
                partial=args.partial,
                form=form,
            )
    return _tell(reception, _written(reception, Path(args.out)), screen)


def _check(args: Namespace) -> None:
    """Raise `InvalidValueError` unless *args* either receive or reply."""
    receiving = bool(args.places or args.reject or args.partial or args.form)
    if args.offer and receiving:
        raise InvalidValueError(
            "--offer replies, and receives nothing: leave out the volumes",
            "--offer 只作答复，不接收：请勿给出卷",
            place="--offer",
        )
    if not args.offer and (args.decline or not args.places):
        raise InvalidValueError(
            "name the volumes to receive, or the --offer to reply to",
            "须指明要接收的卷，或用 --offer 指明要答复的申请",
            place="--decline" if args.decline else "PLACE",
        )


def _volumes(place: Path) -> Iterator[Path]:
    """Yield *place*; or the volumes in it, if it is a folder that is none itself."""
    from egovarchive.exchange.dat93.layout import STATEMENT  # noqa: PLC0415 - heavy

    if not place.is_dir() or (place / STATEMENT).exists():
        yield place
        return
    inside = sorted(islice(place.iterdir(), _MOST_INSIDE))
    found = [path for path in inside if path.suffix == ".zip" or _is_volume(path)]
    # What is no volume is told by who reads it.
    yield from found or [place]


def _is_volume(path: Path) -> bool:
    return path.is_dir() and not path.name.startswith(".")


def _form(args: Namespace, places: list[Path]) -> HandoverForm | None:
    """Return the sender's form; None if there is none beside the first volume."""
    from egovarchive.archive.transfer.outbox import FORM  # noqa: PLC0415 - heavy
    from egovarchive.exchange.forms.handover_json import (  # noqa: PLC0415
        load_handover,
    )

    if args.form:
        return load_handover(args.form)
    folder = places[0].resolve().parent
    # Volumes and form of one batch have its number in their names.
    own = folder / f"{FORM}-{places[0].name[:_DIGITS]}.json"
    if own.is_file():
        return load_handover(own)
    found = list(islice(folder.glob(f"{FORM}-{_DIGIT * _DIGITS}.json"), _MOST))
    if len(found) == _MOST:
        raise BatchError(
            f"several forms lie beside {places[0]}: name one with --form",
            f"{places[0]} 旁有多份登记表，请用 --form 指明",
        )
    return load_handover(found[0]) if found else None


def _written(reception: Reception, folder: Path) -> list[Path]:
    """Write the receipt and the form into *folder*; return where they are."""
    from egovarchive.archive.transfer.outbox import write_form  # noqa: PLC0415 - heavy
    from egovarchive.cli.messages import write_message  # noqa: PLC0415

    message, receipt, form = reception.message, reception.receipt, reception.form
    if message is None or receipt is None:
        return []
    files = [*write_message(message, folder)]
    if form is not None:
        number = f"{receipt.batch[:16]}-{receipt.archives}".replace("/", "_")
        files += write_form(form, folder, number)
    return files


def _tell(reception: Reception, files: list[Path], screen: Screen) -> int:
    receipt = reception.receipt
    good = receipt is not None and all(
        record.reason is None for record in receipt.records
    )
    if screen.as_json:
        screen.value(_row(reception, files))
        return FINE if good and not reception.differences else FINDINGS
    say = screen.say
    for each in reception.differences:
        words = say(each.label.en, each.label.zh)
        screen.line(f"{words}: {each.declared or '-'} / {each.found or '-'}")
    for record in reception.records:
        if record.reason is not None:
            screen.line(f"{record.code}  {record.reason.message(screen.lang)}")
    for code in reception.waiting:
        screen.line(f"{code}  " + say("waits for a person", "待人工审核"))
    if receipt is None:
        screen.line(
            say(
                "There is no receipt yet: what waits must be decided first.",
                "尚未出具回执：请先完成人工审核。",
            )
        )
    else:
        screen.line(receipt.message(screen.lang))
    open_ = [] if reception.batch_report is None else reception.batch_report.waiting
    if open_:
        names = ", ".join(finding.check for finding in open_)
        screen.line(say(f"Persons must look at: {names}.", f"须人工检测：{names}。"))
    screen.lines(map(str, files))
    return FINE if good and not reception.differences else FINDINGS


def _row(reception: Reception, files: list[Path]) -> dict[str, object]:
    receipt, report = reception.receipt, reception.batch_report
    fates = {} if receipt is None else receipt.counts()
    return {
        "batch": None if receipt is None else receipt.batch,
        **{fate.value: count for fate, count in fates.items()},
        "rejections": [
            {
                "code": str(record.code),
                "ground": record.reason.ground.value,
                "message": record.reason.message("zh"),
            }
            for record in reception.records
            if record.reason is not None
        ],
        "waiting": [str(code) for code in reception.waiting],
        "differences": [
            {"place": each.place, "declared": each.declared, "found": each.found}
            for each in reception.differences
        ],
        "review": [f.check for f in report.waiting] if report is not None else [],
        "files": [str(path) for path in files],
    }


def _tell_files(files: tuple[Path, ...], screen: Screen) -> int:
    if screen.as_json:
        screen.value({"files": [str(path) for path in files]})
    else:
        screen.lines(map(str, files))
    return FINE
