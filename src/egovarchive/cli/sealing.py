"""`seal`, `renew` and `prove`: evidence, as long as records are kept."""

from __future__ import annotations

import os
from argparse import Namespace
from pathlib import Path
from typing import Final

from egovarchive.archive import Archive
from egovarchive.archive.clock import now_in_china
from egovarchive.archive.sealing.sealed import Need, NeedKind, Rehashed
from egovarchive.cli.listing import day_of
from egovarchive.cli.opening import (
    code_of,
    needed_signer,
    open_archive,
    read_pem_file,
    signing,
)
from egovarchive.cli.problems import ENVIRONMENT, FINDINGS, FINE
from egovarchive.cli.screen import Screen
from egovarchive.errors import InvalidValueError, TimestampUnavailableError
from egovarchive.evidence.seal import SealState
from egovarchive.records.moment import date_in_china
from egovarchive.signing import Signer
from egovarchive.signing.revocation_folder import RevocationFolder
from egovarchive.signing.timestamps import Timestamper

TSA: Final = "EGOVARCHIVE_TSA"
AUTHORITIES: Final = "EGOVARCHIVE_AUTHORITIES"
REVOCATIONS: Final = "EGOVARCHIVE_REVOCATIONS"


def seal(args: Namespace, screen: Screen) -> int:
    """Seal what is new and complete what waits; return the exit code."""
    with signing(args, screen) as signer:
        sealing = opened(args, signer=needed_signer(signer)).sealing
        with screen.progress("sealing", "正在封存"):
            made = sealing.seal()
            code = FINE
            try:
                completed = sealing.complete()
            except TimestampUnavailableError as error:
                screen.problem(error)
                code, completed = ENVIRONMENT, ()
        status = sealing.status()
    number = None if made is None else made.number
    if screen.as_json:
        until = None if status.until is None else status.until.isoformat()
        screen.value(
            {
                "seal": number,
                "completed": [*completed],
                "pending": [*status.pending],
                "unsealed": status.unsealed,
                "until": until,
            }
        )
        return code
    if made is None:
        screen.line(screen.say("There is nothing new to seal.", "没有新增内容可封存。"))
    elif made.state is SealState.SEALED:
        screen.line(
            screen.say(f"Sealed: seal {number}.", f"已封存：第 {number} 号封存。")
        )
    for each in completed:
        screen.line(
            screen.say(f"Completed: seal {each}.", f"已补完：第 {each} 号封存。")
        )
    for each in status.pending:
        screen.line(
            screen.say(
                f"Not sealed yet: seal {each} waits for its time-stamp.",
                f"尚未封存：第 {each} 号封存待加盖时间戳。",
            )
        )
    return code


def renew(args: Namespace, screen: Screen) -> int:
    """Renew what ends, or list it; return the exit code."""
    on = date_in_china(now_in_china()) if args.on is None else day_of(args.on)
    with signing(args, screen) as signer:
        sealing = opened(args, signer=signer, asks=not args.list).sealing
        if args.list:
            _tell(sealing.duties(on), screen)
            return FINE
        with screen.progress("renewing", "正在续期"):
            sealing.complete()
            kinds = {NeedKind.TIMESTAMP}
            ending = {n.seal for n in sealing.needs_renewal(on) if n.kind in kinds}
            stamped = sealing.renew_timestamps(ending) if ending else 0
            rehashed = sealing.renew_hashes(args.hashes) if args.hashes else ()
        left = sealing.needs_renewal(on)
    lost = sum(each.left_out for each in rehashed)
    if screen.as_json:
        screen.value(
            {
                "time_stamps": stamped,
                "hash_trees": len(rehashed),
                "left_out": lost,
                "codes": [code for each in rehashed for code in each.codes],
            }
        )
    else:
        screen.line(
            screen.say(
                f"New time-stamps: {stamped}. New hash trees: {len(rehashed)}.",
                f"新时间戳 {stamped} 个，新散列树 {len(rehashed)} 个。",
            )
        )
        for each in rehashed:
            _tell_left_out(each, screen)
    if left:
        _tell(left, screen)
    return FINDINGS if left or lost else FINE


def prove(args: Namespace, screen: Screen) -> int:
    """Write the proof of a record; return the exit code."""
    archive = opened(args, asks=False)
    code = archive.entry(code_of(args.code)).code
    folder = archive.sealing.export_proof(code, args.folder)
    sealed = (folder / "evidence").is_dir()
    if screen.as_json:
        screen.value({"code": str(code), "folder": str(folder), "sealed": sealed})
        return FINE
    screen.line(
        screen.say(
            f"The proof of {code} is in {folder}.", f"{code} 的证明材料在 {folder}。"
        )
    )
    if not sealed:
        screen.line(
            screen.say(
                "It is not sealed yet: nothing proves when it was there.",
                "该件尚未封存：没有证据证明其存在的时间。",
            )
        )
    return FINE


def opened(
    args: Namespace, *, signer: Signer | None = None, asks: bool = True
) -> Archive:
    """Return the archive, with those who say when; *asks* for time-stamps or not."""
    trusted = authorities_of(args)
    return open_archive(
        args,
        signer=signer,
        timestamper=_timestamper(args, trusted) if asks else None,
        authorities=trusted,
        revocations=revocations_of(args),
    )


def revocations_of(args: Namespace) -> RevocationFolder | None:
    """Return the folder of revocation lists that *args* name; None: there is none."""
    folder = args.revocations or os.environ.get(REVOCATIONS)
    return RevocationFolder(Path(folder)) if folder else None


def authorities_of(args: Namespace) -> tuple[bytes, ...]:
    """Return the certificates of authorities that *args* name to be trusted."""
    path = args.authorities or os.environ.get(AUTHORITIES)
    if not path:
        return ()
    from egovarchive.signing.certificates import read_pem  # noqa: PLC0415

    try:
        return tuple(read_pem(read_pem_file(path)))
    except InvalidValueError as error:
        raise error.within(path) from None


def _timestamper(args: Namespace, trusted: tuple[bytes, ...]) -> Timestamper:
    urls = args.tsa or os.environ.get(TSA, "").split()
    for given, option, variable in (
        (urls, "--tsa URL", TSA),
        (trusted, "--authorities PEM", AUTHORITIES),
    ):
        if not given:
            raise InvalidValueError(
                f"who says when is named by {option}, or by {variable}",
                f"须用 {option} 或 {variable} 指明时间戳服务机构",
                place=option.partition(" ")[0],
            )
    from egovarchive.signing.timestamps.authorities import (  # noqa: PLC0415 - heavy
        Authorities,
    )
    from egovarchive.signing.timestamps.http import HttpTimestamper  # noqa: PLC0415
    from egovarchive.signing.trust import TrustStore  # noqa: PLC0415

    trust = TrustStore(trusted)
    return Authorities(
        [HttpTimestamper(url, trust=trust, clock=now_in_china) for url in urls]
    )


def _tell(needs: tuple[Need, ...], screen: Screen) -> None:
    for need in needs:
        if screen.as_json:
            ends_on = None if need.ends_on is None else need.ends_on.isoformat()
            row = {"seal": need.seal, "kind": need.kind.value, "ends_on": ends_on}
            screen.value({**row, "cause": need.cause})
        else:
            screen.line(need.message(screen.lang))
    if not needs and not screen.as_json:
        screen.line(screen.say("Nothing is to be done.", "没有应办事项。"))


def _tell_left_out(rehashed: Rehashed, screen: Screen) -> None:
    if rehashed.left_out:
        codes = ", ".join(rehashed.codes)
        count = rehashed.left_out
        screen.line(
            screen.say(
                f"Seal {rehashed.seal}: {count} records could not be read: {codes}.",
                f"第 {rehashed.seal} 号封存：{count} 件无法读取：{codes}。",
            )
        )
