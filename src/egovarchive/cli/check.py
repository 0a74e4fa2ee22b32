"""`check`: the checks on any package, folder or file, without an archive."""

from __future__ import annotations

from argparse import Namespace

from attrs import evolve

from egovarchive.archive.clock import now_in_china
from egovarchive.checks import CHECKS, DEFAULT_POLICY, Policy, Report, Stage, Subject
from egovarchive.checks import run as run_checks
from egovarchive.checks.place import subject_at
from egovarchive.checks.policy import FILES_POLICY
from egovarchive.cli.check_options import PROFILES
from egovarchive.cli.entry_rows import report_row
from egovarchive.cli.opening import read_pem_file, read_schedule
from egovarchive.cli.problems import FINDINGS, FINE
from egovarchive.cli.report_files import report_file
from egovarchive.cli.screen import Screen
from egovarchive.cli.tally import Tally, told
from egovarchive.cli.toolboxes import scanned, tools_of
from egovarchive.errors import EgovArchiveError, InvalidValueError, PackageError
from egovarchive.records.schedule import RetentionSchedule, ScheduleRule
from egovarchive.signing import Verifier


def run(args: Namespace, screen: Screen) -> int:
    """Check what *args* name; return the exit code."""
    files = [report_file(path) for path in args.report]
    schedule = None
    if args.schedule is not None:
        schedule = read_schedule(args.schedule, screen)
    if isinstance(schedule, int):
        return schedule
    _known(args.require, "--require")
    _known(args.lenient, "--lenient")
    with (
        tools_of(args) as tools,
        subject_at(
            args.path,
            profile=PROFILES[args.profile],
            at=now_in_china(),
            verifier=_verifier(args.trust),
            tools=tools,
        ) as found,
    ):
        if found.package is None and not found.loose:
            raise PackageError(
                f"there is no file in {args.path}: nothing was checked",
                f"{args.path} 中没有文件，未作任何检测",
            )
        policy = _policy(args, DEFAULT_POLICY if found.package else FILES_POLICY)
        rule, silent = _rule(schedule, found)
        subject = evolve(found, policy=policy, rule=rule)
        report = run_checks(subject, Stage(args.stage), operator=args.operator)
    for file in files:
        file.write(report)
    _tell(report, [str(file.path) for file in files], screen)
    if silent is not None:
        screen.problem(silent)
    return FINE if report.passed and silent is None else FINDINGS


def _tell(report: Report, files: list[str], screen: Screen) -> None:
    if screen.as_json:
        screen.value(report_row(report))
        return
    tally = Tally()
    tally.add(report)
    screen.lines(told(report, screen))
    screen.lines(tally.lines(screen))
    for path in files:
        screen.line(screen.say(f"Report: {path}.", f"检测报告：{path}。"))


def _known(names: list[str], place: str) -> None:
    known = {check.name for check in CHECKS}
    for name in names:
        if name not in known:
            raise InvalidValueError(
                f"there is no check {name!r}: see docs/reference/checks.md",
                f"没有检测项目 {name!r}：见 docs/reference/checks.md",
                place=place,
            )


def _policy(args: Namespace, policy: Policy) -> Policy:
    """Return *policy*, changed as *args* say; its name tells what was changed."""
    policy = scanned(args, policy)
    changes = [
        *(f"+{name}" for name in sorted({*args.require})),
        *(f"~{name}" for name in sorted({*args.lenient})),
        *sorted({*args.rules}),
    ]
    if not changes:
        return policy
    changed = evolve(
        policy,
        name=" ".join([policy.name, *changes]),
        required=policy.required.union(args.require),
        lenient=policy.lenient.union(args.lenient),
    )
    if "stages" in args.rules:
        from egovarchive.checks.metadata.stages import STAGE_RULES  # noqa: PLC0415

        changed = evolve(changed, stages=STAGE_RULES)
    if "statutory" in args.rules:
        from egovarchive.checks.metadata.statutory import (  # noqa: PLC0415 - asked for
            LICENSING_LAW,
        )

        changed = evolve(changed, statutory=LICENSING_LAW)
    if "scan" in args.rules:
        from egovarchive.formats.scan_quality import DEFAULT_RULES  # noqa: PLC0415

        changed = evolve(changed, scan=DEFAULT_RULES)
    return changed


def _rule(
    schedule: RetentionSchedule | None, subject: Subject
) -> tuple[ScheduleRule | None, EgovArchiveError | None]:
    """Return what *schedule* says of the case, or why it says nothing."""
    if schedule is None or subject.filing is None:
        return None, None
    try:
        return schedule.rule_for(subject.filing.case.item.code), None
    except InvalidValueError as error:
        return None, error


def _verifier(path: str | None) -> Verifier | None:
    if path is None:
        return None
    from egovarchive.signing.trust import TrustStore  # noqa: PLC0415 - cryptography

    return TrustStore.from_pem(read_pem_file(path))
