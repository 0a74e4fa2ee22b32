"""The options of `seal`, `renew` and `prove`."""

from __future__ import annotations

from collections.abc import Callable

from egovarchive.cli.key_options import add_authorities, add_key, add_tsa
from egovarchive.cli.language import Say
from egovarchive.cli.usage import Parser
from egovarchive.records.digest import ALGORITHMS


def add_sealing(command: Callable[..., Parser], say: Say) -> None:
    """Add the commands `seal`, `renew` and `prove`."""
    seal = command(
        "seal",
        "Seal what is new, with a signature and a time-stamp; complete what waits.",
        "封存新增内容（签名并加盖时间戳），补完待加盖时间戳的封存。",
    )
    add_key(seal, say)
    add_tsa(seal, say)
    add_authorities(seal, say)

    renew = command(
        "renew",
        "Renew the evidence that ends within a year.",
        "对一年内到期的证据续期。",
    )
    renew.options.add_argument(
        "--list",
        action="store_true",
        help=say("only name what is to be done", "只列出应办事项"),
    )
    renew.options.add_argument(
        "--on",
        metavar="DATE",
        help=say(
            "the day, YYYY-MM-DD (default: today in China)",
            "日期，YYYY-MM-DD（缺省为北京时间今日）",
        ),
    )
    renew.options.add_argument(
        "--hashes",
        metavar="ALGORITHM",
        choices=[*ALGORITHMS],
        help=say(
            "also read all that is sealed again, and build hash trees by ALGORITHM: "
            + ", ".join(ALGORITHMS),
            "同时重读全部封存内容，按 ALGORITHM 重建散列树：" + "、".join(ALGORITHMS),
        ),
    )
    add_key(renew, say)
    add_tsa(renew, say)
    add_authorities(renew, say)

    prove = command(
        "prove",
        "Write all that proves a record into a folder.",
        "将一件电子档案的全部证明材料写入文件夹（出证）。",
    )
    prove.arguments.add_argument(
        "code", metavar="CODE", help=say("archival code of the record", "档号")
    )
    prove.arguments.add_argument(
        "folder",
        metavar="DIR",
        help=say("a folder that does not exist, or is empty", "不存在的或空的文件夹"),
    )
    add_authorities(prove, say)
