"""`demo`: the main job on sample cases, from an empty folder to a found alteration."""

from __future__ import annotations

import os
import shlex
from argparse import Namespace
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Final

from attrs import frozen

from egovarchive.archive import Archive
from egovarchive.checks import Report
from egovarchive.cli.columns import GAP, table
from egovarchive.cli.entry_rows import entry_row, report_row
from egovarchive.cli.problems import FINDINGS, FINE
from egovarchive.cli.report_files import report_file
from egovarchive.cli.screen import Screen
from egovarchive.cli.show import deadlines_of
from egovarchive.cli.tally import Tally, told
from egovarchive.errors import InvalidValueError
from egovarchive.lifecycle.entry import Entry
from egovarchive.packages.package import Member
from egovarchive.records.case import Case

KEY: Final = "demo-key.pem"
CERTIFICATE: Final = "demo-certificate.pem"
REPORT: Final = "demo-report.html"
_PASSED: Final = "green"
_FAILED: Final = "bold red"


def run(args: Namespace, screen: Screen) -> int:
    """Archive the samples in the folder that *args* name; return the exit code."""
    if args.archive:
        raise InvalidValueError(
            "the demonstration makes an archive of its own: egovarchive demo DIR",
            "演示将新建档案库，用法：egovarchive demo DIR",
            place="--archive",
        )
    from egovarchive.testing import samples  # noqa: PLC0415 - with all their files

    folder = Path(args.folder)
    archive = samples.new_archive(folder)
    signer = samples.signer()
    (folder / CERTIFICATE).write_bytes(signer.certificate_pem())
    _write_key(folder / KEY, signer.private_pem())
    demo = Demo(archive, folder, screen)
    return demo.show(samples.all_cases())


@frozen
class Demo:
    """
    What is shown of an *archive* in a *folder*, on a *screen*.

    To a program it says the same: objects, each with its ``event``.
    """

    archive: Archive
    folder: Path
    screen: Screen

    def show(self, cases: Sequence[Case]) -> int:
        """Archive *cases* and show all; return the exit code."""
        say = self.screen.say
        self._heading(
            say(
                f"Archiving {len(cases)} concluded cases in {self.folder}",
                f"正在 {self.folder} 中归档 {len(cases)} 个办件",
            ),
            gap=False,
        )
        entries = self._deposit(cases)
        if not entries:
            return FINDINGS
        self._heading(say("Deadlines", "期限"))
        self._deadlines(entries)
        self._heading(say("Checking all records", "检测全部电子档案"))
        good = self._verify_all() and len(entries) == len(cases)
        self._heading(say("Changing one byte of one file", "改动一个文件的一个字节"))
        found = self._alter(entries[0])
        self._heading(
            say("The byte is as it was; checking all again", "已恢复该字节，再次检测")
        )
        again = self._verify_all()
        self._heading(say("Looking into the files of one record", "检测一件的文件内容"))
        self._look_into(entries[0])
        self._heading(say("What to do next", "下一步"))
        self._next(entries[0])
        return FINE if good and found and again else FINDINGS

    def _heading(self, text: str, *, gap: bool = True) -> None:
        if self.screen.as_json:
            return
        if gap:
            self.screen.line()
        self.screen.styled(text, "bold cyan")

    def _deposit(self, cases: Iterable[Case]) -> list[Entry]:
        entries = []
        for deposit in self.archive.deposit_many(cases):
            if deposit.error is not None:
                self.screen.problem(deposit.error, about=deposit.case.number)
            if deposit.entry is not None:
                entries.append(deposit.entry)
        if self.screen.as_json:
            for entry in entries:
                self.screen.value({"event": "deposited", **entry_row(entry)})
        else:
            say = self.screen.say
            head = (say("archival code", "档号"), say("title", "题名"))
            rows = ((str(entry.code), entry.title or "") for entry in entries)
            self.screen.lines(table(head, rows))
        return entries

    def _deadlines(self, entries: Sequence[Entry]) -> None:
        if self.screen.as_json:
            return  # each entry has them
        say = self.screen.say
        head = (
            say("archival code", "档号"),
            say("retention", "保管期限"),
            say("transfer due", "移交"),
            say("statutory transfer", "法定移交"),
            say("retention ends", "保管期满"),
        )
        soonest = sorted(entries, key=lambda each: each.transfer_due_on or date.max)
        rows = (
            (
                str(each.code),
                say(str(each.retention), each.retention.title),
                *map(
                    _day,
                    (
                        each.transfer_due_on,
                        each.statutory_transfer_on,
                        each.retention_ends_on,
                    ),
                ),
            )
            for each in soonest
        )
        self.screen.lines(table(head, rows))
        first = deadlines_of(self.archive, soonest[0]).transfer
        self.screen.line(
            say(
                f"Why, for {soonest[0].code}: {first.explain('en')}",
                f"依据（{soonest[0].code}）：{first.explain('zh')}",
            )
        )

    def _verify_all(self) -> bool:
        from egovarchive.formats.tools import core_tools  # noqa: PLC0415 - all readers

        tally, reports = Tally(), []
        for report in self.archive.verify_all(tools=core_tools()):
            tally.add(report)
            reports.append(report)
        passed = sum(report.passed for report in reports)
        if self.screen.as_json:
            for report in reports:
                self.screen.value({"event": "verified", **report_row(report)})
        else:
            self.screen.lines(tally.lines(self.screen))
            self._tell(
                [
                    self.screen.say(
                        f"{passed} of {len(reports)} records passed.",
                        f"{len(reports)} 件中 {passed} 件通过。",
                    )
                ],
                good=passed == len(reports),
            )
        return passed == len(reports)

    def _alter(self, entry: Entry) -> bool:
        """Show that a byte altered in the package of *entry* is found; say whether."""
        from egovarchive.storage.files import FileStorage  # noqa: PLC0415

        storage = self.archive.storage
        if not isinstance(storage, FileStorage):
            raise TypeError(storage)
        path = storage.root / entry.key
        member = self._some_document(entry)
        with _altered(path, member.stored.data_offset + member.size // 2):
            report = self.archive.verify(entry.code)
        if self.screen.as_json:
            event = {"event": "altered", "file": str(path), "member": member.path}
            self.screen.value({**event, **report_row(report)})
        else:
            self.screen.line(
                self.screen.say(
                    f"In {path}, in the middle of {member.path}:",
                    f"位置：{path} 内 {member.path} 的中间：",
                )
            )
            self._tell(told(report, self.screen), good=report.passed)
        return _names(report, member)

    def _look_into(self, entry: Entry) -> None:
        """Check the record of *entry* with all tools there are; keep the report."""
        from egovarchive.formats.tools import installed_tools  # noqa: PLC0415

        with installed_tools() as tools:
            report = self.archive.verify(entry.code, tools=tools)
        path = self.folder / REPORT
        report_file(str(path)).write(report)
        if self.screen.as_json:
            event = {"event": "reported", "report": str(path)}
            self.screen.value({**event, **report_row(report)})
            return
        tally = Tally()
        tally.add(report)
        self._tell(told(report, self.screen), good=report.passed)
        self.screen.lines(tally.lines(self.screen))
        self.screen.line(
            self.screen.say(f"For a browser: {path}.", f"可用浏览器查看：{path}。")
        )

    def _some_document(self, entry: Entry) -> Member:
        members = self.archive.package(entry.code).members
        folders = tuple(f"{name}/" for _, name in self.archive.profile.folders)
        return next(each for each in members if each.path.startswith(folders))

    def _next(self, entry: Entry) -> None:
        command = "python -m egovarchive"
        at = f"--archive {shlex.quote(str(self.folder))}"
        export = shlex.quote(f"{self.folder}-export")
        commands = [
            f"{command} {at} list",
            f"{command} {at} show {shlex.quote(str(entry.code))}",
            f"{command} {at} export {shlex.quote(str(entry.code))} {export}",
        ]
        key, certificate = self.folder / KEY, self.folder / CERTIFICATE
        if self.screen.as_json:
            files = {"key": str(key), "certificate": str(certificate)}
            self.screen.value({"event": "next", "commands": commands, **files})
            return
        for text in commands:
            self.screen.line(f"{GAP}{text}")
        self.screen.line(
            self.screen.say(
                f"The key is in {key}, its certificate in {certificate}. "
                "It is a test key that vouched for itself, and no reliable electronic "
                "signature (可靠的电子签名): archive real cases with a key whose "
                "certificate a licensed service issued.",
                f"私钥在 {key}，证书在 {certificate}。"
                "此为自签名的测试密钥，不构成可靠的电子签名；正式归档须使用依法设立的电子认证服务机构签发的证书。",
            )
        )

    def _tell(self, lines: Iterable[str], *, good: bool) -> None:
        for line in lines:
            self.screen.styled(line, _PASSED if good else _FAILED)


def _names(report: Report, member: Member) -> bool:
    """Say whether *report* failed the very file that *member* is."""
    return any(finding.object == member.path for finding in report.failures)


def _day(day: date | None) -> str:
    return "-" if day is None else day.isoformat()


def _write_key(path: Path, pem: bytes) -> None:
    with os.fdopen(
        os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
    ) as file:
        file.write(pem)


@contextmanager
def _altered(path: Path, offset: int) -> Iterator[None]:
    """Alter the byte at *offset* of the file at *path*; put it right at the end."""
    mode = path.stat().st_mode
    path.chmod(mode | 0o200)
    try:
        with path.open("r+b", buffering=0) as file:
            byte = os.pread(file.fileno(), 1, offset)
            os.pwrite(file.fileno(), bytes([byte[0] ^ 1]), offset)
            try:
                yield
            finally:
                os.pwrite(file.fileno(), byte, offset)
                os.fsync(file.fileno())
    finally:
        path.chmod(mode)
