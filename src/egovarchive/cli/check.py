"""`check`: the checks on any package, folder or file, without an archive."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from egovarchive.archive.clock import now_in_china
from egovarchive.checks import Report, Stage
from egovarchive.checks import run as run_checks
from egovarchive.checks.place import subject_at
from egovarchive.cli.entry_rows import report_row
from egovarchive.cli.opening import read_pem_file
from egovarchive.cli.problems import FINDINGS, FINE
from egovarchive.cli.screen import Screen
from egovarchive.cli.verify import Counts, add_counts, property_table, told
from egovarchive.errors import ArchiveError, InvalidValueError
from egovarchive.formats.toolbox import Toolbox
from egovarchive.formats.tools import core_tools, installed_tools
from egovarchive.profiles.gbt42727_2023 import GBT42727_2023
from egovarchive.signing import Verifier


def run(args: Namespace, screen: Screen) -> int:
    """Check what *args* name; return the exit code."""
    write = None if args.report is None else _writer(Path(args.report))
    with (
        _tools(args) as tools,
        subject_at(
            args.path,
            profile=GBT42727_2023,
            at=now_in_china(),
            verifier=_verifier(args.trust),
            tools=tools,
        ) as subject,
    ):
        report = run_checks(subject, Stage(args.stage), operator=args.operator)
    if write is not None:
        write(report)
    if screen.as_json:
        screen.value(report_row(report))
    else:
        screen.lines(told(report, screen))
        counts = Counts()
        add_counts(counts, report)
        screen.lines(property_table(counts, screen))
    return FINE if report.passed else FINDINGS


def _tools(args: Namespace) -> Toolbox:
    tools = core_tools() if args.core else installed_tools()
    if args.clamd is None:
        return tools
    from egovarchive.formats.malware.clamd import ClamdScanner  # noqa: PLC0415

    return tools.with_scanner(ClamdScanner(args.clamd))


def _verifier(path: str | None) -> Verifier | None:
    if path is None:
        return None
    from egovarchive.signing.trust import TrustStore  # noqa: PLC0415 - cryptography

    return TrustStore.from_pem(read_pem_file(path))


def _json(report: Report) -> bytes:
    from egovarchive.checks.report_json import encode_report  # noqa: PLC0415 - asked for

    return encode_report(report)


def _xml(report: Report) -> bytes:
    from egovarchive.checks.report_xml import report_xml  # noqa: PLC0415 - asked for

    return report_xml(report)


def _html(report: Report) -> bytes:
    from egovarchive.checks.report_html import report_html  # noqa: PLC0415 - asked for

    return report_html(report).encode()


_FORMS: Final[Mapping[str, Callable[[Report], bytes]]] = {
    ".html": _html,
    ".json": _json,
    ".xml": _xml,
}


def _writer(path: Path) -> Callable[[Report], None]:
    """Return what writes a report to *path*, in the form that its name ends with."""
    form = _FORMS.get(path.suffix.lower())
    if form is None:
        known = ", ".join(_FORMS)
        raise InvalidValueError(
            f"{path.name!r} ends with none of {known}",
            f"{path.name!r} 的扩展名应为 {known} 之一",
            place="--report",
        )

    def write(report: Report) -> None:
        try:
            path.write_bytes(form(report))
        except OSError as error:
            raise ArchiveError(
                f"cannot write {path}: {error.strerror}",
                f"无法写入 {path}：{error.strerror}",
            ) from error

    return write
