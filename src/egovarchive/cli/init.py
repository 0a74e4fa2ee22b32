"""`init`: make an archive."""

from __future__ import annotations

from argparse import Namespace

from egovarchive.archive import Archive
from egovarchive.cli.opening import (
    archive_path,
    certificate_path,
    read_pem_file,
    read_schedule,
    signing,
)
from egovarchive.cli.problems import FINE
from egovarchive.cli.screen import Screen
from egovarchive.errors import InvalidValueError
from egovarchive.records.arrangement import Arrangement
from egovarchive.records.deadlines import Level
from egovarchive.records.series import Template


def run(args: Namespace, screen: Screen) -> int:
    """Make the archive that *args* describe; return the exit code."""
    path = archive_path(args)
    schedule = read_schedule(args.schedule, screen)
    if isinstance(schedule, int):
        return schedule
    arrangement = Arrangement(
        fonds=args.fonds,
        unit=args.unit,
        unit_code=args.unit_code,
        category=args.category,
        office=args.office,
        level=None if args.level is None else Level(args.level),
        template=Template(args.template),
        schedule=schedule,
    )
    trust = _trust(args)
    with signing(args, screen) as signer:
        if trust is None and signer is not None:
            trust = [(signer.certificate, *signer.chain)[-1]]
        Archive.create(path, arrangement=arrangement, signer=signer, trust=trust)
    names = _names(trust)
    if screen.as_json:
        screen.value(
            {
                "archive": str(path),
                "fonds": arrangement.fonds,
                "category": "·".join(arrangement.category),
                "unit": arrangement.unit,
                "unit_code": arrangement.unit_code,
                "office": arrangement.office,
                "level": args.level,
                "template": args.template,
                "schedule": schedule.version,
                "rules": len(schedule),
                "trusts": names,
            }
        )
        return FINE
    screen.line(screen.say(f"Made the archive {path}.", f"已新建档案库 {path}。"))
    screen.line(
        screen.say(
            f"Retention schedule {schedule.version}, service items: {len(schedule)}.",
            f"保管期限表 {schedule.version}：{len(schedule)} 个事项。",
        )
    )
    for name in names:
        screen.line(
            screen.say(f"Trusted certificate: {name}.", f"受信任证书：{name}。")
        )
    if not names:
        screen.line(
            screen.say(
                "No certificate is trusted: signatures cannot be checked, so that "
                "`verify` calls nothing fine. Name one with --certificate.",
                "未配置受信任证书：签名无法检测，verify 不会判定任何档案通过。"
                "请用 --certificate 指明。",
            )
        )
    return FINE


def _trust(args: Namespace) -> list[bytes] | None:
    """Return the certificate to trust, the last of those given: the highest."""
    path = certificate_path(args)
    if path is None:
        return None
    from egovarchive.signing.certificates import read_pem  # noqa: PLC0415

    try:
        return [read_pem(read_pem_file(path))[-1]]
    except InvalidValueError as error:
        raise error.within(path) from None


def _names(trust: list[bytes] | None) -> list[str]:
    if not trust:
        return []
    from egovarchive.signing.certificates import Certificate  # noqa: PLC0415

    return [Certificate.parse(der).subject_text for der in trust]
